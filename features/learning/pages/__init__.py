"""«Обучение» in the panel: the models, and a table to learn from."""

from __future__ import annotations

from bot.web.site import Page
from features.learning.pages import models, table_file

PAGES: tuple[Page, ...] = (*models.PAGES, *table_file.PAGES)
