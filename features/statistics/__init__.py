"""Figures of a region: the report of a week or a month, for the panel, the ЦУР's chat and the command line (R52).

The daily sums, search and what «Сейчас» shows of them are the core's, and so is whatever is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.feature import Feature, Making

if TYPE_CHECKING:
    from states.facts import Rules


def adds() -> Rules:
    from features.statistics.handlers import RULES

    return RULES


def list_documents() -> Mapping[str, Making]:
    """Charts and all that draws cost memory, and are used once a week."""
    from features.statistics.picture import made
    from states.statistics.periods import DOCUMENT

    return {DOCUMENT: made}


FEATURE = Feature(
    "statistics",
    "Отчёты и статистика",
    rules=adds,
    documents=list_documents,
)
