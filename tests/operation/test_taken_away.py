"""The database's file goes under the running bot, or is away at a start: said, and nothing is made in its place."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.rig.stand import asked
from bot.process.health import Health
from bot.upkeep.taken_away import guard_database_file
from tests.operation.typed import ROOT, Post, post
from vk_emulator.server import running

GONE = 3


def seen(folder: Path) -> dict[str, str]:
    """Every file with what stands in it; not the bot's own log."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "bot.log")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("how", ["deleted", "replaced", "keys"])
async def test_under_a_running_bot(how: str, tmp_path: Path, template: Path) -> None:
    """It ends with a code of its own, and its last copy has what was said in between."""
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(
            tmp_path / "bot", emulator.url, template, backup_folder=str(tmp_path / "copies"), backup_minutes=600
        )
        with here.starts() as bot:
            await bot.until('"started"')
            emulator.call("messages.send", "user-1001", peer_id=-101, random_id=1, message="Начать")
            await bot.until_handled(here.settings, 1)
            done = (await asked(here.settings, "stats"))["inbox"]["done"]
            away(how, here.folder)
            assert await bot.ends() == GONE
            said = bot.said()
        assert "под работающим ботом" in said and "Traceback" not in said
        copy = said.split("python -m bot restore ")[1].split()[0]
        if how == "replaced":
            (here.folder / "bot.db").unlink()
        keys = ["--keys", str(next((tmp_path / "copies-keys").iterdir()))] if how == "keys" else []
        put_back = await here.typing("restore", copy, *keys)
        assert put_back.code == 0, put_back
        told = await here.typing("stats", "--json")
        assert told.code == 0 and json.loads(told.out)["inbox"]["done"] >= done, told


@pytest.mark.virtual
async def test_it_is_noticed_within_a_minute() -> None:
    health, stopped, loop = Health(), asyncio.Event(), asyncio.get_running_loop()
    gone: list[str] = []
    bot: Any = SimpleNamespace(db=SimpleNamespace(missing_file=lambda: "".join(gone)), health=health, stop=stopped.set)
    with guard_database_file(bot):
        await asyncio.sleep(100)
        assert not stopped.is_set()
        gone.append("bot.db")
        since = loop.time()
        await stopped.wait()
    assert health.gone == "bot.db" and loop.time() - since < 60


def away(how: str, folder: Path) -> None:
    match how:
        case "deleted":
            for end in ("", "-wal", "-shm"):
                (folder / f"bot.db{end}").unlink()
        case "replaced":
            (folder / "strange").write_bytes((folder / "bot.db").read_bytes())
            os.replace(folder / "strange", folder / "bot.db")
        case _:
            for end in (".keys", ".keys-wal", ".keys-shm"):
                (folder / f"bot.db{end}").unlink(missing_ok=True)


@pytest.mark.parametrize("command", ["run", "migrate", "stats", "backup", "replay", "audit verify"])
def test_keys_without_a_database_lead_to_restore(command: str, tmp_path: Path, template: Path) -> None:
    here = post(tmp_path, template=template, backup_folder=str(tmp_path / "copies"))
    (tmp_path / "bot.db").unlink()
    (tmp_path / "bot.db-wal").write_bytes(b"the last transactions")
    before = seen(tmp_path)
    done = here.types(*command.split())
    done.refused("bot.db нет", "python -m bot restore")
    assert "migrate" not in done.err and seen(tmp_path) == before


async def test_check_says_so_too(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        (here.folder / "bot.db").unlink()
        before = seen(here.folder)
        done = await here.typing("check")
    assert done.code == 1 and "python -m bot restore" in done.out and "bot migrate" not in done.out
    assert seen(here.folder) == before


def test_copies_without_a_database_lead_to_restore(tmp_path: Path, template: Path) -> None:
    """Its whole disk is away, keys and all: a new database would be begun on the wrong one."""
    here = post(tmp_path / "bot", template=template, backup_folder=str(tmp_path / "copies"))
    assert here.types("backup").code == 0
    for path in list(here.folder.glob("bot.db*")):
        path.unlink()
    here.types("migrate").refused("копии её есть", "python -m bot restore")
    assert not list(here.folder.glob("bot.db*"))


def make(here: Post, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make run` of this checkout, with what it installs called up to date."""
    command = ["make", "-f", str(ROOT / "Makefile"), "-o", "install", f"BIN={ROOT / '.venv' / 'bin'}", *arguments]
    return subprocess.run(command, cwd=here.folder, env=here.env(), capture_output=True, text=True, timeout=240)


def test_make_run_makes_no_database_where_keys_lie(tmp_path: Path, template: Path) -> None:
    here = post(tmp_path, template=template)
    (tmp_path / "bot.db").unlink()
    before = seen(tmp_path)
    done = make(here, "run")
    assert done.returncode != 0 and "python -m bot restore" in done.stderr, done
    assert seen(tmp_path) == before
