"""Facts of the life of a message cost an index each: SQLite never reads every appeal for one event (design.md §6)."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from given import CHAT, CUR_CHAT, MASTER, NOW, C, appeal, decide, statements_seen, submitted, waiting_of
from scenes import CENTRE, DRAFT, ROADS, about, bound, carded, in_chat, made, pressed, private

from states.dialogue import ChoosingSame, Dialogue, Preview
from states.events import RoutesChanged, TimerFired
from states.lifecycle.digest import Section
from storage.db.database import Database
from storage.ops import statistics
from storage.privacy import forgetting, shared_text
from storage.privacy.subject_export import everything_about
from storage.records import appeals
from tests.storage.conftest import copied_sqlite

WHOLE = {"/найти 1125": "COVERING INDEX sqlite_autoindex_appeal_1"}
"""A part of a number is looked for in the index of numbers alone."""

EVENTS = {
    "a reply": in_chat("слова", 50),
    "a button": pressed("who"),
    "/мои": in_chat("/мои"),
    "/просрочено": in_chat("/просрочено", peer=CUR_CHAT),
    "/найти 1125": in_chat("/найти 1125", peer=CUR_CHAT),
    "/история": in_chat("/история 1125-AAAA"),
    "a preview": private(peer=6),
    "a choice": private(peer=7),
    "spikes": (waiting_of(0), TimerFired("spikes", "spikes", 0, NOW)),
    "incidents": (waiting_of(0), TimerFired("incidents", "incidents", 0, NOW)),
    "/сводка": in_chat("/сводка"),
    "/сводка of the ЦУР": in_chat("/сводка", peer=CUR_CHAT),
    **{f"a line: {section}": pressed("digest", peer=CUR_CHAT, value=f"{section} 0") for section in Section},
    **{f"a line of theirs: {section}": pressed("digest", value=f"{section} 0") for section in Section},
    "routes": (waiting_of(CHAT), RoutesChanged(CHAT, NOW)),
}


@pytest.fixture
async def db(tmp_path: Path, sqlite_template: Path) -> Any:
    opened = await Database.open(copied_sqlite(tmp_path / "one.db"), master=MASTER, community=C)
    await bound(opened, ROADS, CENTRE)
    lead = made("1125-AAAA", 5, chat=CHAT, incident="1125-AAAA")
    await decide(opened, submitted(lead, appeal("1125-BBBB", 8), dialogue=Dialogue(6, Preview(), DRAFT)))
    await decide(opened, submitted(dialogue=Dialogue(7, ChoosingSame("1125-AAAA", own=False), DRAFT)))
    await carded(opened, "1125-AAAA")
    yield opened
    await opened.close()


def reads_all(path: Path, statements: list[str]) -> list[str]:
    """Lines of plans that read every appeal, every line of history or every message of a community."""
    plain = sqlite3.connect(path)
    found = []
    for statement in statements:
        if not statement.startswith("SELECT"):
            continue
        for row in plain.execute(f"EXPLAIN QUERY PLAN {statement}", [0] * statement.count("?")):
            line = str(row[3])
            big = any(f" {table} " in f"{line} " for table in ("appeal", "history", "outbox", "consent", "inbox"))
            if big and (line.startswith("SCAN") or line.endswith("(community_id=?)")):
                found.append(line)
    plain.close()
    return found


@pytest.mark.parametrize("name", EVENTS)
async def test_facts_read_what_they_need(db: Database, tmp_path: Path, name: str) -> None:
    with statements_seen() as seen:
        known = await about(db, EVENTS[name], publish_hash="p")
    assert known and seen
    lines = [line for line in reads_all(tmp_path / "one.db", seen) if WHOLE.get(name, "nothing") not in line]
    assert lines == []


async def test_forgetting_reads_what_it_needs(db: Database, tmp_path: Path) -> None:
    with statements_seen() as seen:
        await db.run(lambda tx: appeals.lines_of(tx, ["1125-AAAA"]))
        await db.run(lambda tx: shared_text.told_elsewhere(tx, 5, ["1125-AAAA"], [forgetting.outbox.c.cause]))
        await db.run(lambda tx: everything_about(tx, 5))
        await db.run(lambda tx: forgetting.erase(tx, 5, NOW))
    assert reads_all(tmp_path / "one.db", seen) == []


async def test_the_check_bites(db: Database, tmp_path: Path) -> None:
    with statements_seen() as seen:
        await db.run(lambda tx: statistics.standing(tx, NOW))
    assert reads_all(tmp_path / "one.db", seen), "counting all of them does read all of them"
