"""What the editors keep and count: versions of the directory, sessions that are open, what is held of people (R15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from given import NOW
from sqlalchemy import select, update

from states.audit import AuditAction, AuditLine
from states.lifecycle.rights import ErasureRequest, Ground
from states.people.viewers import Role, Viewer
from storage.db.database import Database
from storage.db.errors import Conflict
from storage.db.schema import directory as table
from storage.privacy import audit, erasures, holdings
from storage.privacy.retention import RetentionTerms
from storage.records import directory, sessions, viewers


async def test_versions_of_the_directory(db: Database) -> None:
    assert await db.run(directory.newest_version) == 0
    assert await db.run(lambda tx: directory.text_of(tx, 1)) is None
    long = "слова " * 5000
    await db.run(lambda tx: directory.save_text(tx, long, NOW, after=0))
    assert await db.run(lambda tx: directory.save_text(tx, "два", NOW, author=7, changes=["+ раз\nдва"], after=1)) == 2
    with pytest.raises(Conflict):
        await db.run(lambda tx: directory.save_text(tx, "три", NOW, after=1))
    assert await db.run(lambda tx: directory.save_text(tx, "два", NOW, after=2)) == 2, "an equal text is no version"
    newest, first = await db.run(lambda tx: directory.versions(tx, 10))
    assert (newest.number, newest.author, newest.changes) == (2, 7, ("+ раз два",))
    assert (first.number, first.author, first.changes, first.saved_at) == (1, 0, (), NOW)
    assert [one.number for one in await db.run(lambda tx: directory.versions(tx, 1))] == [2]
    assert await db.run(lambda tx: directory.text_of(tx, 1)) == long
    kept = await db.run(lambda tx: tx.rows(select(table.c.text).order_by(table.c.version)))
    assert len(kept[0]["text"]) < len(long) / 10


async def test_a_text_of_an_older_program_stands_as_it_was(db: Database) -> None:
    await db.run(lambda tx: directory.save_text(tx, "новый", NOW))
    await db.run(lambda tx: tx.execute(update(table).values(text='{"format": 3}')))
    assert await db.run(directory.load_text) == ('{"format": 3}', 1)


async def test_sessions_that_are_open(db: Database) -> None:
    for name, user, at in (("a", 1, NOW), ("b", 2, NOW + timedelta(hours=1)), ("old", 3, NOW - timedelta(days=1))):
        await db.run(lambda tx: sessions.begin(tx, name, user, at, proven=False))  # noqa: B023
    now = NOW + timedelta(hours=1, minutes=30)
    assert [(one.digest, one.user) for one in await db.run(lambda tx: sessions.open_now(tx, now))] == [
        ("b", 2),
        ("a", 1),
    ]
    await db.run(lambda tx: viewers.grant(tx, Viewer(1, Role.READER), NOW))
    assert await db.run(viewers.granted_at) == {1: NOW}


async def test_what_is_held_is_counted(db: Database) -> None:
    for number, ground in enumerate((Ground.WITHDRAWN, Ground.WITHDRAWN, Ground.DEMANDED), 1):
        request = ErasureRequest(number, NOW, NOW, ground)
        await db.run(lambda tx: erasures.ask(tx, request, NOW, 9))  # noqa: B023
    await db.run(lambda tx: audit.append(tx, [AuditLine(1, AuditAction.EXPORTED, "1")], NOW))
    found = await db.run(lambda tx: holdings.asked_since(tx, NOW - timedelta(days=1)))
    assert (found.erasures, found.exports) == ({"withdrawn": 2, "demanded": 1}, 1)
    later = await db.run(lambda tx: holdings.asked_since(tx, NOW + timedelta(days=1)))
    assert (later.erasures, later.exports, later.agreed, later.refused) == ({}, 0, 0, 0)
    lines = await db.run(lambda tx: audit.newest(tx, 9))
    assert [one["actor"] for one in lines if one["action"] == AuditAction.ERASURE_ASKED] == [9, 9, 9]
    far = NOW + timedelta(days=2000)
    past = await db.run(lambda tx: holdings.past_their_term(tx, far, RetentionTerms()))
    assert (past.lines, past.acts, past.events) == (4, 0, 0)
    assert await db.run(lambda tx: holdings.of_resident(tx, 1)) == (0, 0)
