"""Event queues of communities and people. Reading never consumes (vk-api.md 2.14); old events fall off the
end (Q1). It must never build the content of an event."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Queued:
    """An event with its number, the `ts` of long polls, and the world's time at which it came."""

    ts: int
    born: float
    event: Any


@dataclass(slots=True)
class EventQueue:
    """The events of one account, by number; `lost_before` is the end of those that are gone."""

    last: int = 0
    lost_before: int = 0  # the newest ts that can no longer be served completely
    items: deque[Queued] = field(default_factory=deque)
    key_epoch: int = 1
    key_born: float = 0.0
    redeliver: int = 0  # how many more times the last batch comes again (Q20)
    batch_from: int = 0  # the ts that the last batch began after

    def put(self, event: Any, now: float, limit: int) -> None:
        """Adds an event under the next number; the oldest go where there are more than `limit`."""
        self.last += 1
        self.items.append(Queued(self.last, now, event))
        while len(self.items) > limit:
            self.lost_before = self.items.popleft().ts

    def forget(self, older_than: float) -> None:
        """Drops events that are older than this time, and remembers up to which number."""
        while self.items and self.items[0].born < older_than:
            self.lost_before = self.items.popleft().ts

    def trim(self) -> None:
        """Forgets all events; whoever has not read them gets `failed: 1`."""
        self.items.clear()
        self.lost_before = self.last

    def after(self, ts: int) -> list[Queued]:
        """The events after `ts`, oldest first; looks only at the tail, so a long queue costs nothing."""
        missing = self.last - ts
        if missing <= 0:
            return []
        if missing >= len(self.items):
            return list(self.items)
        return [self.items[i] for i in range(len(self.items) - missing, len(self.items))]

    def can_serve(self, ts: int) -> bool:
        """Can everything after `ts` still be given out?"""
        return self.lost_before <= ts <= self.last
