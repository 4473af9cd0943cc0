"""`probe`: plays the probes against a test community. Its key comes from the keyboard or the first line of the input,
never as an argument, and is kept nowhere.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.ask import agreed, finish, importing
from bot.config.settings import SettingsError, read
from bot.process.advice import Refusal
from bot.process.clock import Clock

if TYPE_CHECKING:
    from features.probe.kept import Played
    from features.probe.stage import ProbeStage
    from features.probe.wire import Wire

REAL = "Это ключ настоящего сообщества из BOT_VK_TOKEN. Пробам нужно отдельное, тестовое."
NOT_TEST = "Ничего не сделано. Создайте отдельное тестовое сообщество: docs/vk-probes.md."
SAME = "Оба ключа одного сообщества. Второе тестовое сообщество должно быть другим."
OTHER = "В этой папке пробы другого сообщества. Назовите новую: --folder ПАПКА."


def probe(
    folder: Annotated[Path, typer.Option(help="Где лежат ответы и отчёт.")] = Path("var/probe"),
    only: Annotated[str, typer.Option(help="Только эти пробы, через точку с запятой: «P3; Q7».")] = "",
    quick: Annotated[bool, typer.Option("--quick", help="Без тех, что длятся дни.")] = False,
    stay: Annotated[bool, typer.Option("--stay", help="Ждать долгие пробы здесь, а не до следующего запуска.")] = False,
    second: Annotated[
        bool, typer.Option("--second", help="Есть второе тестовое сообщество: спросить и его ключ.")
    ] = False,
    url: Annotated[str, typer.Option(help="Адрес ВКонтакте или эмулятора.")] = "https://api.vk.ru/method/",
) -> None:
    """Узнать на тестовом сообществе, как ведёт себя ВКонтакте: десять минут с телефоном в руке."""
    with importing():
        from features.probe.report import EVERY
    wanted = [name.strip() for name in only.split(";") if name.strip()]
    if unknown := [name for name in wanted if name not in EVERY]:
        raise Refusal(f"Нет такой пробы: {'; '.join(unknown)}. Есть: {'; '.join(EVERY)}.")
    token = key_of("Ключ тестового сообщества (на экране не появится)")
    refuse_real(token)
    other = key_of("Ключ второго тестового сообщества") if second else ""
    refuse_real(other)
    raise typer.Exit(finish(play_all(folder, wanted, token, other, url, quick=quick, stay=stay)))


def key_of(question: str) -> str:
    """The token, typed without being shown or read as the first line of the input; Refusal where it is empty."""
    typed = typer.prompt(question, hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not (token := typed.strip()):
        raise Refusal("Ключа нет: введите ключ тестового сообщества.")
    return token


def refuse_real(token: str) -> None:
    """Refusal for the token by which the bot itself works."""
    with suppress(SettingsError):
        if read().vk_token == token:
            raise Refusal(REAL)


async def play_all(
    folder: Path, wanted: list[str], token: str, other: str, url: str, *, quick: bool, stay: bool
) -> int:
    """Exit code: 1 while something is without an answer."""
    with importing():
        import aiohttp

        from features.probe.kept import read_kept
        from features.probe.phone import Phone
        from features.probe.stage import ProbeStage
        from features.probe.wire import Wire
    async with aiohttp.ClientSession(trust_env=True) as http:
        clock, played = Clock(), read_kept(folder)
        wire = Wire(token, url, http, clock)
        await introduce(wire, played)
        stage = ProbeStage(wire, Phone(wire, typer.echo), played.user, played.chat)
        if other:
            stage.second = Wire(other, url, http, clock)
            await stage.second.open()
            if stage.second.group == wire.group:
                raise Refusal(SAME)
        return await go_through(stage, played, folder, wanted, quick=quick, stay=stay)


async def introduce(wire: Wire, played: Played) -> None:
    """Somebody says that it is a test community; once for a folder."""
    shown = await wire.open()
    if played.group and played.group != wire.group:
        raise Refusal(OTHER)
    if not played.group and not agreed(f"«{shown['name']}» — тестовое сообщество, не настоящее?"):
        raise Refusal(NOT_TEST)
    played.group = wire.group


async def go_through(
    stage: ProbeStage, played: Played, folder: Path, wanted: list[str], *, quick: bool, stay: bool
) -> int:
    """Plays what is not played yet and looks at what is due; 0 where everything is known, else 1. `stay`: it waits for
    the slow ones."""
    with importing():
        from features.probe.kept import keep
        from features.probe.play import look, missing, play, prepare
        from features.probe.report import EVERY, as_json, report
        from features.probe.walls import EVERY_QUICK

    def keeps() -> None:
        keep(folder, played)
        (folder / "report.txt").write_text(report(played, stage.wire.clock.now()), encoding="utf-8")
        (folder / "switches.json").write_text(as_json(played), encoding="utf-8")

    await prepare(stage)
    await stage.meet()
    played.user, played.chat = stage.user, stage.chat
    coming = await look(stage, played, keeps, typer.echo)
    every = list(EVERY_QUICK if quick else EVERY)
    await play(stage, played, wanted or missing(played, every), keeps, typer.echo)
    coming = await look(stage, played, keeps, typer.echo)
    while coming is not None and stay:
        await stage.wire.clock.sleep((coming - stage.wire.clock.now()).total_seconds() + 1)
        coming = await look(stage, played, keeps, typer.echo)
    keeps()
    tell(folder, coming)
    return 1 if coming is not None or missing(played, wanted or every) else 0


def tell(folder: Path, coming: datetime | None) -> None:
    """Prints where the report is, and when the slow probes go on."""
    typer.echo(f"Отчёт: {folder / 'report.txt'}. Переключатели эмулятора: {folder / 'switches.json'}.")
    if coming is not None:
        typer.echo(f"Долгие пробы продолжатся при запуске после {coming.astimezone():%d.%m %H:%M}: та же команда.")
