"""The learned model of a running bot: taken over when another one is adopted, ended by its term, trained anew in time.

It must never stop the bot: without a model the words of the directory decide.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.process.advice import Refusal
from bot.process.log import log
from bot.region import learned
from bot.region.shared import matcher_of
from bot.runtime import Runtime
from bot.upkeep.learning import library
from matching.learned.example import Report
from storage.ops import forgotten_models
from storage.ops.forgotten_models import TERM, WARNED
from storage.records import models

LEFT = TERM - WARNED
"""So long before a model ends people hear of it."""
DAILY = timedelta(days=1)


async def renew(bot: Runtime) -> None:
    """Another one may have been adopted: by a command, in the panel, by another process."""
    if await bot.db.run(models.used) == bot.model.number:
        return
    found = await learned.load(bot.db)
    while True:
        directory = bot.directory
        find = await asyncio.to_thread(matcher_of, directory, found.learned, found.decides)
        if directory is bot.directory:  # no other came meanwhile
            break
    bot.learn(found, find)
    log.info("model", loop="watch", version=found.number, reason=found.words)


async def aged(bot: Runtime, now: datetime) -> None:
    """R14: a model that saw somebody who is forgotten ends after thirty days; for the last ten it is said each day."""
    gone = await library.drop_past_term(bot.db, now)
    if gone:
        log.warning("models_deleted", loop="retain", count=len(gone), version=max(gone))
        await renew(bot)
    until = await bot.db.run(forgotten_models.used_until)
    if until is not None and now >= until - LEFT:
        log.warning("model_ends", loop="retain", version=bot.model.number, reason=until.date().isoformat())


async def learn_again(bot: Runtime) -> None:
    """Until told to stop. Only where a better model is adopted without a person's yes (BOT_LEARNING_ADOPT)."""
    while not bot.stopping.is_set():
        try:
            await anew(bot)
        except Refusal as refusal:
            log.warning("not_trained", loop="learn_again", reason=str(refusal))
        await bot.clock.sleep(DAILY.total_seconds())


async def anew(bot: Runtime) -> None:
    """A model of our own messages that ends soon is replaced by one that never saw whoever is forgotten."""
    until = await bot.db.run(forgotten_models.used_until)
    if until is None or bot.clock.now() < until - LEFT:
        return
    made = await library.of_own(bot.db, bot.clock, lambda _line: None)
    if not worth_it(made.trained.report):
        log.warning("not_trained", loop="learn_again", reason="не лучше, чем без обучения")
        return
    number = await library.keep(bot.db, made, bot.clock.now())
    await library.adopt(bot.db, number, bot.clock.now())
    await renew(bot)


def worth_it(report: Report) -> bool:
    """The one in use will be gone, so the new one need not be better than that."""
    names = report.names
    return report.better or names is None or report.model.first > names.first
