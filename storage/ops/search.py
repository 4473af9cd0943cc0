"""Finds the messages of a `Filter`: how many they are, and one page of them. It changes nothing.

The conditions of a list and of its number are the same ones: `conditions`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Integer,
    and_,
    case,
    cast,
    func,
    not_,
    or_,
    select,
    true,
    type_coerce,
    union,
)
from sqlalchemy.sql import Select

from states.effects import Kind
from states.lifecycle.appeal import OPEN, WITH_AGENCY, Appeal, Status
from states.statistics.cells import HIGH, KM, WIDE, Cell, Circle
from states.statistics.filter import NONE, By, Filter, TermOutcome, View
from states.statistics.listed import ListedAppeal
from storage.db.codec import decode
from storage.db.columns import in_community
from storage.db.keyring import APPEAL
from storage.db.schema import appeal, lead, outbox, search_token
from storage.db.transaction import Transaction
from storage.records import search_tokens
from storage.records.what_waits import FAILED

NOT_OPEN = frozenset({View.ANY, View.UNDELIVERED})
"""Views that hold messages which are not open."""
LONG = timedelta(days=3)
LAST = "яяяя"
"""Behind every letter of a number, in any order of letters: a beginning is searched as a stretch of the key."""
PROFILE = re.compile(r"(?:(?:https?://)?(?:m\.)?vk\.(?:com|ru)/)?id(\d{1,12})/?", re.IGNORECASE)
"""A resident's page, as people copy it. Pages with a name of their own are known to VK only."""
NUMBER = re.compile(r"(\d{4})[-–—\s]?([0-9A-Z]{0,4})")
LETTERS = re.compile(r"[0-9A-Z]{4}")
"""Behind the day of a number."""
LONGEST = 9
"""Signs of a whole number."""
ALIKE = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
"""Letters of a number as people read them aloud or copy them by eye."""
BY_PLACE = str.maketrans("ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", "QWERTYUIOPASDFGHJKLZXCVBNM")
"""The same keys while the keyboard writes Russian: «ТЬ89» is NM89."""
_OPEN = sorted(OPEN)
_WITH_AGENCY = sorted(WITH_AGENCY)
_UNTAKEN = (Status.ROUTED.value, Status.REPEAT.value)
_FOR_CUR = (Status.WAITING.value, Status.REOPENED.value)
_PROMISING = (Status.INTERIM.value, Status.POSTPONED.value)


@dataclass(frozen=True, slots=True)
class Today:
    """The present in the region: `ends` is the end of the local day, `taken_by` the last day whose messages somebody
    should have accepted by now (three working days). `places`, `agencies`: of whose names a stem is."""

    now: datetime
    ends: datetime
    taken_by: date
    places: Mapping[str, Sequence[str]] = field(default_factory=dict)
    agencies: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def means(self, stem: str) -> list[ColumnElement[bool]]:
        """Conditions: the message is of a place or agency whose name has this word; such a message is as good as one
        that says it."""
        ways = ((appeal.c.place, self.places), (appeal.c.agency, self.agencies))
        return [column.in_(named[stem]) for column, named in ways if named.get(stem)]


def conditions(tx: Transaction, wanted: Filter, today: Today) -> ColumnElement[bool]:
    """The condition that a filter puts on a row of `appeal`."""
    found: list[ColumnElement[bool]] = [in_community(appeal), _view(wanted.view, today)]
    if wanted.statuses:
        found.append(appeal.c.status.in_([status.value for status in wanted.statuses]))
    if wanted.outcomes:
        found.append(appeal.c.outcome.in_([outcome.value for outcome in wanted.outcomes]))
    for column, codes in _groups(wanted):
        if codes:
            found.append(_in_group(column, codes))
    found += [*_days(wanted), *_marks(wanted)]
    if wanted.leads or wanted.later is not None:
        found.append(_of_leads(wanted, today))
    if wanted.words:
        found.append(_matches_words(tx, wanted.words, today))
    if wanted.circle is not None:
        found.append(_in_circle(wanted.circle))
    return and_(*found)


def _in_circle(circle: Circle) -> ColumnElement[bool]:
    """The square first, which the index finds; the same arithmetic as `Circle.holds`."""
    far, across = circle.radius / KM, circle.radius / (KM * circle.squeeze)
    north = ((cast(appeal.c.cell_row, Double) + 0.5) * HIGH - circle.latitude) * KM
    east = ((cast(appeal.c.cell_column, Double) + 0.5) * WIDE - circle.longitude) * (KM * circle.squeeze)
    return and_(
        appeal.c.cell_row.between(floor((circle.latitude - far) / HIGH), ceil((circle.latitude + far) / HIGH)),
        appeal.c.cell_column.between(
            floor((circle.longitude - across) / WIDE), ceil((circle.longitude + across) / WIDE)
        ),
        north * north + east * east <= circle.radius * circle.radius,
    )


def _days(wanted: Filter) -> list[ColumnElement[bool]]:
    """The period. Of what is open now few rows are left by its state: the index of days would read the whole period."""
    day = type_coerce(appeal.c[wanted.by.value], Integer)
    compared = day if wanted.view is View.ANY else day + 0
    found = []
    if wanted.since is not None:
        found.append(compared >= wanted.since.toordinal())
    if wanted.until is not None:
        found.append(compared <= wanted.until.toordinal())
    if not found and wanted.by is not By.RECEIVED:
        found.append(day.is_not(None))
    return found


def _groups(wanted: Filter) -> Sequence[tuple[ColumnElement[Any], tuple[str, ...]]]:
    """The columns with the codes that a filter asks for."""
    return (
        (appeal.c.topic, wanted.topics),
        (appeal.c.place, wanted.places),
        (appeal.c.agency, wanted.agencies),
        (appeal.c.door, wanted.doors),
    )


def _in_group(column: ColumnElement[Any], codes: tuple[str, ...]) -> ColumnElement[bool]:
    named = [code for code in codes if code != NONE]
    ways: list[ColumnElement[bool]] = [column.in_(named)] if named else []
    if NONE in codes:
        ways += [column.is_(None), column == ""]
    return or_(*ways)


def _marks(wanted: Filter) -> list[ColumnElement[bool]]:
    """The conditions of rating, term, danger, repeat, choice and incident."""
    found: list[ColumnElement[bool]] = []
    if wanted.ratings:
        found.append(appeal.c.rating.in_(wanted.ratings))
    if wanted.terms:
        found.append(or_(*(_became(term) for term in wanted.terms)))
    if wanted.urgent is not None:
        found.append(appeal.c.urgent == wanted.urgent)
    if wanted.repeat is not None:
        found.append((appeal.c.repeat_of != "") == wanted.repeat)
    if wanted.chosen is not None:
        found.append(appeal.c.chosen == wanted.chosen)
    if wanted.incident:
        found.append(appeal.c.incident == wanted.incident)
    return found


def _of_leads(wanted: Filter, today: Today) -> ColumnElement[bool]:
    """By one of these; of `later` what they themselves have put off counts. Danger is never put off."""
    way = select(lead.c.code).where(in_community(lead), *([lead.c.owner.in_(wanted.leads)] if wanted.leads else []))
    if wanted.later is None:
        return appeal.c.code.in_(way)
    put_off = and_(appeal.c.code.in_(way.where(lead.c.until > today.now)), not_(danger()))
    if wanted.later:
        return put_off
    return and_(appeal.c.code.in_(way), not_(put_off)) if wanted.leads else not_(put_off)


def _became(term: TermOutcome) -> ColumnElement[bool]:
    """The condition that a message's term was kept, missed or is still running (states/statistics/daily.py counts the
    same)."""
    match term:
        case TermOutcome.KEPT:
            return and_(appeal.c.final.is_not(None), not_(appeal.c.late))
        case TermOutcome.LATE:
            return and_(appeal.c.final.is_not(None), appeal.c.late)
        case TermOutcome.WAITING:
            return appeal.c.final.is_(None)


def _matches_words(tx: Transaction, words: str, today: Today) -> ColumnElement[bool]:
    """By a part of the number, by the author's page, or by all of these words in the text, the address or the place."""
    if (page := PROFILE.fullmatch(words.strip())) is not None:
        return appeal.c.resident == int(page[1])
    number = or_(*(way for said in numbers_said(words) for way in _number_matches(said)))
    known = search_tokens.tokens_of(tx, words)
    if not known:
        return number
    # Two searches and not one OR, which would read every message.
    ways = (select(appeal.c.code).where(in_community(appeal), number), _codes_with_stems(known, today))
    return appeal.c.code.in_(union(*ways))


def numbers_said(words: str) -> list[str]:
    """What may be meant as a number or a part of one: with or without its line, in letters that look the same, typed on
    the same keys in the other layout."""
    said = words.strip().upper().lstrip("№# ").strip()
    if len(said) > LONGEST:
        return [said]
    found = dict.fromkeys((said, said.translate(ALIKE), said.translate(BY_PLACE)))
    whole = ((spelling, NUMBER.fullmatch(spelling)) for spelling in found)
    return list(
        dict.fromkeys(spelling if match is None else f"{match[1]}-{match[2]}".rstrip("-") for spelling, match in whole)
    )


def _number_matches(begins: str) -> list[ColumnElement[bool]]:
    stretch = (appeal.c.code >= begins, appeal.c.code < begins + LAST)
    return [and_(*stretch, appeal.c.code.startswith(begins, autoescape=True)), *_ends_with(begins)]


def _ends_with(said: str) -> list[ColumnElement[bool]]:
    """The conditions for the last letters of a number, which people say alone: «NM89». They stand behind one of the
    days of a year, so that no index is read from its beginning to its end."""
    if not LETTERS.fullmatch(said):
        return []
    days = (date(2024, 1, 1) + timedelta(days=ahead) for ahead in range(366))
    return [appeal.c.code.in_([f"{day:%m%d}-{said}" for day in days])]


def _codes_with_stems(known: Mapping[str, int], today: Today) -> Select[Any]:
    """Numbers of the messages that hold all these stems. What a name means (`Today.means`) is many, so it is looked for
    among those that the other words have left."""
    plain = [token for stem, token in known.items() if not today.means(stem)]
    near = [
        or_(appeal.c.code.in_(_holding([token])), *today.means(stem))
        for stem, token in known.items()
        if today.means(stem)
    ]
    if not near:
        return _holding(plain)
    left = [appeal.c.code.in_(_holding(plain))] if plain else []
    return select(appeal.c.code).where(in_community(appeal), *near, *left)


def _holding(known: Sequence[int]) -> Select[Any]:
    """The first two as a join: of an INTERSECT PostgreSQL believes that nearly all of the first are left, and reads
    every message."""
    first, second = search_token.alias(), search_token.alias()
    query = select(first.c.code).where(in_community(first), first.c.token == known[0])
    if len(known) > 1:
        query = query.where(in_community(second), second.c.token == known[1], second.c.code == first.c.code)
    return query.where(*(first.c.code.in_(_holding([token])) for token in known[2:]))


def _view(view: View, today: Today) -> ColumnElement[bool]:
    """The condition of a saved kind of list, such as «new» or «overdue»."""
    now, is_open = today.now, appeal.c.status.in_(_OPEN)
    due, status = appeal.c.due_at, appeal.c.status
    match view:
        case View.ANY:
            return true()
        case View.OPEN:
            return is_open
        case View.URGENT:
            return and_(is_open, or_(due < today.ends, danger()))
        case View.NEW:
            return and_(status.in_((*_UNTAKEN, Status.WAITING.value)), _not_yet("accepted"), _not_yet("first"))
        case View.UNASSIGNED:
            return status == Status.WAITING.value
        case View.OWN_LATE:
            return and_(status.in_(_FOR_CUR), appeal.c.chat.is_not(None), due < now)
        case View.TODAY:
            return and_(status.in_(_WITH_AGENCY), due >= now, due < today.ends)
        case View.OVERDUE:
            return and_(status.in_(_WITH_AGENCY), due < now)
        case View.LONG_OVERDUE:
            return and_(status.in_(_WITH_AGENCY), due < now - LONG)
        case View.BACK:
            return status == Status.REOPENED.value
        case View.NOT_ACCEPTED:
            old = type_coerce(appeal.c.received, Integer) + 0 <= today.taken_by.toordinal()
            return and_(status.in_(_UNTAKEN), _not_yet("accepted"), old)
        case View.PROMISED:
            return and_(status.in_(_PROMISING), due < now)
        case View.DANGER:
            return danger()
        case View.UNDELIVERED:
            return _is_undelivered()


def danger() -> ColumnElement[bool]:
    """The condition of `ListedAppeal.danger`: urgent, and nobody has said a word about it yet."""
    waits = appeal.c.status.in_((*_UNTAKEN, Status.WAITING.value))
    return and_(appeal.c.urgent, waits, _not_yet("accepted"), _not_yet("first"))


def _not_yet(day: str) -> ColumnElement[bool]:
    """The day is not known. Said so that no index of that day is used: nearly all open messages have none."""
    return func.coalesce(type_coerce(appeal.c[day], Integer), 0) == 0


def _is_undelivered() -> ColumnElement[bool]:
    """The condition that the resident does not have an answer: he closed messages, VK does not take it, or it was set
    aside."""
    waiting = select(outbox.c.appeal).where(
        in_community(outbox), outbox.c.state.in_(FAILED), outbox.c.kind == Kind.ANSWER, outbox.c.appeal.is_not(None)
    )
    return appeal.c.code.in_(waiting)


async def number(tx: Transaction, wanted: Filter, today: Today) -> int:
    """How many messages fit this filter."""
    row = await tx.row(select(func.count().label("number")).select_from(appeal).where(conditions(tx, wanted, today)))
    return int(row["number"]) if row is not None else 0


async def numbers(tx: Transaction, wanted: Filter, today: Today, views: Collection[View]) -> dict[View, Counter[str]]:
    """How many messages each agency has in each of these views; those of open messages in one look at them."""
    found = by_agency(await numbers_of_open(tx, wanted, today, [view for view in views if view not in NOT_OPEN]))
    for view in NOT_OPEN.intersection(views):
        found[view] = Counter(dict(await by_group(tx, replace(wanted, view=view), today, "agency")))
    return found


InChats = dict[View, Counter[tuple[str, int]]]
"""By agency and the chat in which its messages are."""


async def numbers_of_open(tx: Transaction, wanted: Filter, today: Today, views: Sequence[View]) -> InChats:
    """The same of open messages, also by the chat that has them; 0 where none has."""
    each = [func.sum(case((_view(view, today), 1), else_=0)).label(view.value) for view in views]
    query = select(appeal.c.agency, appeal.c.chat, *each).where(conditions(tx, replace(wanted, view=View.OPEN), today))
    rows = await tx.rows(query.group_by(appeal.c.agency, appeal.c.chat))
    return {
        view: Counter({(row["agency"] or "", row["chat"] or 0): row[view.value] for row in rows if row[view.value]})
        for view in views
    }


def by_agency(found: InChats) -> dict[View, Counter[str]]:
    """The counts by view and agency, summed over the second part of their keys."""
    totals: dict[View, Counter[str]] = {view: Counter() for view in found}
    for view, counted in found.items():
        for (agency, _), many in counted.items():
            totals[view][agency] += many
    return totals


PLAIN = (
    "created_at", "due_at", "urgent", "incident", "accepted", "first", "final", "reopened", "rating", "late", "term",
    "chat",
)  # fmt: skip
SHOWN = ("code", "status", "topic", "place", "agency", *PLAIN)
"""What a list shows of a message; its words are sealed in `body`."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Rows of a list from `start` (0 for the first), the terms that end first on top."""

    rows: Sequence[ListedAppeal]
    start: int
    total: int


async def page(tx: Transaction, wanted: Filter, today: Today, start: int, most: int) -> ListPage:
    """One page of the messages of this filter, chosen and counted in one look at them."""
    query = select(appeal.c.code, func.count().over().label("total")).where(conditions(tx, wanted, today))
    rows = await tx.rows(in_list_order(query).limit(most).offset(start))
    total = int(rows[0]["total"]) if rows else await number(tx, wanted, today) if start else 0
    return ListPage(await _read(tx, [row["code"] for row in rows]), start, total)


async def some(tx: Transaction, wanted: Filter, today: Today, start: int, most: int) -> list[ListedAppeal]:
    """The same without the number of all: for a page that has counted already, and for a file."""
    query = in_list_order(select(appeal.c.code).where(conditions(tx, wanted, today)))
    return await _read(tx, [row["code"] for row in await tx.rows(query.limit(most).offset(start))])


async def after(tx: Transaction, wanted: Filter, today: Today, code: str, most: int) -> list[ListedAppeal]:
    """The next by number, without their words: read in portions, each in a transaction of its own, nothing comes twice
    or is left out."""
    query = select(*(appeal.c[name] for name in SHOWN)).where(conditions(tx, wanted, today), appeal.c.code > code)
    rows = await tx.rows(query.order_by(appeal.c.code).limit(most))
    together = await residents_of(tx, [row["incident"] for row in rows])
    return [_row(row, None, together.get(row["incident"], 1)) for row in rows]


async def _read(tx: Transaction, codes: Sequence[str]) -> list[ListedAppeal]:
    """The listed messages in this order, with the words and the address of those that are not forgotten. Chosen first
    and read then: a sort would carry the words of all."""
    query = select(*(appeal.c[name] for name in SHOWN), appeal.c.body)
    found = await tx.rows(query.where(in_community(appeal), appeal.c.code.in_(codes)))
    place = {code: turn for turn, code in enumerate(codes)}
    rows = sorted(found, key=lambda row: place[row["code"]])
    bodies = await tx.keys.unseal(APPEAL, [(row["code"], row["body"]) for row in rows])
    opened = {row["code"]: decode(Appeal, body) for row, body in zip(rows, bodies, strict=True) if body is not None}
    together = await residents_of(tx, [row["incident"] for row in rows])
    return [_row(row, opened.get(row["code"]), together.get(row["incident"], 1)) for row in rows]


def _row(row: Any, body: Appeal | None, residents: int) -> ListedAppeal:
    """One row of a list; without words where its key is gone."""
    return ListedAppeal(
        code=row["code"],
        status=Status(row["status"]),
        topic=row["topic"] or "",
        place=row["place"] or "",
        agency=row["agency"] or "",
        residents=residents if row["incident"] == row["code"] else 1,
        text=body.text if body is not None else "",
        address=body.address if body is not None else "",
        alert=body.alert if body is not None else None,
        **{name: row[name] for name in PLAIN},
    )


def in_list_order(query: Select[Any]) -> Select[Any]:
    """The query in the order of lists: danger first, then by term, what has none last and by its number."""
    late = appeal.c.due_at
    first = case((danger(), 0), else_=1)
    return query.order_by(first, late.is_(None), late, appeal.c.created_at.desc(), appeal.c.code)


async def newest(
    tx: Transaction, wanted: Filter, today: Today, most: int, *more: ColumnElement[bool]
) -> list[ListedAppeal]:
    """The last that came, with their words."""
    lately = select(appeal.c.code).where(conditions(tx, wanted, today), appeal.c.body != "", *more)
    # As a sum: asked for that very order, SQLite would read all messages in it rather than sort those of the filter.
    order = ((type_coerce(appeal.c.created_at, BigInteger) + 0).desc(), appeal.c.code)
    return await _read(tx, [row["code"] for row in await tx.rows(lately.order_by(*order).limit(most))])


async def oldest(tx: Transaction, wanted: Filter, today: Today) -> datetime | None:
    """When the message of this filter that waits longest was sent; None without any."""
    row = await tx.row(select(func.min(appeal.c.created_at).label("at")).where(conditions(tx, wanted, today)))
    return None if row is None else row["at"]


async def since(tx: Transaction, wanted: Filter, today: Today, moment: datetime) -> int:
    """How many of them were sent from this moment on."""
    query = select(func.count().label("number")).select_from(appeal)
    row = await tx.row(query.where(conditions(tx, wanted, today), appeal.c.created_at >= moment))
    return int(row["number"]) if row is not None else 0


async def lately(tx: Transaction, wanted: Filter, today: Today, moment: datetime, most: int) -> list[datetime]:
    """When the messages of this filter were sent, from this moment on, the newest first, at most `most`."""
    query = select(appeal.c.created_at).where(conditions(tx, wanted, today), appeal.c.created_at >= moment)
    return [row["created_at"] for row in await tx.rows(query.order_by(appeal.c.created_at.desc()).limit(most))]


async def last_sent(tx: Transaction) -> datetime | None:
    """The moment at which the newest message of all was sent; None without any."""
    row = await tx.row(select(func.max(appeal.c.created_at).label("at")).where(in_community(appeal)))
    return None if row is None else row["at"]


async def by_group(tx: Transaction, wanted: Filter, today: Today, group: str) -> list[tuple[str, int]]:
    """How many messages of this filter each agency, place or topic has, the most first."""
    column = appeal.c[group]
    number_of = func.count().label("number")
    query = select(column, number_of).where(conditions(tx, wanted, today)).group_by(column)
    rows = await tx.rows(query.order_by(number_of.desc(), column))
    return [(row[group] or "", row["number"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Spread:
    """Where messages are: by municipality, and by cell as far as they have a point."""

    places: Mapping[str, int]
    cells: Mapping[Cell, int]


async def spread(tx: Transaction, wanted: Filter, today: Today) -> Spread:
    """How many messages of this filter each place and each cell of the map has, in one look: a period may be long."""
    keys = (appeal.c.place, appeal.c.cell_row, appeal.c.cell_column)
    query = select(*keys, func.count().label("number")).where(conditions(tx, wanted, today)).group_by(*keys)
    places, cells = Counter[str](), Counter[Cell]()
    for row in await tx.rows(query):
        places[row["place"] or ""] += row["number"]
        if row["cell_row"] is not None:
            cells[Cell(row["cell_row"], row["cell_column"])] += row["number"]
    return Spread(places, cells)


async def without_point(tx: Transaction, wanted: Filter, today: Today, most: int) -> list[ListedAppeal]:
    """The newest of those that have none, with their addresses."""
    # As a sum, or PostgreSQL and SQLite would look for them by the index of those that have one.
    return await newest(tx, wanted, today, most, (appeal.c.cell_row + 0).is_(None))


WEEK_HOURS = 168
MONDAY = 72
"""Hours of a week, and how many of the first week of 1970 had passed on its Monday, counted backwards."""


async def hours(tx: Transaction, wanted: Filter, today: Today, ahead: timedelta) -> dict[int, int]:
    """How many of them came in each hour of a week, 0 is Monday's first. `ahead`: the clock of the region."""
    microseconds = type_coerce(appeal.c.created_at, BigInteger) + ahead // timedelta(microseconds=1)
    hour = ((microseconds // 3_600_000_000 + MONDAY) % WEEK_HOURS).label("hour")
    query = select(hour, func.count().label("number")).where(conditions(tx, wanted, today)).group_by(hour)
    return {int(row["hour"]): row["number"] for row in await tx.rows(query)}


async def residents_of(tx: Transaction, incidents: Sequence[str]) -> dict[str, int]:
    """How many messages each of these leading messages stands for."""
    if not incidents:
        return {}
    counted = (
        select(appeal.c.incident, func.count().label("number"))
        .where(in_community(appeal), appeal.c.incident.in_(sorted(set(incidents))), appeal.c.incident != "")
        .group_by(appeal.c.incident)
    )
    return {row["incident"]: row["number"] for row in await tx.rows(counted)}
