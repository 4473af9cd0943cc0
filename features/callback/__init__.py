"""Callback API: VK posts events to the panel's address too, beside the long poll (vk-api.md §10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bot.feature import Feature

if TYPE_CHECKING:
    import typer

    from bot.config.settings import Settings
    from bot.region.findings import Finding
    from bot.vk.client import Vk
    from bot.web.site import Site


def list_routes(site: Site) -> Sequence[Any]:
    """The route of the callback address; none where there is no secret."""
    if not site.settings.callback_secret:
        return ()
    from features.callback.beside import way_in
    from features.callback.routes import routes

    return routes(way_in(site), site.limits)


def list_commands() -> Sequence[tuple[str, typer.Typer | Callable[..., None]]]:
    from features.callback.commands import callback

    return (("callback", callback),)


async def findings_in_vk(settings: Settings, vk: Vk, community: int) -> list[Finding]:
    """The findings about callback servers; none without a secret, for VK has nothing to post then."""
    from features.callback.servers import standing

    return await standing(vk, settings, community) if settings.callback_secret else []


FEATURE = Feature(
    "callback", "События через Callback API", routes=list_routes, commands=list_commands, findings_in_vk=findings_in_vk
)
