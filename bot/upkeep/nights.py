"""When it is night where the region is. It must import no client of VK: commands do without (tests/bot/test_cli.py)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.runtime import Runtime

NIGHT_HOUR, MORNING_HOUR = 3, 9


def local(bot: Runtime, at: datetime) -> datetime:
    """The moment in the community's zone."""
    return at.astimezone(bot.policy.zone)
