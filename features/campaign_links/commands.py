"""`doors`: the links with a code of the loaded directory, and their posters. `papers`: what is handed out beside them.

They must change nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.ask import run_command
from bot.cli.directory_folder import Folder, read_directory_folder
from bot.config.settings import read
from bot.process.advice import Refusal

doors = typer.Typer(no_args_is_help=True, help="Ссылки с меткой и плакаты с QR-кодом.")


@doors.command("list")
def doors_list() -> None:
    """Какие ссылки есть, что они знают и сколько сообщений по ним пришло."""
    rows = run_command(read(), "doors", {})["doors"]
    for row in rows:
        known = "; ".join(row["known"]) or "ничего не подставляет"
        shut = " (закрыта)" if row["closed"] else ""
        typer.echo(f"{row['code']}{shut}: {row['name']}. {known}. Сообщений: {row['received']}. https://{row['link']}")
    if not rows:
        typer.echo("Ссылок нет. Как их завести: docs/reference/doors.md")


@doors.command("posters")
def doors_posters(
    out: Annotated[Path, typer.Option(help="Куда положить.")],
    door: Annotated[list[str] | None, typer.Option(help="Код ссылки; можно несколько раз. Без него — все.")] = None,
    community: Annotated[str, typer.Option(help="Что стоит после vk.me/, если в справочнике не записано.")] = "",
) -> None:
    """Плакат А4 и лист наклеек для каждой открытой ссылки."""
    from bot.region.directory_json import from_json
    from features.campaign_links.asked import community_of
    from features.campaign_links.posters import write

    said = run_command(read(), "doors", {})
    region = from_json(said["directory"])
    for code in door or ():
        if code not in region.door_by_code:
            raise Refusal(f"Ссылки с кодом «{code}» в справочнике нет. Коды: python -m bot doors list")
    wanted = [link for link in region.doors if (link.code in door if door else not link.closed)]
    here = community_of(region, said["community"])
    for made in write(out, region, replace(here, screen_name=community) if community else here, wanted):
        typer.echo(made)


def papers(
    folder: Folder,
    community: Annotated[str, typer.Option(help="Короткое имя сообщества: то, что стоит после vk.me/.")],
    out: Annotated[Path, typer.Option(help="Куда положить.")] = Path("docs/ru"),
) -> None:
    """Памятка сотруднику и листовка с QR-кодом для печати, по справочнику из этой папки."""
    from features.campaign_links.papers import PosterCommunity, write

    known = read_directory_folder(folder)
    name = known.communities[0].name if known.communities else f"Приёмная: {known.region}"
    for made in write(out, known, PosterCommunity(name, community)):
        typer.echo(made)
