"""`statistics report`: a report as a picture or a PDF. It counts and draws; it changes no message."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.ask import run_command
from bot.config.settings import panel_address, read
from bot.process.advice import Refusal

statistics = typer.Typer()


@statistics.command("report")
def report(
    week: Annotated[str, typer.Option("--week", help="Любой день недели, ГГГГ-ММ-ДД.")] = "",
    month: Annotated[str, typer.Option("--month", help="Любой день месяца, ГГГГ-ММ-ДД.")] = "",
    png: Annotated[Path | None, typer.Option("--png", help="Куда положить картинку.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Куда положить PDF.")] = None,
) -> None:
    """Отчёт за неделю или месяц на одной странице: картинкой или PDF."""
    if bool(week) == bool(month):
        raise Refusal("Укажите --week или --month и день.")
    files = [(form, path) for form, path in (("png", png), ("pdf", pdf)) if path is not None]
    if not files:
        raise Refusal("Укажите, куда положить отчёт: --png ФАЙЛ или --pdf ФАЙЛ.")
    day = known_day(week or month)
    for form, path in files:
        write(path, draw_report("week" if week else "month", day, form))
        typer.echo(f"Отчёт готов: {path}")


def known_day(said: str) -> date:
    """The day written as 2026-11-16; Refusal for anything else."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refusal(f"«{said}» не день. Пишите так: 2026-11-16") from None


def draw_report(span: str, day: date, form: str) -> bytes:
    """The file of the report (`form`: png or pdf), made by the running bot or, where it does not run, by this
    process."""
    known = read()
    place = {"timezone": known.timezone, "address": panel_address(known), "region_folder": known.region_folder}
    said = run_command(
        known, "report", {"span": span, "day": day.isoformat(), "form": form, "least": known.rating_least, **place}
    )
    return base64.b64decode(said["content"])


def write(path: Path, content: bytes) -> None:
    """Writes the file. Refusal: it cannot be made."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refusal(f"Файл {path} не создать: {error.strerror}.") from None
