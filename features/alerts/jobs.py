"""Tells each trouble once when it begins and once when it is over, in each of the ways.

It must never hold up anything else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.process.log import log
from features.alerts.troubles import Trouble, store_away, troubles
from features.alerts.ways import NotTold, Way

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from bot.upkeep.starting import Starting

EVERY = 5.0
TRIES = 5
PAUSE = 10.0
"""Seconds before the second try; each next pause is twice as long."""


@dataclass(slots=True)
class TroubleProgress:
    """How far one trouble has been told in one way."""

    trouble: Trouble
    told: bool = False
    tries: int = 0
    next_try: float = field(default=0.0)


async def tell_elsewhere(bot: Runtime, way: Way) -> None:
    """The loop that tells troubles elsewhere, until told to stop: each once when it begins, once when it is over."""
    known: dict[str, TroubleProgress] = {}
    while not bot.stopping.is_set():
        await one_look(bot, way, known)
        await bot.clock.sleep(EVERY)


async def tell_of_a_start(starting: Starting, way: Way) -> None:
    """Tells elsewhere that a bot that starts waits for its database, and once more when it is over."""
    known: dict[str, TroubleProgress] = {}
    while not starting.stopping.is_set():
        await tell_news(starting, way, known, store_away(starting))
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY):
                await starting.stopping.wait()
    await tell_news(starting, way, known, store_away(starting))


async def one_look(bot: Runtime, way: Way, known: dict[str, TroubleProgress]) -> None:
    """Compares what is wrong now with what was told in this way, and tells what is new or over."""
    await tell_news(bot, way, known, troubles(bot))


async def tell_news(
    bot: Runtime | Starting, way: Way, known: dict[str, TroubleProgress], found: Mapping[str, Trouble]
) -> None:
    """Tells each trouble once when it begins and once when it is over. After so many failed tries it is given up until
    it is over."""
    for kind, trouble in found.items():
        telling = known.setdefault(kind, TroubleProgress(trouble))
        if not telling.told and telling.tries < TRIES and bot.clock.monotonic() >= telling.next_try:
            telling.told = await try_way(bot, way, telling, message(bot, kind, "began", trouble.since, trouble.text))
    for kind in [kind for kind in known if kind not in found]:
        telling = known[kind]
        heard = (
            telling.told and telling.tries < TRIES
        )  # else nobody knows that it began, or nobody can be told any more
        if heard and bot.clock.monotonic() < telling.next_try:
            continue
        if not heard or await try_way(
            bot, way, telling, message(bot, kind, "over", telling.trouble.since, telling.trouble.over)
        ):
            del known[kind]


async def try_way(bot: Runtime | Starting, way: Way, told: TroubleProgress, said: Mapping[str, Any]) -> bool:
    """Whether it left. What failed is tried again a few times."""
    try:
        await way.send(said)
    except NotTold as refusal:  # in our own words
        told.tries += 1
        told.next_try = bot.clock.monotonic() + PAUSE * 2 ** (told.tries - 1)
        log.warning("alarm_not_told", loop="second_way", kind=said["kind"], reason=str(refusal), attempts=told.tries)
        return False
    told.tries, told.next_try = 0, 0.0
    log.info("alarm_told", loop="second_way", kind=said["kind"], state=said["state"])
    return True


def message(bot: Runtime | Starting, kind: str, state: str, at: datetime, text: str) -> dict[str, Any]:
    """The message of an alarm. `text` is what a person reads; a chat that takes webhooks shows it as it is."""
    own = {"source": "priemnaya", "community": bot.community, "worker": bot.settings.worker}
    return {**own, "kind": kind, "state": state, "since": at.isoformat(timespec="seconds"), "text": f"Приёмная: {text}"}
