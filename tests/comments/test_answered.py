"""What the bot says under a post, over the emulator: whom to call, at once and exactly once, whatever VK does (R28)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import verify_comment
from bot.process.pace import Pace, Permit
from features.comments.jobs import Compared, compare_posts
from states.directory import Directory
from tests.comments.test_heard import FIRE, HOLE, OLGA, RUSLAN, SECRET, WALL, called, known, says
from tests.comments.walls import COMMENT, in_files, ours, played, write_post
from tests.transcripts.virtual import Ground, VirtualStage

pytestmark = pytest.mark.virtual


@pytest.fixture
async def stage(virtual_ground: Ground, region: Directory, tmp_path: Path) -> AsyncIterator[VirtualStage]:
    async with played(virtual_ground, region, tmp_path, comments="answer", vk_service_token="service-1") as made:
        yield made


@pytest.fixture
async def post(stage: VirtualStage) -> int:
    return await write_post(stage)


async def refuse(stage: VirtualStage, **fault: Any) -> None:
    rule = {"method": COMMENT, "who": "group-101", **fault}
    await stage.call("emulator.setFaults", rules=[{"mode": "error", "times": 1, **rule}])


async def test_whom_to_call_stands_under_it_at_once(stage: VirtualStage, post: int) -> None:
    fire = await says(stage, post, FIRE)
    (answer,) = await ours(stage, post)
    assert answer["reply_to_comment"] == fire and "112" in answer["text"] and "вызываем" in answer["text"]
    (card,) = await called(stage, f"?reply={fire}")
    assert "под ним пишет «Звоните 112»" in card.text
    await stage.call("wall.editComment", OLGA, **WALL, comment_id=fire, message=f"{FIRE}!!! Скорее")
    await stage.wait(3600)
    assert len(await ours(stage, post)) == 1
    assert SECRET.encode() not in in_files(stage)


async def test_nothing_else_is_said_to_anybody(stage: VirtualStage, post: int) -> None:
    for text in ("Спасибо большое!", "А когда починят?", "Дураки вы все"):
        await says(stage, post, text)
    await stage.wait(3600)
    assert await ours(stage, post) == []


async def test_in_a_thread_it_answers_that_comment(stage: VirtualStage, post: int) -> None:
    top = await says(stage, post, "Спасибо")
    below = await says(stage, post, FIRE, RUSLAN, reply_to_comment=top)
    (answer,) = await ours(stage, post)
    assert (answer["reply_to_comment"], answer["parents_stack"]) == (below, [top])


async def test_where_comments_are_only_watched_nothing_is_said(
    virtual_ground: Ground, region: Directory, tmp_path: Path
) -> None:
    async with played(virtual_ground, region, tmp_path, comments="watch", vk_service_token="service-1") as stage:
        post = await write_post(stage)
        await says(stage, post, FIRE)
        await stage.wait(60)
        assert await ours(stage, post) == [] and await called(stage, "под записью не отвечает")


async def test_a_lost_answer_of_vk_is_looked_up_and_nothing_is_said_twice(stage: VirtualStage, post: int) -> None:
    await refuse(stage, mode="accept_drop")
    await says(stage, post, FIRE)
    await stage.wait(60)
    assert len(await ours(stage, post)) == 1 and await called(stage, "ВКонтакте не подтвердил") == []


async def test_what_vk_did_not_take_before_its_answer_was_lost_is_said_again(stage: VirtualStage, post: int) -> None:
    await refuse(stage, code=10, times=2)
    await says(stage, post, FIRE)
    for _ in range(20):
        await stage.wait(60)
    assert len(await ours(stage, post)) == 1 and await called(stage, "ВКонтакте не подтвердил") == []


async def test_without_the_service_key_a_person_looks(
    virtual_ground: Ground, region: Directory, tmp_path: Path
) -> None:
    async with played(virtual_ground, region, tmp_path, comments="answer") as stage:
        post = await write_post(stage)
        await refuse(stage, mode="accept_drop")
        fire = await says(stage, post, FIRE)
        await stage.wait(600)
        assert len(await ours(stage, post)) == 1
        (line,) = await called(stage, "ВКонтакте не подтвердил")
        assert f"?reply={fire}" in line.text


@pytest.mark.parametrize("code", [212, 213, 100, 15, 7])
async def test_what_vk_will_not_take_a_person_reads_and_other_messages_go_on(
    stage: VirtualStage, post: int, code: int
) -> None:
    await refuse(stage, code=code)
    fire = await says(stage, post, FIRE)
    (line,) = await called(stage, "ВКонтакте не подтвердил")
    assert f"?reply={fire}" in line.text and await ours(stage, post) == []
    await says(stage, post, FIRE, RUSLAN)
    assert len(await ours(stage, post)) == 1


async def test_too_many_comments_are_waited_out(stage: VirtualStage, post: int) -> None:
    await refuse(stage, code=223, times=3)
    await says(stage, post, FIRE)
    for _ in range(5):
        await stage.wait(60)
    assert len(await ours(stage, post)) == 1 and await called(stage, "ВКонтакте не подтвердил") == []


async def test_a_comment_that_was_deleted_meanwhile_is_not_answered(stage: VirtualStage, post: int) -> None:
    await refuse(stage, code=223, times=1)
    fire = await says(stage, post, FIRE)
    await stage.call("wall.deleteComment", OLGA, **WALL, comment_id=fire)
    await stage.wait(600)
    assert await ours(stage, post) == [] and await called(stage, "ВКонтакте не подтвердил") == []


async def test_a_bot_that_was_cut_off_says_it_once(stage: VirtualStage, post: int) -> None:
    await stage.settle()
    await stage.stop()
    await stage.call(COMMENT, OLGA, **WALL, post_id=post, message=FIRE)
    await stage.start()
    await stage.settle()
    await stage.restart()
    await stage.wait(60)
    assert len(await ours(stage, post)) == 1


async def test_of_danger_that_an_edit_tells_too(stage: VirtualStage, post: int) -> None:
    number = await says(stage, post, HOLE)
    await stage.call("wall.editComment", OLGA, **WALL, comment_id=number, message=FIRE)
    await stage.settle()
    assert len(await ours(stage, post)) == 1 and (await known(stage, post))[number].alarming


async def test_vks_lists_may_lag_behind_what_it_has_taken(
    stage: VirtualStage, post: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice under a post is worse than late, also where the bot is started anew meanwhile."""
    await refuse(stage, mode="accept_drop")
    monkeypatch.setattr(verify_comment, "is_ours", lambda *_: False)
    await says(stage, post, FIRE)
    for _ in range(3):
        await stage.wait(60)
    await stage.restart()
    await stage.wait(60)
    monkeypatch.undo()
    for _ in range(8):
        await stage.wait(60)
    assert len(await ours(stage, post)) == 1 and await called(stage, "ВКонтакте не подтвердил") == []


async def test_what_the_key_may_not_look_up_a_person_does(stage: VirtualStage, post: int) -> None:
    """A key that was taken away stays so: neither the alarm nor the others of this post wait for it."""
    dropped = {"method": COMMENT, "who": "group-101", "mode": "accept_drop", "times": 1}
    revoked = {"method": "wall.getComments", "who": "all", "mode": "error", "code": 5, "times": 1}
    await stage.call("emulator.setFaults", rules=[dropped, revoked])
    fire = await says(stage, post, FIRE)
    await stage.wait(60)
    (line,) = await called(stage, "ВКонтакте не подтвердил")
    assert f"?reply={fire}" in line.text
    await says(stage, post, FIRE, RUSLAN)
    assert len(await ours(stage, post)) == 2


async def test_whoever_reads_the_wall_waits_in_one_line(stage: VirtualStage, post: int) -> None:
    assert stage.bot is not None
    turns: list[int] = []

    class Line(Pace):
        async def turn(self) -> Permit:
            turns.append(1)
            return Permit(0.0)

    before = asked(stage)
    stage.bot.service_pace = Line(stage.bot.clock, 2.0)
    await says(stage, post, FIRE)
    await compare_posts(stage.bot, Compared())
    await refuse(stage, mode="accept_drop")
    await says(stage, post, FIRE, RUSLAN)
    await stage.wait(60)
    assert len(turns) == asked(stage) - before > 2 and len(await ours(stage, post)) == 2


def asked(stage: VirtualStage) -> int:
    calls = stage.scene.vk.calls
    return calls.get("wall.getComments", 0) + calls.get("wall.get", 0)
