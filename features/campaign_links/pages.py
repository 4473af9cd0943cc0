"""«Ссылки и плакаты»: the links with a code, how many messages came by each, and their posters to print.

It must never count what the viewer may not see: each number is the list of the same filter (R24).
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, replace
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web.asked import link, local_day, of_request
from bot.web.layout import number, render
from bot.web.site import MenuEntry, Page, Site, site_of
from features.campaign_links import posters
from features.campaign_links.asked import community_of
from handlers.text.words import plural
from handlers.views.doors import door_in_words
from states.directory import Community, Door
from states.people.viewers import Role, Section
from states.statistics.filter import Filter
from storage.db.transaction import Transaction
from storage.ops import sums

MENU = MenuEntry("doors", "Ссылки и плакаты", frozenset(Role), Section.REPORTS, through="reports")
LATELY = 30
"""Days of the second number."""
SHEETS = {"poster": (posters.poster, "plakat"), "labels": (posters.labels, "nakleyki")}


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row: `counts` are words and addresses; without `link` it is a code of old messages only."""

    code: str
    name: str
    known: str
    link: str
    page: str
    closed: bool
    counts: tuple[tuple[str, str], ...]


async def doors(request: Request) -> Response:
    """Answers with the page of links."""
    site, wanted, _ = of_request(request)
    today = local_day(site)
    ever = Filter(agencies=wanted.agencies, places=wanted.places)
    lately = replace(ever, since=today - timedelta(days=LATELY - 1), until=today)
    counted = await site.readers.run(lambda tx: _both(tx, ever, lately))
    rows = [row_view(site, door, counted, (ever, lately)) for door in doors_to_list(site, counted)]
    rows.sort(key=lambda row: row.closed)
    told = plural(sum(not row.closed for row in rows), "ссылка", "ссылки", "ссылок")
    return render(request, "doors.html", rows=rows, told=told, days=LATELY, hint=own_community(site).link("код"))


async def _both(tx: Transaction, ever: Filter, lately: Filter) -> list[dict[str, int]]:
    """By link, how many messages came by it: ever, and lately."""
    return [await sums.received_by(tx, period, "door") for period in (ever, lately)]


def doors_to_list(site: Site, counted: list[dict[str, int]]) -> list[Door]:
    """The links of the directory, then those that it has no more but messages came by."""
    known_here = site.directory().door_by_code
    gone = sorted(code for code in counted[0] if code and code not in known_here)
    return [*known_here.values(), *(Door(code, code, closed=True) for code in gone)]


def row_view(site: Site, door: Door, counted: list[dict[str, int]], periods: tuple[Filter, Filter]) -> LinkRow:
    """A link as a row of text: what it fills in, its address, and how many messages came by it in each period. One that
    the directory lost stays while messages of it are counted."""
    directory = site.directory()
    counts = tuple(
        (number(found.get(door.code, 0)), link(Section.QUEUE, replace(wanted, doors=(door.code,))))
        for found, wanted in zip(counted, periods, strict=True)
    )
    here_still = door.code in directory.door_by_code
    return LinkRow(
        door.code,
        door.name if here_still else f"{door.code}: в справочнике больше нет",
        "; ".join(door_in_words(door, directory)) or "ничего не подставляет",
        own_community(site).link(door.code) if here_still else "",
        door.page,
        door.closed,
        counts,
    )


def own_community(site: Site) -> Community:
    """The community that this site's database belongs to."""
    return community_of(site.directory(), site.db.community)


async def sheet(request: Request) -> Response:
    """A poster or a sheet of labels, as PDF."""
    site, door = site_of(request), site_of(request).directory().door_by_code.get(request.path_params["code"])
    drawn = SHEETS.get(request.path_params["sheet"])
    if door is None or drawn is None:
        raise HTTPException(404)
    draw, name = drawn
    out = io.BytesIO()
    await asyncio.to_thread(draw, out, site.directory(), own_community(site), door)
    headers = {"content-disposition": f'attachment; filename="{name}-{door.code}.pdf"'}
    return Response(out.getvalue(), media_type="application/pdf", headers=headers)


PAGES = (
    Page("/doors", doors, MENU),
    Page("/doors/{code}/{sheet}.pdf", sheet, MENU),
)
