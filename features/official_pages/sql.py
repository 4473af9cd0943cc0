"""The registry of official pages and the history of their facts: what a list shows, what a number counts, and a table
that is kept. The conditions of a list and of its number are the same ones. It must never delete a page but one
that a table added a moment ago (loading.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql import Select

from features.official_pages.model.facts import Fact, Name
from features.official_pages.model.page import (
    OPEN,
    BodyKind,
    Network,
    OfficialPage,
    PagesAsked,
    PagesFound,
    PageState,
    bests,
)
from features.official_pages.model.wanted import PageFilter
from features.official_pages.model.words import patterns
from storage.db.columns import Day, in_community
from storage.db.keyring import COMMUNITY_KEY, RESPONSIBLE
from storage.db.schema import official_page as table
from storage.db.schema import page_fact
from storage.db.transaction import Transaction
from storage.db.upsert import storable, upsert

MANY = 500
"""Rows of one statement."""
MOST = 30
"""Of so many the best are told; who asks for «школа» is asked for its number."""
_OPEN = [state.value for state in OPEN]
_TEXTS = ("body", "place", "parent", "address")
_DAYS = ("since", "opened", "marked", "closed", "checked")

# --- what is asked


def conditions(wanted: PageFilter) -> ColumnElement[bool]:
    """The condition that a filter puts on a row of the registry."""
    found: list[ColumnElement[bool]] = [in_community(table)]
    lists: tuple[tuple[str, Sequence[str]], ...] = (
        ("kind", wanted.kinds),
        ("place", wanted.places),
        ("parent", wanted.parents),
        ("network", wanted.networks),
        ("state", wanted.states),
    )
    found += [table.c[name].in_([str(value) for value in values]) for name, values in lists if values]
    if wanted.bodies:
        found.append(table.c.main)
    found += _days(wanted)
    found += [table.c.words.contains(pattern, autoescape=True) for pattern in patterns(wanted.words)]
    return and_(*found)


def _days(wanted: PageFilter) -> list[ColumnElement[bool]]:
    """The conditions by day: existing, marked, unchanged since."""
    found = [] if wanted.on is None else [_readable(wanted.on)]
    if wanted.marked is not None:
        by_then = table.c.marked.is_not(None) if wanted.on is None else _by(table.c.marked, wanted.on)
        found.append(by_then if wanted.marked else ~by_then)
    if wanted.until is not None:
        found.append(table.c.since <= wanted.until)
    return found


def _by(column: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    """The condition that the column's day is known and not after `day`."""
    return and_(column.is_not(None), column <= day)


def _readable(day: date) -> ColumnElement[bool]:
    """Whether people could read it at the end of this day."""
    return and_(_by(table.c.opened, day), or_(table.c.closed.is_(None), table.c.closed > day))


async def number(tx: Transaction, wanted: PageFilter) -> int:
    """How many pages of the registry fit this filter."""
    row = await tx.row(select(func.count().label("number")).select_from(table).where(conditions(wanted)))
    return int(row["number"]) if row is not None else 0


async def counts(tx: Transaction, wanted: PageFilter, *names: str) -> dict[tuple[Any, ...], int]:
    """How many pages of this wish each of these groups has."""
    columns = [table.c[name] for name in names]
    query = select(*columns, func.count().label("number")).where(conditions(wanted)).group_by(*columns)
    return {tuple(row[name] for name in names): int(row["number"]) for row in await tx.rows(query)}


async def months(tx: Transaction, wanted: PageFilter, days: Sequence[date]) -> list[tuple[int, int]]:
    """At the end of each day: how many pages could be read, and how many had the mark."""
    sums = []
    for turn, day in enumerate(days):
        there = _readable(day)
        sums.append(func.sum(case((there, 1), else_=0)).label(f"all{turn}"))
        sums.append(func.sum(case((and_(there, _by(table.c.marked, day)), 1), else_=0)).label(f"marked{turn}"))
    row = await tx.row(select(*sums).where(conditions(wanted)))
    assert row is not None, "a sum has a row"
    return [(int(row[f"all{turn}"] or 0), int(row[f"marked{turn}"] or 0)) for turn in range(len(days))]


async def page(tx: Transaction, wanted: PageFilter, start: int, most: int) -> tuple[list[OfficialPage], int]:
    """One part of the list and the number of all. A search looks at every page once for both."""
    if not wanted.words:
        return await some(tx, wanted, start, most), await number(tx, wanted)
    query = select(table, func.count().over().label("number")).where(conditions(wanted))
    rows = await tx.rows(_in_order(query, wanted).limit(most).offset(start))
    total = int(rows[0]["number"]) if rows else await number(tx, wanted) if start else 0
    return [_page(row, "") for row in rows], total


async def find_pages(tx: Transaction, asked: PagesAsked) -> PagesFound | None:
    """What a resident asks for: one page of each body, never who is responsible for it. Where there is no registry at
    all, nothing: the words are a message like any other."""
    pages, total = await page(tx, PageFilter(words=asked.words, bodies=True), 0, MOST)
    return PagesFound(tuple(pages), total) if pages or await number(tx, PageFilter()) else None


async def some(tx: Transaction, wanted: PageFilter, start: int, most: int) -> list[OfficialPage]:
    """One part of the list, `responsible` left out."""
    rows = await tx.rows(_in_order(select(table).where(conditions(wanted)), wanted).limit(most).offset(start))
    return [_page(row, "") for row in rows]


def _in_order(query: Select[Any], wanted: PageFilter) -> Select[Any]:
    """Who waits, the longest first; else by name."""
    if set(wanted.states) & {PageState.WAITS, PageState.CREATING} or wanted.until is not None:
        return query.order_by(table.c.since, table.c.id)
    return query.order_by(table.c.place, table.c.kind, table.c.body, table.c.id)


async def everything(tx: Transaction) -> list[OfficialPage]:
    """The whole registry, for an import and a file."""
    return await _open(tx, await tx.rows(select(table).where(in_community(table)).order_by(table.c.id)))


_ONE = select(table).where(in_community(table), table.c.id == bindparam("page", type_=BigInteger))


async def one(tx: Transaction, page: int) -> OfficialPage | None:
    """The page of this number; None where there is none."""
    row = await tx.row(_ONE, {"page": page})
    return None if row is None else (await _open(tx, [row]))[0]


async def of_ids(tx: Transaction, pages: Sequence[int]) -> list[OfficialPage]:
    """The pages with these numbers, in no order; those that do not exist are left out."""
    return await _open(tx, await tx.rows(_THESE, {"pages": list(pages)}))


_PAGES: BindParameter[int] = bindparam("pages", expanding=True)
_THESE = select(table).where(in_community(table), table.c.id.in_(_PAGES))
_REMOVE = delete(table).where(in_community(table), table.c.id.in_(_PAGES))
_REMOVE_FACTS = delete(page_fact).where(in_community(page_fact), page_fact.c.page.in_(_PAGES))
_REMOVE_FACT = delete(page_fact).where(
    in_community(page_fact),
    page_fact.c.page == bindparam("of_page", type_=BigInteger),
    page_fact.c.name == bindparam("called"),
    page_fact.c.day == bindparam("since", type_=Day),
)


async def remove(tx: Transaction, pages: Sequence[int]) -> None:
    """Deletes pages with all that is known of them."""
    if pages:
        await tx.execute(_REMOVE_FACTS, {"pages": list(pages)})
        await tx.execute(_REMOVE, {"pages": list(pages)})


async def remove_facts(tx: Transaction, facts: Sequence[Fact]) -> None:
    """Removes exactly these facts: of their page, name and first day."""
    rows = [{"of_page": fact.page, "called": fact.name.value, "since": fact.day} for fact in facts]
    await tx.execute_many(_REMOVE_FACT, rows)


async def _open(tx: Transaction, rows: Sequence[Any]) -> list[OfficialPage]:
    """The pages from their rows, the responsible persons opened."""
    sealed = [(str(row["id"]), row["responsible"]) for row in rows if row["responsible"]]
    names = dict(zip((row for row, _ in sealed), await tx.keys.unseal(RESPONSIBLE, sealed), strict=True))
    return [_page(row, names.get(str(row["id"])) or "") for row in rows]


def _page(row: Any, responsible: str) -> OfficialPage:
    """The page from its row."""
    return OfficialPage(
        id=row["id"],
        kind=BodyKind(row["kind"]),
        network=Network(row["network"]),
        state=PageState(row["state"]),
        responsible=responsible,
        main=row["main"],
        **{name: row[name] for name in (*_TEXTS, *_DAYS)},
    )


# --- what is kept


async def keep(tx: Transaction, pages: Sequence[OfficialPage], words: Mapping[int, str]) -> None:
    """New or written over. `words`: what each is found by (model/words.py)."""
    for start in range(0, len(pages), MANY):
        part = pages[start : start + MANY]
        await upsert(tx, table, [_row(page, words[page.id], name) for page, name in await _seal(tx, part)])


async def _seal(tx: Transaction, pages: Sequence[OfficialPage]) -> list[tuple[OfficialPage, str]]:
    """Each page with its responsible person, sealed."""
    named = [official_page for official_page in pages if official_page.responsible]
    values = [(COMMUNITY_KEY, str(official_page.id), storable(official_page.responsible)) for official_page in named]
    sealed = dict(
        zip((official_page.id for official_page in named), await tx.keys.seal(RESPONSIBLE, values), strict=True)
    )
    return [(official_page, sealed.get(official_page.id, "")) for official_page in pages]


def _row(official_page: OfficialPage, words: str, responsible: str) -> dict[str, Any]:
    """The columns of a page."""
    texts = {name: storable(getattr(official_page, name)) for name in _TEXTS}
    days = {name: getattr(official_page, name) for name in _DAYS}
    kinds = {
        "kind": official_page.kind.value,
        "network": official_page.network.value,
        "state": official_page.state.value,
    }
    return {
        "id": official_page.id,
        "responsible": responsible,
        "words": storable(words),
        "main": official_page.main,
        **texts,
        **days,
        **kinds,
    }


async def keep_mains(tx: Transaction, pages: list[OfficialPage]) -> None:
    """Which page stands for its body, of the whole registry as it is now; only what changed is written."""
    best = bests(pages)
    moved = [
        {"page": official_page.id, "is_main": official_page.id in best}
        for official_page in pages
        if official_page.main != (official_page.id in best)
    ]
    if moved:
        await tx.execute_many(_MAIN, moved)


_MAIN = (
    update(table)
    .where(in_community(table), table.c.id == bindparam("page", type_=BigInteger))
    .values(main=bindparam("is_main"))
)
_CHECKED = update(table).where(in_community(table), table.c.id.in_(bindparam("pages", expanding=True)))


async def keep_checked(tx: Transaction, pages: Collection[int], day: date) -> None:
    """VK was asked about these on this day."""
    if pages:
        await tx.execute(
            _CHECKED.values(checked=bindparam("asked_on", type_=Day)), {"pages": sorted(pages), "asked_on": day}
        )


_IN_VK = (
    in_community(table),
    table.c.network == Network.VK.value,
    table.c.state.in_(_OPEN),
    table.c.address != "",
)


async def unseen(tx: Transaction, day: date, most: int) -> list[OfficialPage]:
    """Pages in VK that nobody has looked at since after this day, those never looked at first."""
    old = or_(table.c.checked.is_(None), table.c.checked <= day)
    query = select(table).where(*_IN_VK, old).order_by(table.c.checked.is_not(None), table.c.checked, table.c.id)
    return [_page(row, "") for row in await tx.rows(query.limit(most))]


async def without_posts(tx: Transaction, day: date, most: int) -> list[OfficialPage]:
    """Pages in VK whose posts nobody has counted since after this day."""
    counted = exists().where(
        in_community(page_fact),
        page_fact.c.page == table.c.id,
        page_fact.c.name == Name.POSTS.value,
        page_fact.c.seen > day,
    )
    query = select(table).where(*_IN_VK, ~counted).order_by(table.c.id)
    return [_page(row, "") for row in await tx.rows(query.limit(most))]


async def last_id(tx: Transaction) -> int:
    """The highest number of a page in this community; 0 where there is none."""
    row = await tx.row(select(func.max(table.c.id).label("id")).where(in_community(table)))
    return int(row["id"] or 0) if row is not None else 0


# --- facts


async def facts_of(tx: Transaction, pages: Sequence[int]) -> dict[int, list[Fact]]:
    """The history of each page, the oldest first."""
    found: dict[int, list[Fact]] = {page_id: [] for page_id in pages}
    for start in range(0, len(pages), MANY):
        part = list(pages[start : start + MANY])
        rows = await tx.rows(_FACTS, {"pages": part})
        for row in rows:
            found[row["page"]].append(_fact(row))
    return found


_FACTS = (
    select(page_fact)
    .where(in_community(page_fact), page_fact.c.page.in_(bindparam("pages", expanding=True)))
    .order_by(page_fact.c.page, page_fact.c.day, page_fact.c.name)
)


def _fact(row: Any) -> Fact:
    """The fact from its row."""
    return Fact(row["page"], Name(row["name"]), row["value"], row["source"], row["day"], row["seen"])


async def keep_facts(tx: Transaction, facts: Iterable[Fact]) -> None:
    """A fact of the same page, name and day is written over: the last word of a day counts."""
    last = {(fact.page, fact.name, fact.day): fact for fact in facts}
    rows = [
        {"page": fact.page, "name": fact.name.value, "value": storable(fact.value), "source": fact.source,
         "day": fact.day, "seen": fact.seen}
        for fact in last.values()
    ]  # fmt: skip
    for start in range(0, len(rows), 2 * MANY):
        await upsert(tx, page_fact, rows[start : start + 2 * MANY])
