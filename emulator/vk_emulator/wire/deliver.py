"""Sends Callback API events over HTTP (vk-api.md §10) and hands the answers back. It must never decide what is due
or what an answer means: that is `callbacks`."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp

from vk_emulator.acts import callbacks
from vk_emulator.api.calls import Vk
from vk_emulator.wire.longpoll import json_bytes
from vk_emulator.wire.near import NearResolver, TooFar, check_literal
from vk_emulator.world.callback_servers import Post, Reply

CLOCK_HEADER = "X-Emulator-Clock"
MAX_ANSWER = 1024  # "ok", "remove" or a confirmation string; more is not read
LOST = (aiohttp.ClientError, TimeoutError, OSError, ValueError)


class Courier:
    """Posts due events to the callback servers of this machine; to others only where a flag names their host."""

    def __init__(self, vk: Vk) -> None:
        self.vk = vk
        self.far_hosts: set[str] = set()  # named by a flag: events may leave this machine to them
        self._news = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Called after each call of a method: an event or a moved clock may have made something due."""
        if self.vk.world.callbacks.servers:
            self._news.set()

    async def run(self) -> None:
        """Posts events to the callback servers as they become due, until it is cancelled."""
        callbacks.resend_flying(self.vk.world)
        jar, everywhere = aiohttp.DummyCookieJar(), aiohttp.TCPConnector(limit=0, resolver=NearResolver(self.far_hosts))
        async with aiohttp.ClientSession(cookie_jar=jar, connector=everywhere, trust_env=False) as session:
            try:
                while True:
                    self._news.clear()
                    for post in callbacks.take(self.vk):
                        task = asyncio.ensure_future(self._send(session, post))
                        self._sending.add(task)
                        task.add_done_callback(self._sending.discard)
                    await self._rest()
            finally:
                await self._stop()

    async def _rest(self) -> None:
        """Waits until there is news or the next retry is due. A virtual clock moves only by a call, which is news."""
        world = self.vk.world
        due = callbacks.next_due(world)
        if due is None or world.clock.virtual or not self.vk.faults.up:
            await self._news.wait()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(min(max(due - world.clock.now(), 0.01), 3600)):
                await self._news.wait()

    async def _stop(self) -> None:
        """Ends all posts that are under way."""
        for task in list(self._sending):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _send(self, session: aiohttp.ClientSession, post: Post) -> None:
        """Sends a post as often as it is to be sent, and hands the last answer back."""
        reply: Reply | None = None
        for _ in range(post.copies):
            reply = await self._answer(session, post)
        callbacks.take_reply(self.vk.world, post, reply)
        self._news.set()

    async def _answer(self, session: aiohttp.ClientSession, post: Post) -> Reply | None:
        """The server's answer to a post; None where there is none in time."""
        clock = f"{self.vk.world.clock.now():.6f}"
        headers = {"Content-Type": "application/json", CLOCK_HEADER: clock, **post.headers}
        timeout = aiohttp.ClientTimeout(total=max(self.vk.world.switches.callback_timeout, 0.05))
        try:
            check_literal(post.url, self.far_hosts)
            async with session.post(
                post.url, data=json_bytes(post.body), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                text = (await response.content.read(MAX_ANSWER)).decode("utf-8", "replace").strip()
                return Reply(response.status, text, response.headers.get("Retry-After", ""))
        except LOST as lost:
            reason = getattr(lost, "os_error", lost)
            return Reply(0, not_sent=str(reason)) if isinstance(reason, TooFar) else None
