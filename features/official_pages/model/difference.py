"""What a table changes in the registry: new, changed field by field, gone. It must never delete: a page that is missing
in the table is a question to people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from features.official_pages.model.facts import TABLE, Fact, Name
from features.official_pages.model.page import KINDS, NETWORKS, OPEN, STATES, BodyKind, Network, OfficialPage, PageState
from features.official_pages.model.words import short


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table. `id` is 0 where the table has no number. None and empty days: the table does not say."""

    line: int
    body: str
    kind: BodyKind
    place: str
    parent: str
    network: Network
    address: str
    state: PageState
    responsible: str
    id: int = 0
    since: date | None = None
    opened: date | None = None
    marked: date | None = None
    by_hand: tuple[tuple[Name, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """`responsible` is told without its words: they may name a person."""

    field: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A page that is in the registry, its line of the table, and every field that differs."""

    page: OfficialPage
    row: TableRow
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """`twice`: lines that are about a page that a line before them was about."""

    new: list[TableRow] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    same: list[tuple[OfficialPage, TableRow]] = field(default_factory=list)
    gone: list[OfficialPage] = field(default_factory=list)
    twice: list[TableRow] = field(default_factory=list)


Key = tuple[object, ...]
Keys = Callable[["OfficialPage | TableRow"], "Key | None"]


def _number(official_page: OfficialPage | TableRow) -> Key | None:
    """The page's number as a key; None without one."""
    return (official_page.id,) if official_page.id else None


def _link(official_page: OfficialPage | TableRow) -> Key | None:
    """The page's network and address as a key; None without an address."""
    return (official_page.network, short(official_page.address)) if official_page.address else None


def _name(official_page: OfficialPage | TableRow) -> Key | None:
    """The page's body, place and network as a key."""
    return (official_page.body.casefold(), official_page.place, official_page.network)


def compare(known: Sequence[OfficialPage], rows: Iterable[TableRow]) -> Difference:
    """What the rows change: each finds its page by the number, else by the address, else by body and network."""
    found, free = Difference(), {official_page.id: official_page for official_page in known}
    index = {ways: _index(known, ways) for ways in (_number, _link, _name)}
    taken: set[int] = set()
    left = list(rows)
    for ways in (_number, _link, _name):
        waiting = []
        for row in left:
            key = ways(row)
            page = (
                next((official_page for official_page in index[ways].get(key, ()) if official_page.id in free), None)
                if key
                else None
            )
            if page is None:
                waiting.append(row)
                continue
            del free[page.id]
            taken.add(page.id)
            _place(found, page, row)
        left = waiting
    _leftover(found, left, known, taken)
    found.gone.extend(free.values())
    return found


def _index(known: Sequence[OfficialPage], ways: Keys) -> dict[Key, list[OfficialPage]]:
    """By key, the known pages."""
    index: dict[Key, list[OfficialPage]] = {}
    for official_page in known:
        key = ways(official_page)
        if key is not None:
            index.setdefault(key, []).append(official_page)
    return index


def _place(found: Difference, page: OfficialPage, row: TableRow) -> None:
    """Puts a row and its page among the changed or the same."""
    changes = changes_of(page, row)
    if changes:
        found.changed.append(Changed(page, row, changes))
    else:
        found.same.append((page, row))


def _leftover(found: Difference, left: Sequence[TableRow], known: Sequence[OfficialPage], taken: set[int]) -> None:
    """Adds the rows that fit no page to the new ones, unless a line before was about the same one."""
    seen: set[Key] = {
        key
        for official_page in known
        if official_page.id in taken
        if (key := _link(official_page) or _name(official_page))
    }
    for row in sorted(left, key=lambda row: row.line):
        key = _link(row) or _name(row)
        assert key is not None, "a body has a name"
        if key in seen:
            found.twice.append(row)
        else:
            found.new.append(row)
        seen.add(key)


_FIELDS: tuple[tuple[str, Callable[[OfficialPage | TableRow], str]], ...] = (
    ("организация", lambda page: page.body),
    ("вид", lambda page: KINDS[page.kind]),
    ("муниципалитет", lambda page: page.place),
    ("кто выше", lambda page: page.parent),
    ("сеть", lambda page: NETWORKS[page.network]),
    ("ссылка", lambda page: page.address),
    ("состояние", lambda page: STATES[page.state]),
)


def changes_of(page: OfficialPage, row: TableRow) -> tuple[Change, ...]:
    """The fields that the table says otherwise. An empty cell of a date or of who is responsible changes nothing, and a
    responsible person's name is not told."""
    found = [Change(name, of(page), of(row)) for name, of in _FIELDS if of(page) != of(row)]
    if row.responsible and row.responsible != page.responsible:
        found.append(Change("ответственный", "", ""))
    dates = (("создана", page.opened, row.opened), ("госметка с", page.marked, row.marked))
    found += [Change(name, _day(was), _day(now)) for name, was, now in dates if now is not None and now != was]
    return tuple(found)


def _day(day: date | None) -> str:
    """The day as ISO text; "" for None."""
    return day.isoformat() if day is not None else ""


# What is kept of it


def page_of(row: TableRow, number: int, today: date) -> OfficialPage:
    """A new page. What the table says of days counts, else it is as it is from today on."""
    since = row.since or _last(row) or today
    fresh = OfficialPage(
        number, row.body, row.kind, row.place, row.parent, row.network, row.address, row.state, row.responsible, since
    )
    return _with_dates(fresh, row)


def _last(row: TableRow) -> date | None:
    """The day since when the row's state holds."""
    return {PageState.EXISTS: row.opened, PageState.MARKED: row.marked or row.opened}.get(row.state)


def page_after(page: OfficialPage, row: TableRow, today: date) -> OfficialPage:
    """The page as the table says; what it does not say stays."""
    since = page.since if row.state is page.state else row.since or today
    after = replace(
        page, body=row.body, kind=row.kind, place=row.place, parent=row.parent, network=row.network,
        address=row.address, state=row.state, responsible=row.responsible or page.responsible, since=since,
    )  # fmt: skip
    return _with_dates(after, row)


def _with_dates(official_page: OfficialPage, row: TableRow) -> OfficialPage:
    opened, marked = row.opened or official_page.opened, row.marked or official_page.marked
    is_open = official_page.state in OPEN
    if opened is None and is_open:
        opened = min(official_page.since, marked or official_page.since)
    if official_page.state is PageState.MARKED:
        marked = marked or official_page.since
    elif is_open:
        marked = None
    closed = (official_page.closed or official_page.since) if official_page.state is PageState.CLOSED else None
    return replace(official_page, opened=opened, marked=marked, closed=closed)


def facts_of(before: OfficialPage | None, after: OfficialPage, row: TableRow, today: date) -> list[Fact]:
    """What the table says anew of a page: its states with their days, its address, what a person looked at."""
    found = []
    if before is None or (before.state, before.since) != (after.state, after.since):
        found += [Fact(after.id, Name.STATE, state, TABLE, day, max(day, today)) for day, state in _course(after)]
    if after.address and (before is None or before.address != after.address):
        found.append(Fact(after.id, Name.ADDRESS, after.address, TABLE, today, today))
    return found + [Fact(after.id, name, value, TABLE, today, today) for name, value in row.by_hand]


def _course(official_page: OfficialPage) -> list[tuple[date, str]]:
    """The states with the days on which they began, one a day."""
    days = {
        day: state.value
        for day, state in ((official_page.opened, PageState.EXISTS), (official_page.marked, PageState.MARKED))
        if day
    }
    days = {day: state for day, state in days.items() if day <= official_page.since}
    days[official_page.since] = official_page.state.value
    return sorted(days.items())
