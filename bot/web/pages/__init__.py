"""The pages, one file each: what it shows, its template beside it in `templates/`, its test in `tests/web/`."""

from __future__ import annotations

from bot.web.pages import (
    audit,
    away,
    chats,
    code,
    lead,
    live,
    message_files,
    now,
    queue,
    saved_views,
    several,
    sign_in,
    sign_out,
    start,
)
from bot.web.pages.admin import (
    data,
    people,
    settings,
    templates,
)
from bot.web.site import Page

DOORS = (start, sign_in, code, sign_out)
WORK = (now, live, queue, several, lead, saved_views, message_files, away)
KEPT = (templates, chats, audit, people, data, settings)
"""What the region keeps in order."""
PAGES: tuple[Page, ...] = tuple(page for module_type in (*DOORS, *WORK, *KEPT) for page in module_type.PAGES)
