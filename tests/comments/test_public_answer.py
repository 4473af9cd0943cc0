"""The ЦУР answers under a comment, over the emulator: previewed, with the undo, exactly once whatever VK does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.admin.destruction_act import remains
from features.comments import texts
from states.cause import parse
from states.directory import Directory
from storage.db.schema import outbox
from storage.privacy import erasures, forgetting
from tests.comments.test_heard import FIRE, HOLE, OLGA, RUSLAN, WALL, called, known, says
from tests.comments.walls import COMMENT, ours, played, write_post
from tests.transcripts.emulated import COMMUNITY
from tests.transcripts.stage import Words
from tests.transcripts.virtual import Ground, VirtualStage

pytestmark = pytest.mark.virtual

TEXT = "Засыпем в понедельник"
UNDO = 31


@pytest.fixture
async def stage(virtual_ground: Ground, region: Directory, tmp_path: Path) -> AsyncIterator[VirtualStage]:
    async with played(virtual_ground, region, tmp_path, comments="answer", vk_service_token="service-1") as made:
        yield made


@pytest.fixture
async def post(stage: VirtualStage) -> int:
    return await write_post(stage)


@pytest.fixture
async def hole(stage: VirtualStage, post: int) -> int:
    return await says(stage, post, HOLE)


async def answer(stage: VirtualStage, post: int, comment: int, text: str = TEXT) -> None:
    link = f"https://vk.com/wall-{COMMUNITY}_{post}?reply={comment}"
    await stage.write_in("cur", 1, Words(f"/под {link} {text}"))
    await stage.settle()


async def refuse(stage: VirtualStage, **fault: Any) -> None:
    rule = {"method": COMMENT, "who": "group-101", "times": 1, **fault}
    await stage.call("emulator.setFaults", rules=[rule])


async def test_it_stands_there_after_the_undo_and_nobody_is_invited(stage: VirtualStage, post: int, hole: int) -> None:
    await answer(stage, post, hole)
    assert len(await called(stage, f"«{TEXT}»")) == 1 and await ours(stage, post) == []
    await stage.wait(UNDO)
    (said,) = await ours(stage, post)
    assert (said["text"], said["reply_to_comment"]) == (TEXT, hole)
    assert await called(stage, "Ответ стоит под комментарием")
    await answer(stage, post, hole, "Ещё раз")
    assert await called(stage, texts.ANSWERED)
    await stage.wait(24 * 3600)
    assert len(await ours(stage, post)) == 1


async def test_it_is_taken_back_and_written_anew(stage: VirtualStage, post: int, hole: int) -> None:
    await answer(stage, post, hole)
    (line,) = await called(stage, f"«{TEXT}»")
    assert await stage.press_in("cur", 1, line.cmid, line.buttons[0]["payload"]) == "Отменить"
    await stage.wait(UNDO)
    assert await ours(stage, post) == [] and await called(stage, texts.TAKEN_BACK)
    await answer(stage, post, hole, "Засыпем во вторник")
    await stage.wait(UNDO)
    assert [one["text"] for one in await ours(stage, post)] == ["Засыпем во вторник"]


async def test_a_name_or_a_telephone_does_not_leave(stage: VirtualStage, post: int, hole: int) -> None:
    for text in ("Иван Петрович Сидоров, звоните", "Звоните 8 912 345-67-89"):
        await answer(stage, post, hole, text)
    await stage.wait(UNDO)
    assert await ours(stage, post) == [] and len(await called(stage, "Не отправили")) == 2


async def test_a_comment_deleted_between_preview_and_sending(stage: VirtualStage, post: int, hole: int) -> None:
    await answer(stage, post, hole)
    await stage.call("wall.deleteComment", OLGA, **WALL, comment_id=hole)
    await stage.wait(UNDO)
    assert await ours(stage, post) == [] and await called(stage, texts.NO_COMMENT)


async def test_comments_closed_between_preview_and_sending(stage: VirtualStage, post: int, hole: int) -> None:
    await answer(stage, post, hole)
    await stage.call("wall.closeComments", "group-101", **WALL, post_id=post)
    await stage.wait(UNDO)
    assert await called(stage, "Ответ под комментарием не встал"), "a person reads it"
    await stage.call("wall.openComments", "group-101", **WALL, post_id=post)
    assert await ours(stage, post) == [] and (await known(stage, post))[hole].public_at is None
    await answer(stage, post, hole, "Засыпем во вторник")
    await stage.wait(UNDO)
    assert [said["text"] for said in await ours(stage, post)] == ["Засыпем во вторник"]


async def test_a_lost_answer_of_vk_is_looked_up(stage: VirtualStage, post: int, hole: int) -> None:
    await refuse(stage, mode="accept_drop")
    await answer(stage, post, hole)
    await stage.wait(UNDO)
    for _ in range(3):  # for its turn with the service key
        await stage.wait(60)
    assert len(await ours(stage, post)) == 1 and await called(stage, "Ответ стоит под комментарием")


async def test_what_vk_refuses_is_said_and_may_be_written_anew(stage: VirtualStage, post: int, hole: int) -> None:
    await refuse(stage, mode="error", code=213)
    await answer(stage, post, hole)
    await stage.wait(UNDO)
    assert await called(stage, "ошибка 213") and (await known(stage, post))[hole].public_at is None
    await answer(stage, post, hole, "Засыпем во вторник")
    await stage.wait(UNDO)
    assert [one["text"] for one in await ours(stage, post)] == ["Засыпем во вторник"]


async def test_a_bot_cut_off_in_the_undo_says_it_once(stage: VirtualStage, post: int, hole: int) -> None:
    await answer(stage, post, hole)
    await stage.restart()
    await stage.wait(UNDO)
    await stage.restart()
    await stage.wait(60)
    assert len(await ours(stage, post)) == 1


async def test_two_comments_of_one_post_wait_beside_each_other(stage: VirtualStage, post: int, hole: int) -> None:
    other = await says(stage, post, "И у нас яма на дороге", "user-1002")
    await answer(stage, post, hole)
    await answer(stage, post, other, "И это засыпем")
    await stage.wait(UNDO)
    assert {one["reply_to_comment"] for one in await ours(stage, post)} == {hole, other}


async def test_of_a_forgotten_author_a_person_is_asked_to_delete_what_names_him(
    stage: VirtualStage, post: int, hole: int
) -> None:
    """R14: VK shows whom an answer answers, and a community deletes nothing."""
    bot = stage.bot
    assert bot is not None
    await answer(stage, post, hole)
    await stage.wait(UNDO)
    (said,) = await ours(stage, post)
    assert await bot.db.run(lambda tx: forgetting.erase(tx, 1001, bot.clock.now(), force=True))
    await forgetting.destroy_keys(bot.db)
    await stage.wait(60)
    where = f"wall-{COMMUNITY}_{post}?reply={said['id']}"
    (told,) = await called(stage, "удалил у нас свои данные")
    assert where in told.text and f"reply={hole}" not in told.text
    (erasure,) = await bot.db.run(erasures.everything)
    assert any(where in line for line in remains(erasure.remains))
    assert await causes_about(stage, hole) == []


async def test_lines_in_chats_that_lead_to_a_comment_of_somebody_forgotten_go_like_cards(
    stage: VirtualStage, post: int
) -> None:
    """R14: their link names him."""
    bot = stage.bot
    assert bot is not None
    fire, other = await says(stage, post, FIRE), await says(stage, post, FIRE, RUSLAN)
    lines = await called(stage, f"reply={fire}")
    assert lines and await causes_about(stage, fire)
    assert await bot.db.run(lambda tx: forgetting.erase(tx, 1001, bot.clock.now(), force=True))
    await forgetting.destroy_keys(bot.db)
    assert await causes_about(stage, fire) == [] != await causes_about(stage, other)
    (erasure,) = await bot.db.run(erasures.everything)
    assert [cmid for _, cmid, _ in erasure.remains["cards"]] == [line.cmid for line in lines]


async def causes_about(stage: VirtualStage, number: int) -> list[str]:
    """Of all that was said because of this comment, under its post and in chats."""
    assert stage.bot is not None
    rows = await stage.bot.db.run(lambda tx: tx.rows(select(outbox.c.cause)))
    found = [parse(row["cause"]) for row in rows]
    return [str(cause) for cause in found if cause.kind == "comment" and cause.origin.startswith(f"{number}.")]


async def test_what_waits_for_a_forgotten_author_is_said_no_more(stage: VirtualStage, post: int, hole: int) -> None:
    """F32."""
    bot = stage.bot
    assert bot is not None
    await answer(stage, post, hole)
    assert await bot.db.run(lambda tx: forgetting.erase(tx, 1001, bot.clock.now(), force=True))
    await stage.wait(UNDO)
    assert await ours(stage, post) == [] and await called(stage, "удалил у нас свои данные") == []
