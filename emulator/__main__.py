"""`python -m emulator`: arguments, the world file, start and stop. Every mistake is one sentence in Russian
and exit code 2; it must change nothing before all of it is checked."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from typing import NoReturn

from emulator.clock import elapsed, pause
from emulator.server import Emulator, build
from emulator.state import Keeper
from emulator.with_bot import Bot
from emulator.world_file import WorldFileError


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        fail(f"Неверные аргументы: {message}. Посмотрите «python -m emulator --help».")


def fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = Parser(prog="python -m emulator", description="VK на вашем компьютере, только для 127.0.0.1")
    parser.add_argument("--port", type=int, default=8010, help="порт; 0 — любой свободный (по умолчанию 8010)")
    parser.add_argument("--data", required=True, help="папка для состояния и файлов")
    parser.add_argument("--world", default=None, help="файл мира; без него демонстрационный")
    parser.add_argument("--seed", type=int, default=0, help="зерно случайности")
    parser.add_argument("--with-bot", action="store_true", help="запустить и бота")
    parser.add_argument("--filled", action="store_true", help="с ботом: несколько жителей уже написали")
    parser.add_argument(
        "--year", type=int, default=30_000, help="с --filled: сколько сообщений в демонстрационном году"
    )
    parser.add_argument("--bot-command", default="", help="команда бота (по умолчанию «python -m bot»)")
    parser.add_argument(
        "--directory", default="regions/chelyabinsk", help="справочник бота (по умолчанию regions/chelyabinsk)"
    )
    return parser.parse_args(given)


def checked(options: argparse.Namespace) -> Emulator:
    if not 0 <= options.port <= 65535:
        fail(f"--port {options.port}: порт должен быть от 0 до 65535. Укажите другой.")
    data = Path(options.data)
    if data.exists() and not data.is_dir():
        fail(f"--data {data}: это файл, а нужна папка. Укажите папку.")
    try:
        emulator = build(Path(options.world) if options.world else None, data=data, seed=options.seed)
    except WorldFileError as error:
        fail(str(error))
    return emulator


async def serve(options: argparse.Namespace, emulator: Emulator) -> None:
    try:
        emulator.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"--data {emulator.data}: папку не создать ({type(error).__name__}). Укажите другую.")
    keeper = Keeper(emulator.vk, emulator.data)
    keeper.load()
    try:
        await emulator.start(options.port)
    except OSError:
        fail(f"--port {options.port}: порт занят. Укажите другой или 0.")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print(f"Эмулятор VK: {emulator.base}/", flush=True)
    bot = started_bot(options, emulator)
    saving = asyncio.get_running_loop().create_task(keep_saving(keeper))
    try:
        await stop.wait()
    finally:
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)
        if bot is not None:
            await bot.close()
        await emulator.stop()
        keeper.save()


def started_bot(options: argparse.Namespace, emulator: Emulator) -> Bot | None:
    if not options.with_bot:
        return None
    bot = Bot(emulator, options.bot_command, options.directory, options.filled, options.year)
    emulator.health = bot.health
    emulator.after_reset = bot.reset_later
    emulator.prepare = bot.prepare
    emulator.vk.controls["bot"] = bot.control
    emulator.vk.controls["panel"] = bot.panel
    emulator.vk.controls["deadline"] = bot.deadline
    bot.bring_up_later()
    bot.watch_later()
    return bot


async def keep_saving(keeper: Keeper) -> None:
    """Every five seconds when something changed; rarer when the copy that writes a large world takes long."""
    while True:
        begun = elapsed()
        await keeper.save_aside()
        await pause(max(5.0, 5 * (elapsed() - begun)))


def main() -> None:
    options = arguments()
    asyncio.run(serve(options, checked(options)))


if __name__ == "__main__":
    main()
