"""A community's wall over the emulator, with a bot that hears it: what tests of comments begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.vk.comments import EVENTS
from states.directory import Directory
from tests.transcripts.emulated import COMMUNITY, EmulatedStage, emulated, sqlite_url
from vk_emulator.server import Emulator

LEADS, WALL = "user-1010", {"owner_id": -COMMUNITY}
COMMENT = "wall.createComment"


@asynccontextmanager
async def opened(emulator: Emulator, region: Directory, folder: Path, **settings: Any) -> AsyncIterator[EmulatedStage]:
    async with emulated(emulator.url, sqlite_url(folder), region, **settings) as stage:
        await stage.call("groups.setLongPollSettings", "group-101", group_id=COMMUNITY, **dict.fromkeys(EVENTS, 1))
        yield stage


async def write_post(stage: EmulatedStage, text: str = "Засыпали ямы") -> int:
    made = await stage.call("wall.post", LEADS, **WALL, from_group=1, message=text)
    await stage.settle()
    return int(made["post_id"])


async def ours(stage: EmulatedStage, post: int) -> list[dict[str, Any]]:
    """What the community said under a post, in threads too."""
    params = {**WALL, "post_id": post, "count": 100, "thread_items_count": 10}
    items = (await stage.call("wall.getComments", LEADS, **params))["items"]
    everything = [*items, *(below for item in items for below in item["thread"]["items"])]
    return [item for item in everything if item["from_id"] == -COMMUNITY]
