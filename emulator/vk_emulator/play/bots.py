"""Runs the bot of a test: a coroutine in a loop of its own, a function that blocks in a thread, or a command.

A bot that ends with an error is told when the test asks, never swallowed.
"""

from __future__ import annotations

import asyncio
import inspect
import shlex
import subprocess
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from vk_emulator.play.stage import Stage
from vk_emulator.redirect.child import environment

STARTS_WITHIN = 15.0
GRACE = 5.0


class RunningBot:
    """`error` is the traceback of a bot that has ended with one."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.error = ""

    def alive(self) -> bool:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def until_it_listens(self) -> None:
        """It polls, or has a server of Callback API that answered."""
        found = self.stage.until(lambda: self._listens() or not self.alive(), STARTS_WITHIN)
        assert found and self.alive(), self.error or "Бот не начал слушать ВКонтакте."

    def _listens(self) -> bool:
        here = self.stage
        if here.within(lambda: here.emulator.parked.listens(-here.group)):
            return True
        servers = here.call("emulator.callbacks").get("servers", ())
        return any(one.get("status") == "ok" for one in servers)


class ThreadBot(RunningBot):
    """`work` gives a coroutine or blocks. One that blocks ends with the emulator, for nobody can end a thread."""

    def __init__(self, stage: Stage, work: Callable[[], Any]) -> None:
        super().__init__(stage)
        self.work = work
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="vk-bot", daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            made = self.work()
            if inspect.isawaitable(made):
                asyncio.run(self._follow(made))
        except asyncio.CancelledError:
            pass
        except BaseException:  # noqa: BLE001 - told by `error`
            if not self._stopping:
                self.error = traceback.format_exc()

    async def _follow(self, made: Any) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.ensure_future(made)
        await self._task

    def stop(self) -> None:
        self._stopping = True
        if self._loop is not None and self._task is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join(GRACE)


class ProcessBot(RunningBot):
    def __init__(self, stage: Stage, command: Sequence[str]) -> None:
        super().__init__(stage)
        self.process = subprocess.Popen(  # noqa: S603 - the command of whoever writes the test
            list(command), env=environment(stage.emulator.base), stderr=subprocess.PIPE, text=True
        )

    def alive(self) -> bool:
        if self.process.poll() is None:
            return True
        if not self.error and self.process.stderr is not None and not self.process.stderr.closed:
            self.error = self.process.stderr.read() or f"Бот закончил с кодом {self.process.returncode}."
        return False

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.communicate(timeout=GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()


def started(stage: Stage, made: Any) -> RunningBot:
    """`made` is what `bot_factory` gives: a function, a list of words or a line of a command."""
    if isinstance(made, str):
        return ProcessBot(stage, shlex.split(made))
    if callable(made):
        return ThreadBot(stage, made)
    return ProcessBot(stage, [str(word) for word in made])
