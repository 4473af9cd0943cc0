"""`sandbox`: the bot with the emulator of VK on this machine. It must never read the settings of a real bot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.ask import finish, importing
from bot.process.advice import Refusal


def sandbox(
    port: Annotated[int, typer.Option(help="Порт страницы; 0 — любой свободный.")] = 8080,
    data: Annotated[Path, typer.Option(help="Папка песочницы: её база, её мир.")] = Path("var/sandbox"),
    filled: Annotated[
        bool, typer.Option("--filled", help="Несколько жителей уже написали; за ними год сообщений и панель.")
    ] = False,
    year: Annotated[int, typer.Option(min=1, max=1_000_000, help="С --filled: сколько сообщений в году.")] = 30_000,
    directory: Annotated[str, typer.Option(help="Справочник.")] = "regions/chelyabinsk",
    world: Annotated[Path | None, typer.Option(help="Файл мира; без него демонстрационный.")] = None,
    seed: Annotated[int, typer.Option(help="Зерно случайности эмулятора.")] = 0,
    bot_command: Annotated[str, typer.Option(help="Команда бота, если не эта программа.")] = "",
) -> None:
    """Попробовать без ВКонтакте: эмулятор и бот на этой машине, страница в браузере."""
    with importing():
        from features.demo.sandbox.bot_process import SandboxOptions
        from features.demo.sandbox.start import sandbox as start
    if data.exists() and not data.is_dir():
        raise Refusal(f"--data {data}: это файл, а нужна папка. Укажите папку.")
    wanted = SandboxOptions(data.resolve(), directory, filled, year, bot_command)
    emulator = ["--port", str(port), "--seed", str(seed), *(["--world", str(world)] if world else [])]
    raise typer.Exit(finish(start(wanted, emulator, lambda line: typer.echo(line))))
