"""`python -m bot sandbox`: the emulator of VK as a process, the bot beside it, until a signal ends both. It must never
import the emulator, nor start a bot of a real VK.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import aiohttp

from bot.process import admin_socket
from bot.process.advice import Refusal
from bot.process.clock import Clock
from features.demo.sandbox.bot_process import Bot, SandboxOptions
from features.demo.sandbox.vk import EmulatedVk, Json

PAGE = Path(__file__).parent / "page"
"""What the sandbox adds to the emulator's page: the tour and the ways into the panel."""
WORLD = Path(__file__).parent / "world.yaml"
"""The ministries and the residents of the example region, where no other world is asked for."""
NO_EMULATOR = "Для песочницы нужен эмулятор ВКонтакте. Поставьте: uv sync --extra sandbox, или pip install vk-emulator."


Also = Callable[[Bot], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def nothing_else(_: Bot) -> AsyncIterator[None]:
    yield


async def sandbox(
    wanted: SandboxOptions, emulator: list[str], says: Callable[[str], None], also: Also = nothing_else
) -> int:
    """Runs the sandbox until a signal; its exit code. `emulator` is what the person said of it: port, world, seed.
    `also` runs beside the bot."""
    if find_spec("vk_emulator") is None:
        raise Refusal(NO_EMULATOR)
    wanted.data.mkdir(parents=True, exist_ok=True)
    asked = wanted.data / "beside.sock"
    neighbour = Neighbour()
    server = await admin_socket.open_socket(asked, neighbour.answer)
    try:
        return await beside(
            neighbour, wanted, [*emulator, "--data", str(wanted.data), "--beside", str(asked)], says, also
        )
    finally:
        if server is not None:
            server.close()
        asked.unlink(missing_ok=True)


class Neighbour:
    """Answers the emulator for a bot that is not there yet: it needs the emulator's address."""

    def __init__(self) -> None:
        self.bot: Bot | None = None

    async def answer(self, command: str, arguments: Json) -> Json:
        """Answers what is asked of the bot, also while there is none yet."""
        if self.bot is None:
            return {"status": "starting", "running": False, "pid": None, "numbers": None}
        return await self.bot.answer(command, arguments)


async def beside(
    neighbour: Neighbour, wanted: SandboxOptions, emulator: list[str], says: Callable[[str], None], also: Also
) -> int:
    """Runs the emulator as a process of its own, with the bot beside it, until either ends or a signal comes."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vk_emulator", "--lang", "ru", "--page", str(PAGE), "--world", str(WORLD), *emulator),
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C ends the bot first
    )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode().strip()
        if not line:
            return await process.wait()  # it has said why
        async with aiohttp.ClientSession() as http:
            bot = neighbour.bot = Bot(EmulatedVk(line.split()[-1].rstrip("/"), http, Clock()), wanted)
            says(line)
            bot.bring_up_later()
            async with also(bot):
                await either(stop, process)
            await bot.close()
    finally:
        if process.returncode is None:
            process.terminate()
        code = await process.wait()
    return code


async def either(stop: asyncio.Event, process: asyncio.subprocess.Process) -> None:
    """Waits until a signal came or the emulator ended."""
    loop = asyncio.get_running_loop()
    waits = {loop.create_task(stop.wait()), loop.create_task(process.wait())}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
