"""Official pages that a resident asks for, by words and a few at most. It must never open who is responsible
for a page.
"""

from __future__ import annotations

from states.facts import PagesAsked
from states.statistics.pages.page import Found
from states.statistics.pages.wanted import Wanted
from storage.db.transaction import Transaction
from storage.records import official_pages as registry
from storage.unit_of_work.facts_asked import Loaders

MOST = 30
"""Of so many the best are told; who asks for «школа» is asked for its number."""


async def load(tx: Transaction, asked: PagesAsked) -> Found | None:
    """One page of each body. Where there is no registry at all, nothing: the words are a message like any other."""
    pages, number = await registry.page(tx, Wanted(words=asked.words, bodies=True), 0, MOST)
    return Found(tuple(pages), number) if pages or await registry.number(tx, Wanted()) else None


LOADERS: Loaders = {PagesAsked: load}
