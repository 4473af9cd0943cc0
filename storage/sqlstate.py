"""What PostgreSQL's error codes mean to a transaction. It must never decide what is done about it."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

_RUN_AGAIN = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected: PostgreSQL has undone everything."""


def should_run_again(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _RUN_AGAIN


def is_taken(error: DBAPIError) -> bool:
    """Whether a unique key refused: somebody else made the same thing first."""
    return getattr(error.orig, "sqlstate", None) == "23505"
