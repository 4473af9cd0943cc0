"""A bot whose community has a public address: the stage with the panel open, and VK's emulator that posts to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.app import panel_of
from bot.web.serve import Served
from storage.ops import statistics
from tests.bot.test_metrics import free_port
from tests.form import PATIENT
from tests.transcripts.emulated import COMMUNITY, EmulatedStage

SECRET = "Kj3nQ8vTz5LwXc2R"
EVENTS = ("message_new", "message_reply", "message_edit", "message_allow", "message_deny", "message_event")
GROUP = f"group-{COMMUNITY}"


async def until(right: Callable[[], Awaitable[Any]], seconds: float = PATIENT) -> Any:
    for _ in range(int(seconds / 0.02)):
        if found := await right():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("до этого не дошло")


@dataclass
class Posted:
    """`server` is the one that VK knows; `served` changes with every start of the bot."""

    stage: EmulatedStage
    port: int
    served: Served | None = None
    server: int = 0

    @classmethod
    async def opened(cls, stage: EmulatedStage) -> Posted:
        made = cls(stage, free_port())
        await made.open()
        await made.register()
        return made

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/callback/{COMMUNITY}"

    async def open(self) -> None:
        """The panel of the bot that runs now."""
        bot = self.stage.bot
        assert bot is not None
        bot.settings = bot.settings.model_copy(update={"panel_port": self.port, "callback_secret": SECRET})
        self.served = await panel_of(bot)

    async def close(self) -> None:
        if self.served is not None:
            served, self.served = self.served, None
            await served.close()

    async def register(self) -> None:
        given = {"group_id": COMMUNITY, "url": self.url, "title": "Приёмная", "secret_key": SECRET}
        added = await self.stage.call("groups.addCallbackServer", GROUP, **given)
        self.server = added["server_id"]
        await until(self.confirmed)
        flags = dict.fromkeys(EVENTS, 1)
        settings = {"group_id": COMMUNITY, "server_id": self.server, "api_version": "5.199", **flags}
        await self.stage.call("groups.setCallbackSettings", GROUP, **settings)

    async def confirmed(self) -> bool:
        shown = await self.stage.call("groups.getCallbackServers", GROUP, group_id=COMMUNITY, server_ids=self.server)
        assert shown["items"][0]["status"] != "failed"
        return bool(shown["items"][0]["status"] == "ok")

    async def no_long_poll(self) -> None:
        """VK gives no more events by it; what the bot asks for meanwhile is refused."""
        await self.stage.call("groups.setLongPollSettings", GROUP, group_id=COMMUNITY, enabled=0)

    async def log(self) -> list[dict[str, Any]]:
        """What became of each post."""
        found: list[dict[str, Any]] = (await self.stage.call("emulator.callbacks"))["log"]
        return [one for one in found if one["type"] != "confirmation"]

    async def delivered(self) -> bool:
        """Nothing waits at VK but what waits for the clock, and nothing at the bot."""
        state = await self.stage.call("emulator.callbacks")
        return not any(one["waiting"] or one["flying"] for one in state["servers"])

    async def to_the_end(self) -> None:
        """Retries get their hours."""
        for seconds in (0, 11, 181, 601):
            await self.stage.call("emulator.advanceClock", seconds=seconds)
            await asyncio.sleep(0.2)
            await self.stage.settle()
            if await self.delivered():
                break
        await until(self.delivered)
        await self.stage.settle()

    async def came(self) -> int:
        """Rows that the inbox has taken in, ever."""
        assert self.stage.bot is not None
        books = await self.stage.bot.db.run(statistics.identity)
        return int(books["inbox"]["received"])
