"""«Комментарии» in the panel: the list, one thread beside it, and what the ЦУР does there."""

from __future__ import annotations

from bot.web.site import Page
from features.comments.pages import act, everywhere, listed, picture

PAGES: tuple[Page, ...] = (*listed.PAGES, *act.PAGES, *picture.PAGES, *everywhere.PAGES)
