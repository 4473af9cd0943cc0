"""What arrives together is kept together: one transaction for all that wait, and nobody waits for more (design.md §6).

It must never tell anybody that his event is kept before the transaction that holds it has been committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from storage.db.errors import Unavailable

MOST_WAITING = 1000
"""More events at once would only fill the memory: the database is behind, and VK will post them again."""


@dataclass(frozen=True, slots=True, eq=False)
class One:
    """An event and what became of it."""

    update: object
    done: asyncio.Future[None]


@dataclass(slots=True)
class Together:
    """`keep` must take the same event twice: one whose fate is not known is kept again."""

    keep: Callable[[Sequence[object]], Awaitable[None]]
    most: int
    waiting: list[One] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def kept(self, update: object) -> None:
        """Returns when it is on disk.

        Raises:
            Unavailable: the database does not take it, or too many wait.
            Exception: what `keep` raised for this very event.
        """
        if len(self.waiting) >= MOST_WAITING:
            raise Unavailable("too many events wait")
        mine = One(update, asyncio.get_running_loop().create_future())
        self.waiting.append(mine)
        try:
            async with self.turn:  # whoever waits for it has company meanwhile, and that is the batch
                while not mine.done.done():
                    await self.a_batch(self.waiting[: self.most])
        finally:
            if mine in self.waiting:  # its request is gone; others of its batch are kept by the next one
                self.waiting.remove(mine)
        mine.done.result()

    async def a_batch(self, batch: Sequence[One]) -> None:
        try:
            await self.keep([one.update for one in batch])
        except Unavailable as error:
            self.ended(batch, error)
        except Exception as error:  # noqa: BLE001 - one that raises leaves the batch, the rest goes on (design.md §6)
            if len(batch) == 1:
                self.ended(batch, error)
            else:
                for one in batch:
                    await self.a_batch([one])
        else:
            self.ended(batch)

    def ended(self, batch: Sequence[One], error: Exception | None = None) -> None:
        for one in batch:
            if one in self.waiting:
                self.waiting.remove(one)
            if error is None:
                one.done.set_result(None)
            else:
                one.done.set_exception(error)
                one.done.exception()  # seen, also where nobody asks any more
