"""The community's side of the probes: calls, its events, waiting. It must never retry, for what VK does with the first
call is the answer; nor write to anybody but those in `own`.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from bot.process.clock import Clock
from bot.vk.client import VERSION, Vk, read_object
from bot.vk.errors import VkError

Json = dict[str, Any]
PAUSE = 0.06
"""Seconds between two calls: a community may ask twenty times a second (vk-api.md §9)."""
HELD = 10
"""Seconds that a poll is held."""
AT_ONCE = 5.0
"""Seconds within which an event comes that nobody's hand is needed for."""


class Wire:
    """VK as the test community sees it. It calls nothing about a dialogue that is not in `own`."""

    def __init__(self, token: str, url: str, http: aiohttp.ClientSession, clock: Clock, held: int = HELD) -> None:
        self.vk = Vk(token, url, http, clock.follower_of(url))
        self.url, self.token, self.http, self.clock, self.held = url, token, http, clock, held
        self.group = 0
        self.own: set[int] = set()
        self._server: Json = {}
        self._seen: set[object] = set()

    async def open(self) -> Json:
        """The community as VK describes it."""
        found: Json = (await self.call("groups.getById", fields="members_count"))["groups"][0]
        self.group = int(found["id"])
        return found

    async def call(self, method: str, **params: Any) -> Any:
        """Calls VK slowly, and never about a dialogue that is not the probe's own."""
        peer = params.get("peer_ids", params.get("peer_id"))
        assert peer is None or peer in self.own, method
        await self.clock.sleep(PAUSE)
        return await self.vk.call(method, params)

    async def code_of(self, method: str, **params: Any) -> int:
        """0 when the call passes, else the number of the error."""
        try:
            await self.call(method, **params)
        except VkError as error:
            return error.code
        return 0

    async def cut(self, method: str, **params: Any) -> None:
        """Sends a request and closes the connection without waiting for the answer (P12)."""
        where = urlsplit(self.url + method)
        context = ssl.create_default_context() if where.scheme == "https" else None
        port = where.port or (443 if context else 80)
        _, writer = await asyncio.open_connection(where.hostname, port, ssl=context)
        form = urlencode({"v": VERSION, "access_token": self.token, **params}).encode()
        head = f"POST {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: {len(form)}\r\n"
        writer.write(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode() + form)
        await writer.drain()
        writer.close()

    async def upload(self, address: str, name: str, data: bytes) -> Json:
        """The answer of an upload server."""
        form = aiohttp.FormData()
        form.add_field("file", data, filename=name)
        async with self.http.post(address, data=form) as answer:
            return await read_object("upload", answer)

    def new_key(self) -> int:
        """A random `random_id`, never 0."""
        return secrets.randbelow(2**31 - 1) + 1

    async def mark(self) -> str:
        """The place in the community's queue from which events are read, with a new key."""
        self._server = await self.call("groups.getLongPollServer", group_id=self.group)
        return str(self._server["ts"])

    async def poll(self, ts: str, wait: int = 1, server: Json | None = None) -> Json:
        """VK's answer; under `fresh` the events that no poll has given before (Q20)."""
        asked = server or self._server
        answer = await self.vk.poll(str(asked["server"]), str(asked["key"]), ts, min(wait, self.held))
        fresh = [event for event in answer.get("updates", ()) if event.get("event_id") not in self._seen]
        self._seen |= {event.get("event_id") for event in fresh}
        return {**answer, "fresh": fresh}

    def server(self) -> Json:
        """The long poll server that is used now."""
        return self._server

    async def stream(self, ts: str, patience: float) -> AsyncIterator[Json]:
        """Events after `ts`, as they come; ends when time is over."""
        until = self.clock.monotonic() + patience
        while (left := until - self.clock.monotonic()) > 0:
            answer = await self.poll(ts, wait=max(1, int(min(left, HELD))))
            ts = str(answer.get("ts", ts))
            for event in answer["fresh"]:
                yield event
            if not answer["fresh"]:
                await self.clock.sleep(0.2)

    async def first(self, ts: str, kind: str, patience: float = AT_ONCE) -> Json | None:
        """The object of the first event of this kind after `ts`."""
        async for event in self.stream(ts, patience):
            if event["type"] == kind:
                found: Json = event["object"]
                return found
        return None
