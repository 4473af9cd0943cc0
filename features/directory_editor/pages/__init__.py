"""«Справочник» in the panel: its tables, an entry as a form, files, versions, who answers in fact."""

from __future__ import annotations

from bot.web.site import Page
from features.directory_editor.pages import entry, history, tables, upload, versions

PAGES: tuple[Page, ...] = tuple(
    page for module_type in (tables, entry, upload, versions, history) for page in module_type.PAGES
)
