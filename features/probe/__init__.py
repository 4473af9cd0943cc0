"""`probe`: a test community and a phone answer what nobody outside VK knows; each answer is a switch of the emulator.

It must never touch the bot's database or its community, nor write anywhere but to its tester, in one chat and under one
post of the tester's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.feature import Feature

if TYPE_CHECKING:
    import typer


def list_commands() -> Sequence[tuple[str, typer.Typer | Callable[..., None]]]:
    from features.probe.commands import probe

    return (("probe", probe),)


FEATURE = Feature("probe", "Пробы: как ведёт себя ВКонтакте", commands=list_commands)
