"""The community's wall beside the chats: it is written on, answered, corrected and taken back, at both widths."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Accessible
from tests.browser.person import no_sideways_scroll, opened
from tests.sandbox import Sandbox

LEADS, OLGA, COMMUNITY = "user-1010", "user-1001", "-101"


def wall(page: Page) -> Locator:
    return page.locator("#wall")


async def speaks_as(page: Page, who: str) -> None:
    await wall(page).get_by_label("От чьего имени").select_option(who)


async def says(form: Locator, text: str) -> None:
    await form.locator("textarea").fill(text)
    await form.locator("textarea").press("Enter")


def thread(sandbox: Sandbox, post: int) -> list[dict[str, Any]]:
    asked = {"owner_id": COMMUNITY, "post_id": post, "thread_items_count": 10}
    return list(sandbox.call("wall.getComments", OLGA, **asked)["items"])


@pytest.fixture
def post(sandbox: Sandbox) -> int:
    asked = {"owner_id": COMMUNITY, "from_group": 1, "message": "Засыпали ямы на Тургоякском шоссе."}
    return int(sandbox.call("wall.post", LEADS, **asked)["post_id"])


async def test_people_comment_and_the_community_answers(page: Page, sandbox: Sandbox) -> None:
    await opened(page, r=1001)
    await page.locator("#tools").get_by_role("button", name="Стена").click()
    await expect(page.locator("#officials")).to_be_hidden()
    await expect(page.locator("#residents")).to_be_visible()
    await speaks_as(page, COMMUNITY)
    await says(wall(page).locator(".wall-scroll > .wall-writing"), "Засыпали ямы. Что ещё?")
    post = wall(page).locator(".post", has_text="Засыпали ямы. Что ещё?").first
    await expect(post).to_be_visible()
    number = int(await post.get_attribute("data-post") or 0)
    await speaks_as(page, "1001")
    await says(post, "А у школы?")
    said = post.locator(".comment", has_text="А у школы?")
    await expect(said).to_be_visible()
    await speaks_as(page, COMMUNITY)
    await said.get_by_role("button", name="Ответить").click()
    await expect(post.locator(".about")).to_contain_text("Ответ: Ольга")
    await says(post, "Едем")
    await expect(post.locator(".comment.below.ours")).to_contain_text("Едем")
    (top,) = thread(sandbox, number)
    assert [(one["from_id"], one["text"]) for one in top["thread"]["items"]] == [(-101, "Едем")]


async def test_what_is_said_elsewhere_comes_by_itself_and_can_be_taken_back(
    page: Page, sandbox: Sandbox, post: int
) -> None:
    await opened(page, r=1001, v="wall")
    card = wall(page).locator(f'[data-post="{post}"]')
    await expect(card).to_contain_text("Тургоякском")
    asked = {"owner_id": COMMUNITY, "post_id": post, "message": "Пришло само"}
    sandbox.call("wall.createComment", OLGA, **asked)
    said = card.locator(".comment", has_text="Пришло само")
    await expect(said).to_be_visible()
    await said.get_by_role("button", name="Нравится").click()
    await expect(said.locator(".like")).to_have_text("1")
    await said.get_by_role("button", name="Действия с комментарием").click()
    await page.get_by_role("menuitem", name="Изменить").click()
    await says(card, "Исправлено")
    await expect(card.locator(".comment")).to_contain_text("Исправлено")
    await card.get_by_role("button", name="Действия с комментарием").click()
    await page.get_by_role("menuitem", name="Удалить").click()
    await expect(card.locator(".comment")).to_have_count(0)
    await page.get_by_role("button", name="Вернуть").click()
    await expect(card.locator(".comment")).to_contain_text("Исправлено")


async def test_the_community_closes_the_comments(page: Page, sandbox: Sandbox, post: int) -> None:
    await opened(page, r=1001, v="wall")
    await speaks_as(page, COMMUNITY)
    card = wall(page).locator(f'[data-post="{post}"]')
    await card.get_by_role("button", name="Действия с записью").click()
    await page.get_by_role("menuitem", name="Закрыть комментарии").click()
    await expect(card).to_contain_text("комментарии закрыты")
    await expect(card.locator("textarea")).to_be_hidden()
    await card.get_by_role("button", name="Действия с записью").click()
    await page.get_by_role("menuitem", name="Открыть комментарии").click()
    await expect(card.locator("textarea")).to_be_visible()


async def test_a_link_to_the_messages_opens_them(page: Page, sandbox: Sandbox, post: int) -> None:
    asked = {"owner_id": COMMUNITY, "post_id": post, "message": "Напишите нам: https://vk.me/priemnaya74?ref=k5_7"}
    sandbox.call("wall.createComment", "group-101", **asked)
    await opened(page, r=1001, v="wall")
    await wall(page).locator(f'[data-post="{post}"]').get_by_role("link").click()
    await expect(page.locator("#residents .window:not([hidden])")).to_contain_text("k5_7")
    await expect(page.locator("#officials")).to_be_visible()


async def test_on_a_telephone(phone: Page, sandbox: Sandbox, post: int) -> None:
    await opened(phone, r=1001)
    await phone.locator("#views").get_by_role("button", name="Стена").tap()
    await expect(phone.locator("#residents")).to_be_hidden()
    card = wall(phone).locator(f'[data-post="{post}"]')
    await says(card, "С телефона")
    await expect(card.locator(".comment")).to_contain_text("С телефона")
    await no_sideways_scroll(phone)


@pytest.fixture(params=["desk", "telephone"])
def seen(request: pytest.FixtureRequest) -> Page:
    found: Page = request.getfixturevalue("page" if request.param == "desk" else "phone")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_shut_out_of_the_wall(
    seen: Page, accessible: Accessible, sandbox: Sandbox, post: int, scheme: str
) -> None:
    asked = {"owner_id": COMMUNITY, "post_id": post}
    said = sandbox.call("wall.createComment", OLGA, **asked, message="А у школы?")["comment_id"]
    sandbox.call("wall.createComment", "group-101", **asked, message="Едем", reply_to_comment=said)
    await seen.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await opened(seen, r=1001, v="wall")
    await expect(wall(seen).locator(f'[data-post="{post}"] .ours')).to_be_visible()
    assert await accessible(seen) == []
    await no_sideways_scroll(seen)
