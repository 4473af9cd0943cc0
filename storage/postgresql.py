"""What PostgreSQL needs: a pool, READ COMMITTED, and which of its errors mean "run it again". It holds no SQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

T = TypeVar("T")

_RUN_AGAIN = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected: PostgreSQL has undone everything."""


class Pool:
    """A pool of connections, each transaction on one of them."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self.engine = create_async_engine(
            url, isolation_level="READ COMMITTED", pool_size=5, max_overflow=5, pool_pre_ping=True
        )

    async def transaction(self, body: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self.engine.begin() as connection:
            return await body(connection)

    async def on_connection(self, work: Callable[[Connection], T]) -> T:
        async with self.engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self.engine.dispose()


def should_run_again(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _RUN_AGAIN


def is_taken(error: DBAPIError) -> bool:
    """Whether a unique key refused: somebody else made the same thing first."""
    return getattr(error.orig, "sqlstate", None) == "23505"
