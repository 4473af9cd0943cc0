"""«Страницы» in the panel: the registry, one page of it, the rating of heads."""

from __future__ import annotations

from bot.web.site import Page
from features.official_pages.pages import edit, heads, listed, load, one

PAGES: tuple[Page, ...] = tuple(page for part in (listed, load, edit, one, heads) for page in part.PAGES)
