"""Structured logs by an allow-list of fields: no text, name, phone or token gets in (R18, T14, T15).

The id of a person becomes a pseudonym that stays the same throughout one log.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
import secrets
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from hashlib import sha256
from typing import Any

from bot.process.clock import Clock
from states.cause import parse

FIELDS = frozenset(
    {"event", "level", "timestamp", "loop", "appeal", "key", "kind", "cause", "code", "count", "seconds", "state"}
    | {"method", "error", "attempts", "peer", "lost", "recovered", "version", "community", "reason", "failed", "gaps"}
)
"""What may stand in a line. `error` is a class name, never a message: messages of others may hold anything."""

PEOPLE = ("peer",)
NUMBERED = re.compile(r"-?\d+(?:[.,].*)?|k\d+-\d+")
"""A part of a key that begins with a number, or the code of a link to a comment, behind which VK shows its author."""
_KEY = secrets.token_bytes(16)
_MACHINE = Clock()
"""Of the machine, also where an emulator is ahead."""


OF_COMMUNITY: ContextVar[int] = ContextVar("of_community", default=0)
"""Whose loop writes the line, where the process runs communities beside its home."""


def pseudonym(identity: object) -> str:
    """A keyed short hash in place of an identity, the same as long as this process runs."""
    return hmac.new(_KEY, str(identity).encode(errors="surrogatepass"), sha256).hexdigest()[:10]


def only_allowed(line: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what is not on the list, hide who it is about, break no line (T15: CR and LF are escaped by JSON)."""
    kept = {field: value for field, value in line.items() if field in FIELDS}
    for field in PEOPLE:
        if field in kept:
            kept[field] = pseudonym(kept[field])
    if "cause" in kept:  # it names a peer, and its origin may name others
        kept["cause"] = parse(str(kept["cause"])).text(pseudonym)
    if "key" in kept:  # of an event of our own making, a timer's or a delivery's, it may hold ids between its bars
        parts = [pseudonym(part) if NUMBERED.fullmatch(part) else part for part in str(kept["key"]).split("|")]
        kept["key"] = "|".join(parts)[: 96 if len(parts) > 1 else 48]
    return kept


def one_line(line: object) -> str:
    """JSON in Russian letters, except for what ends a line, hides or turns the text for the reader (T15)."""
    text = json.dumps(line, ensure_ascii=False, default=repr)
    return (
        text
        if text.isprintable()
        else "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in text)
    )


class Log:
    """A line of JSON on stderr for each event of its level and above."""

    level = logging.INFO

    def info(self, event: str, **fields: object) -> None:
        """Logs an event that is as it should be."""
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Logs an event that somebody may have to look at."""
        self._write(logging.WARNING, event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Logs an event that somebody must look at."""
        self._write(logging.ERROR, event, fields)

    def _write(self, level: int, event: str, fields: dict[str, object]) -> None:
        """Writes one line of JSON to stderr, with the allowed fields only."""
        if level < self.level:
            return
        at = _MACHINE.now().isoformat().replace("+00:00", "Z")
        of = OF_COMMUNITY.get()
        whose = {"community": of} if of else {}
        line = {**whose, **fields, "event": event, "level": logging.getLevelName(level).lower(), "timestamp": at}
        sys.stderr.write(one_line(only_allowed(line)) + "\n")


log = Log()


def start(level: str) -> None:
    """Set the level. Third-party loggers speak only of what is critical, and never with their own text."""
    logging.basicConfig(level=logging.CRITICAL, stream=sys.stderr, format="%(name)s %(levelname)s")
    for name in ("vkbottle", "aiohttp", "aiosqlite", "sqlalchemy", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    log.level = logging.getLevelNamesMapping()[level]
