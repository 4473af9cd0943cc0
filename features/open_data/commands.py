"""`api-keys`: applications that may send messages through the open API. It must never print a key but once."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.ask import run_command
from bot.config.settings import read

api_keys = typer.Typer(no_args_is_help=True, help="Ключи приложений для открытого API.")


@api_keys.command("add")
def add(
    user: Annotated[int, typer.Option(help="Числовой id человека ВКонтакте, за которого пишет приложение.")],
    name: Annotated[str, typer.Option(help="Как называется приложение: это увидит житель.")],
) -> None:
    """Выдать приложению ключ. Он показывается один раз: хранится только его отпечаток."""
    said = run_command(read(), "api_keys_add", {"user": user, "name": name})
    typer.echo(f"Ключ {said['code']} (покажем один раз, храните как пароль):")
    typer.echo(said["key"])
    typer.echo("Сообщения примем, когда этот человек даст боту согласие на обработку данных.")


@api_keys.command("list")
def list_keys() -> None:
    """Кому выданы ключи."""
    found = run_command(read(), "api_keys_list", {})["keys"]
    for key in found:
        typer.echo(f"{key['code']}  {key['user']:<12} {key['at'][:10]}  {key['name']}")
    if not found:
        typer.echo("Ключей не выдано.")


@api_keys.command("revoke")
def revoke(code: Annotated[str, typer.Argument(help="Первые восемь знаков из списка.")]) -> None:
    """Отозвать ключ: с этой минуты по нему ничего не принимается."""
    run_command(read(), "api_keys_revoke", {"code": code})
    typer.echo("Ключ отозван.")
