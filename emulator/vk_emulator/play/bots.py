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
from collections.abc import Callable
from typing import Any

from vk_emulator.play.command import Command, Drain
from vk_emulator.play.stage import Stage
from vk_emulator.redirect.child import environment
from vk_emulator.redirect.inside import REDIRECTION
from vk_emulator.world.tongue import either

STARTS_WITHIN = 15.0
GRACE = 5.0


class RunningBot:
    """`error` is the traceback of a bot that has ended with one."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.error = ""

    def alive(self) -> bool:
        """Whether the bot still runs."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ends the bot."""
        raise NotImplementedError

    def until_it_listens(self) -> None:
        """Waits until the bot polls, or has a server of Callback API that answered; fails where it does not."""
        found = self.stage.until(lambda: self._listens() or not self.alive(), STARTS_WITHIN)
        assert found and self.alive(), self.error or self._silent()

    def last_lines(self) -> str:
        """The end of what it printed, where nobody else shows it."""
        return ""

    def _silent(self) -> str:
        """That the bot listens to nothing, with the last it printed."""
        said, silent = (
            self.last_lines(),
            either("The bot has not begun to listen to VK.", "Бот не начал слушать ВКонтакте."),
        )
        return (
            either(f"{silent} The last it printed:\n{said}", f"{silent} Последнее, что он вывел:\n{said}")
            if said
            else silent
        )

    def _listens(self) -> bool:
        """Whether the bot polls or has a confirmed server."""
        here = self.stage
        if here.within(here.emulator.parked.accounts):
            return True
        servers = here.call("emulator.callbacks").get("servers", ())
        return any(server.get("status") == "ok" for server in servers)


class ThreadBot(RunningBot):
    """`work` gives a coroutine or blocks. One that blocks ends with its next call after the test."""

    def __init__(self, stage: Stage, work: Callable[[], Any]) -> None:
        super().__init__(stage)
        self.work = work
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="vk-bot", daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        """Whether the bot's thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        """Runs the bot; its error is kept."""
        try:
            made = self.work()
            if inspect.isawaitable(made):
                asyncio.run(self._follow(made))
        except BaseException:  # noqa: BLE001 - told by `error`; our own cancelling is none
            if not self._stopping:
                self.error = traceback.format_exc()

    async def _follow(self, made: Any) -> None:
        """Runs the bot's coroutine so that it can be cancelled."""
        self._loop, self._task = asyncio.get_running_loop(), asyncio.ensure_future(made)
        if self._stopping:  # before there was anything to cancel
            self._task.cancel()
        await self._task

    def stop(self) -> None:
        """Cancels the bot and waits for its thread; one that does not end is refused its next call of VK."""
        self._stopping = True
        if self._loop is not None and self._task is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join(GRACE)
        REDIRECTION.ended.add(self._thread)  # one that blocks ends with its next call of VK


class ProcessBot(RunningBot):
    """Its output is read all the time; the end of it stands in a failure."""

    def __init__(self, stage: Stage, command: Command) -> None:
        super().__init__(stage)
        self.command = command
        self.process = command.start(environment(stage.emulator.base))
        assert self.process.stdout is not None
        self.output = Drain(self.process.stdout, command.ready_when)

    def alive(self) -> bool:
        """Whether the bot's process runs; its last words are kept when it has ended."""
        if self.process.poll() is None:
            return True
        if not self.error:
            self.output.until_it_ends(GRACE)
            self.error = self.last_lines() or either(
                f"The bot has ended with code {self.process.returncode}.",
                f"Бот закончил с кодом {self.process.returncode}.",
            )
        return False

    def last_lines(self) -> str:
        """The end of what the bot has printed."""
        return self.output.last_lines()

    def _listens(self) -> bool:
        """Whether the bot printed that it is ready; else whether it listens."""
        return self.output.seen if self.command.ready_when else super()._listens()

    def stop(self) -> None:
        """Ends the process, by force where it does not end by itself."""
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.output.until_it_ends(GRACE)


def start_bot(stage: Stage, made: Any) -> RunningBot:
    """`made` is what `bot_factory` gives: a function, a command, a list of words or a line of a command."""
    if isinstance(made, Command):
        return ProcessBot(stage, made)
    if isinstance(made, str):
        return ProcessBot(stage, Command(tuple(shlex.split(made))))
    if callable(made):
        return ThreadBot(stage, made)
    return ProcessBot(stage, Command(tuple(str(word) for word in made)))
