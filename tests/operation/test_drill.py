"""Each month a copy is put back for practice, beside the running bot; whoever keeps it hears what came of it (A7)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cli.upkeep_commands import last_checks
from bot.upkeep import drill
from bot.upkeep.backups import make_copy, places_of
from matching import Matcher
from states.directory import Directory
from states.events import AlarmKind
from storage.db import notes
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
