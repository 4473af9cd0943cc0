"""The appeals that a batch of events is about, and those that are bound up with them. It must never decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo

from states.facts import Listing
from states.lifecycle.appeal import Appeal, Status
from states.people.chats import CUR
from storage.db.transaction import Transaction
from storage.records import appeal_lists, appeals, what_waits
from storage.unit_of_work import facts_people
from storage.unit_of_work.facts_asked import EventFacts, Needs


async def load_appeals(tx: Transaction, asked: Sequence[EventFacts], needs: Needs) -> None:
    """Dialogues and appeals of residents, and those that events in chats name or reply to."""
    pointed = {id(request): message for request in asked if (message := request.wanted.message) is not None}
    links = await appeals.appeals_of_messages(tx, pointed.values())
    named = {code for request in asked for code in request.wanted.codes} | set(links.values())
    known = await appeals.by_code(tx, named)
    for request in asked:
        linked = links.get(pointed[id(request)], "") if id(request) in pointed else ""
        request.linked = known.get(linked or request.wanted.about)
        if request.wanted.of_author:
            authors = (known[code].resident for code in sorted(request.wanted.codes) if code in known)
            request.resident = next(authors, request.resident)
    residents = {request.resident for request in asked if request.resident is not None}
    theirs = {request.linked.resident for request in asked if request.linked is not None and request.in_chat}
    dialogues = await appeals.dialogues(tx, residents | theirs)
    dialogues |= await facts_people.blocked_again(tx, residents - dialogues.keys())
    own = await appeals.of_residents(tx, residents)
    for request in asked:
        request.dialogue = dialogues.get(request.resident) if request.resident is not None else None
        if request.dialogue is not None:
            request.wanted = needs(request.event, request.dialogue)
            request.every_chat |= request.wanted.every_chat
    older = {code for request in asked for code in request.wanted.shown} - set(known)
    older -= {appeal.code for group in own.values() for appeal in group}
    known |= await appeals.by_code(tx, older)
    for request in asked:
        request.appeals = _appeals_of(request, own, known)
        # A message of a resident's own dialogue never leads to another's appeal (I4).
        if request.linked is not None and request.resident is not None and request.linked.resident != request.resident:
            request.linked = None
        if request.linked is not None and request.in_chat:
            request.theirs = dialogues.get(request.linked.resident)
            # The small dialogue of this official may be about another agency (states/lifecycle/tasks.py).
            request.every_chat |= any(
                task.of(request.waiting.peer, request.wanted.user) for task in request.linked.tasks
            )
    if any(request.wanted.waiting for request in asked):
        await _load_waiting(tx, asked)


def _appeals_of(asked: EventFacts, own: dict[int, list[Appeal]], known: dict[str, Appeal]) -> tuple[Appeal, ...]:
    codes = asked.wanted.codes | asked.wanted.shown | ({asked.linked.code} if asked.linked else set())
    found = {appeal.code: appeal for appeal in own.get(asked.resident or 0, ())}
    for code in sorted(codes & known.keys()):
        appeal = known[code]
        if asked.resident is None or appeal.resident == asked.resident:
            found.setdefault(code, appeal)
    return tuple(sorted(found.values(), key=lambda appeal: (appeal.created_at, appeal.code)))


async def _load_waiting(tx: Transaction, asked: Sequence[EventFacts]) -> None:
    everyone = tuple(await appeals.waiting(tx))
    for request in asked:
        if request.wanted.waiting:
            request.routed = everyone


async def load_similar(tx: Transaction, asked: Sequence[EventFacts], since: datetime) -> None:
    """Open appeals of others about the same."""
    wanted = {pair for request in asked if (pair := request.alike) is not None}
    joined = {code for request in asked if (code := request.wanted.joins) is not None}
    found = await appeal_lists.alike(tx, wanted, since) if wanted else {}
    named = await appeals.by_code(tx, joined)
    for request in asked:
        others = [other for other in found.get(request.alike or ("", ""), ()) if other.resident != request.resident]
        if (
            (code := request.wanted.joins) is not None
            and code in named
            and code not in {other.code for other in others}
        ):
            others.append(named[code])
        request.similar = tuple(others)


async def load_leads(tx: Transaction, asked: Sequence[EventFacts]) -> None:
    """Who leads the merged ones among those."""
    spoken = [request for request in asked if request.wanted.leads]
    wanted = {
        id(asked): {other.incident for other in (*asked.about, *asked.similar) if _is_merged(other)} for asked in spoken
    }
    known = await appeals.by_code(tx, {code for codes in wanted.values() for code in codes})
    for request in spoken:
        request.leads = {code: known[code] for code in sorted(wanted[id(request)]) if code in known}
    if any(request.wanted.incidents for request in asked):
        await _load_incidents(tx, asked)


async def _load_incidents(tx: Transaction, asked: Sequence[EventFacts]) -> None:
    """Loads the leading appeals of all incidents, for events that ask for them."""
    found = await appeals.by_code(tx, await appeal_lists.incidents(tx))
    for request in asked:
        if request.wanted.incidents:
            request.leads = {code: found[code] for code in sorted(found)}


def _is_merged(appeal: Appeal) -> bool:
    return appeal.status is Status.MERGED and bool(appeal.incident) and not appeal.leads


async def load_members(tx: Transaction, asked: Sequence[EventFacts]) -> None:
    """Loads the members of the incidents that an event is about; in a chat, or where words are taken back, of those
    that lead them; of the one that is joined."""
    wanted = {id(request): {other.code for other in _leading(request) if other.leads} for request in asked}
    codes = {code for some in wanted.values() for code in some}
    found = await appeal_lists.members(tx, codes) if codes else {}
    for request in asked:
        request.members = tuple(member for code in sorted(wanted[id(request)]) for member in found.get(code, ()))
    if any(
        (request.wanted.also_told or request.own) and any(appeal.held for appeal in request.about) for request in asked
    ):
        await _load_those_who_left(tx, asked)


async def _load_those_who_left(tx: Transaction, asked: Sequence[EventFacts]) -> None:
    """«Отменить», and more that a resident says, take words back from everybody to whom they were said, in whatever
    incident he is by now (T6)."""
    wanted: dict[int, set[str]] = {}
    for request in asked:
        held = (
            [words for appeal in request.about for words in appeal.held]
            if request.wanted.also_told or request.own
            else []
        )
        known = {other.code for other in (*request.about, *request.members)}
        wanted[id(request)] = {code for words in held for code in words.also} - known
    found = await appeals.by_code(tx, {code for codes in wanted.values() for code in codes})
    for request in asked:
        request.members += tuple(found[code] for code in sorted(wanted[id(request)] & found.keys()))


def _leading(asked: EventFacts) -> Iterable[Appeal]:
    """The appeals that may lead an incident which the event is about."""
    yield from asked.about
    yield from asked.routed
    if asked.in_chat or asked.wanted.also_told or asked.wanted.incidents:
        yield from asked.leads.values()
        yield from asked.similar
    elif (code := asked.wanted.joins) is not None:
        yield from (other for other in (*asked.similar, *asked.leads.values()) if other.code == code or other.leads)


async def load_digest(tx: Transaction, asked: Sequence[EventFacts], now: datetime, zone: tzinfo) -> None:
    """What waits for the chat of an event, and what stands behind the line of it that was opened (R22)."""
    local = now.astimezone(zone)
    until = datetime.combine(local.date() + timedelta(days=1), time(), zone)
    for request in asked:
        chat = request.chat
        if chat is None or not chat.bound:
            continue
        everywhere = chat.agency == CUR
        if request.wanted.digest:
            counted = await what_waits.count_waiting(tx, chat.peer, now, until, everywhere=everywhere)
            spikes = await appeal_lists.counts(tx, now) if everywhere else ()
            request.digest = replace(counted, spikes=spikes)
        if request.wanted.section is not None:
            peer = None if everywhere else chat.peer
            request.listed = tuple(await what_waits.oldest_behind(tx, peer, request.wanted.section, now, until))


async def load_listed(tx: Transaction, asked: Sequence[EventFacts], now: datetime) -> None:
    """What commands of officials ask for, of their own chat; the ЦУР sees everything (R22)."""
    for request in asked:
        chat = request.chat
        if request.wanted.listing is None or chat is None or not chat.bound:
            continue
        where = None if chat.agency == CUR else chat.peer
        match request.wanted.listing:
            case Listing.MINE:
                found = await appeal_lists.open_of_chat(tx, chat.peer, request.wanted.user)
            case Listing.OVERDUE:
                found = await appeal_lists.overdue(tx, where, now)
            case Listing.FOUND:
                found = await appeal_lists.by_part_of_number(tx, where, request.wanted.number_part)
        request.listed = tuple(found)


async def load_history(tx: Transaction, asked: Sequence[EventFacts]) -> None:
    """The lines of what is asked about, and those by which an official knows what is theirs."""
    wanted = {id(request): _codes_with_history(request) for request in asked}
    told = {code for codes in wanted.values() for code in codes}
    lines = await appeals.lines_of(tx, told) if told else {}
    for request in asked:
        request.history = tuple(line for code in wanted[id(request)] for line in lines.get(code, ()))


def _codes_with_history(asked: EventFacts) -> Sequence[str]:
    if asked.wanted.listing is Listing.MINE:
        return sorted(appeal.code for appeal in asked.listed)
    if not asked.wanted.history:
        return ()
    if asked.linked is None:
        return sorted(appeal.code for appeal in asked.about)
    # A reply to words of one who joined may be about the one that leads it.
    return (asked.linked.code, asked.linked.incident) if _is_merged(asked.linked) else (asked.linked.code,)
