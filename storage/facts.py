"""What is true for a batch of events, read in a handful of queries inside the transaction that decides (T2).

It must never decide; what a handler may know is exactly what stands in states/facts.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from states.appeal import Appeal
from states.chats import CUR, Chat, ChatCode
from states.dialogue import AddingTo, ConfirmingWithdrawal, Dialogue, ShowingAppeal
from states.directory import Directory
from states.events import ButtonPressed, DeliveryEnded, Event, MessageEdited, MessageNew, RoutesChanged, TimerFired
from states.facts import Facts as Facts
from states.facts import House
from states.finder import Finder
from states.judge import Judge
from states.messages import is_chat, is_person
from storage import appeals, chats
from storage.database import Transaction
from storage.inbox import Waiting
from storage.numbers import Origin, free_numbers
from storage.schema import DUE, inbox, one_of, outbox

WAITING_LIMIT = 200
_NUMBER = re.compile(r"\d{4}-[2-9A-HJ-NP-Z]{4}", re.IGNORECASE)
_CODE = "/код "
_ASSIGN = "/направить"


@dataclass(slots=True)
class _Asked:
    """What one event makes us look up, and what was found."""

    waiting: Waiting
    event: Event
    resident: int | None = None
    message: tuple[int, int] | None = None
    named: set[str] = field(default_factory=set)
    code: str | None = None
    everything: bool = False
    dialogue: Dialogue | None = None
    linked: Appeal | None = None
    appeals: tuple[Appeal, ...] = ()
    routed: tuple[Appeal, ...] = ()
    number: str = ""


async def load(
    tx: Transaction,
    community: int,
    events: Sequence[tuple[Waiting, Event]],
    *,
    house: House,
    directory: Directory,
    find: Finder,
    judge: Judge,
    now: datetime,
) -> list[Facts]:
    """The facts of each event, in order."""
    asked = [_ask(waiting, event) for waiting, event in events]
    await _load_appeals(tx, community, asked)
    await _load_numbers(tx, community, asked, house, now)
    codes = await _load_codes(tx, community, asked)
    found = await _load_chats(tx, community, asked, directory, codes)
    unsent = await _load_unsent(tx, community, asked)
    return [
        Facts(
            now=now,
            house=house,
            directory=directory,
            find=find,
            judge=judge,
            dialogue=one.dialogue,
            appeals=one.appeals,
            linked=one.linked,
            chat=next((chat for chat in found if chat.peer == one.waiting.peer), None),
            chats=_by_agency(found),
            code=codes.get(one.code) if one.code else None,
            waiting=one.routed,
            unsent=frozenset(cause for code in _codes_of(one) for cause in unsent.get(code, ())),
            number=one.number,
        )
        for one in asked
    ]


def conflicting(facts: Sequence[Facts]) -> set[int]:
    """Which of a batch must wait for the next one: an earlier event may change what they know (design.md §6)."""
    touched: set[tuple[str, object]] = set()
    deferred = set()
    for index, fact in enumerate(facts):
        mine: set[tuple[str, object]] = {("appeal", one.code) for one in (*fact.appeals, *fact.waiting)}
        mine |= {("appeal", fact.linked.code)} if fact.linked else set()
        mine |= {("resident", fact.dialogue.resident)} if fact.dialogue else set()
        mine |= {("chat", fact.chat.peer)} if fact.chat else set()
        mine |= {("code", fact.code.digest), ("agency", fact.code.agency)} if fact.code else set()
        mine |= {("number", fact.number)} if fact.number else set()
        if mine & touched:
            deferred.add(index)
        touched |= mine
    return deferred


def _ask(waiting: Waiting, event: Event) -> _Asked:
    asked = _Asked(waiting, event, resident=waiting.peer if is_person(waiting.peer) else None)
    match event:
        case MessageNew(message) | MessageEdited(message):
            if message.reply is not None:
                asked.message = (message.peer, message.reply.cmid)
            if message.command is not None:
                asked.named |= _numbers_in(message.command.value)
            if is_chat(message.peer):
                asked.named |= _numbers_in(message.text)
                text = message.text.strip()
                asked.code = chats.digest(text[len(_CODE) :]) if text.casefold().startswith(_CODE) else None
                asked.everything = text.casefold().startswith(_ASSIGN)
        case ButtonPressed():
            asked.message = (event.peer, event.cmid)
            asked.named |= _numbers_in(event.command.value)
        case TimerFired():
            asked.named |= _numbers_in(event.key)
        case DeliveryEnded():
            asked.named |= {event.appeal} - {""}
        case _:
            pass
    return asked


def _numbers_in(text: str) -> set[str]:
    return {number.upper() for number in _NUMBER.findall(text[:1000])}


def _shown(dialogue: Dialogue | None) -> set[str]:
    """The appeal that the resident's step is about, however old."""
    match dialogue.step if dialogue else None:
        case ShowingAppeal(code) | AddingTo(code) | ConfirmingWithdrawal(code):
            return {code}
        case _:
            return set()


async def _load_appeals(tx: Transaction, community: int, asked: Sequence[_Asked]) -> None:
    links = await appeals.linked(tx, community, (one.message for one in asked if one.message is not None))
    named = {code for one in asked for code in one.named} | set(links.values())
    known = await appeals.by_code(tx, community, named)
    for one in asked:
        one.linked = known.get(links.get(one.message, "")) if one.message is not None else None
        if isinstance(one.event, TimerFired | DeliveryEnded):
            one.resident = next((known[code].resident for code in one.named if code in known), one.resident)
    residents = {one.resident for one in asked if one.resident is not None}
    dialogues = await appeals.dialogues(tx, community, residents)
    own = await appeals.of_residents(tx, community, residents)
    older = {code for one in dialogues.values() for code in _shown(one)} - set(known)
    older -= {one.code for group in own.values() for one in group}
    known |= await appeals.by_code(tx, community, older)
    for one in asked:
        one.dialogue = dialogues.get(one.resident) if one.resident is not None else None
        one.appeals = _appeals_of(one, own, known)
        # A message of a resident's own dialogue never leads to another's appeal (I4).
        if one.linked is not None and one.resident is not None and one.linked.resident != one.resident:
            one.linked = None
    if any(isinstance(one.event, RoutesChanged) for one in asked):
        await _load_waiting(tx, community, asked)


def _appeals_of(one: _Asked, own: dict[int, list[Appeal]], known: dict[str, Appeal]) -> tuple[Appeal, ...]:
    codes = one.named | _shown(one.dialogue) | ({one.linked.code} if one.linked else set())
    found = {appeal.code: appeal for appeal in own.get(one.resident or 0, ())}
    for code in sorted(codes & known.keys()):
        appeal = known[code]
        if one.resident is None or appeal.resident == one.resident:
            found.setdefault(code, appeal)
    return tuple(sorted(found.values(), key=lambda appeal: (appeal.created_at, appeal.code)))


async def _load_waiting(tx: Transaction, community: int, asked: Sequence[_Asked]) -> None:
    everyone = tuple(await appeals.waiting(tx, community))
    for one in asked:
        if isinstance(one.event, RoutesChanged):
            one.everything = True
            one.routed = everyone


async def _load_chats(
    tx: Transaction, community: int, asked: Sequence[_Asked], directory: Directory, codes: dict[str, ChatCode]
) -> list[Chat]:
    if any(one.everything for one in asked):
        found = await chats.bound(tx, community)
        known = {chat.peer for chat in found}
        peers = {one.waiting.peer for one in asked if is_chat(one.waiting.peer)} - known
        found += await chats.of(tx, community, peers, ()) if peers else []
        _keep_those_with_a_way(asked, directory, _by_agency(found))
        return found
    agencies = {CUR} | {code.agency for code in codes.values()}
    for one in asked:
        agencies |= set(_agencies_of(one, directory))
    return await chats.of(tx, community, {one.waiting.peer for one in asked if is_chat(one.waiting.peer)}, agencies)


def _agencies_of(one: _Asked, directory: Directory) -> Iterable[str]:
    for appeal in (*one.appeals, *((one.linked,) if one.linked else ())):
        yield from _agencies_for(appeal, directory)
    if one.dialogue is not None:
        draft = one.dialogue.draft
        if draft.named is not None:
            yield draft.named
        proper = directory.agency_for(draft.topic, draft.place) if draft.topic is not None else None
        if proper is not None:
            yield proper.code


def _agencies_for(appeal: Appeal, directory: Directory) -> Iterable[str]:
    if appeal.agency is not None:
        yield appeal.agency
    named = directory.agency_for(appeal.topic, appeal.place)
    if named is not None:
        yield named.code


def _keep_those_with_a_way(asked: Sequence[_Asked], directory: Directory, by_agency: dict[str, Chat]) -> None:
    """Only those that can move now: or the first two hundred would stand before the others for ever."""
    working = {agency for agency, chat in by_agency.items() if not chat.lost}
    for one in asked:
        movable = (
            appeal
            for appeal in one.routed
            if (appeal.chat is None and CUR in working)
            or (not appeal.by_hand and working.intersection(_agencies_for(appeal, directory)))
        )
        one.routed = tuple(appeal for _, appeal in zip(range(WAITING_LIMIT), movable, strict=False))


def _by_agency(found: Iterable[Chat]) -> dict[str, Chat]:
    """Of an agency's chats the one that works; of several the one bound last."""
    ordered = sorted(found, key=lambda chat: (not chat.lost, chat.bound_at.timestamp() if chat.bound_at else 0))
    return {chat.agency: chat for chat in ordered if chat.agency is not None}


async def _load_codes(tx: Transaction, community: int, asked: Sequence[_Asked]) -> dict[str, ChatCode]:
    digests = {one.code for one in asked if one.code is not None}
    return await chats.codes(tx, community, digests) if digests else {}


def _codes_of(one: _Asked) -> set[str]:
    return {appeal.code for appeal in (*one.appeals, *one.routed)} | ({one.linked.code} if one.linked else set())


# Locked on PostgreSQL: what facts call unsent must not begin to leave before the decision is kept (the undo window).
_UNSENT = (
    select(outbox.c.appeal, outbox.c.origin)
    .where(
        outbox.c.community_id == bindparam("of"),
        outbox.c.appeal.in_(bindparam("codes", expanding=True)),
        one_of(outbox.c.state, DUE),
        # Tried and looked for: it may still be under way. Never tried: proven absent after a restore.
        or_(outbox.c.looks == 0, outbox.c.attempts == 0),
    )
    .with_for_update()
)


async def _load_unsent(tx: Transaction, community: int, asked: Sequence[_Asked]) -> dict[str, list[str]]:
    codes = {code for one in asked for code in _codes_of(one)}
    found: dict[str, list[str]] = {}
    if codes:
        for row in await tx.rows(_UNSENT, {"of": community, "codes": sorted(codes)}):
            found.setdefault(row["appeal"], []).append(row["origin"])
    return found


_AT = select(inbox.c.peer, inbox.c.cmid, inbox.c.at).where(
    inbox.c.community_id == bindparam("of"),
    inbox.c.peer.in_(bindparam("peers", expanding=True)),
    inbox.c.key.in_(bindparam("keys", expanding=True)),
)


async def _load_numbers(tx: Transaction, community: int, asked: Sequence[_Asked], house: House, now: datetime) -> None:
    first = {index: source for index, one in enumerate(asked) if (source := _first_message(one)) is not None}
    if not first:
        return
    params = {
        "of": community,
        "peers": sorted({asked[index].waiting.peer for index in first}),
        "keys": sorted({f"m:{source}" for source in first.values()}),
    }
    written = {(row["peer"], row["cmid"]): row["at"] for row in await tx.rows(_AT, params)}
    origins = {}
    for index, source in first.items():
        resident = asked[index].resident or 0
        at = written.get((resident, source)) or now
        origins[index] = Origin(resident, source, at.astimezone(house.zone).date())
    numbers = await free_numbers(tx, community, list(origins.values()))
    for index, origin in origins.items():
        asked[index].number = numbers[origin]


def _first_message(one: _Asked) -> int | None:
    """The first message of the draft, or the one that may become it."""
    if one.resident is None or one.resident != one.waiting.peer:
        return None
    if one.dialogue is not None and one.dialogue.draft.pieces:
        return min(piece.cmid for piece in one.dialogue.draft.pieces)
    if isinstance(one.event, MessageNew) and one.dialogue is not None:
        return one.event.message.cmid
    return None
