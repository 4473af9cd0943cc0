"""Directory files into checked rows, each knowing the file, line and name where it stands.

It must never take a part of a file that it can't read whole, nor a key that it doesn't know.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.constructor import SafeConstructor

from bot.region import directory_check as check
from bot.region.directory_check import DirectorySource, LocatedPart, advice
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_rows import SECTIONS, SINGLE
from bot.region.shipped import beside_program
from bot.region.voice import FILE

LIMIT = 2_000_000
"""Bytes of a file; a region's directory is a tenth of this."""

DEPTH, NODES = 20, 50_000

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where the wheel brings it, which reads ten times as fast."""

DECISIONS = "decisions.yaml"
"""Lies beside the directory and is none of it: what the region has decided (region_questions.py)."""

STATUSES = "statuses.yaml"
"""So does this: how other systems call our states (features/open_data/statuses_file.py)."""

WORDINGS = "texts.yaml"
"""And this: sentences that the region says in its own words (wordings.py)."""

BESIDE = frozenset({DECISIONS, STATUSES, WORDINGS})

Path_ = tuple[str | int, ...]


def take(path: Path) -> tuple[DirectorySource, list[str]]:
    """All rows of a file or a folder, and what was wrong with single rows or files."""
    return take_texts({str(file): file.read_bytes() for file in _files(path)})


def take_texts(files: Mapping[str, bytes]) -> tuple[DirectorySource, list[str]]:
    """The same of files by their names."""
    errors: list[str] = []
    parts: dict[str, list[LocatedPart]] = {section: [] for section in SECTIONS}
    for file, raw in files.items():
        try:
            _take(file, raw, parts, errors)
        except _UnreadableYaml as error:
            errors.append(f"файл {file}{error}")
    return DirectorySource(parts), errors


def take_values(values: Mapping[str, Any]) -> tuple[DirectorySource, list[tuple[str, Path_, str]]]:
    """Rows of plain values that stand in no file. A fault has its section, its place in it and its sentence."""
    errors: list[tuple[str, Path_, str]] = []
    parts: dict[str, list[LocatedPart]] = {section: [] for section in SECTIONS}
    for section, value in values.items():
        for at, item in enumerate((value,) if section in SINGLE else value):
            part = _EntryPart("", section, (), item, {})
            try:
                row = SECTIONS[section].model_validate(item)
            except ValidationError as error:
                errors += [
                    (section, (at, *typed_dict_type["loc"]), part.fault_sentence(typed_dict_type))
                    for typed_dict_type in error.errors()
                ]
            else:
                parts[section].append(LocatedPart(part.where(), row, part.topics()))
    return DirectorySource(parts), errors


class _UnreadableYaml(Exception):
    """The file is no YAML that we can take; the text continues «файл …»."""


def _files(given: Path) -> list[Path]:
    """The directory's files in this folder, or the one file; DirectoryErrors where there are none."""
    path = beside_program(given)
    if path.is_file():
        return [path]
    if not path.exists():
        raise DirectoryErrors([f"файл {path}: не найден. Укажите папку справочника, пример — regions/chelyabinsk."])
    files = (file for file in path.iterdir() if file.suffix in (".yaml", ".yml") and file.is_file())
    found = sorted(file for file in files if file.name not in BESIDE and FILE.fullmatch(file.name) is None)
    if not found:
        raise DirectoryErrors([f"папка {path}: в ней нет файлов .yaml. Укажите папку справочника."])
    return found


def data_of(file: Path) -> tuple[Any, Mapping[Path_, int]]:
    """The plain values of one file, and in which line each stands; raises `DirectoryErrors` where there are none."""
    lines: dict[Path_, int] = {}
    try:
        return _plain(_compose(file.read_bytes()), (), lines), lines
    except _UnreadableYaml as error:
        raise DirectoryErrors([f"файл {file}{error}"]) from error


def _take(file: str, raw: bytes, parts: dict[str, list[LocatedPart]], errors: list[str]) -> None:
    """Adds the rows of one file to `parts` and its faults to `errors`."""
    node = _compose(raw)
    lines: dict[Path_, int] = {}
    data = _plain(node, (), lines)
    if not isinstance(data, dict):
        raise _UnreadableYaml(", строка 1: ожидаются разделы вида «topics:», «places:». Сверьте с примером.")
    for section, value in data.items():
        line = lines[(section,)]
        if section not in SECTIONS:
            errors.append(f"файл {file}, строка {line}: раздел «{section}» неизвестен. {advice(section, SECTIONS)}")
            continue
        items = (value,) if section in SINGLE else value
        if not isinstance(items, tuple):
            said = f"раздел «{section}» должен быть списком. Начните каждую запись с «- »."
            errors.append(f"файл {file}, строка {line}: {said}")
            continue
        for at, item in enumerate(items):
            start: Path_ = (section,) if section in SINGLE else (section, at)
            part = _EntryPart(file, section, start, item, lines)
            try:
                row = SECTIONS[section].model_validate(item)
            except ValidationError as error:
                errors.extend(part.fault_lines(error))
            else:
                parts[section].append(LocatedPart(part.where(), row, part.topics()))


@dataclass(frozen=True, slots=True)
class _EntryPart:
    """One entry of a section as it stands in its file; `file` is empty where it stands in none."""

    file: str
    section: str
    start: Path_
    item: Any
    lines: Mapping[Path_, int]

    def where(self, loc: Path_ = ()) -> str:
        """File, line and name of the entry, or of its topic that `loc` points into."""
        path = (*self.start, *loc)
        line = next((self.lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in self.lines), 1)
        section, item = self.section, self.item
        if section == "groups" and loc[:1] == ("topics",) and len(loc) > 1:
            section, item = "topics", self.item["topics"][loc[1]]
        return (
            check.where(self.file, line, section, item) if self.file else check.item_in_words(section, item) or section
        )

    def topics(self) -> tuple[str, ...]:
        """Where each topic of this group stands in the file."""
        rows = self.item.get("topics", ()) if self.section == "groups" else ()
        return tuple(self.where(("topics", at)) for at in range(len(rows)))

    def fault_lines(self, error: ValidationError) -> Iterator[str]:
        """Every fault of this entry as a line for people: file, line, name, what is wrong."""
        for typed_dict_type in error.errors():
            yield f"{self.where(typed_dict_type['loc'])}: {self.fault_sentence(typed_dict_type)}"

    def fault_sentence(self, error: Mapping[str, Any]) -> str:
        """What is wrong in words, begun with the key that it is about."""
        key = next((part for part in reversed(error["loc"]) if isinstance(part, str) and part != "[key]"), "")
        about = f"{key} — " if key else ""
        return f"{about}{check.sentence(error, key, self.section)}"


def _compose(raw: bytes) -> yaml.Node:
    """The tree of a YAML file; `_UnreadableYaml` with the line where it cannot be read."""
    if len(raw) > LIMIT:
        raise _UnreadableYaml(f": больше {LIMIT // 1_000_000} МБ. Разделите его на несколько.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _UnreadableYaml(f", строка {line}: кодировка не UTF-8. Сохраните файл в UTF-8.") from error
    try:
        node = yaml.compose(text, Loader=LOADER)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _UnreadableYaml(_broken(error)) from error
    if node is None:
        raise _UnreadableYaml(", строка 1: пуст. Заполните его или удалите.")
    return node


def _broken(error: Exception) -> str:
    """The sentence for YAML that cannot be read, with its line."""
    mark = getattr(error, "problem_mark", None)
    line = f", строка {mark.line + 1}" if mark is not None else ""
    return f"{line}: YAML не читается. Проверьте отступы, кавычки, двоеточия и скобки рядом с этой строкой."


def _plain(node: yaml.Node, path: Path_, lines: dict[Path_, int], depth: int = 0) -> Any:
    """Plain values; `lines` learns where each stands. A key given twice is refused, not overwritten."""
    lines.setdefault(path, node.start_mark.line + 1)
    if depth > DEPTH or len(lines) > NODES:  # an alias inside itself, or aliases of aliases
        line = node.start_mark.line + 1
        raise _UnreadableYaml(f", строка {line}: слишком много вложений. Сверьте с примером.")
    if isinstance(node, yaml.MappingNode):
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                raise _UnreadableYaml(
                    f", строка {key_node.start_mark.line + 1}: ключ «{key}» стоит дважды. Уберите один."
                )
            lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = _plain(value_node, (*path, key), lines, depth + 1)
        return found
    if isinstance(node, yaml.SequenceNode):
        return tuple(_plain(child, (*path, at), lines, depth + 1) for at, child in enumerate(node.value))
    return _scalar(node, lines[path])


def _scalar(node: yaml.Node, line: int) -> Any:
    """The value of one scalar; `_UnreadableYaml` where it cannot be read."""
    try:
        value = SafeConstructor().construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise _UnreadableYaml(f", строка {line}: значение «{node.value}» не читается. Исправьте его.") from error
    return value
