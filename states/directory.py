"""Who answers for what and where: topics, places, agencies, chats and routes of a region, as facts.

It must never guess: a question without a named answer is `None`, and the message waits for the ЦУР (R59, R61).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property


class Level(StrEnum):
    """Where an agency stands; the resident picks an addressee by level."""

    GOVERNOR = "governor"
    REGION = "region"
    MUNICIPALITY = "municipality"
    AGENCY = "agency"


class PlaceKind(StrEnum):
    """Kinds of places. A district of a city is a part of the address, never a municipality (R60)."""

    CITY_OKRUG = "city_okrug"
    MUNICIPAL_OKRUG = "municipal_okrug"


@dataclass(frozen=True, slots=True)
class Community:
    """An official VK community that residents write to. `id` is the positive group id."""

    id: int
    name: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """A body that answers. `place` is set where it serves one municipality only."""

    code: str
    name: str
    short: str
    level: Level
    place: str | None = None
    words: tuple[str, ...] = ()
    checked_on: date | None = None
    anonymous_card: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The upper level of topics."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message is about. `words` are what residents say; `urgent` topics show 112 first (R28)."""

    code: str
    group: str
    name: str
    description: str = ""
    words: tuple[str, ...] = ()
    urgent: bool = False
    anonymous_card: bool = False
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality. `short` stands on buttons; `aliases` are old district names (R59)."""

    code: str
    kind: PlaceKind
    name: str
    short: str
    centre: str
    aliases: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village inside a municipality. The same name may stand in several."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Route:
    """For this topic (or whole group) in this place (or anywhere) this agency answers.

    `topic` or `group` is set, or neither for everything else in one place; `place` None means everywhere.
    """

    agency: str
    topic: str | None = None
    group: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Directory:
    """Everything the region has named. Immutable; a new import makes a new one."""

    region: str
    formal_channel: str
    emergency: str
    communities: tuple[Community, ...] = ()
    agencies: tuple[Agency, ...] = ()
    groups: tuple[Group, ...] = ()
    topics: tuple[Topic, ...] = ()
    places: tuple[Place, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    routes: tuple[Route, ...] = ()
    version: str = field(default="", compare=False)

    @cached_property
    def agency_by_code(self) -> Mapping[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    @cached_property
    def topic_by_code(self) -> Mapping[str, Topic]:
        return {topic.code: topic for topic in self.topics}

    @cached_property
    def group_by_code(self) -> Mapping[str, Group]:
        return {group.code: group for group in self.groups}

    @cached_property
    def place_by_code(self) -> Mapping[str, Place]:
        return {place.code: place for place in self.places}

    @cached_property
    def _agency_by_route(self) -> Mapping[tuple[str | None, str | None, str | None], str]:
        return {(route.topic, route.group, route.place): route.agency for route in self.routes}

    def topics_of(self, group: str) -> tuple[Topic, ...]:
        return tuple(topic for topic in self.topics if topic.group == group)

    def agencies_of(self, level: Level) -> tuple[Agency, ...]:
        return tuple(agency for agency in self.agencies if agency.level is level)

    def agency_for(self, topic: str, place: str | None) -> Agency | None:
        """The agency that answers, by the most exact route; None when nobody is named.

        Exact means: this topic here, this topic anywhere, this group here, this group anywhere, anything here.
        """
        known = self.topic_by_code.get(topic)
        group = known.group if known else None
        keys: Iterable[tuple[str | None, str | None, str | None]] = (
            (topic, None, place),
            (topic, None, None),
            (None, group, place),
            (None, group, None),
            (None, None, place),
        )
        for key in keys:
            code = self._agency_by_route.get(key)
            if code is not None and key != (None, None, None):
                return self.agency_by_code.get(code)
        return None
