"""Long texts cut into messages that VK takes: 4,096 of an unknown unit, so 4,000 UTF-16 units (vk-api.md §11).

It must lose no character and cut no surrogate pair, word or grapheme where a border is near.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from states.cause import parse
from states.effects import Send

LIMIT = 4000
NOTE = 1200
"""Units that are left free where files go along: for the line that names those that could not be passed on."""


def units(text: str) -> int:
    """Length in UTF-16 units, the way VK's clients count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int = LIMIT) -> Iterator[str]:
    """Pieces of at most `limit` units; together they are the text, but for blanks at the cuts."""
    rest = text
    while units(rest) > limit:
        at = _border(rest, _fitting(rest, limit))
        yield rest[:at].rstrip()
        rest = rest[at:].lstrip()
    if rest or not text:
        yield rest


def _fitting(text: str, limit: int) -> int:
    """How many characters of a text that is longer fit into `limit` units."""
    at = used = 0
    while (used := used + units(text[at])) <= limit:
        at += 1
    return at


def _border(text: str, fitting: int) -> int:
    """The last line or word border in the second half of what fits, or a grapheme border."""
    for mark in ("\n", " "):
        at = text.rfind(mark, fitting // 2, fitting)
        if at > 0 and text[:at].strip():
            return at
    at = fitting
    while at > max(fitting - 32, 0) and (_continues(text[at]) or text[at - 1] == "\u200d"):
        at -= 1
    return max(at, 1)


def _continues(character: str) -> bool:
    """Whether it belongs to the one before: a mark, a joiner, a tone of skin."""
    tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return tone or character == "\u200d" or unicodedata.category(character)[0] == "M"


def with_words(text: str, words: str) -> tuple[str, str]:
    """(text, fallback): words too long to be added to one message when VK refuses the forward are said at once."""
    if not words or units(text) + units(words) + 2 <= LIMIT:
        return text, words
    return f"{text}\n\n{words}", ""


def in_parts(send: Send, *, buttons_first: bool = False) -> tuple[Send, ...]:
    """The same message as one or more, each with its own cause. Originals go first; files, buttons and report last:
    what became of a message is told of its last part, so files that cannot be passed on must be that one's.

    `buttons_first`: of a card the first part is edited to the true state, so the buttons stand there (R36).
    """
    pieces = list(split(send.text))
    if send.copy is not None and not buttons_first:  # of a card the first piece is always that of its edits
        pieces[-1:] = split(pieces[-1], LIMIT - NOTE)
    if len(pieces) == 1:
        return (send,)
    last, cause = len(pieces) - 1, parse(send.cause)
    sends = []
    for number, piece in enumerate(pieces):
        part = replace(send, text=piece, cause=str(replace(cause, piece=number)))
        if number:
            part = replace(part, forward=None, fallback="")
        if number < last:
            part = replace(part, copy=None, attachments=(), document="", report=False)
        if number != (0 if buttons_first else last):
            part = replace(part, keyboard=None)
        sends.append(part)
    return tuple(sends)
