"""What an administrator does with learned models: train, look at, adopt, go back. See admin_service.py.

It must never give out a message: examples go from the database into the training process and nowhere else.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import MsgspecError

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region import learned
from bot.region.shared import directory_of
from bot.upkeep.model_in_use import LEFT, renew
from features.learning import library, words
from features.learning.library import Progress, TrainedModel
from features.learning.words import report_of
from matching.learned.example import Trained
from storage.db.database import Database
from storage.ops import forgotten_models
from storage.records.models import ModelSource

if TYPE_CHECKING:
    from bot.admin.admin_service import AdminService
    from bot.runtime import Runtime

Json = dict[str, Any]
NO_MODEL = "Это не модель: она не читается."


def progress_of(service: AdminService) -> Progress:
    """The progress of training, one for a running bot: whichever of its communities is asked of, there is one home."""
    found: Progress = service.kept.setdefault("learning", Progress())
    return found


class AdminLearning:
    """`home` is the database for the home community; `bot`: the running one, which takes over what is adopted."""

    def __init__(self, home: Database, clock: Clock, bot: Runtime | None, progress: Progress) -> None:
        self.home, self.clock, self.bot, self.progress = home, clock, bot, progress

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {
            "model_list": self.list_models,
            "model_own": self.own,
            "model_progress": self.so_far,
            "model_given": self.training_input,
            "model_keep": self.keep,
            "model_adopt": self.adopt,
            "model_back": self.back,
            "model_state": self.state,
        }

    async def list_models(self, zone: str) -> Json:
        """A line for each model that is kept, with times in this zone."""
        kept = await library.all_models(self.home)
        return {"lines": [words.line_of(model, ZoneInfo(zone)) for model in kept]}

    async def own(self, anyway: bool = False, by: int = 0) -> Json:
        """Train by what people have decided here; kept as the candidate where it is better, or `anyway`."""
        with self.progress.run_alone() as told:
            made = await library.of_own(self.home, self.clock, told)
        return await self._judge(made, anyway, by)

    async def so_far(self, after: int = 0) -> Json:
        """What the training that runs has said after so many lines."""
        return {"lines": self.progress.lines[after:]}

    async def training_input(self) -> Json:
        """By what a file is learned: the directory and the model in use."""
        by, number = await library.training_input(self.home)
        return {"directory": by.directory, "used": b64encode(by.used).decode(), "number": number}

    async def keep(
        self, content: str, report: str, began: str, beside: int = 0, anyway: bool = False, by: int = 0
    ) -> Json:
        """A model that another process learned from a file."""
        try:
            trained = Trained(b64decode(content), report_of(report))
        except (ValueError, MsgspecError):
            raise Refusal(NO_MODEL) from None
        if (await asyncio.to_thread(learned.read, 0, trained.content)).trouble:
            raise Refusal(NO_MODEL)
        return await self._judge(
            TrainedModel(trained, ModelSource.FILE, datetime.fromisoformat(began), beside), anyway, by
        )

    async def _judge(self, made: TrainedModel, anyway: bool, by: int) -> Json:
        """Keeps a trained model that is better, or any with `anyway`; the report in lines."""
        report = made.trained.report
        known = directory_of(await library.directory(self.home))
        kept = report.better or anyway
        number = await library.keep(self.home, made, self.clock.now(), by) if kept else 0
        lines = list(words.lines(report, known, made.beside))
        return {"number": number, "better": report.better, "lines": lines}

    async def adopt(self, number: int, by: int = 0) -> Json:
        """Puts a model in use; 0: nothing learned decides any more."""
        now = self.clock.now()
        gone = await library.adopt(self.home, number, now, by) if number else []
        if not number:
            await library.leave(self.home, now, by)
        return await self._renew_bot({"number": number, "deleted": gone})

    async def back(self, by: int = 0) -> Json:
        """Takes the model that was in use before, and logs who did it."""
        return await self._renew_bot({"number": await library.back(self.home, self.clock.now(), by)})

    async def _renew_bot(self, said: Json) -> Json:
        if self.bot is not None:
            await renew(self.bot)
        return {**said, "running": self.bot is not None}

    async def state(self) -> Json:
        """The state of the model in use, for `check`. `ends`: the day on which it is deleted, once that is near."""
        found = self.bot.model if self.bot is not None else await learned.load(self.home)
        until = await self.home.run(forgotten_models.used_until)
        near = until is not None and self.clock.now() >= until - LEFT
        ends = until.isoformat() if until is not None and near else ""
        return {"number": found.number, "trouble": found.trouble, "ends": ends}
