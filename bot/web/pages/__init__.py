"""The pages, one file each: what it shows, its template beside it in `templates/`, its test in `tests/web/`."""

from __future__ import annotations

from bot.web.pages import (
    audit,
    chats,
    code,
    groups,
    heads,
    now,
    official,
    official_page,
    one_report,
    queue,
    reports,
    saved_views,
    sign_in,
    sign_out,
    start,
    topics,
)
from bot.web.site import Page

DOORS = (start, sign_in, code, sign_out)
WORK = (now, queue, saved_views)
PAGES: tuple[Page, ...] = tuple(
    page
    for one in (
        *DOORS,
        now,
        queue,
        saved_views,
        groups,
        topics,
        official,
        official_page,
        heads,
        reports,
        one_report,
        chats,
        audit,
    )
    for page in one.PAGES
)
