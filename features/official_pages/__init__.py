"""The registry of official pages of bodies: a resident asks for one, VK is looked at once a week, the panel shows all.

What is stored stays the core's: tables, stored names, audit words, settings. A region without it answers a question for
a page as any other message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.feature import Asked, Feature, Loaders, Loop

if TYPE_CHECKING:
    import typer

    from bot.admin.admin_service import AdminService
    from bot.feature import Summed
    from bot.runtime import Runtime
    from bot.web.site import Page
    from features.official_pages.made_up import RegistryInputs
    from states.facts import Rules
    from storage.db.database import Database


def adds() -> Rules:
    """The rules that this feature adds."""
    from features.official_pages.handlers import RULES

    return RULES


def loads() -> Loaders:
    """By question, what loads its answer."""
    from features.official_pages.model.page import PagesAsked
    from features.official_pages.sql import find_pages

    return {PagesAsked: find_pages}


def loops(bot: Runtime) -> Sequence[Loop]:
    """The loop that checks the pages in VK."""
    from bot.upkeep.lasting import lasting
    from features.official_pages.jobs import check_pages

    return [lasting(bot, check_pages)]


def list_asked(service: AdminService) -> Mapping[str, Asked]:
    """By name, the requests of the admin socket that this feature answers. Imports its code only when called."""
    from features.official_pages.asked import AdminPages

    return AdminPages(service.db, service.clock).commands()


def list_commands() -> Sequence[tuple[str, typer.Typer]]:
    """The `pages` commands of the command line, as (name, Typer app). Imports their code only when called."""
    from features.official_pages.commands import pages

    return (("pages", pages),)


def list_pages() -> Sequence[Page]:
    from features.official_pages.pages import PAGES

    return PAGES


def list_summaries() -> Sequence[Summed]:
    """What this feature adds to the one-page report: the figures of the registry."""
    from features.official_pages.report import summarise

    return (summarise,)


async def fill_demo(db: Database, given: RegistryInputs) -> str:
    """Fills a demo's database with made-up pages; what it has made, in words."""
    from features.official_pages.demo_rows import fill

    return await fill(db, given)


def list_kept() -> Mapping[str, Any]:
    """What the web application keeps between requests, by the name of its state: the table that is being loaded."""
    from features.official_pages.loading import Loading

    return {"pages_loading": Loading()}


FEATURE = Feature(
    "official_pages",
    "Официальные страницы",
    rules=adds,
    loaders=loads,
    loops=loops,
    asked=list_asked,
    commands=list_commands,
    pages=list_pages,
    kept=list_kept,
    summaries=list_summaries,
    demo_rows=fill_demo,
    templates=Path(__file__).with_name("templates"),
)
