"""Incidents of which one answer is not for all any more: made by an older program, before the directory changed, or
before somebody added what is personal (joinable.py).

Copies of an answer on their way to whoever may not read them are taken back; the ЦУР is told of each incident once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.lifecycle.answering import drop_held
from handlers.lifecycle.incidents import INCIDENTS_TIMER, lead_gone, members_of
from handlers.lifecycle.routing import join_effects
from handlers.text import actions, keyboards, texts_chat
from handlers.text.parts import in_parts
from handlers.views.joinable import first_alone, may_share, why_words
from handlers.views.titles import title
from states.cause import parse
from states.decision import Decision
from states.effects import CancelSend, Effect, Kind, Priority, Send, StartTimer
from states.events import TimerFired
from states.facts import Facts
from states.lifecycle.answers import Held
from states.lifecycle.appeal import OPEN, Appeal

AGAIN = timedelta(days=1)
OPENED = 6
"""Buttons below the list: so many rows VK takes (vk-api.md §7)."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """An incident, and those of it that may not read the answer of the one that leads it."""

    lead: Appeal
    apart: tuple[Appeal, ...]


def look(facts: Facts, event: TimerFired) -> Decision:
    """Looks for incidents that may no longer have one answer, takes them apart and tells the ЦУР: once a day, and when
    the directory has changed or somebody has added what is personal."""
    found = find_mixed(facts)
    untold = [incident for incident in found if incident.lead.status in OPEN and not incident.lead.told_apart]
    opening = facts.office(None).opening(facts.now)
    told = untold if facts.cur is not None and opening == facts.now else []
    parted = [part(facts, incident, told=incident in told) for incident in found]
    later = opening if untold and opening > facts.now else facts.now + AGAIN
    again = StartTimer(INCIDENTS_TIMER, event.key, event.peer, later)
    return Decision(
        appeals=tuple(appeal for decision in parted for appeal in decision.appeals),
        history=tuple(line for decision in parted for line in decision.history),
        effects=join_effects(*(decision.effects for decision in parted), tell(facts, told, event), (again,)),
    )


def find_mixed(facts: Facts) -> list[Mixed]:
    """The incidents with members that may no longer share one answer, the oldest first."""
    found = []
    for lead in sorted(facts.leads.values(), key=lambda appeal: (appeal.created_at, appeal.code)):
        apart = tuple(appeal for appeal in members_of(facts, lead) if not may_share(facts.directory, lead, appeal))
        found += [Mixed(lead, apart)] if apart else []
    return found


def part(facts: Facts, mixed: Mixed, *, told: bool) -> Decision:
    """Copies that have not left yet never leave; whoever waits for one that has ended waits under the next lead."""
    lead, copies = mixed.lead, {appeal.code: copies_of(facts, appeal) for appeal in mixed.apart}
    causes = {held.cause for held in sum(copies.values(), ())}
    effects = tuple(CancelSend(cause) for cause in sorted(facts.unsent) if str(parse(cause).whole) in causes)
    apart = [without(appeal, copies[appeal.code]) for appeal in mixed.apart]
    gone = {code for code, held in copies.items() if held}
    words = tuple(replace(held, also=tuple(code for code in held.also if code not in gone)) for held in lead.held)
    after = replace(lead, held=words, told_apart=lead.told_apart or told)
    leading = (replace(after, version=lead.version + 1),) if after != lead else ()
    if lead.status in OPEN:
        changed = tuple(replace(appeal, version=appeal.version + 1) for appeal in apart if appeal.code in gone)
        return Decision(appeals=(*leading, *changed), effects=effects)
    left = [
        appeal for appeal in apart if not any(parse(held.cause).is_of_member(appeal.code) for held in appeal.leaving)
    ]
    heirs = lead_gone(facts, lead, 0, left)
    return replace(heirs, appeals=(*leading, *heirs.appeals), effects=(*effects, *heirs.effects))


def copies_of(facts: Facts, appeal: Appeal) -> tuple[Held, ...]:
    """The words said to it because of the one that leads it, that can still be taken back. Whoever took words over from
    somebody who went away is looked at when they leave (sources.py)."""
    return tuple(
        held
        for held in appeal.held
        if parse(held.cause).is_of_member(appeal.code) and held.cause in facts.unsent and (held.read or not held.leads)
    )


def without(appeal: Appeal, copies: Sequence[Held]) -> Appeal:
    """The appeal without these copies of a held answer."""
    for held in copies:
        appeal = drop_held(appeal, held.cause)
    return appeal


def tell(facts: Facts, found: Sequence[Mixed], event: TimerFired) -> tuple[Effect, ...]:
    """The list of incidents that were taken apart, by titles; those that can be are opened from here."""
    cur = facts.cur
    if cur is None or not found:
        return ()
    lines = [texts_chat.MIXED, *(line for incident in found for line in lines_of(facts, incident))]
    members = [member for incident in found for member in incident.apart][:OPENED]
    buttons = [
        keyboards.callback(f"Открыть: {title(member, facts.directory)}", actions.OPEN, member.code)
        for member in members
    ]
    cause = facts.cause("mixed", cur.peer, f"{event.at:%y%m%d%H%M%S%f}")
    keyboard = keyboards.inline(*keyboards.rows_of_one(buttons))
    return in_parts(Send(cur.peer, cause, "\n".join(lines), Kind.NOTICE, Priority.NOTICE, keyboard=keyboard))


def lines_of(facts: Facts, mixed: Mixed) -> list[str]:
    """What the ЦУР reads of one incident that was taken apart: its lead, why, and who was separated."""
    alone = first_alone(facts.directory, (mixed.lead, *mixed.apart))
    assert alone is not None, "it is mixed"
    why = why_words(facts.directory, alone)
    head = texts_chat.MIXED_LEAD.format(title=title(mixed.lead, facts.directory), code=mixed.lead.code, why=why)
    others = (
        texts_chat.MIXED_MEMBER.format(title=title(appeal, facts.directory), code=appeal.code) for appeal in mixed.apart
    )
    return ["", head, *others]
