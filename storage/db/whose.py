"""What each column says of itself: whose it is, how it is sealed, how it ends (R12–R15, T21).

Erasing, exporting, sealing anew and moving read it. It must never be left out: a column without it fails a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypedDict

from sqlalchemy import Column, DefaultClause, MetaData, Table

OF = "of"
"""Under this name it stands in a column's `info`; Python only, no database knows of it."""


class Whose(Enum):
    """Whom a value tells something about."""

    RESIDENT = "who writes to the community, and may ask for it and have it erased (R12)"
    OFFICIAL = "who answers in a chat or looks into the panel (T5)"
    REGION = "no person: agencies, chats, pages, the directory, sums"
    PROGRAM = "no person: how the bot keeps order; in a row of a person it ends with the row"


class Sealed(Enum):
    """What whoever has the database, and not its keys, reads there (T21)."""

    NO = "the value"
    DIGEST = "a digest or a keyed hash: it can be compared and never read back"
    PERSON = "sealed with the resident's own key"
    CONCERNED = "sealed with the key of the resident whom the row concerns, of the community where there is none"
    COMMUNITY = "sealed with the community key; sealed anew before an old one is destroyed (decision 0010)"
    MASTER = "wrapped with the master key; wrapped anew when that changes"


class Ends(Enum):
    """What becomes of a value. Of a resident: when they are forgotten, or their appeal is past its term (R14, R15)."""

    GONE = "its row goes with whom or what the row names, whole"
    CUT = "its row goes, but for what was written after the cut of the request (R12)"
    EMPTIED = "the value goes, its row stays"
    RENAMED = "the same, and what names nobody stands in its place"
    UNNAMED = "it stays for statistics, in a row that names nobody any more"
    TERM = "its row goes after a term, whoever is forgotten"
    OVER = "the program takes it away when it is over"
    TAKEN = "people take it away, or put another in its place"
    KEPT = "it stays as long as the database"


class Names(Enum):
    """Whom or what the value names, where rows are found by it."""

    NOTHING = "nothing"
    PERSON = "a person by VK id or pseudonym; the same column may name a chat"
    APPEAL = "an appeal by its number"


class RetentionTerm(Enum):
    """How long: a field of `RetentionTerms` (storage/privacy/retention.py)."""

    RAW = "raw"
    KEPT = "kept"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Of:
    """What a column says of itself. `term`: so long after its row is over the value stays at most, whatever else ends
    it; None: there is none."""

    whose: Whose
    ends: Ends
    sealed: Sealed = Sealed.NO
    names: Names = Names.NOTHING
    term: RetentionTerm | None = None


class Differs(TypedDict, total=False):
    """In what a column is another than its table says."""

    whose: Whose
    ends: Ends
    sealed: Sealed
    names: Names
    term: RetentionTerm | None


def describe(columns: Iterable[Column[Any]], default: Of) -> None:
    """Give each column its own `Of`: the table's, but for what the column said when it was made."""
    for column in columns:
        said = dict(column.info)
        column.info.clear()
        column.info[OF] = replace(default, **said) if said else default


def of(column: Column[Any]) -> Of:
    """What this column says of itself."""
    found: Of = column.info[OF]
    return found


def columns_of(metadata: MetaData, **wanted: Any) -> tuple[Column[Any], ...]:
    """Columns that say all of this of themselves, by the order of their tables."""
    every = (column for table in metadata.sorted_tables for column in table.columns)
    return tuple(
        column for column in every if all(getattr(of(column), name) is value for name, value in wanted.items())
    )


def empty_values(table: Table) -> dict[str, Any]:
    """What stands in a row when the person is forgotten and the row stays: nothing, where a value has to go."""
    return {column.name: _nothing(column) for column in table.columns if of(column).ends is Ends.EMPTIED}


def _nothing(column: Column[Any]) -> str | None:
    """What the column holds when it is emptied: None, its default, or ""."""
    if column.nullable:
        return None
    begun = column.server_default
    if isinstance(begun, DefaultClause) and isinstance(begun.arg, str):
        return begun.arg
    assert column.type.python_type is str, f"{column}: what is neither words nor optional cannot be emptied"
    return ""
