"""Those who answer in the demo year have names, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from made import given_of

from features.demo.given import COORDINATOR
from features.demo.people import name_officials
from states.directory import Directory
from storage.db.database import Database
from storage.db.migrations import migrate
from storage.records import people, viewers


async def test_a_history_of_the_made_up_year_names_who_did_it(region: Directory, tmp_path: Path) -> None:
    """The names let nobody in."""
    url = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    await migrate(url)
    db = (await Database.open(url)).of(101)
    given = given_of(region)
    try:
        assert await name_officials(db, given) == await name_officials(db, given) == ""
        users = [given.official("mindor"), given.official("miass-gorod", 2), COORDINATOR]
        found = await db.run(lambda tx: people.names(tx, users))
        assert sorted(found) == sorted(users)
        assert all(re.fullmatch(r"[А-Я][а-яё]+ [А-Я]\.", name) for name in found.values())
        for user in users:
            assert await db.run(lambda tx, user=user: viewers.of_user(tx, user, given.now)) is None  # type: ignore[misc]
    finally:
        await db.close()
