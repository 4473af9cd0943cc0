"""`demo fill` makes the demo year in a process of its own and gives it to the running bot; `demo state` says how far.

It must never open an SQLite file itself: a bot that is started again meanwhile would not get it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.cli.ask import desk_of, finish
from bot.config.settings import Settings, read
from bot.process import admin_socket
from bot.process.advice import Refusal
from bot.process.clock import Clock, is_loopback

if TYPE_CHECKING:
    from features.demo.sandbox.bot_process import Bot
    from features.demo.year import Told, Year

Json = dict[str, Any]
Text = tuple[str, list[str]]
"""A message and the lines of its history, each as it is stored."""
Asks = Callable[[str, Json], Awaitable[Json]]

demo = typer.Typer(no_args_is_help=True, help="Демонстрационный год: только в песочнице.")

BATCH = 250
"""Messages in a transaction of the bot: everybody else's come in between."""
TOLD_EVERY = 36
"""Days between two lines of progress."""
PATIENCE = 60
"""So many seconds a bot may be away while it is started again."""
POLITE = 5
"""The bot goes first where there is one core for both."""
NO_BOT = "Бот не запущен, а год получает только работающий бот. Запустите его: make sandbox"


@demo.command("fill")
def fill(
    messages: Annotated[int, typer.Option(min=1, max=1_000_000, help="Сколько сообщений в году.")] = 30_000,
    seed: Annotated[int, typer.Option(help="Зерно случайности: одно зерно — один и тот же год.")] = 1,
) -> None:
    """Наполнить базу песочницы годом сообщений, придуманных по правилам. Прерванный продолжается."""
    settings = read()
    if not is_loopback(settings.vk_api_url):
        from features.demo.asked import REAL

        raise Refusal(REAL)
    with suppress(OSError):
        os.nice(POLITE)
    finish(fill_year(settings, messages, seed, typer.echo))


@demo.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Адрес, на котором слушать.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Порт страницы для телефона.")] = 8080,
    reset: Annotated[str, typer.Option(help="Когда каждый день начинать заново, по часам машины.")] = "04:00",
    panel_url: Annotated[str, typer.Option(help="Адрес панели, каким его видят гости; без него панели нет.")] = "",
    panel_port: Annotated[int, typer.Option(help="Порт панели на этой машине.")] = 8081,
    data: Annotated[Path, typer.Option(help="Папка демонстрации.")] = Path("var/demo"),
    year: Annotated[int, typer.Option(min=1, max=1_000_000, help="Сколько сообщений в году.")] = 30_000,
) -> None:
    """Показ на сервере: мир, бот, панель и страница для телефона жителя; ключ ВКонтакте не нужен."""
    from features.demo.sandbox.bot_process import SandboxOptions
    from features.demo.sandbox.start import sandbox
    from features.demo.served import phones_beside

    try:
        at = time.fromisoformat(reset)
    except ValueError:
        raise Refusal(f"--reset {reset}: нужно время, например 04:00.") from None
    wanted = SandboxOptions(data.resolve(), "regions/chelyabinsk", True, year, "", panel_url.rstrip("/"), panel_port)
    emulator = ["--port", "0"]

    def also(bot: Bot) -> AbstractAsyncContextManager[None]:
        return phones_beside(bot, host, port, at, typer.echo)

    raise typer.Exit(finish(sandbox(wanted, emulator, lambda _: None, also)))


@demo.command("state")
def state() -> None:
    """Сколько сообщений демонстрационного года уже в базе."""
    from bot.cli.ask import run_command
    from features.demo.asked import NOT_BEGUN

    said = run_command(read(), "demo_state", {})
    typer.echo(told_of(said) if said else NOT_BEGUN)


def told_of(said: Json) -> str:
    """How far the year is loaded, in a sentence."""
    days = f"дней {said['day']} из {said['days']}"
    if said["day"] < said["days"]:
        return f"Демонстрационный год загружается: {days}, сообщений {said['kept']}."
    return f"Демонстрационный год загружен: сообщений {said['kept']}, зерно {said['seed']}."


async def fill_year(settings: Settings, messages: int, seed: int, says: Callable[[str], None]) -> Json:
    """All days that are missing; the last answer of the bot."""
    async with bot_of(settings) as asks:
        begun = await asks("demo_begin", {"messages": messages, "seed": seed})
        done = begun
        if begun["day"] < begun["days"]:
            done = await every_day(asks, year_of(settings, begun), begun["day"], says)
        for words in (await asks("demo_rows", {"zone": settings.timezone}))["said"]:
            says(words)
        says(told_of(done))
        return done


async def every_day(asks: Asks, year: Year, first: int, says: Callable[[str], None]) -> Json:
    """The next day is made while the bot keeps this one."""
    done: Json = {}
    loop = asyncio.get_running_loop()
    coming = loop.run_in_executor(None, in_batches, year, first)
    for number in range(first, len(year)):
        batches = await coming
        if number + 1 < len(year):
            coming = loop.run_in_executor(None, in_batches, year, number + 1)
        for index, batch in enumerate(batches, 1):
            whole = number + (index == len(batches))
            done = await asks("demo_keep", {"told": batch, "day": whole})
        if (number + 1) % TOLD_EVERY == 0:
            says(told_of(done))
    return done


def in_batches(year: Year, number: int) -> list[list[Text]]:
    """A day as texts; one empty batch where nobody wrote, so that the day is complete all the same."""
    texts = [as_text(written) for written in year.day(number)]
    return [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)] or [[]]


def as_text(told: Told) -> Text:
    """The message and its history as the bot stores them."""
    from storage.db.codec import encode

    return encode(told[0]), [encode(line) for line in told[1]]


def year_of(settings: Settings, begun: Json) -> Year:
    """The year that was begun: by its own seed, moment and directory, so that a loading that was cut off goes on the
    same."""
    from bot.config import calendar_file
    from bot.config.settings import GOES_ON
    from bot.region.directory_json import from_json
    from bot.region.map_file import middles, read
    from features.demo.given import YearInputs
    from features.demo.year import Year

    return Year(
        YearInputs(
            seed=begun["seed"],
            messages=begun["messages"],
            now=datetime.fromisoformat(begun["now"]),
            community=begun["community"],
            directory=from_json(begun["directory"]),
            calendar=calendar_file.read(own=Path(settings.region_folder)),
            zone=ZoneInfo(settings.timezone),
            chats=begun["chats"],
            close_after=timedelta(days=settings.close_days),
            goes_on=settings.returned_clock == GOES_ON,
            middles=middles(read(Path(settings.region_folder))),
        )
    )


@asynccontextmanager
async def bot_of(settings: Settings) -> AsyncIterator[Asks]:
    """Who carries out: the running bot; on PostgreSQL, which any process may open, this one."""
    door = admin_socket.socket_of(settings.database_url)
    if door is None:
        async with desk_of(settings) as carry_out:
            yield refuse_errors(carry_out)
        return
    if not door.exists():
        raise Refusal(NO_BOT)
    clock = Clock()

    async def patiently(command: str, arguments: Json) -> Json:
        for _ in range(PATIENCE):
            with suppress(ConnectionError, ValueError):  # it was killed in the middle of its answer
                said = await admin_socket.ask(door, command, arguments)
                if said is not None:
                    return said
            await clock.sleep(1.0)
        raise Refusal(NO_BOT)

    yield refuse_errors(patiently)


def refuse_errors(carry_out: Asks) -> Asks:
    """The same, with an error of the answer raised as Refusal."""

    async def asks(command: str, arguments: Json) -> Json:
        """Asks the bot for a command. Refusal: with its own words."""
        said = await carry_out(command, arguments)
        if "error" in said:
            raise Refusal(str(said["error"]))
        return said

    return asks
