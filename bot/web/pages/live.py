"""The stream of numbers for «Сейчас» and the queue: one for each session, held to what its person may see."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.web.asked import filter_of
from bot.web.live import Live, OpenPage
from bot.web.site import Page, entered_session, site_of, viewer_of
from states.people.viewers import Section
from states.statistics.filter import Filter
from storage.ops import search

HEADERS = {"x-accel-buffering": "no"}
"""A server before us passes on each event at once."""


async def live(request: Request) -> Response:
    """The stream of events; 503 where too many are open."""
    known, streams = entered_session(request), request.app.state.live
    assert known is not None and isinstance(streams, Live), "nobody comes here without a session"
    if streams.full:
        raise HTTPException(503)
    wanted = filter_of(request)
    plain = Filter(places=wanted.places, agencies=wanted.agencies)
    told = streams.stream(site_of(request), known.session.digest, viewer_of(request), plain, shown_by(request, wanted))
    return StreamingResponse(told, media_type="text/event-stream", headers=HEADERS)


def shown_by(request: Request, wanted: Filter) -> OpenPage:
    """The page that is open: a list only of what is open, for others may be of a million."""
    code = request.query_params.get("open", "").upper()[:20]
    try:
        drawn = datetime.fromisoformat(request.query_params.get("drawn", ""))
    except ValueError:
        return OpenPage(code=code)
    return OpenPage(None if wanted.view in search.NOT_OPEN else wanted, drawn.astimezone(UTC), code)


PAGES = (Page("/live", live, Section.NOW),)
