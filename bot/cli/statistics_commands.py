"""Commands about statistics: `statistics rebuild`; `statistics report` stands beside it (features/statistics)."""

from __future__ import annotations

import typer

from bot.cli.ask import run_command
from bot.config.settings import read

statistics = typer.Typer(no_args_is_help=True, help="Сводные числа по дням и отчёты.")


@statistics.command("rebuild")
def rebuild() -> None:
    """Пересчитать по самим сообщениям сводные числа всех дней и слова для поиска; бот может работать."""
    said = run_command(read(), "statistics_rebuild", {"timezone": read().timezone})
    typer.echo(f"Пересчитано дней: {said['days']}.")
