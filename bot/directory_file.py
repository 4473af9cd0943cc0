"""The region's directory in YAML files: read strictly, compare with what is loaded, keep as JSON.

It must never load half a directory: all faults are told at once, and nothing changes until there are none.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot import directory_check as check
from bot.advice import Refusal
from bot.directory_check import SECTIONS, SINGLE, Found, Source, advice
from states.directory import (
    Agency,
    Community,
    Directory,
    Group,
    Level,
    Place,
    PlaceKind,
    Route,
    Settlement,
    Topic,
)

FORMAT = 1
"""Of the stored JSON. A new shape takes a new number and keeps reading the old one."""

STALE = timedelta(days=365)
LIMIT = 2_000_000
"""Bytes of a file; a region's directory is a tenth of this."""

Path_ = tuple[str | int, ...]
_NAMES = {"groups": "группа", "agencies": "орган", "places": "муниципалитет", "communities": "сообщество",
          "emergency": "номер", "routes": "правило", "topics": "тема"}  # fmt: skip


class DirectoryErrors(Refusal):
    """The directory is wrong; `lines` say file, line, name and what to do, one sentence each."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class Reading:
    """A right directory and what still deserves a look."""

    directory: Directory
    warnings: tuple[str, ...] = ()


def read(path: Path, today: date | None = None) -> Directory:
    """The directory of a file or a folder. `today` forbids dates of the future."""
    return examine(path, today).directory


def examine(path: Path, today: date | None = None, stale: timedelta = STALE) -> Reading:
    """The directory with warnings; raises `DirectoryErrors` with everything that is wrong."""
    errors: list[str] = []
    parts: dict[str, list[Found]] = {section: [] for section in SECTIONS}
    for file in _files(path):
        try:
            _take(file, parts, errors)
        except _Unreadable as error:
            errors.append(f"файл {file}{error}")
    source = Source(parts)
    if not errors:
        errors = check.faults(source, today)
    if errors:
        raise DirectoryErrors(errors)
    return Reading(_directory(source), tuple(check.warnings(source, today, stale)))


# Reading one file


class _Unreadable(Exception):
    """The file is no YAML that we can take; the text continues «файл …»."""


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.exists():
        raise DirectoryErrors([f"файл {path}: не найден. Укажите файл или папку справочника, "
                               "например regions/chelyabinsk."])  # fmt: skip
    found = sorted(one for one in path.iterdir() if one.suffix in (".yaml", ".yml") and one.is_file())
    if not found:
        raise DirectoryErrors([f"папка {path}: в ней нет файлов .yaml. Укажите папку справочника."])
    return found


def _take(file: Path, parts: dict[str, list[Found]], errors: list[str]) -> None:
    node = _compose(file)
    lines: dict[Path_, int] = {}
    data = _plain(node, (), lines, file)
    if not isinstance(data, dict):
        raise _Unreadable(", строка 1: ожидаются разделы вида «topics:», «places:». Сверьте с примером.")
    for section, value in data.items():
        line = lines[(section,)]
        if section not in SECTIONS:
            errors.append(f"файл {file}, строка {line}: раздел «{section}» неизвестен. {advice(section, SECTIONS)}")
            continue
        wrapped = (value,) if section in SINGLE else value
        if not isinstance(wrapped, tuple):
            errors.append(f"файл {file}, строка {line}: раздел «{section}» должен быть списком. "
                          "Начните каждую запись с «- ».")  # fmt: skip
            continue
        for at, item in enumerate(wrapped):
            start: Path_ = (section,) if section in SINGLE else (section, at)
            where = _where(file, lines, start, section, item)
            try:
                parts[section].append(Found(where, SECTIONS[section].model_validate(item)))
            except ValidationError as error:
                errors.extend(_told(error, file, lines, start, section, item))


def _compose(file: Path) -> yaml.Node:
    raw = file.read_bytes()
    if len(raw) > LIMIT:
        raise _Unreadable(f": больше {LIMIT // 1_000_000} МБ. Разделите его на несколько.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _Unreadable(f", строка {line}: кодировка не UTF-8. Сохраните файл в UTF-8.") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _Unreadable(_broken(error)) from error
    if node is None:
        raise _Unreadable(", строка 1: пуст. Заполните его или удалите.")
    return node


def _broken(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f", строка {mark.line + 1}" if mark is not None else ""
    return f"{line}: YAML не читается. Проверьте отступы, кавычки, двоеточия и скобки рядом с этой строкой."


def _plain(node: yaml.Node, path: Path_, lines: dict[Path_, int], file: Path, depth: int = 0) -> Any:
    """Plain values of a node; `lines` learns where each stands. A key given twice is refused, not overwritten."""
    lines.setdefault(path, node.start_mark.line + 1)
    if depth > 20:
        raise _Unreadable(f", строка {node.start_mark.line + 1}: слишком глубокая вложенность. Сверьте с примером.")
    if isinstance(node, yaml.MappingNode):
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                raise _Unreadable(f", строка {key_node.start_mark.line + 1}: ключ «{key}» стоит дважды. Уберите один.")
            lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = _plain(value_node, (*path, key), lines, file, depth + 1)
        return found
    if isinstance(node, yaml.SequenceNode):
        return tuple(_plain(child, (*path, at), lines, file, depth + 1) for at, child in enumerate(node.value))
    return _scalar(node, lines[path])


def _scalar(node: yaml.Node, line: int) -> Any:
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise _Unreadable(f", строка {line}: значение «{node.value}» не читается. Исправьте его.") from error
    return value


def _where(file: Path, lines: Mapping[Path_, int], path: Path_, section: str, item: object) -> str:
    named = ""
    if isinstance(item, dict):
        name = item.get("name") or item.get("code") or item.get("number") or item.get("agency")
        named = f", {_NAMES[section]} «{name}»" if name is not None and section in _NAMES else ""
    return f"файл {file}, строка {lines[path]}{named}"


def _told(
    error: ValidationError, file: Path, lines: Mapping[Path_, int], start: Path_, section: str, item: object
) -> Iterator[str]:
    for one in error.errors():
        path: Path_ = (*start, *one["loc"])
        line = next((lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in lines), 1)
        name = _where(file, {start: line}, start, section, item)
        if section == "groups" and "topics" in one["loc"][:1] and len(one["loc"]) > 1 and isinstance(item, dict):
            name = _where(file, {start: line}, start, "topics", item["topics"][one["loc"][1]])
        key = next((str(part) for part in reversed(one["loc"]) if isinstance(part, str)), "")
        yield f"{name}: {f'{key} — ' if key else ''}{check.sentence(one, key, section)}"


# From rows to the directory


def _directory(source: Source) -> Directory:
    def rows(section: str) -> list[Any]:
        return [part.row for part in source.rows(section)]

    first, *others = rows("emergency")
    more = ", ".join(f"{one.number} — {one.about}" for one in others)
    made = Directory(
        region=rows("region")[0].name,
        formal_channel=rows("region")[0].formal_channel,
        emergency=f"{first.number} ({more})" if more else first.number,
        communities=tuple(Community(one.id, one.name, one.place) for one in rows("communities")),
        agencies=tuple(
            Agency(
                one.code,
                one.name,
                one.short,
                one.level,
                one.place,
                one.words,
                one.checked,
                one.anonymous_card,
            )
            for one in rows("agencies")
        ),
        groups=tuple(Group(one.code, one.name) for one in rows("groups")),
        topics=tuple(
            Topic(
                one.code,
                group,
                one.name,
                one.about,
                one.words,
                one.urgent,
                one.anonymous_card,
                part.row.checked,
            )
            for part, one, group in source.topics()
        ),
        places=tuple(
            Place(one.code, one.kind, one.name, one.short, one.centre, one.aliases, one.districts, one.checked)
            for one in rows("places")
        ),
        settlements=tuple(Settlement(name, one.code) for one in rows("places") for name in one.settlements),
        routes=tuple(Route(agency, *key) for agency, key in check.route_keys(source.rows("routes"))),
    )
    return _versioned(made)


def _versioned(directory: Directory) -> Directory:
    return replace(directory, version=sha256(to_json(directory).encode()).hexdigest()[:12])


# Kept as JSON


def to_json(directory: Directory) -> str:
    """The whole directory as text for the database: versioned, the same directory gives the same text."""
    whole = asdict(directory)
    del whole["version"]
    return json.dumps({"format": FORMAT, "directory": whole}, ensure_ascii=False, sort_keys=True, default=_flat)


def _flat(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a directory")


def from_json(text: str) -> Directory:
    """What `to_json` kept. A text of a newer format is refused: reading it half would lose routes."""
    stored = json.loads(text)
    if stored.get("format") != FORMAT:
        raise DirectoryErrors([f"справочник в базе: формат {stored.get('format')}, а программа знает {FORMAT}. "
                               "Обновите программу."])  # fmt: skip
    whole = stored["directory"]
    made = Directory(
        region=whole["region"],
        formal_channel=whole["formal_channel"],
        emergency=whole["emergency"],
        communities=tuple(Community(**one) for one in whole["communities"]),
        agencies=tuple(Agency(**{**_dated(one), "level": Level(one["level"])}) for one in whole["agencies"]),
        groups=tuple(Group(**one) for one in whole["groups"]),
        topics=tuple(Topic(**_dated(one)) for one in whole["topics"]),
        places=tuple(Place(**{**_dated(one), "kind": PlaceKind(one["kind"])}) for one in whole["places"]),
        settlements=tuple(Settlement(**one) for one in whole["settlements"]),
        routes=tuple(Route(**one) for one in whole["routes"]),
    )
    return _versioned(made)


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """Lists as tuples and the date as a date."""
    tidy = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    day = row.get("checked_on")
    return {**tidy, "checked_on": date.fromisoformat(day) if day else None}


# What an import would change

_WORDS = {"name": "название", "short": "кратко", "level": "уровень", "place": "муниципалитет", "words": "слова",
          "checked_on": "проверено", "anonymous_card": "карточка без профиля", "group": "группа", "urgent": "срочная",
          "description": "пояснение", "kind": "вид", "centre": "центр", "aliases": "другие имена",
          "districts": "районы"}  # fmt: skip


def difference(old: Directory | None, new: Directory) -> tuple[str, ...]:
    """Lines for a person: «+ тема …», «− орган …», «~ … было … стало …»; empty when nothing changes."""
    before = old or Directory(region="", formal_channel="", emergency="")
    lines: list[str] = []
    for what, attribute in (("регион", "region"), ("официальный канал", "formal_channel"),
                            ("экстренные номера", "emergency")):  # fmt: skip
        was, now = getattr(before, attribute), getattr(new, attribute)
        if was != now:
            lines.append(f"~ {what}: было «{was}», стало «{now}»" if was else f"+ {what}: «{now}»")
    for what, section, key in (("сообщество", "communities", "id"), ("орган", "agencies", "code"),
                               ("группа", "groups", "code"), ("тема", "topics", "code"),
                               ("муниципалитет", "places", "code")):  # fmt: skip
        lines += _changed(what, key, getattr(before, section), getattr(new, section))
    lines += _moved("населённый пункт", map(_settlement, before.settlements), map(_settlement, new.settlements))
    lines += _moved("правило", map(_route, before.routes), map(_route, new.routes))
    return tuple(lines)


def _changed(what: str, key: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    was = {getattr(one, key): one for one in old}
    now = {getattr(one, key): one for one in new}
    for code, one in now.items():
        if code not in was:
            yield f"+ {what} «{one.name}» ({code})"
    for code, one in was.items():
        if code not in now:
            yield f"− {what} «{one.name}» ({code})"
    for code in [code for code in now if code in was]:
        left, right = asdict(was[code]), asdict(now[code])
        for field, value in right.items():
            if left[field] != value:
                yield (f"~ {what} «{now[code].name}» ({code}), {_WORDS.get(field, field)}: "
                       f"было {_shown(left[field])}, стало {_shown(value)}")  # fmt: skip


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, tuple | list):
        return "«" + ", ".join(str(one) for one in value) + "»"
    return "пусто" if value is None else f"«{value}»"


def _moved(what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    was, now = set(old), set(new)
    yield from (f"+ {what}: {one}" for one in sorted(now - was))
    yield from (f"− {what}: {one}" for one in sorted(was - now))


def _settlement(one: Settlement) -> str:
    return f"{one.name} → {one.place}"


def _route(one: Route) -> str:
    about = f"тема {one.topic}" if one.topic else f"группа {one.group}" if one.group else "всё остальное"
    return f"{about}, {one.place or 'везде'} → {one.agency}"
