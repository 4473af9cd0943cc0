"""What is known of a bot before its database is open. It must hold nothing that only the database knows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.config.settings import Settings
from bot.process.clock import Clock
from bot.process.health import Health
from states.facts import CommunityPolicy


@dataclass(slots=True)
class Starting:
    """What is known before the database is open: enough for a monitor and for the second way of alarm."""

    settings: Settings
    policy: CommunityPolicy
    clock: Clock
    reason: str = ""
    health: Health = field(default_factory=Health)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def community(self) -> int:
        """The number of the community."""
        return self.policy.community
