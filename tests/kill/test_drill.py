"""The restore drill (F24, G14): 0 lost, 0 doubled, 0 misdelivered, who was erased stays erased; the RTO is printed."""

from __future__ import annotations

import asyncio

import pytest

from tests.kill.drill import FORGOTTEN_WORDS, SUMMARY, Drill, drill, wrong_with

SEED = 20261125


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Drill:
    return asyncio.run(drill(SEED, tmp_path_factory.mktemp("drill")))


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_and_people_know_what_is_void(done: Drill) -> None:
    print(f"зерно {SEED}: {done.line()}")
    assert wrong_with(done) == []
    assert len(done.evidence.submitted()) >= 10


def test_the_forgotten_stay_forgotten(done: Drill) -> None:
    """The copy is older than the erasure, and VK still has every word of hers (R14)."""
    assert "Снова удалено людей: 1." in done.restored
    assert any(done.erased == user for user, _ in done.evidence.private())
    rows = [row for row in done.evidence.inbox if row["peer"] == done.erased]
    assert all(row["reason"] == "erased" for row in rows)
    for name, data in done.files.items():
        assert FORGOTTEN_WORDS.encode() not in data, name


def test_people_are_told_what_vk_cannot_bring_back(done: Drill) -> None:
    cur = next(messages for key, _, messages in done.evidence.chats() if key == "cur")
    assert any(SUMMARY in row["text"] for row in cur)
