"""Links with a code: how many messages came by each, posters of them, papers to print. What a link presets is core."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.feature import Asked, Feature

if TYPE_CHECKING:
    import typer

    from bot.admin.admin_service import AdminService
    from bot.web.site import Page


def list_asked(service: AdminService) -> Mapping[str, Asked]:
    from features.campaign_links.asked import AdminDoors

    return AdminDoors(service.db, service.clock).commands()


def list_commands() -> Sequence[tuple[str, typer.Typer | Callable[..., None]]]:
    from features.campaign_links.commands import doors, papers

    return (("doors", doors), ("papers", papers))


def list_pages() -> Sequence[Page]:
    from features.campaign_links.pages import PAGES

    return PAGES


FEATURE = Feature(
    "campaign_links",
    "Ссылки с источником, плакаты и бумаги",
    asked=list_asked,
    commands=list_commands,
    pages=list_pages,
    templates=Path(__file__).parent / "templates",
)
