"""VK as a machine on the network: requests travel, are carried out, answers travel back, each of it may go wrong.

Calls go to the emulator's own functions; which fault strikes is picked by the emulator's rules, here it is acted out.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.asked import Asked, Request
from tests.simulation.loop import OF_LIFE
from vk_emulator.api.calls import Vk
from vk_emulator.api.faults import Rule
from vk_emulator.wire import longpoll
from vk_emulator.wire.answers import HTML502, json_bytes
from vk_emulator.wire.uploads import Uploads
from vk_emulator.world.records import Account, Json

BASE = "http://127.0.0.1"
REFUSED, RESET, DROPPED, HANGS = "refused", "reset", "dropped", "hangs"


@dataclass(slots=True)
class Reply:
    """What comes back: a body with its status, or how the connection ended (`gone`)."""

    body: bytes = b""
    status: int = 200
    kind: str = "application/json"
    gone: str = ""
    slow: float = 0.0


class MemoryFiles(Uploads):
    """The emulator's upload servers with the files in memory."""

    kept: dict[str, bytes]

    def store(self, name: str, data: bytes) -> str:
        stored = f"{len(self.kept):04d}.{name.rpartition('.')[2] or 'bin'}"
        self.kept[stored] = data
        return stored


@dataclass
class Net:
    """`applied` is called after everything that VK carried out; `passed` at the points that lie in the network.

    `taken`: ids of the presses that the bot was told of and asked on behind. What VK's queue forgets before that is in
    no history either."""

    vk: Vk
    uploads: MemoryFiles
    chance: random.Random
    loop: asyncio.AbstractEventLoop
    quick: float = 0.02
    applied: Callable[[], None] = lambda: None
    requests: int = 0
    waiting: dict[Account, list[asyncio.Future[None]]] = field(default_factory=dict)
    own: Context = field(default_factory=Context)
    file_troubles: float = 0.0
    asked: Asked = field(default_factory=Asked)
    taken: set[str] = field(default_factory=set)
    told: dict[Account, tuple[str, list[str]]] = field(default_factory=dict)

    # What people and the director do.

    def call(self, name: str, token: str, /, **params: Any) -> Any:
        """At once, without the network. The `response`, or the whole body when it is an error."""
        body = self.vk.call(name, token, params)
        self.stir()
        return body.get("response", body)

    def stir(self) -> None:
        """After anything has happened in VK: parked polls are woken, late calls get their time."""
        world = self.vk.world
        for account in sorted(world.woken):
            for one in self.waiting.pop(account, ()):
                if not one.done():
                    one.set_result(None)
        world.woken.clear()
        if self.vk.deferred:
            due = self.vk.deferred[0][0] - world.clock.now()
            self.loop.call_later(max(due, 0.0), self.late, context=self.own)
        self.applied()

    def late(self) -> None:
        if self.vk.deferred and self.vk.deferred[0][0] <= self.vk.world.clock.now():
            self.asked.carried_out_late(self.vk)
            self.stir()

    # What the bot does.

    def latency(self) -> float:
        return self.quick * (0.1 + self.chance.random() ** 3 * 5)

    async def carried(self, at_vk: Callable[[asyncio.Future[Reply]], None]) -> Reply:
        """Travel there, be carried out even if the sender is dead by then, travel back."""
        if not self.vk.faults.up:
            await asyncio.sleep(self.latency())
            return Reply(gone=self.chance.choice((REFUSED, RESET, HANGS)))
        self.requests += 1
        arrives: asyncio.Future[Reply] = self.loop.create_future()
        self.loop.call_later(self.latency(), at_vk, arrives, context=self.own)
        reply = await arrives
        await asyncio.sleep(self.latency() + reply.slow)
        return reply

    async def method(self, name: str, token: str, params: Json) -> Reply:
        request = Request(self.loop.time(), OF_LIFE.get(), key=token)
        self.asked.asks(name, params, request.began)

        def at_vk(arrives: asyncio.Future[Reply]) -> None:
            if not self.vk.faults.up:
                answer(arrives, Reply(gone=RESET))
                return
            first = self.vk.world.next_id
            outcome = self.vk.request(name, token, params)
            self.asked.carried_out(self.vk, name, params, request, first, outcome)
            self.stir()
            answer(arrives, acted(outcome.rule, outcome.body))

        try:
            return await self.carried(at_vk)
        finally:
            request.over = self.loop.time()

    async def poll(self, account: Account, params: Json) -> Reply:
        def at_vk(arrives: asyncio.Future[Reply]) -> None:
            self._polled(arrives, account, str(params["key"]), str(params["ts"]), int(params["wait"]), params)

        return await self.carried(at_vk)

    def _polled(
        self, arrives: asyncio.Future[Reply], account: Account, key: str, ts: str, wait: int, params: Json
    ) -> None:
        vk = self.vk
        if not vk.faults.up:
            answer(arrives, Reply(gone=RESET))
            return
        place, presses = self.told.pop(account, ("", []))
        if place == ts:
            self.taken.update(presses)
        if longpoll.silent(vk.world, account):
            return
        rule = longpoll.poll_fault(vk, account, params)
        if rule is not None and rule.mode in ("silent", "html502", "drop"):
            if rule.mode != "silent":
                answer(arrives, acted(rule, None))
            return
        if rule is not None:
            found = longpoll.answer_under_fault(vk, account, rule, key, ts)
        else:
            found = longpoll.take(vk.world, account, key, ts)
        if found is not None:
            self.tell(arrives, account, found)
            return
        parked: asyncio.Future[None] = self.loop.create_future()
        self.waiting.setdefault(account, []).append(parked)
        timer = self.loop.call_later(wait, ended, parked, context=self.own)

        def woken(_: object) -> None:
            timer.cancel()
            if not vk.faults.up:
                answer(arrives, Reply(gone=RESET))
                return
            now = longpoll.take(vk.world, account, key, ts) or longpoll.empty(vk.world, account, ts)
            self.tell(arrives, account, now)

        parked.add_done_callback(woken, context=self.own)

    def tell(self, arrives: asyncio.Future[Reply], account: Account, found: Json) -> None:
        if account < 0 and "updates" in found:
            told = [update for update in found["updates"] if isinstance(update, dict)]  # tests send what VK never would
            presses = [str(one["object"].get("event_id")) for one in told if one.get("type") == "message_event"]
            self.told[account] = (str(found["ts"]), presses)
        answer(arrives, Reply(json_bytes(found)))

    async def upload(self, kind: str, owner: str, name: str, data: bytes) -> Reply:
        def at_vk(arrives: asyncio.Future[Reply]) -> None:
            switches = self.vk.world.switches
            if switches.upload_flaky > 0:
                switches.upload_flaky -= 1
                answer(arrives, Reply(json_bytes(self.uploads._flaky(kind))))
            elif kind == "photo":
                answer(arrives, Reply(json_bytes(self.uploads._photo(name, data, owner))))
            else:
                answer(arrives, Reply(json_bytes(self.uploads._document(kind, name, data))))

        reply = await self.carried(at_vk)
        return self.troubled(reply)

    async def file(self, name: str) -> Reply:
        def at_vk(arrives: asyncio.Future[Reply]) -> None:
            found = self.uploads.kept.get(name)
            answer(arrives, Reply(found or b"no such file", 200 if found else 404, "application/octet-stream"))

        reply = await self.carried(at_vk)
        return self.troubled(reply)

    def troubled(self, reply: Reply) -> Reply:
        """Files have faults of their own: not found, a page instead of a picture, too big, cut off."""
        if reply.gone or self.chance.random() >= self.file_troubles:
            return reply
        return self.chance.choice(
            (
                Reply(b"no", 404, "text/plain"),
                Reply(HTML502.encode(), 200, "text/html"),
                Reply(HTML502.encode(), 502, "text/html"),
                Reply(gone=DROPPED),
                Reply(gone=RESET),
                Reply(gone=HANGS),
                Reply(b"", 200, "application/octet-stream"),
            )
        )

    def restarted(self) -> None:
        """VK went down or up: whoever polls learns it."""
        for account in sorted(self.waiting):
            for one in self.waiting.pop(account):
                if not one.done():
                    one.set_result(None)


def answer(arrives: asyncio.Future[Reply], reply: Reply) -> None:
    if not arrives.done():
        arrives.set_result(reply)


def ended(parked: asyncio.Future[None]) -> None:
    if not parked.done():
        parked.set_result(None)


def acted(rule: Rule | None, body: Json | None) -> Reply:
    """The answer under a fault (vk_emulator/wire/answers.py acts out the same on a socket)."""
    if rule is None or rule.mode == "error":
        return Reply(json_bytes(body))
    mode = rule.mode
    if mode.endswith("_reset"):
        return Reply(gone=RESET)
    if mode.endswith("_drop") or mode in ("late", "drop"):
        return Reply(gone=DROPPED)
    if mode.endswith("_hang"):
        return Reply(gone=HANGS)
    if mode.endswith("html502"):
        return Reply(HTML502.encode(), 502, "text/html")
    data = json_bytes(body)
    if mode == "wrong_type":
        return Reply(json.dumps(["unexpected"]).encode())
    if mode == "truncated":
        return Reply(data[: max(len(data) // 2, 1)])
    if mode == "duplicate_header":
        return Reply(gone=RESET)
    return Reply(data, slow=rule.seconds if mode == "slow" else 0.0)
