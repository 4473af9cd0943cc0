"""What an administrator asks about doors: which there are, what each presets, how many messages came by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region.shared import directory_of
from handlers.views.doors import door_in_words
from states.directory import Community, Directory
from states.statistics.filter import Filter
from storage.db.database import Database
from storage.ops import sums
from storage.records import directory

Json = dict[str, Any]


class AdminDoors:
    """Answers an administrator's question about links from an open database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {"doors": self.doors}

    async def doors(self) -> Json:
        """All links, each with its address and how many messages came by it. Refusal where no directory is loaded."""
        stored = await self.db.run(directory.load_text)
        if stored is None:
            raise Refusal("Справочник ещё не загружен. Сначала: python -m bot directory import ПАПКА")
        region = directory_of(stored[0])
        counted = await self.db.run(lambda tx: sums.received_by(tx, Filter(), "door"))
        community = community_of(region, self.db.community)
        rows = [
            {
                "code": door.code,
                "name": door.name,
                "link": community.link(door.code),
                "known": door_in_words(door, region),
                "closed": door.closed,
                "received": counted.get(door.code, 0),
            }
            for door in region.doors
        ]
        return {"doors": rows, "directory": stored[0], "community": community.id}


def community_of(region: Directory, number: int) -> Community:
    """The community that these links lead to; one that the directory does not name has its number only."""
    return next(
        (community for community in region.communities if community.id == number),
        Community(number, f"Приёмная: {region.region}"),
    )
