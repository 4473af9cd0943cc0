"""How a model is trained, kept and taken into use (docs/reference/learning.md).

Training runs in a process of its own (child.py), which is handed everything by a pipe; only it and
`bot/region/learned.py` load numpy. A model in use and its end are the core's (bot/upkeep/model_in_use.py). Words of
people must never reach a disk here, nor a report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.feature import Asked, Feature, Loop

if TYPE_CHECKING:
    import typer

    from bot.admin.admin_service import AdminService
    from bot.config.settings import Settings
    from bot.process.admin_socket import Command
    from bot.region.findings import Finding
    from bot.runtime import Runtime
    from bot.web.site import Page


def loops(bot: Runtime) -> Sequence[Loop]:
    """The loop that learns again; none unless a better model is adopted without a person's yes."""
    from bot.config.settings import AUTO

    if bot.settings.learning_adopt != AUTO:
        return ()
    from bot.upkeep.lasting import lasting
    from features.learning.jobs import learn_again

    return [lasting(bot, learn_again)]


def list_asked(service: AdminService) -> Mapping[str, Asked]:
    from features.learning.asked import AdminLearning, progress_of

    home = service.home or service.db
    return AdminLearning(home, service.clock, service.bot, progress_of(service)).commands()


def list_commands() -> Sequence[tuple[str, typer.Typer | Callable[..., None]]]:
    from features.learning.commands import train

    return (("train", train),)


async def findings_of_data(settings: Settings, ask: Command) -> list[Finding]:
    from features.learning.checks import findings

    return await findings(settings, ask)


def list_pages() -> Sequence[Page]:
    from features.learning.pages import PAGES

    return PAGES


def kept() -> Mapping[str, Any]:
    """What the feature keeps in memory for the panel."""
    from features.learning.in_panel import Learning

    return {"learning": Learning()}


FEATURE = Feature(
    "learning",
    "Обучение моделей",
    loops=loops,
    asked=list_asked,
    commands=list_commands,
    pages=list_pages,
    kept=kept,
    templates=Path(__file__).with_name("templates"),
    findings_of_data=findings_of_data,
)
