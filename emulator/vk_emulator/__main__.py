"""`vk-emulator`: arguments, the world file, start and stop. Every mistake is one sentence
and exit code 2; it must change nothing before all of it is checked."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import re
import signal
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from vk_emulator import run
from vk_emulator.beside import Neighbour
from vk_emulator.run import Parser, add_common, choose_language, fail, prefer, read_switches
from vk_emulator.server import Emulator, build
from vk_emulator.state import Keeper
from vk_emulator.world.clock import pause, steady_seconds
from vk_emulator.world.tongue import either
from vk_emulator.world_file import WorldFileError

HOST_NAME = re.compile(r"[A-Za-z0-9._-]{1,253}")
EXAMPLE = "  vk-emulator run -- node bot.js        vk-emulator run --help"


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The checked arguments of the command line."""
    also = either(
        "Run a bot in any language with it as VK:", "Запустить бота на любом языке, для которого он ВКонтакте:"
    )
    parser = Parser(
        prog="vk-emulator",
        description=either("VK on your computer", "VK на вашем компьютере"),
        epilog=f"{also}\n{EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"vk-emulator {version('vk-emulator')}")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help=either(
            "the address to listen at; 0.0.0.0 for a container", "адрес, на котором слушать; для контейнера 0.0.0.0"
        ),
    )
    named = either(
        "a name by which other machines call it; may be repeated, the first stands in addresses",
        "имя, под которым его зовут другие машины; можно несколько раз, первое стоит в адресах",
    )
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME", help=named)
    add_common(parser, port=8010)
    parser.add_argument("--seed", type=int, default=0, help=either("the seed of chance", "зерно случайности"))
    parser.add_argument(
        "--page",
        default=None,
        help=either("a folder with a main.js: what the page has besides", "папка с main.js: что добавить на страницу"),
    )
    parser.add_argument(
        "--beside",
        default=None,
        help=either("the socket of whoever runs a bot beside it", "сокет того, кто запускает бота рядом"),
    )
    return parser.parse_args(given)


def is_address(text: str) -> bool:
    """Whether the text is an IP address in digits, of version 4 or 6."""
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def emulator_of(options: argparse.Namespace) -> Emulator:
    """The emulator that the options ask for. Every mistake in them ends the program with one sentence and exit code
    2."""
    if not is_address(options.host):
        fail(
            either(
                f"--host {options.host}: an address in digits is wanted, such as 0.0.0.0. Names go into --allow-host.",
                f"--host {options.host}: нужен адрес цифрами, например 0.0.0.0. Имя укажите в --allow-host.",
            )
        )
    for name in options.allow_host:
        if not HOST_NAME.fullmatch(name):
            fail(
                either(
                    f"--allow-host {name}: a name without port and scheme is wanted, such as vk.",
                    f"--allow-host {name}: нужно имя без порта и протокола, например vk. Исправьте.",
                )
            )
    data = Path(options.data)
    if data.exists() and not data.is_dir():
        fail(
            either(
                f"--data {data}: this is a file, give a folder.",
                f"--data {data}: это файл, а нужна папка. Укажите папку.",
            )
        )
    page = Path(options.page) if options.page else None
    if page is not None and not (page / "main.js").is_file():
        fail(
            either(
                f"--page {page}: no main.js is there. Give a folder that has one.",
                f"--page {page}: в папке нет main.js. Укажите папку, где он есть.",
            )
        )
    try:
        world = Path(options.world) if options.world else None
        emulator = build(world, data=data, seed=options.seed, switches=read_switches(options.switches))
    except WorldFileError as error:
        fail(str(error))
    emulator.added_page = page
    emulator.courier.far_hosts.update(options.callback_host)
    emulator.let_in(options.host, options.allow_host)
    return emulator


async def serve(options: argparse.Namespace, emulator: Emulator) -> None:
    """Runs the emulator until it is stopped, and keeps its world."""
    try:
        emulator.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(
            either(
                f"--data {emulator.data}: the folder cannot be made ({type(error).__name__}). Give another.",
                f"--data {emulator.data}: папку не создать ({type(error).__name__}). Укажите другую.",
            )
        )
    keeper = Keeper(emulator.vk, emulator.data)
    keeper.load()
    prefer(emulator, options.switches)
    try:
        await emulator.start(options.port)
    except OSError:
        fail(
            either(
                f"--port {options.port}: taken, or {options.host} is not of this machine. Give another, or 0.",
                f"--port {options.port}: порт занят, или {options.host} не этой машины. Укажите другой или 0.",
            )
        )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    neighbour = Neighbour(emulator, Path(options.beside)) if options.beside else None
    if neighbour is not None:
        neighbour.join()
    print(either(f"VK emulator: {emulator.base}/", f"Эмулятор VK: {emulator.base}/"), flush=True)
    saving = asyncio.get_running_loop().create_task(keep_saving(keeper))
    try:
        await stop.wait()
    finally:
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)
        if neighbour is not None:
            await neighbour.close()
        await emulator.stop()
        keeper.save()


async def keep_saving(keeper: Keeper) -> None:
    """Every five seconds when something changed; rarer when the copy that writes a large world takes long."""
    while True:
        begun = steady_seconds()
        await keeper.save_aside()
        await pause(max(5.0, 5 * (steady_seconds() - begun)))


def main() -> None:
    """The command `vk-emulator`."""
    choose_language(sys.argv[1:])
    if sys.argv[1:2] == ["run"]:
        raise SystemExit(run.main(sys.argv[2:]))
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="emulator-") as scratch:
        options.data = options.data or scratch
        asyncio.run(serve(options, emulator_of(options)))


if __name__ == "__main__":
    main()
