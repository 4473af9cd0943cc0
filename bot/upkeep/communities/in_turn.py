"""Upkeep of the communities beside the home: erasures within minutes, and in turn, a few a minute, everything else.

It looks after all that are in the registry, also those that are paused or removed: what is kept of people there has
its terms too (R12–R15). It must never let one that fails keep it from the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.process.log import OF_COMMUNITY, log
from bot.runtime import Runtime
from bot.upkeep import retention, watch
from bot.upkeep.communities.beside import beside
from storage.db.errors import Unavailable
from storage.db.transaction import Transaction
from storage.ops import in_all
from storage.records import communities
from storage.records.communities import RegisteredCommunity

EVERY = 60.0
DAILY_AT_ONCE = 20
WATCHED_AT_ONCE = 60
"""A minute: the books of 3,577 communities are looked at within an hour."""

Job = Callable[[Runtime], Awaitable[None]]


@dataclass(slots=True)
class RoundProgress:
    """How far the communities that run were watched."""

    after: int = 0

    def next(self, ids: list[int], most: int) -> list[int]:
        """The next ones, round and round."""
        some = ([id for id in ids if id > self.after] + ids)[: min(most, len(ids))]
        self.after = some[-1] if some else 0
        return some


async def one_round(home: Runtime, place: RoundProgress) -> None:
    """Carries out erasures that are due in any community, daily upkeep in a few, and checks the books of the next ones
    in turn."""
    now = home.clock.now()

    async def read_what_is_due(tx: Transaction) -> tuple[list[int], list[int], dict[int, RegisteredCommunity]]:
        erase = await in_all.to_erase(tx, now, now - retention.DELETABLE)
        daily = await in_all.to_retain(tx, now - retention.DAILY, now)
        return erase, daily, {community.id: community for community in await communities.everything(tx)}

    erase, daily, every = await home.db.run(read_what_is_due)
    for id in sorted({*erase, *daily[:DAILY_AT_ONCE]}):
        await safely(home.others.get(id) or beside(home, every[id]), retention.one_round)
    for id in place.next(sorted(home.others), WATCHED_AT_ONCE):
        if id in home.others:  # not ended meanwhile
            await safely(home.others[id], check_books)


async def check_books(bot: Runtime) -> None:
    """Checks this community's books, and once a night compares VK's history with what is stored."""
    await watch.books(bot)
    await watch.night(bot)


async def safely(bot: Runtime, job: Job) -> None:
    """A fault of one is said, and the next one has its turn."""
    OF_COMMUNITY.set(bot.community)
    try:
        if not (bot.home or bot).stopping.is_set():
            await job(bot)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are looked after
        log.error("upkeep_failed", loop="in_turn", error=type(error).__name__)
    finally:
        OF_COMMUNITY.set(0)
