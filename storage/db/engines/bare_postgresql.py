"""Compiled statements on a connection of asyncpg, inside a transaction of SQLAlchemy's. It must never begin or end one
by itself, and leaves to SQLAlchemy what it does better: many new rows with an answer for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.db.engines.compiled import Result, Row, Statements

DIALECT: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
DIALECT.dbapi = DIALECT.import_dbapi()
STATEMENTS = Statements(DIALECT)
MOST_PREPARED = 500
"""Of a connection; lists of several lengths make several of one."""
PREPARED = "prepared"
"""In what SQLAlchemy's pool keeps with a connection as long as that lives."""
FAILS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


class Bare:
    """The connection as transactions see it, past SQLAlchemy's engine."""

    def __init__(self, connection: AsyncConnection, adapted: Any) -> None:
        self._connection = connection
        self._adapted = adapted
        self._driver: asyncpg.Connection[Any] = adapted.driver_connection
        self._prepared: dict[str, PreparedStatement[Any]] = connection.info.setdefault(PREPARED, {})

    @classmethod
    async def begun(cls, connection: AsyncConnection) -> Bare:
        """SQLAlchemy begins at its first statement; here that may come late or never."""
        adapted: Any = (await connection.get_raw_connection()).dbapi_connection
        bare = cls(connection, adapted)
        try:
            await adapted._start_transaction()
        except DIALECT.dbapi.Error as error:
            raise await bare._told("BEGIN", error) from error
        return bare

    async def execute(
        self, statement: Any, params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None, /
    ) -> Any:
        """One statement; with a list of parameters once for each.

        Raises:
            DBAPIError: as SQLAlchemy's engine raises it, without the values (T14).
        """
        several = isinstance(params, list | tuple)
        given: Any = params if several else [params or {}]
        compiled, extracted = STATEMENTS.of(statement, tuple(given[0]), several)
        if several and compiled.tells:
            return await self._connection.execute(statement, params)
        text, count = compiled.text, 0
        rows: list[Row] = []
        try:
            if several and compiled.says_the_same:
                values = [compiled.parameters(row, extracted)[1] for row in given]
                await (await self._of(text)).executemany(values)
                return Result([], -1)
            for row in given:
                text, each = compiled.parameters(row, extracted)
                prepared = await self._of(text)
                found = await prepared.fetch(*each)
                rows += compiled.rows(found, lambda: [one.name for one in prepared.get_attributes()])  # noqa: B023
                count += changed(prepared.get_statusmsg())
        except FAILS as error:
            raise await self._told(text, error) from error
        return Result(rows, count)

    async def _of(self, text: str) -> PreparedStatement[Any]:
        found = self._prepared.get(text)
        if found is None:
            if len(self._prepared) >= MOST_PREPARED:
                self._prepared.clear()
            found = self._prepared[text] = await self._driver.prepare(text)
        return found

    async def _told(self, text: str, error: BaseException) -> DBAPIError:
        """As SQLAlchemy says it. A connection that is gone is not given back to the pool; a statement that failed is
        prepared anew the next time, for the tables may have changed under it."""
        self._prepared.pop(text, None)
        try:
            self._adapted._handle_exception(error)
            raise AssertionError("it always raises") from error
        except DIALECT.dbapi.Error as translated:
            gone = DIALECT.is_disconnect(translated, self._adapted, None)
            if gone:
                await self._connection.invalidate(translated)
            failed: Any = DBAPIError.instance(
                text, None, translated, DIALECT.dbapi.Error, hide_parameters=True, connection_invalidated=gone
            )
            return failed  # type: ignore[no-any-return]


def changed(status: str) -> int:
    """Rows that a statement gave or changed, as the server says it: «UPDATE 3», «INSERT 0 1»."""
    number = status.rpartition(" ")[2]
    return int(number) if number.isdigit() else 0
