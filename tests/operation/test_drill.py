"""Each month a copy is put back for practice, beside the running bot; whoever keeps it hears what came of it (A7)."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cli.upkeep_commands import last_checks
from bot.upkeep import drill
from bot.upkeep.backups import make_copy, places_of
from bot.upkeep.restore import prove_apart
from matching import Matcher
from states.directory import Directory
from states.events import AlarmKind
from storage.db import notes
from storage.db.errors import BadCopy
from storage.db.master import Master
from storage.ops.copies import backup
from storage.ops.copies.backup import Places
from tests.hostile.bench import bare
from tests.operation.typed import post
from tests.small import NOW
from vk_emulator.server import running

ZONE = ZoneInfo("Asia/Yekaterinburg")


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ({}, True),
        ({"day": "2026-12-02", "good": True}, False),
        ({"day": "2026-12-01", "good": True}, False),
        ({"day": "2026-11-30", "good": True}, True),
        ({"day": "2026-12-01", "good": False}, True),
        ({"day": "2026-12-02", "good": False}, False),
        ({"day": "2027-12-02", "good": True}, True),
    ],
)  # fmt: skip
def test_once_a_month_and_the_night_after_a_failure(before: dict[str, object], wanted: bool) -> None:
    """A night that a wrong clock dated next year is none (F23)."""
    assert drill.is_wanted(before, datetime(2026, 12, 2, 4, tzinfo=ZONE)) is wanted


async def test_what_came_of_it_is_told(
    region: Directory, matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bare(tmp_path, region, matcher, backup_folder=str(tmp_path / "copies")) as bot:
        places = places_of(bot.settings)
        assert places is not None
        await make_copy(bot.db, places, bot.clock.now())
        rung: list[AlarmKind] = []
        codes = [1, 0]

        async def rings(_: Any, kind: AlarmKind, detail: str) -> None:
            assert detail.endswith(".backup")
            rung.append(kind)

        async def puts_back(copy: str, keys: str) -> int:
            assert Path(copy).exists() and Path(keys).exists()
            return codes.pop(0)

        monkeypatch.setattr(drill, "alarm", rings)
        monkeypatch.setattr(drill, "put_back", puts_back)
        for day, hour in ((2, 12), (2, 4), (2, 5), (3, 4), (4, 4)):
            monkeypatch.setattr(drill, "local", lambda *_, at=datetime(2026, 12, day, hour, tzinfo=ZONE): at)
            await drill.drill(bot, places)
        assert codes == [] and rung == [AlarmKind.DRILL]
        assert await bot.db.run(lambda tx: notes.get(tx, notes.DRILLED)) == {"day": "2026-12-03", "good": True}


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the place of the command one that never ends; in the file is its number."""
    program, pid = tmp_path / "slow", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\necho $$ > {pid}.new\nmv {pid}.new {pid}\nexec sleep 600\n")
    program.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(program))
    return pid


def runs(pid: Path) -> bool:
    return Path(f"/proc/{pid.read_text().strip()}").exists()


async def test_it_ends_with_the_bot_and_gives_way_to_it(slow: Path) -> None:
    task = asyncio.create_task(drill.put_back("a", "b"))
    while not slow.exists():
        await asyncio.sleep(0.01)
    assert os.getpriority(os.PRIO_PROCESS, int(slow.read_text())) == drill.LAST_PRIORITY
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not runs(slow)


async def test_one_that_hangs_or_never_begins_has_failed(slow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill, "MOST_SECONDS", 0.5)
    assert await drill.put_back("a", "b") == drill.NOT_DONE
    assert not slow.exists() or not runs(slow)
    monkeypatch.setattr("sys.executable", str(slow / "nowhere"))
    assert await drill.put_back("a", "b") == drill.NOT_DONE


def test_a_folder_of_one_that_was_killed_goes(tmp_path: Path) -> None:
    """One of today may be that of a person."""
    for name in ("drill-old", "drill-new", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "drill.db.keys").write_bytes(b"")
    (tmp_path / "drill-file").write_bytes(b"")
    for name in ("drill-old", "drill-file", "other"):
        os.utime(tmp_path / name, (0, 0))
    drill.remove_left(Places(tmp_path / "bot.db", tmp_path, tmp_path), datetime.now(ZONE))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drill-file", "drill-new", "other"]


async def test_it_leaves_the_running_bot_its_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "bot.db"
    database.write_bytes(bytes(1000))
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=backup.RESERVE + 1999))
    nowhere, master = tmp_path / "a.backup", Master(bytes(32))
    with pytest.raises(BadCopy, match="мало места"):
        await prove_apart(nowhere, nowhere, database, master, NOW)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=backup.RESERVE + 2000))
    with pytest.raises(BadCopy, match="не читается"):
        await prove_apart(nowhere, nowhere, database, master, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["bot.db"]


def test_it_is_shown() -> None:
    said = dict.fromkeys(("last_start", "last_night", "halted", "vk_away", "store_down"))
    said |= {"copied_at": NOW.isoformat(), "drilled": {"day": "2026-12-03", "good": False}}
    assert last_checks(said, ZONE)[-1] == "Учебное восстановление из копии 2026-12-03 НЕ УДАЛОСЬ."
    assert len(last_checks({**said, "drilled": {}}, ZONE)) == 1


async def test_a_copy_is_proven_beside_a_running_bot(tmp_path: Path, template: Path) -> None:
    """The very command: it needs neither the bot's file nor its keys; a copy that was touched fails."""
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        with here.starts() as bot:
            await bot.until('"started"')
            assert (await here.typing("backup", BOT_BACKUP_FOLDER=str(tmp_path / "copies"))).code == 0
            (copy,), (keys,) = (tmp_path / "copies").glob("*.backup"), (tmp_path / "copies-keys").iterdir()
            typed = ("restore", str(copy), "--keys", str(keys), "--check")
            done = await here.typing(*typed)
            assert done.code == 0 and "цела" in done.out, done
            copy.write_bytes(copy.read_bytes()[:-9] + bytes(9))
            assert (await here.typing(*typed)).code != 0
            assert await bot.stopped() == 0
    assert not list((tmp_path / "bot").glob("drill-*"))
