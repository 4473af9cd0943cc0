"""Answers the plain POST of a method by itself, as nearly every bot sends it: half the cost of the web framework's way.

It must never guess: whatever is not plain to the letter goes on, byte by byte, to the framework, and so does the whole
connection from then on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http import SERVER_SOFTWARE

from vk_emulator.wire.guard import hostname
from vk_emulator.world.records import Json

BEGINS, ENDS = "POST /method/", " HTTP/1.1"
LONGEST_HEAD, LONGEST_BODY, MOST_FIELDS = 8 * 1024, 64 * 1024, 1000
FORMS = ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8")
READ = ("host", "content-type", "content-length", "authorization", "connection")
PASSED_OVER = ("user-agent", "accept", "accept-encoding", "accept-language", "sec-fetch-mode")
"""Nothing of an answer depends on these; `Sec-Fetch-Mode` without `Sec-Fetch-Site` is Node's own."""
KNOWN = frozenset((*READ, *PASSED_OVER))
ANSWER = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nX-Emulator-Clock: {:.6f}\r\n"
    "Content-Length: {}\r\nDate: {}\r\nServer: {}\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What is needed of a request's head: method, host, token, and the length of its body in bytes."""

    method: str
    host: str
    token: str
    length: int


@lru_cache(1024)  # a client's heads differ in the length only
def plain_head(head: bytes) -> Head | None:
    """The head of a plain POST of a method; None for any other request."""
    try:
        first, *lines = head.decode("ascii").split("\r\n")
    except UnicodeDecodeError:
        return None
    name = first[len(BEGINS) : -len(ENDS)]
    pairs = [line.partition(":") for line in lines]
    given = {name.lower(): value.strip(" ") for name, _, value in pairs}
    if not (first.startswith(BEGINS) and first.endswith(ENDS) and name.replace(".", "").isalnum()):
        return None
    if len(given) < len(lines) or not KNOWN.issuperset(given) or not all(map(str.isprintable, lines)):
        return None
    return read_head(name, given)


def read_head(name: str, given: dict[str, str]) -> Head | None:
    """The head; None where the request is not as plain as this way takes it."""
    length = given.get("content-length", "")
    keeps = given.get("connection", "keep-alive").lower() == "keep-alive"
    form = given.get("content-type", "").lower() in FORMS
    fits = length.isdecimal() and len(length) < 7 and int(length) <= LONGEST_BODY
    if not (keeps and form and fits and "host" in given):
        return None
    kind, _, token = given.get("authorization", "").partition(" ")
    return Head(
        name, hostname(f"http://{given['host']}"), token.strip() if kind.lower() == "bearer" else "", int(length)
    )


def may_be_plain(begun: bytes) -> bool:
    """Whether the bytes so far may still become the head of a plain request."""
    begins, bare = BEGINS.encode(), begun.replace(b"\r\n", b"")
    return begun.startswith(begins[: len(begun)]) and len(begun) < LONGEST_HEAD and b"\n" not in bare


def plain_form(body: bytes) -> Json | None:
    """None: what two readers of forms read differently."""
    try:
        parts = body.rstrip().decode().split("&")
    except UnicodeDecodeError:
        return None
    if len(parts) > MOST_FIELDS:
        return None
    found = {}
    for part in parts:
        name, _, value = part.partition("=")
        if part:
            found[plain_text(name)] = plain_text(value)
    return None if any("\ufffd" in value or "\ufffd" in name for name, value in found.items()) else found


def plain_text(text: str) -> str:
    """The text of a form's field without its encoding; the usual one without any is quick."""
    return unquote_plus(text) if "%" in text or "+" in text else text


class Quick(asyncio.Protocol):
    """One connection as long as all that comes is plain. `answer` gives the clock and the body, or None where somebody
    else has to; `serve` makes who goes on then."""

    def __init__(self, answer: Answer, serve: Callable[[], Any], open_ones: set[Any]) -> None:
        self.answer, self.serve, self.open = answer, serve, open_ones
        self.transport: asyncio.Transport | None = None
        self._read = b""
        self._paused = self._secure = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._secure = transport.get_extra_info("sslcontext") is not None
        self.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.discard(self)

    def end(self) -> None:
        """Ends the connection."""
        if self.transport is not None:
            self.transport.abort()

    def pause_writing(self) -> None:
        """A client that does not read is answered no further, nor read."""
        assert self.transport is not None
        self._paused = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """The client reads again: takes bytes and goes on."""
        assert self.transport is not None
        self._paused = False
        self.transport.resume_reading()
        self._go_on()

    def data_received(self, data: bytes) -> None:
        self._read += data
        self._go_on()

    def _go_on(self) -> None:
        assert self.transport is not None
        while self._read and not self._paused:
            head, end, rest = self._read.partition(b"\r\n\r\n")
            asked = plain_head(head) if end and len(head) < LONGEST_HEAD else None
            if (not end and may_be_plain(head)) or (asked is not None and len(rest) < asked.length):
                return  # more is to come
            params = None if asked is None else plain_form(rest[: asked.length])
            told = None if asked is None or params is None else self.answer(asked, params, self._secure)
            if asked is None or told is None:
                self._hand_over()
                return
            self._read = rest[asked.length :]
            self.transport.write(told)

    def _hand_over(self) -> None:
        assert self.transport is not None
        self.open.discard(self)
        to = self.serve()
        self.transport.set_protocol(to)
        to.connection_made(self.transport)
        to.data_received(self._read)


Answer = Callable[[Head, Json, bool], bytes | None]


def http_answer(now: float, body: bytes) -> bytes:
    """The whole HTTP answer with this JSON."""
    return ANSWER.format(now, len(body), rfc822_formatted_time(), SERVER_SOFTWARE).encode() + body
