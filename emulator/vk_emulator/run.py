"""`vk-emulator run -- COMMAND`: an emulator for as long as one bot runs, and the bot's calls of VK go there.

It must never start the command without the emulator, never let it reach another site in silence, and ends with the
command's own exit code.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NoReturn

from vk_emulator.redirect.child import TOLD, environment
from vk_emulator.server import Emulator, running
from vk_emulator.wire.authority import authority
from vk_emulator.world.clock import pause
from vk_emulator.world.records import Thread
from vk_emulator.world.switches import Switches
from vk_emulator.world.world import World
from vk_emulator.world_file import WorldFileError

REACHES_WITHIN = 10.0  # seconds


class Parser(argparse.ArgumentParser):
    """Its mistakes are one sentence in Russian, exit code 2."""

    def error(self, message: str) -> NoReturn:
        fail(f"Неверные аргументы: {message}. Посмотрите «vk-emulator --help».")


def fail(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def add_common(parser: Parser) -> None:
    """What both commands take."""
    parser.add_argument("--world", default=None, help="файл мира; без него VK_EMULATOR_WORLD или мир с лавкой и школой")
    parser.add_argument("--switches", default=None, help='файл переключателей: {"имя": значение}')
    far = "публичный адрес, на который можно слать события Callback API; можно несколько раз"
    parser.add_argument("--callback-host", action="append", default=[], metavar="HOST", help=far)


def read_switches(file: str | None) -> Switches:
    """Those of the file, the others as they are by themselves."""
    made = Switches()
    try:
        given = json.loads(Path(file).read_text(encoding="utf-8")) if file else {}
        wrong = [why for name, value in given.items() if (why := made.change(name, value))]
    except (OSError, ValueError, AttributeError) as error:
        fail(f"--switches {file}: не читается ({type(error).__name__}). Нужен JSON с именами и значениями.")
    if wrong:
        fail(f"--switches {file}: {'; '.join(wrong)}. Исправьте.")
    return made


def prefer(emulator: Emulator, file: str | None) -> None:
    """What the file says over what a kept world says."""
    if file:
        emulator.world.switches.__dict__.update(read_switches(file).__dict__)


def arguments(given: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """What stands behind `--` is the command."""
    cut = given.index("--") if "--" in given else len(given)
    parser = Parser(
        prog="vk-emulator run", description="Запустить бота на любом языке так, чтобы ВКонтакте для него был эмулятором"
    )
    parser.add_argument("--port", type=int, default=0, help="порт страницы; без него любой свободный")
    parser.add_argument("--data", default=None, help="папка, чтобы мир остался; без неё он исчезнет")
    add_common(parser)
    parser.usage = f"{parser.format_usage().strip().removeprefix('usage: ')} -- команда бота"
    options = parser.parse_args(given[:cut])
    if not given[cut + 1 :]:
        parser.error("после -- нужна команда бота, например: vk-emulator run -- python bot.py")
    return options, given[cut + 1 :]


async def beside(options: argparse.Namespace, command: list[str]) -> int:
    world = Path(options.world) if options.world else None
    switches = read_switches(options.switches)
    vk = running(world, port=options.port, data=options.data, callback_hosts=options.callback_host, switches=switches)
    async with vk as emulator:
        prefer(emulator, options.switches)
        print(f"Эмулятор VK: {emulator.base}/", flush=True)
        emulator.strangers.told = complain
        try:
            process = await asyncio.create_subprocess_exec(*command, env=environment(emulator.base))
        except OSError as error:
            print(f"Команду «{command[0]}» не запустить: {error.strerror}.", file=sys.stderr)
            return 2
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ask_to_end, process)
        reminder = asyncio.ensure_future(remind(emulator, complain))
        try:
            return await process.wait()
        finally:
            reminder.cancel()
            complain(summary(emulator))
            await asyncio.gather(reminder, return_exceptions=True)


async def remind(
    emulator: Emulator, say: Callable[[str], None], wait: Callable[[float], Awaitable[None]] = pause
) -> None:
    """A command that goes past the emulator would only look silent."""
    await wait(REACHES_WITHIN)
    if not emulator.spoken_to:
        say(how_to_reach(emulator))


def how_to_reach(emulator: Emulator) -> str:
    """What to set, for whatever the environment did not turn."""
    lines = (
        f"За {REACHES_WITHIN:.0f} секунд команда ни разу не обратилась к эмулятору. Если должна, помогает что-то одно:",
        f"  адрес API в её настройках: {emulator.url} вместо https://api.vk.com/method/",
        f"  прокси в её настройках: {emulator.base}, и доверие к {authority().pem}",
        f"  переменные, если она их стирает или не получает (контейнер): {', '.join(TOLD)}",
    )
    return "\n".join(lines)


def summary(emulator: Emulator) -> str:
    """What a bot that seems to work may not have noticed."""
    journal, world = emulator.journal, emulator.world
    refused = [f"{method} — ошибка {code} ({times})" for (method, code), times in journal.refused.items()]
    away = [f"{host} ({times})" for host, times in emulator.strangers.hosts.items()]
    unknown = [f"{method} ({times})" for method, times in emulator.vk.unknown.items()]
    pressed = sum(not press.answered for press in world.presses.values())
    silent = sum(is_unanswered(world, thread) for thread in world.threads)
    lines = [
        f"запросов бота: {journal.total}",
        f"  ВКонтакте отказал: {', '.join(refused)}" if refused else "",
        f"  методов нет в эмуляторе: {', '.join(unknown)}" if unknown else "",
        f"  чужие сайты, куда не пустили: {', '.join(away)}" if away else "",
        f"  диалогов, где последнее слово за человеком: {silent}" if silent else "",
        f"  нажатых кнопок без ответа: {pressed}" if pressed else "",
    ]
    return "\n".join(filter(None, lines))


def is_unanswered(world: World, thread: Thread) -> bool:
    """A private dialogue with a community in which a person spoke last."""
    spoken = [message for message in thread.messages if not message.deleted and message.action is None]
    return thread.chat is None and bool(spoken) and spoken[-1].sender > 0 and min(world.participants(thread)) < 0


def complain(sentence: str) -> None:
    print(f"vk-emulator: {sentence}", file=sys.stderr, flush=True)


def ask_to_end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()


def main(given: list[str]) -> int:
    options, command = arguments(given)
    try:
        return asyncio.run(beside(options, command))
    except WorldFileError as error:
        fail(str(error))
