"""Editing the directory in the panel: entries, files, versions, and routes that history proposes.

Without it the directory is changed by `directory import` and by whoever keeps canned answers; what reads and checks one
is core (bot/region), and so is saving it (bot/admin/admin_directory.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.feature import Feature

if TYPE_CHECKING:
    from bot.web.site import Noticing, Page


def list_pages() -> Sequence[Page]:
    from features.directory_editor.pages import PAGES

    return PAGES


def list_notices() -> Sequence[Noticing]:
    """What «Сейчас» shows of this feature: routes that history speaks against."""
    from features.directory_editor.pages.history import notices_of_routes

    return (notices_of_routes,)


def list_kept() -> Mapping[str, Any]:
    """What the web application keeps between requests, by the name of its state."""
    from features.directory_editor.history import Lately
    from features.directory_editor.pages.upload import Uploads

    return {"routes": Lately(), "uploads": Uploads()}


FEATURE = Feature(
    "directory_editor",
    "Справочник в панели",
    pages=list_pages,
    notices=list_notices,
    kept=list_kept,
    templates=Path(__file__).with_name("templates"),
)
