"""One press about many messages: what it would do, said before it is done; then it waits, so that it can be taken back,
and tells how far it has come. It must never do what was not listed.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from starlette.requests import Request

from bot.web.acting import refusals
from bot.web.actions import ActionFacts
from bot.web.site import Site, site_of, viewer_of
from handlers.official.panel import broken, why_not_reminded
from handlers.text import actions, texts_chat, texts_panel
from handlers.text.words import plural
from handlers.views.filter_words import agency_words
from handlers.views.joinable import not_shared
from handlers.views.possible import possible, stale, why_not
from states.events import Did
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.several import Several
from states.lifecycle.tasks import Job
from states.people.chats import Chat
from states.people.viewers import acts_for
from storage.db.transaction import Transaction
from storage.ops import panel_acts
from storage.ops.panel_acts import PutOff

MOST = 1000
"""Messages of one press."""
TOLD_FOR = timedelta(minutes=5)
"""How long it stands above the list what became of it."""
ASK = "ask"
"""A reminder of what was promised."""
VERBS = {
    Did.ACCEPT.value: ("Принять", "Примем", "Приняли"),
    Did.ASSIGN.value: ("Направить", "Направим", "Направили"),
    Did.MERGE.value: ("Объединить", "Объединим", "Объединили"),
    Did.REMIND.value: ("Напомнить", "Напомним", "Напомнили"),
    ASK: ("Спросить", "Спросим", "Спросили"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """`lead`: the message that the others join. `refused`: reason and those of which it is true."""

    did: Did
    name: str
    doable: tuple[Appeal, ...]
    refused: tuple[tuple[str, tuple[str, ...]], ...]
    lead: Appeal | None = None

    @property
    def verb(self) -> str:
        """What the act is called."""
        return VERBS[self.name][0]


@dataclass(frozen=True, slots=True)
class Begun:
    """A press that was confirmed; `at`: when it can be taken back no more."""

    mark: str
    name: str
    peer: int
    codes: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """What stands above the list about a press: `left` seconds to take it back, then how many of `many` are done."""

    mark: str
    words: str
    left: int
    done: int
    many: int
    over: bool
    bad: bool = False


def plan_of(
    site: Site, chat: Chat, did: Did, found: Sequence[Appeal], to: Mapping[str, str], told: Collection[int] = ()
) -> Plan:
    """What an act would do with each of these messages, in the order given; of a merge the one that leads already, else
    the oldest, has the others join. `to`: the addressee of each number, where it is said. `told`: chats in which a
    reminder is read."""
    lead = leading(site, found) if did is Did.MERGE else None
    why = reasons_of_merge(site, chat, found, lead) if lead is not None else reasons(site, chat, did, found, to)
    if did is Did.REMIND:
        why |= {
            appeal.code: texts_panel.NOT_HEARD_THERE
            for appeal in found
            if not why[appeal.code] and appeal.chat not in told
        }
    doable = tuple(appeal for appeal in found if not why[appeal.code] and appeal is not lead)
    said = dict.fromkeys(reason for reason in why.values() if reason)
    refused = tuple(
        (reason, tuple(code for code, its_reason in why.items() if its_reason == reason)) for reason in said
    )
    asks = did is Did.REMIND and bool(doable) and all(broken(appeal, site.clock.now()) for appeal in doable)
    return Plan(did, ASK if asks else did.value, doable, refused, lead)


def reasons(site: Site, chat: Chat, did: Did, found: Sequence[Appeal], to: Mapping[str, str]) -> dict[str, str]:
    """By number, why the act cannot be done with the message; empty where it can."""
    known = ActionFacts(site.policy, site.directory(), {chat.agency or "": chat})
    return {appeal.code: why_not_done(known, chat, did, appeal, to.get(appeal.code, "")) for appeal in found}


def why_not_done(known: ActionFacts, chat: Chat, did: Did, appeal: Appeal, whom: str) -> str:
    """Why this act cannot be done with this message, in Russian; empty where it can."""
    match did:
        case Did.REMIND:
            return why_not_reminded(chat, appeal)
        case Did.ACCEPT:
            return "" if possible(known, chat, appeal, actions.ACCEPT) else stale(appeal)
        case Did.ASSIGN if whom and appeal.agency == whom and appeal.chat != chat.peer:
            return texts_chat.ASSIGNED_ALREADY.format(code=appeal.code)
        case Did.ASSIGN:
            return why_not(known, chat, appeal, Job.ASSIGN)
        case _:
            return why_not(known, chat, appeal, Job.MERGE)


def leading(site: Site, found: Sequence[Appeal]) -> Appeal | None:
    """The message that would lead the others; None where none may be shared."""
    shared = [
        appeal for appeal in found if not not_shared(site.directory(), appeal) and appeal.status is not Status.MERGED
    ]
    return min(shared, key=lambda appeal: (not appeal.leads, appeal.created_at, appeal.code), default=None)


def reasons_of_merge(site: Site, chat: Chat, found: Sequence[Appeal], lead: Appeal) -> dict[str, str]:
    """By number, why the message cannot join the others; empty where it can. Of one resident's two messages one is a
    repeat, so each hears once (R32)."""
    why, heard = reasons(site, chat, Did.MERGE, found, {}), {lead.resident}
    for appeal in found:
        if appeal is lead:
            why[appeal.code] = ""
        elif appeal.incident and appeal.incident == lead.incident:
            why[appeal.code] = texts_panel.TOGETHER_ALREADY
        elif appeal.resident in heard:
            why[appeal.code] = texts_panel.SAME_RESIDENT
        elif not why[appeal.code]:
            heard.add(appeal.resident)
    return why


def what_happens(site: Site, plan: Plan) -> Iterator[str]:
    """Sentences about what an act does, in the order in which people ask: who reads what."""
    many = plural(len(plan.doable), "сообщение", "сообщения", "сообщений")
    match plan.did:
        case Did.REMIND:
            words = "спросит, когда ответят" if plan.name == ASK else "напомнит"
            yield f"В чате ведомства бот {words}, по строке о каждом сообщении: {by_agency(site, plan)}."
            yield "Жители ничего не получат."
        case Did.ACCEPT:
            yield f"В работу перейдёт {many}. Каждый житель прочитает, кто взялся."
        case Did.ASSIGN:
            had = f" Сейчас они здесь: {by_agency(site, plan)}." if any(appeal.agency for appeal in plan.doable) else ""
            yield f"Каждое сообщение придёт в чат ведомства, которое стоит рядом с ним.{had}"
            yield "Каждый житель прочитает, кто теперь отвечает."
        case _ if plan.lead is not None:
            join = "присоединится" if len(plan.doable) % 10 == 1 and len(plan.doable) % 100 != 11 else "присоединятся"
            yield f"К №{plan.lead.code} {join} {many}: ответ на него получат все жители."
            yield "Каждый присоединённый прочитает, что отвечают всем вместе."


def by_agency(site: Site, plan: Plan) -> str:
    """«ЖКХ 12, Дороги 3»: how many of the plan's messages each agency has, the most first."""
    found = Counter(appeal.agency or "" for appeal in plan.doable)
    named = ((agency_words(site.directory(), code), many) for code, many in found.most_common())
    return ", ".join(f"{name} {many}" for name, many in named)


def proposal(site: Site, chat: Chat, appeal: Appeal) -> str:
    """The agency that is proposed for what the ЦУР has: who answered it before, else whom the directory names for its
    topic there; "" where that agency gave it back. A person looks at each before it goes (R37)."""
    if appeal.chat != chat.peer:
        return ""
    named = site.directory().agency_for(appeal.topic, appeal.place)
    code = appeal.agency or (named.code if named is not None else "")
    return "" if code in appeal.returned else code


async def begin(request: Request, chat: Chat, plan: Plan, to: Mapping[str, str]) -> None:
    """Begins an act on many messages: it waits as long as an answer can be taken back."""
    site, user, mark = site_of(request), viewer_of(request).user, secrets.token_hex(6)
    at = site.clock.now() + site.policy.undo
    lead = plan.lead.code if plan.lead is not None else ""
    whom = {appeal.code: lead or to.get(appeal.code, "") for appeal in plan.doable}
    later = [PutOff(Several(code, mark, user, plan.did, addressee), chat.peer, at) for code, addressee in whom.items()]
    await site.db.run(lambda tx: panel_acts.put_off(tx, later))
    site.wake()
    request.app.state.several.setdefault(user, []).append(Begun(mark, plan.name, chat.peer, tuple(whom), at))


async def take_back(request: Request, mark: str) -> tuple[str, ...]:
    """The messages with which nothing was done."""
    user = viewer_of(request).user
    taken = await site_of(request).db.run(lambda tx: panel_acts.take_back(tx, user, mark))
    kept = request.app.state.several.get(user, [])
    left = [press for press in kept if press.mark != mark or len(taken) < len(press.codes)]
    request.app.state.several[user] = left
    return tuple(taken)


async def progress(request: Request) -> list[Progress]:
    """How far this person's presses of the last minutes have come, the newest first; a restart forgets those that are
    over."""
    site, user, now = site_of(request), viewer_of(request).user, site_of(request).clock.now()
    kept: dict[int, list[Begun]] = request.app.state.several
    if not acts_for(viewer_of(request)):
        return []

    async def look(tx: Transaction) -> list[Progress]:
        """Reads how far each press about several messages has come that this person still sees."""
        known = {begun.mark: begun for begun in kept.get(user, []) if now < begun.at + TOLD_FOR}
        waiting = await panel_acts.that_wait(tx, user)
        known = of_another_start(waiting) | known
        kept[user] = list(known.values())
        return [await one_progress(tx, site, begun, waiting) for begun in reversed(kept[user])]

    return await site.newest.run(look)


def of_another_start(waiting: Sequence[PutOff]) -> dict[str, Begun]:
    """What waits is known, whoever drew the page on which it was pressed."""
    marks = dict.fromkeys(found.press.mark for found in waiting)
    by_mark = {mark: [found for found in waiting if found.press.mark == mark] for mark in marks}
    return {
        mark: Begun(
            mark, those[0].press.did, those[0].peer, tuple(put_off.press.code for put_off in those), those[0].at
        )
        for mark, those in by_mark.items()
    }


async def one_progress(tx: Transaction, site: Site, begun: Begun, waiting: Sequence[PutOff]) -> Progress:
    """How far one press about many has come: seconds until it can no longer be taken back, then how many are done,
    which were refused and why, whether all is over."""
    _, will, did = VERBS[begun.name]
    left, many = ceil((begun.at - site.clock.now()).total_seconds()), len(begun.codes)
    waits = sum(found.press.mark == begun.mark for found in waiting)
    if left > 0 and waits:
        return Progress(begun.mark, f"{will} {messages(waits)}", left, 0, many, over=False)
    ended = await panel_acts.results_of_press(tx, begun.peer, begun.mark, begun.at)
    refused = tuple((code, why) for code, why in ended.items() if why)
    done = sum(why == "" for why in ended.values())
    over = sum(why is not None for why in ended.values()) >= many
    words = f"{did}: {done} из {many}."
    told = " ".join((words, *refusals(refused, several=many > 1)))
    return Progress(begun.mark, told, 0, done + len(refused), many, over, bool(refused))


def messages(many: int) -> str:
    """The count with the right form of «сообщение»."""
    return plural(many, "сообщение", "сообщения", "сообщений")
