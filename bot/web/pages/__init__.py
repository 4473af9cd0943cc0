"""The pages, one file each: what it shows, its template beside it in `templates/`, its test in `tests/web/`."""

from __future__ import annotations

from bot.web.pages import code, groups, now, official, official_page, queue, sign_in, sign_out, start, topics
from bot.web.site import Page

EVERY = (start, sign_in, code, sign_out, now, queue, groups, topics, official, official_page)
PAGES: tuple[Page, ...] = tuple(page for one in EVERY for page in one.PAGES)
