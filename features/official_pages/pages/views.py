"""What the pages about the registry show, before it is laid out: counts, months, rows, each with the link to its list.

It must never widen: an agency and a municipality see their own pages only, whatever the address says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.charts.numbers import MISSING, number
from bot.charts.numbers import day as day_words
from bot.web.asked import own_only
from bot.web.site import MenuEntry, Site, viewer_of
from features.official_pages.model.card import Card, card
from features.official_pages.model.facts import Fact, Name, latest
from features.official_pages.model.facts import number as counted
from features.official_pages.model.page import KINDS, NETWORKS, OPEN, STATES, BodyKind, Network, OfficialPage, PageState
from features.official_pages.model.wanted import NONE, PageFilter, UnreadablePageFilter, from_address, to_address
from features.official_pages.model.words import short
from handlers.views.filter_words import agency_words
from handlers.views.titles import place_title
from states.people.viewers import Role, Section, Viewer

COLOURS = {PageState.MARKED: ("check", "good"), PageState.WAITS: ("clock", "warn"), PageState.CREATING: ("clock", ""),
           PageState.EXISTS: ("dash", ""), PageState.NONE: ("close", "bad"),
           PageState.CLOSED: ("close", "")}  # fmt: skip
MONTHS_BACK = 12
MENU = MenuEntry("pages", "Страницы", frozenset(Role), Section.TOPICS, in_sight=True)


def wanted_of(request: Request) -> PageFilter:
    """The filter of the address, cut down to what the viewer may see; HTTP 400 where it cannot be read."""
    try:
        return within(viewer_of(request), from_address(request.query_params.multi_items()))
    except UnreadablePageFilter:
        raise HTTPException(400) from None


def within(viewer: Viewer, wanted: PageFilter) -> PageFilter:
    """The filter held to the agency or the place of the viewer."""
    if viewer.role is Role.AGENCY:
        return replace(wanted, parents=own_only(viewer, wanted.parents))
    if viewer.role is Role.MUNICIPALITY:
        return replace(wanted, places=own_only(viewer, wanted.places))
    return wanted


def may_see(viewer: Viewer, page: OfficialPage) -> bool:
    """Whether the page belongs to the viewer's agency or municipality; whoever is bound to neither sees all."""
    if viewer.role is Role.AGENCY:
        return bool(viewer.scope) and page.parent == viewer.scope
    return viewer.role is not Role.MUNICIPALITY or (bool(viewer.scope) and page.place == viewer.scope)


def link(wanted: PageFilter, more: Sequence[tuple[str, str]] = (), form: str = "", anchor: str = "") -> str:
    """The address of the registry under these conditions; with `form` that of the file."""
    pairs = [*to_address(wanted), *more]
    address = f"/pages{'.' + form if form else ''}" + (f"?{urlencode(pairs)}" if pairs else "")
    return address + (f"#{anchor}" if anchor else "")


def link_to_list(wanted: PageFilter) -> str:
    """The address to which a number leads: the list below on the same page."""
    return link(wanted, anchor="registry")


def month_ends(today: date) -> list[date]:
    """The ends of the last twelve months, and today."""
    ends, first = [today], today.replace(day=1)
    for _ in range(MONTHS_BACK):
        last = first - timedelta(days=1)
        ends.append(last)
        first = last.replace(day=1)
    return ends[::-1]


# --- groups: how many bodies are represented


@dataclass(frozen=True, slots=True)
class Count:
    """A number and its list."""

    value: int
    href: str


@dataclass(frozen=True, slots=True)
class RegistryGroup:
    """The bodies and pages of one municipality, one kind, or of all."""

    code: str
    name: str
    bodies: Count
    present: Count
    waits: Count
    pages: Count
    marked: Count

    @property
    def share(self) -> float | None:
        """How many per cent of the bodies have a page; None where there are no bodies."""
        return 100 * self.present.value / self.bodies.value if self.bodies.value else None

    @property
    def marked_share(self) -> float | None:
        """How many per cent of the pages have the state mark; None where there are no pages."""
        return 100 * self.marked.value / self.pages.value if self.pages.value else None


By = Mapping[tuple[Any, ...], int]
Namer = Callable[[str], str]
CELLS = ("kind", "place", "network", "state", "main")


def group(
    code: str, name: str, wanted: PageFilter, bodies: Mapping[str, int], pages: Mapping[str, int]
) -> RegistryGroup:
    """A group of the registry with its counts and links; `bodies` and `pages` by state."""

    def count(by: Mapping[str, int], states: tuple[PageState, ...], of_bodies: bool) -> Count:
        """How many pages in these states, with the address of their list."""
        many = sum(by.get(state, 0) for state in (states or PageState))
        return Count(many, link_to_list(replace(wanted, states=states, bodies=of_bodies)))

    return RegistryGroup(
        code,
        name,
        count(bodies, (), True),
        count(bodies, OPEN, True),
        count(bodies, (PageState.WAITS,), True),
        count(pages, OPEN, False),
        count(pages, (PageState.MARKED,), False),
    )


def by_first(found: By) -> dict[str, Counter[str]]:
    """Counts by group and state, as states of each group."""
    groups: dict[str, Counter[str]] = {}
    for (code, state), many in found.items():
        groups.setdefault(code, Counter())[state] += many
    return groups


def groups(
    wanted: PageFilter, bodies: By, pages: By, name_of: Callable[[str], str], narrow: Callable[[str], PageFilter]
) -> list[RegistryGroup]:
    """The groups of pages, the one with the smallest share first."""
    of_bodies, of_pages = by_first(bodies), by_first(pages)
    found = [
        group(code, name_of(code), narrow(code), of_bodies[code], of_pages.get(code, Counter())) for code in of_bodies
    ]
    return sorted(
        found, key=lambda line: (line.share if line.share is not None else 101.0, -line.bodies.value, line.name)
    )


# --- rows of the registry


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page of the list, every cell as text ready to show; `days` is how long it has been in this state."""

    id: int
    body: str
    kind: str
    place: str
    parent: str
    network: str
    href: str
    state: str
    icon: str
    colour: str
    since: str
    days: int
    passed: str
    posts: str
    members: str
    checked: str


def rows(
    site: Site, pages: Sequence[OfficialPage], facts: Mapping[int, Sequence[Fact]], today: date
) -> Iterator[PageRow]:
    """The pages as rows of the list."""
    for page in pages:
        known = latest(facts[page.id])
        yield row(site, page, known, card(known, page.network), today)


def row(site: Site, official_page: OfficialPage, known: Mapping[Name, Fact], check: Card, today: date) -> PageRow:
    """One page as a row."""
    directory, icon = site.directory(), COLOURS[official_page.state]
    there = official_page.state in OPEN
    return PageRow(
        id=official_page.id,
        body=official_page.body,
        kind=KINDS[official_page.kind],
        place=place_title(directory, official_page.place)
        or ("все места" if not official_page.place else official_page.place),
        parent=agency_words(directory, official_page.parent) if official_page.parent else "—",
        network=NETWORKS[official_page.network],
        href=outward(official_page.address),
        state=STATES[official_page.state],
        icon=icon[0],
        colour=icon[1],
        since=day_in_words(official_page.since, today),
        days=(today - official_page.since).days,
        passed=checked_words(check) if there else "—",
        posts=number(counted(known.get(Name.POSTS))) if there else "—",
        members=number(counted(known.get(Name.MEMBERS))) if there else "—",
        checked=day_in_words(official_page.checked, today)
        if official_page.checked
        else ("не проверяли" if there else "—"),
    )


def checked_words(check: Card) -> str:
    """The result of the check: «6 из 9», of those measured."""
    return f"{check.passed_count} из {check.measured_count}" if check.was_looked_at else MISSING


def day_in_words(day: date, today: date) -> str:
    """The day in words, with its year where that is not the present one."""
    return day_words(day) if day.year == today.year else f"{day_words(day)} {day.year}"


def outward(address: str) -> str:
    """The address where a page itself is; only ever https."""
    return f"https://{address.removeprefix('https://').removeprefix('http://')}" if address else ""


def shown_address(address: str) -> str:
    return short(address)


@dataclass(frozen=True, slots=True)
class Facet:
    """A condition that the list can be narrowed by: its choices with their numbers."""

    title: str
    chosen: str
    choices: list[tuple[str, str, int, bool]]


BOUND = {Role.AGENCY: "parents", Role.MUNICIPALITY: "places"}
"""What a viewer is held to and need not be asked for: its other choices are none of theirs."""


def facets(site: Site, wanted: PageFilter, cells: By, bound: str) -> list[Facet]:
    """The filters above the list. `cells`: what the wish without these conditions has, by kind, place, network, state
    and whether it is a body."""
    directory = site.directory()
    kinds: tuple[tuple[str, str, str, Callable[[str], str]], ...] = (
        ("вид", "kinds", "kind", lambda code: KINDS[BodyKind(code)]),
        ("округ", "places", "place", lambda code: place_title(directory, code) or code or "все места"),
        ("сеть", "networks", "network", lambda code: NETWORKS[Network(code)]),
        ("состояние", "states", "state", lambda code: STATES[PageState(code)]),
    )
    found = []
    for turn, (title, field, column, name_of) in enumerate(kinds):
        if field != bound:
            chosen = tuple(str(code) for code in getattr(wanted, field))
            plain = replace(wanted, **{field: ()})  # type: ignore[arg-type]
            counts = sum_by(fitting(cells, plain), turn)
            found.append(_facet(title, column, plain, chosen, {key[0]: many for key, many in counts.items()}, name_of))
    return found


def _facet(
    title: str, column: str, plain: PageFilter, chosen: tuple[str, ...], counts: Mapping[str, int], name_of: Namer
) -> Facet:
    """One filter above the list: its values, each with a link and a count."""
    whole = "любое" if column == "state" else "любая" if column == "network" else "любой"
    choices = [(whole, link_to_list(plain), sum(counts.values()), not chosen)]
    for code, many in sorted(counts.items(), key=lambda code_count: (-code_count[1], code_count[0])):
        narrower = from_address([*to_address(plain), (column, code or NONE)])
        choices.append((name_of(code), link_to_list(narrower), many, chosen == (code,)))
    return Facet(title, " или ".join(name_of(code) for code in chosen) or whole, choices)


def fitting(cells: By, wanted: PageFilter) -> By:
    """The cells of these kinds, places, networks and states."""
    asked_for = (wanted.kinds, wanted.places, wanted.networks, wanted.states)
    limits = [(turn, {str(value) for value in some}) for turn, some in enumerate(asked_for) if some]
    return {key: many for key, many in cells.items() if all(key[turn] in some for turn, some in limits)}


def sum_by(cells: By, *turns: int) -> dict[tuple[Any, ...], int]:
    """By these parts of their keys only."""
    found: Counter[tuple[Any, ...]] = Counter()
    for key, many in cells.items():
        found[tuple(key[turn] for turn in turns)] += many
    return dict(found)


def conditions(site: Site, wanted: PageFilter, bound: str) -> Iterator[tuple[str, str]]:
    """What is asked for, in words, each with the link to the list without it."""
    directory = site.directory()
    if wanted.bodies:
        yield "по одной на организацию", link_to_list(replace(wanted, bodies=False))
    if wanted.on is not None:
        yield f"были на {day_words(wanted.on)} {wanted.on.year}", link_to_list(replace(wanted, on=None))
    if wanted.marked is not None:
        yield ("с госметкой" if wanted.marked else "без госметки"), link_to_list(replace(wanted, marked=None))
    if wanted.until is not None:
        yield f"с {day_words(wanted.until)} {wanted.until.year} или раньше", link_to_list(replace(wanted, until=None))
    if wanted.parents and bound != "parents":
        names = " или ".join(agency_words(directory, parent) for parent in wanted.parents)
        yield f"кто выше: {names}", link_to_list(replace(wanted, parents=()))
    if wanted.words:
        yield f"«{wanted.words}»", link_to_list(replace(wanted, words=""))
