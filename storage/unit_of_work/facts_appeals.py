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
from storage.unit_of_work.facts_asked import Asked, Needs


async def load_appeals(tx: Transaction, asked: Sequence[Asked], needs: Needs) -> None:
    """Dialogues and appeals of residents, and those that events in chats name or reply to."""
    pointed = {id(one): message for one in asked if (message := one.wanted.message) is not None}
    links = await appeals.linked(tx, pointed.values())
    named = {code for one in asked for code in one.wanted.codes} | set(links.values())
    known = await appeals.by_code(tx, named)
    for one in asked:
        one.linked = known.get(links.get(pointed[id(one)], "") if id(one) in pointed else one.wanted.about)
        if one.wanted.of_author:
            authors = (known[code].resident for code in sorted(one.wanted.codes) if code in known)
            one.resident = next(authors, one.resident)
    residents = {one.resident for one in asked if one.resident is not None}
    theirs = {one.linked.resident for one in asked if one.linked is not None and one.in_chat}
    dialogues = await appeals.dialogues(tx, residents | theirs)
    dialogues |= await facts_people.blocked_again(tx, residents - dialogues.keys())
    own = await appeals.of_residents(tx, residents)
    for one in asked:
        one.dialogue = dialogues.get(one.resident) if one.resident is not None else None
        if one.dialogue is not None:
            one.wanted = needs(one.event, one.dialogue)
            one.every_chat |= one.wanted.every_chat
    older = {code for one in asked for code in one.wanted.shown} - set(known)
    older -= {appeal.code for group in own.values() for appeal in group}
    known |= await appeals.by_code(tx, older)
    for one in asked:
        one.appeals = _appeals_of(one, own, known)
        # A message of a resident's own dialogue never leads to another's appeal (I4).
        if one.linked is not None and one.resident is not None and one.linked.resident != one.resident:
            one.linked = None
        if one.linked is not None and one.in_chat:
            one.theirs = dialogues.get(one.linked.resident)
            # The small dialogue of this official may be about another agency (states/lifecycle/tasks.py).
            one.every_chat |= any(task.of(one.waiting.peer, one.wanted.user) for task in one.linked.tasks)
    if any(one.wanted.waiting for one in asked):
        await _load_waiting(tx, asked)


def _appeals_of(asked: Asked, own: dict[int, list[Appeal]], known: dict[str, Appeal]) -> tuple[Appeal, ...]:
    codes = asked.wanted.codes | asked.wanted.shown | ({asked.linked.code} if asked.linked else set())
    found = {appeal.code: appeal for appeal in own.get(asked.resident or 0, ())}
    for code in sorted(codes & known.keys()):
        appeal = known[code]
        if asked.resident is None or appeal.resident == asked.resident:
            found.setdefault(code, appeal)
    return tuple(sorted(found.values(), key=lambda appeal: (appeal.created_at, appeal.code)))


async def _load_waiting(tx: Transaction, asked: Sequence[Asked]) -> None:
    everyone = tuple(await appeals.waiting(tx))
    for one in asked:
        if one.wanted.waiting:
            one.routed = everyone


async def load_similar(tx: Transaction, asked: Sequence[Asked], since: datetime) -> None:
    """Open appeals of others about the same."""
    wanted = {pair for one in asked if (pair := one.alike) is not None}
    joined = {code for one in asked if (code := one.wanted.joins) is not None}
    found = await appeal_lists.alike(tx, wanted, since) if wanted else {}
    named = await appeals.by_code(tx, joined)
    for one in asked:
        others = [other for other in found.get(one.alike or ("", ""), ()) if other.resident != one.resident]
        if (code := one.wanted.joins) is not None and code in named and code not in {other.code for other in others}:
            others.append(named[code])
        one.similar = tuple(others)


async def load_leads(tx: Transaction, asked: Sequence[Asked]) -> None:
    """Who leads the merged ones among those."""
    spoken = [one for one in asked if one.wanted.leads]
    wanted = {
        id(asked): {other.incident for other in (*asked.about, *asked.similar) if _is_merged(other)} for asked in spoken
    }
    known = await appeals.by_code(tx, {code for codes in wanted.values() for code in codes})
    for one in spoken:
        one.leads = {code: known[code] for code in sorted(wanted[id(one)]) if code in known}
    if any(one.wanted.incidents for one in asked):
        await _load_incidents(tx, asked)


async def _load_incidents(tx: Transaction, asked: Sequence[Asked]) -> None:
    """Of all that somebody waits for together."""
    found = await appeals.by_code(tx, await appeal_lists.incidents(tx))
    for one in asked:
        if one.wanted.incidents:
            one.leads = {code: found[code] for code in sorted(found)}


def _is_merged(appeal: Appeal) -> bool:
    return appeal.status is Status.MERGED and bool(appeal.incident) and not appeal.leads


async def load_members(tx: Transaction, asked: Sequence[Asked]) -> None:
    """Of all that an event is about; in a chat, or where words are taken back, of those that lead them; of the one that
    is joined."""
    wanted = {id(one): {other.code for other in _leading(one) if other.leads} for one in asked}
    codes = {code for some in wanted.values() for code in some}
    found = await appeal_lists.members(tx, codes) if codes else {}
    for one in asked:
        one.members = tuple(member for code in sorted(wanted[id(one)]) for member in found.get(code, ()))
    if any((one.wanted.also_told or one.own) and any(appeal.held for appeal in one.about) for one in asked):
        await _load_those_who_left(tx, asked)


async def _load_those_who_left(tx: Transaction, asked: Sequence[Asked]) -> None:
    """«Отменить», and more that a resident says, take words back from everybody to whom they were said, in whatever
    incident he is by now (T6)."""
    wanted: dict[int, set[str]] = {}
    for one in asked:
        held = [words for appeal in one.about for words in appeal.held] if one.wanted.also_told or one.own else []
        known = {other.code for other in (*one.about, *one.members)}
        wanted[id(one)] = {code for words in held for code in words.also} - known
    found = await appeals.by_code(tx, {code for codes in wanted.values() for code in codes})
    for one in asked:
        one.members += tuple(found[code] for code in sorted(wanted[id(one)] & found.keys()))


def _leading(asked: Asked) -> Iterable[Appeal]:
    yield from asked.about
    yield from asked.routed
    if asked.in_chat or asked.wanted.also_told or asked.wanted.incidents:
        yield from asked.leads.values()
        yield from asked.similar
    elif (code := asked.wanted.joins) is not None:
        yield from (other for other in (*asked.similar, *asked.leads.values()) if other.code == code or other.leads)


async def load_digest(tx: Transaction, asked: Sequence[Asked], now: datetime, zone: tzinfo) -> None:
    """What waits for the chat of an event, and what stands behind the line of it that was opened (R22)."""
    local = now.astimezone(zone)
    until = datetime.combine(local.date() + timedelta(days=1), time(), zone)
    for one in asked:
        chat = one.chat
        if chat is None or not chat.bound:
            continue
        everywhere = chat.agency == CUR
        if one.wanted.digest:
            counted = await what_waits.counted(tx, chat.peer, now, until, everywhere=everywhere)
            spikes = await appeal_lists.counts(tx, now) if everywhere else ()
            one.digest = replace(counted, spikes=spikes)
        if one.wanted.section is not None:
            peer = None if everywhere else chat.peer
            one.listed = tuple(await what_waits.listed(tx, peer, one.wanted.section, now, until))


async def load_listed(tx: Transaction, asked: Sequence[Asked], now: datetime) -> None:
    """What commands of officials ask for, of their own chat; the ЦУР sees everything (R22)."""
    for one in asked:
        chat = one.chat
        if one.wanted.listing is None or chat is None or not chat.bound:
            continue
        where = None if chat.agency == CUR else chat.peer
        match one.wanted.listing:
            case Listing.MINE:
                found = await appeal_lists.held(tx, chat.peer, one.wanted.user)
            case Listing.OVERDUE:
                found = await appeal_lists.overdue(tx, where, now)
            case Listing.FOUND:
                found = await appeal_lists.numbered(tx, where, one.wanted.number_part)
        one.listed = tuple(found)


async def load_history(tx: Transaction, asked: Sequence[Asked]) -> None:
    """The lines of what is asked about, and those by which an official knows what is theirs."""
    wanted = {id(one): _told(one) for one in asked}
    told = {code for codes in wanted.values() for code in codes}
    lines = await appeals.lines_of(tx, told) if told else {}
    for one in asked:
        one.history = tuple(line for code in wanted[id(one)] for line in lines.get(code, ()))


def _told(asked: Asked) -> Sequence[str]:
    if asked.wanted.listing is Listing.MINE:
        return sorted(appeal.code for appeal in asked.listed)
    if not asked.wanted.history:
        return ()
    if asked.linked is None:
        return sorted(appeal.code for appeal in asked.about)
    # A reply to words of one who joined may be about the one that leads it.
    return (asked.linked.code, asked.linked.incident) if _is_merged(asked.linked) else (asked.linked.code,)
