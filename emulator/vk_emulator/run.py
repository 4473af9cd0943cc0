"""`vk-emulator run -- python bot.py`: an emulator for as long as one bot runs, and the bot's calls of VK go there.

It must never start the command without the emulator, and ends with the command's own exit code.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from typing import NoReturn

from vk_emulator.redirect.child import environment
from vk_emulator.server import running
from vk_emulator.world_file import WorldFileError


class Parser(argparse.ArgumentParser):
    """Its mistakes are one sentence in Russian, exit code 2."""

    def error(self, message: str) -> NoReturn:
        fail(f"Неверные аргументы: {message}. Посмотрите «vk-emulator --help».")


def fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def arguments(given: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """What stands behind `--` is the command."""
    cut = given.index("--") if "--" in given else len(given)
    parser = Parser(
        prog="vk-emulator run", description="Запустить бота на Python так, чтобы ВКонтакте для него был эмулятором"
    )
    parser.add_argument("--port", type=int, default=0, help="порт страницы; без него любой свободный")
    parser.add_argument("--data", default=None, help="папка, чтобы мир остался; без неё он исчезнет")
    parser.add_argument("--world", default=None, help="файл мира; без него демонстрационный")
    parser.usage = f"{parser.format_usage().strip().removeprefix('usage: ')} -- команда бота"
    options = parser.parse_args(given[:cut])
    if not given[cut + 1 :]:
        parser.error("после -- нужна команда бота, например: vk-emulator run -- python bot.py")
    return options, given[cut + 1 :]


async def beside(options: argparse.Namespace, command: list[str]) -> int:
    world = Path(options.world) if options.world else None
    async with running(world, port=options.port, data=options.data) as emulator:
        print(f"Эмулятор VK: {emulator.base}/", flush=True)
        try:
            process = await asyncio.create_subprocess_exec(*command, env=environment(emulator.base))
        except OSError as error:
            print(f"Команду «{command[0]}» не запустить: {error.strerror}.", file=sys.stderr)
            return 2
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ask_to_end, process)
        return await process.wait()


def ask_to_end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()


def main(given: list[str]) -> int:
    options, command = arguments(given)
    try:
        return asyncio.run(beside(options, command))
    except WorldFileError as error:
        fail(str(error))
