"""By what the year is made, and how agencies differ in speed and care. It must never ask a clock or a database."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import cached_property

from states.directory import Directory, Place
from states.lifecycle.life import Clocks
from states.people.chats import CUR
from states.worktime.calendar import Calendar
from states.worktime.schedule import Office

FIRST_RESIDENT = 1_600_000_000
"""Residents of the demo are numbered from here on, officials from below here: VK and the emulator give out none."""
FIRST_OFFICIAL = 1_590_000_000
COORDINATOR = FIRST_OFFICIAL - 1
"""Whoever of the ЦУР routes and merges."""


@dataclass(frozen=True, slots=True)
class AgencyPace:
    """How an agency works: its times are multiplied by `speed`, `care` is the share of answers that satisfy."""

    speed: float
    care: float


@dataclass(frozen=True)
class YearInputs:
    """What the year depends on, and nothing else does. `chats`: the peers of bound chats by agency. `middles`: around
    which (longitude, latitude) of each municipality some residents mark their place.
    """

    seed: int
    messages: int
    now: datetime
    community: int
    directory: Directory
    calendar: Calendar
    zone: tzinfo
    chats: Mapping[str, int] = field(default_factory=dict)
    close_after: timedelta = timedelta(days=14)
    goes_on: bool = False
    middles: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def chance(self, *of: object) -> random.Random:
        """Chance of its own for each thing, so that any day can be made without those before it."""
        return random.Random("|".join(map(str, (self.seed, *of))))

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """How many of the messages come from each municipality, in proportion."""
        return {place.code: _people(place) ** 0.92 for place in self.directory.places}

    @cached_property
    def _clocks(self) -> dict[str | None, Clocks]:
        """The clocks by agency, filled as they are asked for."""
        return {}

    def office(self, agency: str | None) -> Office:
        """The hours of an agency; of the ЦУР for None."""
        return Office(self.directory.schedule_of(agency), self.calendar, self.zone)

    def clocks(self, agency: str | None) -> Clocks:
        """The clocks of the agency that has an appeal, None for the ЦУР, as `Facts.clocks`."""
        if agency not in self._clocks:
            terms, cur = self.directory.terms_of(agency), self.directory.terms_of(None)
            self._clocks[agency] = Clocks(self.office(agency), terms, self.office(None), cur, self.goes_on)
        return self._clocks[agency]

    @cached_property
    def _paces(self) -> Mapping[str, AgencyPace]:
        """A few municipalities are much slower than the region, a few much better; ministries lie between."""
        found = {}
        for agency in self.directory.agencies:
            rng = self.chance("pace", agency.code)
            kind = rng.random()
            slow, careless = (rng.uniform(1.7, 2.6), 0.17) if kind < 0.17 else (rng.uniform(0.8, 1.25), 0.08)
            if kind > 0.83:
                slow, careless = rng.uniform(0.5, 0.75), 0.03
            found[agency.code] = AgencyPace(slow, 1 - careless * rng.uniform(0.7, 1.3))
        return found

    def pace(self, agency: str | None) -> AgencyPace:
        """How fast and careful an agency is."""
        return self._paces.get(agency or "", AgencyPace(1.0, 0.92))

    @cached_property
    def _officials(self) -> Mapping[str, int]:
        """By agency, the first account number of its officials."""
        return {agency.code: FIRST_OFFICIAL + 10 * number for number, agency in enumerate(self.directory.agencies)}

    def official(self, agency: str | None, which: int = 0) -> int:
        """The account number of one of the few people of an agency."""
        first = self._officials.get(agency or "")
        return COORDINATOR if first is None else first + which

    @property
    def cur_chat(self) -> int | None:
        """The ЦУР's chat; None where none is bound."""
        return self.chats.get(CUR)


def _people(place: Place) -> int:
    """How many people a place stands for: those of its centre as the directory knows it, and of the villages around."""
    return (place.population or 9_000) + 7_000
