"""Comments of all communities on one page: where people wait, and how soon each answers. It must never hold a word of
one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bot.web.layout import render
from bot.web.site import Page, Site, site_of
from features.comments.address import EVERYWHERE, link
from features.comments.model.listed import CommentFilter, Figures, figures_of
from features.comments.pages.views import MENU, WEEK, WaitingTotal, lasting, whole
from features.comments.sql import Everywhere, of_every_community
from storage.db.transaction import Transaction
from storage.records import communities
from storage.records.communities import CommunityState

MOST = 200


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """One community: `since` when its oldest comment waits, `first` the middle first answer in words."""

    name: str
    href: str
    waiting: WaitingTotal
    figures: Figures
    first: str


async def everywhere(request: Request) -> Response:
    """Answers with the communities that have comments, those where somebody has waited longest first."""
    site = site_of(request)
    names, found = await site.newest.run(lambda tx: look(tx, site))
    rows = sorted(rows_of(site, names, found), key=lambda row: (-row.waiting.late, -row.waiting.many, row.name))
    return render(
        request,
        "comments_everywhere.html",
        rows=rows[:MOST],
        more=len(rows[MOST:]),
        silent=len(names) - len(rows),
        total=total_of(site, found),
        norm=site.settings.comments_norm,
    )


async def look(tx: Transaction, site: Site) -> tuple[dict[int, str], Everywhere]:
    """The names of all communities by their numbers, and what is known of comments in each."""
    registered = [one for one in await communities.everything(tx) if one.state is not CommunityState.REMOVED]
    names = {community.id: community.name for community in registered} | {site.db.community: site.community_name}
    return names, await of_every_community(tx, site.clock.now() - WEEK)


def rows_of(site: Site, names: Mapping[int, str], found: Everywhere) -> Iterator[CommunityRow]:
    """A row for each community where somebody waits, or asked something in the last seven days."""
    for number, name in names.items():
        waiting, asked = found.waiting.get(number, []), found.asked.get(number, [])
        if waiting or asked:
            figures = figures_of(asked)
            chosen = 0 if number == site.db.community else number
            yield CommunityRow(
                name, link(CommentFilter(community=chosen)), whole(site, waiting), figures, first_answer_words(figures)
            )


def total_of(site: Site, found: Everywhere) -> tuple[WaitingTotal, Figures, str]:
    """All communities together: what waits, the figures of the week, the middle first answer in words."""
    since: list[datetime] = sorted(at for moments in found.waiting.values() for at in moments)
    figures = figures_of([comment for comments in found.asked.values() for comment in comments])
    return whole(site, since), figures, first_answer_words(figures)


def first_answer_words(figures: Figures) -> str:
    """The middle first answer: «1 ч 5 мин», or «—» where nobody has answered."""
    return lasting(figures.first) if figures.first is not None else "—"


PAGES = (Page(EVERYWHERE, everywhere, MENU),)
