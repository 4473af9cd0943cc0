"""Decided messages of another system as a table: which column is what, and names of topics, places and agencies found
in the directory. It must never print a message: what is unknown is told by the name of its topic and how often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.process.advice import Refusal
from bot.region.directory_yaml import data_of
from bot.region.table_file import Line, head
from matching.learned.example import Example
from states.directory import Directory

ROLES = {
    "text": "текст сообщения",
    "topic": "тема",
    "place": "муниципалитет",
    "agency": "кто ответил",
    "day": "день",
    "author": "автор",
}
NEEDED = ("text", "topic")
HEADS = {
    "text": ("текст", "текст сообщения", "текст обращения", "сообщение", "обращение", "содержание", "описание",
             "text", "message", "body", "description"),
    "topic": ("тема", "подтема", "код темы", "рубрика", "категория", "вид проблемы", "topic", "subject", "category"),
    "place": ("муниципалитет", "округ", "район", "территория", "город", "place", "municipality", "district", "city"),
    "agency": ("орган", "исполнитель", "ведомство", "кто ответил", "ответственный", "agency", "executor", "department"),
    "day": ("день", "дата", "дата создания", "дата обращения", "создано", "day", "date", "created", "created_at"),
    "author": ("автор", "заявитель", "житель", "id автора", "author", "author_id", "user", "user_id"),
}  # fmt: skip
"""What people call the columns; the first that is there counts."""
NAMED = ("topics", "places", "agencies")
"""Sections of a file of columns: names of that system and our codes."""
SHOWN = 15


@dataclass(frozen=True, slots=True)
class Columns:
    """By role the head of its column. `codes`: by section, what that system calls our codes."""

    heads: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """The roles that a table must have and this one lacks."""
        return [role for role in NEEDED if not self.heads.get(role)]


def heads_of(lines: Sequence[Line]) -> list[str]:
    """The column names of the table: every line maps them to its cells, so those of the first line are taken.

    Raises:
        Refusal: there is no line below the heads.
    """
    if not lines:
        raise Refusal("В таблице нет строк с сообщениями.")
    return list(lines[0][1])


def guess_columns(heads: Sequence[str]) -> Columns:
    """Which column is what, by usual names of columns; what is not found is left out."""
    there = set(heads)
    found = {role: next((name for name in names if name in there), "") for role, names in HEADS.items()}
    return Columns({role: name for role, name in found.items() if name})


def read_columns(file: Path, heads: Sequence[str]) -> Columns:
    """What a person wrote down about the columns, the rest guessed.

    Raises:
        Refusal: it cannot be read, or names what is not there.
    """
    said, _ = data_of(file)
    known = {*ROLES, *NAMED}
    if not isinstance(said, Mapping) or not set(said) <= known:
        raise Refusal(f"Файл {file}: ожидаются строки вида «text: Текст». Можно: {', '.join(sorted(known))}.")
    chosen = {role: head(str(said[role])) for role in ROLES if said.get(role)}
    absent = [name for name in chosen.values() if name not in heads]
    if absent:
        raise Refusal(f"Файл {file}: в таблице нет столбца «{absent[0]}». Есть: {', '.join(heads)}.")
    return Columns({**guess_columns(heads).heads, **chosen}, {name: _codes(file, said.get(name)) for name in NAMED})


def _codes(file: Path, said: Any) -> dict[str, str]:
    """By folded name, the code, of one section of the file; Refusal for anything that is no mapping."""
    if said is not None and not isinstance(said, Mapping):
        raise Refusal(f"Файл {file}: в разделе ожидаются строки вида «название: код».")
    return {head(str(name)): str(code) for name, code in (said or {}).items()}


@dataclass(slots=True)
class TableContent:
    """What was understood. `unknown`: topics that the directory does not have, whose lines are left out. `empty`: lines
    without a text or a topic. `nowhere`, `nobody`: places and agencies it does not have; their lines count without."""

    examples: list[Example] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    empty: int = 0
    nowhere: int = 0
    nobody: int = 0

    def lines(self) -> list[str]:
        """What was read of the table and what was not, in Russian."""
        found = [f"Строк понято: {len(self.examples)}."]
        if self.empty:
            found.append(f"Без текста или темы: {self.empty}, пропущены.")
        if self.unknown:
            many = (
                f"Тем, которых нет в справочнике: {len(self.unknown)}, строк с ними пропущено {self.unknown.total()}:"
            )
            found += [many, *(f"  «{name[:100]}»: {times}" for name, times in self.unknown.most_common(SHOWN))]
            rest = len(self.unknown) - SHOWN
            found += [f"  … и ещё {rest}."] if rest > 0 else []
        if self.nowhere or self.nobody:
            found.append(f"Неизвестных муниципалитетов: {self.nowhere}, органов: {self.nobody}; строки взяты без них.")
        return found


def read(lines: Iterable[Line], columns: Columns, known: Directory) -> TableContent:
    """The examples of the table, and what was left out of it."""
    found, codes, authors = TableContent(), codes_of(known, columns.codes), dict[str, int]()
    for _, cells in lines:
        said = {role: cells.get(name, "") for role, name in columns.heads.items()}
        topic = codes["topics"].get(head(said["topic"]), "")
        if not (said["text"] and said["topic"]):
            found.empty += 1
        elif not topic:
            found.unknown[said["topic"]] += 1
        else:
            found.examples.append(_example(said, topic, codes, authors, found))
    return found


def _example(
    said: Mapping[str, str],
    topic: str,
    codes: Mapping[str, Mapping[str, str]],
    authors: dict[str, int],
    found: TableContent,
) -> Example:
    """One example from its line; unknown places and agencies are counted."""
    place = codes["places"].get(head(said.get("place", "")), "")
    agency = codes["agencies"].get(head(said.get("agency", "")), "")
    found.nowhere += bool(said.get("place")) and not place
    found.nobody += bool(said.get("agency")) and not agency
    who = said.get("author", "")
    author = authors.setdefault(who, len(authors) + 1) if who else 0
    return Example(said["text"], topic, place, agency, day_of(said.get("day", "")), author)


def codes_of(known: Directory, more: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """For topics, places and agencies: by folded name, the code that it means. A code means itself; a name of two
    topics is left out; `more` adds further names to these three."""
    topics = Counter(head(topic.name) for topic in known.topics)
    found: dict[str, dict[str, str]] = {
        "topics": {head(topic.name): topic.code for topic in known.topics if topics[head(topic.name)] == 1},
        "places": {
            head(name): place.code
            for place in reversed(known.places)
            for name in (place.centre, place.name, place.short, *place.aliases)
        },
        "agencies": {head(name): agency.code for agency in known.agencies for name in (agency.name, agency.short)},
    }
    ours = {
        "topics": {topic.code for topic in known.topics},
        "places": {place.code for place in known.places},
        "agencies": {agency.code for agency in known.agencies},
    }
    for section, codes in ours.items():
        found[section] |= {head(code): code for code in codes}
        found[section] |= {name: code for name, code in more.get(section, {}).items() if code in codes}
    return found


def day_of(text: str) -> int:
    """2026-11-27 and 27.11.2026, with or without a time; 0 where it is neither."""
    parts = text[:10].split(".")
    try:
        told = date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(text[:10])
    except ValueError:
        return 0
    return told.toordinal()
