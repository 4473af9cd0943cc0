"""Commands about a region's folder: its wordings, a new one, what its residents would feel.

They must change nothing but the folder that was named.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.directory_folder import Folder
from bot.config.settings import HOME
from bot.process.advice import Refusal

region = typer.Typer(no_args_is_help=True, help="Папка региона: свои слова, новый регион.")


@region.command("words")
def words(part: Annotated[list[str], typer.Argument(help="Слова фразы, как их читают.")]) -> None:
    """Фразы с этими словами, готовые для texts.yaml: впишите своё в now."""
    from bot.region.wordings import as_file, every

    wanted = plainly(" ".join(part))
    found = [sentence for sentence in every() if wanted in plainly(sentence.was)]
    if not found:
        raise Refusal("Такой фразы нет. Назовите слова подряд, без чисел и имён: их подставляет бот.")
    typer.echo(as_file((sentence, sentence.was) for sentence in found))


def plainly(text: str) -> str:
    """The text in small letters, «ё» as «е», single spaces."""
    return " ".join(text.casefold().replace("ё", "е").split())


@region.command("new")
def new(
    folder: Annotated[Path, typer.Argument(help="Новая папка.")],
    name: Annotated[str, typer.Option(help="Название, как его прочитают жители.")],
    places: Annotated[Path, typer.Option(help="Таблица: название; ОКТМО; населённые пункты (первый — центр).")],
    bodies: Annotated[Path, typer.Option(help="Таблица: название; коротко; муниципалитет; темы.")],
    settlements: Annotated[Path | None, typer.Option(help="Таблица: название; муниципалитет или его ОКТМО.")] = None,
    outlines: Annotated[Path | None, typer.Option(help="Контуры муниципалитетов, GeoJSON.")] = None,
    timezone: Annotated[str, typer.Option(help="Часовой пояс.")] = "Europe/Moscow",
    topics: Annotated[Path, typer.Option(help="Чьи темы взять.")] = Path(HOME),
    groups: Annotated[str, typer.Option(help="«город» или коды групп тем через запятую.")] = "",
) -> None:
    """Папка нового региона и список того, что осталось вписать."""
    from bot.process.clock import Clock
    from bot.region.new_region import CHECKLIST, RegionPlan, files

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(f"Папка {folder} не пуста: назовите новую.")
    taken, today = [group.strip() for group in groups.split(",") if group.strip()], Clock().now().date()
    made = files(RegionPlan(name, timezone, places, bodies, topics, taken, today, settlements, outlines))
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in made.items():
        (folder / file).write_text(text, encoding="utf-8")
    typer.echo(f"Готово: {folder}. Что осталось — в {folder / CHECKLIST}.")
    check(folder)


@region.command("check")
def check(folder: Folder) -> None:
    """Что почувствуют жители: где некому ответить, какие названия совпадают, сколько фраз бот поймёт."""
    from bot.process.clock import Clock
    from bot.region import felt
    from bot.region.directory_file import examine
    from bot.region.findings import FEW

    reading = examine(folder, Clock().now().date())
    found = [*felt.findings(reading.directory), *felt.outlines(reading.directory, folder)]
    few = [f"• {warning}" for warning in reading.warnings[:FEW]]
    if more := len(reading.warnings) - len(few):
        few.append(f"• И ещё таких: {more}. Все: python -m bot directory check {folder}")
    typer.echo("\n".join([*few, *(finding.line() for finding in found)]))
