"""One line of `bot check`: what is right, what is wrong and what to do, what a person must see for himself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.process.advice import as_called

FEW = 5
"""Names that a finding quotes of many."""


class FindingMark(StrEnum):
    """How a line begins: it is right, it is wrong, or a person must look, since the bot cannot see it."""

    GOOD = "✓"
    BAD = "✗"
    LOOK = "•"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `LOOK` is for what a person must see for himself."""

    mark: FindingMark
    text: str
    todo: str = ""

    @property
    def wrong(self) -> bool:
        """Whether something must be mended."""
        return self.mark is FindingMark.BAD

    def line(self) -> str:
        """The finding as `bot check` prints it: its sign, the sentence, and what to do on a line of its own."""
        return as_called(f"{self.mark} {self.text}" + (f"\n    {self.todo}" if self.todo else ""))


def good(text: str) -> Finding:
    """A finding that is as it should be."""
    return Finding(FindingMark.GOOD, text)


def bad(text: str, todo: str) -> Finding:
    """A finding that must be mended, and how."""
    return Finding(FindingMark.BAD, text, todo)


def look(text: str, todo: str) -> Finding:
    """A finding that a person must look at himself, and where."""
    return Finding(FindingMark.LOOK, text, todo)


def first_few(names: Sequence[str]) -> str:
    """The first names in words, and how many more there are."""
    more = f" и ещё {len(names) - FEW}" if len(names) > FEW else ""
    return f"{', '.join(names[:FEW])}{more}"
