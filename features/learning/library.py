"""Trains, keeps and adopts models in the database, with a line of the audit log for each. `home` is open for the home
community. It must never adopt one that nobody said yes to, nor keep what an erasure took away.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.upkeep.model_in_use import deletions, line
from features.learning import trainer
from features.learning.trainer import TrainingInputs
from features.learning.words import report_json
from matching.learned.example import Example, Trained
from states.audit import AuditAction
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.ops import examples, forgotten_models
from storage.privacy import audit
from storage.records import directory as directories
from storage.records import models
from storage.records.models import Model, ModelSource, ModelState

NO_DIRECTORY = "Справочник ещё не загружен. Сначала: python -m bot directory import ПАПКА"
BUSY = "Обучение уже идёт. Дождитесь его конца и посмотрите список: python -m bot train --list"
NOTHING_BACK = "Возвращаться не к чему: прежней модели нет. Список: python -m bot train --list"
UNKNOWN = "Модели № {number} нет. Список: python -m bot train --list"
SAME = "Модель № {number} и так работает."
NONE_USED = "Бот и так работает без обучения."


@dataclass(slots=True)
class Progress:
    """What a training that runs in this process has said so far. One at a time: each takes a core."""

    lines: list[str] = field(default_factory=list)
    running: bool = False

    @contextmanager
    def run_alone(self) -> Iterator[Callable[[str], None]]:
        """Lets one training run at a time, and gives what notes its steps; Refusal while another runs."""
        if self.running:
            raise Refusal(BUSY)
        self.lines, self.running = [], True
        try:
            yield self.lines.append
        finally:
            self.running = False


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model that is not kept yet. `began`: when its examples began to be read; `beside`: the number of the model that
    it was measured against, 0 for none."""

    trained: Trained
    source: ModelSource
    began: datetime
    beside: int


async def training_input(home: Database) -> tuple[TrainingInputs, int]:
    """By what to train, and the number of the model in use.

    Raises:
        Refusal: there is no directory.
    """
    text = await directory(home)
    number = await home.run(models.used)
    content = await home.run(lambda tx: models.content(tx, number)) if number else None
    return TrainingInputs(text, content or b""), number if content else 0


async def directory(home: Database) -> str:
    """The text of the directory.

    Raises:
        Refusal: there is none.
    """
    kept = await home.run(directories.load_text)
    if kept is None:
        raise Refusal(NO_DIRECTORY)
    return kept[0]


async def of_own(home: Database, clock: Clock, told: Callable[[str], None]) -> TrainedModel:
    """A model of what people have decided here.

    Raises:
        Refusal: there is none.
    """
    trainer.able()
    by, number = await training_input(home)
    began = clock.now()
    made = await trainer.train_apart(by, as_examples(home), told)
    return TrainedModel(made, ModelSource.OWN, began, number)


async def as_examples(home: Database) -> AsyncIterator[Sequence[Example]]:
    """The decided messages as examples; their authors are numbers of this run, which nothing outside of it can tell."""
    numbers: dict[int, int] = {}
    async for some in examples.everywhere(home):
        yield [
            Example(
                text=example.text,
                topic=example.topic,
                place=example.place,
                agency=example.agency,
                day=example.day.toordinal(),
                author=numbers.setdefault(example.resident, len(numbers) + 1),
            )
            for example in some
        ]


async def keep(home: Database, made: TrainedModel, now: datetime, by: int = 0) -> int:
    """Keeps a trained model as the candidate; its number."""

    async def body(tx: Transaction) -> int:
        number = await models.add(tx, made.source, made.began, report_json(made.trained.report), made.trained.content)
        await audit.append(tx, [line(by, AuditAction.MODEL_TRAINED, number, made.source.value)], now)
        return number

    return await home.run(body)


async def adopt(home: Database, number: int, now: datetime, by: int = 0) -> list[int]:
    """Into use; the numbers of older ones that are deleted at once, because they saw somebody who is forgotten.

    Raises:
        Refusal: there is none of this number, or it is in use.
    """

    async def body(tx: Transaction) -> list[int]:
        kept = {model.number: model for model in await models.everything(tx)}
        if number not in kept:
            raise Refusal(UNKNOWN.format(number=number))
        if kept[number].state is ModelState.USED:
            raise Refusal(SAME.format(number=number))
        await models.adopt(tx, number, now, by)
        gone = await forgotten_models.remove_superseded(tx)
        lines = [line(by, AuditAction.MODEL_ADOPTED, number, kept[number].state.value)]
        await audit.append(tx, [*lines, *deletions(gone)], now)
        return gone

    gone = await home.run(body)
    if gone:
        await home.checkpoint()  # nothing of them is left in the files
    return gone


async def back(home: Database, now: datetime, by: int = 0) -> int:
    """Puts the model in use that was before; its number.

    Raises:
        Refusal: there is none.
    """
    kept = await home.run(models.everything)
    former = next((model.number for model in kept if model.state is ModelState.FORMER), 0)
    if not former:
        raise Refusal(NOTHING_BACK)
    await adopt(home, former, now, by)
    return former


async def leave(home: Database, now: datetime, by: int = 0) -> None:
    """Lets nothing learned decide from here on; the model is kept as the former one. Refusal where none is in use."""

    async def body(tx: Transaction) -> None:
        number = await models.used(tx)
        if not number:
            raise Refusal(NONE_USED)
        await models.adopt(tx, 0, now, by)
        await audit.append(tx, [line(by, AuditAction.MODEL_LEFT, number)], now)

    await home.run(body)


async def all_models(home: Database) -> list[Model]:
    return await home.run(models.everything)
