"""The one statement that each engine spells its own way: INSERT … ON CONFLICT. It must never know a table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite


def insert_into(dialect: str, table: Table) -> Any:
    """The INSERT of this dialect, which knows ON CONFLICT."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # 2 MB with all its drivers, which SQLite does not need

        return postgresql.insert(table)
    return sqlite.insert(table)
