"""The year: of each day its messages with their histories, as the bot itself would have kept them by now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count

from features.demo.births import DAYS, MOST_A_DAY, Birth, Births
from features.demo.given import YearInputs
from features.demo.life_of import Life
from features.demo.stories import of_lead, of_member, whole
from states.lifecycle.appeal import Appeal, History, Piece, Status
from states.lifecycle.counted import Counted
from states.messages import Location
from storage.records.numbers import Origin, candidate

HASTY = 0.008
"""Of all messages: words in them tell of a danger, whatever the topic."""
POINTED = 0.3
"""Of all messages: their residents mark the place on the map."""
AT_ONCE = 0.6
"""Of those who write about a known trouble: they join it themselves, the ЦУР merges the others."""

Told = tuple[Appeal, list[History]]


@dataclass(slots=True)
class Year:
    """The year by days; the same inputs give the same messages, numbers and histories."""

    given: YearInputs
    births: Births = field(init=False)
    codes: Callable[[int], dict[int, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.births = Births(self.given)
        self.codes = lru_cache(maxsize=16)(self._codes)

    def __len__(self) -> int:
        return DAYS

    def day(self, number: int) -> list[Told]:
        """The messages that came on this day, 0 to 364, each as it stands at present."""
        births = self.births.with_repeats(number)
        codes = self.codes(number)
        lives: list[Life] = []
        for spike, some in self._troubles(number, births):
            lives += self._incident(some, codes) if spike else [self._alone(birth, codes) for birth in some]
        return [(life.appeal, life.lines) for life in lives]

    def _troubles(self, number: int, births: Sequence[Birth]) -> Iterator[tuple[int, list[Birth]]]:
        """Messages by the trouble they are about; 0 is none, and nobody has merged what began within the hour."""
        fresh = {spike.number for spike in self.births.spikes if self.given.now - spike.at < timedelta(hours=1)}
        by_spike: dict[int, list[Birth]] = {}
        for birth in births:
            by_spike.setdefault(0 if birth.spike in fresh else birth.spike, []).append(birth)
        yield from by_spike.items()

    # --- lives ----------------------------------------------------------------

    def _alone(self, birth: Birth, codes: dict[int, str]) -> Life:
        """The whole life of one message."""
        life = self._begin_life(birth, codes)
        whole(life)
        return life

    def _incident(self, births: Sequence[Birth], codes: dict[int, str]) -> list[Life]:
        """The lives of an incident: its first message, and those that join it."""
        lead, *others = [self._begin_life(birth, codes) for birth in births]
        joined = [self._joins(life) for life in others]
        of_lead(lead, joined)
        for life, at in zip(others, joined, strict=True):
            of_member(life, lead, at)
        return [lead, *others]

    def _point_of(self, birth: Birth) -> Location | None:
        """Some give a point; most of them near the middle of their municipality."""
        rng, middle = self.given.chance("point", birth.source), self.given.middles.get(birth.place)
        if middle is None or rng.random() >= POINTED:
            return None
        longitude, latitude = middle
        return Location(round(rng.gauss(latitude, 0.02), 5), round(rng.gauss(longitude, 0.035), 5))

    def _joins(self, life: Life) -> datetime:
        """When somebody joins: at once, or some minutes later."""
        return life.at if life.chance(AT_ONCE) else life.at + life.minutes(20, 0.4)

    def _begin_life(self, birth: Birth, codes: dict[int, str]) -> Life:
        given, rng = self.given, self.given.chance("life", birth.source)
        topic = given.directory.topic_by_code.get(birth.topic)
        agency = given.directory.agency_for(birth.topic, birth.place)
        appeal = Appeal(
            code=codes[birth.source],
            resident=birth.resident,
            source=birth.source,
            status=Status.WAITING,
            version=1,
            topic=birth.topic,
            created_at=birth.at,
            pieces=(Piece(birth.source, birth.text, location=self._point_of(birth)),),
            place=birth.place,
            address=birth.address,
            agency=None if agency is None else agency.code,
            urgent=(topic is not None and topic.urgent) or rng.random() < HASTY,
            repeat_of="" if birth.repeat_of is None else self._code_of(birth.repeat_of),
            door=self._door(birth),
            counted=Counted(received=birth.at.astimezone(given.zone).date()),
        )
        life = Life(given, appeal, rng, birth.at)
        life.record_birth()
        return life

    def _door(self, birth: Birth) -> str:
        """Every third message that a link of the directory fits has come by it."""
        doors = self.given.directory.doors if birth.source % 3 == 0 else ()
        fitting = (door for door in doors if door.topic in (None, birth.topic) and door.place in (None, birth.place))
        return next((door.code for door in fitting), "")

    # --- numbers ----------------------------------------------------------------

    def _codes(self, number: int) -> dict[int, str]:
        """By source, the number that people call each message of this day by: made as the bot makes it, by a key of the
        demo."""
        given, taken = self.given, set[str]()
        key = hashlib.sha256(f"demo|{given.seed}".encode()).digest()
        found = {}
        for birth in self.births.of_day(number):
            origin = Origin(0, birth.source, self.births.days[number])
            codes = (candidate(key, given.community, origin, k) for k in count())
            found[birth.source] = next(code for code in codes if code not in taken)
            taken.add(found[birth.source])
        return found

    def _code_of(self, birth: Birth) -> str:
        return self.codes(birth.source // MOST_A_DAY)[birth.source]
