"""Reads the community's wall as VK shows it to the service key, within VK's limit: the community's own key reads no
thread. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.process.pace import Pace
from bot.runtime import Runtime
from bot.vk.client import Vk
from bot.vk.errors import VkError
from bot.vk.parse import list_or_empty, mapping

PAGE, MOST_PAGES = 100, 30
"""Of one `wall.getComments` (vk-api.md §6), and of one thread in one round."""
CALLS_A_SECOND = 2.0
"""VK allows a service key three calls a second, and official pages take some of them."""
HIDDEN = frozenset({15, 18, 30, 100, 203, 212})
"""VK shows this thread to nobody: nothing is known of it, and it is no deletion."""


@dataclass(frozen=True, slots=True)
class Wall:
    """The wall of one community, and whose turn it is to ask for it."""

    community: int
    service: Vk
    pace: Pace

    async def ask(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Calls a method about the wall with the service key; slows down where VK says that it is too fast."""
        await self.pace.turn()
        try:
            return mapping(await self.service.call(method, {"owner_id": -self.community, **params}))
        except VkError as error:
            if error.code == 6:
                self.pace.too_fast()
            raise

    async def read_pages(self, params: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], bool]:
        """What stands there, and whether that is all."""
        found: list[Mapping[str, Any]] = []
        for _ in range(MOST_PAGES):
            answer = await self.ask("wall.getComments", {**params, "count": PAGE, "offset": len(found)})
            items = [mapping(item) for item in list_or_empty(answer.get("items"))]
            found += items
            if len(items) < PAGE:
                return found, True
        return found, False


def wall_of(bot: Runtime) -> Wall | None:
    """The client that reads walls; None without a service key. All who read by it wait in one line, for whichever
    community."""
    key, home = bot.settings.vk_service_token, bot.home or bot
    if not key:
        return None
    home.service_pace = home.service_pace or Pace(home.clock, CALLS_A_SECOND)
    return Wall(bot.community, bot.vk.with_key(key), home.service_pace)
