"""For everybody: axe finds nothing grave at either width, light or dark, with sheets and dialogs open; all can be done
by keyboard; a screen reader hears new messages only; nothing scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Accessible
from tests.browser.person import bubbles, filed, fresh, no_sideways_scroll, official, opened, resident
from tests.sandbox import Sandbox


@pytest.fixture(scope="module")
def card(sandbox: Sandbox) -> str:
    return filed(sandbox, 1015)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_shut_out_of_the_desk(page: Page, accessible: Accessible, card: str, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await opened(page, r="1015,1001", a=1015, o=1009, c="miass-gorod")
    await expect(bubbles(official(page), card)).not_to_have_count(0)
    assert await accessible(page) == []
    assert await page.locator("#tools").evaluate("(one) => one.offsetHeight") < 90, "the tools stand in one row"
    await page.locator(".books summary").click()
    await page.locator(".wire .opener").click()
    assert await accessible(page) == []
    await page.locator(".bot .opener").click()
    assert await accessible(page) == []
    await page.keyboard.press("Escape")
    await bubbles(official(page), card).last.hover()
    await bubbles(official(page), card).last.get_by_role("button", name="Другие действия").click()
    assert await accessible(page) == []
    await page.keyboard.press("Escape")
    await resident(page).get_by_role("button", name="Приложить").click()
    await page.get_by_role("menuitem", name="Место на карте").click()
    assert await accessible(page) == []
    await no_sideways_scroll(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_shut_out_of_the_telephone(phone: Page, accessible: Accessible, card: str, scheme: str) -> None:
    await phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await opened(phone, r="1015,1001", a=1015, o=1009, c="miass-gorod")
    for view in ("Житель", "Ведомство", "Пульт"):
        await phone.locator("#views").get_by_role("button", name=view).click()
        await expect(phone.locator("#views [aria-current=true]")).to_contain_text(view)
        assert await accessible(phone) == []
        await no_sideways_scroll(phone)
    await phone.locator("#views").get_by_role("button", name="Ведомство").click()
    await phone.get_by_role("button", name="К списку чатов").click()
    await expect(phone.locator(".chat-item").first).to_be_visible()
    assert await accessible(phone) == []


async def test_news_under_a_mouse_that_is_down_take_no_click_away(page: Page, sandbox: Sandbox) -> None:
    """Ten windows: the row of tabs scrolls. News drew it anew, gave the focus back to the chosen tab, and the row moved
    away under the mouse; the click was lost (the morning, once under load)."""
    accounts = [1001, 1011, 1002, 1003, 1004, 1005, 1012, 1013, 1014, 1015]
    await opened(page, r=",".join(map(str, accounts)), a=1001)
    tabs = page.locator("#residents [role=tab]")
    last, other = tabs.last, tabs.nth(1)
    await last.scroll_into_view_if_needed()
    box = await last.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.down()
    before = await other.inner_text()
    sandbox.write("Здравствуйте", fresh(), "user-1011")
    await expect(other).not_to_have_text(before)
    await page.mouse.up()
    await expect(last).to_have_attribute("aria-selected", "true")


async def test_everything_by_keyboard(page: Page, sandbox: Sandbox, card: str) -> None:
    """A message is sent and a button under a card is pressed without a mouse; the focus is always to be seen."""
    await opened(page, r=1015, o=1009, c="miass-gorod")
    await resident(page).get_by_label("Житель").focus()
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    await page.keyboard.type("Первая строка")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("вторая строка")
    await page.keyboard.press("Enter")
    await expect(bubbles(resident(page), "вторая строка").locator(".text")).to_have_text("Первая строка\nвторая строка")
    assert await page.evaluate("document.activeElement.tagName") == "TEXTAREA"

    log = official(page).get_by_role("log")
    await log.focus()
    await page.keyboard.press("ArrowDown")
    for _ in range(12):  # up to the card, message by message
        if card in await page.evaluate("document.activeElement.textContent"):
            break
        await page.keyboard.press("ArrowUp")
    for _ in range(8):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent") == "Принять":
            break
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast.snackbar")).to_have_text("Приняли. Житель узнает.")
    await expect(bubbles(official(page), f"№{card}")).to_contain_text("в работе")

    await log.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Ответить")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Переслать…")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)


async def test_a_screen_reader_hears_only_what_is_new(page: Page, sandbox: Sandbox) -> None:
    """The dialogue that a person is in is live, the other side is quiet; old messages are never read aloud."""
    await opened(page, r=1015, o=1009, c="miass-gorod")
    logs = page.get_by_role("log")
    await expect(logs).to_have_count(2)
    await resident(page).locator("textarea").focus()
    await expect(resident(page).get_by_role("log")).to_have_attribute("aria-live", "polite")
    await expect(official(page).get_by_role("log")).to_have_attribute("aria-live", "off")
    await official(page).locator("textarea").focus()
    await expect(official(page).get_by_role("log")).to_have_attribute("aria-live", "polite")
    await expect(resident(page).get_by_role("log")).to_have_attribute("aria-live", "off")


async def test_little_motion_is_respected(page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await page.goto("/#r=1013")
    spot = page.locator(".spot")
    await expect(spot).to_be_visible()
    assert float((await spot.evaluate("(one) => getComputedStyle(one).animationDuration")).rstrip("s")) < 0.01


async def test_a_keyboard_of_the_bot_folds(page: Page) -> None:
    await opened(page, r=1015)
    toggle = resident(page).get_by_role("button", name="Клавиатура бота")
    keys = resident(page).locator(".keyboard .key")
    await expect(keys.first).to_be_visible()
    await toggle.click()
    await expect(keys.first).to_be_hidden()
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    await toggle.click()
    await expect(keys.first).to_be_visible()
