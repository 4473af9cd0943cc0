"""Figures of a region: the report of a week or a month, for the panel, the ЦУР's chat and the command line (R52);
agencies, municipalities and topics compared.

The daily sums, search and what «Сейчас» shows of them are the core's, and so is whatever is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.feature import Asked, Feature, Loop, Making

if TYPE_CHECKING:
    import typer

    from bot.admin.admin_service import AdminService
    from bot.runtime import Runtime
    from bot.web.site import Page
    from states.facts import Rules


def adds() -> Rules:
    """The rules that this feature adds."""
    from features.statistics.handlers import RULES

    return RULES


def list_documents() -> Mapping[str, Making]:
    """Charts and all that draws cost memory, and are used once a week."""
    from features.statistics.picture import make_picture
    from states.statistics.periods import DOCUMENT

    return {DOCUMENT: make_picture}


def list_asked(service: AdminService) -> Mapping[str, Asked]:
    """By name, the requests of the admin socket that this feature answers. Imports its code only when called."""
    from features.statistics.asked import AdminReports

    return AdminReports(service.db, service.clock, service.features).commands()


def list_commands() -> Sequence[tuple[str, typer.Typer]]:
    """The `statistics` commands of the command line, as (name, Typer app). Imports their code only when called."""
    from features.statistics.commands import statistics

    return (("statistics", statistics),)


def list_pages() -> Sequence[Page]:
    from features.statistics.pages import PAGES

    return PAGES


def loops(bot: Runtime) -> Sequence[Loop]:
    """The loop that closes weeks and months."""
    from bot.upkeep.lasting import lasting
    from features.statistics.jobs import close_periods

    return [lasting(bot, close_periods)]


def kept() -> Mapping[str, Any]:
    """What the feature keeps in memory for the panel."""
    from features.statistics.exports import Exports

    return {"exports": Exports()}


FEATURE = Feature(
    "statistics",
    "Отчёты и статистика",
    rules=adds,
    documents=list_documents,
    asked=list_asked,
    commands=list_commands,
    pages=list_pages,
    kept=kept,
    loops=loops,
    templates=Path(__file__).with_name("templates"),
)
