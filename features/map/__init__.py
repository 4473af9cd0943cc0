"""The map of the panel: municipalities, places of messages, a circle that chooses them. `bot.charts` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.feature import Feature

if TYPE_CHECKING:
    from bot.web.site import Page


def list_pages() -> Sequence[Page]:
    from features.map.pages import PAGES

    return PAGES


FEATURE = Feature("map", "Карта", pages=list_pages, templates=Path(__file__).with_name("templates"))
