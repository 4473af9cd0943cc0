"""Whether a draft tells of what is known already: an own message lately, or one of others (R32). A person decides.

It must never show another resident's words or address: of those only topic, municipality and how many wrote.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from handlers.views.joinable import may_share
from screening.danger import hazards
from states.dialogue import ChoosingSame, Draft
from states.facts import Facts
from states.lifecycle.appeal import OPEN, Appeal, Piece, Status

REPEAT = 0.45
"""Likeness from which the author is asked «Это повтор?»: he knows, so he may be asked too often.

The bars are those that matching/likeness.py was measured with; handlers must not import matching (design.md §4).
"""

JOIN = 0.6
"""Likeness from which somebody else's message is offered to be joined: strangers must not be joined lightly."""

ONE_OUTAGE = timedelta(hours=48)
"""Within so long two houses of one street may tell of one thing."""

ONE_SPOT = 100.0
"""Metres. Two points so near are one place, whatever their addresses are called."""

LOOKED = 50
"""So many of each are compared at most, which takes some ten milliseconds."""


def likely(facts: Facts, draft: Draft, *, joins: bool) -> ChoosingSame | None:
    """What to ask about before sending; own messages first. `joins`: whether others' may be offered at all. Of the own
    ones the newest of these days about the same; of a repeat, what it repeats. None where nothing is alike."""
    since = facts.now - facts.policy.repeat_within
    recent = [
        appeal
        for appeal in facts.appeals
        if appeal.created_at >= since and appeal.status is not Status.WITHDRAWN and appeal.alert is None
    ]
    for own in sorted(recent, key=lambda appeal: (appeal.created_at, appeal.code), reverse=True)[:LOOKED]:
        if same_own(facts, draft, own):
            return ChoosingSame((facts.appeal(own.repeat_of) or own).code, own=True)
    other = others_like(facts, draft) if joins else None
    return ChoosingSame(other.code, own=False) if other is not None else None


def same_own(facts: Facts, draft: Draft, appeal: Appeal) -> bool:
    """Same topic and spot; or one of the two and nearly the same words."""
    topic, place = draft.topic == appeal.topic, draft.place == appeal.place
    if topic and place and same_spot(facts, draft, appeal):
        return True
    return (topic or place) and facts.judge.alike(draft.text, appeal.text) >= REPEAT


def same_spot(facts: Facts, draft: Draft, appeal: Appeal) -> bool:
    """Whether both are at one house, or no address is known to either."""
    if not (draft.address or appeal.address):
        return True
    return facts.judge.same_place(draft.address, appeal.address)


def others_like(facts: Facts, draft: Draft) -> Appeal | None:
    """The message that leads those of others about the same: incidents first, then the oldest; no danger waits."""
    hasty = bool(hazards(draft.text))  # people in danger join nobody (joinable.py)
    for appeal in sorted(facts.similar, key=lambda similar: (not similar.leads, similar.created_at, similar.code))[
        :LOOKED
    ]:
        lead = lead_of(facts, appeal.code)
        if lead is None or (hasty and not lead.urgent) or draft.named not in (None, lead.agency):
            continue
        same = (draft.topic, draft.place) == (appeal.topic, appeal.place) and same_other(facts, draft, appeal)
        if same and may_share(facts.directory, lead):
            return lead
    return None


def same_other(facts: Facts, draft: Draft, appeal: Appeal) -> bool:
    """Nearly the same words, the same house, or the same street lately: topic and municipality are the same already."""
    if near(facts, draft, appeal) or facts.judge.same_place(draft.address, appeal.address):
        return True
    return facts.judge.alike(draft.text, appeal.text) >= JOIN


def near(facts: Facts, draft: Draft, appeal: Appeal) -> bool:
    """Whether it is on the same street or within a hundred metres, within two days."""
    return along(facts, draft, appeal) or (lately(facts, appeal) and beside(draft.pieces, appeal.pieces))


def along(facts: Facts, draft: Draft, appeal: Appeal) -> bool:
    """Whether it is on the same street lately: one outage has many houses of a street."""
    return lately(facts, appeal) and facts.judge.same_street(draft.address, appeal.address)


def lately(facts: Facts, appeal: Appeal) -> bool:
    """Whether the appeal is newer than `ONE_OUTAGE`."""
    return facts.now - appeal.created_at <= ONE_OUTAGE


def beside(ours: Iterable[Piece], theirs: Iterable[Piece]) -> bool:
    """Whether the points that both gave are one spot."""
    here = [piece.location for piece in ours if piece.location is not None]
    there = [piece.location for piece in theirs if piece.location is not None]
    return any(location.metres(other) <= ONE_SPOT for location in here for other in there)


def together_with(facts: Facts, appeal: Appeal) -> tuple[Appeal, ...]:
    """What the ЦУР is offered to merge with this one: open ones about the same, near it, each incident once, oldest
    first."""
    leads = {lead.code: lead for similar in facts.similar if (lead := lead_of(facts, similar.code)) is not None}
    own = {appeal.code, appeal.incident}
    return tuple(
        sorted(
            (lead for code, lead in leads.items() if code not in own and may_join(facts, appeal, lead)),
            key=lambda lead: (lead.created_at, lead.code),
        )
    )


def may_join(facts: Facts, appeal: Appeal, lead: Appeal) -> bool:
    """Like it, of a public trouble, and of nobody who has a message there already: that would be a repeat (R32)."""
    public = may_share(facts.directory, appeal, lead)
    return public and like(facts, appeal, lead) and not (_authors(facts, appeal) & _authors(facts, lead))


def _authors(facts: Facts, appeal: Appeal) -> set[int]:
    """The residents of the appeal and of its incident."""
    return {appeal.resident, *(member.resident for member in facts.members if member.incident == appeal.code)}


def like(facts: Facts, appeal: Appeal, other: Appeal) -> bool:
    """Whether two residents tell of one trouble: same topic and place, and near in time, words or address."""
    if (appeal.topic, appeal.place) != (other.topic, other.place) or appeal.resident == other.resident:
        return False
    apart = abs(appeal.created_at - other.created_at) <= ONE_OUTAGE
    if apart and (facts.judge.same_street(appeal.address, other.address) or beside(appeal.pieces, other.pieces)):
        return True
    near_in_words = facts.judge.alike(appeal.text, other.text) >= JOIN
    return near_in_words or facts.judge.same_place(appeal.address, other.address)


def lead_of(facts: Facts, code: str) -> Appeal | None:
    """The message of others under that number, or the one that leads it; None where none can be joined any more."""
    found = next((appeal for appeal in facts.similar if appeal.code == code), facts.leads.get(code))
    if found is not None and found.status is Status.MERGED:
        among = next((appeal for appeal in facts.similar if appeal.code == found.incident), None)
        found = among or facts.leads.get(found.incident)
    return found if found is not None and found.status in OPEN - {Status.MERGED} else None


def people(facts: Facts, lead: Appeal) -> int:
    """How many residents wrote of it, as far as is known."""
    return len({lead.resident} | {appeal.resident for appeal in facts.similar if appeal.incident == lead.code})
