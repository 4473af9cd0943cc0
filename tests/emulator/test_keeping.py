"""The world is written by a copy of the process: nobody waits, nothing older comes after what is newer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from emulator.api import Vk
from emulator.clock import Clock
from emulator.server import build
from emulator.state import Keeper


def texts(folder: Path) -> list[str]:
    vk = build(data=folder, clock=Clock(virtual=True)).vk
    assert Keeper(vk, folder).load()
    return [message.text for thread in vk.world.threads for message in thread.messages]


def say(vk: Vk, text: str) -> None:
    assert "response" in vk.call("messages.send", "user-1001", {"peer_id": -101, "random_id": 0, "message": text})


async def test_the_moment_is_kept_and_nobody_waits(vk: Vk, tmp_path: Path) -> None:
    for number in range(4000):
        say(vk, f"до {number}")
    keeper = Keeper(vk, tmp_path)
    saving = asyncio.ensure_future(keeper.save_aside())
    turns = 0
    while not saving.done():
        await asyncio.sleep(0)
        turns += 1
        if len(vk.world.by_id) == 4000:
            say(vk, "после")
    await saving
    assert len(texts(tmp_path)) == 4000 and "после" not in texts(tmp_path)
    assert turns > 10  # everybody else went on
    await keeper.save_aside()
    assert "после" in texts(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["world.pickle"]


async def test_an_older_world_never_comes_after_a_newer_one(vk: Vk, tmp_path: Path) -> None:
    for number in range(3000):
        say(vk, f"{number}")
    keeper = Keeper(vk, tmp_path)
    saving = asyncio.ensure_future(keeper.save_aside())
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    say(vk, "последнее")
    keeper.save()
    await asyncio.sleep(0.3)
    assert texts(tmp_path)[-1] == "последнее"
    assert [path.name for path in tmp_path.iterdir()] == ["world.pickle"]


async def test_what_did_not_change_is_not_written(vk: Vk, tmp_path: Path) -> None:
    say(vk, "раз")
    keeper = Keeper(vk, tmp_path)
    await keeper.save_aside()
    written = (tmp_path / "world.pickle").stat().st_mtime_ns
    await keeper.save_aside()
    assert (tmp_path / "world.pickle").stat().st_mtime_ns == written
