"""Official pages that residents of a batch ask for, by words and a few at most. It must never open who is responsible
for a page, nor read the registry for a message that asks for none.
"""

from __future__ import annotations

from collections.abc import Sequence

from states.statistics.pages.page import Found
from states.statistics.pages.wanted import Wanted
from storage.db.transaction import Transaction
from storage.records import official_pages as registry
from storage.unit_of_work.facts_asked import Asked

MOST = 30
"""Of so many the best are told; who asks for «школа» is asked for its number."""


async def load_pages(tx: Transaction, asked: Sequence[Asked]) -> None:
    """One page of each body. Where there is no registry at all, nothing: the words are a message like any other."""
    for one in asked:
        if one.wanted.pages and one.own:
            pages, number = await registry.page(tx, Wanted(words=one.wanted.pages, bodies=True), 0, MOST)
            if pages or await registry.number(tx, Wanted()):
                one.pages = Found(tuple(pages), number)
