"""The world is written by a copy of the process: nobody waits, nothing older comes after what is newer."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path

import pytest

from vk_emulator.api.calls import Vk
from vk_emulator.server import build
from vk_emulator.state import Keeper
from vk_emulator.world.clock import Clock


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


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("messages.markAsAnsweredConversation", {}),
        ("messages.markAsImportantConversation", {}),
        ("messages.pin", {"cmid": 1}),
        ("messages.unpin", {}),
        ("messages.sendReaction", {"cmid": 1, "reaction_id": 3}),
        ("messages.deleteReaction", {"cmid": 1}),
        ("messages.markAsRead", {}),
        ("messages.markAsRead", {"up_to_cmid": 0, "mark_conversation_as_read": 1}),
        ("messages.delete", {"cmids": 1}),
        ("messages.edit", {"cmid": 2, "message": "иначе"}),
        ("groups.setSettings", {"group_id": 101, "messages": 0}),
        ("emulator.setBlocked", {"user_id": 1001, "group_id": 101, "code": 900}),
        ("emulator.setSwitches", {"text_unit": "byte"}),
    ],
)  # fmt: skip
def test_each_change_is_worth_keeping(vk: Vk, tmp_path: Path, method: str, params: dict[str, object]) -> None:
    """What counts no change would be gone after a restart, when nothing else happened."""
    say(vk, "а")
    vk.call("messages.send", "group-101", {"peer_id": 1001, "random_id": 0, "message": "б"})
    vk.call("messages.sendReaction", "group-101", {"peer_id": 1001, "cmid": 1, "reaction_id": 1})
    before = vk.world.changes
    peer = {} if method.startswith("emulator.") else {"peer_id": 1001}
    assert "response" in vk.call(method, "group-101", {**peer, **params})
    assert vk.world.changes > before


def test_a_world_of_another_version_is_left_alone(vk: Vk, tmp_path: Path) -> None:
    say(vk, "а")
    keeper = Keeper(vk, tmp_path)
    keeper.save()
    version, offset, content = pickle.loads(keeper.path.read_bytes())
    keeper.path.write_bytes(pickle.dumps((version + 1, offset, content)))
    fresh = build(data=tmp_path, clock=Clock(virtual=True)).vk
    assert not Keeper(fresh, tmp_path).load() and not fresh.world.by_id
