"""What a request asks for: its filter, held to what the viewer may see, and the present of the region.

It must never widen: whoever sees one agency asks about this agency only, whatever the address says (R24).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.region.present import today_at
from bot.web import names
from bot.web.site import Site, site_of, viewer_of
from states.people.viewers import Role, Section, Viewer
from states.statistics.filter import Filter, UnreadableFilter, from_address, to_address
from storage.ops.search import PROFILE, Today


def filter_of(request: Request) -> Filter:
    """The filter of the address. `q` is what stands in the search field; names are as good as codes."""
    pairs = [("words" if name == "q" else name, value) for name, value in request.query_params.multi_items()]
    try:
        return within(viewer_of(request), from_address(names.pairs_with_codes(site_of(request).directory(), pairs)))
    except UnreadableFilter:
        raise HTTPException(400) from None


def within(viewer: Viewer, wanted: Filter) -> Filter:
    """The filter held to the agency or the place of the viewer. What the owner of a page has written only the ЦУР asks
    (R21)."""
    if PROFILE.fullmatch(wanted.words.strip()) and viewer.role not in (Role.CUR, Role.ADMINISTRATOR):
        raise HTTPException(403)
    if viewer.role is Role.AGENCY:
        return replace(wanted, agencies=own_only(viewer, wanted.agencies))
    if viewer.role is Role.MUNICIPALITY:
        return replace(wanted, places=own_only(viewer, wanted.places))
    return wanted


def own_only(viewer: Viewer, codes: tuple[str, ...]) -> tuple[str, ...]:
    """What the viewer is of, where nothing else was asked for."""
    if not viewer.scope or any(code != viewer.scope for code in codes):
        raise HTTPException(403)
    return (viewer.scope,)


def link(section: Section | str, wanted: Filter, more: Iterable[tuple[str, str]] = ()) -> str:
    """The address of a page with this filter; what a number on a page leads to."""
    pairs = [*to_address(wanted), *more]
    return f"/{section}" + (f"?{urlencode(pairs)}" if pairs else "")


def today_of(site: Site) -> Today:
    """The present moment with the region's zone and working calendar, as filters and clocks need it."""
    return today_at(site.clock.now(), site.zone, site.directory(), site.policy.calendar)


def local_day(site: Site) -> date:
    """Today's date in the region's zone."""
    return site.clock.now().astimezone(site.zone).date()


def of_request(request: Request) -> tuple[Site, Filter, Today]:
    """The site, the filter of this address cut down to what the viewer may see, and the region's present."""
    site = site_of(request)
    return site, filter_of(request), today_of(site)
