"""An upgrade: the tables of the first landed program with people's words in them, the check on a copy, the way back.

`samples/first_landing.sql.gz` is what commit 91d2a83 stored of transcript 17 (two invented residents), before anything
was sealed.
"""

from __future__ import annotations

import gzip
import re
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import storage.db.version
from benchmarks.rig.stand import COMMUNITY
from bot import VERSION
from bot.config.keys import master_of
from bot.config.settings import Settings
from bot.region.findings import FindingMark
from bot.upkeep import upgrade
from bot.upkeep.backups import places_named
from states.lifecycle.appeal import Appeal
from storage.db.database import Database
from storage.db.errors import WrongSchema
from storage.db.migrations import migrate
from storage.ops.copies import backup
from storage.ops.copies.restore import put_back
from storage.ops.copies.upgrade import Rehearsal, rehearse
from storage.records import appeals
from tests.operation.typed import ROOT, Post, post

SAMPLE = ROOT / "tests" / "storage" / "samples" / "first_landing.sql.gz"
CODES = ("1128-356P", "1128-FH4B")
WORDS = ("Ленина", "Победы")
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
BEFORE = storage.db.version.revisions()[-2]


@pytest.fixture
def here(tmp_path: Path) -> Post:
    return post(tmp_path, backup_folder=str(tmp_path / "copies"))


@pytest.fixture
def first(here: Post) -> Path:
    """The first program's database."""
    path = here.folder / "bot.db"
    with sqlite3.connect(path) as db:
        db.executescript(gzip.decompress(SAMPLE.read_bytes()).decode())
    db.close()
    return path


async def kept(settings: Settings) -> dict[str, Appeal]:
    db = await Database.open(settings.database_url, master=master_of(settings), community=COMMUNITY)
    try:
        return await db.run(lambda tx: appeals.by_code(tx, CODES))
    finally:
        await db.close()


@pytest.fixture
async def copy_of_before(here: Post, first: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy as the program of the version before makes it."""
    await migrate(here.settings.database_url, BEFORE, master=master_of(here.settings))

    async def any_version(*_: object) -> None:
        """The program of before finds its own tables."""

    with monkeypatch.context() as patch:
        patch.setattr(storage.db.version, "check", any_version)
        db = await Database.open(here.settings.database_url, master=master_of(here.settings), community=COMMUNITY)
        try:
            return (await backup.make(db, places_named(here.settings), NOW)).path
        finally:
            await db.close()


async def test_the_first_tables_with_data_are_brought_to_todays(here: Post, first: Path) -> None:
    tried = await rehearse(first, master_of(here.settings))
    assert (tried.before, tried.after, tried.tables_with_loss) == ("0001", storage.db.version.newest(), {})
    assert tried.rows["appeal"] == (2, 2) and tried.rows["inbox"] == (35, 35)
    found = await kept(here.settings)
    assert sorted(found) == sorted(CODES)
    for code, word in zip(CODES, WORDS, strict=True):
        texts = " ".join(one.text for one in found.values())
        assert word in texts, code
    for path in first.parent.glob("bot.db*"):
        assert not any(word.encode() in path.read_bytes() for word in WORDS), "sealed in place (T21)"


async def test_the_program_of_today_runs_on_them(here: Post, first: Path) -> None:
    assert here.types("appeals").code == 2, "the tables are older"
    assert here.types("migrate").code == 0
    said = here.types("community", "list")
    assert said.code == 0 and "Других сообществ нет" in said.out, "the registry begins empty"
    said = here.types("appeals", "--all")
    assert said.code == 0 and all(code in said.out for code in CODES), said


async def test_the_check_tries_it_on_a_copy(here: Post, copy_of_before: Path) -> None:
    before = (here.folder / "bot.db").read_bytes()
    found = await upgrade.check_upgrade(here.settings, None, None, NOW + timedelta(minutes=10))
    said = "\n".join(one.line() for one in found)
    assert not any(one.wrong for one in found), said
    newest = storage.db.version.newest()
    for words in (
        f"Программа {VERSION}",
        "ей 10 мин",
        f"Таблицы {BEFORE} → {newest}",
        "Сообщений было 2",
        "Решения те же",
    ):
        assert words in said, said
    assert not any(word in said for word in WORDS)
    assert (here.folder / "bot.db").read_bytes() == before, "the database itself is not touched"


async def test_what_stops_an_upgrade(here: Post, copy_of_before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (old,) = [
        one for one in await upgrade.check_upgrade(here.settings, None, None, NOW + timedelta(hours=5)) if one.wrong
    ]
    assert "Последней копии 5 ч" in old.text and "bot backup" in old.todo
    usage = shutil.disk_usage(here.folder)._replace(free=1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    (full,) = [one for one in await upgrade.check_upgrade(here.settings, None, None, NOW) if one.wrong]
    assert full.text.startswith("Место:")
    tried = Rehearsal("0001", "0002", {"appeal": (3, 2)}, 1.0)
    assert [one.mark for one in upgrade.tables(tried)] == [FindingMark.GOOD, FindingMark.BAD]
    assert [one.mark for one in upgrade.tables(replace(tried, before="0002"))] == [FindingMark.GOOD]


async def test_a_copy_of_a_newer_program_is_refused(here: Post, first: Path) -> None:
    with sqlite3.connect(first) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    with pytest.raises(WrongSchema, match="более новая версия"):
        await rehearse(first, master_of(here.settings))


async def test_the_way_back_is_the_copy(here: Post, copy_of_before: Path) -> None:
    """The new program took over and something went wrong: what the copy has is there again."""
    master = master_of(here.settings)
    await migrate(here.settings.database_url, master=master)
    with sqlite3.connect(here.folder / "bot.db") as db:
        db.execute("DELETE FROM appeal")
    db.close()
    assert await kept(here.settings) == {}
    await put_back(copy_of_before, None, here.folder / "bot.db", master, NOW)
    assert sorted(await kept(here.settings)) == sorted(CODES)


def test_typed_by_an_administrator(here: Post, first: Path) -> None:
    done = here.types("--version")
    assert done.code == 0 and done.out == f"Приёмная {VERSION}, таблицы {storage.db.version.newest()}\n"
    done = here.types("upgrade-check")
    assert done.code == 1 and "Копии нет" in done.out and "Исправить: 1." in done.out, done


def test_the_version_is_one() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{VERSION}"\n' in project
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changes, re.MULTILINE)
    assert newest is not None and newest[1] == VERSION
    assert "### Что сделать при обновлении" in changes.split("\n## ")[1]
