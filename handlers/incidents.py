"""Several messages about one trouble: one leads, the others are answered with it, each resident once (R32, R33).

The leading appeal has the card and the clock; the others wait for its answer and can be separated again.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import texts_chat, texts_stages
from handlers.acting import act
from handlers.answering import Said, held_of, of_member, undo_offer
from handlers.cards import agency_name, words_of
from handlers.moves import origin_of, refused
from handlers.parts import in_parts
from handlers.relayed import in_chat, one_line
from handlers.routing import merged, refresh, route, to_cur
from handlers.turn import cause_of, status
from states.appeal import OPEN, Action, Appeal, NotAllowed, Status
from states.chats import CUR, Chat
from states.decision import Decision, ignore
from states.effects import Effect, Kind, Priority, Send, Source
from states.facts import Facts
from states.tasks import Task
from states.who_may import may

NEWS = "news"
"""What is told to everybody of an incident without answering anybody."""


def lead_of(facts: Facts, number: str) -> Appeal | None:
    """The appeal of that number, or the one that leads it; None where nothing can be joined to it."""
    found = facts.appeal(number) or next((one for one in facts.similar if one.code == number), None)
    if found is not None and found.status is Status.MERGED:
        found = facts.leads.get(found.incident)
    return found if found is not None and found.status in OPEN else None


def merge(facts: Facts, chat: Chat, appeal: Appeal, actor: int, number: str) -> Decision:
    """The appeal, and those that it leads, join another one."""
    lead = lead_of(facts, number)
    if lead is None:
        return ignore(texts_chat.WRONG_NUMBER)
    if lead.code == appeal.code:
        return ignore(texts_chat.SAME_NUMBER)
    if not may(chat, appeal, Action.MERGE):
        return refused(appeal)
    joined = join(facts, appeal, lead, actor)
    if joined is None:
        return refused(appeal)
    left_behind = next((one for one in facts.chats.values() if one.peer == appeal.chat), None)
    closing: tuple[Effect, ...] = ()
    if left_behind is not None:
        after = replace(joined.appeals[0], card=appeal.card)
        closing = refresh(facts, after, origin_of(after), holder=left_behind)
    tell = status(facts, joined.appeals[0], origin_of(joined.appeals[0]), texts_stages.merged(appeal.code))
    return replace(joined, effects=merged((tell,), closing, joined.effects))


def join(facts: Facts, appeal: Appeal, lead: Appeal, actor: int) -> Decision | None:
    """Both appeals and those that follow, and a line to whoever answers; nothing yet to the resident."""
    acted = act(facts, replace(appeal, incident=lead.code, chat=None), Action.MERGE, actor, lead.code)
    if isinstance(acted, NotAllowed):
        return None
    leading = replace(lead, incident=lead.code, version=lead.version + 1)
    followers = tuple(
        replace(one, incident=lead.code, version=one.version + 1)
        for one in facts.members
        if one.incident == appeal.code and one.code != appeal.code and one.status is Status.MERGED
    )
    more = replace(facts, members=(*facts.members, acted.appeal, *followers))
    shown = refresh(more, leading, origin_of(leading))
    effects = merged(acted.effects, told_of(facts, acted.appeal, leading), shown)
    return Decision(appeals=(acted.appeal, leading, *followers), history=acted.history, effects=effects)


def told_of(facts: Facts, appeal: Appeal, lead: Appeal) -> tuple[Effect, ...]:
    """The chat that answers reads what the new one adds, harmless and without numbers (T12)."""
    if lead.chat is None:
        return ()
    address = one_line(in_chat(appeal.address), 300)
    words = "\n".join(part for part in (address, words_of(appeal.pieces)) if part)
    cause = cause_of(facts.house.community, "joined", lead.chat, origin_of(appeal))
    text = texts_chat.joined(lead.code, appeal.code, words)
    files = tuple(piece.cmid for piece in appeal.pieces if piece.attachments)
    send = Send(
        lead.chat,
        cause,
        text,
        Kind.ADDITION,
        Priority.CARD,
        copy=Source(appeal.resident, files) if files else None,
        source=Source(appeal.resident, (appeal.source,)),
        appeal=lead.code,
    )
    return in_parts(send)


def separate(facts: Facts, chat: Chat, appeal: Appeal, actor: int) -> Decision:
    """Another problem after all: to the ЦУР, with a card of its own."""
    if not appeal.incident or not may(chat, appeal, Action.SEPARATE):
        return ignore(texts_chat.NOT_MERGED.format(code=appeal.code))
    acted = act(facts, replace(appeal, incident=""), Action.SEPARATE, actor, appeal.incident)
    if isinstance(acted, NotAllowed):
        return ignore(texts_chat.NOT_MERGED.format(code=appeal.code))
    routed = to_cur(facts, acted.appeal, texts_chat.CUR_SEPARATED.format(code=appeal.incident))
    tell = status(facts, routed.appeal, origin_of(routed.appeal), texts_stages.separated(appeal.code))
    effects = merged((tell,), acted.effects, routed.effects)
    return Decision(appeals=(routed.appeal,), history=(*acted.history, *routed.history), effects=effects)


def lead_gone(facts: Facts, lead: Appeal, actor: int) -> Decision:
    """The leading appeal was withdrawn: the oldest of the others leads from now on, where the first one was (R33)."""
    merged_yet = (one for one in facts.members if one.incident == lead.code and one.status is Status.MERGED)
    left = sorted(merged_yet, key=lambda one: (one.created_at, one.code))
    if not left:
        return Decision()
    first, *others = left
    acted = act(facts, replace(first, incident=first.code if others else ""), Action.SEPARATE, actor, lead.code)
    assert not isinstance(acted, NotAllowed), "members are merged"
    facts = replace(facts, members=tuple(replace(one, incident=first.code) for one in others))
    routed = route(facts, replace(acted.appeal, by_hand=lead.by_hand), lead.agency, actor)
    tell = status(facts, routed.appeal, origin_of(routed.appeal), texts_stages.separated(first.code))
    followers = tuple(replace(one, incident=first.code, version=one.version + 1) for one in others)
    return Decision(
        appeals=(routed.appeal, *followers),
        history=(*acted.history, *routed.history),
        effects=merged((tell,), acted.effects, routed.effects),
    )


def broadcast(facts: Facts, chat: Chat, appeal: Appeal, task: Task) -> Decision:
    """News for everybody of an incident, each once; nobody is answered by it."""
    said = Said(task.peer, task.cmid, task.user, f"{task.cmid}.news", task.text, task.files)
    held = replace(held_of(facts, said, Action.ANSWER), action=NEWS)
    who = agency_name(facts.directory, chat.agency if chat.agency != CUR else None)
    members = tuple(one for one in facts.members if one.incident == appeal.code and one.status is Status.MERGED)
    effects: list[Effect] = []
    for one in (appeal, *members):
        cause = held.cause if one is appeal else of_member(held.cause, one.code)
        text = texts_stages.news(one.code, who, task.text)
        not_before = facts.now + facts.house.undo
        send = Send(one.resident, cause, text, Kind.NOTICE, Priority.NOTICE, appeal=one.code, not_before=not_before)
        effects += in_parts(send)
    kept = replace(appeal, version=appeal.version + 1)
    return Decision(appeals=(kept,), effects=(*effects, undo_offer(facts, appeal, held, len(members), "", task.cmid)))
