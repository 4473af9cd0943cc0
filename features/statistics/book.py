"""An XLSX of a report: «сводка», «сообщения», «как считали». Rows are written as they come and are not kept in memory.

No text of a person may become a formula or a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.web.downloads.table_files import MOMENT, Head, Lines, with_days

MOST_ROWS = 1_000_000
"""A sheet of Excel holds a little more."""


class Book:
    """Made row by row, in whichever thread; `close` writes the file."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": MOMENT,
        }
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._bold: Any = self._book.add_format({"bold": True})
        self._sums: Any = self._book.add_worksheet("сводка")
        self._rows: Any = with_days(self._book, self._book.add_worksheet("сообщения"))
        self._how: Any = self._book.add_worksheet("как считали")
        self._next = 0

    def summary(self, head: Head, heads: Sequence[str], lines: Lines) -> None:
        """Writes the sheet with the totals: conditions on top, then a table."""
        self._sums.set_column(0, len(heads), 18)
        for number, (name, value) in enumerate(head):
            self._sums.write_row(number, 0, [name, value])
        first = len(head) + 1
        self._sums.write_row(first, 0, heads, self._bold)
        for number, row in enumerate(lines, first + 1):
            self._sums.write_row(number, 0, row)

    def how(self, lines: Sequence[str]) -> None:
        """Writes the sheet «как считали»."""
        self._how.set_column(0, 0, 120)
        for number, words in enumerate(lines):
            self._how.write_string(number, 0, words)

    def heads(self, heads: Sequence[str]) -> None:
        """Writes the head of the sheet «сообщения»."""
        self._rows.set_column(0, len(heads), 18)
        self._rows.write_row(0, 0, heads, self._bold)
        self._rows.freeze_panes(1, 0)
        self._next = 1

    def add(self, lines: Lines) -> None:
        """Writes the rows below those that are there."""
        for row in lines:
            self._rows.write_row(self._next, 0, row)
            self._next += 1

    def close(self) -> None:
        """Ends the file."""
        self._book.close()
