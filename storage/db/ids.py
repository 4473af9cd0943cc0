"""Row ids made in the process: growing 63-bit numbers, the same on both engines. It never asks a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

WORKER_BITS = 10
WORKERS = 1 << WORKER_BITS
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Ids:
    """Numbers that grow with `now` and never fall below what is stored, even when a clock jumps back (F23)."""

    def __init__(self, worker: int = 0, floor: int = 0) -> None:
        if not 0 <= worker < WORKERS:
            raise ValueError(f"worker {worker} is outside 0…{WORKERS - 1}")
        self.worker = worker
        self._tick = floor >> WORKER_BITS

    def next(self, now: datetime) -> int:
        """The next id: microseconds since the epoch and the worker's number; each greater than the last."""
        self._tick = max(self._tick + 1, (now - _EPOCH) // _MICROSECOND)
        return self._tick << WORKER_BITS | self.worker

    @staticmethod
    def first_of(moment: datetime) -> int:
        """The least id of this moment: none that is made from it on is smaller, unless a clock jumps back."""
        return max(0, (moment - _EPOCH) // _MICROSECOND) << WORKER_BITS

    def raise_to(self, floor: int) -> None:
        """Makes every later id greater than `floor`, as after a start on a clock that went back."""
        self._tick = max(self._tick, floor >> WORKER_BITS)
