"""The learned model with which a running bot decides: taken over when another one is adopted, ended by its term.

It must never stop the bot: without a model the words of the directory decide. How one is made is not known here
(features/learning).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.process.log import log
from bot.region import learned
from bot.region.shared import matcher_of
from bot.runtime import Runtime
from states.audit import AuditAction, AuditLine
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.ops import forgotten_models
from storage.ops.forgotten_models import TERM, WARNED
from storage.privacy import audit
from storage.records import models

LEFT = TERM - WARNED
"""So long before a model ends people hear of it."""


async def renew(bot: Runtime) -> None:
    """Takes over another model that may have been adopted: by a command, in the panel, by another process."""
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
    gone = await drop_past_term(bot.db, now)
    if gone:
        log.warning("models_deleted", loop="retain", count=len(gone), version=max(gone))
        await renew(bot)
    until = await bot.db.run(forgotten_models.used_until)
    if until is not None and now >= until - LEFT:
        log.warning("model_ends", loop="retain", version=bot.model.number, reason=until.date().isoformat())


async def drop_past_term(home: Database, now: datetime) -> list[int]:
    """R14: models that saw somebody who was forgotten thirty days ago."""

    async def body(tx: Transaction) -> list[int]:
        gone = await forgotten_models.past_term(tx, now)
        await audit.append(tx, deletions(gone), now)
        return gone

    return await home.run(body)


def line(by: int, action: AuditAction, number: int, detail: str = "") -> AuditLine:
    """A line of the journal about the model with this number."""
    return AuditLine(by, action, f"model{number}", detail)


def deletions(gone: Sequence[int]) -> list[AuditLine]:
    """The audit lines of models that were deleted."""
    return [line(0, AuditAction.MODEL_DELETED, number, "forgotten") for number in gone]
