"""One line of `bot check`: what is right, what is wrong and what to do, what a person must see for himself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.process.advice import as_called


class Mark(StrEnum):
    GOOD = "✓"
    BAD = "✗"
    LOOK = "•"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `LOOK` is for what a person must see for himself."""

    mark: Mark
    text: str
    todo: str = ""

    @property
    def wrong(self) -> bool:
        return self.mark is Mark.BAD

    def line(self) -> str:
        return as_called(f"{self.mark} {self.text}" + (f"\n    {self.todo}" if self.todo else ""))


def good(text: str) -> Finding:
    return Finding(Mark.GOOD, text)


def bad(text: str, todo: str) -> Finding:
    return Finding(Mark.BAD, text, todo)


def look(text: str, todo: str) -> Finding:
    return Finding(Mark.LOOK, text, todo)
