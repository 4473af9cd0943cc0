"""The emulator of VK as the sandbox speaks to it: methods of people and `emulator.*`, over HTTP. It must never speak to
anything but the address that the emulator has printed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from bot.process.clock import Clock

Json = dict[str, Any]
CHAT_BASE = 2_000_000_000


class EmulatorRefused(Exception):
    """The emulator's error, with its own words."""


class EmulatedVk:
    """`url` ends without a slash."""

    def __init__(self, url: str, http: aiohttp.ClientSession, clock: Clock) -> None:
        self.url, self.http, self.clock = url, http, clock

    async def call(self, method: str, token: str = "", **params: Any) -> Any:
        """Calls a method of the emulator. EmulatorRefused: it answers with an error."""
        data = {"v": "5.199", "access_token": token, **{name: str(value) for name, value in params.items()}}
        async with self.http.post(f"{self.url}/method/{method}", data=data) as answer:
            body = await answer.json()
        if "error" in body:
            raise EmulatorRefused(str(body["error"].get("error_msg", "")))
        return body["response"]

    async def state(self) -> Json:
        """Everything in the emulator: people, chats, communities."""
        found: Json = await self.call("emulator.state")
        return found

    async def history(self, token: str, peer: int) -> list[Json]:
        """The last messages of a dialogue, the newest first."""
        items: list[Json] = (await self.call("messages.getHistory", token, peer_id=peer, count=20))["items"]
        return items

    async def until(self, ready: Callable[[], Awaitable[Any]], seconds: float, error: Exception) -> Any:
        """Asks `ready` until it gives something; raises `error` after so many seconds."""
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            if found := await ready():
                return found
            await self.clock.sleep(0.05)
        raise error


def number(message: Json) -> int:
    """The number of the message in its dialogue."""
    return int(message["conversation_message_id"])


def own_peer(chat: Json, account: int) -> int:
    """A chat has a number of its own for each member."""
    return int(chat["peer_ids"][f"user-{account}"])
