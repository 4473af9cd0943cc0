"""The stream of numbers for «Сейчас» and the queue: one for each session, held to what its person may see."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.web.asked import asked
from bot.web.live import Live
from bot.web.site import Page, entered, site_of, viewer_of
from states.people.viewers import Section
from states.statistics.filter import Filter

HEADERS = {"x-accel-buffering": "no"}
"""A server before us passes on each event at once."""


async def live(request: Request) -> Response:
    known, streams = entered(request), request.app.state.live
    assert known is not None and isinstance(streams, Live), "nobody comes here without a session"
    if streams.full:
        raise HTTPException(503)
    wanted = asked(request)
    plain = Filter(places=wanted.places, agencies=wanted.agencies)
    code = request.query_params.get("open", "").upper()[:20]
    told = streams.stream(site_of(request), known.session.digest, viewer_of(request), plain, code)
    return StreamingResponse(told, media_type="text/event-stream", headers=HEADERS)


PAGES = (Page("/live", live, Section.NOW),)
