"""`GET /live`: one stream of server-sent events with the news of all people at once, for the sandbox page. It must
never hold up a call, never wait for a slow reader and never grow: over its limit a reader is told to begin anew."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from aiohttp import web

from vk_emulator.acts.user_events import render_event
from vk_emulator.api.calls import Vk
from vk_emulator.wire.longpoll import json_bytes
from vk_emulator.world.clock import steady_seconds
from vk_emulator.world.records import Account

KEEP_ALIVE = 15.0
LIMIT = 1024 * 1024  # bytes that may wait for one reader
HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}


def sse_frame(kind: str, data: Any) -> bytes:
    """A server-sent event of this kind with the data as JSON."""
    return b"event: " + kind.encode() + b"\ndata: " + json_bytes(data) + b"\n\n"


RESET = sse_frame("reset", {})


class Stream:
    """One reader and what waits for it."""

    def __init__(self, accounts: frozenset[Account] | None) -> None:
        self.accounts = accounts  # None is everybody
        self.fresh = asyncio.Event()
        self._frames: deque[bytes] = deque()
        self._size = 0

    def put(self, frame: bytes) -> None:
        """Adds a frame for the browser; where too much waits the browser is told to read everything anew."""
        if self._size + len(frame) > LIMIT:
            self._frames.clear()
            self._size = 0
            frame = RESET  # the reader has lost something, so it reads everything anew
        self._frames.append(frame)
        self._size += len(frame)
        self.fresh.set()

    def take(self) -> bytes:
        """Takes all bytes that wait for the browser."""
        taken = b"".join(self._frames)
        self._frames.clear()
        self._size = 0
        self.fresh.clear()
        return taken

    async def wait(self, seconds: float) -> None:
        """Waits for a frame, at most so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.0)):
                await self.fresh.wait()


class Live:
    """All open streams. They stand at the same place of every queue, so an event is rendered once for all."""

    def __init__(self, vk: Vk) -> None:
        self.vk = vk
        self.streams: set[Stream] = set()
        self._seen: dict[Account, int] = {}
        self._shape = ""
        self._walls = 0
        self._bot: bytes = b""
        self._closed = False

    @property
    def open(self) -> bool:
        """Whether anybody reads the stream."""
        return bool(self.streams)

    # --- what the emulator tells ------------------------------------------------

    def pump(self) -> None:
        """The news since the last time; called after each call of a method, before parked polls are woken."""
        if not self.streams:
            return
        shape = shape_of(self.vk)
        if shape != self._shape:
            self._shape = shape
            self._send(sse_frame("world", {}))
        if self.vk.world.wall_changes != self._walls:
            self._walls = self.vk.world.wall_changes
            self._send(sse_frame("wall", {}))
        for account in sorted(self.vk.world.woken):
            if account > 0:
                self._news(account)

    def clock_changed(self) -> None:
        """Tells the page how the clock goes now."""
        self._send(self._clock())

    def reset(self) -> None:
        """The world is another one: the page reads everything anew."""
        self._stand_at_the_end()
        self._send(RESET)

    def bot_told(self, told: Any) -> None:
        """What `emulator.bot` answers now; only changes go out."""
        frame = sse_frame("bot", told)
        if frame != self._bot:
            self._bot = frame
            self._send(frame)

    def close(self) -> None:
        """Ends all streams."""
        self._closed = True
        for stream in self.streams:
            stream.fresh.set()

    # --- inside -----------------------------------------------------------------

    def _news(self, account: Account) -> None:
        """Sends what is new to an account, or that its page must load anew."""
        queue = self.vk.world.queue(account)
        seen = self._seen.get(account, 0)
        self._seen[account] = queue.last
        if not queue.can_serve(seen):  # the queue has forgotten some of them (Q1)
            self._send(RESET, account)
            return
        events = [event for item in queue.after(seen) for event in render_event(self.vk.world, account, item.event)]
        if events:
            self._send(sse_frame("news", {"account": account, "events": events}), account)

    def _send(self, frame: bytes, account: Account = 0) -> None:
        """Sends a frame to the streams that show this account; to all for 0."""
        for stream in self.streams:
            if not account or stream.accounts is None or account in stream.accounts:
                stream.put(frame)

    def _clock(self) -> bytes:
        """The frame that tells the clock."""
        return sse_frame("clock", {"now": self.vk.world.clock.now()})

    def _stand_at_the_end(self) -> None:
        self._seen = {account: queue.last for account, queue in self.vk.world.queues.items()}
        self._shape, self._walls = shape_of(self.vk), self.vk.world.wall_changes

    def _join(self, stream: Stream) -> None:
        """Adds a stream and tells it the clock and the bot's state."""
        if not self.streams:
            self._stand_at_the_end()
        self.streams.add(stream)
        stream.put(self._clock())
        if self._bot:
            stream.put(self._bot)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Sends events of these accounts to a browser, until it leaves."""
        response = web.StreamResponse(headers=HEADERS)
        try:
            await response.prepare(request)
        except ConnectionError:
            return response  # gone before the first byte
        stream = Stream(_accounts(request.query.get("accounts", "")))
        self._join(stream)
        due = steady_seconds() + KEEP_ALIVE
        try:
            while not self._closed:
                if steady_seconds() >= due:
                    stream.put(self._clock())
                    due = steady_seconds() + KEEP_ALIVE
                if frames := stream.take():
                    await response.write(frames)
                await stream.wait(due - steady_seconds())
        except ConnectionError:
            pass  # the reader is gone; it comes again by itself
        finally:
            self.streams.discard(stream)
        return response


def _accounts(text: str) -> frozenset[Account] | None:
    """The accounts that a stream asks for; None for all."""
    found = frozenset(int(part) for part in text.split(",") if part.isdecimal() and len(part) < 12)
    return found if text else None


def shape_of(vk: Vk) -> str:
    """Everything of `emulator.state` that changes rarely, to see whether it changed."""
    world, faults = vk.world, vk.faults
    chats = [
        (chat.id, chat.title, chat.owner, [(member.account, member.admin) for member in chat.members.values()])
        for chat in world.chats.values()
    ]
    rules = [(rule.method, rule.mode, rule.who, rule.match, _is_spent(rule)) for rule in faults.rules]
    settings = [(community.id, community.settings, community.events) for community in world.communities.values()]
    return repr((chats, asdict(world.switches), faults.up, rules, settings, sorted(world.blocked.items()), vk.revoked))


def _is_spent(rule: Any) -> bool:
    return bool(rule.times and rule.used >= rule.times)
