"""`pages`: the registry of official pages, as a table in and out. The file is read here, so that a running bot is not
held up by it. It must never print who is responsible for a page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.ask import run_command
from bot.config.settings import read

pages = typer.Typer(no_args_is_help=True, help="Реестр официальных страниц.")

Table = Annotated[Path, typer.Argument(help="Таблица XLSX или CSV.")]


@pages.command("import")
def pages_import(
    file: Table,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Только показать, что изменится.")] = False,
) -> None:
    """Загрузить таблицу: новые страницы и изменения. Ничего не удаляется."""
    from bot.region import table_file

    settings = read()
    lines = table_file.read(file)
    said = run_command(settings, "pages_import", {"lines": lines, "zone": settings.timezone, "dry_run": dry_run})
    for line in (*said["lines"], *said["faults"]):
        typer.echo(line)
    done = "Изменится" if dry_run else "Загружено"
    typer.echo(
        f"{done}: новых {said['new']}, с изменениями {said['changed']}. Без изменений {said['same']}, "
        f"нет в таблице {said['gone']}, строк с ошибками {said['wrong']}."
    )
    if said["wrong"]:
        typer.echo("Строки с ошибками пропущены: исправьте их и загрузите таблицу ещё раз.")
        raise typer.Exit(1)


@pages.command("export")
def pages_export(file: Annotated[Path, typer.Argument(help="Куда записать: имя на .xlsx или .csv.")]) -> None:
    """Записать весь реестр таблицей, которую можно поправить и загрузить снова."""
    from bot.region import table_file

    said = run_command(read(), "pages_export", {})
    table_file.write(file, said["heads"], said["rows"])
    typer.echo(f"Записано страниц: {len(said['rows'])}. Файл: {file}")
    typer.echo("В таблице могут быть имена ответственных: передайте её только тем, кто ведёт реестр.")
