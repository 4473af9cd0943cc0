"""Several messages about one trouble: one leads, the others are answered with it, each resident once (R32, R33).

The leading appeal has the card and the clock; the others wait for its answer and can be separated again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.lifecycle.acting import act
from handlers.lifecycle.coordinator import line_in_cur_chat
from handlers.lifecycle.moves import origin_of
from handlers.lifecycle.routing import (
    AT_ONCE,
    QUIET,
    copy_member_texts,
    current,
    join_effects,
    left_behind,
    route,
    to_cur,
    told_of,
    told_where,
)
from handlers.text import texts_chat, texts_stages
from handlers.views.cards import unread_members
from handlers.views.joinable import first_alone, may_share, not_shared
from handlers.views.similar import together_with
from handlers.views.turn import status
from states.decision import Decision, ignore
from states.effects import CancelSend, Edit, Effect, StartTimer
from states.facts import Facts
from states.lifecycle.appeal import OPEN, Action, Appeal, History, NotAllowed, Status
from states.people.chats import Chat
from states.people.who_may import may

SHOWN_BY_PRESS = 5
"""Of those who joined, by one press."""

INCIDENTS_TIMER = "incidents"
"""Fires when incidents are to be looked at: is one answer still for all of them (system/mixed.py)."""


def looked_at_now(facts: Facts) -> StartTimer:
    """The timer that looks over all incidents at once."""
    return StartTimer(INCIDENTS_TIMER, INCIDENTS_TIMER, 0, facts.now)


def lead_of(facts: Facts, number: str) -> Appeal | None:
    """The appeal of that number, or the one that leads it; None where nothing can be joined to it."""
    found = facts.appeal(number) or next((appeal for appeal in facts.similar if appeal.code == number), None)
    if found is not None and found.status is Status.MERGED:
        found = facts.leads.get(found.incident)
    return found if found is not None and found.status in OPEN else None


def members_of(facts: Facts, lead: Appeal) -> tuple[Appeal, ...]:
    """The appeals of the incident that wait for the answer of `lead`."""
    return tuple(member for member in facts.members if member.incident == lead.code and member.status is Status.MERGED)


def merge(facts: Facts, appeal: Appeal, actor: int, number: str) -> Decision:
    """The appeal, and those that it leads, join another one."""
    lead = lead_of(facts, number)
    if lead is None:
        return ignore(texts_chat.WRONG_NUMBER)
    if appeal.code in (lead.code, number):
        return ignore(texts_chat.SAME_NUMBER)
    if authors(facts, appeal) & authors(facts, lead):
        return ignore(texts_chat.SAME_AUTHOR.format(code=appeal.code, other=lead.code))
    if (alone := first_alone(facts.directory, (appeal, *members_of(facts, appeal), lead))) is not None:
        return ignore(not_shared(facts.directory, alone))
    joined = join(facts, appeal, lead, actor)
    assert joined is not None, "asked before (possible.py)"
    after = joined.appeals[0]
    where = told_where(facts, joined.appeals[1])
    tell = status(facts, after, origin_of(after), texts_stages.merged(appeal.code, where))
    done = line_in_cur_chat(facts, after, texts_chat.MERGED.format(code=appeal.code, lead=lead.code))
    return replace(joined, effects=join_effects((tell,), left_behind(facts, appeal, after), joined.effects, (done,)))


def merge_all(facts: Facts, appeal: Appeal, actor: int) -> Decision:
    """Merges the appeal and all that are like it: an incident that is there leads, else the oldest; each author hears
    it once."""
    found = (appeal, *together_with(facts, appeal))
    lead, *others = sorted(found, key=lambda candidate: (not candidate.leads, candidate.created_at, candidate.code))
    before, kept = lead.version, dict[str, Appeal]()
    history: list[History] = []
    effects: list[Effect] = []
    count = 0
    for other in others:
        # One change of it, however many join.
        joined = join(facts, other, replace(lead, version=before), actor, many=count >= AT_ONCE)
        if joined is None:  # of one resident's two messages one is a repeat (R32)
            continue
        after, lead, *_ = joined.appeals
        kept |= {appeal.code: appeal for appeal in joined.appeals}
        history += joined.history
        tell = status(facts, after, origin_of(after), texts_stages.merged(after.code, told_where(facts, lead)))
        effects += join_effects((tell,), left_behind(facts, other, after), joined.effects)
        members = tuple(member for member in facts.members if member.code not in kept)
        facts = replace(facts, members=(*members, *(member for member in kept.values() if member.code != lead.code)))
        count += 1
    if not count:
        return ignore(texts_chat.NOTHING_ALIKE)
    done = line_in_cur_chat(facts, lead, texts_chat.merged_all(lead.code, count))
    return Decision(appeals=tuple(kept.values()), history=tuple(history), effects=(*once_shown(effects), done))


def once_shown(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The effects with only the last of several edits of one message."""
    last = {effect.target: effect for effect in effects if isinstance(effect, Edit)}
    return tuple(effect for effect in effects if not isinstance(effect, Edit) or last[effect.target] is effect)


def authors(facts: Facts, appeal: Appeal) -> frozenset[int]:
    """The residents who hear when it is answered: of one resident's two messages one is a repeat, so each hears once
    (R32)."""
    return frozenset({appeal.resident, *(member.resident for member in members_of(facts, appeal))})


def join(facts: Facts, appeal: Appeal, lead: Appeal, actor: int, *, many: bool = False) -> Decision | None:
    """Joins the appeal and its followers with the incident of `lead`; their words go to the agency that answers,
    nothing yet to the resident. None where one answer is not for all of them (joinable.py). `many`: they are too many
    to be read now."""
    if not may_share(facts.directory, appeal, lead, *members_of(facts, appeal)):
        return None
    alone = replace(appeal, incident=lead.code, chat=None, card="", card_at=None, tasks=(), not_shown=())
    acted = act(facts, alone, Action.MERGE, actor, lead.code)
    if isinstance(acted, NotAllowed) or authors(facts, appeal) & authors(facts, lead):
        return None
    followers = tuple(
        replace(member, incident=lead.code, version=member.version + 1) for member in members_of(facts, appeal)
    )
    others = tuple(member for member in facts.members if member.incident != appeal.code)
    more = replace(facts, members=(*others, acted.appeal, *followers))
    unread = unread_members(lead, facts.members)
    at_once = 0 if many or unread or recent_members_count(facts, lead) >= AT_ONCE else AT_ONCE
    newcomers, left = (acted.appeal, *followers), tuple[Appeal, ...]()
    if appeal.chat == lead.chat:  # it has read those that come along, but for whom it has not asked for
        newcomers, left = (acted.appeal,), unread_members(appeal, facts.members)
    codes = tuple(member.code for member in (*unread, *newcomers[at_once:], *left))
    led = replace(lead, incident=lead.code, version=lead.version + 1, not_shown=codes)
    leading, shown = current(more, led)
    told = told_of(facts, acted.appeal, leading) if at_once else ()
    theirs = copy_member_texts(facts, appeal.chat, leading, followers) if followers else ()
    effects = join_effects(acted.effects, told, theirs, shown)
    return Decision(appeals=(acted.appeal, leading, *followers), history=acted.history, effects=effects)


def recent_members_count(facts: Facts, lead: Appeal) -> int:
    """How many appeals that joined this incident are younger than the quiet time."""
    return sum(facts.now - member.created_at < QUIET for member in members_of(facts, lead))


def show_unread_members(facts: Facts, appeal: Appeal) -> Decision:
    """Shows the next few members by «Что пишут другие», each in a message of his own, which goes with him when he is
    forgotten."""
    waiting = unread_members(appeal, facts.members)
    if not waiting:
        return ignore(texts_chat.SHOWN_ALL)
    left = tuple(follower.code for follower in waiting[SHOWN_BY_PRESS:])
    after, shown = current(facts, replace(appeal, not_shown=left, version=appeal.version + 1))
    told = (told_of(facts, follower, after) for follower in waiting[:SHOWN_BY_PRESS])
    return Decision(appeals=(after,), effects=join_effects(*told, shown))


def separate(facts: Facts, chat: Chat, appeal: Appeal, actor: int) -> Decision:
    """Takes an appeal out of its incident, for it is another problem after all: to the ЦУР, with a card of its own; a
    person sends it on."""
    if not may(chat, appeal, Action.SEPARATE):
        return ignore(texts_chat.NOT_MERGED.format(code=appeal.code))
    apart = taken_apart(facts, appeal, actor, texts_chat.CUR_SEPARATED.format(code=appeal.incident))
    if apart.ignored is not None:
        return apart
    done = line_in_cur_chat(
        facts, apart.appeals[0], texts_chat.SEPARATED.format(code=appeal.code, lead=appeal.incident)
    )
    apart = replace(apart, effects=(*apart.effects, done))
    lead = facts.leads.get(appeal.incident)
    if lead is None:
        return apart
    left = replace(facts, members=tuple(member for member in facts.members if member.code != appeal.code))
    leading, shown = current(left, replace(lead, version=lead.version + 1))
    return replace(apart, appeals=(*apart.appeals, leading), effects=join_effects(apart.effects, shown))


def taken_apart(facts: Facts, appeal: Appeal, actor: int, reason: str) -> Decision:
    """Moves an appeal out of its incident to the ЦУР, for this reason."""
    acted = act(facts, replace(appeal, incident=""), Action.SEPARATE, actor, appeal.incident)
    if isinstance(acted, NotAllowed):
        return ignore(texts_chat.NOT_MERGED.format(code=appeal.code))
    routed = to_cur(facts, replace(acted.appeal, by_hand=True), reason)
    tell = status(facts, routed.appeal, origin_of(routed.appeal), texts_stages.separated(appeal.code))
    # Its words stand on its own card now; the chat of the other one has no more to do with them (I4).
    unread = tuple(CancelSend(cause) for cause in sorted(facts.unread.get(appeal.code, ())))
    effects = join_effects(unread, (tell,), acted.effects, routed.effects)
    return Decision(appeals=(routed.appeal,), history=acted.history, effects=effects)


def lead_gone(facts: Facts, lead: Appeal, actor: int, left: Sequence[Appeal]) -> Decision:
    """The leading appeal has ended without these: the oldest of them leads from now on, where the first was (R33)."""
    if not left:
        return Decision()
    first, *others = sorted(left, key=lambda appeal: (appeal.created_at, appeal.code))
    acted = act(facts, replace(first, incident=first.code if others else ""), Action.SEPARATE, actor, lead.code)
    assert not isinstance(acted, NotAllowed), "members are merged"
    followers = tuple(replace(other, incident=first.code, version=other.version + 1) for other in others)
    facts = replace(facts, members=followers)
    # The others' words are in that chat already, but for those that it has not asked for.
    unread = tuple(code for code in lead.not_shown if code in {appeal.code for appeal in others})
    heir = replace(acted.appeal, by_hand=lead.by_hand, chat=lead.chat, not_shown=unread)
    routed = route(facts, heir, lead.agency, actor)
    tell = status(facts, routed.appeal, origin_of(routed.appeal), texts_stages.separated(first.code))
    return Decision(
        appeals=(routed.appeal, *followers),
        history=(*acted.history, *routed.history),
        effects=join_effects((tell,), acted.effects, routed.effects),
    )
