"""Known troubles: an agency announces «Плановое отключение до 18:00, Ленина», and whoever writes about it hears so
before the number.

The table, stored names and audit words stay the core's. A region without it tells nobody, and its commands say why.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.feature import Feature, Loaders

if TYPE_CHECKING:
    from bot.web.site import Page
    from states.facts import Rules


def adds() -> Rules:
    """The rules that this feature adds."""
    from features.notices.handlers import RULES

    return RULES


def loads() -> Loaders:
    """By question, what loads its answer."""
    from features.notices.model import NoticesAsked
    from storage.records import notices

    return {NoticesAsked: lambda tx, asked: notices.find(tx, asked.id)}


def list_pages() -> Sequence[Page]:
    from features.notices.pages import PAGES

    return PAGES


FEATURE = Feature(
    "notices",
    "Известные отключения",
    rules=adds,
    loaders=loads,
    pages=list_pages,
    templates=Path(__file__).with_name("templates"),
)
