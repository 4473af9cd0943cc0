"""`python -m tests.browser.pictures`: the sandbox as it looks, into docs/pictures. People and words are invented."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.person import (
    attach,
    bubbles,
    chat_item,
    filed,
    key,
    official,
    opened,
    passed,
    reply_to,
    resident,
    write,
)
from tests.outside import chromium
from tests.sandbox import Sandbox

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LAMP = "На остановке третий день не горит фонарь, город Миасс, улица Победы, дом 12"
HOLE = "Большая яма на дороге, город Миасс, улица Ленина, дом 5. Машины бьют колёса."
SWING = "Сломаны качели на детской площадке, город Миасс, улица Лихачёва, дом 21"
SNOW = "Не расчистили снег на тротуаре, город Миасс, улица Степная, дом 9, с коляской не пройти"
CHAT = {"width": 1280, "height": 1130}
DRAWN = """async () => {
  const { potholePhoto } = await import('/page/sample.js');
  return [...new Uint8Array(await (await potholePhoto()).arrayBuffer())];
}"""


async def main() -> None:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(Path(folder))
        try:
            sandbox.until_healthy()
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=arguments)
                await taken(browser, sandbox)
                await officials(browser, sandbox)
                await browser.close()
        finally:
            sandbox.close()


async def taken(browser: Browser, sandbox: Sandbox) -> None:
    filed(sandbox, 1003, LAMP)
    page = await looking(browser, sandbox, viewport={**DESK, "height": 860}, device_scale_factor=1.5)
    await opened(page, r="1002,1003", a=1002, o=1009, c="miass-gorod")
    await told(page, sandbox)
    await page.screenshot(path=FOLDER / "sandbox.png")
    await answered(page, sandbox)
    phone = await looking(browser, sandbox, viewport=PHONE, device_scale_factor=1.5, is_mobile=True, has_touch=True)
    await opened(phone, r="1002,1003", a=1002, o=1009, c="miass-gorod")
    await expect(bubbles(resident(phone), "Яму засыпали")).to_be_in_viewport()
    await phone.wait_for_timeout(800)
    await phone.screenshot(path=FOLDER / "sandbox-phone.png")


async def looking(browser: Browser, sandbox: Sandbox, **options: Any) -> Page:
    context = await browser.new_context(base_url=sandbox.url, locale="ru-RU", **options)
    return await context.new_page()


async def told(page: Page, sandbox: Sandbox) -> None:
    """Руслан tells of a pothole with a photograph; the agency has the card and begins to answer."""
    home, office = resident(page), official(page)
    await key(home, "Начать").click()
    await key(home, "Даю согласие").click()
    await expect(key(home, "Даю согласие")).to_have_count(0)
    photo = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": bytes(await page.evaluate(DRAWN))}
    await attach(page, home, "Фотография", photo)
    await write(home, HOLE)
    await expect(bubbles(home, HOLE)).to_have_count(1)
    passed(sandbox, 6)
    await key(home, "Отправить").click()
    await expect(key(home, "Мои сообщения")).to_be_visible()
    card = bubbles(office, "Состояние: ").last
    await expect(card.locator("img")).to_have_count(1)
    await reply_to(card)
    await office.locator("textarea").fill("Спасибо, что написали! Бригада выедет сегодня.")
    await page.mouse.move(640, 70)
    await page.wait_for_timeout(6500)  # notes fade away


async def answered(page: Page, sandbox: Sandbox) -> None:
    home, office = resident(page), official(page)
    act = {"name": "Акт осмотра.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n" + bytes(48_000)}
    await key(bubbles(office, "Состояние: ").last, "Принять").click()
    await expect(bubbles(office, "Состояние: в работе").last).to_be_visible()
    await attach(page, office, "Документ", act)
    await office.locator("textarea").fill("Яму засыпали сегодня утром. Спасибо, что написали!")
    await office.locator("textarea").press("Enter")
    await expect(key(office, "Отменить")).to_be_visible()
    passed(sandbox, 31)
    await expect(bubbles(home, "Яму засыпали")).to_be_visible()


async def officials(browser: Browser, sandbox: Sandbox) -> None:
    """Chats of an agency and of the control centre, for the memos (docs/ru/officials.md, cur.md)."""
    swing = filed(sandbox, 1005, SWING)
    snow = filed(sandbox, 1011, SNOW)
    page = await looking(browser, sandbox, viewport=CHAT)
    await opened(page, r=1005, o=1009, c="miass-gorod")
    office = official(page)
    card = bubbles(office, f"№{snow}").first
    await key(card, "Принять").click()
    await expect(card).to_contain_text("Состояние: в работе")
    await reply_to(card)
    await write(office, "Тротуар расчистили сегодня к девяти утра.")
    await expect(key(office, "Отменить")).to_be_visible()
    await shot(page, "official-card.png")
    passed(sandbox, 31)
    await expect(key(office, "Отменить")).to_have_count(0)
    await key(bubbles(office, f"№{swing}").first, "Ещё").click()
    await key(office, "Промежуточный ответ").click()
    await expect(bubbles(office, "к какому дню")).to_have_count(1)
    await shot(page, "official-dialogue.png")
    await given_back(page, sandbox, swing)


async def given_back(page: Page, sandbox: Sandbox, code: str) -> None:
    """«Не наше»: the control centre's chat has the card, with the reason."""
    office = official(page)
    await key(bubbles(office, f"№{code}").first, "Не наше").click()
    await key(bubbles(office, f"чьё это? №{code}"), "Не знаю").click()
    await expect(bubbles(office, f"Не наше, №{code}")).to_have_count(1)
    passed(sandbox, 31)
    await page.get_by_label("Участник", exact=True).select_option("1010")
    await chat_item(page, "ЦУР: координаторы").click()
    await expect(bubbles(office, "Вернули как")).to_have_count(1)
    await shot(page, "cur-card.png")


async def shot(page: Page, name: str) -> None:
    await page.mouse.move(640, 70)
    await page.wait_for_timeout(6500)  # notes fade away
    await official(page).screenshot(path=FOLDER / name)


if __name__ == "__main__":
    asyncio.run(main())
