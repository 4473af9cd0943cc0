"""Models that were learned from decided messages: which there are and which is in use. It must never look inside one.

Kept are the one in use, the one that was in use before it, and the newest candidate; what a new one pushes out is
deleted. Models belong to the home community, and all communities of the database use them: run in its transactions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, insert, select, update

from storage.db import notes
from storage.db.columns import in_community
from storage.db.errors import StorageError
from storage.db.schema import Moment, model
from storage.db.transaction import Transaction

LARGEST = 8 * 1024 * 1024
"""Bytes of a model: each copy of the database holds up to three."""


class ModelState(StrEnum):
    """Stored as these words."""

    CANDIDATE = "candidate"
    USED = "used"
    FORMER = "former"


class ModelSource(StrEnum):
    """What it was learned from: messages of this database, or a file. Stored as these words."""

    OWN = "own"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Model:
    """One model without its content. `trained_at`: when its examples began to be read, so whoever is forgotten after
    that may be among them. `adopted_by`: a VK id, 0 for the command line and for the bot itself."""

    number: int
    trained_at: datetime
    state: ModelState
    source: ModelSource
    report: str
    adopted_at: datetime | None = None
    adopted_by: int = 0


_NAMES = ("number", "trained_at", "state", "source", "report", "adopted_at", "adopted_by")
_ABOUT = select(*(model.c[name] for name in _NAMES)).where(in_community(model)).order_by(model.c.number.desc())
_NUMBER = bindparam("which", type_=BigInteger)
_USED = select(model.c.number).where(in_community(model), model.c.state == ModelState.USED.value)
_CONTENT = select(model.c.content).where(in_community(model), model.c.number == _NUMBER)
_MOVE = update(model).where(in_community(model), model.c.number == _NUMBER).values(state=bindparam("to"))
_ADOPT = _MOVE.values(adopted_at=bindparam("at", type_=Moment), adopted_by=bindparam("by", type_=BigInteger))
_DROP = delete(model).where(in_community(model), model.c.number == _NUMBER)


def _model(row: Any) -> Model:
    """The model from its row, without its content."""
    values = {name: row[name] for name in _NAMES}
    return Model(**{**values, "state": ModelState(row["state"]), "source": ModelSource(row["source"])})


async def everything(tx: Transaction) -> list[Model]:
    """All kept models, the newest first."""
    return [_model(row) for row in await tx.rows(_ABOUT)]


async def used(tx: Transaction) -> int:
    """The number of the one in use, 0 where there is none."""
    row = await tx.row(_USED)
    return 0 if row is None else int(row["number"])


async def content(tx: Transaction, number: int) -> bytes | None:
    """The bytes of the model; None where it is not there."""
    row = await tx.row(_CONTENT, {"which": number})
    return None if row is None else bytes(row["content"])


async def newest_number(tx: Transaction) -> int:
    """The number of the newest model that there ever was; 0 before the first."""
    return int((await notes.get(tx, notes.MODELS)).get("newest", 0))


async def add(tx: Transaction, source: ModelSource, trained_at: datetime, report: str, learned: bytes) -> int:
    """A new candidate, in place of an older one. Returns its number, which no other ever has."""
    if len(learned) > LARGEST:
        raise StorageError(f"Модель больше {LARGEST // 2**20} МБ: такую бот не хранит.")
    number = await newest_number(tx) + 1
    await notes.put(tx, notes.MODELS, {"newest": number})
    await remove(
        tx, [stored_model.number for stored_model in await everything(tx) if stored_model.state is ModelState.CANDIDATE]
    )
    row = {"number": number, "trained_at": trained_at, "state": ModelState.CANDIDATE.value, "adopted_at": None}
    more = {"adopted_by": 0, "source": source.value, "report": report, "content": learned}
    await tx.execute(insert(model), {**row, **more})
    return number


async def adopt(tx: Transaction, number: int, now: datetime, by: int = 0) -> None:
    """Makes this model the one in use, and the one that was its predecessor; 0: none is in use."""
    kept = await everything(tx)
    before = next((stored_model.number for stored_model in kept if stored_model.state is ModelState.USED), 0)
    if number == before:
        return
    if before:
        await remove(
            tx,
            [
                stored_model.number
                for stored_model in kept
                if stored_model.state is ModelState.FORMER and stored_model.number != number
            ],
        )
        await tx.execute(_MOVE, {"which": before, "to": ModelState.FORMER.value})
    await tx.execute(_ADOPT, {"which": number, "to": ModelState.USED.value, "at": now, "by": by})


async def remove(tx: Transaction, numbers: Sequence[int]) -> None:
    """Deletes the models with these numbers."""
    await tx.execute_many(_DROP, [{"which": number} for number in numbers])
