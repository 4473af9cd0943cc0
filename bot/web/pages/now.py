"""«Сейчас»: what somebody must see and do at this moment. It must never show what the viewer's role does not."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.web.layout import render
from bot.web.site import Page
from states.people.viewers import Section


async def now(request: Request) -> Response:
    return render(request, "now.html")


PAGES = (Page("/now", now, Section.NOW),)
