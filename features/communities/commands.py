"""`community`: other communities that this bot runs beside the one of its settings. It must never take a token as an
argument, which every process of the machine may read, nor print one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.ask import finish, importing, run_command
from bot.config.settings import read
from bot.process.advice import Refusal
from bot.process.health import unwell_words

community = typer.Typer(no_args_is_help=True, help="Другие сообщества, которые ведёт этот бот.")

Number = Annotated[int, typer.Argument(help="Номер сообщества ВКонтакте, как в списке.")]
TokenFile = Annotated[
    Path | None, typer.Option("--token-file", help="Файл с ключом сообщества; без него ключ читается со входа.")
]


@community.command("add")
def add(
    token_file: TokenFile = None,
    operator_name: Annotated[str, typer.Option(help="Оператор персональных данных, если он свой.")] = "",
    operator_address: Annotated[str, typer.Option(help="Его адрес.")] = "",
    operator_email: Annotated[str, typer.Option(help="Его почта.")] = "",
    door: Annotated[str, typer.Option(help="Код ссылки из справочника: что она знает, заполняется само.")] = "",
) -> None:
    """Добавить сообщество по его ключу: проверить ключ во ВКонтакте и запустить."""
    settings, operator = read(), [operator_name, operator_address, operator_email]
    if any(operator) and not all(operator):
        raise Refusal("Оператор — это имя, адрес и почта: --operator-name, --operator-address, --operator-email")
    with importing():
        from features.communities.key import check_key
    token = token_of(token_file)
    id, name = finish(check_key(settings, token))
    said = {"id": id, "name": name, "token": token, "operator": operator if all(operator) else None, "door": door}
    run_command(settings, "community_add", said)
    typer.echo(f"Сообщество {id} «{name}» добавлено. Если бот запущен, оно уже работает; если нет — заработает с ним.")
    typer.echo(f"Чаты органов подключите к нему отдельно: python -m bot chat code --community {id} --agency КОД")


def token_of(file: Path | None) -> str:
    """The first line of the file, or of what is typed or piped in."""
    with importing():
        from features.communities.key import LONGEST, is_key
    try:
        text = file.read_text(encoding="utf-8") if file is not None else sys.stdin.readline(LONGEST + 1)
    except (OSError, UnicodeDecodeError):
        raise Refusal(f"Файл {file} не читается.") from None
    token = text.strip()
    if not is_key(token):
        raise Refusal("Ключа нет: передайте его файлом (--token-file ФАЙЛ) или на вход команды, одной строкой.")
    return token


@community.command("list")
def list_communities() -> None:
    """Все сообщества: что с каждым и что сделать."""
    found = run_command(read(), "community_list", {})
    typer.echo(f"{found['home']:<12} из BOT_VK_TOKEN")
    for a_community in found["communities"]:
        for line in lines_of(a_community, found["unwell"]):
            typer.echo(line)
    if not found["communities"]:
        typer.echo("Других сообществ нет. Добавить: python -m bot community add --token-file ФАЙЛ")


def lines_of(a_community: dict[str, Any], unwell: dict[str, int]) -> list[str]:
    """A community as one line of the list, and a second one with what to do where something is wrong."""
    words = a_community["words"]
    if str(a_community["id"]) in unwell:
        words += f", но {unwell_words(unwell[str(a_community['id'])])}"
    own = "".join(
        f", {name} {a_community[key]}"
        for name, key in (("оператор", "operator"), ("ссылка", "door"))
        if a_community[key]
    )
    line = f"{a_community['id']:<12} {words}, с {a_community['added_at'][:10]}{own}  «{a_community['name']}»"
    return [line, *([f"{'':12} {a_community['todo']}"] if a_community["todo"] else [])]


@community.command("pause")
def pause(id: Number) -> None:
    """Остановить одно сообщество: бот там не читает и не отвечает."""
    run_command(read(), "community_pause", {"id": id})
    typer.echo("На паузе. Что напишут за это время, бот прочитает потом. Включить: python -m bot community resume")


@community.command("resume")
def resume(id: Number) -> None:
    """Снова запустить сообщество с тем же ключом."""
    run_command(read(), "community_resume", {"id": id})
    typer.echo("Снова работает.")


@community.command("remove")
def remove(id: Number) -> None:
    """Убрать сообщество: ключ уничтожается сразу, сообщения хранятся до своих сроков."""
    run_command(read(), "community_remove", {"id": id})
    typer.echo("Убрано, ключ уничтожен. Отзовите его и во ВКонтакте: Управление → Работа с API.")
