"""A directory saved by an administrator: a version with its author and changes, an audit line, nobody overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.admin.admin_directory import AdminDirectory
from bot.process.clock import Clock
from bot.region.directory_json import from_json, with_version
from states.audit import AuditAction
from states.directory import Directory
from storage.db.database import Database
from storage.db.errors import Conflict
from storage.privacy import audit
from storage.records import directory
from tests.web.conftest import db, empty_database  # noqa: F401 - fixtures


async def test_every_version_is_kept(db: Database, region: Directory) -> None:  # noqa: F811
    taken: list[str] = []

    async def changed(new: Directory) -> None:
        taken.append(new.region)

    desk = AdminDirectory(db, Clock(), changed)
    assert await db.run(directory.newest_version) == 0 and await db.run(lambda tx: directory.text_of(tx, 1)) is None
    await desk.save(region)
    other = with_version(replace(region, region="Край"))
    assert await desk.save(other, 5001, after=1) == (f"~ регион: было «{region.region}», стало «Край»",)
    with pytest.raises(Conflict):
        await desk.save(region, 5001, after=1)
    await desk.save(other, 5001, after=2)
    newest, first = await db.run(lambda tx: directory.versions(tx, 10))
    assert (newest.number, newest.author, first.number, first.author) == (2, 5001, 1, 0)
    assert newest.changes == (f"~ регион: было «{region.region}», стало «Край»",) and len(first.changes) > 3
    text = await db.run(lambda tx: directory.text_of(tx, 1))
    assert text is not None and from_json(text) == region
    lines = await db.run(lambda tx: audit.newest(tx, 10))
    imported = [(row["actor"], row["detail"]) for row in lines if row["action"] == AuditAction.DIRECTORY_IMPORTED]
    assert sorted(imported) == [(0, f"строк {len(first.changes)}"), (5001, "строк 1")]
    assert taken == [region.region, "Край", "Край"]
