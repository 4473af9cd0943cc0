"""Which models saw somebody who was forgotten since (R14). It must never spare one past its term, whoever uses it.

An erasure takes the example itself away: its key is gone. A model that was trained before holds weights of words of
many people, none of a single one's; it goes when a newer one takes its place, at the latest thirty days later. What was
learned from a file saw nobody of this database.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from storage.db.schema import Moment, erasure
from storage.db.transaction import Transaction
from storage.records import models
from storage.records.models import Model, ModelSource, ModelState

TERM = timedelta(days=30)
"""After the first erasure that a model did not know of, it is deleted."""
WARNED = timedelta(days=20)
"""From then on people hear that a new one has to be trained."""
OF_TERM = "term"
"""The ground of who was not heard of for a year and left no message: no model saw them lately."""

_FIRST = select(func.min(erasure.c.erased_at).label("at")).where(
    erasure.c.erased_at > bindparam("since", type_=Moment), erasure.c.ground != OF_TERM
)


async def first_after(tx: Transaction, since: datetime) -> datetime | None:
    """The first erasure after that moment, in any community of the database."""
    row = await tx.row(_FIRST, {"since": since})
    return None if row is None else row["at"]


async def missing_since(tx: Transaction, model: Model) -> datetime | None:
    """The moment at which the first of those that this model saw was forgotten; None where everybody is still here."""
    return None if model.source is ModelSource.FILE else await first_after(tx, model.trained_at)


async def remove_superseded(tx: Transaction) -> list[int]:
    """Models that saw somebody whom the one in use did not see any more; they are deleted."""
    kept = await models.everything(tx)
    used = next((model for model in kept if model.state is ModelState.USED), None)
    gone = []
    for model in kept if used is not None else ():
        missing = await missing_since(tx, model)
        if used is not None and missing is not None and missing <= used.trained_at:
            gone.append(model.number)
    await models.remove(tx, gone)
    return gone


async def past_term(tx: Transaction, now: datetime) -> list[int]:
    """Models whose time is over; they are deleted, the one in use too."""
    gone = []
    for model in await models.everything(tx):
        missing = await missing_since(tx, model)
        if missing is not None and missing + TERM <= now:
            gone.append(model.number)
    await models.remove(tx, gone)
    return gone


async def used_until(tx: Transaction) -> datetime | None:
    """The moment by which the model in use has to be gone; None where it may stay, or where there is none."""
    used = next((model for model in await models.everything(tx) if model.state is ModelState.USED), None)
    missing = None if used is None else await missing_since(tx, used)
    return None if missing is None else missing + TERM
