"""One worker of several: a life of the bot on PostgreSQL that can also be stopped for a while (SIGSTOP)."""

from __future__ import annotations

import json
from asyncio import Handle
from collections.abc import Callable, Iterator
from typing import Any

from bot.config.settings import Settings
from tests.simulation.clocks import OwnClock
from tests.simulation.life import Life
from tests.simulation.loop import OF_LIFE, VirtualLoop
from tests.simulation.net import Net, Reply
from tests.simulation.postgres import PgStore, Server
from tests.simulation.store import Files

SEND = "API.messages.send("


class PausableLoop(VirtualLoop):
    """What a paused worker would do waits; VK, the database and the other workers go on."""

    server: Server | None = None

    def _run_once(self) -> None:
        self._hold()
        super()._run_once()

    def _jump(self) -> None:
        if self.server is not None:
            self.server.look_again()
        if not self._ready:  # type: ignore[attr-defined]
            super()._jump()
        self._hold()

    def _hold(self) -> None:
        ready = self._ready  # type: ignore[attr-defined]
        for _ in range(len(ready)):
            handle = ready.popleft()
            life = handle._context.get(OF_LIFE)
            if isinstance(life, Worker) and life.paused and not life.dead:
                life.later.append(handle)
            else:
                ready.append(handle)

    def resume(self, life: Worker) -> None:
        life.paused = False
        self._ready.extend(life.later)  # type: ignore[attr-defined]
        life.later.clear()


class Wire:
    """The way of one worker to VK. `flies` is told of every message before it leaves, `lands` when it is over."""

    def __init__(self, net: Net, flies: Callable[[int, int], None], lands: Callable[[int], None]) -> None:
        self._net = net
        self._flies = flies
        self._lands = lands
        self.poll = net.poll
        self.upload = net.upload
        self.file = net.file

    async def method(self, name: str, token: str, params: dict[str, Any]) -> Reply:
        sent = list(sends_of(params["code"])) if name == "execute" else []
        for peer, random_id in sent:
            self._flies(peer, random_id)
        try:
            return await self._net.method(name, token, params)
        finally:
            for _, random_id in sent:
                self._lands(random_id)


def sends_of(code: str) -> Iterator[tuple[int, int]]:
    """(peer, random_id) of each message that this VKScript sends."""
    at = code.find(SEND)
    while at >= 0:
        params, end = json.JSONDecoder().raw_decode(code, at + len(SEND))
        yield int(params["peer_ids"]), int(params["random_id"])
        at = code.find(SEND, end)


class Worker(Life):
    """Number `settings.worker`. `pauses` counts how often it was stopped."""

    def __init__(
        self,
        server: Server,
        settings: Settings,
        net: Net | Wire,
        clock: OwnClock,
        point: Callable[[str], bool] = lambda _: False,
        may_die: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(Files(), settings, net, clock, point, may_die)  # type: ignore[arg-type] # a wire to it
        self.store: Any = PgStore(server, settings.worker, self, self.before_statement, lambda: self.watch())
        self.url = server.url
        self.paused = False
        self.pauses = 0
        self.later: list[Handle] = []

    def pause(self) -> None:
        self.paused = True
        self.pauses += 1
