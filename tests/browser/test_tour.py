"""The guided tour: seven steps that a person really does, at both widths; it can be left and begun again."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import Accessible
from tests.browser.person import (
    bubbles,
    key,
    no_sideways_scroll,
    official,
    opened,
    passed,
    resident,
    send_off,
    write,
)
from tests.sandbox import Sandbox


async def played(page: Page, sandbox: Sandbox, *, narrow: bool) -> None:
    """As the card says, with its examples; on a narrow screen by the switch below."""
    tour, home, office = page.locator(".tour"), resident(page), official(page)

    async def step(number: int) -> None:
        await expect(tour).to_contain_text(f"Шаг {number} из 7")
        await expect(page.locator(".spot")).to_have_count(1)

    async def go(view: str) -> None:
        if narrow:
            await page.locator("#views").get_by_role("button", name=view).click()

    await step(1)
    await tour.get_by_role("button", name="Вставить «Здравствуйте»").click()
    await page.keyboard.press("Enter")
    await key(home, "Даю согласие").click()
    await step(2)
    await tour.get_by_role("button", name="Вставить пример с фото").click()
    await expect(home.locator(".chip[data-state=ready]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await step(3)
    await expect(bubbles(home, "Большая яма").locator("img")).to_have_count(1)
    passed(sandbox, 6)
    await key(home, "Ямы и разбитый асфальт").click()
    await step(4)
    await send_off(home)
    await step(5)
    await tour.get_by_role("button", name="Показать чат ведомства").click()
    await key(office, "Принять").click()
    await step(6)
    await tour.get_by_role("button", name="Вставить пример с документом").click()
    await expect(office.locator(".chip[data-state=ready]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await step(7)
    await expect(bubbles(office, "уйдёт жителю через 30 секунд")).to_have_count(1)
    await go("Пульт")
    await page.get_by_role("button", name="+1 час").click()
    await expect(tour).to_contain_text("Путь пройден")
    await tour.get_by_role("button", name="Показать ответ").click()
    answer = bubbles(home, "Ответ на сообщение №")
    await expect(answer).to_contain_text("Яму засыпали сегодня утром")
    await expect(answer.get_by_role("link", name=re.compile("Акт осмотра.txt"))).to_be_visible()


async def test_begin_anew(page: Page, sandbox: Sandbox) -> None:
    """«Начать заново»: the world of the file, the bot from nothing, windows stay open. The first one here: the tour
    needs residents whom nobody has met, and tests of other files may have been them."""
    await opened(page, r=1001, o=1009, c="miass-gorod")
    await write(resident(page), "Это исчезнет")
    await expect(bubbles(resident(page), "Это исчезнет")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Начать заново").click()
    await expect(page.locator(".verdict")).to_have_text("Счёта пока нет")  # the books of the bot before are gone
    await expect(bubbles(resident(page), "Это исчезнет")).to_have_count(0)
    await expect(key(resident(page), "Начать")).to_be_visible()
    await expect(page.locator(".bot .opener")).to_have_text("Бот работает")
    await expect(bubbles(official(page), "Чат подключён")).to_have_count(1)
    assert await page.evaluate("location.hash") == "#r=1001&a=1001&o=1009&c=miass-gorod&v=residents"


async def test_the_whole_tour_at_1280(page: Page, sandbox: Sandbox, accessible: Accessible) -> None:
    await page.goto("/#r=1001&a=1001")
    await expect(page.locator(".tour")).to_be_visible()
    assert await accessible(page) == []
    await played(page, sandbox, narrow=False)
    assert await accessible(page) == []
    await page.locator(".tour").get_by_role("button", name="Готово").click()
    await page.reload()
    await expect(page.locator("#officials .chat-item")).not_to_have_count(0)
    await expect(page.locator(".tour")).to_have_count(0)


async def test_the_whole_tour_at_390(phone: Page, sandbox: Sandbox, accessible: Accessible) -> None:
    await phone.goto("/#r=1012&a=1012")
    await expect(phone.locator(".tour")).to_be_visible()
    assert await accessible(phone) == []
    await played(phone, sandbox, narrow=True)
    for view in ("Ведомство", "Пульт", "Житель"):
        await phone.locator("#views").get_by_role("button", name=view).tap()
        await no_sideways_scroll(phone)


async def test_the_tour_holds_nobody(page: Page) -> None:
    """Steps can be passed over, the keyboard leaves it, the button brings it back."""
    await page.goto("/#r=1013")
    tour = page.locator(".tour")
    await tour.get_by_role("button", name="Дальше").click()
    await expect(tour).to_contain_text("Шаг 2 из 7")
    await page.locator("#residents textarea").click()
    await page.keyboard.type("Можно писать и во время экскурсии")
    await expect(page.locator("#residents textarea")).to_have_value("Можно писать и во время экскурсии")
    await tour.get_by_role("button", name="Дальше").focus()
    await page.keyboard.press("Escape")
    await expect(tour).to_have_count(0)
    await page.get_by_role("button", name="Экскурсия").click()
    await expect(tour).to_contain_text("Шаг 1 из 7")


async def test_a_second_visit_is_quiet(page: Page) -> None:
    await opened(page, r=1013)
    await expect(page.locator("#residents .dialogue")).to_be_visible()
    await expect(page.locator(".tour")).to_have_count(0)
