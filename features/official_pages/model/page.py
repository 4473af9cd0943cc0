"""One official page of one body in one network, and what it is called. It must never say what a network shows of it.

Stored as these words: one may be added, never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from states.facts import Question


class BodyKind(StrEnum):
    """What sort of body it is."""

    AUTHORITY = "authority"
    ADMINISTRATION = "administration"
    HEAD = "head"
    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    COLLEGE = "college"
    HOSPITAL = "hospital"
    CULTURE = "culture"
    SPORT = "sport"
    SOCIAL = "social"
    OTHER = "other"


class Network(StrEnum):
    """The social network that a page is in; stored as these words."""

    VK = "vk"
    OK = "ok"
    TELEGRAM = "telegram"
    MAX = "max"


class PageState(StrEnum):
    """How far a page has come. `MARKED` has the state mark, `WAITS` has everything but an electronic signature."""

    NONE = "none"
    CREATING = "creating"
    WAITS = "waits"
    EXISTS = "exists"
    MARKED = "marked"
    CLOSED = "closed"


OPEN = (PageState.EXISTS, PageState.MARKED)
"""A page that people can read."""
BEST = (PageState.MARKED, PageState.EXISTS, PageState.WAITS, PageState.CREATING, PageState.NONE, PageState.CLOSED)
"""A body stands as its best page does."""

KINDS = {
    BodyKind.AUTHORITY: "орган власти",
    BodyKind.ADMINISTRATION: "администрация",
    BodyKind.HEAD: "глава",
    BodyKind.SCHOOL: "школа",
    BodyKind.KINDERGARTEN: "детский сад",
    BodyKind.COLLEGE: "колледж",
    BodyKind.HOSPITAL: "больница",
    BodyKind.CULTURE: "культура",
    BodyKind.SPORT: "спорт",
    BodyKind.SOCIAL: "соцзащита",
    BodyKind.OTHER: "другое",
}
NETWORKS = {Network.VK: "VK", Network.OK: "OK", Network.TELEGRAM: "Telegram", Network.MAX: "MAX"}
STATES = {
    PageState.NONE: "нет",
    PageState.CREATING: "создаётся",
    PageState.WAITS: "ждёт подпись",
    PageState.EXISTS: "есть",
    PageState.MARKED: "госметка",
    PageState.CLOSED: "закрыта",
}


@dataclass(frozen=True, slots=True)
class OfficialPage:
    """`since`: from which day on it is in this state. `opened`, `marked`, `closed`: on which day it first was.

    `place` and `parent` are codes of the directory, empty for a body of the whole region and for one without an agency
    above it. `main`: the best page of its body, one of each. `checked`: when a network was last asked about it.
    """

    id: int
    body: str
    kind: BodyKind
    place: str
    parent: str
    network: Network
    address: str
    state: PageState
    responsible: str
    since: date
    opened: date | None = None
    marked: date | None = None
    closed: date | None = None
    main: bool = False
    checked: date | None = None

    @property
    def whose(self) -> tuple[str, str]:
        """The body: its name inside its municipality."""
        return self.body.casefold(), self.place


@dataclass(frozen=True, slots=True)
class PagesFound:
    """The best pages of bodies that fit a question, as far as they are shown; `number` fit in all."""

    pages: tuple[OfficialPage, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class PagesAsked(Question[PagesFound]):
    """The official pages that these words look for. No answer where there is no registry."""

    words: str


def rank(official_page: OfficialPage) -> tuple[int, int]:
    """The best page of a body first."""
    return BEST.index(official_page.state), official_page.id


def bests(pages: list[OfficialPage]) -> frozenset[int]:
    """The ids of the best page of each body."""
    best: dict[tuple[str, str], OfficialPage] = {}
    for page in pages:
        known = best.get(page.whose)
        if known is None or rank(page) < rank(known):
            best[page.whose] = page
    return frozenset(official_page.id for official_page in best.values())
