"""Which agency answered such messages here: counts by place and topic, smoothed towards the topic and all messages.

It measures how well history alone would name the agency. The product asks the directory, and
shows where history says otherwise (features/directory_editor/proposals.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Role = str
"""What an agency is called without its place: «администрация района». Agencies of one role do the same elsewhere, so
that what is known of one place helps another."""

HERE, EVERYWHERE = 2.0, 1.0
"""How many messages the wider counts are worth beside the narrower ones."""

ROUTE = 4
"""How many messages everywhere the directory's route is worth."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One message that an agency answered."""

    topic: str
    place: str
    agency: str
    role: Role


@dataclass(slots=True)
class Agencies:
    """`named`: the role that the directory's route names for a topic and place, where somebody knows."""

    named: Mapping[tuple[str, str], Role] = field(default_factory=dict)
    _here: dict[tuple[str, str], Counter[Role]] = field(default_factory=lambda: defaultdict(Counter))
    _topic: dict[str, Counter[Role]] = field(default_factory=lambda: defaultdict(Counter))
    _all: Counter[Role] = field(default_factory=Counter)
    _called: dict[tuple[Role, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def learn(self, messages: Iterable[Answered]) -> None:
        """Counts who answered these messages, by place and topic."""
        for one in messages:
            self._here[one.place, one.topic][one.role] += 1
            self._topic[one.topic][one.role] += 1
            self._all[one.role] += 1
            self._called[one.role, one.place][one.agency] += 1
            self._called[one.role, ""][one.agency] += 1

    def shares(self, topics: Mapping[str, float], place: str) -> dict[str, float]:
        """Of each agency, summed over topics with their probabilities."""
        found: dict[str, float] = defaultdict(float)
        for topic, share in topics.items():
            for role, part in self.roles(topic, place).items():
                found[self.agency_of(role, place)] += share * part
        return dict(found)

    def roles(self, topic: str, place: str) -> dict[Role, float]:
        """Shares of all roles for one topic in one place."""
        everywhere = smoothed(self._topic.get(topic, Counter()), shares_of(self._all), EVERYWHERE)
        named = self.named.get((topic, place))
        if named is not None:
            everywhere = smoothed(Counter({named: ROUTE}), everywhere, HERE)
        return smoothed(self._here.get((place, topic), Counter()), everywhere, HERE)

    def agency_of(self, role: Role, place: str) -> str:
        """The agency of this role that answered most here, or anywhere where none did here."""
        called = self._called.get((role, place)) or self._called.get((role, ""))
        return max(called, key=lambda agency: (called[agency], agency)) if called else role


def shares_of(counted: Mapping[Role, float]) -> dict[Role, float]:
    """Each count as a share of all; nothing of nothing."""
    total = sum(counted.values())
    return {role: times / total for role, times in counted.items()} if total else {}


def smoothed(counted: Counter[Role], wider: Mapping[Role, float], worth: float) -> dict[Role, float]:
    """The narrower counts, with the wider shares as so many messages more."""
    total = sum(counted.values()) + worth
    return {role: (counted[role] + worth * wider.get(role, 0.0)) / total for role in counted.keys() | wider.keys()}
