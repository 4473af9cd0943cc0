"""`alarm`: whether somebody hears of it. It must never open the database: a running bot has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.ask import finish
from bot.config.settings import read
from bot.process.advice import Refusal

if TYPE_CHECKING:
    from features.alerts.ways import Way

alarm = typer.Typer(no_args_is_help=True, help="Тревога вторым путём, мимо ВКонтакте.")


@alarm.command("try")
def alarm_try() -> None:
    """Послать пробную тревогу каждым из вторых путей."""
    from features.alerts.ways import trial, ways_of

    ways = ways_of(read())
    if not ways:
        raise Refusal("Второго пути нет. Впишите BOT_ALARM_SMTP (письмо) или BOT_ALARM_WEBHOOK.")
    failed = [finish(try_way(way, trial())) for way in ways]
    raise typer.Exit(1 if any(failed) else 0)


async def try_way(way: Way, said: Mapping[str, Any]) -> bool:
    """Sends a trial and prints what came of it; whether it failed."""
    from features.alerts.ways import NotTold

    try:
        await way.send(said)
    except NotTold as error:
        typer.echo(f"Не дошло: {way.shown}: {error}.")
        return True
    typer.echo(f"Отправлено: {way.shown}. Проверьте, что пришло.")
    return False
