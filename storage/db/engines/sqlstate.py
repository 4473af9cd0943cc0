"""What PostgreSQL's error codes mean to a transaction. It must never decide what is done about it."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

_RUN_AGAIN = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected: PostgreSQL has undone everything."""


def should_run_again(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is run again: a deadlock or a conflict of two."""
    return getattr(error.orig, "sqlstate", None) in _RUN_AGAIN


DOWN = ("08", "53", "57", "58")
"""Classes of PostgreSQL: no connection, no resources, told to stop, its system fails."""

_FAILS = frozenset({5, 8, 10, 13, 14, 22})
"""SQLite: busy, read-only, input or output, full, cannot open, file too large. A corrupt file is none of them."""


def is_down(error: DBAPIError) -> bool:
    """Whether the store cannot work just now: nothing is wrong with what was asked of it."""
    if hasattr(error.orig, "sqlite_errorcode"):
        return is_failing(error.orig)
    return error.connection_invalidated or str(getattr(error.orig, "sqlstate", None) or "")[:2] in DOWN


def is_failing(error: object) -> bool:
    """The same of an error of SQLite itself, where no layer was between."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _FAILS


def is_taken(error: DBAPIError) -> bool:
    """Whether a unique key refused: somebody else made the same thing first."""
    return getattr(error.orig, "sqlstate", None) == "23505"
