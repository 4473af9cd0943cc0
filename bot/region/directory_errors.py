"""What is wrong with a directory, all at once."""

from __future__ import annotations

from collections.abc import Sequence

from bot.process.advice import Refusal


class DirectoryErrors(Refusal):
    """The directory is wrong; `lines` say file, line, name and what to do, one sentence each."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)
