"""The HTTP face: methods, long polls, uploads, files, the page. Listens on 127.0.0.1 only; it must hold no
rule of VK, and nothing a client sends may become an HTTP 500."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from vk_emulator.api.calls import METHODS, Vk
from vk_emulator.methods import registry
from vk_emulator.state import Keeper
from vk_emulator.wire.answers import acted, cut, file_in, json_answer, parameters, token_of
from vk_emulator.wire.deliver import Courier
from vk_emulator.wire.guard import loopback_only
from vk_emulator.wire.live import Live
from vk_emulator.wire.parked import Parked
from vk_emulator.wire.uploads import Uploads
from vk_emulator.world.clock import Clock
from vk_emulator.world.records import Json
from vk_emulator.world.switches import Switches
from vk_emulator.world.world import MAILBOX, World
from vk_emulator.world_file import DEMO, parse_world, read_world

SANDBOX = Path(__file__).parent / "sandbox"
ADDED = '<script type="module" src="/page/main.js"></script>'
CLOCK_HEADER = "X-Emulator-Clock"
MAX_BODY = 210 * 1024 * 1024


async def alone() -> tuple[int, Json]:
    """Nobody stands beside the emulator."""
    return 200, {"status": "ok"}


class Emulator:
    """A world behind HTTP. `.url` ends with /method/; `.call` speaks to the world without the wire."""

    def __init__(self, vk: Vk, data: Path, fresh: Callable[[], World]) -> None:
        registry.loaded()
        self.vk = vk
        self.fresh = fresh
        self.after_reset: Callable[[], None] = lambda: None
        self.data = data
        self.base = ""
        self.prepare: Callable[[str, Json], Awaitable[None]] | None = None  # before a control runs
        self.health: Callable[[], Awaitable[tuple[int, Json]]] = alone
        self.added_page: Path | None = None  # a folder with a main.js of somebody else
        self.uploads = Uploads(vk.world, data / "files")
        self.parked = Parked(vk)
        self.live = Live(vk)
        self.courier = Courier(vk)
        self.parked.watchers += [self.live.pump, self.courier.wake]
        vk.controls["clock_changed"] = lambda params: self.clock_changed()
        vk.controls["reset"] = lambda params: self.reset()
        vk.controls["polling"] = lambda params: self.parked.accounts()
        self._runner: web.AppRunner | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def world(self) -> World:
        return self.vk.world

    @property
    def url(self) -> str:
        return f"{self.base}/method/"

    def call(self, name: str, token: str = "", /, **params: Any) -> Any:
        """VK's `response`, or the whole body when it is an error; wakes parked polls."""
        body = self.vk.call(name, token, params)
        self.parked.wake()
        return body.get("response", body) if "error" not in body else body

    def clock_changed(self) -> None:
        self.parked.clock_changed()
        self.live.clock_changed()

    def reset(self) -> None:
        """The world of the file again. Queues go on counting, so a poller learns that it lost events."""
        world, fresh = self.world, self.fresh()
        queues, base = world.queues, world.base_url
        for queue in queues.values():
            queue.trim()
            queue.key_epoch += 1
        world.__dict__.update(fresh.__dict__)
        world.queues, world.base_url, world.woken = queues, base, set(queues)
        world.changes += 1
        self.vk.faults.clear()
        self.vk.revoked.clear()
        self.vk.deferred.clear()
        self.vk.calls.clear()
        self.vk.unknown.clear()
        self.live.reset()
        self.after_reset()

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=MAX_BODY, middlewares=[loopback_only])
        app.on_response_prepare.append(self._stamp)
        app.router.add_route("*", "/method/{name:.*}", self._method)
        app.router.add_route("*", "/longpoll/{group}", self._group_poll)
        app.router.add_route("*", "/userlongpoll/{user}", self._user_poll)
        app.router.add_post("/upload/{kind:photo|chat|doc|audio_message|graffiti}", self.uploads.receive)
        app.router.add_get("/files/{name}", self.uploads.serve)
        app.router.add_get("/live", self.live.serve, allow_head=False)
        app.router.add_get("/health", self._health)
        app.router.add_get("/", self._page)
        app.router.add_get("/sandbox/{name}", self._asset)
        app.router.add_get("/page/{name}", self._asset)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, backlog=4096)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.world.base_url = self.base
        self._tasks.append(asyncio.ensure_future(self.parked.run_late_calls()))
        self._tasks.append(asyncio.ensure_future(self.courier.run()))

    async def stop(self) -> None:
        self.parked.close()
        self.live.close()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._runner is not None:
            await self._runner.cleanup()

    # --- handlers -------------------------------------------------------------

    async def _stamp(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers[CLOCK_HEADER] = f"{self.world.clock.now():.6f}"

    async def _method(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        control = name.startswith("emulator.")
        if not self.vk.faults.up and not control:
            return cut(request, reset=True)
        params = await parameters(request, json_body=control)
        if control and self.prepare is not None:
            await self.prepare(name, params)
        outcome = self.vk.request(name, token_of(request, params), params)
        self.parked.wake()
        if outcome.rule is not None and outcome.rule.mode != "error":
            return await acted(request, outcome.rule, outcome.body)
        return json_answer(outcome.body)

    async def _group_poll(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["group"]
        known = number.isdecimal() and len(number) < 12 and int(number) in self.world.communities
        if not known:
            return json_answer({"failed": 3})
        if not self.world.communities[int(number)].settings.get("longpoll", True):
            return json_answer({"failed": 3})
        return await self.parked.poll(request, -int(number))

    async def _user_poll(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["user"]
        known = number.removeprefix("-").isdecimal() and len(number) < 12
        account = int(number) if known else 0
        if account in self.world.mailboxes:
            return await self.parked.poll(request, account - MAILBOX)
        if account not in self.world.users:
            return json_answer({"failed": 3})
        return await self.parked.poll(request, account)

    async def _health(self, request: web.Request) -> web.StreamResponse:
        status, body = await self.health()
        crashes = len(self.vk.crashes)
        return json_answer({**body, "clock": self.world.clock.now(), "internal_errors": crashes}, status)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        text = (SANDBOX / "index.html").read_text(encoding="utf-8")
        if self.added_page is not None:
            text = text.replace("</body>", f"{ADDED}\n</body>")
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-cache"})

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        folder = SANDBOX if request.path.startswith("/sandbox/") else self.added_page
        path = file_in(folder, request.match_info["name"]) if folder is not None else None
        if path is None:
            return web.Response(status=404, text="no such file")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


def build(
    world: str | Path | None = None,
    *,
    data: Path,
    seed: int = 0,
    clock: Clock | None = None,
    switches: Switches | None = None,
) -> Emulator:
    """An emulator not yet listening. `world` is a path, the text of a world file, or None for the demo."""
    kept_clock = clock or Clock()

    def fresh() -> World:
        made = World(kept_clock, seed, switches)
        if isinstance(world, str) and "\n" in world:
            return parse_world(world, "world", made)
        return read_world(Path(world) if world is not None else DEMO, made)

    return Emulator(Vk(fresh(), seed), data, fresh)


@asynccontextmanager
async def running(
    world: str | Path | None = None,
    *,
    port: int = 0,
    data: str | Path | None = None,
    seed: int = 0,
    clock: Clock | None = None,
    switches: Switches | None = None,
) -> AsyncIterator[Emulator]:
    """`async with running() as emulator:` for tests; without `data` nothing is kept."""
    with tempfile.TemporaryDirectory(prefix="emulator-") as scratch:
        folder = Path(data) if data is not None else Path(scratch)
        emulator = build(world, data=folder, seed=seed, clock=clock, switches=switches)
        keeper = Keeper(emulator.vk, folder) if data is not None else None
        if keeper is not None:
            keeper.load()
        await emulator.start(port)
        try:
            yield emulator
        finally:
            await emulator.stop()
            if keeper is not None:
                keeper.save()


def known_methods() -> list[str]:
    registry.loaded()
    return sorted(METHODS)
