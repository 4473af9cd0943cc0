"""A community's wall over the emulator, with a bot that hears it: what tests of comments begin with. Without sockets
and a clock where the test is marked `virtual`; `test_heard` and the page's `test_comments_on_the_wire` have both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from bot.vk.comments import EVENTS
from states.directory import Directory
from tests.transcripts.emulated import COMMUNITY, EmulatedStage, emulated, sqlite_url
from tests.transcripts.virtual import Ground, VirtualStage
from vk_emulator.server import Emulator

LEADS, WALL = "user-1010", {"owner_id": -COMMUNITY}
COMMENT = "wall.createComment"


@asynccontextmanager
async def opened(emulator: Emulator, region: Directory, folder: Path, **settings: Any) -> AsyncIterator[EmulatedStage]:
    async with emulated(emulator.url, sqlite_url(folder), region, **settings) as stage:
        await hear_comments(stage)
        yield stage


@asynccontextmanager
async def played(ground: Ground, region: Directory, folder: Path, **settings: Any) -> AsyncIterator[VirtualStage]:
    """For a test that is marked `virtual`."""
    async with ground.stage(folder, region, **settings) as stage:
        await hear_comments(stage)
        yield stage


async def hear_comments(stage: EmulatedStage) -> None:
    await stage.call("groups.setLongPollSettings", "group-101", group_id=COMMUNITY, **dict.fromkeys(EVENTS, 1))


def in_files(stage: VirtualStage) -> bytes:
    """All that the bot keeps: its database and its keys, as they would lie on a disk."""
    files = stage.scene.files
    database = files.database.taken()
    with closing(sqlite3.connect(":memory:")) as look:
        look.deserialize(database)
        assert look.execute("SELECT count(*) FROM comment").fetchone()[0], "what came a moment ago is in them"
    return database + files.keys.taken()


async def write_post(stage: EmulatedStage, text: str = "Засыпали ямы", attachments: str = "") -> int:
    made = await stage.call("wall.post", LEADS, **WALL, from_group=1, message=text, attachments=attachments)
    await stage.settle()
    return int(made["post_id"])


async def ours(stage: EmulatedStage, post: int) -> list[dict[str, Any]]:
    """What the community said under a post, in threads too."""
    params = {**WALL, "post_id": post, "count": 100, "thread_items_count": 10}
    items = (await stage.call("wall.getComments", LEADS, **params))["items"]
    everything = [*items, *(below for item in items for below in item["thread"]["items"])]
    return [item for item in everything if item["from_id"] == -COMMUNITY]
