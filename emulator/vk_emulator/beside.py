"""A neighbour that runs a bot beside the emulator (`--beside SOCKET`): it is asked how the bot does, for the bot's next
deadline, for anything by `emulator.beside`, and is told of a reset, before and after it. The emulator must never know
which bot it is.

Through its unix socket goes one JSON line, `{"command", "arguments"}`, and one comes back:

- `bot`: at `emulator.bot` (with its `action`), `/health`, twice a second while a page is open. `{status: starting, ok,
  or failed, reason?, running, pid, numbers, …}`; `/health` is 503 until `status` is ok.
- `deadline`: at `emulator.advanceClock to=deadline`; `now` is the emulator's clock. `{at}` or `{error}` for the caller.
- `end`: before `emulator.reset`, at most 10 s: the bot must not answer in the new world to what it read in the old.
- `reset`: after it; until anything comes back, `/health` says `starting`.
- what the caller of `emulator.beside` names: given to the caller as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path

from vk_emulator.api.params import Params
from vk_emulator.server import Emulator
from vk_emulator.wire import door
from vk_emulator.world.clock import pause
from vk_emulator.world.records import Json

FRESH = 0.5  # seconds between two looks at the bot while a page is open
AT_ONCE, IN_TIME = 10.0, 150.0  # so long a neighbour may think: of what it knows, of what it must do first
ALONE: Json = {"status": "failed", "reason": "Тот, кто запускает бота, не отвечает.", "running": False}
BEGINS: Json = {"status": "starting", "running": False, "pid": None, "numbers": None}


class Neighbour:
    """`told` is what it last said of the bot: `status` (starting, ok, failed), `running` and what a page may show."""

    def __init__(self, emulator: Emulator, socket: Path) -> None:
        self.emulator, self.socket = emulator, socket
        self.told: Json = BEGINS
        self.said: Json = {}  # to `emulator.beside`
        self.due: Json = {}  # to a look for the next deadline
        self._resets = 0  # that it has not confirmed yet
        self._telling = asyncio.Lock()  # of one reset after another
        self._tasks: set[asyncio.Task[None]] = set()

    def join(self) -> None:
        """Answers the emulator's questions about the bot from now on."""
        emulator = self.emulator
        emulator.health, emulator.prepare, emulator.after_reset = self.health, self.prepare, self.reset_later
        controls = {"bot": lambda params: self.told, "beside": lambda params: self.said, "deadline": self.deadline}
        emulator.vk.controls.update(controls)
        self._later(self.watch())

    def _later(self, work: Coroutine[None, None, None]) -> None:
        """Runs the coroutine beside, until the neighbour is closed."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Ends all that runs beside."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- what is asked --------------------------------------------------------------

    async def prepare(self, name: str, params: Json) -> None:
        """Asks the neighbour before a control that needs it is carried out; nobody else is held up meanwhile."""
        if name == "emulator.bot":
            await self.refresh({"action": str(params.get("action", ""))})
        elif name == "emulator.beside":
            given = {key: value for key, value in params.items() if key not in ("command", "v")}
            self.said = await self._ask(str(params.get("command", "")), IN_TIME, given)
        elif name == "emulator.reset":
            async with self._telling:  # a bot of the old world would answer in the new one
                await self._ask("end", AT_ONCE)
        elif name == "emulator.advanceClock" and params.get("to"):
            self.due = await self._ask("deadline", AT_ONCE, {"now": self.emulator.world.clock.now()})

    async def _ask(self, command: str, within: float, arguments: Json | None = None) -> Json:
        """The neighbour's answer to a command; `ALONE` where it gives none in time."""
        said = await door.ask(self.socket, command, within, arguments)
        return ALONE if said is None else said

    async def refresh(self, arguments: Json | None = None) -> None:
        """Asks anew how the bot does."""
        resets = self._resets
        said = await self._ask("bot", AT_ONCE, arguments)
        if not resets and not self._resets:  # else it is of a world that is gone
            self.told = said

    async def health(self) -> tuple[int, Json]:
        """The HTTP status and what is said of the bot's health."""
        await self.refresh()
        status = self.told.get("status", "failed")
        body: Json = {"status": status, "bot": "running" if self.told.get("running") else "stopped"}
        if "reason" in self.told:
            body["reason"] = self.told["reason"]
        return (200 if status == "ok" else 503), body

    def deadline(self, params: Params) -> float | str:
        """When the bot's next timer comes due, or why nobody knows."""
        due = self.due.get("at")
        if isinstance(due, int | float):
            return float(due)
        return str(self.due.get("error") or self.due.get("reason") or "Ближайший срок бота неизвестен.")

    # --- what is told ---------------------------------------------------------------

    def reset_later(self) -> None:
        """Begins a reset; a page and `/health` say so at once: they must not show the old bot as working."""
        self._resets += 1
        self.told = BEGINS
        self.emulator.live.bot_told(self.told)
        self._later(self._reset())

    async def _reset(self) -> None:
        """Tells the neighbour of a reset."""
        try:
            async with self._telling:
                await self._ask("reset", AT_ONCE)
        finally:
            self._resets -= 1

    async def watch(self) -> None:
        """Tells open pages about the bot twice a second; asks nobody while no page is open."""
        while True:
            await pause(FRESH)
            if self.emulator.live.open:
                await self.refresh()
                self.emulator.live.bot_told(self.told)
