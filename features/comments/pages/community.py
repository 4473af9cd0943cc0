"""Whose comments a page shows: those of the home, or of one community of the registry with its own rows and key."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.config.settings import OFF
from bot.upkeep.communities.beside import policy_beside, settings_beside
from bot.web.site import Site, site_of
from features.comments.pages.views import number_in
from storage.records import communities
from storage.records.communities import CommunityState, RegisteredCommunity


@dataclass(frozen=True, slots=True)
class ShownCommunity:
    """`site`: the panel as it is for this community alone. `number`: VK's, 0 of the home. `name` as in the registry."""

    site: Site
    number: int = 0
    name: str = ""


async def shown_community(request: Request) -> ShownCommunity:
    """The community that the address asks for. Raises HTTPException: 404, there is none of this number."""
    site, number = site_of(request), number_in(request.query_params.get("community", ""))
    if number in (0, site.db.community):
        return ShownCommunity(site)
    found = await site.newest.run(lambda tx: communities.of_id(tx, number))
    if found is None or found.state is CommunityState.REMOVED:
        raise HTTPException(404)
    return ShownCommunity(site_beside(site, found), number, found.name)


def site_beside(site: Site, community: RegisteredCommunity) -> Site:
    """The panel for one community of the registry. Its key is only where the bot runs it in this process; one that is
    paused or refused hears no comments."""
    bot = site.bot.others.get(community.id) if site.bot is not None else None
    settings = settings_beside(site.settings, community).model_copy(update={"vk_token": ""})
    if community.state is not CommunityState.ACTIVE:
        settings = settings.model_copy(update={"comments": OFF})
    return replace(
        site,
        settings=settings,
        db=site.db.of(community.id),
        readers=site.readers.of(community.id),
        policy=policy_beside(site.settings, site.policy, community),
        bot=bot,
        wake=bot.events.notify if bot is not None else lambda: None,
    )
