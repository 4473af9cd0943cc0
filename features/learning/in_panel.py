"""A training that somebody began in the panel: how far it is, what came of it, and a way to end it; and a table that
waits for its columns.

All of it is memory of this process: a table of messages must never be written to the disk, shown or logged.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.process.advice import Refusal
from bot.process.log import log
from bot.region import table_file
from bot.region.directory_json import from_json
from bot.web.site import Site
from features.learning import library, table, trainer
from features.learning.asked import AdminLearning
from features.learning.library import Progress
from features.learning.table import Columns, TableContent
from features.learning.words import report_json

Json = dict[str, Any]
CANCELLED = "Обучение отменено. Модель не изменилась."
BROKE = "Обучение не получилось: ошибка в программе. Модель не изменилась. Сообщите разработчикам время."
WAITS = timedelta(minutes=15)
"""So long a table waits for its columns."""
EVERY = 1.0
LONGEST = 600
"""Looks of one stream; a page that is open longer is loaded again by hand."""


@dataclass(frozen=True, slots=True)
class UploadedTable:
    """A file that was sent. `heads` are the names of its columns, `rows` how many lines it has."""

    session: str
    name: str
    raw: bytes
    heads: tuple[str, ...]
    rows: int
    at: datetime


@dataclass(slots=True)
class Learning:
    """One training at a time, and one table. `made`: what the last training came to; `fault`: why it came to nothing,
    until somebody has read it."""

    progress: Progress = field(default_factory=Progress)
    made: Json | None = None
    fault: str = ""
    task: asyncio.Task[None] | None = None
    held: UploadedTable | None = None
    _over: asyncio.TimerHandle | None = None

    @property
    def runs(self) -> bool:
        """Whether a training is under way."""
        return self.task is not None and not self.task.done()

    @property
    def step(self) -> str:
        """The last line of its progress."""
        return self.progress.lines[-1] if self.progress.lines else "Начинает."

    async def run(self, work: Coroutine[Any, Any, Json]) -> None:
        """Runs a training behind the answer of the page. Whatever ends it is said on the page, and the process that
        learns is gone."""
        if self.runs:
            work.close()
            return
        self.made, self.fault = None, ""
        async with asyncio.TaskGroup() as group:
            self.task = group.create_task(self._until_it_ends(work))

    async def _until_it_ends(self, work: Coroutine[Any, Any, Json]) -> None:
        try:
            self.made = await work
        except Refusal as refusal:
            self.fault = str(refusal)
        except asyncio.CancelledError:
            self.fault = CANCELLED
            raise
        except Exception as error:  # noqa: BLE001 - its words could be those of people
            log.error("training_broke", error=type(error).__name__)
            self.fault = BROKE

    def fault_once(self) -> str:
        """Why the last training failed; the second time ""."""
        told, self.fault = self.fault, ""
        return told

    def cancel(self) -> bool:
        """Asks the training to end; whether one was under way."""
        return self.task is not None and self.task.cancel()

    def hold(self, table: UploadedTable) -> None:
        """Keeps the uploaded table until its time is over or another one comes: then its words are in no memory any
        more."""
        self.forget()
        self.held = table
        self._over = asyncio.get_running_loop().call_later(WAITS.total_seconds(), self.forget)

    def forget(self) -> None:
        """Drops the uploaded table."""
        if self._over is not None:
            self._over.cancel()
        self.held = self._over = None

    def table_of(self, session: str, now: datetime) -> UploadedTable | None:
        """What this session has sent a moment ago."""
        found = self.held
        return found if found is not None and found.session == session and now - found.at < WAITS else None

    async def steps(self, site: Site) -> AsyncIterator[str]:
        """Server-sent events: what it does just now; at the end the page is asked to be loaded again."""
        last = ""
        for _ in range(LONGEST):
            if not self.runs:
                yield "event: over\ndata: again\n\n"
                return
            told = f"data: {json.dumps({'step': self.step}, ensure_ascii=False)}\n\n"
            yield told if told != last else ": nothing new\n\n"
            last = told
            await site.clock.sleep(EVERY)


async def read_table(session: str, name: str, raw: bytes, now: datetime) -> UploadedTable:
    """The uploaded table. Raises Refusal where it is no table, or has no line below its heads."""
    lines = await asyncio.to_thread(table_file.of_bytes, name, raw)
    return UploadedTable(session, name, raw, tuple(table.heads_of(lines)), len(lines), now)


async def of_own(site: Site, progress: Progress, by: int, anyway: bool) -> Json:
    """Learns from our own messages for this person in the panel."""
    return await AdminLearning(site.db, site.clock, site.bot, progress).own(anyway, by)


async def of_table(
    site: Site, progress: Progress, uploaded: UploadedTable, columns: Columns, by: int, anyway: bool
) -> Json:
    """Learns from an uploaded table, as `bot train --from` does; what came of it."""
    with progress.run_alone() as told:
        began, (given, number) = site.clock.now(), await library.training_input(site.db)
        found = await asyncio.to_thread(read, uploaded, columns, given.directory)
        progress.lines += found.lines()
        made = await trainer.train_apart(given, trainer.in_parts(found.examples), told)
    content, report = b64encode(made.content).decode(), report_json(made.report)
    desk = AdminLearning(site.db, site.clock, site.bot, progress)
    return await desk.keep(content, report, began.isoformat(), number, anyway, by)


def read(uploaded: UploadedTable, columns: Columns, directory: str) -> TableContent:
    """Reads an uploaded table of decided messages by the chosen columns."""
    return table.read(table_file.of_bytes(uploaded.name, uploaded.raw), columns, from_json(directory))
