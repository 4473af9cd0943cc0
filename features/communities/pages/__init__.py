"""«Сообщества» in the panel: the registry, and one more by its key."""

from __future__ import annotations

from bot.web.site import Page
from features.communities.pages import add, registry

PAGES: tuple[Page, ...] = (*registry.PAGES, *add.PAGES)
