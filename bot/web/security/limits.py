"""How often one session and one address may ask (T9). Counts live in memory: a restart forgets them."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from bot.process.clock import Clock

MINUTE = 60.0
FORGOTTEN_AT = 20_000
"""So many counts are kept; then those of former minutes go."""

ADDRESS = 1200
"""A minute: behind one address a whole administration may sit."""
SESSION = 300
SIGN_IN = 20
"""A minute from one address: a link is opened once, and nobody guesses 256 bits."""
CODE = 5
"""A minute and person: of a million codes three are right at a time."""


class TooMany(Exception):
    """More than is let through; `seconds` until it is let through again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class Limits:
    """Each key is counted anew every minute."""

    clock: Clock
    counts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def take(self, kind: str, key: str, most: int) -> None:
        """Counts one more request of this key in this minute.

        Raises:
            TooMany: it was one too many for this minute.
        """
        now = self.clock.monotonic()
        minute = int(now // MINUTE)
        known, count = self.counts.get((kind, key), (minute, 0))
        count = count + 1 if known == minute else 1
        if len(self.counts) >= FORGOTTEN_AT:
            self.counts = {counter: kept for counter, kept in self.counts.items() if kept[0] == minute}
        self.counts[kind, key] = (minute, count)
        if count > most:
            raise TooMany(int(MINUTE - now % MINUTE) + 1)

    def look(self, kind: str, key: str, most: int) -> None:
        """Checks without counting whether so many requests have been counted.

        Raises:
            TooMany: for this minute.
        """
        now = self.clock.monotonic()
        minute, count = self.counts.get((kind, key), (-1, 0))
        if minute == int(now // MINUTE) and count >= most:
            raise TooMany(int(MINUTE - now % MINUTE) + 1)


def address_of(request: Request) -> str:
    """The address that the request comes from; behind a server on this machine the one that it names
    (bot/web/serve.py)."""
    return request.client.host if request.client is not None else ""
