"""SQLAlchemy's statements on a bare sqlite3 connection: compiled once, no engine in between. Half the time of a seed.

A test plays seeds on both ways and wants the same trace, so what is left out here decides nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError

DIALECT = SQLiteDialect_pysqlite()
DIALECT.dbapi = sqlite3
MOST_KEPT = 4000
Row = dict[str, Any]


class Result:
    """As much of SQLAlchemy's result as storage asks for."""

    def __init__(self, rows: list[Row], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def mappings(self) -> Result:
        return self

    def all(self) -> list[Row]:
        return self._rows

    def first(self) -> Row | None:
        return self._rows[0] if self._rows else None


class Compiled:
    """One statement for one set of column names."""

    def __init__(self, statement: Any, names: tuple[str, ...], many: bool, key: Any = None) -> None:
        columns = list(names) or None
        made = statement._compiler(DIALECT, cache_key=key, column_keys=columns, for_executemany=many)
        assert not getattr(made, "insert_prefetch", ()) and not getattr(made, "update_prefetch", ()), statement
        self.made = made
        self.text = str(made)
        self.expands = bool(made.post_compile_params | made.literal_execute_params)
        self.bound = [self._bind(name) for name in made.positiontup or ()]
        self.columns = [
            (column.keyname, column.type._cached_result_processor(DIALECT, None))
            for column in made._result_columns or ()
        ]
        self.returns = bool(self.columns)

    def _bind(self, name: str) -> tuple[str, str, Callable[[Any], Any] | None, Any]:
        bind = self.made.binds.get(name)
        return name, bind.key, self.made._bind_processors.get(name), bind

    def parameters(self, given: Mapping[str, Any], extracted: Any) -> tuple[str, Sequence[Any]]:
        if self.expands or extracted is not None:
            return self._by_sqlalchemy(given, extracted)
        values = []
        for _, key, process, bind in self.bound:
            value = given.get(key, bind.effective_value)
            values.append(value if process is None else process(value))
        return self.text, values

    def _by_sqlalchemy(self, given: Mapping[str, Any], extracted: Any) -> tuple[str, Sequence[Any]]:
        made = self.made
        known = made.construct_params(dict(given), extracted_parameters=extracted)
        text, order, processors = self.text, made.positiontup or (), made._bind_processors
        if self.expands:
            state = made._process_parameters_for_postcompile(known)
            text, order = state.statement, state.positiontup or ()
            processors = {**processors, **state.processors}
            known.update(state.additional_parameters)
        return text, [processors[name](known[name]) if name in processors else known[name] for name in order]

    def rows(self, cursor: sqlite3.Cursor) -> list[Row]:
        if not self.returns:
            return []
        columns = self.columns
        return [
            {
                name: value if process is None else process(value)
                for (name, process), value in zip(columns, row, strict=True)
            }
            for row in cursor.fetchall()
        ]


class Statements:
    """Compiled statements of a process. A statement is known by itself, or else by what it says."""

    def __init__(self) -> None:
        self._same: dict[tuple[int, tuple[str, ...], bool], tuple[Any, Compiled]] = {}
        self._alike: dict[Any, Compiled] = {}

    def of(self, statement: Any, names: tuple[str, ...], many: bool) -> tuple[Compiled, Any]:
        """The compiled form, and the values that stand in this very statement where it only is like a known one."""
        place = (id(statement), names, many)
        same = self._same.get(place)
        if same is not None and same[0] is statement:
            return same[1], None
        key = statement._generate_cache_key()
        if key is None:
            return Compiled(statement, names, many), None
        alike = self._alike.get((key.key, names, many))
        if alike is not None:
            return alike, key.bindparams
        made = Compiled(statement, names, many, key)
        self._alike[key.key, names, many] = made
        if len(self._same) > MOST_KEPT:
            self._same.clear()
        self._same[place] = (statement, made)
        return made, None


STATEMENTS = Statements()


def execute(raw: sqlite3.Connection, statement: Any, params: Any) -> Result:
    """One statement; with a list of parameters once for each."""
    several = isinstance(params, list | tuple)
    given: Sequence[Mapping[str, Any]] = params if several else [params or {}]
    names = tuple(given[0])
    compiled, extracted = STATEMENTS.of(statement, names, several)
    rows: list[Row] = []
    count = 0
    for one in given:
        text, values = compiled.parameters(one, extracted)
        try:
            cursor = raw.execute(text, values)
            rows += compiled.rows(cursor)
        except sqlite3.Error as error:
            raise DBAPIError.instance(text, None, error, sqlite3.Error) from error
        count += max(0, cursor.rowcount)
        cursor.close()
    return Result(rows, count)
