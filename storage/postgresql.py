"""What PostgreSQL needs: a pool, READ COMMITTED, and which of its errors mean "run it again". It holds no SQL."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_RUN_AGAIN = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected: PostgreSQL has undone everything."""


def connect(url: str) -> AsyncEngine:
    return create_async_engine(url, isolation_level="READ COMMITTED", pool_size=5, max_overflow=5, pool_pre_ping=True)


def should_run_again(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _RUN_AGAIN


def is_taken(error: DBAPIError) -> bool:
    """Whether a unique key refused: somebody else made the same thing first."""
    return getattr(error.orig, "sqlstate", None) == "23505"
