"""`bot check` calls by ✗ whatever keeps the bot from starting or its data from living, and says it first."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

from storage.db import master
from tests.kill.test_disk import fill
from tests.operation.typed import Post, Typed, post
from tests.outside import missing
from vk_emulator.server import running


def first(done: Typed) -> str:
    assert done.code == 1, done
    assert done.out.startswith("✗"), done.out
    return done.out.split("\n✓")[0]


async def checked(here: Post, **more: str) -> Typed:
    return await here.typing("check", **more)


async def test_a_wrong_master_key(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        master.make(tmp_path / "other.key")
        told = first(await checked(here, BOT_MASTER_KEY_FILE=str(tmp_path / "other.key")))
        assert "С этой базой данных бот не запустится" in told and "ключ" in told
        with here.starts() as bot:
            await bot.until('"started"')
            told = first(await checked(here, BOT_MASTER_KEY_FILE=str(tmp_path / "other.key")))
            assert "не тот, с которым бот работает" in told
            told = first(await checked(here, BOT_MASTER_KEY_FILE=str(tmp_path / "none.key")))
            assert "не прочитает главный ключ" in told


async def test_a_newer_schema_is_not_for_migrate(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        with sqlite3.connect(here.folder / "bot.db") as db:
            db.execute("UPDATE alembic_version SET version_num = '9999'")
        told = first(await checked(here))
    assert "более новая версия программы (9999)" in told and "Обновите программу" in told
    assert "python -m bot migrate" not in told


async def test_the_token_of_a_person(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template, vk_token="user-1001")
        told = first(await checked(here))
        (await here.typing("run")).refused("Это ключ человека")
    assert "Это ключ человека" in told and "Long Poll" not in told


async def test_copies_that_nobody_makes(tmp_path: Path, template: Path) -> None:
    """Where they go and that it is the same disk; none for more than a day is wrong."""
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        with here.starts() as bot:
            await bot.until('"started"')
            assert await bot.stopped() == 0
        assert "Копии базы бот не делает" in (await here.typing("check", "--all")).out
        folder = {"BOT_BACKUP_FOLDER": str(tmp_path / "copies")}
        assert "Это тот же диск, что у базы" in (await here.typing("check", "--all", **folder)).out
        with sqlite3.connect(here.folder / "bot.db") as db:
            db.execute("UPDATE meta SET value = '2026-01-01T00:00:00+00:00' WHERE name = 'installed_at'")
        assert "Копий базы больше суток не было: ни одной нет" in first(await checked(here, **folder))
        assert (await here.typing("backup", **folder)).code == 0
        assert "больше суток" not in (await checked(here, **folder)).out


async def test_a_full_disk(tmp_path: Path, template: Path) -> None:
    disk = tmp_path / "small"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", disk], capture_output=True)
    if done.returncode:
        missing(f"tmpfs не подключить: {done.stderr.decode()}")
    try:
        async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
            here = post(disk, emulator.url, template)
            fill(disk)
            told = first(await checked(here))
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
    assert "свободно 0 МБ" in told and "Освободите место" in told


async def test_long_lists_fold(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        short, whole = await checked(here), await here.typing("check", "--all")
    looks = [line for line in short.out.splitlines() if line.startswith("•")]
    assert len(looks) == 6 and "и ещё" in looks[-1] and "check --all" in looks[-1]
    assert "и ещё" not in whole.out.replace("и ещё раз", "") and len(whole.out) > len(short.out)
    marks = [line[0] for line in whole.out.splitlines() if line[0] in "✗•✓"]
    assert marks == sorted(marks, key="✗•✓".index)


def test_copies_are_on_by_default_beside_the_database(tmp_path: Path, template: Path) -> None:
    """A real VK, which nobody reaches here; only an emulator's bot goes without."""
    real = {"BOT_VK_API_URL": "http://127.0.0.2:1/method/"}
    here = post(tmp_path / "bot", template=template)
    key = {"BOT_MASTER_KEY_FILE": str(here.folder / "bot.db.master-key")}
    done = here.types("backup", **real, **key)
    assert done.code == 0 and str(here.folder / "copies") in done.out, done
    assert list((here.folder / "copies").glob("*.backup")) and list((here.folder / "copies-keys").iterdir())
    here.types("backup", **real, **key, BOT_BACKUP_FOLDER="off").refused("Куда делать копию")


async def test_a_key_of_another_community(tmp_path: Path, template: Path) -> None:
    """Both are named: else the directory and the chats seem to have gone."""
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        with sqlite3.connect(here.folder / "bot.db") as db:
            db.execute("UPDATE meta SET community_id = 777 WHERE name = 'token'")
        told = first(await checked(here, PRIEMNAYA_CALLED="sudo priemnaya"))
    assert "База данных сообщества 777, а ключ — сообщества 101." in told and "справочник" not in told.lower()
