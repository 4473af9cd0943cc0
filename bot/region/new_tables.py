"""The tables of which a region's folder is made, read as people keep them: every fault with its line.

They must never guess which municipality was meant: a name that two of them have is asked for in full.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.process.advice import Refusal
from bot.region import table_file
from bot.region.directory_rows import BUTTON

MOST_TOLD = 20
LONGEST = 300
OKTMO = (8, 11)
"""Digits: of a municipality, or of a settlement in it."""


_KIND = re.compile(
    r"^(?:(?:г|гор|с|д|дер|п|пос|пгт|рп|х|хут|мкр|ст-ца)\.|р\. ?п\.|(?:город|село|деревня|пос[её]лок городского типа"
    r"|рабочий пос[её]лок|пос[её]лок|пгт|рп|хутор|станица|аул|микрорайон)(?= ))\s*",
    re.IGNORECASE,
)
"""«д. Малиновка», «пгт Северный»: what a settlement is, before its name. In a directory a name stands bare."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`needed` and `known`: heads of its columns, as `table_file.head` reads them."""

    title: str
    needed: tuple[str, ...]
    known: tuple[str, ...] = ()


PLACES = Sheet(
    "Муниципалитеты",
    ("название",),
    ("октмо", "центр", "населенные пункты", "районы", "прозвища", "старые названия", "жители", "жители центра"),
)
SETTLEMENTS = Sheet("Населённые пункты", ("название", "муниципалитет"))
BODIES = Sheet("Органы", ("название", "темы"), ("коротко", "муниципалитет"))


@dataclass(slots=True)
class Faults:
    """Sentences about one table, told together."""

    title: str
    said: list[str] = field(default_factory=list)
    hint: str = ""
    """Said once, behind all of them."""

    def add(self, number: int, sentence: str) -> None:
        """Adds a fault with its line."""
        self.said.append(f"{self.title}, строка {number}: {sentence}")

    def refuse(self) -> None:
        """Raises Refusal with the first faults, if there are any."""
        if self.said:
            more = len(self.said) - MOST_TOLD
            rest = [f"И ещё строк: {more}."] if more > 0 else []
            raise Refusal("\n".join([*self.said[:MOST_TOLD], *rest, *filter(None, [self.hint])]))


@dataclass(frozen=True, slots=True)
class Table:
    """`unread`: columns that nobody asked for."""

    lines: tuple[table_file.Line, ...]
    unread: tuple[str, ...]


def read(path: Path, sheet: Sheet) -> Table:
    """The table with its heads and lines. Raises Refusal where columns are missing, a line has more cells than there
    are heads, or there is none."""
    rows = [(number, row) for number, row in enumerate(table_file.rows(path), 1) if any(row)]
    faults = Faults(sheet.title)
    if not rows:
        raise Refusal(f"{sheet.title}: файл {path} пуст.")
    (first, titles), *others = rows
    heads = [table_file.head(title) for title in titles]
    for lost in (head for head in sheet.needed if head not in heads):
        faults.add(first, f"нет столбца «{lost}». Есть: {', '.join(f'«{title}»' for title in titles if title)}.")
    faults.refuse()
    for number, row in others:
        if any(row[len(heads) :]):
            faults.add(number, "ячеек больше, чем столбцов. Список через запятую возьмите в кавычки.")
    if not others:
        faults.add(first + 1, "здесь должна быть первая запись, а её нет.")
    faults.refuse()
    known = {*sheet.needed, *sheet.known}
    unread = tuple(title for title, head in zip(titles, heads, strict=True) if head and head not in known)
    lines = tuple((number, dict(zip(heads, row, strict=False))) for number, row in others)
    return Table(lines, unread)


def name_in(line: table_file.Line, faults: Faults) -> str:
    """What stands in «название»; empty, and told, where it cannot stand in a directory."""
    number, cells = line
    name = cells.get("название", "")
    if not name:
        faults.add(number, "пусто в «название».")
    elif len(name) > LONGEST:
        faults.add(number, f"«{name[:BUTTON]}…» длиннее {LONGEST} знаков.")
    return name if len(name) <= LONGEST else ""


def parts(cell: str) -> list[str]:
    """The items of a cell that lists several, each once."""
    return list(dict.fromkeys(part.strip() for part in cell.replace("|", ",").split(",") if part.strip()))


def without_kind(settlement: str) -> str:
    """The name of a settlement without what it is; the whole where nothing else stands there."""
    return _KIND.sub("", settlement) or settlement


def items_of(cell: str, known: Iterable[str]) -> list[str]:
    """The items of a cell, folded. A known name may have commas of its own: «свет, газ и топливо»."""
    names, found = set(known), list[str]()
    for part in re.split(r"[|;]", cell):
        words = [plain(word) for word in part.split(",") if word.strip()]
        while words:
            most = max((size for size in range(1, len(words) + 1) if ", ".join(words[:size]) in names), default=1)
            found.append(", ".join(words[:most]))
            del words[:most]
    return list(dict.fromkeys(found))


def shorten_to_button(name: str) -> str:
    """As many whole words of it as stand on a button."""
    if len(name) <= BUTTON:
        return name
    return name[: BUTTON + 1].rpartition(" ")[0].rstrip(" ,.-") or name[:BUTTON]


def plain(name: str) -> str:
    """The name folded, so that spellings compare equal."""
    return table_file.head(name)


def names_of(places: Iterable[Mapping[str, object]], numbers: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By each name of a municipality the codes of those that have it. `numbers`: ОКТМО by code."""
    found: dict[str, tuple[str, ...]] = {}
    for place in places:
        code, aliases = str(place["code"]), place.get("aliases") or ()
        assert isinstance(aliases, Sequence)
        said = (place["name"], place["short"], place["centre"], *aliases, numbers.get(code, ""))
        for name in {plain(str(name)) for name in said} - {""}:
            found[name] = (*found.get(name, ()), code)
    return found


def place_in(line: table_file.Line, known: Mapping[str, tuple[str, ...]], faults: Faults) -> str:
    """The code of what stands in «муниципалитет»; empty, and told, where it is none or one of two."""
    number, cells = line
    said = cells.get("муниципалитет", "")
    codes = known.get(plain(said)) or (known.get(said[: OKTMO[0]], ()) if said.isdecimal() else ())
    if len(codes) > 1:
        faults.add(number, f"муниципалитетов «{said}» несколько: впишите полное название или ОКТМО.")
    elif not codes:
        faults.add(number, f"муниципалитета «{said}» в таблице муниципалитетов нет. {nearest(said, known)}".rstrip())
    return codes[0] if len(codes) == 1 else ""


def nearest(said: str, known: Iterable[str]) -> str:
    """The closest known name as a question; "" where none is close."""
    like = difflib.get_close_matches(plain(said), sorted(known), n=1, cutoff=0.6)
    return f"Может быть, «{like[0]}»?" if like else ""
