"""Statements past SQLAlchemy's engine give what they give by it: values, rows, counts, errors (docs/decisions/0021)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.db.columns import Moment, one_of
from storage.db.engines import bare_sqlite

NOW = datetime(2026, 11, 28, 9, 0, 0, 123, tzinfo=UTC)
thing = Table(
    "thing",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("name", Text, unique=True),
    Column("at", Moment),
    Column("open", Boolean),
)
ROWS = [
    {"id": 1, "name": "один", "at": NOW, "open": True},
    {"id": 2, "name": "два", "at": None, "open": False},
    {"id": 3, "name": "три", "at": NOW, "open": True},
]
NAMED = select(thing).where(thing.c.name.in_(bindparam("names", expanding=True))).order_by(thing.c.id)
RENAMED = update(thing).where(thing.c.id == bindparam("one")).values(name=bindparam("to"))

PAIRS = select(thing.c.id).where(tuple_(thing.c.id, thing.c.name).in_(bindparam("pairs", expanding=True)))

STATEMENTS: dict[str, tuple[Any, Any]] = {
    "all": (select(thing).order_by(thing.c.id), None),
    "none of a list": (NAMED, {"names": []}),
    "one of a list": (NAMED, {"names": ["два"]}),
    "three of a list": (NAMED, {"names": ["один", "два", "три"]}),
    "pairs": (PAIRS.order_by(thing.c.id), {"pairs": [(1, "один"), (2, "один"), (3, "три")]}),
    "no pairs": (PAIRS, {"pairs": []}),
    "by a time": (select(thing.c.id).where(thing.c.at == bindparam("then", type_=Moment)), {"then": NOW}),
    "a value inside": (select(thing.c.name).where(thing.c.id == 3), None),
    "words of an index": (select(thing.c.id).where(one_of(thing.c.name, ("один", "три"))), None),
    "a label": (select(func.count().label("many"), func.max(thing.c.at).label("last")), None),
    "plain words": (text("SELECT name AS called FROM thing WHERE id = 2"), None),
    "a limit": (select(thing.c.id).order_by(thing.c.id.desc()).limit(bindparam("most", type_=BigInteger)), {"most": 2}),
    "changed": (RENAMED, {"one": 1, "to": "раз"}),
    "none changed": (RENAMED, {"one": 9, "to": "раз"}),
    "two changed": (RENAMED, [{"one": 1, "to": "раз"}, {"one": 3, "to": "тройка"}]),
    "gone": (delete(thing).where(thing.c.id > bindparam("above", type_=BigInteger)), {"above": 1}),
}


AGAIN = sqlite.insert(thing)
OVER = AGAIN.on_conflict_do_update(index_elements=["id"], set_={"name": AGAIN.excluded.name})
NEW = sqlite.insert(thing).on_conflict_do_nothing().returning(thing.c.id)
STATEMENTS |= {
    "over": (OVER, [{**ROWS[0], "name": "снова"}, {"id": 4, "name": "четыре", "at": None, "open": True}]),
    "only what is new": (NEW, [ROWS[0], {"id": 5, "name": "пять", "at": NOW, "open": True}]),
    "one that is new": (NEW, {"id": 5, "name": "пять", "at": NOW, "open": True}),
}


@pytest.fixture
def connection() -> Iterator[Connection]:
    """SQLAlchemy's own; what is compiled runs on the driver's connection inside."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"isolation_level": None})
    with engine.connect() as made:
        thing.create(made)
        made.execute(insert(thing), ROWS)
        yield made
    engine.dispose()


@pytest.fixture
def raw(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def given(result: Any) -> tuple[list[dict[str, Any]], int]:
    returns = getattr(result, "returns_rows", True)
    rows = [dict(row) for row in result.mappings().all()] if returns else []
    return rows, result.rowcount


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_same_comes_out(connection: Connection, raw: sqlite3.Connection, name: str) -> None:
    statement, params = STATEMENTS[name]
    raw.execute("BEGIN")
    rows, count = given(bare_sqlite.execute(raw, statement, params))
    left = raw.execute("SELECT * FROM thing ORDER BY id").fetchall()
    raw.execute("ROLLBACK")
    wanted, changed = given(connection.execute(statement, params))
    assert rows == wanted and raw.execute("SELECT * FROM thing ORDER BY id").fetchall() == left
    assert statement.is_select or isinstance(statement, type(text(""))) or count == max(changed, len(rows))


def test_a_statement_that_is_made_each_time_has_its_own_values(raw: sqlite3.Connection) -> None:
    """It is compiled once, and what was in the first stays out of the second."""
    found = [
        given(bare_sqlite.execute(raw, select(thing.c.name).where(thing.c.id == one), None))[0] for one in (1, 2, 3)
    ]
    assert found == [[{"name": "один"}], [{"name": "два"}], [{"name": "три"}]]
    lists = [select(thing.c.id).where(thing.c.id.in_(ids)).order_by(thing.c.id) for ids in ([1], [2, 3], [])]
    assert [[row["id"] for row in given(bare_sqlite.execute(raw, one, None))[0]] for one in lists] == [[1], [2, 3], []]


def test_lists_of_many_lengths_are_few_texts(raw: sqlite3.Connection) -> None:
    """What is prepared and kept does not grow with the lengths of lists."""
    names = [f"имя {number}" for number in range(3, 40)]
    for many in range(len(names) + 1):
        given_names = {"names": [*names[:many], "один"]}
        assert [row["id"] for row in given(bare_sqlite.execute(raw, NAMED, given_names))[0]] == [1]
    made, _ = bare_sqlite.STATEMENTS.of(NAMED, ("names",), False)
    assert len(made._texts) <= 8


def test_what_nobody_gave_is_an_error_and_not_a_null(raw: sqlite3.Connection) -> None:
    with pytest.raises((DBAPIError, sqlite3.Error)):
        bare_sqlite.execute(raw, RENAMED, {"one": 1})


def test_an_error_is_sqlalchemys_and_tells_no_value(raw: sqlite3.Connection) -> None:
    """T14: what stands in a row is in no exception."""
    with pytest.raises(DBAPIError) as told:
        bare_sqlite.execute(raw, insert(thing), {**ROWS[0], "id": 7})
    assert isinstance(told.value.orig, sqlite3.IntegrityError) and "один" not in str(told.value)
