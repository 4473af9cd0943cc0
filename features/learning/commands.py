"""`train`: a model that says where messages belong, learned from decided ones; adopted by a person's yes, and back.

It must never print a message. A table is read and learned from here; our own messages are read by whoever has the
database open, which is the running bot when there is one.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.ask import agreed, desk_of, finish, importing, run_command
from bot.config.settings import AUTO, Settings, read
from bot.process import admin_socket
from bot.process.advice import Refusal

if TYPE_CHECKING:
    from bot.region.table_file import Line
    from features.learning.table import Columns

Json = dict[str, Any]
EVERY = 0.5
"""Seconds between two looks at how far it is."""
WORSE = "Эта модель не лучше той, что есть: она не сохранена. Сохранить и принять всё равно: --anyway"
RUNS = "Бот уже решает с ней."
SOON = "Бот возьмёт её, когда запустится; другой процесс — за минуту."


def train(
    own: Annotated[bool, typer.Option("--own", help="Учиться на решённых сообщениях этой базы.")] = False,
    file: Annotated[Path | None, typer.Option("--from", help="Учиться на таблице CSV или XLSX.")] = None,
    columns: Annotated[Path | None, typer.Option("--columns", help="YAML: какой столбец что значит.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Принять, не переспрашивая, если модель лучше.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Сохранить и предложить, даже если не лучше.")] = False,
    adopt: Annotated[int, typer.Option("--adopt", help="Принять модель с этим номером; 0 — без обучения.")] = -1,
    back: Annotated[bool, typer.Option("--back", help="Вернуться к прежней модели.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="Какие модели есть.")] = False,
) -> None:
    """Обучить модель, которая подсказывает тему сообщения, или выбрать, с какой работать."""
    if sum((own, file is not None, adopt >= 0, back, listing)) != 1:
        raise Refusal("Укажите одно из: --own, --from ФАЙЛ, --list, --adopt НОМЕР, --back.")
    settings = read()
    if listing:
        told = run_command(settings, "model_list", {"zone": settings.timezone})["lines"]
        typer.echo("\n".join(told) or "Моделей нет: бот решает без обучения. Обучить: python -m bot train --own")
    elif back:
        print_adopted(run_command(settings, "model_back", {}))
    elif adopt >= 0:
        print_adopted(run_command(settings, "model_adopt", {"number": adopt}))
    else:
        yes = yes or settings.learning_adopt == AUTO
        made = of_own(settings, anyway) if file is None else of_file(settings, file, columns, yes, anyway)
        offer_model(settings, made, yes)


def offer_model(settings: Settings, made: Json, yes: bool) -> None:
    """The report, then the question."""
    typer.echo("\n".join(made["lines"]))
    if not made["number"]:
        typer.echo(WORSE)
        raise typer.Exit(1)
    if not yes and not agreed("Принять эту модель?"):
        number = made["number"]
        typer.echo(f"Модель № {number} сохранена. Принять её потом: python -m bot train --adopt {number}")
        return
    print_adopted(run_command(settings, "model_adopt", {"number": made["number"]}))


def print_adopted(said: Json) -> None:
    """Prints which model decides now, and which former ones an erasure has taken away."""
    number = said["number"]
    typer.echo(
        f"Принята модель № {number}. {RUNS if said['running'] else SOON}" if number else "Бот решает без обучения."
    )
    if said.get("deleted"):
        gone = ", ".join(f"№ {number}" for number in said["deleted"])
        typer.echo(f"Прежние модели удалены ({gone}): они видели сообщения тех, кого с тех пор забыли.")


# --- our own messages


def of_own(settings: Settings, anyway: bool) -> Json:
    """Has whoever has the database open learn from our own messages; Refusal with the reason where nothing came of
    it."""
    said = finish(with_progress(settings, "model_own", {"anyway": anyway}))
    if "error" in said:
        raise Refusal(str(said["error"]))
    return said


async def with_progress(settings: Settings, command: str, arguments: Json) -> Json:
    """The command's answer; what it says meanwhile is printed."""
    async with desk(settings) as carry_out:
        work = asyncio.ensure_future(carry_out(command, arguments))  # noqa: TID251 - ends in here
        told = 0
        try:
            while True:
                done, _ = await asyncio.wait([work], timeout=EVERY)
                for line in (await carry_out("model_progress", {"after": told})).get("lines", []):
                    typer.echo(line)
                    told += 1
                if done:
                    return work.result()
        finally:
            work.cancel()


@asynccontextmanager
async def desk(settings: Settings) -> AsyncIterator[admin_socket.Command]:
    """The running bot when there is one, else the database opened here, for several commands."""
    door = admin_socket.socket_of(settings.database_url)

    async def asks(command: str, arguments: Json) -> Json:
        """Asks the running bot for a command; an error where it has stopped meanwhile."""
        said = await admin_socket.ask(door, command, arguments)
        return {"error": "Бот остановился, пока шло обучение. Повторите."} if said is None else said

    if await admin_socket.ask(door, "model_progress", {}) is not None:
        yield asks
        return
    async with desk_of(settings) as carry_out:
        yield carry_out


# --- a table


def of_file(settings: Settings, file: Path, columns: Path | None, yes: bool, anyway: bool) -> Json:
    """Learns from a table of decided messages here and sends the model alone to whoever has the database open."""
    with importing():
        from bot.process.clock import Clock
        from bot.region import table_file
        from bot.region.directory_json import from_json
        from features.learning import table, trainer
        from features.learning.trainer import TrainingInputs
        from features.learning.words import report_json
    trainer.able()
    lines = table_file.read(file)
    chosen = columns_of(lines, columns, yes)
    given = run_command(settings, "model_given", {})
    found = table.read(lines, chosen, from_json(given["directory"]))
    typer.echo("\n".join(found.lines()))
    by, began = TrainingInputs(given["directory"], b64decode(given["used"])), Clock().now()
    made = finish(trainer.train_apart(by, trainer.in_parts(found.examples), typer.echo))
    kept = {"content": b64encode(made.content).decode(), "report": report_json(made.report), "began": began.isoformat()}
    return run_command(settings, "model_keep", {**kept, "beside": given["number"], "anyway": anyway})


def columns_of(lines: Sequence[Line], file: Path | None, yes: bool) -> Columns:
    """By a file, by their heads, or by what a person answers."""
    from features.learning import table
    from features.learning.table import Columns

    heads = table.heads_of(lines)
    found = table.guess_columns(heads) if file is None else table.read_columns(file, heads)
    if found.missing and yes:
        names = ", ".join(table.ROLES[role] for role in found.missing)
        raise Refusal(f"Не понять, в каком столбце: {names}. Напишите это в YAML и передайте: --columns ФАЙЛ")
    answered = {role: which(table.ROLES[role], heads) for role in found.missing}
    chosen = Columns({**found.heads, **answered}, found.codes)
    for role, name in chosen.heads.items():
        typer.echo(f"{table.ROLES[role]}: столбец «{name}»")
    return chosen


def which(role: str, heads: Sequence[str]) -> str:
    """Asks on the command line which column has this role."""
    for number, name in enumerate(heads, 1):
        typer.echo(f"{number}. {name}")
    while True:
        chosen: int = typer.prompt(f"В каком столбце {role}? Номер", type=int)
        if 1 <= chosen <= len(heads):
            return heads[chosen - 1]
