"""The open data: what everybody may see, and the keys of applications that may send messages (R56, R64)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.feature import Asked, Feature

if TYPE_CHECKING:
    import typer

    from bot.admin.admin_service import AdminService
    from bot.config.settings import Settings
    from bot.region.findings import Finding
    from bot.web.site import Site


def list_routes(site: Site) -> Sequence[Any]:
    """FastAPI costs memory that a panel alone does not need."""
    if site.settings.open_data != "on":
        return ()
    from features.open_data.routes import doors

    return doors.routes(site)


def list_asked(service: AdminService) -> Mapping[str, Asked]:
    from features.open_data.asked import AdminApiKeys

    return AdminApiKeys(service.db, service.clock).commands()


def list_commands() -> Sequence[tuple[str, typer.Typer | Callable[..., None]]]:
    from features.open_data.commands import api_keys

    return (("api-keys", api_keys),)


def own_findings(settings: Settings) -> Sequence[Finding]:
    """What `bot check` says of the settings for open data."""
    from features.open_data.checks import findings

    return findings(settings)


FEATURE = Feature(
    "open_data",
    "Открытые данные",
    asked=list_asked,
    routes=list_routes,
    commands=list_commands,
    templates=Path(__file__).parent / "templates",
    own_findings=own_findings,
)
