"""What an administrator asks about keeping the bot whole: a copy now, daily sums made anew. See admin_service.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.upkeep.backups import alone, make_copy
from storage.db.database import Database
from storage.db.errors import BadCopy
from storage.ops import rebuild
from storage.ops.copies.backup import Places
from storage.ops.copies.dumps import DatabaseServer

Json = dict[str, Any]


class AdminUpkeep:
    """Makes a copy and counts daily sums anew when an administrator asks."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {"backup": self.backup, "statistics_rebuild": self.rebuilt}

    async def backup(self, database: str, folder: str, keys: str, limit: int = 0, server: Json | None = None) -> Json:
        """Makes a copy now; its path, size in bytes and moment. Refusal where another copy runs or it cannot be
        written."""
        places = Places(Path(database), Path(folder), Path(keys), limit, DatabaseServer(**server) if server else None)
        try:
            async with alone(places, self.clock):
                made = await make_copy(self.db, places, self.clock.now())
        except BadCopy as error:
            raise Refusal(str(error)) from None
        except OSError as error:
            raise Refusal(f"Копия не записалась: {error.strerror}. Проверьте папку и место на диске.") from None
        return {"file": str(made.path), "bytes": made.size, "at": made.at.isoformat()}

    async def rebuilt(self, timezone: str) -> Json:
        """A day in a transaction: a running bot goes on meanwhile."""
        days = await rebuild.everything(self.db, ZoneInfo(timezone))
        await rebuild.words(self.db)
        return {"days": days}
