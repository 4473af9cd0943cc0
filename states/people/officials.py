"""Who works in a chat, since when and until when (T5). A person who is not here, or not any more, moves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOONEST_LIST = timedelta(days=1)
"""How old a list of members may be before VK is asked for a new one."""


class Standing(StrEnum):
    """`ASKED`: came after the chat was bound; the ЦУР has not said yes yet. `REFUSED`: it has said no, and is not asked
    again while the person stays. `GONE`: left or was removed."""

    WORKS = "works"
    ASKED = "asked"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a chat, as VK shows it to the bot. Officials have names here, residents never."""

    user: int
    name: str = ""
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Official:
    """One person in one chat. `by` is who admitted them: 0 for the list of members at binding."""

    peer: int
    user: int
    standing: Standing
    since: datetime
    until: datetime | None = None
    by: int = 0
    name: str = ""

    def works(self, at: datetime) -> bool:
        """Whether they were an official here at that moment: a message written before one left still counts.

        VK tells whole seconds, so what is written in the second of the admission comes after it.
        """
        if self.standing in (Standing.ASKED, Standing.REFUSED) or at < self.since.replace(microsecond=0):
            return False
        return self.until is None or at < self.until
