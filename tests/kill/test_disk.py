"""A full disk, a disk that may only be read, a second process, SIGTERM (F21, F27, delivery.md §11, §12.5).

A small tmpfs is a disk that really fills up; where it cannot be mounted (no root) these tests skip, in CI they fail.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from benchmarks.rig.nursery import ROOT, Nursery
from benchmarks.rig.stand import asked, bind_chats, environment, prepare, settings_for, world_text
from bot.config.settings import Settings
from tests.form import either
from tests.kill.evidence import rows
from tests.kill.invariants import violations
from tests.kill.run import HURRIED, Plan, crowd, drained, gathered
from tests.outside import missing
from vk_emulator.server import Emulator, running

SEED = 20261125


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    disk = tmp_path / "small"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", disk], capture_output=True)
    if done.returncode:
        missing(f"tmpfs не подключить: {done.stderr.decode()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def settings_on(emulator: Emulator, disk: Path, **more: Any) -> Settings:
    return settings_for(emulator.url, disk, undo_seconds=1, **more)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return ballast


def run(settings: Settings, folder: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    known = {**clean, **environment(settings), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "bot", "run"], cwd=folder, env=known, capture_output=True, text=True, timeout=240, **more
    )


async def test_a_full_disk_loses_nothing_and_stops_nothing_for_good(small: Path, tmp_path: Path) -> None:
    """F21: no acknowledgement without a commit; the process lives, and the control centre hears of it."""
    async with running(world_text(6), seed=SEED) as emulator, Nursery(tmp_path / "bot.log", HURRIED) as nursery:
        settings = settings_on(emulator, small)
        await prepare(settings)
        installed = emulator.world.clock.now()
        await nursery.birth(settings)
        await bind_chats(emulator, settings)
        async with crowd(Plan(0, SEED, 6), emulator) as wire:
            for _ in range(2):
                await asyncio.sleep(3)
                ballast = fill(small)
                await asyncio.sleep(4)
                os.kill(nursery.pid, 0)
                ballast.unlink()
            await asyncio.sleep(4)
            emulator.call("emulator.advanceClock", seconds=61)
        await drained(emulator, settings)
        await nursery.end(signal.SIGTERM)
        evidence = gathered(emulator, installed, small, wire, nursery.log)
    log = (tmp_path / "bot.log").read_text()
    assert "store_down" in log and "Traceback" not in log
    assert violations(evidence) == [], f"зерно {SEED}"
    assert len(evidence.submitted()) >= 3
    cur = next(messages for key, _, messages in evidence.chats() if key == "cur")
    assert any("не принимала записи" in row["text"] for row in cur)


async def test_a_disk_that_may_only_be_read_is_said_in_one_sentence(small: Path, tmp_path: Path) -> None:
    async with running(world_text(1), seed=SEED) as emulator:
        settings = settings_on(emulator, small)
        await prepare(settings)
        subprocess.run(["mount", "-o", "remount,ro", small], check=True)
        done = await asyncio.to_thread(run, settings, tmp_path)
    assert done.returncode == 75 and "Traceback" not in done.stderr
    assert "не открыть" in done.stderr and "Read-only" in done.stderr


async def test_a_second_process_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    """F27, several times."""
    async with running(world_text(1), seed=SEED) as emulator, Nursery(tmp_path / "bot.log", HURRIED) as nursery:
        settings = settings_on(emulator, tmp_path)
        await prepare(settings)
        await nursery.birth(settings)
        await asked(settings, "stats")
        for done in await asyncio.gather(*(asyncio.to_thread(run, settings, tmp_path) for _ in range(either(2, 5)))):
            assert done.returncode == 2 and "База уже открыта другим процессом" in done.stderr
            assert "Traceback" not in done.stderr
        assert (await asked(settings, "stats"))["balanced"]


async def test_told_to_stop_it_finishes_what_is_in_flight(tmp_path: Path) -> None:
    """SIGTERM under load: a clean end within the drain, nothing in flight, nothing doubted, everything at the end."""
    async with running(world_text(6), seed=SEED) as emulator, Nursery(tmp_path / "bot.log", HURRIED) as nursery:
        settings = settings_on(emulator, tmp_path)
        await prepare(settings)
        installed = emulator.world.clock.now()
        await nursery.birth(settings)
        await bind_chats(emulator, settings)
        async with crowd(Plan(0, SEED, 6), emulator) as wire:
            for _ in range(4):
                await asyncio.sleep(3)
                assert await nursery.end(signal.SIGTERM) == 0, "exit status 0"
                assert '"drain_cut"' not in nursery.log.read_text(encoding="utf-8"), "it ended by itself"
                flying = rows(tmp_path / "bot.db", "SELECT cause FROM outbox WHERE state IN ('in_flight', 'unknown')")
                assert flying == []
                await nursery.birth(settings)
        await drained(emulator, settings)
        await nursery.end(signal.SIGTERM)
        assert violations(gathered(emulator, installed, tmp_path, wire, nursery.log)) == [], f"зерно {SEED}"
