"""The bot's numbers for Prometheus and its health for a monitor, on loopback only and only where a port is set: counts,
never a word or an id.

They are the numbers of `bot stats`; what they mean stands in docs/reference/commands.md.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.process.advice import Refusal
from bot.process.health import silence, unwell
from bot.runtime import Runtime
from bot.upkeep import ready
from storage.db.errors import Unavailable

if TYPE_CHECKING:
    from aiohttp import web

    from bot.upkeep.starting import Starting

LOOPBACK = "127.0.0.1"
NIGHT = ("missing", "unsettled", "twice", "gone", "foreign", "unseen", "audit")


async def serve(bot: Runtime, numbers: Any) -> web.AppRunner | None:
    """`numbers` gives what `bot stats` shows. Loaded only where it is used: the library costs memory."""
    if not bot.settings.metrics_port:
        return None
    from aiohttp import web

    async def metrics_page(_request: web.Request) -> web.Response:
        try:
            said = await numbers()
        except Unavailable:
            said = None  # what is known without the database is shown all the same: that it is away
        return web.Response(body=text(said, bot), content_type="text/plain", charset="utf-8")

    def health_page(reasons: Callable[[Runtime], list[str]]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(_request: web.Request) -> web.Response:
            """200 where the bot works, 503 with the reasons where it does not."""
            why = reasons(bot)
            return web.Response(status=503 if why else 200, text="\n".join(why) or ready.well(bot))

        return answer

    pages = {
        "/metrics": metrics_page,
        "/health/live": health_page(ready.standing),
        "/health/ready": health_page(ready.hindrances),
    }
    return await open_port(bot.settings.metrics_port, pages)


async def serve_starting(starting: Starting) -> web.AppRunner | None:
    """A server that says, while a bot that starts waits for its database, that it lives, is not ready, and why; None
    without a port."""
    if not starting.settings.metrics_port:
        return None
    from aiohttp import web

    async def live(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def starting_page(_request: web.Request) -> web.Response:
        return web.Response(status=503, text=starting.reason)

    async def away(_request: web.Request) -> web.Response:
        """Answers with the one metric `priemnaya_store_down 1`: the store cannot be opened yet."""
        return web.Response(text="# TYPE priemnaya_store_down gauge\npriemnaya_store_down 1.0\n")

    return await open_port(
        starting.settings.metrics_port, {"/metrics": away, "/health/live": live, "/health/ready": starting_page}
    )


async def open_port(port: int, pages: Mapping[str, Callable[[web.Request], Awaitable[web.Response]]]) -> web.AppRunner:
    """A server on loopback that answers with these pages.

    Raises:
        Refusal: the port is taken.
    """
    from aiohttp import web

    app = web.Application()
    for path, page in pages.items():
        app.router.add_get(path, page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
    except OSError as error:
        await runner.cleanup()
        raise Refusal(f"BOT_METRICS_PORT: порт {port} занят ({error.strerror}).") from None
    return runner


def text(said: Mapping[str, Any] | None, bot: Runtime) -> bytes:
    """All metrics in the text form of Prometheus."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.core import GaugeMetricFamily

    class Numbers:
        def collect(self) -> Iterator[GaugeMetricFamily]:
            shown = [*alone(bot, away=said is None), *(families(said, bot) if said is not None else ())]
            for name, help_, label, values in shown:
                family = GaugeMetricFamily(f"priemnaya_{name}", help_, labels=[label] if label else None)
                for key, value in values.items():
                    family.add_metric([key] if label else [], value)
                yield family

    registry = CollectorRegistry()
    registry.register(Numbers())
    return generate_latest(registry)


Family = tuple[str, str, str, dict[str, float]]


def alone(bot: Runtime, *, away: bool) -> Iterator[Family]:
    """The metrics that the process knows by itself."""
    down = float(away or bot.health.down_since is not None)
    yield "store_down", "1 while the database cannot be written", "", {"": down}
    halted = "1 while VK lets nothing be sent: the key, a right, spam"
    yield "sender_halted", halted, "", {"": float(bot.health.halted != 0)}
    unheard = silence(bot.health, bot.clock.now()).total_seconds()
    yield "unheard_seconds", "Since VK gives no events, 0 while it does", "", {"": unheard}
    yield "transactions", "Transactions of this process since its start", "", {"": float(bot.db.transactions)}
    states = {state: float(many) for state, many in bot.communities.items()}
    yield "communities", "Communities of the registry, by state", "state", states
    ill = unwell({id: runtime.health for id, runtime in bot.others.items()})  # of all it would be thousands of series
    codes = {str(id): float(code) for id, code in ill.items()}
    yield "community_unwell", "VK's code, 0 without an answer", "community", codes


def families(said: Mapping[str, Any], bot: Runtime) -> Iterator[Family]:
    """The metrics that the database counts."""
    yield "inbox", "What came in, by what became of it", "state", said["inbox"]
    yield "outbox", "What was said, by what became of it", "state", said["outbox"]
    yield "everywhere", "Came in and was said, in all communities", "what", said["everywhere"]
    yield "balanced", "1 while the books balance (I12)", "", {"": float(said["balanced"])}
    start, night = said["last_start"], said["last_night"]
    if start:
        yield "last_start", "Messages taken in at the last start", "what", {n: start[n] for n in ("recovered", "lost")}
    if night:
        yield "last_night", "Differences from VK's history (I13)", "what", {name: night.get(name, 0) for name in NIGHT}
    for name, help_, at in (
        ("last_night_age_seconds", "Since VK's history was last compared (I13)", night.get("at")),
        ("copy_age_seconds", "Since the last copy was made", said["copied_at"]),
    ):
        with suppress(TypeError, ValueError):
            yield name, help_, "", {"": (bot.clock.now() - datetime.fromisoformat(at)).total_seconds()}
