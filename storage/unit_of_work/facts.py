"""Loads the facts of a batch of events in a handful of queries, inside the transaction that decides (T2).

It must never decide; a handler may know exactly what stands in `states/facts.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, tuple_

from states.dialogue import ChoosingSame
from states.directory import Directory
from states.effects import Kind
from states.events import Event
from states.facts import CommunityPolicy, Rules
from states.facts import Facts as Facts
from states.finder import Finder, Judge
from states.lifecycle.appeal import Appeal
from states.lifecycle.rights import ErasureRequest
from states.lifecycle.spikes import Spike
from states.messages import is_chat
from states.people.chats import CUR, DUTY, Chat, ChatCode
from states.people.officials import Official
from storage.db.columns import in_community
from storage.db.schema import DUE, FLYING, PARKED, inbox, one_of, outbox
from storage.db.transaction import Transaction
from storage.inbox.inbox import Waiting
from storage.outbox.forms import first_form
from storage.privacy import erasures
from storage.records import appeal_lists, appeals, chats, officials
from storage.records.numbers import Origin, free_numbers
from storage.unit_of_work import facts_people
from storage.unit_of_work.facts_appeals import (
    load_appeals,
    load_digest,
    load_history,
    load_leads,
    load_listed,
    load_members,
    load_similar,
)
from storage.unit_of_work.facts_asked import NONE, EventFacts, Loaders, Needs, ask

WAITING_LIMIT = 200


async def load_facts(
    tx: Transaction,
    events: Sequence[tuple[Waiting, Event]],
    *,
    needs: Needs,
    policy: CommunityPolicy,
    directory: Directory,
    find: Finder,
    judge: Judge,
    now: datetime,
    rules: Rules = Rules(),  # noqa: B008 - frozen
    loaders: Loaders = NONE,
) -> list[Facts]:
    """The facts of each event, in order."""
    asked = [ask(waiting, event, needs) for waiting, event in events]
    await load_appeals(tx, asked, needs)
    # Open appeals of others about the same, then who leads the merged ones, then whom the leading ones lead.
    await load_similar(tx, asked, now - policy.join_within)
    await load_leads(tx, asked)
    await load_members(tx, asked)
    await _load_numbers(tx, asked, policy, now)
    digests = {request.code for request in asked if request.code is not None}
    codes = await chats.codes(tx, digests) if digests else {}
    found = await _load_chats(tx, asked, directory, codes, now)
    if any(request.wanted.listing is not None for request in asked):
        await load_listed(tx, asked, now)
    if any(request.wanted.digest or request.wanted.section is not None for request in asked):
        await load_digest(tx, asked, now, policy.zone)
    await load_history(tx, asked)
    if policy.panel and any(request.wanted.sign_in for request in asked):
        await facts_people.load_tickets(tx, asked, now)
    for request in asked:
        told = [(type(asks), await loaders[type(asks)](tx, asks)) for asks in request.wanted.questions]
        request.answers = {kind: answer for kind, answer in told if answer}
    more = await _load_more(tx, asked, policy, now)
    every = Facts(now, policy, directory, find, judge, chats=by_agency(found), rules=rules)
    return [_facts_of(request, every, codes, more) for request in asked]


def _facts_of(asked: EventFacts, every: Facts, codes: Mapping[str, ChatCode], more: _More) -> Facts:
    return replace(
        every,
        dialogue=asked.dialogue,
        appeals=asked.appeals,
        linked=asked.linked,
        chat=asked.chat,
        code=codes.get(asked.code) if asked.code else None,
        waiting=asked.routed,
        unsent=frozenset(cause for code in _codes_of(asked) for cause in more.unsent.get(code, ())),
        unread={code: frozenset(more.unread[code]) for code in sorted(_codes_of(asked) & more.unread.keys())},
        number=asked.number,
        theirs=asked.theirs,
        officials=more.officials.get(_home(asked), {}),
        asked=more.officials.get(person[0], {}).get(person[1]) if (person := asked.wanted.person) is not None else None,
        replied=more.causes.get(asked.wanted.message, "") if asked.wanted.message is not None else "",
        members=asked.members,
        leads=asked.leads,
        similar=asked.similar,
        listed=asked.listed,
        digest=asked.digest,
        history=asked.history,
        spikes=more.spikes if asked.wanted.spikes else (),
        publishes=asked.own and asked.resident in more.publishing,
        erasure=more.erasures.get(asked.resident) if asked.own and asked.resident is not None else None,
        ticket=asked.ticket,
        alarms=more.alarms if asked.wanted.alarms else (),
        answers=asked.answers,
        touches=frozenset(
            (kind, named)
            for question in asked.wanted.questions
            for field, kind in question.touches
            if (named := getattr(question, field, None) or getattr(asked.answers.get(type(question)), field, None))
        ),
    )


@dataclass(frozen=True, slots=True)
class _More:
    """What is not an appeal, for the whole batch."""

    unsent: Mapping[str, Sequence[str]]
    unread: Mapping[str, Sequence[str]]
    officials: Mapping[int, Mapping[int, Official]]
    causes: Mapping[tuple[int, int], str]
    publishing: set[int]
    erasures: Mapping[int, ErasureRequest]
    spikes: tuple[Spike, ...]
    alarms: tuple[Appeal, ...]


async def _load_more(tx: Transaction, asked: Sequence[EventFacts], policy: CommunityPolicy, now: datetime) -> _More:
    own = {request.resident for request in asked if request.own and request.resident is not None}
    spoken = {message for request in asked if (message := request.wanted.message) is not None and request.in_chat}
    peers = {_home(request) for request in asked} - {0}
    peers |= {person[0] for request in asked if (person := request.wanted.person) is not None}
    unsent, unread = await _load_unsent(tx, asked)
    return _More(
        unsent=unsent,
        unread=unread,
        officials=await officials.of_chats(tx, peers),
        causes=await facts_people.causes(tx, spoken),
        publishing=await facts_people.publishing(tx, own, policy.publish_hash),
        erasures=await erasures.open_of(tx, own),
        spikes=await appeal_lists.counts(tx, now) if any(request.wanted.spikes for request in asked) else (),
        alarms=await appeals.alarms(tx) if any(request.wanted.alarms for request in asked) else (),
    )


def _home(asked: EventFacts) -> int:
    """The chat whose people are known by name: that of the event, or that which has the alarm of this resident, for its
    card names who has seen it, or an answer to him that has not left (stopping.py). 0 where nobody is named."""
    if asked.in_chat:
        return asked.waiting.peer if asked.wanted.officials else 0
    named = (appeal for appeal in asked.appeals if appeal.alarming or appeal.leaving or appeal.approval is not None)
    return next((appeal.chat for appeal in named if appeal.chat), 0)


def conflicting(facts: Sequence[Facts]) -> set[int]:
    """Which of a batch must wait for the next one: an earlier event may change what they know (design.md §6).

    A list that is only shown changes nothing, and neither does an appeal that is only like a draft.
    """
    touched: set[tuple[str, object]] = set()
    deferred = set()
    for index, fact in enumerate(facts):
        mine = _touches(fact)
        if mine & touched:
            deferred.add(index)
        touched |= mine
    return deferred


def _touches(fact: Facts) -> set[tuple[str, object]]:
    """What the event reads or may change: one that shares any of it with an earlier event waits for the next batch."""
    mine: set[tuple[str, object]] = {
        ("appeal", appeal.code) for appeal in (*fact.appeals, *fact.waiting, *fact.members, *fact.alarms)
    }
    mine |= fact.touches | {("appeal", code) for code in fact.leads}
    mine |= {("appeal", fact.linked.code)} if fact.linked else set()
    mine |= {("resident", dialogue.resident) for dialogue in (fact.dialogue, fact.theirs) if dialogue is not None}
    mine |= {("chat", fact.chat.peer)} if fact.chat else set()
    mine |= {("code", fact.code.digest), ("agency", fact.code.agency)} if fact.code else set()
    mine |= {("number", fact.number)} if fact.number else set()
    if fact.dialogue is not None and isinstance(step := fact.dialogue.step, ChoosingSame):
        mine.add(("appeal", step.code))
    return mine


async def _load_chats(
    tx: Transaction,
    asked: Sequence[EventFacts],
    directory: Directory,
    codes: dict[str, ChatCode],
    now: datetime,
) -> list[Chat]:
    peers = {request.waiting.peer for request in asked if is_chat(request.waiting.peer)}
    if any(request.every_chat for request in asked):
        found = await chats.bound(tx)
        missing = peers - {chat.peer for chat in found}
        found += await chats.of(tx, missing, ()) if missing else []
        if any(request.routed for request in asked):
            _keep_those_with_a_way(asked, directory, by_agency(found), now)
    else:
        agencies = {CUR, DUTY} | {code.agency for code in codes.values()}
        for request in asked:
            for appeal in (*request.about, *request.leads.values(), *request.similar):
                agencies.update(_agencies_for(appeal, directory))
        found = await chats.of(tx, peers, agencies)
    by_peer = {chat.peer: chat for chat in found}
    for request in asked:
        request.chat = by_peer.get(request.waiting.peer)
    return found


def _agencies_for(appeal: Appeal, directory: Directory) -> Iterable[str]:
    if appeal.agency is not None:
        yield appeal.agency
    named = directory.agency_for(appeal.topic, appeal.place)
    if named is not None:
        yield named.code


def _keep_those_with_a_way(
    asked: Sequence[EventFacts], directory: Directory, by_agency: dict[str, Chat], now: datetime
) -> None:
    """Keeps only those waiting appeals that can move now: or the first two hundred would stand before the others for
    ever."""
    working = {agency for agency, chat in by_agency.items() if not chat.lost and not chat.is_paused(now)}
    known = {chat.peer for chat in by_agency.values()}
    for request in asked:
        movable = (
            appeal
            for appeal in request.routed
            if (appeal.chat not in known and CUR in working)
            or (not appeal.by_hand and working.intersection(_agencies_for(appeal, directory)))
        )
        request.routed = tuple(appeal for _, appeal in zip(range(WAITING_LIMIT), movable, strict=False))


def by_agency(found: Iterable[Chat]) -> dict[str, Chat]:
    """By agency, its chat that works; of several the one bound last."""
    ordered = sorted(found, key=lambda chat: (not chat.lost, chat.bound_at.timestamp() if chat.bound_at else 0))
    return {chat.agency: chat for chat in ordered if chat.agency is not None}


def _codes_of(asked: EventFacts) -> set[str]:
    return {appeal.code for appeal in (*asked.about, *asked.routed, *asked.members)}


# Locked on PostgreSQL: what facts call unsent must not begin to leave before the decision is kept (the undo window).
_UNSENT = (
    select(outbox.c.appeal, outbox.c.cause, outbox.c.level, outbox.c.kind, outbox.c.state)
    .where(
        in_community(outbox),
        outbox.c.appeal.in_(bindparam("codes", expanding=True)),
        or_(
            # Tried and looked for: it may still be under way.
            and_(one_of(outbox.c.state, DUE), outbox.c.looks == 0),
            # A resident who closed the dialogue has not got it, and must not get a taken-back answer later (T6).
            and_(outbox.c.kind == Kind.ANSWER, one_of(outbox.c.state, PARKED)),
            and_(outbox.c.kind == Kind.ADDITION, one_of(outbox.c.state, (*DUE, *FLYING, *PARKED))),
            and_(outbox.c.kind == Kind.CARD, one_of(outbox.c.state, FLYING)),
        ),
    )
    .with_for_update()
)


async def _load_unsent(
    tx: Transaction, asked: Sequence[EventFacts]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """(unsent, unread) of each appeal."""
    codes = {code for request in asked for code in _codes_of(request)}
    unsent: dict[str, list[str]] = {}
    unread: dict[str, list[str]] = {}
    if codes:
        for row in await tx.rows(_UNSENT, {"codes": sorted(codes)}):
            found = unread if row["kind"] == Kind.ADDITION or row["state"] in FLYING else unsent
            found.setdefault(row["appeal"], []).append(first_form(row))
    return unsent, unread


_AT = select(inbox.c.peer, inbox.c.cmid, inbox.c.at).where(
    in_community(inbox), tuple_(inbox.c.peer, inbox.c.key).in_(bindparam("messages", expanding=True))
)


async def _load_numbers(tx: Transaction, asked: Sequence[EventFacts], policy: CommunityPolicy, now: datetime) -> None:
    first = {
        index: source
        for index, request in enumerate(asked)
        if request.own and (source := request.wanted.first) is not None
    }
    if not first:
        return
    params = {"messages": [(asked[index].waiting.peer, f"m:{source}") for index, source in first.items()]}
    written = {(row["peer"], row["cmid"]): row["at"] for row in await tx.rows(_AT, params)}
    origins = {}
    for index, source in first.items():
        resident = asked[index].resident or 0
        at = written.get((resident, source)) or now
        origins[index] = Origin(resident, source, at.astimezone(policy.zone).date())
    numbers = await free_numbers(tx, list(origins.values()))
    for index, origin in origins.items():
        asked[index].number = numbers[origin]
