"""«Комментарии» in a real Chromium: nobody is shut out, it fits from 390 to 1280, each target is large enough, and an
answer is written, looked at, held and taken back by hand.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright, expect

from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.serve import serve
from states.directory import Directory
from states.people.comments import Comment, CommentKind, Marks
from storage.db.engines.readers import open_readers
from storage.records import comments, communities
from storage.records.communities import RegisteredCommunity
from tests import outside
from tests.bot.test_metrics import free_port
from tests.browser.person import bubbles, key, official, reply_to, resident, send_off, write
from tests.browser.person import opened as open_page
from tests.comments.test_heard import FIRE, HOLE, RUSLAN, SECRET, says
from tests.comments.walls import opened, write_post
from tests.transcripts.emulated import EmulatedStage
from tests.web.test_comments import ANSWER, CENTRE, PANEL, at_panel
from tests.web.test_in_chromium import Desk, shut_out, too_wide
from vk_emulator.server import running

SMALL = """() => [...document.querySelectorAll("main a, main button, main input, main textarea")].filter((one) => {
  const box = one.getBoundingClientRect();
  const inline = getComputedStyle(one).display === "inline";
  return box.width && !inline && Math.min(box.width, box.height) < 24 && one.type !== "checkbox";
}).map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
async def stage(region: Directory, tmp_path: Path) -> AsyncIterator[EmulatedStage]:
    kept = {"comments": "answer", "vk_service_token": "service-1", "comments_pause": 60, **PANEL}
    async with running(port=0, data=tmp_path / "vk", seed=1) as vk, opened(vk, region, tmp_path, **kept) as made:
        yield made


@pytest.fixture
async def hole(stage: EmulatedStage) -> int:
    post = await write_post(stage, "Засыпали ямы на Тургоякском шоссе. На очереди Автозаводцев.")
    await says(stage, post, FIRE, RUSLAN)
    found = await says(stage, post, HOLE)
    await says(stage, post, "Во дворе такая яма, что скорая не проезжает, Миасс", RUSLAN)
    await says(stage, post, "И у нас на Романенко яма, третий месяц никто не чинит", RUSLAN, reply_to_comment=found)
    return found


@pytest_asyncio.fixture
async def desk(stage: EmulatedStage) -> AsyncIterator[Desk]:
    bot = stage.bot
    assert bot is not None
    site = (await at_panel(stage)).site
    here = replace(site, settings=site.settings.model_copy(update={"panel_port": free_port(), "panel_url": ""}))
    readers = open_readers(bot.db, bot.settings.database_url)
    served = await serve(build(here, PAGES), here.settings, readers)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=outside.chromium(), args=arguments)
        made = Desk(here, chromium, [])
        yield made
        await chromium.close()
    await served.close()
    assert made.complaints == []


async def looked_at(tab: Tab, name: str) -> None:
    assert await too_wide(tab) <= 0, name
    assert await shut_out(tab) == [], name
    assert await tab.evaluate(SMALL) == [], name
    if folder := os.environ.get("PICTURES"):
        await tab.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_shut_out(desk: Desk, stage: EmulatedStage, hole: int, scheme: str) -> None:
    for width in (390, 1280):
        async with desk.tab(width, scheme) as tab:
            await desk.sign_in(tab, CENTRE)
            await tab.goto("/comments")
            await looked_at(tab, f"comments-list-{width}-{scheme}")
            await tab.goto(f"/comments?open={hole}")
            await expect(tab.locator(".talk")).to_contain_text(SECRET)
            await looked_at(tab, f"comments-{width}-{scheme}")
            await tab.get_by_label("Ответить здесь").fill("Звоните 8 912 345-67-89")
            await tab.get_by_role("button", name="Показать, как встанет").click()
            await expect(tab.locator("#refused")).to_be_visible()
            await looked_at(tab, f"comments-refused-{width}-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_communities_fit(desk: Desk, hole: int, scheme: str) -> None:
    now = desk.site.clock.now()
    school = RegisteredCommunity(202, "Школа № 7 имени первых строителей Магнитогорска, официальная страница", now)
    asked = Comment(5, 3, 1002, now - timedelta(days=5), now, marks=Marks(CommentKind.PROBLEM))
    await desk.site.db.run(lambda tx: communities.keep(tx, school, "token", now))
    await desk.site.db.of(202).run(lambda tx: comments.keep(tx, [asked]))
    for width in (390, 1280):
        async with desk.tab(width, scheme) as tab:
            await desk.sign_in(tab, CENTRE)
            await tab.goto("/comments")
            await tab.get_by_role("link", name="Все сообщества").click()
            await expect(tab.locator("tbody tr")).to_have_count(3)
            await looked_at(tab, f"comments-everywhere-{width}-{scheme}")
            await tab.get_by_role("link", name=school.name).click()
            await expect(tab.locator(".conditions .chip").first).to_contain_text(school.name)
            await expect(tab.locator(".row-link")).to_have_count(1)
            await looked_at(tab, f"comments-of-a-community-{width}-{scheme}")


async def test_an_answer_by_hand(desk: Desk, stage: EmulatedStage, hole: int) -> None:
    async with desk.tab(1280) as tab:
        await desk.sign_in(tab, CENTRE)
        await tab.get_by_role("link", name="Комментарии", exact=True).first.click()
        await tab.locator(".row-link", has_text="Проблема").first.click()
        await tab.get_by_label("Ответить здесь").fill(ANSWER)
        await tab.get_by_role("button", name="Показать, как встанет").click()
        await expect(tab.locator(".preview")).to_contain_text(ANSWER)
        await looked_at(tab, "comments-preview")
        await tab.get_by_role("button", name="Ответить", exact=True).click()
        await expect(tab.locator(".bubble.leaving")).to_contain_text(ANSWER)
        await looked_at(tab, "comments-leaving")
        await tab.get_by_role("button", name="Отменить").click()
        await expect(tab.locator(".said")).to_contain_text("Отменили")
        await tab.goto("/comments")
        for box in await tab.locator("input[name=code]").all():
            await box.check()
        await tab.get_by_role("button", name="Не нужно").click()
        await expect(tab.locator(".said")).to_contain_text("Больше не ждут ответа: 3")
        await expect(tab.locator(".said")).to_contain_text("Пишут об опасности")


async def test_the_whole_path_of_a_comment(desk: Desk, stage: EmulatedStage) -> None:
    """A comment, the invitation, the dialogue, the number, the official's answer, the public answer: each as a person
    sees it, on the emulator's page and in the panel."""
    bot = stage.bot
    assert bot is not None
    await stage.wait(
        ((12 - bot.clock.now().astimezone(bot.policy.zone).hour) % 24) * 3600
    )  # nobody is invited at night
    post = await write_post(stage, "Засыпали ямы на Тургоякском шоссе.")
    context = await desk.chromium.new_context(base_url=bot.settings.vk_api_url.removesuffix("/method/"))
    page = await context.new_page()
    await open_page(page, r=1001, o=1009, c="miass-gorod")
    home, office, card = resident(page), official(page), page.locator(f'#wall [data-post="{post}"]')

    await page.locator("#tools").get_by_role("button", name="Стена").click()
    await page.locator("#wall").get_by_label("От чьего имени").select_option("1001")
    await write(card, HOLE)
    await expect(card.locator(".comment")).to_contain_text(SECRET)
    await stage.settle()
    await stage.wait(61 * 60)
    invitation = card.locator(".comment.ours")
    await expect(invitation).to_contain_text("апишите нам")

    await invitation.get_by_role("link").click()
    await key(home, "Начать").click()
    await key(home, "Даю согласие").click()
    for words in ("", "улица Лихачёва, 21"):
        await write(home, words) if words else None
        for _ in range(3):
            await stage.wait(6)
    await expect(bubbles(home, "Прочитали ваш комментарий")).to_have_count(1)
    await send_off(home)
    accepted = bubbles(home, "✅ Приняли")
    await expect(accepted).to_have_count(1)
    code = re.findall(r"№(\S+)", await accepted.inner_text())[0]

    shown = bubbles(office, code).first
    await expect(shown).to_contain_text(SECRET)
    await reply_to(shown)
    await write(office, "Яму засыпали, проверили.")
    await stage.settle()
    await expect(bubbles(office, "уйдёт жителю через")).to_have_count(1)
    await stage.wait(31)
    await expect(bubbles(home, f"Ответ на сообщение №{code}")).to_contain_text("Яму засыпали")

    async with desk.tab() as tab:
        await desk.sign_in(tab, CENTRE)
        await tab.goto("/comments?view=came")
        await tab.locator(".row-link").first.click()
        await expect(tab.locator(".past").first).to_contain_text(f"№{code}")
        await tab.get_by_label("Ответить здесь").fill(ANSWER)
        await tab.get_by_role("button", name="Показать, как встанет").click()
        await tab.get_by_role("button", name="Ответить", exact=True).click()
        await expect(tab.locator(".bubble.leaving")).to_contain_text(ANSWER)
        await stage.wait(31)
        await tab.reload()
        await expect(tab.locator(".talk .bubble.own").last).to_contain_text(ANSWER)
        await looked_at(tab, "comments-path")
    await page.locator("#tools").get_by_role("button", name="Стена").click()
    await expect(card.locator(".comment.ours", has_text=ANSWER)).to_be_visible()
    assert code not in await card.inner_text()
    await context.close()
