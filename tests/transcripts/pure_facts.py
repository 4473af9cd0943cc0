"""What the storage would read for an event, from the memory of the pure stage: the same facts as storage loads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import features
from bot.feature import rules_of
from features.notices.model import NoticesAsked
from features.official_pages.asked import words_of
from features.official_pages.model.page import PagesAsked, PagesFound
from features.official_pages.model.words import patterns
from handlers.needs import needs, of_alarm
from states import events as happened
from states.effects import Kind
from states.facts import Facts, Listing, Question, WantedFacts
from states.lifecycle.appeal import OPEN, WITH_AGENCY, Action, Appeal, Status
from states.lifecycle.digest import OF_CUR, Count, Digest, Load, Section
from states.lifecycle.spikes import WINDOW, Spike
from states.messages import is_chat

if TYPE_CHECKING:
    from tests.transcripts.pure import PureStage

RULES = rules_of(features.installed())
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def facts_of(stage: PureStage, event: happened.Event) -> Facts:
    peer, cmid = about(event)
    wanted_of = needs(event, None, RULES).message
    cmid = wanted_of[1] if wanted_of is not None else cmid
    linked = stage.appeals.get(stage.links.get((peer, cmid), ""))
    resident = resident_of(stage, event, peer)
    dialogue = stage.dialogues.get(resident)
    wanted = needs(event, dialogue, RULES)
    mine = [appeal for appeal in stage.appeals.values() if appeal.resident == resident]
    named = [stage.appeals[code] for code in sorted(wanted.codes) if code in stage.appeals]
    if not is_chat(peer):
        named = [one for one in named if one.resident == resident]
    appeals = tuple(dict.fromkeys([*mine, *named, *([linked] if linked and is_chat(peer) else [])]))
    bound = {chat.peer for chat in stage.chats.values() if chat.bound}
    waiting = tuple(
        appeal
        for appeal in stage.appeals.values()
        if appeal.status in (Status.WAITING, Status.REOPENED)
        or (appeal.status in OPEN and appeal.chat not in (None, *bound))
    )
    first = (dialogue and of_alarm(event, dialogue)) or (
        dialogue.draft.first if dialogue and dialogue.draft.pieces else 0
    )
    chat = stage.chats.get(peer)
    pair = (linked.topic, linked.place) if wanted.similar and linked and linked.place else wanted.alike
    similar = similar_to(stage, *pair, resident) if pair else ()
    leads = leads_of(stage, (*appeals, *similar)) if wanted.leads else {}
    if wanted.incidents:
        leads = leads_of(stage, tuple(stage.appeals.values()))
    joined = [*similar, *leads.values()] if wanted.joins else []
    members = members_of(
        stage, [*appeals, *([*leads.values(), *similar] if is_chat(peer) or wanted.incidents else joined)]
    )
    if wanted.also_told:
        said = (linked,) if linked is not None else appeals
        members += those_who_left(stage, said, {appeal.code for appeal in (*appeals, *said, *members)})
    routed = waiting if wanted.waiting else ()
    return Facts(
        now=stage.now,
        policy=stage.policy,
        directory=stage.directory,
        find=stage.find,
        judge=stage.judge,
        dialogue=dialogue if not is_chat(peer) else None,
        appeals=appeals,
        linked=linked,
        chat=chat,
        chats={chat.agency: chat for chat in stage.chats.values() if chat.agency},
        waiting=routed,
        unsent=unsent_of(
            stage, {appeal.code for appeal in (*appeals, *([linked] if linked else []), *routed, *members)}
        ),
        unread=unread_of(stage),
        number=number_of(resident, first),
        theirs=stage.dialogues.get(linked.resident) if linked and is_chat(peer) else None,
        officials={user: one for (where, user), one in stage.officials.items() if where == peer},
        replied=stage.causes.get((peer, cmid), ""),
        members=members,
        leads=leads,
        similar=similar,
        listed=behind(stage, peer, wanted.section) if wanted.section else listed(stage, peer, wanted),
        digest=digest_of(stage, peer) if wanted.digest else None,
        history=tuple(entry for entry in stage.history if linked and entry.code == linked.code),
        publishes=stage.policy.publish_hash in stage.agreed.get(resident, set()),
        erasure=stage.erasures.get(resident),
        asked=stage.officials.get(wanted.person) if wanted.person else None,
        spikes=spikes_of(stage) if wanted.spikes else (),
        alarms=tuple(one for one in stage.appeals.values() if one.alarming) if wanted.alarms else (),
        answers={type(asks): answered(stage, asks) for asks in wanted.questions},
        rules=RULES,
    )


def answered(stage: PureStage, asks: Question[Any]) -> object:
    """As the loaders of features answer."""
    match asks:
        case NoticesAsked(""):
            return tuple(one for one in stage.notices.values() if one.ended is None)
        case NoticesAsked(wanted):
            return tuple(one for one in stage.notices.values() if one.id == wanted)
        case PagesAsked(words):
            return pages_found(stage, words)
        case _:
            return None


def pages_found(stage: PureStage, asked: str) -> PagesFound | None:
    """As features/official_pages/sql.py finds them."""
    found = [
        one
        for one in stage.pages
        if all(pattern in words_of(one, stage.directory) for pattern in patterns(asked)) and one.main
    ]
    return PagesFound(tuple(found), len(found)) if stage.pages else None


def number_of(resident: int, first: int) -> str:
    """Another number for each first message of each resident, as storage/records/numbers.py gives."""
    letters, rest = "", resident % 100 * 10_000 + first % 10_000
    for _ in range(4):
        letters, rest = LETTERS[rest % 32] + letters, rest // 32
    return f"1124-{letters}"


def about(event: happened.Event) -> tuple[int, int]:
    """(peer, message replied to or pressed)."""
    match event:
        case happened.MessageNew(message) | happened.MessageEdited(message):
            return message.peer, message.reply.cmid if message.reply else 0
        case happened.ButtonPressed():
            return event.peer, event.cmid
        case happened.MessagesAllowed(user) | happened.MessagesDenied(user):
            return user, 0
        case happened.NotForUs():
            return 0, 0
        case _:
            return event.peer, 0


def resident_of(stage: PureStage, event: happened.Event, peer: int) -> int:
    if isinstance(event, happened.DeliveryEnded):
        return stage.appeals[event.appeal].resident
    if isinstance(event, happened.TimerFired) and event.key in stage.appeals:
        return stage.appeals[event.key].resident
    return 0 if is_chat(peer) else peer


def leads_of(stage: PureStage, appeals: tuple[Appeal, ...]) -> dict[str, Appeal]:
    merged = [appeal for appeal in appeals if appeal.status is Status.MERGED and appeal.incident and not appeal.leads]
    return {one.incident: stage.appeals[one.incident] for one in merged if one.incident in stage.appeals}


def spikes_of(stage: PureStage) -> tuple[Spike, ...]:
    """As storage/records/appeal_lists.py counts for a bot that has just been installed: nothing is usual yet."""
    lately = Counter(
        (appeal.topic, appeal.place) for appeal in stage.appeals.values() if appeal.created_at > stage.now - WINDOW
    )
    return tuple(Spike(topic, place, count, 0.0) for (topic, place), count in sorted(lately.items(), key=str))


def members_of(stage: PureStage, appeals: Iterable[Appeal]) -> tuple[Appeal, ...]:
    leading = {appeal.code for appeal in appeals if appeal.leads}
    return tuple(appeal for appeal in stage.appeals.values() if appeal.incident in leading and not appeal.leads)


def those_who_left(stage: PureStage, said_of: tuple[Appeal, ...], known: set[str]) -> tuple[Appeal, ...]:
    """To whom words on their way were said too, and who are in that incident no more."""
    said = {code for appeal in said_of for held in appeal.held for code in held.also} - known
    return tuple(stage.appeals[code] for code in sorted(said & stage.appeals.keys()))


def unsent_of(stage: PureStage, codes: set[str]) -> frozenset[str]:
    """Of these appeals only, as storage looks them up."""
    waiting = ((cause, held) for cause, held in stage.outbox.items() if held.send.kind is not Kind.ADDITION)
    waiting = ((cause, held) for cause, held in waiting if held.send.kind is Kind.ANSWER or not held.parked)
    return frozenset(cause for cause, held in waiting if held.send.appeal in codes)


def unread_of(stage: PureStage) -> dict[str, frozenset[str]]:
    """Words of residents that their chat has not got yet, also where it is lost."""
    found: dict[str, frozenset[str]] = {}
    for cause, held in stage.outbox.items():
        if held.send.kind is Kind.ADDITION and held.send.appeal is not None:
            found[held.send.appeal] = found.get(held.send.appeal, frozenset()) | {cause}
    return found


def similar_to(stage: PureStage, topic: str, place: str, resident: int) -> tuple[Appeal, ...]:
    since = stage.now - stage.policy.join_within
    return tuple(
        appeal
        for appeal in stage.appeals.values()
        if appeal.resident != resident and (appeal.topic, appeal.place) == (topic, place)
        if appeal.status in OPEN and appeal.created_at >= since
    )


def here(stage: PureStage, peer: int) -> tuple[list[Appeal], bool]:
    """(what this chat may see, whether it is all of it)."""
    chat = stage.chats.get(peer)
    everywhere = chat is not None and chat.agency == "cur"
    return [one for one in stage.appeals.values() if everywhere or one.chat == peer], everywhere


def digest_of(stage: PureStage, peer: int) -> Digest | None:
    """As storage/records/what_waits.py counts."""
    chat = stage.chats.get(peer)
    if chat is None or not chat.bound:
        return None
    everywhere = here(stage, peer)[1]
    wanted = OF_CUR if everywhere else (Section.NEW,)
    own = behind(stage, peer, Section.OWN_LATE) if everywhere else ()
    found = {section: behind(stage, peer, section) for section in (*wanted, Section.UNDELIVERED)}
    counts = {
        section: Count(len(some), min((one.created_at for one in some), default=None))
        for section, some in found.items()
    }
    counts[Section.OWN_LATE] = Count(len(own), next((one.deadline.due_at for one in own if one.deadline), None))
    loads: dict[str | None, Load] = {}
    for section in (Section.TODAY, Section.OVERDUE):
        due = behind(stage, peer, section)
        for one in due:
            agency = None if everywhere and one.chat == peer else one.agency
            load = loads.get(agency, Load(agency))
            at = one.deadline.due_at if one.deadline else stage.now
            if section is Section.TODAY:
                loads[agency] = replace(load, today=load.today + 1)
            else:
                loads[agency] = replace(load, overdue=load.overdue + 1, oldest=min(load.oldest or at, at))
        oldest = due[0].deadline if due and section is Section.OVERDUE else None
        counts[section] = Count(len(due), oldest.due_at if oldest else None)
    ordered = sorted(loads.values(), key=lambda one: (-one.overdue, -one.today, one.agency or ""))
    late = behind(stage, peer, Section.OVERDUE)
    return Digest(counts, tuple(ordered), late, spikes_of(stage) if everywhere else ())


def behind(stage: PureStage, peer: int, section: Section) -> tuple[Appeal, ...]:
    """The appeals that a line of the list counts, the oldest first."""
    came_back = {entry.code for entry in stage.history if entry.action in (Action.NOT_OURS, Action.CHAT_LOST)}
    failed = {held.send.appeal for held in stage.outbox.values() if held.parked and held.send.kind is Kind.ANSWER}
    local = stage.now.astimezone(stage.policy.zone)
    until = datetime.combine(local.date() + timedelta(days=1), time(), stage.policy.zone)

    def waits(one: Appeal) -> bool:
        due = one.deadline.due_at if one.deadline else None
        theirs = one.status in WITH_AGENCY
        match section:
            case Section.UNASSIGNED:
                return one.status is Status.WAITING and one.code not in came_back
            case Section.OWN_LATE:
                waits = one.status in (Status.WAITING, Status.REOPENED) and one.chat is not None
                return waits and due is not None and due < stage.now
            case Section.RETURNED:
                return one.status is Status.WAITING and one.code in came_back
            case Section.REOPENED:
                return one.status is Status.REOPENED
            case Section.NEW:
                return one.status in (Status.ROUTED, Status.REPEAT)
            case Section.TODAY:
                return theirs and due is not None and stage.now <= due < until
            case Section.UNDELIVERED:
                return one.code in failed
            case _:
                return theirs and due is not None and due < stage.now

    def oldest(one: Appeal) -> tuple[datetime, str]:
        by_due = (
            section in (Section.OWN_LATE, Section.TODAY, Section.OVERDUE, Section.THRICE) and one.deadline is not None
        )
        return (one.deadline.due_at if by_due and one.deadline else one.created_at), one.code

    return tuple(sorted(filter(waits, here(stage, peer)[0]), key=oldest))


def listed(stage: PureStage, peer: int, wanted: WantedFacts) -> tuple[Appeal, ...]:
    """What /мои, /просрочено and /найти are about."""
    chat = stage.chats.get(peer)
    everywhere = chat is not None and chat.agency == "cur"
    here = [appeal for appeal in stage.appeals.values() if everywhere or appeal.chat == peer]
    if wanted.listing is Listing.MINE:
        return tuple(appeal for appeal in here if appeal.status in OPEN and appeal.chat == peer)
    if wanted.listing is Listing.OVERDUE:
        return tuple(one for one in here if one.deadline is not None and one.deadline.due_at < stage.now)
    if wanted.listing is Listing.FOUND:
        return tuple(one for one in here if wanted.number_part in one.code)
    return ()
