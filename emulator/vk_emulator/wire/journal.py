"""What was asked over the wire, by whom, and what was answered: for tests, and for the end of `run`. It must never grow
without end, nor keep an answer whole that fills the memory.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from vk_emulator.world.records import Json

KEPT, LONGEST = 2000, 4096
MOST_KINDS = 200


@dataclass(frozen=True, slots=True)
class Request:
    """`by` is bot, or page for what a person did there; `at` is the emulator's time, `error` VK's code or 0."""

    at: float
    by: str
    method: str
    token: str
    params: Json
    error: int
    raw: bytes
    hint: str = ""  # what the emulator adds to VK's words

    @property
    def answer(self) -> Any:
        """VK's `response` or `error`; the text of what is longer than 4 KB is cut, None is no answer at all."""
        if not self.raw:
            return None
        try:
            body = json.loads(self.raw)
        except ValueError:
            return self.raw.decode("utf-8", "replace")
        return body.get("response", body.get("error"))


class Journal:
    """The newest calls with their answers, and since the start how many the bot made and which were refused."""

    def __init__(self) -> None:
        self.total = 0  # of the bot
        self.refused: Counter[tuple[str, int]] = Counter()  # of the bot, by method and code
        self._kept: deque[Request] = deque(maxlen=KEPT)

    def write(self, request: Request) -> None:
        """Keeps a call, and counts those of the bot and their errors."""
        self._kept.append(request)
        method, error = request.method, request.error
        if request.by != "bot":
            return
        self.total += 1
        if error and ((method, error) in self.refused or len(self.refused) < MOST_KINDS):
            self.refused[(method, error)] += 1

    def find(self, method: str = "*", by: str = "") -> list[Request]:
        """The oldest first; `method` may be a pattern, `messages.*`."""
        return [kept for kept in self._kept if by in ("", kept.by) and fnmatchcase(kept.method, method)]

    def forget(self) -> None:
        """Empties the journal of calls."""
        self._kept.clear()
        self.refused.clear()
        self.total = 0


def request_of(at: float, by: str, method: str, token: str, params: Json, body: Json | None, data: bytes) -> Request:
    """`data` is the body as it goes over the wire."""
    cut = {name: value[:LONGEST] if isinstance(value, str) else value for name, value in params.items()}
    error = body["error"]["error_code"] if body is not None and "error" in body else 0
    raw, hint = data[:LONGEST] if body is not None else b"", hint_in(body)
    return Request(at, by, method[:100], token[:100], cut, error, raw, hint)


def hint_in(body: Json | None) -> str:
    """What the emulator had to add to VK's error; "" where nothing."""
    return str((body or {}).get("error", body or {}).get("emulator", ""))


def request_json(request: Request) -> Json:
    """The call as emulator.* shows it."""
    names = ("at", "by", "method", "token", "params", "error", "answer", "hint")
    return {name: getattr(request, name) for name in names}
