"""The loop that trains a model anew, before an erasure ends the one in use.

It must never stop the bot: without a model the words of the directory decide.
"""

from __future__ import annotations

from datetime import timedelta

from bot.process.advice import Refusal
from bot.process.log import log
from bot.runtime import Runtime
from bot.upkeep.model_in_use import LEFT, renew
from features.learning import library
from matching.learned.example import Report
from storage.ops import forgotten_models

DAILY = timedelta(days=1)


async def learn_again(bot: Runtime) -> None:
    """The loop that learns again once a day, until told to stop, where a better model is adopted without a person's yes
    (BOT_LEARNING_ADOPT)."""
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
