"""Values of states as JSON text and back, each by its explicit name and version (names.py).

It must never guess which class is meant: a union read by trying gave another step, silently (style.md E9).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from storage.db.errors import StorageError
from storage.db.names import NAMES, UPGRADES

T = TypeVar("T")
Read = Callable[[Any], Any]
Write = Callable[[Any], Any]

_TAG = "@"


class CodecError(StorageError):
    """A stored value that this program cannot read, or a value that cannot be stored."""


class UnknownName(CodecError):
    """The name or its version is not in names.py: a newer program wrote it, or a name was lost."""


def encode(value: object) -> str:
    """A value of states as JSON text."""
    written = json.dumps(_write(value), ensure_ascii=False, separators=(",", ":"))
    try:
        written.encode()
    except UnicodeEncodeError:  # a lone surrogate: people do send them; escaped it can be stored
        return json.dumps(json.loads(written), separators=(",", ":"))
    return written


def decode(kind: type[T], text: str) -> T:
    """The value that `encode` wrote. `kind` is a class, or for the unions the check of what came out."""
    try:
        found = _read(json.loads(text))
    except ValueError as error:  # no JSON, no such word of an enumeration, no time
        raise CodecError(str(error)) from error
    if not isinstance(found, kind):
        raise CodecError(f"{kind} was expected, found {type(found).__name__}")
    return found


def decode_any(kinds: Any, text: str) -> Any:
    """One of a union (`Event`, `Effect`, `Step`), by its name."""
    found = decode(object, text)
    if not isinstance(found, get_args(kinds)):
        raise CodecError(f"{type(found).__name__} is not one of them")
    return found


class _Shape:
    """How one class is written and read, worked out once from its fields."""

    def __init__(self, name: str, version: int, kind: type[Any]) -> None:
        self.tag = f"{name}.{version}"
        self.name, self.version, self.kind = name, version, kind
        hints = get_type_hints(kind)
        self.fields: dict[str, tuple[Read, Write, Field[Any]]] = {
            field.name: (*_codec(hints[field.name]), field) for field in fields(kind)
        }

    def write(self, value: object) -> dict[str, Any]:
        written: dict[str, Any] = {_TAG: self.tag}
        for name, (_, write, _field) in self.fields.items():
            written[name] = write(getattr(value, name))
        return written

    def read(self, stored: Mapping[str, Any]) -> Any:
        strange = stored.keys() - self.fields.keys() - {_TAG}
        if strange:
            raise CodecError(f"{self.tag} has no field {', '.join(sorted(strange))}")
        values: dict[str, Any] = {}
        for name, (read, _, field) in self.fields.items():
            if name in stored:
                values[name] = read(stored[name])
            elif field.default is MISSING and field.default_factory is MISSING:
                raise CodecError(f"{self.tag} lacks {name}")
        return self.kind(**values)


def _write(value: object) -> dict[str, Any]:
    shape = _BY_CLASS.get(type(value))
    if shape is None:
        raise UnknownName(f"{type(value).__name__} has no name in storage/db/names.py")
    return shape.write(value)


def _read(stored: object) -> Any:
    if not isinstance(stored, dict) or not isinstance(stored.get(_TAG), str):
        raise CodecError("a named value was expected")
    name, _, number = stored[_TAG].rpartition(".")
    shape = _BY_NAME.get(name)
    version = int(number) if number.isdecimal() else 0
    if shape is None or not 1 <= version <= shape.version:
        raise UnknownName(f"«{stored[_TAG]}» is not known to this program")
    while version < shape.version:
        stored, version = UPGRADES[name, version](stored), version + 1
    return shape.read(stored)


def _codec(hint: Any) -> tuple[Read, Write]:
    """How a field of this type is read and written. A type that is not listed here cannot be stored."""
    if get_origin(hint) is UnionType:
        options = tuple(option for option in get_args(hint) if option is not type(None))
        optional = len(options) < len(get_args(hint))
        read, write = _codec(options[0]) if len(options) == 1 else (_one_of(options), _write)
        return (_or_none(read), _or_none(write)) if optional else (read, write)
    if get_origin(hint) is tuple:
        item, _dots = get_args(hint)
        read, write = _codec(item)
        return _each(read), lambda values: [write(value) for value in values]
    if hint is datetime:
        return _read_moment, _write_moment
    if hint is timedelta:
        return _read_span, _write_span
    if issubclass(hint, Enum):
        return hint, lambda value: value.value
    if hint in (str, int, bool, float):
        return _plain(hint), _same
    return _one_of((hint,)), _write


def _same(value: Any) -> Any:
    return value


def _or_none(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else work(value)


def _each(read: Read) -> Read:
    def all_of(stored: Any) -> Any:
        if not isinstance(stored, list):
            raise CodecError("a list was expected")
        return tuple(read(value) for value in stored)

    return all_of


def _plain(kind: type[Any]) -> Read:
    def checked(stored: Any) -> Any:
        if kind is float and type(stored) is int:
            return float(stored)
        if type(stored) is not kind:
            raise CodecError(f"{kind.__name__} was expected, found {type(stored).__name__}")
        return stored

    return checked


def _one_of(kinds: tuple[type[Any], ...]) -> Read:
    def checked(stored: Any) -> Any:
        found = _read(stored)
        if not isinstance(found, kinds):
            raise CodecError(f"{type(found).__name__} cannot stand here")
        return found

    return checked


def _write_moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise CodecError("a time without a zone cannot be stored")
    return value.astimezone(UTC).isoformat()


def _read_moment(stored: Any) -> datetime:
    if not isinstance(stored, str):
        raise CodecError("a time was expected")
    return datetime.fromisoformat(stored).astimezone(UTC)


def _write_span(value: timedelta) -> int:
    return value // timedelta.resolution


def _read_span(stored: Any) -> timedelta:
    if type(stored) is not int:
        raise CodecError("whole microseconds were expected")
    return timedelta(microseconds=stored)


_BY_CLASS = {kind: _Shape(name, version, kind) for name, version, kind in NAMES}
_BY_NAME = {shape.name: shape for shape in _BY_CLASS.values()}
