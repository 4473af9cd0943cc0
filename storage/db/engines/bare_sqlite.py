"""Compiled statements on a connection of sqlite3. It must never begin or end a transaction by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError

from storage.db.engines.compiled import Result, Row, Statements

DIALECT = SQLiteDialect_pysqlite()
DIALECT.dbapi = sqlite3  # type: ignore[assignment]
STATEMENTS = Statements(DIALECT)


def execute(raw: sqlite3.Connection, statement: Any, params: Any) -> Result:
    """What a statement gives; with a list of parameters it runs once for each.

    Raises:
        DBAPIError: as SQLAlchemy's engine raises it, without the values (T14).
    """
    several = isinstance(params, list | tuple)
    given: Sequence[Mapping[str, Any]] = params if several else [params or {}]
    compiled, extracted = STATEMENTS.of(statement, tuple(given[0]), several)
    text, count = compiled.text, 0
    rows: list[Row] = []
    try:
        if several and compiled.says_the_same:
            values = [compiled.parameters(row, extracted)[1] for row in given]
            return Result([], raw.executemany(text, values).rowcount)
        for row in given:
            text, each = compiled.parameters(row, extracted)
            cursor = raw.execute(text, each)
            if cursor.description is not None:
                rows += compiled.rows(cursor.fetchall(), lambda: [name for name, *_ in cursor.description])  # noqa: B023
            count += max(0, cursor.rowcount)
    except sqlite3.Error as error:
        raise database_error(text, error) from error
    return Result(rows, count)


def database_error(text: str, error: sqlite3.Error) -> DBAPIError:
    """The error of sqlite3 as SQLAlchemy raises it, with the statement, so that one handler serves both ways."""
    return DBAPIError.instance(text, None, error, sqlite3.Error)  # type: ignore[return-value]


def command(raw: sqlite3.Connection, text: str) -> None:
    """BEGIN, COMMIT, ROLLBACK; fails as a statement does."""
    try:
        raw.execute(text).close()
    except sqlite3.Error as error:
        raise database_error(text, error) from error
