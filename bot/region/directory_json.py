"""The directory as the database keeps it: JSON with a format and a version. It must never read a newer format half."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from hashlib import sha256

import msgspec

from bot.region.directory_errors import DirectoryErrors
from states.directory import Directory

FORMAT = 9
"""Of the stored JSON. A new shape takes a new number and keeps reading the old ones: 1 had no hours and terms, 2 no
nicknames of places, nothing of what to ask about where and no words of those outside, 3 no days of checking of
communities, groups, routes and hours and not what waits for the ЦУР on purpose, 4 no doors, 5 no scenes of
topics, 6 nobody on duty, no crisis lines and not which topics are joinable, 7 no answers to what many ask, 8 no
wordings."""


def with_version(directory: Directory) -> Directory:
    """The directory with its version: the first 12 hex digits of the SHA-256 of its JSON."""
    return replace(directory, version=sha256(to_json(directory).encode()).hexdigest()[:12])


def to_json(directory: Directory) -> str:
    """The whole directory as text for the database: versioned, the same directory gives the same text."""
    whole = _flat(directory)
    assert isinstance(whole, dict)
    del whole["version"]
    return json.dumps({"format": FORMAT, "directory": whole}, ensure_ascii=False, sort_keys=True, default=_flat)


def _flat(value: object) -> object:
    """A value that JSON has no word for, as one it has; TypeError for any other. `asdict` copies every value first,
    which takes twice as long."""
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a directory")


def from_json(text: str) -> Directory:
    """What `to_json` kept; what an older program did not know has its default. A text of a newer format is refused:
    reading it half would lose routes."""
    stored = json.loads(text)
    if stored.get("format") not in range(1, FORMAT + 1):
        told = f"справочник в базе: формат {stored.get('format')}, программа знает {FORMAT}. Обновите программу."
        raise DirectoryErrors([told])
    return with_version(msgspec.convert(stored["directory"], Directory))
