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
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NoReturn

from vk_emulator.redirect.child import TOLD, environment
from vk_emulator.server import Emulator, running
from vk_emulator.wire.authority import authority
from vk_emulator.world.clock import pause
from vk_emulator.world.records import Thread
from vk_emulator.world.switches import Switches
from vk_emulator.world.tongue import LANGUAGES, either, speak
from vk_emulator.world.world import World
from vk_emulator.world_file import WorldFileError

REACHES_WITHIN = 10.0  # seconds
MOST_HINTS = 5


class Parser(argparse.ArgumentParser):
    """Its mistakes are one sentence, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Ends with one sentence and exit code 2."""
        fail(
            either(
                f"Wrong arguments: {message}. See vk-emulator --help.",
                f"Неверные аргументы: {message}. Посмотрите «vk-emulator --help».",
            )
        )


def fail(sentence: str) -> NoReturn:
    """Prints the sentence and ends with exit code 2."""
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def port_number(text: str) -> int:
    """The port for argparse, 0 for any free one; ArgumentTypeError outside 0 to 65535."""
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(either("a port is from 0 to 65535", "порт должен быть от 0 до 65535"))
    return number


def add_common(parser: Parser, *, port: int) -> None:
    """What both commands take; `port`: where none is named."""
    parser.add_argument(
        "--port",
        type=port_number,
        default=port,
        help=either(f"a port; 0 takes a free one ({port})", f"порт; 0 — любой свободный (по умолчанию {port})"),
    )
    parser.add_argument(
        "--data",
        default=None,
        help=either(
            "a folder that keeps the world and the files; without it they vanish",
            "папка, чтобы мир и файлы остались; без неё они исчезнут",
        ),
    )
    parser.add_argument(
        "--world",
        default=None,
        help=either(
            "a world file; without it VK_EMULATOR_WORLD, or a world with a shop and a school",
            "файл мира; без него VK_EMULATOR_WORLD или мир с лавкой и школой",
        ),
    )
    parser.add_argument(
        "--lang", choices=LANGUAGES, help=either("the language of messages (en)", "язык сообщений (en)")
    )
    parser.add_argument(
        "--switches",
        default=None,
        help=either('a file of switches: {"name": value}', 'файл переключателей: {"имя": значение}'),
    )
    far = either(
        "a public host that may get events of Callback API; may be repeated",
        "публичный адрес, на который можно слать события Callback API; можно несколько раз",
    )
    parser.add_argument("--callback-host", action="append", default=[], metavar="HOST", help=far)


def choose_language(given: list[str]) -> None:
    """Chooses the language before anything is said, the help too; a wrong one is refused by whoever reads all
    arguments."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--lang", nargs="?")
    cut = given.index("--") if "--" in given else len(given)
    language = early.parse_known_args(given[:cut])[0].lang
    if language in LANGUAGES:
        speak(language)


def read_switches(file: str | None, kept: Switches | None = None) -> Switches:
    """The switches of the file, the others as they are kept, or by themselves."""
    made = kept or Switches()
    try:
        given = json.loads(Path(file).read_text(encoding="utf-8")) if file else {}
        wrong = [why for name, value in given.items() if (why := made.change(name, value))]
    except (OSError, ValueError, AttributeError) as error:
        fail(
            either(
                f"--switches {file}: cannot be read ({type(error).__name__}). JSON with names and values is wanted.",
                f"--switches {file}: не читается ({type(error).__name__}). Нужен JSON с именами и значениями.",
            )
        )
    if wrong:
        fail(either(f"--switches {file}: {'; '.join(wrong)}.", f"--switches {file}: {'; '.join(wrong)}. Исправьте."))
    return made


def prefer(emulator: Emulator, file: str | None) -> None:
    """Sets what the file says over what a kept world says."""
    read_switches(file, emulator.world.switches)


def arguments(given: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The checked arguments, and the command that stands behind `--`."""
    cut = given.index("--") if "--" in given else len(given)
    parser = Parser(
        prog="vk-emulator run",
        description=either(
            "Run a bot in any language with the emulator as its VK",
            "Запустить бота на любом языке так, чтобы ВКонтакте для него был эмулятором",
        ),
    )
    add_common(parser, port=0)
    parser.usage = f"{parser.format_usage().strip().removeprefix('usage: ')} -- {either('command', 'команда бота')}"
    _, unknown = parser.parse_known_args(given[:cut])
    if not given[cut + 1 :] and not (unknown and unknown[0].startswith("-")):
        parser.error(
            either(
                "the command of the bot is wanted behind --, such as vk-emulator run -- python bot.py",
                "после -- нужна команда бота, например: vk-emulator run -- python bot.py",
            )
        )
    return parser.parse_args(given[:cut]), given[cut + 1 :]


async def start(options: argparse.Namespace, until: AsyncExitStack) -> Emulator:
    """Starts the emulator by the options of the command line; ends the program where it cannot."""
    world = Path(options.world) if options.world else None
    switches = read_switches(options.switches)
    vk = running(world, port=options.port, data=options.data, callback_hosts=options.callback_host, switches=switches)
    try:
        return await until.enter_async_context(vk)
    except OSError as error:
        fail(
            either(
                f"The emulator cannot start: {error.strerror}. Give another --port or --data.",
                f"Эмулятору не начать: {error.strerror}. Укажите другой --port или --data.",
            )
        )


async def beside(options: argparse.Namespace, command: list[str]) -> int:
    """Starts the emulator and the command beside it, and ends with the command's exit code."""
    async with AsyncExitStack() as until:
        emulator = await start(options, until)
        prefer(emulator, options.switches)
        print(either(f"VK emulator: {emulator.base}/", f"Эмулятор VK: {emulator.base}/"), flush=True)
        emulator.strangers.told = complain
        try:
            process = await asyncio.create_subprocess_exec(*command, env=environment(emulator.base))
        except OSError as error:
            print(
                either(
                    f"{command[0]} cannot be run: {error.strerror}.",
                    f"Команду «{command[0]}» не запустить: {error.strerror}.",
                ),
                file=sys.stderr,
            )
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
        either(
            f"In {REACHES_WITHIN:.0f} seconds the command has not reached the emulator. If it should, set one of:",
            f"За {REACHES_WITHIN:.0f} секунд команда не обратилась к эмулятору. Если должна, помогает что-то одно:",
        ),
        either(
            f"  the address of the API in its settings: {emulator.url} instead of https://api.vk.com/method/",
            f"  адрес API в её настройках: {emulator.url} вместо https://api.vk.com/method/",
        ),
        either(
            f"  a proxy in its settings: {emulator.base}, and trust in {authority().pem}",
            f"  прокси в её настройках: {emulator.base}, и доверие к {authority().pem}",
        ),
        either(
            f"  the variables, if it drops them or does not get them (a container): {', '.join(TOLD)}",
            f"  переменные, если она их стирает или не получает (контейнер): {', '.join(TOLD)}",
        ),
    )
    return "\n".join(lines)


def summary(emulator: Emulator) -> str:
    """A summary of what a bot that seems to work may not have noticed."""
    journal, world = emulator.journal, emulator.world
    refused = [
        either(f"{method}: error {code} ({times})", f"{method} — ошибка {code} ({times})")
        for (method, code), times in journal.refused.items()
    ]
    away = [f"{host} ({times})" for host, times in emulator.strangers.hosts.items()]
    unknown = [f"{method} ({times})" for method, times in emulator.vk.unknown.items()]
    pressed = sum(not press.answered for press in world.presses.values())
    silent = sum(is_unanswered(world, thread) for thread in world.threads)
    lines = [
        either(f"requests of the bot: {journal.total}", f"запросов бота: {journal.total}"),
        either(f"  refused by VK: {', '.join(refused)}", f"  ВКонтакте отказал: {', '.join(refused)}")
        if refused
        else "",
        *(f"    {hint}" for hint in list(emulator.vk.hints)[:MOST_HINTS]),
        either(
            f"  methods that the emulator lacks: {', '.join(unknown)}",
            f"  методов нет в эмуляторе: {', '.join(unknown)}",
        )
        if unknown
        else "",
        either(f"  other sites, kept out: {', '.join(away)}", f"  чужие сайты, куда не пустили: {', '.join(away)}")
        if away
        else "",
        either(
            f"  dialogues in which a person spoke last: {silent}",
            f"  диалогов, где последнее слово за человеком: {silent}",
        )
        if silent
        else "",
        either(f"  pressed buttons without an answer: {pressed}", f"  нажатых кнопок без ответа: {pressed}")
        if pressed
        else "",
    ]
    return "\n".join(filter(None, lines))


def is_unanswered(world: World, thread: Thread) -> bool:
    """A private dialogue with a community in which a person spoke last."""
    spoken = [message for message in thread.messages if not message.deleted and message.action is None]
    return thread.chat is None and bool(spoken) and spoken[-1].sender > 0 and min(world.participants(thread)) < 0


def complain(sentence: str) -> None:
    """Prints a sentence to stderr."""
    print(f"vk-emulator: {sentence}", file=sys.stderr, flush=True)


def ask_to_end(process: asyncio.subprocess.Process) -> None:
    """Sends the command SIGTERM, unless it has ended."""
    if process.returncode is None:
        process.terminate()


def main(given: list[str]) -> int:
    """The command `vk-emulator run`; its exit code."""
    options, command = arguments(given)
    try:
        return asyncio.run(beside(options, command))
    except WorldFileError as error:
        fail(str(error))
