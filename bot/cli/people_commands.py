"""`people`: who comes into the panel besides officials of chats. It must never print a name not granted here."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.ask import run_command
from bot.config.settings import panel_address, read
from bot.process.advice import Refusal
from states.people.viewers import Role

people = typer.Typer(no_args_is_help=True, help="Кто входит в панель.")

User = Annotated[int, typer.Argument(help="Числовой id человека ВКонтакте.")]


@people.command("grant")
def grant(
    user: User,
    role: Annotated[Role, typer.Option(help="cur, agency, municipality, reader или administrator.")],
    scope: Annotated[str, typer.Option(help="Код органа (agency) или муниципалитета (municipality).")] = "",
    name: Annotated[str, typer.Option(help="Как показывать человека в панели.")] = "",
) -> None:
    """Дать человеку роль в панели. Сотрудникам чатов она не нужна: они входят и так."""
    run_command(read(), "people_grant", {"user": user, "role": role.value, "scope": scope, "name": name})
    typer.echo("Роль дана. Войти: написать сообществу «панель», бот пришлёт ссылку.")
    if role is Role.ADMINISTRATOR:
        typer.echo("При первом входе администратор настроит коды на телефоне: без кода он не войдёт.")


@people.command("list")
def list_people() -> None:
    """Кому дана роль. Сотрудники чатов здесь не стоят: их роль следует из чата."""
    found = run_command(read(), "people_list", {})["people"]
    for person in found:
        typer.echo(f"{person['user']:<12} {person['role']:14} {person['scope']:24} {person['name']}".rstrip())
    if not found:
        typer.echo("Ролей не дано. Входят только сотрудники чатов.")


@people.command("revoke")
def revoke(user: User) -> None:
    """Отобрать роль и закрыть всё, что у человека открыто."""
    said = run_command(read(), "people_revoke", {"user": user})
    typer.echo("Роль отобрана, сеансы закрыты.")
    if said["works_in_a_chat"]:
        typer.echo("Человек работает в чате органа и по-прежнему входит по нему. Закрыть: исключить его из чата.")


@people.command("link")
def link(user: User) -> None:
    """Одноразовая ссылка в панель: для первого входа администратора, когда ВКонтакте недоступен."""
    settings = read()
    address = panel_address(settings)
    if not address:
        raise Refusal("Панель не включена. Впишите BOT_PANEL_PORT (и BOT_PANEL_URL, если она на сервере).")
    said = run_command(settings, "people_link", {"user": user})
    typer.echo(f"Ссылка действует {said['minutes']} минут и открывается один раз:")
    typer.echo(f"{address}/in/{said['token']}")
