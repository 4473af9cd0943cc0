"""Which pages are asked for: list, number and file of one `PageFilter` are the same pages. To an address and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from features.official_pages.model.page import BodyKind, Network, PageState

LONGEST = 200
NONE = "-"
"""Stands in an address for «none»: of no municipality."""
E_ = TypeVar("E_", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class PageFilter:
    """Empty is no condition. `on`: only pages that could be read at the end of this day, and `marked` then says whether
    they had the mark by then. `bodies`: the best page of each body, one row for each. `until`: in their state since
    this day or before it."""

    kinds: tuple[BodyKind, ...] = ()
    places: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    states: tuple[PageState, ...] = ()
    bodies: bool = False
    on: date | None = None
    marked: bool | None = None
    until: date | None = None
    words: str = ""


class UnreadablePageFilter(ValueError):
    """A pair of an address that means nothing."""


def to_address(wanted: PageFilter) -> list[tuple[str, str]]:
    """The filter as the pairs of an address; `from_address` reads them back."""
    said = [("kind", kind.value) for kind in wanted.kinds]
    said += [("place", place or NONE) for place in wanted.places]
    said += [("parent", parent) for parent in wanted.parents]
    said += [("network", network.value) for network in wanted.networks]
    said += [("state", state.value) for state in wanted.states]
    said += [("bodies", "yes")] if wanted.bodies else []
    said += [(name, day.isoformat()) for name, day in (("on", wanted.on), ("until", wanted.until)) if day is not None]
    said += [("marked", "yes" if wanted.marked else "no")] if wanted.marked is not None else []
    return said + ([("words", wanted.words)] if wanted.words else [])


def from_address(pairs: Iterable[tuple[str, str]]) -> PageFilter:
    """Names that it does not know belong to the page.

    Raises:
        UnreadablePageFilter: a value that means nothing.
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            found.setdefault(name, []).append(value.strip()[:LONGEST])
    marked = _flag(found.get("marked"))
    return PageFilter(
        kinds=_all(BodyKind, found.get("kind", ())),
        places=tuple("" if value == NONE else value for value in found.get("place", ())),
        parents=tuple(found.get("parent", ())),
        networks=_all(Network, found.get("network", ())),
        states=_all(PageState, found.get("state", ())),
        bodies=_flag(found.get("bodies")) is True,
        on=_day(found.get("on")),
        marked=marked,
        until=_day(found.get("until")),
        words=found.get("words", [""])[-1],
    )


def _all(kind: type[E_], values: Iterable[str]) -> tuple[E_, ...]:
    """The values of an enum; UnreadablePageFilter for an unknown one."""
    try:
        return tuple(kind(value) for value in values)
    except ValueError as error:
        raise UnreadablePageFilter(str(error)) from None


def _day(values: list[str] | None) -> date | None:
    """The last ISO date; None without any, UnreadablePageFilter for anything else."""
    try:
        return date.fromisoformat(values[-1]) if values else None
    except ValueError as error:
        raise UnreadablePageFilter(str(error)) from None


def _flag(values: list[str] | None) -> bool | None:
    """The last «yes» or «no»; None without any, UnreadablePageFilter for anything else."""
    if not values:
        return None
    if values[-1] not in ("yes", "no"):
        raise UnreadablePageFilter(values[-1])
    return values[-1] == "yes"
