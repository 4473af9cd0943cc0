"""A bot that is a command of its own, and the end of what it prints. Its pipe must never fill up: a bot that cannot
print stands still.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

KEPT = 16 * 1024  # bytes: the last lines, however much was said
SHOWN = 40  # lines


@dataclass(frozen=True, slots=True)
class Command:
    """`env` is added to the environment; `ready_when` are words that the bot prints when it is ready, for one that
    neither polls nor has a server of Callback API at once."""

    words: tuple[str, ...]
    cwd: str | Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    ready_when: str = ""

    def start(self, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Starts the command with this environment; its output goes into a pipe."""
        # Python's own buffer would hold back what it prints into a pipe, `ready_when` too.
        given = {**environment, "PYTHONUNBUFFERED": "1", **self.env}
        return subprocess.Popen(  # noqa: S603 - the command of whoever writes the test
            self.words, cwd=self.cwd, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
        )


class Drain:
    """Reads what a bot prints until it ends, and keeps the end of it."""

    def __init__(self, pipe: IO[bytes], awaited: str = "") -> None:
        self.seen = False
        self._pipe, self._awaited, self._kept = pipe, awaited.encode(), b""
        self._thread = threading.Thread(target=self._read, name="vk-bot-output", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        """Reads until the pipe ends; only the last part is kept."""
        with self._pipe:
            while chunk := self._pipe.read(KEPT):
                said = self._kept + chunk
                self.seen = self.seen or self._awaited in said
                self._kept = said[-KEPT:]

    def until_it_ends(self, within: float) -> None:
        """A grandchild may hold the pipe open, so the wait has an end."""
        self._thread.join(within)

    def last_lines(self) -> str:
        """The last lines of what was kept of the output."""
        return "\n".join(self._kept.decode("utf-8", "replace").splitlines()[-SHOWN:])
