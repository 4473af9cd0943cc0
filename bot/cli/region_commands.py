"""Commands about a region's folder: its wordings, a new one, what its residents would feel.

They must change nothing but the folder that was named.
"""

from __future__ import annotations

from typing import Annotated

import typer

from bot.process.advice import Refusal

region = typer.Typer(no_args_is_help=True, help="Папка региона: свои слова, новый регион.")


@region.command("words")
def words(part: Annotated[list[str], typer.Argument(help="Слова фразы, как их читают.")]) -> None:
    """Фразы с этими словами, готовые для texts.yaml: впишите своё в now."""
    from bot.region.wordings import as_file, every

    wanted = plainly(" ".join(part))
    found = [one for one in every() if wanted in plainly(one.was)]
    if not found:
        raise Refusal("Такой фразы нет. Назовите слова подряд, без чисел и имён: их подставляет бот.")
    typer.echo(as_file((one, one.was) for one in found))


def plainly(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())
