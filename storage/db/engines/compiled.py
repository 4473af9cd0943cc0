"""SQLAlchemy's statements for a bare connection of a driver: compiled once, no engine in between (docs/decisions/0021).

It must never mean something else than SQLAlchemy would: `tests/storage/test_compiled.py` compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

MOST_KEPT = 4000
Row = dict[str, Any]


class Result:
    """As much of SQLAlchemy's result as a transaction asks for."""

    def __init__(self, rows: list[Row], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def mappings(self) -> Result:
        """Itself: its rows are mappings already."""
        return self

    def all(self) -> list[Row]:
        """All rows."""
        return self._rows

    def first(self) -> Row | None:
        """The first row; None where there is none."""
        return self._rows[0] if self._rows else None


class Bind:
    """One place of a statement: which value stands there, and how the driver gets it."""

    def __init__(self, made: Any, name: str, extracted: Mapping[Any, int]) -> None:
        self.bind = made.binds[name]
        self.key = self.bind.key
        self.index = extracted.get(self.bind)
        process = made._bind_processors.get(name)
        self.process: Callable[[Any], Any] | None = process if callable(process) else None
        self.parts = made.binds[name].type._is_tuple_type
        self.literal = self.bind in made.literal_execute_params
        self.several = not self.literal and self.bind in made.post_compile_params
        # What nobody gives although it must be given: no driver takes such a value.
        self.default = MISSING if self.bind.required else self.bind.effective_value
        assert not (self.parts and isinstance(process, tuple) and any(process)), f"{name}: parts go as they are"

    def value(self, given: Mapping[str, Any], extracted: Any) -> Any:
        """The value given for this parameter; else the one written into the statement."""
        if extracted is not None and self.index is not None and self.key not in given:
            return extracted[self.index].effective_value
        return given.get(self.key, self.default)


MISSING = object()
ROUNDED = 1024
"""Longer lists are seldom, and SQLite takes so many values and no more."""


class Compiled:
    """One statement for one set of column names. Its text depends on how long the lists are that stand in it."""

    def __init__(self, dialect: Any, statement: Any, names: tuple[str, ...], many: bool, key: Any = None) -> None:
        columns = list(names) or None
        made = statement._compiler(dialect, cache_key=key, column_keys=columns, for_executemany=many)
        assert not getattr(made, "insert_prefetch", ()) and not getattr(made, "update_prefetch", ()), statement
        self.text = str(made)
        self._texts: dict[tuple[Any, ...], str] = {}
        self._binds = [Bind(made, name, indexes(made, key)) for name in made.positiontup or ()]
        self._expands = any(bind.several or bind.literal for bind in self._binds)
        self._made: Any = made if self._expands else None  # tens of kilobytes, and nothing else is asked of it
        self._plain = [(bind.key, bind.default, bind.process) for bind in self._binds]
        columns_of = [
            (column.keyname, column.type._cached_result_processor(dialect, None)) for column in made._result_columns
        ]
        self._names = [name for name, _ in columns_of]
        self.tells = bool(self._names)
        """There are rows to read."""
        self.says_the_same = not (self._expands or self.tells)
        """One text for all values, and no rows to read: the driver takes many at once."""
        self._processes = [(name, process) for name, process in columns_of if process is not None]

    def parameters(self, given: Mapping[str, Any], extracted: Any) -> tuple[str, Sequence[Any]]:
        """The text of the statement and its values in order, each converted for the driver."""
        if self._expands:
            return self._expand(given, extracted)
        if extracted is None:
            get = given.get
            return self.text, [
                get(key, default) if process is None else process(get(key, default))
                for key, default, process in self._plain
            ]
        values = [(bind.value(given, extracted), bind.process) for bind in self._binds]
        return self.text, [value if process is None else process(value) for value, process in values]

    def _expand(self, given: Mapping[str, Any], extracted: Any) -> tuple[str, Sequence[Any]]:
        """The text and the values of a statement with lists: `IN` gets as many places as its list, rounded up."""
        values: list[Any] = []
        shape: list[Any] = []
        known = dict(given)
        for bind in self._binds:
            value = bind.value(given, extracted)
            if bind.several:
                value = known[bind.key] = round_up(value)
                shape.append(len(value))
                every = chain.from_iterable(value) if bind.parts else value
                values += every if bind.process is None else map(bind.process, every)
            elif bind.literal:
                shape.append(tuple(value) if isinstance(value, list | tuple | set | frozenset) else value)
            else:
                values.append(value if bind.process is None else bind.process(value))
        text = self._texts.get(tuple(shape))
        if text is None:
            named = self._made.construct_params(known, extracted_parameters=extracted)
            text = self._made._process_parameters_for_postcompile(named).statement
            self._texts[tuple(shape)] = text
        return text, values

    def rows(self, found: Iterable[Sequence[Any]], told: Callable[[], Sequence[str]]) -> list[Row]:
        """The found rows by name, each value converted. `told` are the driver's names, asked for where the statement is
        words of SQL."""
        names, processes = self._names or told(), self._processes
        rows = [dict(zip(names, row)) for row in found]  # noqa: B905 - the statement's own columns
        for name, process in processes:
            for row in rows:
                row[name] = process(row[name])
        return rows


def round_up(values: Sequence[Any]) -> Sequence[Any]:
    """A list of IN, as long as the next power of two: its last value again and again. Else each length would be a text
    of its own, to be prepared and kept. A list of nothing has a text of its own."""
    if not 2 < len(values) <= ROUNDED:
        return values
    more = (1 << (len(values) - 1).bit_length()) - len(values)
    return [*values, *[values[-1]] * more]


def indexes(made: Any, key: Any) -> dict[Any, int]:
    """Where in the values of a statement that is like this one the value of each place stands."""
    if key is None:
        return {}
    alike, _ = made._cache_key_bind_match
    return {bind: index for index, bind_param in enumerate(key.bindparams) for bind in alike[bind_param]}


class Statements:
    """Compiled statements of a process for one dialect. A statement is known by itself, or else by what it says."""

    def __init__(self, dialect: Any) -> None:
        self._dialect = dialect
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
            return Compiled(self._dialect, statement, names, many), None
        alike = self._alike.get((key.key, names, many))
        if alike is not None:
            return alike, key.bindparams
        made = Compiled(self._dialect, statement, names, many, key)
        for kept in (self._same, self._alike):
            if len(kept) > MOST_KEPT:
                kept.clear()
        self._same[place] = (statement, made)
        self._alike[key.key, names, many] = made
        return made, None
