"""Several communities of one operator in one process: the registry and the loops of those beside the home.

Their rows, keys and terms are core: what is kept of people there ends in time without this feature too
(bot/upkeep/communities), which is refused while a further community is active.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.feature import Asked, Feature, Loop

if TYPE_CHECKING:
    import typer

    from bot.admin.admin_service import AdminService
    from bot.feature import Recovered
    from bot.runtime import Runtime
    from bot.web.site import Page


def list_drained(home: Runtime, recovered: Recovered) -> Sequence[Loop]:
    """The loop that runs all other communities; it ends its own ones before the bot ends."""
    from features.communities.fleet import others

    return [others(home, recovered)]


def list_asked(service: AdminService) -> Mapping[str, Asked]:
    from features.communities.asked import AdminCommunities

    return AdminCommunities(service.db, service.clock, service.bot).commands()


def list_commands() -> Sequence[tuple[str, typer.Typer | Callable[..., None]]]:
    from features.communities.commands import community

    return (("community", community),)


def list_pages() -> Sequence[Page]:
    from features.communities.pages import PAGES

    return PAGES


FEATURE = Feature(
    "communities",
    "Другие сообщества",
    drained=list_drained,
    asked=list_asked,
    commands=list_commands,
    pages=list_pages,
    templates=Path(__file__).with_name("templates"),
)
