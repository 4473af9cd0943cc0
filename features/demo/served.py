"""The demonstration on a server: a page for the phone of each visitor, who is a new resident of the sandbox.

It must never let a visitor do anything but write, press what he was shown, and open the panel in the roles of the
demonstration; nobody reads another's talk. The emulator and the bot behind it stay on loopback; there is no real key.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from aiohttp import ClientError, web

from bot.process.advice import Refusal
from bot.process.clock import Clock
from features.demo.given import FIRST_OFFICIAL
from features.demo.sandbox.bot_process import VISITORS, Bot
from features.demo.sandbox.vk import EmulatedVk, EmulatorRefused, Json

COOKIE = "demo"
PAGE = Path(__file__).with_name("phone.html")
LONGEST, MOST, MINUTE = 2000, 30, 60.0
"""Letters of a message; messages of a visitor in a minute."""
VISITORS_AT_MOST = 2000
NUMBERS = range(1_000_000, FIRST_OFFICIAL - 1_000)
"""Of visitors, drawn: the world and the bot's database outlive this process, so a count would give somebody's again."""
SHOWN = 50
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(slots=True)
class Visitor:
    """A visitor's resident, and when he wrote lately, by which he is slowed down."""

    user: int
    said: deque[float] = field(default_factory=lambda: deque(maxlen=MOST))


class Phones:
    """Who visits. `panel` gives a one-time link for a role."""

    def __init__(self, vk: EmulatedVk, clock: Clock, panel: Callable[[str], Awaitable[Json]]) -> None:
        self.vk, self.clock, self.panel = vk, clock, panel
        self.visitors: dict[str, Visitor] = {}
        self.community = 0

    def forget(self) -> None:
        """Forgets all visitors: after a reset everybody begins anew, and who was being made a resident of the world
        before is in no book."""
        self.visitors = {}

    async def visitor_of(self, request: web.Request) -> tuple[str, Visitor]:
        """By the cookie; somebody new is a new resident."""
        visitors, key = self.visitors, request.cookies.get(COOKIE, "")
        if (known := visitors.get(key)) is not None:
            return key, known
        if len(visitors) >= VISITORS_AT_MOST:
            raise web.HTTPServiceUnavailable(text="Сейчас слишком много гостей. Зайдите позже.")
        key, visitor = secrets.token_urlsafe(24), Visitor(await self.new_resident())
        visitors[key] = visitor
        return key, visitor

    async def new_resident(self) -> int:
        """Makes a resident of the emulator for a visitor; the number, which nobody can guess."""
        if not self.community:
            self.community = int((await self.vk.state())["communities"][0]["id"])
        name = {"first_name": "Гость", "last_name": str(len(self.visitors) + 1)}
        return int(await self.vk.call("emulator.addUser", user_id=secrets.choice(NUMBERS), **name))

    async def talk(self, visitor: Visitor) -> list[Json]:
        """The oldest first: the words, whose they are, and the labels of what may be pressed."""
        given = {"peer_id": -self.community, "count": SHOWN}
        items = (await self.vk.call("messages.getHistory", f"user-{visitor.user}", **given))["items"]
        return [
            {"id": item["conversation_message_id"], "text": item["text"], "mine": item["from_id"] > 0,
             "buttons": [action["label"] for action in actions(item)]}
            for item in reversed(items)
        ]  # fmt: skip

    async def write(self, visitor: Visitor, text: str, payload: str = "") -> None:
        """Sends a visitor's message to the community; 429 after too many in a minute."""
        now = self.clock.monotonic()
        if len(visitor.said) == MOST and now - visitor.said[0] < MINUTE:
            raise web.HTTPTooManyRequests(text="Слишком часто. Подождите минуту.")
        visitor.said.append(now)
        given = {"peer_id": -self.community, "random_id": 0, "message": text[:LONGEST]}
        more = {"payload": payload} if payload else {}
        await self.vk.call("messages.send", f"user-{visitor.user}", **given, **more)

    async def press(self, visitor: Visitor, number: int, place: int) -> None:
        """Presses a button for the visitor, only one that this resident was shown (400 otherwise)."""
        given = {"peer_id": -self.community, "count": SHOWN}
        items = (await self.vk.call("messages.getHistory", f"user-{visitor.user}", **given))["items"]
        shown = next((actions(item) for item in items if item["conversation_message_id"] == number), [])
        if not 0 <= place < len(shown):
            raise web.HTTPBadRequest(text="Такой кнопки нет.")
        await self.write(visitor, str(shown[place]["label"]), str(shown[place]["payload"]))


def actions(item: Json) -> list[Json]:
    """The text buttons under a message, which a resident presses (0006)."""
    rows = (item.get("keyboard") or {}).get("buttons") or []
    return [button["action"] for row in rows for button in row if button["action"].get("type") == "text"]


def site(phones: Phones, *, with_panel: bool) -> web.Application:
    """The web application of the demonstration."""

    async def page(request: web.Request) -> web.StreamResponse:
        return web.Response(text=PAGE.read_text(encoding="utf-8"), content_type="text/html", headers=HEADERS)

    async def script(request: web.Request) -> web.StreamResponse:
        text = PAGE.with_suffix(".js").read_text(encoding="utf-8")
        return web.Response(text=text, content_type="text/javascript", headers=HEADERS)

    async def act(request: web.Request) -> web.StreamResponse:
        """Does what the visitor pressed or typed, and answers with the talk as it stands then."""
        key, visitor = await phones.visitor_of(request)
        given = await asked_in(request)
        if "press" in given:
            await phones.press(visitor, given["press"], given["place"])
        elif text := str(given.get("text", "")).strip():
            await phones.write(visitor, text)
        shown = {"talk": await phones.talk(visitor), "panel": list(VISITORS) if with_panel else []}
        answer = web.json_response(shown, headers=HEADERS)
        answer.set_cookie(COOKIE, key, httponly=True, samesite="Strict", max_age=86_400)
        return answer

    async def panel(request: web.Request) -> web.StreamResponse:
        if not with_panel:
            raise web.HTTPNotFound
        return web.json_response(await phones.panel(str((await asked_in(request)).get("role"))), headers=HEADERS)

    made = web.Application(client_max_size=16_384)
    made.add_routes(
        [web.get("/", page), web.get("/phone.js", script), web.post("/act", act), web.post("/panel", panel)]
    )
    return made


async def asked_in(request: web.Request) -> Json:
    """A page of another site can send no JSON."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        given = await request.json()
        return {**given, **({name: int(given[name]) for name in ("press", "place")} if "press" in given else {})}
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise web.HTTPBadRequest from None


@asynccontextmanager
async def phones_beside(bot: Bot, host: str, port: int, at: time, says: Callable[[str], None]) -> AsyncIterator[None]:
    """The page for visitors, and the night's reset, as long as the sandbox runs."""
    phones = Phones(bot.vk, bot.clock, bot.link)
    runner = web.AppRunner(site(phones, with_panel=bool(bot.wanted.panel_url)), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise Refusal(f"Адрес {host}:{port} не занять ({error.strerror}). Назовите другой: --port.") from error
    says(f"Страница для телефона: http://{host}:{port}/. Каждый день в {at:%H:%M} всё начинается заново.")
    night = bot.later(every_night(bot, phones, at))
    try:
        yield
    finally:
        night.cancel()
        await runner.cleanup()


async def every_night(bot: Bot, phones: Phones, at: time) -> None:
    """By this machine's clock, which nobody moves here: the world of the file again, the bot from nothing."""
    while True:
        await bot.clock.sleep(until_next(bot.clock.now().astimezone(), at))
        with suppress(EmulatorRefused, ClientError, TimeoutError):  # the next night comes all the same
            await bot.vk.call("emulator.reset")
        phones.forget()


def until_next(now: datetime, at: time) -> float:
    """Seconds; at the very moment a whole day."""
    today = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return ((today if today > now else today + timedelta(days=1)) - now).total_seconds()
