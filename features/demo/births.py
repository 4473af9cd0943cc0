"""Who writes when, about what and from where: the year before anybody has answered.

Any day can be made alone. It must never give out a message later than the present.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate
from zlib import crc32

from features.demo.given import FIRST_RESIDENT, YearInputs
from features.demo.profile import HOURS, in_season, usual
from features.demo.words import ASKS, RARE, SPIKES, STREETS, SUBJECTS
from states.directory import Topic, Where

DAYS = 365
MOST_A_DAY = 10_000
WRITERS = 0.55
"""Residents to a message: some write twice, few often."""
SPIKES_A_YEAR = 24
REPEATS = 0.03


@dataclass(frozen=True, slots=True)
class Birth:
    """One message as it was sent. `source` is its number in the dialogue, unlike any other of the year.

    `spike`: the number of the trouble that many write about, 0 where it is alone. `repeat_of`: an earlier message of
    the same resident.
    """

    resident: int
    source: int
    at: datetime
    topic: str
    place: str
    address: str
    text: str
    spike: int = 0
    repeat_of: Birth | None = None


@dataclass(frozen=True, slots=True)
class Spike:
    """A trouble: in this place, from this moment on, within so many minutes."""

    number: int
    day: int
    at: datetime
    minutes: int
    topic: str
    place: str
    size: int


class Births:
    """The messages of each day; days are numbered from 0 to the present one, 364."""

    def __init__(self, given: YearInputs) -> None:
        self.given = given
        today = given.now.astimezone(given.zone).date()
        self.days = [today - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
        self.of_day = lru_cache(maxsize=16)(self._of_day)

    @cached_property
    def counts(self) -> Sequence[int]:
        """How many of each day, spikes apart: together with these they are as many as wanted."""
        weights = [usual(day) * self.given.chance("day", day).uniform(0.82, 1.18) for day in self.days]
        weights[-1] *= sum(HOURS[: self._hour]) / sum(HOURS) + 0.01
        wanted = max(0, self.given.messages - sum(spike.size for spike in self.spikes))
        reached = [round(wanted * part / sum(weights)) for part in accumulate(weights)]
        return [after - before for before, after in zip([0, *reached], reached, strict=False)]

    @property
    def _hour(self) -> int:
        """The present hour in the region's zone."""
        return self.given.now.astimezone(self.given.zone).hour

    # --- troubles -------------------------------------------------------------

    @cached_property
    def spikes(self) -> Sequence[Spike]:
        """Some through the year, the last of them within the last hour: nobody has merged that one yet."""
        rng, found = self.given.chance("spikes"), []
        scale = self.given.messages / 30_000
        for number in range(1, SPIKES_A_YEAR + 1):
            day = rng.randrange(DAYS - 1)
            topic = self._spiking(rng.random(), self.days[day])
            at = self._local(self.days[day], rng.randrange(7, 20) * 60 + rng.randrange(60))
            size = max(5, round(scale * rng.choice((8, 10, 14, 20, 32, 45))))
            found.append(Spike(number, day, at, rng.randrange(50, 180), topic, self._somewhere(rng.random()), size))
        topic = self._spiking(rng.random(), self.days[-1])
        start = max(self.given.now - timedelta(minutes=50), self._local(self.days[-1], 0))
        minutes = (self.given.now - start) // timedelta(minutes=1)
        lately = Spike(len(found) + 1, DAYS - 1, start, minutes, topic, self._somewhere(rng.random()), 7)
        return [*found, lately] if self.given.messages >= 1000 else found

    def _spiking(self, chance: float, day: date) -> str:
        """The topic of a sudden rise, by the season; `chance` is from 0 to 1."""
        return _Wheel({topic: in_season(season, day) + 0.02 for topic, season in SPIKES}).draw(chance)

    def _somewhere(self, chance: float) -> str:
        """A place, by how many live there; `chance` is from 0 to 1."""
        return self._places.draw(chance)

    @cached_property
    def _places(self) -> _Wheel:
        """The places, weighed by residents."""
        return _Wheel(self.given.weights)

    def _local(self, day: date, minutes: int) -> datetime:
        """The moment of so many minutes after midnight in the region's zone."""
        return datetime.combine(day, time(minutes // 60, minutes % 60), self.given.zone)

    # --- a day ----------------------------------------------------------------

    def _of_day(self, number: int) -> tuple[Birth, ...]:
        """The messages of a day in the order in which they came."""
        day, rng = self.days[number], self.given.chance("births", self.days[number])
        topics = self._topics(day)
        found = []
        for _ in range(self.counts[number]):
            place, topic = self._somewhere(rng.random()), topics.draw(rng.random())
            found.append(self._birth(rng, place, topic, self._moment(rng, number)))
        for spike in self.spikes:
            if spike.day == number:
                found += self._of_spike(rng, spike)
        found.sort(key=lambda birth: birth.at)
        return tuple(replace(birth, source=number * MOST_A_DAY + index) for index, birth in enumerate(found, 1))

    def with_repeats(self, number: int) -> tuple[Birth, ...]:
        """The day, with some messages said again: of somebody who wrote a few days before."""
        rng = self.given.chance("repeats", self.days[number])
        return tuple(self._again(rng, number, birth) for birth in self.of_day(number))

    def _again(self, rng: random.Random, number: int, birth: Birth) -> Birth:
        """The message, or the same resident's earlier one once more."""
        if number < 10 or not self._repeats(birth):
            return birth
        before = rng.choice(self.of_day(number - rng.randrange(3, 10)) or (birth,))
        if before.spike or self._repeats(before):
            return birth
        return replace(before, source=birth.source, at=birth.at, text=f"Пишу снова. {before.text}", repeat_of=before)

    def _repeats(self, birth: Birth) -> bool:
        """Whether this message repeats an earlier one, by chance that is the same every time."""
        drawn = crc32(f"{self.given.seed}|{birth.source}".encode()) % 1000
        return not birth.spike and drawn < 1000 * REPEATS

    def _moment(self, rng: random.Random, number: int) -> datetime:
        """A moment of the day by the hours at which people write; of today only those that are over, and no later than
        now."""
        hours = HOURS if number < DAYS - 1 else HOURS[: self._hour + 1]
        hour = rng.choices(range(len(hours)), hours)[0]
        at = self._local(self.days[number], hour * 60) + timedelta(seconds=rng.randrange(3600))
        midnight = self._local(self.days[number], 0)
        return at if at < self.given.now else midnight + (self.given.now - midnight) * rng.random()

    def _of_spike(self, rng: random.Random, spike: Spike) -> list[Birth]:
        """The first at once, the others soon after; each another resident, on neighbouring streets."""
        delays = sorted(rng.random() ** 1.5 * spike.minutes * 60 for _ in range(spike.size - 1))
        found: dict[int, Birth] = {}
        for delay in (0.0, *delays):
            at = min(spike.at + timedelta(seconds=delay), self.given.now)
            birth = self._birth(rng, spike.place, spike.topic, at)
            found[birth.resident] = replace(birth, spike=spike.number)
        return list(found.values())

    def _birth(self, rng: random.Random, place: str, topic: str, at: datetime) -> Birth:
        """A made-up message of a resident of this place."""
        first, many = self._residents[place]
        address = _address(rng, self.given.directory.topic_by_code.get(topic))
        text = _text(rng, self.given.directory.topic_by_code.get(topic), address)
        return Birth(first + rng.randrange(many), 0, at, topic, place, address, text)

    @cached_property
    def _residents(self) -> Mapping[str, tuple[int, int]]:
        """For each place the first number of its residents who write, and how many they are."""
        total, first, found = sum(self.given.weights.values()), FIRST_RESIDENT, {}
        for place, weight in self.given.weights.items():
            many = max(60, round(self.given.messages * WRITERS * weight / total))
            found[place] = (first, many)
            first += many
        return found

    def _topics(self, day: date) -> _Wheel:
        """The topics, weighed by season."""
        weights = {}
        for topic in self.given.directory.topics:
            subject = SUBJECTS.get(topic.code)
            weights[topic.code] = subject.weight * in_season(subject.season, day) if subject else RARE
        return _Wheel(weights)


class _Wheel:
    """Draws by weights: one search for each draw."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.names = list(weights)
        self.reached = list(accumulate(weights.values()))

    def draw(self, chance: float) -> str:
        """The name at this chance, from 0 to 1."""
        return self.names[min(bisect(self.reached, chance * self.reached[-1]), len(self.names) - 1)]


def _address(rng: random.Random, topic: Topic | None) -> str:
    """A made-up street and house; "" for a topic without a place."""
    if topic is None or topic.where is Where.NOWHERE:
        return ""
    return f"{rng.choice(STREETS)}, {rng.randrange(1, 120)}"


def _text(rng: random.Random, topic: Topic | None, address: str) -> str:
    """A made-up text: what is the matter, where, and what is asked for."""
    name = "" if topic is None else topic.name
    subject = SUBJECTS.get("" if topic is None else topic.code)
    said = rng.choice(subject.phrases) if subject else name
    where = f", {address}" if address else ""
    return f"{said}{where}. {rng.choice(ASKS)}".strip()
