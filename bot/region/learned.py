"""The model in use, read from the database into memory. What cannot be read is said, and the bot goes on without.

It must never hold up the loop: numpy and the file are read in a thread.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.process.log import log
from storage.db.database import Database
from storage.records import models

if TYPE_CHECKING:
    from matching.learned.model import Learned

NO_NUMPY = "нет библиотеки numpy"
BROKEN = "файл модели не читается"


@dataclass(frozen=True, slots=True)
class InUse:
    """`number` is the one that the database calls in use; `learned` is None where there is none, or where it cannot be
    read: then `trouble` says why."""

    number: int = 0
    learned: Learned | None = None
    trouble: str = ""

    @property
    def decides(self) -> int:
        """The number of the model that decides, 0 where none does."""
        return self.number if self.learned is not None else 0

    @property
    def words(self) -> str:
        """In words, with which model the bot decides."""
        return f"с моделью № {self.number}" if self.learned is not None else "без обучения"


NONE = InUse()


async def load(home: Database) -> InUse:
    """The model in use, or none and why it does not work. `home` is open for the home community."""
    number = await home.run(models.used)
    content = await home.run(lambda tx: models.content(tx, number)) if number else None
    if content is None:
        return NONE
    found = await asyncio.to_thread(read, number, content)
    if found.trouble:
        log.error("model_unreadable", version=number, reason=found.trouble)
    return found


def read(number: int, content: bytes) -> InUse:
    """Takes a tenth of a second, and the first time numpy's start."""
    try:
        from matching.learned.model import Learned, UnreadableModel
    except ImportError:
        return InUse(number, trouble=NO_NUMPY)
    try:
        return InUse(number, Learned.of(content))
    except UnreadableModel:
        return InUse(number, trouble=BROKEN)
