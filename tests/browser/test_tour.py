"""The guided tour: seven steps that a person really does, at both widths; it can be left and begun again."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Accessible
from tests.browser.person import (
    bubbles,
    key,
    no_sideways_scroll,
    official,
    opened,
    passed,
    resident,
    write,
)
from tests.sandbox import Sandbox


async def played(page: Page, sandbox: Sandbox, accessible: Accessible, *, narrow: bool) -> None:
    """As the strip says, with its examples; on a narrow screen by the switch below."""
    tour, home, office = page.locator(".tour"), resident(page), official(page)

    async def step(number: int) -> None:
        await expect(tour.locator(".count")).to_contain_text(f"{number}/7" if narrow else f"Шаг {number} из 7")
        await expect(page.locator(".spot")).to_have_count(1)

    async def says(long: str, short: str) -> None:
        await expect(tour.locator(".told p")).to_contain_text(short if narrow else long, use_inner_text=True)
        if narrow:
            assert await tour.evaluate("(one) => one.offsetHeight") <= 52, "one line"

    async def go(view: str) -> None:
        if narrow:
            await page.locator("#views").get_by_role("button", name=view).click()

    await step(1)
    await says("Нажмите «Начать»", "Нажмите «Начать»")
    await tour.get_by_role("button", name="Вставить «Здравствуйте»").click()
    await says("Теперь отправьте", "Отправьте")
    await page.keyboard.press("Enter")
    await says("Нажмите «Даю согласие»", "Нажмите «Даю согласие»")
    await key(home, "Даю согласие").click()
    await step(2)
    await tour.get_by_role("button", name="Вставить пример с фото").click()
    await says("Теперь отправьте", "Отправьте")
    await expect(home.locator(".chip[data-state=ready]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await step(3)
    await expect(bubbles(home, "Большая яма").locator("img").first).to_be_visible()
    passed(sandbox, 6)
    topic = key(home, "Ямы и разбитый асфальт")
    await expect(topic.or_(key(home, "Отправить")).first).to_be_visible()
    if await topic.is_visible():  # what is plain is not asked
        await topic.click()
    await step(4)
    await says("нажмите «Отправить»", "Нажмите «Отправить»")
    await expect(page.locator(".spot")).to_have_text("Отправить")
    await sent_off(home)
    await step(5)
    there, way = page.locator("#officials .spot", has_text="Принять"), tour.get_by_role("button", name="Показать чат")
    await expect(there.or_(way).first).to_be_visible()
    if await way.is_visible():
        await way.click()
    await says("Нажмите «Принять»", "Нажмите «Принять»")
    await expect(page.locator("#officials .spot")).to_have_text("Принять")
    assert await accessible(page) == []
    await key(office, "Принять").click()
    await step(6)
    await says("Нажмите на карточке «Ответить»", "Нажмите «Ответить»")
    await expect(page.locator("#officials .spot")).to_have_text("Ответить")
    await page.locator("#officials .spot").click()
    await says("Ответьте на его вопрос", "Ответьте на вопрос бота")
    await tour.get_by_role("button", name="Вставить пример с документом").click()
    await says("Теперь отправьте", "Отправьте")
    await expect(office.locator(".chip[data-state=ready]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await step(7)
    await key(office, "Отменить").click(trial=True)  # nothing covers it
    await go("Пульт")
    await expect(page.locator(".spot")).to_have_text("+1 час")
    await page.get_by_role("button", name="+1 час").click()
    await expect(tour.get_by_role("button", name="Не решено")).to_be_visible()
    await expect(page.get_by_text("Убить").and_(page.locator(".tour *"))).to_have_count(0)
    for label in ("Не наше", "Мои сообщения", "Не решено"):
        await tour.get_by_role("button", name=label).click()
        await expect(page.locator(".spot")).to_have_count(1)
    await expect(page.locator("#residents .spot")).to_have_text("Не решено")
    answer = bubbles(home, "Яму засыпали сегодня утром")
    await expect(answer.get_by_role("link", name=re.compile("Акт осмотра.txt"))).to_be_visible()


async def sent_off(home: Locator) -> None:
    """«Отправить»; where others have written of the same (R32), this one goes by itself all the same."""
    await key(home, "Отправить").click()
    other, mine = key(home, "Это другое"), key(home, "Мои сообщения")
    await expect(mine.or_(other).first).to_be_visible()
    if await other.is_visible():
        await other.click()


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
    await played(page, sandbox, accessible, narrow=False)
    assert await accessible(page) == []
    await page.locator(".tour").get_by_role("button", name="Закончить экскурсию").click()
    await page.reload()
    await expect(page.locator("#officials .chat-item")).not_to_have_count(0)
    await expect(page.locator(".tour")).to_have_count(0)


async def test_the_whole_tour_at_390(phone: Page, sandbox: Sandbox, accessible: Accessible) -> None:
    await phone.goto("/#r=1012&a=1012")
    await expect(phone.locator(".tour")).to_be_visible()
    assert await accessible(phone) == []
    await played(phone, sandbox, accessible, narrow=True)
    for view in ("Ведомство", "Пульт", "Житель"):
        await phone.locator("#views").get_by_role("button", name=view).tap()
        assert await accessible(phone) == []
        await no_sideways_scroll(phone)


async def test_the_tour_holds_nobody_and_claims_nothing(page: Page) -> None:
    """Each step can be passed over by itself; what has not happened is not told; the keyboard leaves it."""
    await page.goto("/#r=1013")
    tour = page.locator(".tour")
    skip = tour.get_by_role("button", name="Пропустить шаг")
    for number in range(1, 8):
        await expect(tour).to_contain_text(f"Шаг {number} из 7")
        for claim in ("Карточка пришла", "Бот сказал", "Бот спросил", "Ответ у жителя", "Похожее сообщение уже есть"):
            await expect(tour).not_to_contain_text(claim)
        await skip.click()
    await expect(tour).to_contain_text("Попробуйте ещё")
    await expect(tour).not_to_contain_text("Ответ у жителя")
    await expect(tour.get_by_role("button", name="Не решено")).to_have_count(0)
    await expect(skip).to_be_hidden()
    await page.locator("#residents textarea").click()
    await page.keyboard.type("Можно писать и во время экскурсии")
    await expect(page.locator("#residents textarea")).to_have_value("Можно писать и во время экскурсии")
    await tour.get_by_role("button", name="Закончить экскурсию").focus()
    await page.keyboard.press("Escape")
    await expect(tour).to_have_count(0)
    await page.get_by_role("button", name="Экскурсия").click()
    await expect(tour).to_contain_text("Шаг 1 из 7")


async def test_a_second_visit_is_quiet(page: Page) -> None:
    await opened(page, r=1013)
    await expect(page.locator("#residents .dialogue")).to_be_visible()
    await expect(page.locator(".tour")).to_have_count(0)
