"""How columns, keys and partial indexes are written, the same for both engines. It must never know what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Unpack

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    FromClause,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    literal_column,
    text,
)
from sqlalchemy.types import TypeDecorator

from storage.db.whose import Differs, Ends, Of, Whose, describe

OURS = "community"
"""The parameter that a statement of a community's transaction is given (transaction.py)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """A time in UTC as whole microseconds: the same bytes and the same order on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The moment as microseconds since 1970 in UTC, None as NULL; ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The stored microseconds since 1970 as a moment in UTC; NULL as None."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Day(TypeDecorator[date]):
    """A day of the region as its number (`date.toordinal`): days follow one another, and an index finds a period."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> int | None:
        """The day as its ordinal number (1 is 1 January of year 1), None as NULL."""
        return None if value is None else value.toordinal()

    def process_result_value(self, value: int | None, dialect: Dialect) -> date | None:
        """The day of the stored ordinal number; NULL as None."""
        return None if value is None else date.fromordinal(value)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


ID = Of(Whose.PROGRAM, Ends.KEPT)
"""Of `community_id`, which stands in every row."""


def table(name: str, keys: tuple[str, ...], *columns: Column[Any] | UniqueConstraint, clustered: bool, of: Of) -> Table:
    """A table with its columns, each described. `of`: what holds of each column that says nothing else (whose.py)."""
    describe((column for column in columns if isinstance(column, Column)), of)
    community = Column("community_id", BigInteger, nullable=False)
    describe([community], ID)
    key = PrimaryKeyConstraint("community_id", *keys)
    return Table(name, metadata, community, *columns, key, sqlite_with_rowid=not clustered)


def int_(name: str, *, null: bool = False, default: str | None = None, **of: Unpack[Differs]) -> Column[Any]:
    """A column of a 64-bit whole number."""
    return Column(name, BigInteger, nullable=null, autoincrement=False, server_default=default, info={**of})


def small(name: str, default: str | None = None, **of: Unpack[Differs]) -> Column[Any]:
    """A column of a whole number that is never NULL."""
    return Column(name, Integer, nullable=False, server_default=default, info={**of})


def appeal_number(name: str, **of: Unpack[Differs]) -> Column[Any]:
    """The number of another appeal, empty where there is none."""
    return text_(name, default="", **of)


def text_(name: str, *, null: bool = False, default: str | None = None, **of: Unpack[Differs]) -> Column[Any]:
    """A column of text."""
    return Column(name, Text, nullable=null, server_default=default, info={**of})


def bytes_(name: str, **of: Unpack[Differs]) -> Column[Any]:
    """A column of bytes that is never NULL."""
    return Column(name, LargeBinary, nullable=False, info={**of})


def flag(name: str, default: Any = None, **of: Unpack[Differs]) -> Column[Any]:
    """A column that is true or false, never NULL."""
    return Column(name, Boolean, nullable=False, server_default=default, info={**of})


def moment(name: str, *, null: bool = False, **of: Unpack[Differs]) -> Column[Any]:
    """A column that holds a moment, in UTC."""
    return Column(name, Moment, nullable=null, info={**of})


def day(name: str, *, null: bool = True, **of: Unpack[Differs]) -> Column[Any]:
    """A column that holds a day without a time."""
    return Column(name, Day, nullable=null, info={**of})


def where(condition: str) -> dict[str, Any]:
    """The condition of a partial index, as a keyword of `Index`. PostgreSQL's copy of the condition stands in the
    migrations alone: named here, it would load that engine's dialect into every bot, 2 MB."""
    return {"sqlite_where": text(condition)}


def in_community(found: FromClause) -> ColumnElement[bool]:
    """The condition that a row is of the transaction's community."""
    condition: ColumnElement[bool] = found.c.community_id == bindparam(OURS, type_=BigInteger)
    return condition


def one_of(found: ColumnElement[Any], states: Sequence[str]) -> ColumnElement[bool]:
    """The condition `found IN ('…')` in the very words of the partial indexes: with bound values no index would be
    used."""
    return found.in_([literal_column(f"'{state}'") for state in states])


def in_states(states: Sequence[str]) -> dict[str, Any]:
    """The arguments of a partial index that holds only rows of these states, for both engines."""
    return where("state IN (" + ", ".join(f"'{state}'" for state in states) + ")")
