"""A table of official pages as people keep it: which row is its heads, two of them below a title too, and which
column means what. It must never guess twice: a column that two heads fit belongs to the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.process.advice import Refusal
from bot.region.table_file import Line, head
from features.official_pages.table import ALSO, HEADS, NEEDED

COLUMNS = {head(name): name for name in HEADS}
"""What a column may mean, as it is read and as people read it."""
LOOKED_AT = 10
"""Rows in which heads are looked for."""
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """`heads` as people wrote them, two rows as «Страница: ссылка»; `meant`: the column that each is, or
    nothing. `lines` below them, with their numbers."""

    heads: tuple[str, ...]
    meant: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def columns(self) -> dict[str, int]:
        """For each known column, the first head that means it."""
        return {name: self.meant.index(name) for name in COLUMNS if name in self.meant}


def sheet_of(rows: Sequence[Sequence[str]]) -> Sheet:
    """The table with its heads found and read. Raises Refusal where there is nothing in it, or more than is loaded
    here."""
    there = [(number, tuple(cells)) for number, cells in enumerate(rows, 1) if any(cells)]
    if len(there) < 2:
        raise Refusal("В таблице нет строк под заголовками.")
    if len(there) > MOST_ROWS:
        raise Refusal(f"Строк больше {MOST_ROWS}. Загрузите командой: python -m bot pages import ФАЙЛ")
    found: list[tuple[int, int, list[tuple[str, str]]]] = []
    for at in range(min(LOOKED_AT, len(there) - 1)):
        upper, lower = there[at][1], there[at + 1][1]
        found.append((at + 1, 1, [(name, column_of(name)) for name in upper]))
        found.append((at + 2, 2, two_rows(upper, lower)))
    below, _, heads = max(found, key=lambda way: (len({meant for _, meant in way[2]} - {""}), -way[1], -way[0]))
    return Sheet(tuple(name for name, _ in heads), tuple(meant for _, meant in heads), tuple(there[below:]))


def column_of(name: str) -> str:
    """The known column that a heading means, by its name or a usual synonym; "" where it means none."""
    said = ALSO.get(head(name), head(name))
    return said if said in COLUMNS else ""


def two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[tuple[str, str]]:
    """Headings and columns of a table whose heading takes two rows; the shorter row is filled up with empty cells."""
    wide = max(len(upper), len(lower))
    pairs = zip((*upper, *[""] * (wide - len(upper))), (*lower, *[""] * (wide - len(lower))), strict=True)
    return [_of_two(above, below) for above, below in pairs]


def _of_two(above: str, below: str) -> tuple[str, str]:
    """The heading of a column that has two rows of them («above: below», or the only one), and the known column that
    it means."""
    if not above or not below or above == below:
        return above or below, column_of(above or below)
    return f"{above}: {below}", column_of(below) or column_of(f"{above} {below}")


def lines_of(sheet: Sheet, chosen: Mapping[str, int]) -> list[Line]:
    """The cells of each line by what its columns mean."""
    return [
        (number, {name: cells[at] if at < len(cells) else "" for name, at in chosen.items()})
        for number, cells in sheet.lines
    ]


def lacking(chosen: Mapping[str, int]) -> list[str]:
    """The columns that are needed and not chosen."""
    return [COLUMNS[name] for name in NEEDED if name not in chosen]
