"""Comments over the emulator: a person comments under a post, the bot keeps marks and no word; those on duty are
called, what no event told is found on the wall, what is deleted in VK is deleted here (R7).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.vk.comments import EVENTS
from features.comments.checks import findings, findings_in_vk
from features.comments.jobs import Compared, compare_posts
from states.directory import Directory
from states.people.comments import Comment, CommentKind
from storage.privacy import forgetting, retention
from storage.records import comments
from tests.transcripts.emulated import COMMUNITY, EmulatedStage, emulated, sqlite_url
from vk_emulator.server import Emulator, running

LEADS, OLGA, RUSLAN = "user-1010", "user-1001", "user-1002"
SECRET = "Снегирёвой"
FIRE = f"Горит дом, внутри люди, звоните {SECRET}"
HOLE = f"А у школы яма на дороге так и осталась, Миасс, я от {SECRET}"
WALL = {"owner_id": -COMMUNITY}


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    async with running(port=0, data=tmp_path / "vk", seed=1) as made:
        yield made


@pytest.fixture
async def stage(emulator: Emulator, region: Directory, tmp_path: Path) -> AsyncIterator[EmulatedStage]:
    kept = {"comments": "watch", "vk_service_token": "service-1"}
    async with emulated(emulator.url, sqlite_url(tmp_path), region, **kept) as opened:
        await opened.call("groups.setLongPollSettings", "group-101", group_id=COMMUNITY, **dict.fromkeys(EVENTS, 1))
        yield opened


@pytest.fixture
async def post(stage: EmulatedStage) -> int:
    made = await stage.call("wall.post", LEADS, **WALL, from_group=1, message="Засыпали ямы")
    return int(made["post_id"])


async def says(stage: EmulatedStage, post: int, text: str, token: str = OLGA, **more: Any) -> int:
    made = await stage.call("wall.createComment", token, **WALL, post_id=post, message=text, **more)
    await stage.settle()
    return int(made["comment_id"])


async def known(stage: EmulatedStage, post: int) -> dict[int, Comment]:
    assert stage.bot is not None
    return {one.id: one for one in await stage.bot.db.run(lambda tx: comments.under(tx, post))}


async def called(stage: EmulatedStage, words: str) -> list[Any]:
    return [one for one in await stage.chat("cur") if words in one.text]


def on_disk(folder: Path) -> bytes:
    return b"".join(
        path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and "vk" not in path.parts
    )


async def test_marks_and_no_word(stage: EmulatedStage, post: int, tmp_path: Path) -> None:
    hole, fire = await says(stage, post, HOLE), await says(stage, post, FIRE, RUSLAN)
    found = await known(stage, post)
    assert (found[hole].author, found[hole].marks.said, found[hole].marks.place) == (1001, CommentKind.PROBLEM, "miass")
    assert found[fire].marks.said is CommentKind.DANGER and found[fire].alarming
    for words in (SECRET, "Горит", "Ольга"):
        assert words.encode() not in on_disk(tmp_path), words
    assert stage.bot is not None
    await stage.bot.db.checkpoint()
    assert SECRET.encode() not in on_disk(tmp_path)


async def test_those_on_duty_are_called_until_somebody_sees_it(stage: EmulatedStage, post: int) -> None:
    fire = await says(stage, post, FIRE)
    link = f"https://vk.com/wall-{COMMUNITY}_{post}?reply={fire}"
    (card,) = await called(stage, link)
    assert SECRET not in card.text and card.buttons[0]["label"] == "Вижу"
    await stage.wait(5 * 60 + 1)
    assert len(await called(stage, link)) == 2
    said = await stage.press_in("cur", 1, card.cmid, card.buttons[0]["payload"])
    assert said == "Вижу"
    await stage.wait(60 * 60)
    assert len(await called(stage, link)) == 2
    assert (await known(stage, post))[fire].seen_by == stage.official("cur", 1)
    assert await called(stage, "Увидели:")


async def test_nothing_stands_under_the_post(stage: EmulatedStage, post: int, emulator: Emulator) -> None:
    await says(stage, post, FIRE)
    await stage.wait(60)
    items = (await stage.call("wall.getComments", OLGA, **WALL, post_id=post))["items"]
    assert [one["from_id"] for one in items] == [1001]
    assert "wall.createComment" in emulator.vk.calls and emulator.vk.calls["wall.createComment"] == 1


async def test_edited_deleted_and_restored(stage: EmulatedStage, post: int) -> None:
    number = await says(stage, post, "Спасибо большое!")
    assert (await known(stage, post))[number].marks.said is CommentKind.THANKS
    comment = {**WALL, "comment_id": number}
    await stage.call("wall.editComment", OLGA, **comment, message=HOLE)
    await stage.settle()
    assert (await known(stage, post))[number].marks.said is CommentKind.PROBLEM
    await stage.call("wall.deleteComment", OLGA, **comment)
    await stage.settle()
    gone = (await known(stage, post))[number]
    assert gone.gone and gone.author == 0 and gone.marks.topic == ""
    await stage.call("wall.restoreComment", OLGA, **comment)
    await stage.settle()
    assert (await known(stage, post))[number].author == 1001


async def test_whoever_is_no_resident(stage: EmulatedStage, post: int) -> None:
    """The community itself, another page, an official of a chat."""
    await says(stage, post, FIRE, "group-101")
    await says(stage, post, FIRE, f"user-{stage.official('miass-gorod', 1)}")
    await stage.call("emulator.addComment", group_id=COMMUNITY, post_id=post, from_id=-555, text=FIRE)
    await stage.settle()
    assert await known(stage, post) == {} and await called(stage, "опасности для людей") == []


async def test_an_answer_in_a_thread_is_heard_too(stage: EmulatedStage, post: int) -> None:
    top = await says(stage, post, "Спасибо")
    below = await says(stage, post, FIRE, RUSLAN, reply_to_comment=top)
    assert (await known(stage, post))[below].top == top
    assert await called(stage, f"?reply={below}&thread={top}")


async def test_what_no_event_told_is_found_on_the_wall(stage: EmulatedStage, post: int) -> None:
    assert stage.bot is not None
    off = dict.fromkeys(EVENTS, 0)
    await stage.call("groups.setLongPollSettings", "group-101", group_id=COMMUNITY, **off)
    numbers = [await says(stage, post, f"{HOLE} {place}") for place in range(3)]
    below = [await says(stage, post, "И у нас яма на дороге", RUSLAN, reply_to_comment=numbers[0]) for _ in range(12)]
    assert await known(stage, post) == {}
    compared = Compared()
    await compare_posts(stage.bot, compared)
    await stage.settle()
    found = await known(stage, post)
    assert set(found) == {*numbers, *below} and {found[one].top for one in below} == {numbers[0]}
    await compare_posts(stage.bot, compared)
    await stage.settle()
    assert await known(stage, post) == found
    await stage.call("wall.deleteComment", OLGA, **WALL, comment_id=numbers[1])
    await stage.wait(6 * 60)
    await compare_posts(stage.bot, compared)
    await stage.settle()
    assert {one.id for one in (await known(stage, post)).values() if one.gone} == {numbers[1]}


async def test_a_thread_that_vk_shows_to_nobody_is_no_deletion(stage: EmulatedStage, post: int) -> None:
    assert stage.bot is not None
    number = await says(stage, post, HOLE)
    await stage.call("wall.closeComments", "group-101", **WALL, post_id=post)
    await stage.wait(6 * 60)
    await compare_posts(stage.bot, Compared())
    await stage.settle()
    assert not (await known(stage, post))[number].gone


@pytest.mark.parametrize("code", [15, 100, 212])
async def test_a_thread_that_vk_did_not_show_once_is_read_again(stage: EmulatedStage, post: int, code: int) -> None:
    """I1: the refusal is of one moment, and the post's number of comments stays as it is."""
    assert stage.bot is not None
    compared = Compared()
    await compare_posts(stage.bot, compared)
    await stage.call("groups.setLongPollSettings", "group-101", group_id=COMMUNITY, **dict.fromkeys(EVENTS, 0))
    number = await says(stage, post, HOLE)
    fault = {"method": "wall.getComments", "who": "all", "mode": "error", "code": code, "times": 1}
    await stage.call("emulator.setFaults", rules=[fault])
    for heard in (set(), {number}):
        await compare_posts(stage.bot, compared)
        await stage.settle()
        assert set(await known(stage, post)) == heard


async def test_an_erasure_takes_the_marks_and_the_wall_brings_them_back_no_more(
    stage: EmulatedStage, post: int
) -> None:
    bot = stage.bot
    assert bot is not None
    number = await says(stage, post, HOLE)
    other = await says(stage, post, HOLE, RUSLAN)
    await bot.db.run(lambda tx: forgetting.erase(tx, 1001, bot.clock.now(), force=True))
    await forgetting.destroy_keys(bot.db)
    assert set(await known(stage, post)) == {other}
    await compare_posts(bot, Compared())
    await stage.settle()
    assert set(await known(stage, post)) == {other}
    await stage.wait(60)
    fresh = await says(stage, post, HOLE)
    assert set(await known(stage, post)) == {other, fresh} and fresh != number


async def test_marks_end_after_their_term(stage: EmulatedStage, post: int) -> None:
    bot = stage.bot
    assert bot is not None
    number = await says(stage, post, HOLE)
    terms, now = retention.RetentionTerms(), bot.clock.now()
    await bot.db.run(lambda tx: retention.comments(tx, None, now + timedelta(days=29), terms))
    assert number in await known(stage, post)
    await bot.db.run(lambda tx: retention.comments(tx, None, now + timedelta(days=31), terms))
    assert await known(stage, post) == {}


async def test_a_bot_that_was_cut_off_hears_it_once(stage: EmulatedStage, post: int) -> None:
    assert stage.task is not None
    await stage.settle()
    await stage.stop()
    made = await stage.call("wall.createComment", OLGA, **WALL, post_id=post, message=FIRE)
    await stage.start()
    await stage.settle()
    await stage.restart()
    await stage.settle()
    assert len(await called(stage, f"?reply={made['comment_id']}")) == 1


async def test_what_check_says(stage: EmulatedStage) -> None:
    bot = stage.bot
    assert bot is not None
    (promised,) = findings(bot.settings)
    assert "сверяет" in promised.text
    (doubtful,) = findings(bot.settings.model_copy(update={"vk_service_token": ""}))
    assert "не узнает" in doubtful.text and "BOT_VK_SERVICE_TOKEN" in doubtful.todo
    off = bot.settings.model_copy(update={"comments": "off"})
    assert findings(off) == [] and await findings_in_vk(off, bot.vk, COMMUNITY) == []
    (heard,) = await findings_in_vk(bot.settings, bot.vk, COMMUNITY)
    assert "включены" in heard.text
    answers = bot.settings.model_copy(update={"comments": "answer"})
    (_, perhaps) = await findings_in_vk(answers, bot.vk, COMMUNITY)
    assert "«стена»" in perhaps.text and "ошибка 15" in perhaps.todo
    (alone,) = await findings_in_vk(answers.model_copy(update={"callback_secret": "s"}), bot.vk, COMMUNITY)
    assert alone == perhaps
    await stage.call("emulator.setSettings", group_id=COMMUNITY, scopes="messages,manage,photos,docs,wall")
    assert len(await findings_in_vk(answers, bot.vk, COMMUNITY)) == 1
    await stage.call("groups.setLongPollSettings", "group-101", group_id=COMMUNITY, wall_reply_edit=0)
    (deaf,) = await findings_in_vk(bot.settings, bot.vk, COMMUNITY)
    assert "wall_reply_edit" in deaf.text


async def test_switched_off_nothing_is_kept(emulator: Emulator, region: Directory, tmp_path: Path) -> None:
    async with emulated(emulator.url, sqlite_url(tmp_path), region) as stage:
        await stage.call("groups.setLongPollSettings", "group-101", group_id=COMMUNITY, **dict.fromkeys(EVENTS, 1))
        made = await stage.call("wall.post", LEADS, **WALL, from_group=1, message="Ямы")
        await says(stage, made["post_id"], FIRE)
        assert await known(stage, made["post_id"]) == {} and await called(stage, "опасности для людей") == []
        await asyncio.sleep(0)
        assert SECRET.encode() not in on_disk(tmp_path)
