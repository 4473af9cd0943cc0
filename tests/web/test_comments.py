"""«Комментарии» of the panel beside the bot, over the emulator: the list, the thread as VK shows it, and what is done
there. A word of somebody without a consent is on the page and nowhere else (R7).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

import features
from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.serve import site_for
from features.comments import texts
from states.directory import Directory
from states.people.viewers import Role, Viewer
from storage.db.schema import audit
from storage.records import viewers
from tests.comments.test_heard import FIRE, HOLE, OLGA, RUSLAN, SECRET, called, known, says
from tests.comments.test_recognised import HOLE as STORY
from tests.comments.test_recognised import press as press_button
from tests.comments.test_recognised import tells
from tests.comments.walls import WALL, in_files, ours, played, write_post
from tests.transcripts.emulated import COMMUNITY, PICTURE
from tests.transcripts.stage import Words
from tests.transcripts.virtual import Ground, VirtualStage
from tests.web.browser import Browser, hidden

pytestmark = pytest.mark.virtual

CENTRE, READER, ROADS = 5001, 5004, 5002
ANSWER = "Засыплем в понедельник"
UNDO = 31
PANEL = {"panel_port": 8443, "panel_url": "https://panel.test"}


@pytest.fixture
async def stage(virtual_ground: Ground, region: Directory, tmp_path: Path) -> AsyncIterator[VirtualStage]:
    kept = {"comments": "answer", "vk_service_token": "service-1", "comments_pause": 60, **PANEL}
    async with played(virtual_ground, region, tmp_path, **kept) as made:
        yield made


@pytest.fixture
async def post(stage: VirtualStage) -> int:
    return await write_post(stage)


@pytest.fixture
async def hole(stage: VirtualStage, post: int) -> int:
    return await says(stage, post, HOLE)


@pytest.fixture
async def browser(stage: VirtualStage) -> AsyncIterator[Browser]:
    """Somebody of the ЦУР at the panel that runs beside the bot."""
    made = await at_panel(stage)
    await made.sign_in(CENTRE)
    yield made
    await made.client.aclose()


async def at_panel(stage: VirtualStage, *, apart: bool = False) -> Browser:
    bot = stage.bot
    assert bot is not None
    for one in (
        Viewer(CENTRE, Role.CUR, "", "Анна Ц."),
        Viewer(READER, Role.READER),
        Viewer(ROADS, Role.AGENCY, "mindor"),
    ):
        await bot.db.run(lambda tx, one=one: viewers.grant(tx, one, bot.clock.now()))  # type: ignore[misc]
    site = site_for(bot.settings, bot.db, bot.db, bot.clock, lambda: bot.directory, features.installed())
    site = site if apart else replace(site, bot=bot, wake=bot.events.notify)
    return Browser.of(build(site, PAGES), site)


def at(comment: int) -> str:
    return f"/comments?open={comment}"


async def press(browser: Browser, did: str, post: int, comment: int, **more: str) -> str:
    """What the next page says."""
    csrf = hidden(await browser.get(at(comment)))
    here = {"csrf": csrf, "did": did, "post": str(post), "code": str(comment), "back": at(comment), **more}
    answer = await browser.post("/comments", **here)
    assert answer.status_code == 303, answer.text
    return (await browser.get(answer.headers["location"])).text


async def test_the_list_has_marks_and_the_thread_has_words(
    browser: Browser, stage: VirtualStage, post: int, hole: int
) -> None:
    await says(stage, post, "Спасибо, наконец-то!", RUSLAN)
    text = (await browser.get("/comments")).text
    assert "осталось 3 ч" in text or "ждёт" in text
    assert SECRET not in text and "Проблема" in text and "Благодарят" not in text
    text = (await browser.get(at(hole))).text
    assert SECRET in text and "Засыпали ямы" in text and f"wall-{COMMUNITY}_{post}?reply={hole}" in text
    assert SECRET.encode() not in in_files(stage)
    assert "Благодарят" in (await browser.get("/comments?view=all")).text


async def test_the_picture_of_a_post_is_passed_through(browser: Browser, stage: VirtualStage, post: int) -> None:
    photo = await stage._attachment("user-1010", -COMMUNITY, "photo")
    number = await write_post(stage, "Засыпали ямы", photo)
    hole = await says(stage, number, HOLE)
    assert f'src="/comments/posts/{number}"' in (await browser.get(at(hole))).text
    picture = await browser.get(f"/comments/posts/{number}")
    assert picture.status_code == 200 and picture.content == PICTURE
    assert (await browser.get(f"/comments/posts/{post}")).status_code == 404
    apart = await at_panel(stage, apart=True)
    await apart.sign_in(CENTRE)
    assert (await apart.get(f"/comments/posts/{number}")).status_code == 404
    await apart.client.aclose()


async def test_an_answer_of_a_thread_is_shown_in_it(
    browser: Browser, stage: VirtualStage, post: int, hole: int
) -> None:
    below = await says(stage, post, "И у нас яма на дороге, Миасс", RUSLAN, reply_to_comment=hole)
    text = (await browser.get(at(below))).text
    assert SECRET in text and "И у нас яма" in text and f"thread={hole}" in text


async def test_an_answer_is_looked_at_held_and_stands_there(
    browser: Browser, stage: VirtualStage, post: int, hole: int
) -> None:
    looked = await browser.post(
        at(hole), csrf=hidden(await browser.get(at(hole))), did="look", post=str(post), code=str(hole), text=ANSWER
    )
    assert looked.status_code == 200 and "Так прочитают все" in looked.text and await ours(stage, post) == []
    said = await press(browser, "answer", post, hole, text=ANSWER)
    assert "пока его можно отменить" in said and ANSWER in said and "Отменить" in said
    assert await called(stage, f"«{ANSWER}»") and await ours(stage, post) == []
    await stage.wait(UNDO)
    assert [one["text"] for one in await ours(stage, post)] == [ANSWER]
    assert "Не получилось" in await press(browser, "answer", post, hole, text="Ещё раз")
    assert "Ответ под записью" in (await browser.get(at(hole))).text
    assert await called(stage, "Ответ стоит под комментарием")


async def test_an_answer_is_taken_back(browser: Browser, stage: VirtualStage, post: int, hole: int) -> None:
    await press(browser, "answer", post, hole, text=ANSWER)
    assert texts.TAKEN_BACK in await press(browser, "undo", post, hole)
    await stage.wait(UNDO)
    assert await ours(stage, post) == [] and await called(stage, texts.TAKEN_BACK)
    assert texts.LEFT in await press(browser, "undo", post, hole)


async def test_nothing_personal_leaves(browser: Browser, stage: VirtualStage, post: int, hole: int) -> None:
    for words in ("Иван Петрович Сидоров, звоните", "Звоните 8 912 345-67-89", "Ваш диагноз мы знаем"):
        assert "Не получилось" in await press(browser, "answer", post, hole, text=words)
        csrf = hidden(await browser.get(at(hole)))
        looked = await browser.post(at(hole), csrf=csrf, did="look", post=str(post), code=str(hole), text=words)
        assert "aria-invalid" in looked.text and "Так прочитают все" not in looked.text
    assert "Не получилось" in await press(browser, "answer", post, hole, text=" ")
    await stage.wait(UNDO)
    assert await ours(stage, post) == []


async def test_an_invitation_at_once_and_once(browser: Browser, stage: VirtualStage, post: int, hole: int) -> None:
    assert "Пригласили: 1" in await press(browser, "invite", post, hole)
    await stage.settle()
    (said,) = await ours(stage, post)
    assert "vk.me" in said["text"] and said["reply_to_comment"] == hole
    assert texts.INVITED_ALREADY in await press(browser, "invite", post, hole)
    await stage.wait(2 * 3600)
    assert len(await ours(stage, post)) == 1


async def test_what_needs_no_answer_waits_no_more(browser: Browser, stage: VirtualStage, post: int, hole: int) -> None:
    assert "Больше не ждут ответа: 1" in await press(browser, "not_needed", post, hole)
    assert "Никто не ждёт ответа" in (await browser.get("/comments")).text
    await stage.wait(24 * 3600)
    assert await ours(stage, post) == []
    await browser.sign_in(CENTRE)
    assert "Снова ждут ответа: 1" in await press(browser, "needed", post, hole)
    assert "Никто не ждёт ответа" not in (await browser.get("/comments")).text


async def test_the_week_in_figures(browser: Browser, stage: VirtualStage, post: int, hole: int) -> None:
    await says(stage, post, "Во дворе яма, Миасс", RUSLAN)
    await press(browser, "answer", post, hole, text=ANSWER)
    text = (await browser.get("/comments")).text
    assert 'href="/comments?view=all">Всё</a></th><td class="num">2</td><td class="num">1</td>' in text
    assert "topic=" in text and "За 7 дней" in text


async def test_several_at_once(browser: Browser, stage: VirtualStage, post: int, hole: int) -> None:
    other = await says(stage, post, "Во дворе яма, Миасс", RUSLAN)
    csrf = hidden(await browser.get("/comments"))
    fields = {"csrf": csrf, "did": "not_needed", "back": "/comments"}
    answer = await browser.client.post(
        "/comments", data={**fields, "code": [str(hole), str(other)]}, headers={"origin": browser.site.address}
    )
    assert answer.status_code == 303
    assert "Больше не ждут ответа: 2" in (await browser.get("/comments")).text
    nobody = await browser.post("/comments", **fields)
    assert nobody.status_code == 303 and "Отметьте" in (await browser.get("/comments")).text


async def test_a_danger_ends_by_its_own_button(browser: Browser, stage: VirtualStage, post: int) -> None:
    fire = await says(stage, post, FIRE)
    assert texts.ALARMING in await press(browser, "not_needed", post, fire)
    assert "дежурный ещё не нажал" in (await browser.get("/comments?view=danger")).text


async def test_a_muted_post_and_one_whose_comments_are_closed(
    browser: Browser, stage: VirtualStage, post: int, hole: int
) -> None:
    assert "больше никого не зовёт" in await press(browser, "mute", post, hole)
    assert "Под этой записью не зовём" in await press(browser, "invite", post, hole)
    assert "снова зовёт" in await press(browser, "unmute", post, hole)
    assert "под записью закрыты" in await press(browser, "close", post, hole)
    with pytest.raises(Exception, match="213"):
        await stage.call("wall.createComment", RUSLAN, **WALL, post_id=post, message="Ещё")
    rule = {"method": "wall.closeComments", "who": "group-101", "times": 1, "mode": "error", "code": 15}
    await stage.call("emulator.setFaults", rules=[rule])
    assert "ошибка 15. Закройте сами" in await press(browser, "close", post, hole)


async def test_what_was_done_is_in_the_journal_without_the_number_of_a_comment(
    browser: Browser, stage: VirtualStage, post: int, hole: int
) -> None:
    await press(browser, "invite", post, hole)
    await press(browser, "close", post, hole)
    assert stage.bot is not None
    rows = await stage.bot.db.run(lambda tx: tx.rows(select(audit.c.subject, audit.c.detail, audit.c.action)))
    told = [(row["subject"], row["detail"]) for row in rows if row["action"] == "comment_acted"]
    assert told == [(f"post{post}", "invite"), (f"post{post}", "close")]


async def test_who_may(browser: Browser, stage: VirtualStage, post: int, hole: int) -> None:
    await browser.sign_in(READER)
    page = await browser.get(at(hole))
    assert page.status_code == 200 and "Ответить здесь" not in page.text
    csrf = hidden(page)
    assert (await browser.post("/comments", csrf=csrf, did="invite", code=str(hole))).status_code == 403
    await browser.sign_in(ROADS)
    assert (await browser.get("/comments")).status_code == 403


async def test_bad_addresses(browser: Browser, stage: VirtualStage, post: int, hole: int) -> None:
    assert (await browser.get("/comments?view=no")).status_code == 400
    assert "Этого комментария больше нет" in (await browser.get(at(99999))).text
    csrf = hidden(await browser.get(at(hole)))
    assert (await browser.post("/comments", csrf=csrf, did="eat")).status_code == 400
    assert (await browser.post("/comments", csrf=csrf, did="close")).status_code == 400
    assert (await browser.post("/comments", csrf=csrf, did="mute")).headers["location"] == "/comments"
    away = await browser.post("/comments", csrf=csrf, did="invite", code=str(hole), back="https://evil.test/")
    assert away.headers["location"] == "/comments"
    for filter in (f"post={post}", "topic=nothing", "place=miass", "start=50"):
        assert (await browser.get(f"/comments?{filter}")).status_code == 200


async def test_vk_is_away_or_hides_the_thread(browser: Browser, stage: VirtualStage, post: int, hole: int) -> None:
    for fault, words in (
        ({"mode": "error", "code": 212}, "записью закрыты"),
        ({"mode": "reject_drop"}, "сейчас не отвечает"),
    ):
        rule = {"method": "wall.getById", "who": "all", "times": 1, **fault}
        await stage.call("emulator.setFaults", rules=[rule])
        text = (await browser.get(at(hole))).text
        assert words in text and SECRET not in text and "Прочитайте в VK" in text


async def test_without_a_service_key_there_are_marks_and_a_link(
    virtual_ground: Ground, region: Directory, tmp_path: Path
) -> None:
    async with played(virtual_ground, region, tmp_path, comments="watch", **PANEL) as stage:
        number = await write_post(stage)
        hole = await says(stage, number, HOLE)
        browser = await at_panel(stage)
        await browser.sign_in(CENTRE)
        text = (await browser.get(at(hole))).text
        assert SECRET not in text and "нет сервисного ключа" in text and "Прочитайте в VK" in text
        assert "под записями не отвечает" in text and "Ответить здесь" not in text
        assert texts.NO_ANSWERS in await press(browser, "invite", number, hole)
        assert texts.NO_ANSWERS in await press(browser, "mute", number, hole)
        assert (await known(stage, number))[hole].invited_at is None
        await browser.client.aclose()


async def test_a_message_and_its_comment_lead_to_each_other(stage: VirtualStage, post: int) -> None:
    """R9: whoever answers there reads whether its resident agreed to publish."""
    browser = await at_panel(stage)
    await browser.sign_in(CENTRE)
    hole = await says(stage, post, STORY, OLGA)
    await tells(stage)
    await press_button(stage, "Да, это о нём")
    code = (await known(stage, post))[hole].appeal
    assert code and f"open={hole}" in (await browser.get(f"/queue?open={code}")).text
    text = (await browser.get(at(hole))).text
    assert f"№{code}" in text and "публикацию не разрешал" in text and "написал нам" in text
    assert await press(browser, "answer", post, hole, text=ANSWER)
    await stage.wait(UNDO)
    (said,) = await ours(stage, post)
    assert said["text"] == ANSWER and code not in said["text"] and "vk.com" not in said["text"]
    await browser.sign_in(READER)
    assert f"open={hole}" in (await browser.get(f"/queue?open={code}")).text
    await browser.client.aclose()


async def test_what_is_said_alone_and_in_public_may_not_contradict(stage: VirtualStage, post: int) -> None:
    """Whichever is said or corrected later leads to the other one."""
    browser = await at_panel(stage)
    await browser.sign_in(CENTRE)
    hole = await says(stage, post, STORY, OLGA)
    await tells(stage)
    await press_button(stage, "Да, это о нём")
    code = (await known(stage, post))[hole].appeal
    assert "исправляйте оба" not in (await browser.get(f"/queue?open={code}")).text
    await press(browser, "answer", post, hole, text=ANSWER)
    await stage.wait(UNDO)
    assert await called(stage, f"№{code}: пусть ответы не расходятся")
    assert "исправляйте оба" in (await browser.get(f"/queue?open={code}")).text
    assert "Сказано одно и то же?" not in (await browser.get(at(hole))).text
    card = next(one.cmid for one in await stage.chat("miass-gorod") if code in one.text)
    await stage.write_in("miass-gorod", 1, Words("Засыплем во вторник", reply_to=card))
    await stage.wait(UNDO)
    lines = [said.text for said in await stage.chat("miass-gorod") if "отвечено и при всех" in said.text]
    assert len(lines) == 1 and f"wall-{COMMUNITY}_{post}?reply={hole}" in lines[0]
    assert "Сказано одно и то же?" in (await browser.get(at(hole))).text
    await browser.client.aclose()
