"""One part of all messages, as people ask for it: a list, a number and a file of one `Filter` are the same messages.

It must never know how it is searched (storage/ops/search.py) or said (handlers/views/filter_words.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum

from states.lifecycle.appeal import Status
from states.lifecycle.counted import Outcome
from states.statistics.cells import Circle, circle_of


class By(StrEnum):
    """On which day a message counts: when it was received, when this happened to it, or when the term fell by which it
    is judged."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    FIRST = "first"
    FINAL = "final"
    RETURNED = "returned"
    REOPENED = "reopened"
    RATED = "rated"
    ENDED = "ended"
    TERM = "term"


class TermOutcome(StrEnum):
    """What became of its term: answered before it, answered behind it, not answered at all."""

    KEPT = "kept"
    LATE = "late"
    WAITING = "waiting"


NOT_KEPT = (TermOutcome.LATE, TermOutcome.WAITING)


class View(StrEnum):
    """Where a message stands now. `URGENT`: danger, overdue or due today, what the queue opens with. `OVERDUE`: a term
    of its agency is over; `LONG_OVERDUE`: for three days and more. `NOT_ACCEPTED`: for three working days nobody took
    it. `PROMISED`: the promised day is over. `OWN_LATE`: that of the ЦУР to name who answers is over."""

    ANY = ""
    OPEN = "open"
    URGENT = "urgent"
    NEW = "new"
    UNASSIGNED = "unassigned"
    OWN_LATE = "own_late"
    TODAY = "today"
    OVERDUE = "overdue"
    LONG_OVERDUE = "long_overdue"
    BACK = "back"
    NOT_ACCEPTED = "not_accepted"
    PROMISED = "promised"
    DANGER = "danger"
    UNDELIVERED = "undelivered"


NONE = "-"
"""Stands in an address for «none»: without a place, without an agency."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted; empty is no condition. `since` and `until` are days of the region, both inclusive, of `by`.

    `topics`, `places`, `agencies` hold `NONE` for what has none. `words` is searched in numbers and texts.
    `terms`: what became of its term. `incident`: those of one leading message. `circle`: on the map; what has no point
    is in none. `chosen`: its resident named the agency. `leads`: colleagues who look after it, by VK id;
    `later`: one of them put it off to a day that is still to come.
    """

    view: View = View.ANY
    statuses: tuple[Status, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    by: By = By.RECEIVED
    since: date | None = None
    until: date | None = None
    ratings: tuple[int, ...] = ()
    terms: tuple[TermOutcome, ...] = ()
    urgent: bool | None = None
    repeat: bool | None = None
    incident: str = ""
    words: str = ""
    circle: Circle | None = None
    chosen: bool | None = None
    leads: tuple[int, ...] = ()
    later: bool | None = None

    @property
    def is_in_daily_sums(self) -> bool:
        """Whether the daily sums know the answer: days and groups only, nothing of how a message stands now."""
        rest = replace(self, topics=(), places=(), agencies=(), doors=(), by=By.RECEIVED, since=None, until=None)
        return rest == Filter()

    def before(self) -> Filter:
        """The period of the same length just before this one.

        Raises:
            ValueError: it has no period.
        """
        if self.since is None or self.until is None:
            raise ValueError("a period without an end has none before it")
        length = self.until - self.since + timedelta(days=1)
        return replace(self, since=self.since - length, until=self.until - length)

    def by_term(self, today: date, *terms: TermOutcome) -> Filter:
        """The filter for messages whose term fell in this period, as far as its days are over: today's may still be
        kept."""
        yesterday = today - timedelta(days=1)
        return replace(self, by=By.TERM, until=min(self.until or yesterday, yesterday), terms=terms)


_LISTS = {"topic": "topics", "place": "places", "agency": "agencies", "door": "doors"}
_FLAGS = ("urgent", "repeat", "chosen", "later")


def to_address(wanted: Filter) -> list[tuple[str, str]]:
    """The pairs of an address, always in the same order, without what is not asked for."""
    said: list[tuple[str, str]] = []
    if wanted.view:
        said.append(("view", wanted.view.value))
    said += [("status", status.value) for status in wanted.statuses]
    said += [("outcome", outcome.value) for outcome in wanted.outcomes]
    for name, field in _LISTS.items():
        said += [(name, value) for value in getattr(wanted, field)]
    if wanted.by is not By.RECEIVED:
        said.append(("by", wanted.by.value))
    said += [(name, day.isoformat()) for name, day in (("from", wanted.since), ("to", wanted.until)) if day is not None]
    said += [("rating", str(rating)) for rating in wanted.ratings]
    said += [("answered", term.value) for term in wanted.terms]
    said += [("who", str(user)) for user in wanted.leads]
    flags = ((name, getattr(wanted, name)) for name in _FLAGS)
    said += [(name, "yes" if value else "no") for name, value in flags if value is not None]
    said += [(name, getattr(wanted, name)) for name in ("incident", "words") if getattr(wanted, name)]
    said += [("circle", str(wanted.circle))] if wanted.circle is not None else []
    return said


class UnreadableFilter(ValueError):
    """A pair of an address that means nothing. `name` is what it was about."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}={value}")
        self.name, self.value = name, value


_SINGLE = ("view", "status", "outcome", "by", "from", "to", "rating", "answered", "incident", "words", "circle", "who")
KNOWN = frozenset({*_SINGLE, *_LISTS, *_FLAGS})
MOST_DIGITS = 18
"""Of a VK id, so that it is one for both engines."""
LONGEST = 200
"""Letters of a value; more is nobody's question."""


def from_address(pairs: Iterable[tuple[str, str]]) -> Filter:
    """The filter of an address; names that it does not know belong to the page.

    Raises:
        UnreadableFilter: a value that means nothing.
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in KNOWN and value.strip():
            found.setdefault(name, []).append(value.strip()[:LONGEST])
    values: dict[str, object] = {field: tuple(found[name]) for name, field in _LISTS.items() if name in found}
    values |= _enums(found)
    for name, field in (("from", "since"), ("to", "until")):
        if name in found:
            values[field] = _day(name, found[name][-1])
    for name in _FLAGS:
        if name in found:
            values[name] = _flag(name, found[name][-1])
    values |= {name: found[name][-1] for name in ("incident", "words") if name in found}
    if "circle" in found:
        values["circle"] = _circle(found["circle"][-1])
    if "rating" in found:
        values["ratings"] = tuple(_rating(value) for value in found["rating"])
    if "who" in found:
        values["leads"] = tuple(_person(said) for said in found["who"])
    return Filter(**values)  # type: ignore[arg-type]


def _enums(found: Mapping[str, list[str]]) -> dict[str, object]:
    """The fields of a filter whose values are enums, from the parameters of an address; UnreadableFilter for an unknown
    value."""
    values: dict[str, object] = {}
    try:
        if "view" in found:
            values["view"] = View(found["view"][-1])
        if "by" in found:
            values["by"] = By(found["by"][-1])
        if "status" in found:
            values["statuses"] = tuple(Status(value) for value in found["status"])
        if "outcome" in found:
            values["outcomes"] = tuple(Outcome(value) for value in found["outcome"])
        if "answered" in found:
            values["terms"] = tuple(TermOutcome(value) for value in found["answered"])
    except ValueError as error:
        raise UnreadableFilter("вид", str(error)) from None
    return values


def _day(name: str, value: str) -> date:
    """The ISO date; UnreadableFilter for anything else."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UnreadableFilter(name, value) from None


def _flag(name: str, value: str) -> bool:
    """True for "yes", False for "no"; UnreadableFilter for anything else."""
    if value not in ("yes", "no"):
        raise UnreadableFilter(name, value)
    return value == "yes"


def _circle(value: str) -> Circle:
    """The circle on the map that the parameter writes; UnreadableFilter for anything else."""
    circle = circle_of(value)
    if circle is None:
        raise UnreadableFilter("circle", value)
    return circle


def _rating(value: str) -> int:
    """The rating from 1 to 5; UnreadableFilter for anything else."""
    if value not in ("1", "2", "3", "4", "5"):
        raise UnreadableFilter("rating", value)
    return int(value)


def _person(value: str) -> int:
    """The number of an account; UnreadableFilter for anything else."""
    if not (value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS):
        raise UnreadableFilter("who", value)
    return int(value)


assert {field.name for field in fields(Filter)} >= set(_LISTS.values())
