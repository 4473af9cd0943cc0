"""A loop that outlives its database: it starts again when the database works again (delivery.md §12.5)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from bot.process.log import log
from bot.runtime import Runtime
from storage.db.errors import Unavailable

STORE_PAUSE = 2.0


async def lasting(bot: Runtime, loop: Callable[[Runtime], Coroutine[Any, Any, None]]) -> None:
    """Runs a loop until told to stop, and begins it again while the database is away. Meanwhile nothing is acknowledged
    to VK, and the process lives, so that it can say what is wrong."""
    while not bot.stopping.is_set():
        try:
            await loop(bot)
            return
        except* Unavailable:
            if bot.health.down_since is None:
                bot.health.down_since = bot.clock.now()
                log.error("store_down", loop=loop.__name__, error="Unavailable")
        bot.health.turned = bot.clock.monotonic()
        await bot.clock.sleep(STORE_PAUSE)
        bot.checks.notify()  # `watch` says that it works again
