"""Values of states as JSON text and back, each by its explicit name and version (names.py).

It must never guess which class is meant: a union read by trying gave another step, silently.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints, overload

import msgspec

from storage.db.errors import StorageError
from storage.db.names import NAMES, UPGRADES

T = TypeVar("T")
Change = Callable[[Any], Any]

_TAG = "@"
_MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]


class CodecError(StorageError):
    """A stored value that this program cannot read, or a value that cannot be stored."""


class UnknownName(CodecError):
    """The name or its version is not in names.py: a newer program wrote it, or a name was lost."""


def encode(value: object) -> str:
    """A value of states as JSON text."""
    if type(value) not in _STRUCTS:
        raise UnknownName(f"{type(value).__name__} has no name in storage/db/names.py")
    struct = _to_struct(value)
    try:
        return _ENCODER.encode(struct).decode()
    except UnicodeEncodeError:  # a lone surrogate: people do send them; escaped it can be stored
        return json.dumps(msgspec.to_builtins(struct), separators=(",", ":"))


@overload
def decode(kind: type[T], text: str) -> T: ...
@overload
def decode(kind: UnionType, text: str) -> Any: ...
def decode(kind: Any, text: str) -> Any:
    """The value that `encode` wrote: of this class, or a member of this union (`Event`, `Effect`, `Step`)."""
    try:
        struct = _DECODER.decode(text)
    except msgspec.MsgspecError:
        struct = _decode_upgraded(text)
    found = _from_struct(struct)
    if not isinstance(found, kind):
        raise CodecError(f"{kind} was expected, found {type(found).__name__}")
    return found


def _decode_upgraded(text: str) -> Any:
    """Read what the decoder refuses: an older version, or a lone surrogate."""
    try:
        return msgspec.convert(_upgrade(json.loads(text)), _ANY)
    except ValueError as error:
        raise CodecError(str(error)) from error


def _upgrade(stored: Any) -> Any:
    """Parsed JSON with each value in it lifted to the version of this program."""
    if isinstance(stored, list):
        return [_upgrade(value) for value in stored]
    if not isinstance(stored, dict):
        return stored
    tag = str(stored.get(_TAG))
    while tag in UPGRADES:
        newer, upgrade = UPGRADES[tag]
        stored, tag = upgrade(stored) | {_TAG: newer}, newer
    if tag not in _TAGS:
        raise UnknownName(f"«{tag}» is not known to this program")
    return {name: _upgrade(value) for name, value in stored.items()}


def _in_utc(value: datetime) -> datetime:
    """The moment in UTC; CodecError for one without a zone."""
    if value.tzinfo is None:
        raise CodecError("a time without a zone cannot be stored")
    return value.astimezone(UTC)


# `states` imports no library, so each of its classes has a msgspec struct here: the same fields, tagged with the name.
_STRUCTS: dict[type[Any], type[msgspec.Struct]] = {}
_WRITE: dict[type[Any], Change] = {
    tuple: lambda values: tuple([_to_struct(value) for value in values]),
    datetime: _in_utc,
    timedelta: lambda value: value // timedelta.resolution,
}
_READ: dict[type[Any], Change] = {
    tuple: lambda values: tuple([_from_struct(value) for value in values]),
}
_READ_HINT: dict[Any, Change] = {timedelta: lambda value: timedelta(microseconds=value)}
"""Of fields whose stored value does not say what it is."""


def _to_struct(value: Any) -> Any:
    """The value as JSON can hold it; what JSON knows already stays as it is."""
    write = _WRITE.get(type(value))
    return value if write is None else write(value)


def _from_struct(value: Any) -> Any:
    """The value made from what JSON held; what JSON knows already stays as it is."""
    read = _READ.get(type(value))
    return value if read is None else read(value)


def _read_or(empty: Any) -> Change:
    """What reads a stored field; `empty`: its value where nothing was stored."""
    return lambda value: empty if value is msgspec.UNSET else _from_struct(value)


def _struct_type(hint: Any) -> Any:
    """The type of a field in the struct. A class must stand in names.py, before the classes that hold it."""
    if get_origin(hint) is UnionType:
        return Union[tuple(_struct_type(option) for option in get_args(hint))]  # noqa: UP007
    if get_origin(hint) is tuple:
        return tuple[_struct_type(get_args(hint)[0]), ...]  # type: ignore[misc]
    if hint in (datetime, timedelta):
        return _MOMENT if hint is datetime else int
    return _STRUCTS[hint] if isinstance(hint, type) and is_dataclass(hint) else hint


def _add_class(tag: str, kind: type[Any]) -> None:
    """Make the struct of a class, and the functions that turn one into the other: only some fields change."""
    hints = get_type_hints(kind)
    types = {field.name: _struct_type(hints[field.name]) for field in fields(kind)}
    defaults = {field.name: [_to_struct(field.default)] for field in fields(kind) if field.default is not MISSING}
    seldom = {field.name: field.default for field in fields(kind) if "seldom" in field.metadata}
    types |= {name: Union[types[name], msgspec.UnsetType] for name in seldom}  # noqa: UP007
    defaults |= {name: [msgspec.UNSET] for name in seldom}
    struct = msgspec.defstruct(
        kind.__name__,
        [(name, hint, *defaults.get(name, ())) for name, hint in types.items()],
        tag_field=_TAG,
        tag=tag,
        frozen=True,
        forbid_unknown_fields=True,
        gc=False,
    )
    changed = [(index, name) for index, name in enumerate(types) if types[name] != hints[name]]
    # Of a field that most rows never have (its `metadata`) nothing at all is stored where there is nothing.
    writing = [
        (index, (lambda value: _to_struct(value) or msgspec.UNSET) if name in seldom else _to_struct)
        for index, name in changed
    ]
    reading = [
        (index, _read_or(seldom[name]) if name in seldom else _READ_HINT.get(hints[name], _from_struct))
        for index, name in changed
    ]
    _STRUCTS[kind] = struct
    _WRITE[kind] = _made_from(list(types), writing, struct)
    _READ[struct] = _made_from(list(types), reading, kind)


def _made_from(names: Sequence[str], changes: Sequence[tuple[int, Change]], kind: type[Any]) -> Change:
    """What makes an object of `kind` from one with these attributes; the fields that differ are changed on the way."""

    def make(value: Any) -> Any:
        """Makes the new class from a value of the old one, field by field, each changed field through its function."""
        values = [getattr(value, name) for name in names]
        for index, change in changes:
            values[index] = change(values[index])
        return kind(*values)

    return make


for _tag, _kind in NAMES:
    _add_class(_tag, _kind)

_TAGS = {tag for tag, _ in NAMES}
_ANY: Any = Union[tuple(_STRUCTS.values())]  # noqa: UP007
_ENCODER, _DECODER = msgspec.json.Encoder(), msgspec.json.Decoder(_ANY)
