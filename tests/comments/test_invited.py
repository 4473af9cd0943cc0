"""One invitation for a person and post, over the emulator: after the pause, once, not where it would disturb."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from features.comments.jobs import Compared, compare_posts
from states.directory import Directory
from states.effects import WORDS_TIMER
from storage.inbox import timers
from storage.records import appeals
from tests.comments.test_heard import HOLE, LEADS, OLGA, RUSLAN, SECRET, WALL, known, says
from tests.comments.walls import COMMENT, in_files, ours, played, write_post
from tests.transcripts.emulated import COMMUNITY
from tests.transcripts.stage import Words
from tests.transcripts.virtual import Ground, VirtualStage

pytestmark = pytest.mark.virtual

PAUSE = 10 * 60 + 1


@pytest.fixture
async def stage(virtual_ground: Ground, region: Directory, tmp_path: Path) -> AsyncIterator[VirtualStage]:
    async with played(virtual_ground, region, tmp_path, comments="answer", vk_service_token="service-1") as made:
        await to_noon(made)
        yield made


async def to_noon(stage: VirtualStage) -> None:
    """At night nobody is invited."""
    assert stage.bot is not None
    local = stage.bot.clock.now().astimezone(stage.bot.policy.zone)
    await stage.wait(((12 - local.hour) % 24) * 3600)


@pytest.fixture
async def post(stage: VirtualStage) -> int:
    return await write_post(stage)


async def test_its_author_is_invited_after_the_pause(stage: VirtualStage, post: int) -> None:
    hole = await says(stage, post, HOLE)
    await stage.wait(9 * 60)
    assert await ours(stage, post) == []
    await stage.wait(62)
    (said,) = await ours(stage, post)
    assert said["reply_to_comment"] == hole and "напишите нам" in said["text"].casefold()
    assert f"https://vk.me/club{COMMUNITY}?ref=k{post}-{hole}" in said["text"]
    found = (await known(stage, post))[hole]
    assert found.invited_at is not None and found.wording == 1 and found.answered_at is None
    await stage.wait(3600)
    assert len(await ours(stage, post)) == 1 and SECRET.encode() not in in_files(stage)


async def test_once_for_a_person_and_post(stage: VirtualStage, post: int) -> None:
    await says(stage, post, HOLE)
    await says(stage, post, f"{HOLE} и ещё одна яма")
    await stage.wait(PAUSE)
    await says(stage, post, f"Третий раз пишу: {HOLE}")
    await stage.wait(PAUSE)
    assert len(await ours(stage, post)) == 1
    other = await write_post(stage, "Ремонт моста закончен")
    await says(stage, other, HOLE)
    await stage.wait(PAUSE)
    assert len(await ours(stage, other)) == 1


async def test_in_one_thread_each_reads_other_words(stage: VirtualStage, post: int) -> None:
    top = await says(stage, post, HOLE)
    await says(stage, post, "А у нас яма на дороге так и осталась, никто не едет", RUSLAN, reply_to_comment=top)
    await stage.wait(PAUSE)
    one, other = [item["text"] for item in await ours(stage, post)]
    assert one.partition("https")[0] != other.partition("https")[0]


@pytest.mark.parametrize("who", [LEADS, "group-101"])
async def test_who_is_answered_by_a_human_first_is_not_invited(stage: VirtualStage, post: int, who: str) -> None:
    hole = await says(stage, post, HOLE)
    more = {"from_group": COMMUNITY} if who == LEADS else {}
    await says(stage, post, "Засыпем в понедельник", who, reply_to_comment=hole, **more)
    await stage.wait(PAUSE)
    assert len(await ours(stage, post)) == 1 and (await known(stage, post))[hole].answered_at is not None


async def test_an_official_of_the_region_is_a_human_too(stage: VirtualStage, post: int) -> None:
    hole = await says(stage, post, HOLE)
    await says(stage, post, "Передали", f"user-{stage.official('miass-gorod', 1)}", reply_to_comment=hole)
    await stage.wait(PAUSE)
    assert await ours(stage, post) == []


@pytest.mark.parametrize(
    "text", ["Выражаем соболезнования родным", "Поздравляем с Днём города!", "В посёлке введён режим ЧС"]
)
async def test_under_mourning_a_feast_and_an_emergency_nobody_is_invited(stage: VirtualStage, text: str) -> None:
    post = await write_post(stage, text)
    await says(stage, post, HOLE)
    await stage.wait(PAUSE)
    assert await ours(stage, post) == []


async def test_under_a_hashtag_of_the_region_nobody_is_invited(
    virtual_ground: Ground, region: Directory, tmp_path: Path
) -> None:
    more = {"comments": "answer", "vk_service_token": "service-1", "comments_silent": "#Спор74, опрос*"}
    async with played(virtual_ground, region, tmp_path, **more) as stage:
        await to_noon(stage)
        quiet, asked = (
            await write_post(stage, "Сквер или парковка? #спор74"),
            await write_post(stage, "Новый опрос жителей"),
        )
        heard = await write_post(stage, "Засыпали ямы #дороги74")
        for post in (quiet, asked, heard):
            await says(stage, post, HOLE)
        await stage.wait(PAUSE)
        assert await ours(stage, quiet) == await ours(stage, asked) == []
        assert len(await ours(stage, heard)) == 1


async def test_where_comments_were_closed_meanwhile_nobody_is_invited(stage: VirtualStage, post: int) -> None:
    """Nor later, when they are open again: people have gone on."""
    hole = await says(stage, post, HOLE)
    await stage.call("wall.closeComments", "group-101", **WALL, post_id=post)
    await stage.wait(PAUSE)
    assert not (await known(stage, post))[hole].gone, "closed is not deleted"
    await stage.call("wall.openComments", "group-101", **WALL, post_id=post)
    await stage.wait(3600)
    assert await ours(stage, post) == []


async def test_too_many_comments_are_waited_out_by_an_invitation(stage: VirtualStage, post: int) -> None:
    rule = {"method": COMMENT, "who": "group-101", "times": 4, "mode": "error", "code": 223}
    await stage.call("emulator.setFaults", rules=[rule])
    await says(stage, post, HOLE)
    await stage.wait(PAUSE)
    assert await ours(stage, post) == []
    for _ in range(10):
        await stage.wait(60)
    (said,) = await ours(stage, post)
    assert "vk.me" in said["text"], "223 is no word about links"


async def test_the_centre_mutes_a_post(stage: VirtualStage, post: int) -> None:
    await says(stage, post, HOLE)
    await stage.write_in("cur", 1, Words(f"/тихо https://vk.com/wall-{COMMUNITY}_{post}"))
    await stage.wait(PAUSE)
    assert await ours(stage, post) == []


async def test_where_links_are_forbidden_it_goes_without(stage: VirtualStage, post: int) -> None:
    await stage.call("emulator.setSwitches", comment_links="222")
    await says(stage, post, HOLE)
    await stage.wait(PAUSE)
    (said,) = await ours(stage, post)
    assert "vk.me" not in said["text"] and "сообщения" in said["text"]


async def test_a_deleted_comment_is_not_answered(stage: VirtualStage, post: int) -> None:
    hole = await says(stage, post, HOLE)
    await stage.call("wall.deleteComment", OLGA, **WALL, comment_id=hole)
    await stage.wait(PAUSE)
    assert await ours(stage, post) == []


@pytest.mark.parametrize("events", ["on", "off"])
async def test_an_answer_of_the_bot_is_no_answer_of_people(stage: VirtualStage, post: int, events: str) -> None:
    await stage.call("emulator.setSwitches", own_comment_events=events)
    await stage.call(
        "emulator.setFaults", rules=[{"method": COMMENT, "who": "group-101", "mode": "accept_drop", "times": 1}]
    )
    hole = await says(stage, post, HOLE)
    await stage.wait(PAUSE)
    await stage.wait(60)
    assert len(await ours(stage, post)) == 1 and (await known(stage, post))[hole].answered_at is None


async def test_not_more_than_five_a_minute(stage: VirtualStage, post: int) -> None:
    for number in range(7):
        author = {"group_id": COMMUNITY, "post_id": post, "from_id": 3001 + number}
        await stage.call("emulator.addComment", **author, text=f"{HOLE} {number}")
    await stage.wait(PAUSE)
    assert len(await ours(stage, post)) == 5
    await stage.wait(61)
    assert len(await ours(stage, post)) == 7


async def test_a_lost_event_is_made_good_and_an_answered_one_is_not_invited(stage: VirtualStage, post: int) -> None:
    """Neither the post nor the comments were told; the wall shows that one of them is answered."""
    assert stage.bot is not None
    await stage.call("groups.setLongPollSettings", "group-101", group_id=COMMUNITY, wall_reply_new=0, wall_post_new=0)
    lost = await write_post(stage, "Ремонт моста закончен")
    hole = await says(stage, lost, HOLE)
    other = await says(stage, lost, "А у нас яма на дороге так и осталась, никто не едет", RUSLAN)
    await says(stage, lost, "Засыпем завтра", "group-101", reply_to_comment=hole)
    await compare_posts(stage.bot, Compared())
    await stage.wait(PAUSE)
    found = await ours(stage, lost)
    assert [one["reply_to_comment"] for one in found] == [hole, other]


async def test_who_opens_the_link_is_known_and_says_it_again(stage: VirtualStage, post: int) -> None:
    hole = await says(stage, post, HOLE)
    await stage.wait(PAUSE)
    code = f"k{post}-{hole}"
    await stage.write("мария", Words("Начать", ref=code))
    await stage.settle()
    await stage.write("мария", Words("Даю согласие"))
    await stage.wait(5)
    heard = await stage.dialogue("мария")
    assert any("Это о вашем комментарии" in one.text for one in heard)
    assert (await known(stage, post))[hole].came_at is not None
    await stage.write("иван", Words("Начать", ref=code))
    await stage.settle()
    await stage.write("иван", Words("Даю согласие"))
    await stage.wait(5)
    assert not any("вашем комментарии" in one.text for one in await stage.dialogue("иван"))


async def comes(stage: VirtualStage, who: str, code: str) -> None:
    await stage.write(who, Words("Начать", ref=code))
    await stage.settle()
    await stage.write(who, Words("Даю согласие"))
    for _ in range(3):
        await stage.wait(5)


async def words_in_dialogue(stage: VirtualStage, who: str, words: str) -> list[str]:
    return [one.text for one in await stage.dialogue(who) if words in one.text]


async def test_nobody_types_again_what_stands_in_the_comment(stage: VirtualStage, post: int) -> None:
    hole = await says(stage, post, HOLE)
    await stage.wait(PAUSE)
    await stage.write("мария", Words("Начать", ref=f"k{post}-{hole}"))
    await stage.wait(60)
    assert SECRET.encode() not in in_files(stage), "before the consent nothing is read"
    await stage.write("мария", Words("Даю согласие"))
    for _ in range(3):
        await stage.wait(5)
    assert await words_in_dialogue(stage, "мария", "Сейчас прочитаем его")
    assert await words_in_dialogue(stage, "мария", "Прочитали ваш комментарий: «А у школы яма на дороге"), (
        "they are shown before anything is sent"
    )
    assert await ours_of_draft(stage) == [HOLE]
    for said in ("Лихачёва, 21", "Отправить"):
        await stage.write("мария", Words(said))
        for _ in range(2):
            await stage.wait(5)
    (number,) = await words_in_dialogue(stage, "мария", "№")
    cards = [
        one.text for chat in ("cur", "miass-gorod") for one in await stage.chat(chat) if "яма на дороге" in one.text
    ]
    assert len(cards) == 1 and "Лихачёва, 21" in cards[0], "its words stand on the card"


async def ours_of_draft(stage: VirtualStage) -> list[str]:
    assert stage.bot is not None
    talks = await stage.bot.db.run(lambda tx: appeals.dialogues(tx, [1001]))
    return [piece.text for piece in talks[1001].draft.pieces if piece.reworded and piece.cmid < 0]


async def test_in_a_thread_the_name_of_whom_it_answers_is_left_out(stage: VirtualStage, post: int) -> None:
    top = await says(stage, post, "А у нас яма на дороге так и осталась, никто не едет", RUSLAN)
    hole = await says(stage, post, f"[id1002|Руслан], {HOLE}", reply_to_comment=top)
    await comes(stage, "мария", f"k{post}-{hole}")
    assert await ours_of_draft(stage) == [HOLE]


async def test_who_has_begun_to_type_is_not_interrupted(stage: VirtualStage, post: int) -> None:
    hole = await says(stage, post, HOLE)
    await stage.call(
        "emulator.setFaults",
        rules=[{"method": "wall.getComments", "who": "all", "mode": "error", "code": 10, "times": 1}],
    )
    await stage.write("мария", Words("Начать", ref=f"k{post}-{hole}"))
    await stage.settle()
    await stage.write("мария", Words("Даю согласие"))
    await stage.settle()
    await stage.write("мария", Words("Яма на Тургоякском шоссе у моста"))
    for _ in range(4):
        await stage.wait(5)
    assert await ours_of_draft(stage) == []


@pytest.mark.parametrize("method", ["wall.deleteComment", "wall.closeComments"])
async def test_what_vk_does_not_show_is_asked_for(stage: VirtualStage, post: int, method: str) -> None:
    hole = await says(stage, post, HOLE)
    assert stage.bot is not None
    if method == "wall.closeComments":
        await stage.call(method, "group-101", **WALL, post_id=post)
        await comes(stage, "мария", f"k{post}-{hole}")
    else:
        await stage.write("мария", Words("Начать", ref=f"k{post}-{hole}"))
        await stage.settle()
        await stage.call(method, OLGA, **WALL, comment_id=hole)
        await stage.write("мария", Words("Даю согласие"))
        for _ in range(3):
            await stage.wait(5)
    assert await ours_of_draft(stage) == []
    assert await stage.bot.db.run(lambda tx: timers.to_read(tx, 5, WORDS_TIMER)) == []
    await stage.write("мария", Words("Яма на Тургоякском шоссе у моста"))
    await stage.wait(10)
    assert await words_in_dialogue(stage, "мария", "Тургоякском")


async def test_a_bot_that_was_cut_off_reads_it_once(stage: VirtualStage, post: int) -> None:
    hole = await says(stage, post, HOLE)
    await stage.write("мария", Words("Начать", ref=f"k{post}-{hole}"))
    await stage.settle()
    await stage.write("мария", Words("Даю согласие"))
    await stage.settle()
    await stage.restart()
    for _ in range(3):
        await stage.wait(5)
    await stage.write("мария", Words("Начать", ref=f"k{post}-{hole}"))
    for _ in range(3):
        await stage.wait(5)
    assert await ours_of_draft(stage) == [HOLE]
