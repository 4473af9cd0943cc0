"""VK posts events to the bot (Callback API), mostly while it is asked by long poll as well. What is due, what is tried
again and what an answer means is the emulator's; here a post travels, and whichever life there is answers it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field

from benchmarks.rig.stand import COMMUNITY
from bot.admin.of_vk import FLAGS
from tests.simulation.life import Life
from tests.simulation.loop import OF_LIFE
from tests.simulation.net import BASE, Net
from vk_emulator.acts import callbacks
from vk_emulator.world.callback_servers import Post, Reply

SECRET = "Kj3nQ8vTz5LwXc2R"
MISSED = 0.01
"""Seconds, if VK's clock and the loop's do not agree to the last digit."""


@dataclass
class Posts:
    """`life` is the bot's process of just now, if there is one."""

    net: Net
    life: Callable[[], Life | None]
    echo: bool
    news: asyncio.Event = field(default_factory=asyncio.Event)
    answered: int = 0

    def registered(self) -> None:
        """As after `python -m bot callback on`: confirmed, with the events that the long poll has."""
        world = self.net.vk.world
        server = callbacks.add(world, COMMUNITY, "Приёмная", f"{BASE}/callback/{COMMUNITY}", SECRET, 0)
        server.events = {**dict.fromkeys(FLAGS, 1), "message_reply": int(self.echo)}
        server.status = "ok"

    @property
    def waiting(self) -> bool:
        """VK has something to post, now or when its time has come again."""
        servers = self.net.vk.world.callbacks.servers.get(COMMUNITY, ())
        return any(one.waiting or one.flying for one in servers)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.news.clear()
            for post in callbacks.take(self.net.vk):
                loop.create_task(self.carried(post))
            due = callbacks.next_due(self.net.vk.world) if self.net.vk.faults.up else None
            try:
                async with asyncio.timeout(None if due is None else max(due - self.net.vk.world.clock.now(), MISSED)):
                    await self.news.wait()
            except TimeoutError:
                continue

    async def carried(self, post: Post) -> None:
        reply = None
        for _ in range(post.copies):
            reply = await self.asked(post)
        callbacks.take_reply(self.net.vk.world, post, reply)
        self.news.set()

    async def asked(self, post: Post) -> Reply | None:
        """None: nobody was there, or he ended before he could say anything."""
        await asyncio.sleep(self.net.latency())
        life = self.life()
        if life is None or life.over or life.way_in is None or life.bot is None or life.bot.stopping.is_set():
            return None
        context = copy_context()
        context.run(OF_LIFE.set, life)
        body = json.dumps(post.body).encode()
        tried = post.headers.get("X-Retry-Counter", "")
        work = asyncio.get_running_loop().create_task(life.way_in.answer(COMMUNITY, body, tried), context=context)
        await asyncio.wait([work], timeout=self.net.vk.world.switches.callback_timeout)
        await asyncio.sleep(self.net.latency())
        if (
            life.dead
            or not work.done()
            or work.cancelled()
            or work.exception() is not None
            or not self.net.vk.faults.up
        ):
            return None
        told = work.result()
        self.answered += told.status == 200
        return Reply(told.status, told.text, str(told.headers.get("retry-after", "")))
