"""Puts the demo's registry of official pages into a database. It must never write over a registry that people keep."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from features.official_pages import sql as registry
from features.official_pages.asked import keep_mains, words_of
from features.official_pages.made_up import MadePage, RegistryInputs, made_of
from storage.db.database import Database
from storage.db.transaction import Transaction

MANY = 500


async def fill(db: Database, given: RegistryInputs) -> str:
    """How many pages were put in: nothing where there are some. What was cut off goes on."""
    first = await db.run(registry.last_id)
    if first % MANY:
        return ""
    made = await asyncio.to_thread(made_of, given)
    for start in range(first, len(made), MANY):
        part = made[start : start + MANY]
        await db.run(lambda tx, part=part: keep(tx, part, given))  # type: ignore[misc]
    await db.run(keep_mains)
    return f"Официальных страниц в реестре: {len(made) - first}."


async def keep(tx: Transaction, part: Sequence[MadePage], given: RegistryInputs) -> None:
    """Stores invented pages and their facts."""
    words = {made.page.id: words_of(made.page, given.directory) for made in part}
    await registry.keep(tx, [made.page for made in part], words)
    await registry.keep_facts(tx, [fact for made in part for fact in made.facts])
