"""The HTTP face: methods, long polls, uploads, files, the page. Listens on 127.0.0.1 only; it must hold no
rule of VK, and nothing a client sends may become an HTTP 500."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from vk_emulator.api.calls import METHODS, CallOutcome, Vk
from vk_emulator.api.params import Params
from vk_emulator.methods import registry
from vk_emulator.state import Keeper
from vk_emulator.wire.answers import act_out, cut, file_in, json_answer, parameters, token_of
from vk_emulator.wire.deliver import Courier
from vk_emulator.wire.front import Front, Strangers
from vk_emulator.wire.guard import guard
from vk_emulator.wire.hosts import is_vk
from vk_emulator.wire.journal import KEPT, Journal, request_json, request_of
from vk_emulator.wire.live import Live
from vk_emulator.wire.longpoll import json_bytes
from vk_emulator.wire.parked import Parked
from vk_emulator.wire.quick import Head, Quick, http_answer
from vk_emulator.wire.uploads import Uploads
from vk_emulator.world.clock import Clock
from vk_emulator.world.records import Json
from vk_emulator.world.switches import Switches
from vk_emulator.world.world import MAILBOX, World
from vk_emulator.world_file import by_default, parse_world, read_world, text_of

SANDBOX = Path(__file__).parent / "sandbox"
ADDED = '<script type="module" src="/page/main.js"></script>'
JSON = {"Content-Type": "application/json; charset=utf-8"}
CLOCK_HEADER = "X-Emulator-Clock"
BROWSER = "Sec-Fetch-Site"  # no client of a bot sends it
AnyWorld = str | Path | Mapping[str, Any] | None
MAX_BODY = 210 * 1024 * 1024


NEAR = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - asked for by whoever starts it


def with_brackets(host: str) -> str:
    """The host as it stands in an address: an IPv6 one in brackets."""
    return f"[{host}]" if ":" in host else host


async def alone() -> tuple[int, Json]:
    """The health of an emulator that nobody stands beside: the HTTP status and what is said."""
    return 200, {"status": "ok"}


class Emulator:
    """A world behind HTTP. `.url` ends with /method/; `.call` speaks to the world without the wire."""

    def __init__(self, vk: Vk, data: Path, fresh: Callable[[], World]) -> None:
        registry.load_all()
        self.vk = vk
        self.fresh = fresh
        self.after_reset: Callable[[], None] = lambda: None
        self.data = data
        self.base = ""
        self.host = "127.0.0.1"  # where it listens
        self.named = ""  # by which name other machines reach it
        self.prepare: Callable[[str, Json], Awaitable[None]] | None = None  # before a control runs
        self.health: Callable[[], Awaitable[tuple[int, Json]]] = alone
        self.added_page: Path | None = None  # a folder with a main.js of somebody else
        self.uploads = Uploads(vk.world, data / "files")
        self.parked = Parked(vk)
        self.live = Live(vk)
        self.courier = Courier(vk)
        self.parked.watchers += [self.live.pump, self.courier.wake]
        self.spoken_to = False  # by anything but the page and the controls
        self.journal = Journal()
        vk.controls["requests"] = self._requests
        self.strangers = Strangers()
        vk.controls["clock_changed"] = lambda params: self.clock_changed()
        vk.controls["reset"] = lambda params: self.reset()
        vk.controls["strangers"] = lambda params: self.strangers.counts_json()
        vk.controls["polling"] = lambda params: self.parked.accounts()
        self._fronts: set[Front | Quick] = set()
        self._port: asyncio.Server | None = None
        self._runner: web.AppRunner | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def world(self) -> World:
        """The emulated world."""
        return self.vk.world

    @property
    def url(self) -> str:
        """The address of the methods."""
        return f"{self.base}/method/"

    def call(self, name: str, token: str = "", /, **params: Any) -> Any:
        """VK's `response`, or the whole body when it is an error; wakes parked polls."""
        body = self.vk.call(name, token, params)
        self.parked.wake()
        return body.get("response", body) if "error" not in body else body

    def clock_changed(self) -> None:
        """Wakes the waiting polls and tells the page, since the clock was moved."""
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
        self.vk.hints.clear()
        self.journal.forget()
        self.live.reset()
        self.after_reset()

    def let_in(self, host: str, names: Sequence[str]) -> None:
        """Other machines, by these names; the first stands in the addresses that they are given."""
        self.host, self.named = host, names[0] if names else ""
        self.strangers.own.update(name.lower() for name in (*names, host))

    async def start(self, port: int = 0) -> None:
        """Opens the port and begins to answer; 0 takes any free port."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[guard(self.strangers)])
        app.on_response_prepare.append(self._stamp)
        app.router.add_route("*", "/method/{name:.*}", self._method)
        app.router.add_route("*", "/longpoll/{group}", self._group_poll)
        app.router.add_route("*", "/userlongpoll/{user}", self._user_poll)
        app.router.add_post("/upload/{kind:photo|chat|doc|audio_message|graffiti}", self.uploads.receive)
        app.router.add_get("/files/{name}", self.uploads.serve)
        app.router.add_get("/live", self.live.serve, allow_head=False)
        app.router.add_get("/health", self._health)
        app.router.add_get("/", self._page)
        app.router.add_get("/journal", self._journal_page)
        app.router.add_get("/sandbox/{name}", self._asset)
        app.router.add_get("/page/{name}", self._asset)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        self._port = await asyncio.get_running_loop().create_server(self._front, self.host, port, backlog=4096)
        number = self._port.sockets[0].getsockname()[1]
        self.base = f"http://{NEAR.get(self.host) or with_brackets(self.host)}:{number}"
        self.world.base_url = f"http://{self.named}:{number}" if self.named else self.base
        self._tasks.append(asyncio.ensure_future(self.parked.run_late_calls()))
        self._tasks.append(asyncio.ensure_future(self.courier.run()))

    async def stop(self) -> None:
        """Closes the port and everything that waits for an answer."""
        self.parked.close()
        self.live.close()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._port is not None:
            self._port.close()
        for front in list(self._fronts):
            front.end()
        if self._runner is not None:
            await self._runner.cleanup()

    def _front(self) -> Front:
        """A protocol for a new connection."""
        assert self._runner is not None and self._runner.server is not None
        framework, fronts = self._runner.server, self._fronts
        return Front(lambda: Quick(self._answer, framework, fronts), self.strangers, fronts)

    def _requests(self, params: Params) -> list[Json]:
        """The last requests of a method and a sender."""
        found = self.journal.find(params.text("method") or "*", params.text("by"))
        return [request_json(request) for request in found[-params.integer("count", 100, 1, KEPT) :]]

    # --- handlers -------------------------------------------------------------

    async def _stamp(self, request: web.Request, response: web.StreamResponse) -> None:
        """Adds the emulator's time to an answer."""
        response.headers[CLOCK_HEADER] = f"{self.world.clock.now():.6f}"

    async def _method(self, request: web.Request) -> web.StreamResponse:
        """Answers a call of a method, or acts out its fault."""
        name = request.match_info["name"].removesuffix("/")  # vkbottle of 2020 writes one more
        control = name.startswith("emulator.")
        if not self.vk.faults.up and not control:
            return cut(request, reset=True)
        params = await parameters(request, json_body=control)
        if control and self.prepare is not None:
            await self.prepare(name, params)
        by = "control" if control else "page" if BROWSER in request.headers else "bot"
        secure = request.transport is not None and request.transport.get_extra_info("sslcontext") is not None
        outcome, data = self._call(by, name, token_of(request, params), params, secure)
        if outcome.rule is not None and outcome.rule.mode != "error":
            return await act_out(request, outcome.rule, outcome.body)
        return web.Response(body=data, headers=JSON)

    def _call(self, by: str, name: str, token: str, params: Json, secure: bool) -> tuple[CallOutcome, bytes]:
        """One call over the wire, and its answer in bytes."""
        self.spoken_to = self.spoken_to or by == "bot"
        self.world.secure = secure
        outcome = self.vk.request(name, token, params)
        self.world.secure = False
        self.parked.wake()
        data = json_bytes(outcome.body)
        if by != "control":
            self.journal.write(request_of(self.world.clock.now(), by, name, token, params, outcome.body, data))
        return outcome, data

    def _answer(self, head: Head, params: Json, secure: bool) -> bytes | None:
        """A plain call of a bot; on VK's bad days, and for what is not VK's, the framework answers."""
        faults, name = self.vk.faults, head.method
        if faults.rules or not faults.up or name.startswith("emulator."):
            return None
        if not (self.strangers.is_own(head.host) or is_vk(head.host)):
            return None
        given = str(params.pop("access_token", ""))
        _, data = self._call("bot", name, head.token or given, params, secure)
        return http_answer(self.world.clock.now(), data)

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
        """Answers how the emulator and the bot do."""
        status, body = await self.health()
        crashes = len(self.vk.crashes)
        return json_answer({**body, "clock": self.world.clock.now(), "internal_errors": crashes}, status)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        """Answers with the page of the sandbox."""
        text = (SANDBOX / "index.html").read_text(encoding="utf-8")
        if self.added_page is not None:
            text = text.replace("</body>", f"{ADDED}\n</body>")
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-cache"})

    async def _journal_page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(SANDBOX / "journal.html", headers={"Cache-Control": "no-cache"})

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        """Answers with a file of the page; 404 where there is none."""
        folder = SANDBOX if request.path.startswith("/sandbox/") else self.added_page
        path = file_in(folder, request.match_info["name"]) if folder is not None else None
        if path is None:
            return web.Response(status=404, text="no such file")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


def build(
    world: AnyWorld = None,
    *,
    data: Path,
    seed: int = 0,
    clock: Clock | None = None,
    switches: Switches | None = None,
) -> Emulator:
    """An emulator not yet listening. `world` is a path, the text of a world file, the same in Python, or None for the
    neutral one."""
    kept_clock = clock or Clock()
    given = text_of(world) if isinstance(world, Mapping) else world

    def fresh() -> World:
        made = World(kept_clock, seed, switches)
        if isinstance(given, str) and "\n" in given:
            return parse_world(given, "world", made)
        return read_world(Path(given) if given is not None else by_default(), made)

    return Emulator(Vk(fresh(), seed), data, fresh)


@asynccontextmanager
async def running(
    world: AnyWorld = None,
    *,
    port: int = 0,
    data: str | Path | None = None,
    seed: int = 0,
    clock: Clock | None = None,
    switches: Switches | None = None,
    callback_hosts: Iterable[str] = (),
) -> AsyncIterator[Emulator]:
    """`async with running() as emulator:` for tests; without `data` nothing is kept. `callback_hosts` are public hosts
    that get events of Callback API too."""
    with tempfile.TemporaryDirectory(prefix="emulator-") as scratch:
        folder = Path(data) if data is not None else Path(scratch)
        emulator = build(world, data=folder, seed=seed, clock=clock, switches=switches)
        emulator.courier.far_hosts.update(callback_hosts)
        folder.mkdir(parents=True, exist_ok=True)
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
    registry.load_all()
    return sorted(METHODS)
