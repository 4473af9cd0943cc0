"""Copies of an SQLite database: proven before they count, sealed, never with their keys, put back whole (F24, T21)."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from given import MASTER, NOW, C, ingest, message, say, send, states
from sqlalchemy import text, update

from states.audit import AuditAction, AuditLine
from storage.db import schema, sealed_file
from storage.db.database import Database
from storage.db.errors import BadCopy, DatabaseLocked, WrongKeys, WrongSchema
from storage.db.master import Master
from storage.ops import recovery_mark
from storage.ops.copies import backup
from storage.ops.copies.backup import (
    DATABASE,
    KEYS,
    Places,
    copies_in,
    make,
    make_keys,
    newest,
    prune,
    stamp_of,
    times_to_keep,
)
from storage.ops.copies.restore import put_back
from storage.privacy import audit, forgetting

LATER = NOW + timedelta(minutes=10)
SECRET = "Аполлинария Крутоверхова"


@pytest.fixture
def places(tmp_path: Path, sqlite_template: Path) -> Places:
    for suffix in ("", ".keys"):
        shutil.copy(f"{sqlite_template}{suffix}", tmp_path / f"test.db{suffix}")
    return Places(tmp_path / "test.db", tmp_path / "copies", tmp_path / "keys")


async def opened(places: Places, master: Master = MASTER) -> Database:
    return await Database.open(f"sqlite+aiosqlite:///{places.database}", master=master, community=C)


@pytest.fixture
async def db(places: Places) -> AsyncIterator[Database]:
    database = await opened(places)
    await ingest(database, message(5, 1, raw=f'{{"text":"{SECRET}"}}'))
    await say(database, send(5, "a"))
    await database.run(lambda tx: audit.append(tx, [AuditLine(0, AuditAction.EXPORTED, "", "x")], NOW))
    yield database
    with suppress(RuntimeError):  # a test has closed it
        await database.close()


class TestMaking:
    async def test_a_copy_is_one_sealed_file_and_the_keys_lie_elsewhere(self, db: Database, places: Places) -> None:
        made = await make(db, places, NOW)
        assert [path.name for path in places.folder.iterdir()] == ["priemnaya-20261125T090000Z.backup"]
        assert [path.name for path in places.keys.iterdir()] == ["priemnaya-20261125T090000Z.keys-backup"]
        assert made.path.stat().st_mode & 0o777 == 0o600 and made.size == made.path.stat().st_size
        for path in (made.path, newest(places.keys, KEYS, NOW)):
            assert path is not None and b"SQLite format" not in path.read_bytes()
        left = {path.name for path in places.database.parent.iterdir() if path.is_file()}
        assert not [name for name in left if "copying" in name]

    async def test_what_does_not_balance_is_no_copy(self, db: Database, places: Places) -> None:
        """I12: and the alarm is about the database, not about the copy only."""
        await db.run(lambda tx: tx.execute(update(schema.counter).values(value=schema.counter.c.value + 1)))
        with pytest.raises(BadCopy, match="Счёт сообщений не сходится"):
            await make(db, places, NOW)
        assert copies_in(places.folder, DATABASE) == []

    async def test_a_changed_audit_log_is_no_copy(self, db: Database, places: Places) -> None:
        await db.run(lambda tx: tx.execute(update(schema.audit).values(detail="y")))
        with pytest.raises(BadCopy, match="Строка 1 изменена"):
            await make(db, places, NOW)

    async def test_a_damaged_file_is_no_copy(self, db: Database, places: Places, tmp_path: Path) -> None:
        """Integrity: whichever page a disk loses, the copy is refused."""
        plain = tmp_path / "plain"
        await db.copy_to(str(plain))
        assert backup.wrong_with(plain, db.ring) == []
        whole = plain.read_bytes()
        pages = [at for at in range(0, len(whole), 4096) if any(whole[at : at + 4096])]
        for at in pages[:: max(1, len(pages) // 20)]:
            plain.write_bytes(whole[:at] + b"\xa5" * 4096 + whole[at + 4096 :])
            assert backup.wrong_with(plain, db.ring), at

    async def test_writing_goes_on_while_a_copy_is_made(self, db: Database, places: Places) -> None:
        await make(db, places, NOW)
        await say(db, send(5, "b"))
        await make(db, places, LATER)
        assert [at for at, _ in copies_in(places.folder, DATABASE)] == [NOW, LATER]


class TestSealing:
    async def test_cut_changed_and_mixed_files_are_refused(self, tmp_path: Path) -> None:
        plain, sealed, again = tmp_path / "plain", tmp_path / "sealed", tmp_path / "again"
        for size in (0, 1, sealed_file.PIECE, sealed_file.PIECE * 2 + 7):
            plain.write_bytes(bytes(range(256)) * (size // 256) + b"x" * (size % 256))
            sealed_file.seal(plain, sealed, b"k" * 32, {"what": "database"})
            assert sealed_file.unseal(sealed, again, b"k" * 32)["what"] == "database"
            assert again.read_bytes() == plain.read_bytes()
        whole = sealed.read_bytes()
        piece = sealed_file.PIECE + sealed_file.TAG
        first = len(whole) - (7 + sealed_file.TAG) - 2 * piece
        broken = {
            "cut at a piece": whole[: first + piece],
            "cut inside": whole[:-5],
            "a byte": whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
            "the head": whole.replace(b"database", b"databasE", 1),
            "mixed": whole[:first] + whole[first + piece :][:piece] + whole[first:][:piece] + whole[-23:],
            "longer": whole + b"x",
        }
        for name, data in broken.items():
            sealed.write_bytes(data)
            with pytest.raises(BadCopy):
                sealed_file.unseal(sealed, again, b"k" * 32)
            assert not again.exists(), name
        sealed.write_bytes(whole)
        with pytest.raises(BadCopy, match="другим ключом"):
            sealed_file.unseal(sealed, again, b"j" * 32)
        for strange in (b"", b"PRIEMNAYA COPY 1\n", b"PRIEMNAYA COPY 1\n[]\n", b"SQLite format 3"):
            sealed.write_bytes(strange)
            with pytest.raises(BadCopy):
                sealed_file.head_of(sealed)


class TestRotation:
    def test_hours_days_and_weeks(self) -> None:
        """A copy every ten minutes for sixty days: what is left after each."""
        have: set[datetime] = set()
        for step in range(60 * 24 * 6):
            now = NOW + timedelta(minutes=10 * step)
            have = times_to_keep([*have, now]) if step % 7 == 0 or step > 60 * 24 * 6 - 200 else have | {now}
        ages = sorted((now - at for at in have), reverse=False)
        assert ages[0] == timedelta(0) and len(have) <= 3 + 24 + 7 + 4
        assert len({at.strftime("%Y%m%d%H") for at in have if now - at < timedelta(hours=24)}) >= 24
        assert len({at.date() for at in have}) >= 7 and ages[-1] > timedelta(days=20)

    async def test_old_keys_go_even_if_none_is_left(self, db: Database, places: Places) -> None:
        """R14: an older pair would bring back whom we have forgotten."""
        await make(db, places, NOW)
        prune(places, NOW + timedelta(days=6, hours=23))
        assert len(copies_in(places.keys, KEYS)) == 1
        prune(places, NOW + timedelta(days=7))
        assert copies_in(places.keys, KEYS) == [] and len(copies_in(places.folder, DATABASE)) == 1

    def test_all_copies_together_keep_within_their_bound(self, places: Places) -> None:
        """The oldest go first; the newest stays even where it alone is too large."""
        places.folder.mkdir()
        for hour in range(5):
            made = places.folder / f"priemnaya-{NOW + timedelta(hours=hour):{backup.STAMP}}{DATABASE}"
            made.write_bytes(b"x" * 100)
        last = NOW + timedelta(hours=4)
        prune(replace(places, limit=250), last)
        assert [at for at, _ in copies_in(places.folder, DATABASE)] == [NOW + timedelta(hours=hour) for hour in (3, 4)]
        prune(replace(places, limit=50), last)
        assert [at for at, _ in copies_in(places.folder, DATABASE)] == [last]

    async def test_a_clock_that_was_ahead_costs_no_copy_and_keeps_no_keys(self, db: Database, places: Places) -> None:
        """F23: whatever was dated a year ahead, for a day, the copies of now are the newest, stay, and are put back."""
        jumped = NOW + timedelta(days=365)
        for hour in range(30):
            for folder, suffix in ((places.folder, DATABASE), (places.keys, KEYS)):
                folder.mkdir(exist_ok=True)
                stamp = f"{jumped + timedelta(hours=hour):{backup.STAMP}}"
                (folder / f"priemnaya-{stamp}{suffix}").write_bytes(b"x")
        made = await make(db, replace(places, limit=2**20), NOW)
        await make(db, places, LATER)
        assert newest(places.folder, DATABASE, LATER) == copies_in(places.folder, DATABASE)[1][1]
        assert made.path.exists() and len(copies_in(places.folder, DATABASE)) == 2 + backup.NEWEST
        assert [at for at, _ in copies_in(places.keys, KEYS)] == [NOW, LATER]

    async def test_a_clock_that_was_set_back_loses_no_copy(self, db: Database, places: Places) -> None:
        """All of them are ahead now: the last is still the newest, and none that is wanted goes."""
        await make(db, places, NOW)
        before = NOW - timedelta(days=365)
        prune(places, before)
        assert newest(places.folder, DATABASE, before) == copies_in(places.folder, DATABASE)[-1][1]
        assert len(copies_in(places.folder, DATABASE)) == len(copies_in(places.keys, KEYS)) == 1

    async def test_without_room_for_it_there_is_no_copy(
        self, db: Database, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A full disk stops the bot; a missing copy does not."""
        monkeypatch.setattr(backup, "RESERVE", 2**60)
        with pytest.raises(BadCopy, match="мало места"):
            await make(db, places, NOW)
        assert not places.folder.exists()

    def test_what_is_not_ours_is_left_alone(self, places: Places) -> None:
        places.folder.mkdir()
        for name in ("priemnaya-yesterday.backup", "other-20261125T090000Z.backup", "priemnaya-1.partial"):
            (places.folder / name).write_text("x")
        prune(places, NOW)
        assert sorted(path.name for path in places.folder.iterdir()) == [
            "other-20261125T090000Z.backup",
            "priemnaya-yesterday.backup",
        ]
        assert stamp_of(Path("priemnaya-20261125T090000Z.backup")) == datetime(2026, 11, 25, 9, tzinfo=UTC)


class TestPuttingBack:
    async def test_the_former_file_stays_and_the_marks_are_in(self, db: Database, places: Places) -> None:
        made = await make(db, places, NOW)
        await say(db, send(5, "b"))
        await db.close()
        done = await put_back(made.path, None, places.database, MASTER, LATER)
        assert (done.waiting, done.made_at, done.forgotten) == (1, NOW.isoformat(), 0)
        assert done.aside is not None and done.aside.exists()
        again = await opened(places)
        mark = await again.run(recovery_mark.read_mark)
        assert await states(again) == {"a": "ready"} and mark is not None and mark.made_at == NOW.isoformat()
        await again.close()
        left = sorted(path.name for path in places.database.parent.glob("test.db*"))
        assert not [name for name in left if "restoring" in name], left

    async def test_it_refuses_while_the_bot_runs(self, db: Database, places: Places) -> None:
        made = await make(db, places, NOW)
        with pytest.raises(DatabaseLocked):
            await put_back(made.path, None, places.database, MASTER, LATER)
        assert await states(db) == {"a": "ready"}

    async def test_it_says_where_the_audit_log_of_the_copy_ended(self, db: Database, places: Places) -> None:
        await db.run(lambda tx: audit.append(tx, [AuditLine(0, AuditAction.PAUSED, "roads")], NOW))
        then = await db.run(audit.head)
        made = await make(db, places, NOW)
        await db.run(lambda tx: audit.append(tx, [AuditLine(0, AuditAction.PAUSED, "water")], LATER))
        await db.close()
        done = await put_back(made.path, None, places.database, MASTER, LATER)
        assert then is not None and done.heads == {C: then}

    async def test_only_to_check_changes_nothing(self, db: Database, places: Places) -> None:
        made = await make(db, places, NOW)
        await db.close()
        before = places.database.read_bytes()
        await put_back(made.path, None, places.database, MASTER, LATER, only_check=True)
        assert places.database.read_bytes() == before

    async def test_whoever_was_forgotten_since_is_forgotten_in_it(self, db: Database, places: Places) -> None:
        """R14: by today's file of keys, and by a copy of it where the disk is gone."""
        made = await make(db, places, NOW)
        await db.run(lambda tx: forgetting.erase(tx, 5, LATER, force=True))
        assert await forgetting.destroy_keys(db) == 1
        await make_keys(db, places, LATER)
        await db.close()
        keys = newest(places.keys, KEYS, LATER)
        assert keys is not None
        for path in places.database.parent.glob("test.db*"):
            path.unlink()
        done = await put_back(made.path, keys, places.database, MASTER, LATER)
        assert done.forgotten == 1 and done.aside is None
        again = await opened(places)
        assert await states(again) == {}
        await again.close()
        done = await put_back(made.path, None, places.database, MASTER, LATER)
        assert done.forgotten == 1, "a second time, by the keys that lie there"

    async def test_old_keys_do_not_take_the_place_of_good_ones(self, db: Database, places: Places) -> None:
        made = await make(db, places, NOW)
        keys = newest(places.keys, KEYS, NOW)
        await db.close()
        with pytest.raises(WrongKeys, match="вернули бы удалённых"):
            await put_back(made.path, keys, places.database, MASTER, LATER)
        places.database.with_name("test.db.keys").write_bytes(b"broken")
        assert (await put_back(made.path, keys, places.database, MASTER, LATER)).made_at == NOW.isoformat()

    async def test_what_does_not_fit_is_said(self, db: Database, places: Places, tmp_path: Path) -> None:
        made = await make(db, places, NOW)
        keys = newest(places.keys, KEYS, NOW)
        assert keys is not None
        await db.close()
        before = places.database.read_bytes()
        strange = tmp_path / "strange.backup"
        strange.write_bytes(b"SQLite format 3\x00")

        async def refused(error: type[Exception], words: str, *arguments: Any) -> None:
            with pytest.raises(error, match=words):
                await put_back(*arguments, LATER)
            assert places.database.read_bytes() == before

        await refused(BadCopy, "не копия", strange, None, places.database, MASTER)
        await refused(BadCopy, "не читается", tmp_path / "nothing", None, places.database, MASTER)
        await refused(BadCopy, "копия ключей", keys, None, places.database, MASTER)
        await refused(WrongKeys, "Главный ключ не от этой базы", made.path, None, places.database, Master(bytes(32)))
        other = tmp_path / "other" / "test.db"
        await refused(WrongKeys, "--keys", made.path, None, other, MASTER)
        await refused(BadCopy, "другим ключом", made.path, keys, other, Master(bytes(32)))

    async def test_a_newer_programs_copy_is_refused(self, db: Database, places: Places) -> None:
        await db.run(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        made = await make(db, places, NOW)
        await db.close()
        with pytest.raises(WrongSchema, match="более новая"):
            await put_back(made.path, None, places.database, MASTER, LATER)
        assert list(places.database.parent.glob("*restoring*")) == []
