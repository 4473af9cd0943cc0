"""Tables as text, and their place in docs/reference/benchmarks.md: between markers, never typed by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "benchmarks.md"


@dataclass(frozen=True)
class Table:
    """`command` made it, on this `machine`."""

    name: str
    command: str
    machine: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        """The table as Markdown, below its command and machine."""
        lines = [f"`{self.command}`, {self.machine}", "", line(self.heads), line(["---"] * len(self.heads))]
        return "\n".join([*lines, *map(line, self.rows)])


def line(cells: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def write(tables: Sequence[Table], document: Path = DOCUMENT) -> None:
    """Put each table between its markers; a table without a place is a mistake."""
    text = document.read_text(encoding="utf-8")
    for table in tables:
        begin, end = f"<!-- generated: {table.name} -->", f"<!-- end: {table.name} -->"
        if begin not in text or end not in text:
            raise SystemExit(f"{document}: нет места для таблицы {table.name}. Добавьте строки {begin} и {end}.")
        place = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
        made = f"{begin}\n{table.text()}\n{end}"
        text = place.sub(made.replace("\\", r"\\"), text)
    document.write_text(text, encoding="utf-8")
