"""Commands as an administrator types them: real processes on a prepared folder, against an emulator or nobody."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig.stand import asked, environment, settings_for
from bot.config.settings import Settings
from tests.operation.forked import Forked

ROOT = Path(__file__).resolve().parents[2]
WITHIN = 240.0
"""What hangs, not what is slow: on a busy machine a start has taken over a minute, its files come from the disk."""
PREPARED = (".db", ".db.keys", ".db.master-key")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    def refused(self, *words: str, code: int = 2) -> None:
        assert self.code == code, self
        assert "Traceback" not in self.err and "Неожиданная ошибка" not in self.err, self.err
        for one in words:
            assert one in self.err, self.err


@dataclass(frozen=True, slots=True)
class Post:
    """An administrator at a folder with these settings."""

    folder: Path
    settings: Settings

    def env(self, **more: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
        return {**clean, **environment(self.settings), "PYTHONPATH": str(ROOT), **more}

    def types(self, *arguments: str, **more: str) -> Typed:
        with tempfile.TemporaryDirectory(prefix="typed-") as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            done = Forked(arguments, self.folder, self.env(**more), out, err)
            try:
                code = done.wait(WITHIN)
            finally:
                done.kill()
            return Typed(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    async def typing(self, *arguments: str, **more: str) -> Typed:
        """The same while this process goes on: its emulator answers."""
        return await asyncio.to_thread(self.types, *arguments, **more)

    def starts(self, **more: str) -> Running:
        log = self.folder / "bot.log"
        log.touch()
        return Running(Forked(("run",), self.folder, self.env(**more), log, log), log)


@dataclass(slots=True)
class Running:
    """A bot's process. Leaving the block kills it, if it still lives."""

    process: Forked
    log: Path

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    async def until(self, words: str, within: float = WITHIN, times: int = 1) -> None:
        """The log says it."""
        end = time.monotonic() + within
        while self.said().count(words) < times:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, f"«{words}» не сказано:\n{self.said()}"
            await asyncio.sleep(0.05)

    async def until_handled(self, settings: Settings, at_least: int) -> None:
        """So many events at least are decided, and nothing waits."""
        end = time.monotonic() + WITHIN
        while True:
            books = (await asked(settings, "stats"))["inbox"]
            if books["done"] >= at_least and not books["waiting"]:
                return
            assert time.monotonic() < end, books
            await asyncio.sleep(0.05)

    async def ends(self, within: float = WITHIN) -> int:
        return await asyncio.to_thread(self.process.wait, within)

    async def stopped(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.ends()


def post(folder: Path, url: str = "http://127.0.0.1:1/method/", template: Path | None = None, **more: object) -> Post:
    """`template`: a prepared folder to begin with."""
    folder.mkdir(parents=True, exist_ok=True)
    if template is not None:
        for end in PREPARED:
            shutil.copy(template / f"bot{end}", folder / f"bot{end}")
    return Post(folder, settings_for(url, folder, **more))
