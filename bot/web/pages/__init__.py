"""The pages, one file each: what it shows, its template beside it in `templates/`, its test in `tests/web/`."""

from __future__ import annotations

from bot.web.pages import code, now, queue, sign_in, sign_out, start
from bot.web.site import Page

PAGES: tuple[Page, ...] = (*start.PAGES, *sign_in.PAGES, *code.PAGES, *sign_out.PAGES, *now.PAGES, *queue.PAGES)
