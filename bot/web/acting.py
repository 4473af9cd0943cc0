"""What is done in the panel: its role is checked here, then it is an event through the inbox, as all is (design.md §1).

It must never move a message by itself; it waits a moment to tell what became of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from bot.web import names, outgoing_files
from bot.web.outgoing_files import Incomplete as Incomplete
from bot.web.site import Site
from handlers.lifecycle.asking import waiting_words
from handlers.text import texts_panel
from handlers.text.relayed import one_line
from handlers.text.words import date_words, plural
from states.events import Did, PanelActed
from states.lifecycle.templates import Blank
from states.people.chats import CUR, Chat
from states.people.viewers import Viewer, acts_for, may_act, may_see
from storage.ops import panel_acts
from storage.ops.panel_acts import AppealPosition
from storage.records import appeals

LONGEST_MARK = 300
"""Letters of what a page says of itself."""
STEP, LOOKS = 0.05, 80
"""Seconds between two looks whether the bot has done it, and how many there are."""
SPEAKS = frozenset(
    {
        Did.ANSWER, Did.TEMPLATE, Did.INTERIM, Did.ASK, Did.POSTPONE, Did.DECLINE, Did.OUTSIDE, Did.CLOSE,
        Did.REPLACE, Did.ADD,
    }
)  # fmt: skip
"""What says something to the resident."""


@dataclass(frozen=True, slots=True)
class ActionForm:
    """What a form about one message asks for; of many: several.py."""

    did: Did
    code: str
    text: str
    whom: str
    until: datetime | None
    seen: str = ""
    beside: str = ""
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionResult:
    """How many were done, how many the bot has not come to yet, and (message, reason) of the others. `asks`: nothing
    has left, for another answer is on its way, and the page asks what to do."""

    done: int
    waiting: int
    refused: tuple[tuple[str, str], ...] = ()
    asks: bool = False


def read_wanted_act(form: FormData, site: Site) -> ActionForm:
    """The act that a form asks for.

    Raises:
        Incomplete: it is not said to whom.
        HTTPException: 400 for what no form of ours sends.
    """
    codes = form.getlist("code")
    try:
        did = Did(str(form.get("did", "")))
        day = str(form.get("until", ""))
        until = end_of(site, date.fromisoformat(day)) if day else None
    except ValueError:
        raise HTTPException(400) from None
    if len(codes) != 1:
        raise HTTPException(400)
    if did is Did.ASSIGN and not form.get("whom"):
        raise Incomplete(texts_panel.NO_ADDRESSEE)
    said = {name: str(form.get(name, ""))[:LONGEST_MARK] for name in ("seen", "beside")}
    text, to = str(form.get("text", "")), addressee(site, did, str(form.get("whom", ""))[:200].strip())
    if did is Did.ANSWER:  # its other fields are places of a canned answer
        text, to, until = with_blanks(did, text, until and until.astimezone(site.zone).date(), to), "", None
    return ActionForm(did, str(codes[0])[:20], text, to, until, said["seen"], said["beside"])


def addressee(site: Site, did: Did, said: str) -> str:
    """The code of the agency that is meant, whether its name was typed or chosen; what is said, where the act goes to
    none.

    Raises:
        Incomplete: several agencies, or none, are called so.
    """
    if did not in (Did.ASSIGN, Did.NOT_OURS) or names.is_code(said):
        return said
    choices = names.agencies(site.directory())
    found = names.codes_of(choices, said)
    if not found:
        fit = ", ".join(choice.name for choice in names.near(choices, said)[: names.OFFERED])
        several = texts_panel.SEVERAL_AGENCIES.format(said=said, names=fit)
        raise Incomplete(several if fit else texts_panel.NO_SUCH_AGENCY.format(said=said))
    return found[0]


def with_blanks(did: Did, text: str, day: date | None, reason: str) -> str:
    """An answer with what only a person knows, where a canned one has a place for it."""
    values = {Blank.DATE: date_words(day) if day else "", Blank.REASON: one_line(reason, LONGEST_MARK).rstrip(" .")}
    for blank, said in values.items():
        if did is Did.ANSWER and said:
            text = text.replace(f"{{{blank}}}", said)
    return text


def end_of(site: Site, day: date) -> datetime:
    """The last second of this day in the region's zone, as UTC."""
    return datetime.combine(day, time(23, 59, 59), site.zone).astimezone(UTC)


async def act(site: Site, viewer: Viewer, wanted: ActionForm) -> ActionResult:
    """
    Raises:
        Incomplete: there is no chat to act for.
        HTTPException: 404 where one of them is another's or is not there, 403 for whoever only reads.
    """
    peer = (await acting_chat(site, viewer, (wanted.code,))).peer
    cmid = await outgoing_files.put(site, viewer, wanted.code, wanted.files, peer) if wanted.files else 0
    key = f"panel|{secrets.token_hex(8)}|{wanted.code}"
    done = PanelActed(
        peer, viewer.user, wanted.code, wanted.did, site.clock.now(), wanted.text, wanted.whom, wanted.until,
        wanted.seen, wanted.beside, cmid,
    )  # fmt: skip
    await site.db.run(lambda tx: panel_acts.put_in(tx, [(key, done)]))
    site.wake()
    result = await wait_for_results(site, peer, [key])
    asks = result.done == 1 and wanted.did in SPEAKS and await _asks(site, peer, viewer, wanted.code)
    return replace(result, done=0, asks=True) if asks else result


async def _asks(site: Site, peer: int, viewer: Viewer, code: str) -> bool:
    """Whether a question to this person about the message waits in the chat."""
    found = await site.newest.run(lambda tx: appeals.by_code(tx, [code]))
    return code in found and waiting_words(found[code], peer, viewer.user) is not None


async def acting_chat(site: Site, viewer: Viewer, codes: Sequence[str]) -> Chat:
    """The chat in whose name something is done with these messages.

    Raises:
        Incomplete: there is none.
        HTTPException: 404 where one of them is another's or is not there (nobody learns which numbers there are), 403
            for whoever only reads.
    """
    found = await site.readers.run(lambda tx: panel_acts.holders(tx, codes))
    if len(found) < len(codes) or not all(may_see(viewer, appeal.agency, appeal.place) for appeal in found.values()):
        raise HTTPException(404)
    if not all(may_act_on(viewer, appeal) for appeal in found.values()):
        raise HTTPException(403)
    chat = await site.readers.run(lambda tx: panel_acts.chat_of(tx, acts_for(viewer)))
    if chat is None:
        raise Incomplete(no_chat(viewer))
    return chat


def no_chat(viewer: Viewer) -> str:
    """Why this person cannot act, who else might."""
    return texts_panel.NO_CUR_CHAT if acts_for(viewer) == CUR else texts_panel.NO_OWN_CHAT


def may_act_on(viewer: Viewer, held: AppealPosition) -> bool:
    """Whether this viewer may both see the message and act for the agency that holds it."""
    return may_see(viewer, held.agency, held.place) and may_act(viewer, held.agency)


async def wait_for_results(site: Site, peer: int, keys: Sequence[str]) -> ActionResult:
    """Asks the database up to 80 times, 0.05 s apart, whether the bot has handled these acts; counts those done, those
    it has not come to, and the refused ones with the reason by the last part of the key."""
    ended: dict[str, str] = {}
    for _ in range(LOOKS):
        ended = await site.newest.run(lambda tx: panel_acts.results(tx, peer, keys))
        if len(ended) == len(keys):
            break
        await site.clock.sleep(STEP)
    refused = tuple((key.rpartition("|")[2], ended[key]) for key in keys if ended.get(key))
    return ActionResult(len(ended) - len(refused), len(keys) - len(ended), refused)


NAMED = 5
"""Messages of one reason that are named; the others are counted."""


def in_words(result: ActionResult) -> str:
    """What the person reads above the list: what was done, and of what was not, which and why."""
    told = [texts_panel.BESIDE] if result.asks else []
    if result.done:
        told.append(f"Сделано: {plural(result.done, 'сообщение', 'сообщения', 'сообщений')}.")
    if result.waiting:
        told.append(f"Бот ещё делает: {result.waiting}. Обновите страницу через минуту.")
    told += refusals(result.refused, several=result.done + result.waiting + len(result.refused) > 1)
    return " ".join(told)


def refusals(refused: Sequence[tuple[str, str]], *, several: bool) -> Iterator[str]:
    """Each reason of a refusal once, with its messages."""
    for reason in dict.fromkeys(reason for _, reason in refused):
        codes = [code for code, why in refused if why == reason]
        yield f"Не получилось{f' ({number_words(codes)})' if several else ''}: {reason}"


def number_words(codes: Sequence[str]) -> str:
    """The messages in words: «3: №1, №2, №3», «12: №1, …, №5 и ещё 7»."""
    shown = ", ".join(f"№{code}" for code in codes[:NAMED])
    more = f" и ещё {len(codes) - NAMED}" if len(codes) > NAMED else ""
    return f"{plural(len(codes), 'сообщение', 'сообщения', 'сообщений')}: {shown}{more}"
