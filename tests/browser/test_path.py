"""A resident's way through the page: a real photograph in, a real document back, both kinds of keyboards."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.person import (
    HOLE,
    SEEN,
    attach,
    bubbles,
    chat_item,
    drawing,
    filed,
    key,
    official,
    opened,
    passed,
    picture,
    reply_to,
    resident,
    send_off,
    write,
)
from tests.sandbox import Sandbox

PDF = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
DROP = """(bytes) => {
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(bytes)], "брошено.png", { type: "image/png" }));
  return files;
}"""
BYTES = "async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())]"


async def test_a_photo_goes_there_and_a_document_comes_back(page: Page, sandbox: Sandbox, tmp_path: Path) -> None:
    await opened(page, r=1002, o=1009, c="miass-gorod")
    home, office = resident(page), official(page)
    await key(home, "Начать").click()
    await key(home, "Даю согласие").click()
    await expect(bubbles(home, "Напишите, что случилось")).to_have_count(1)
    await attach(page, home, "Фотография", picture(tmp_path))
    await write(home, HOLE)
    photo = bubbles(home, HOLE).locator("img")
    await expect(photo).to_have_js_property("naturalWidth", 320)
    assert bytes(await page.evaluate(BYTES, await photo.get_attribute("src"))) == drawing()
    await photo.click()
    await expect(page.locator("dialog.lightbox img")).to_be_visible()
    await page.keyboard.press("Escape")
    passed(sandbox, 6)
    await send_off(home)
    told = bubbles(home, "✅ Приняли")
    await expect(told).to_have_count(1)
    code = re.findall(r"№(\S+)", await told.inner_text())[0]

    card = bubbles(office, code).first
    await expect(card.locator("blockquote")).to_contain_text(HOLE)
    await expect(card.locator("blockquote img")).to_have_js_property("naturalWidth", 320)
    await reply_to(card)
    paper = {"name": "Ответ.pdf", "mimeType": "application/pdf", "buffer": PDF}
    await attach(page, office, "Документ", paper)
    await write(office, "Засыпали, акт приложили.")
    await expect(bubbles(office, "уйдёт жителю через 30 секунд")).to_have_count(1)
    passed(sandbox, 31)
    answer = bubbles(home, f"Ответ на сообщение №{code}")
    await expect(answer).to_contain_text("Засыпали, акт приложили.")
    link = answer.get_by_role("link", name=re.compile(r"Ответ\.pdf"))
    assert bytes(await page.evaluate(BYTES, await link.get_attribute("href"))) == PDF
    await expect(bubbles(office, f"Ответ по №{code} доставлен")).to_have_count(1)


async def test_a_callback_button_spins_and_tells(page: Page, sandbox: Sandbox) -> None:
    """F22: the answer is a snackbar, the card is edited in its place; the resident hears of it at once."""
    code = filed(sandbox, 1003)
    await opened(page, r=1003, o=1009, c="miass-gorod")
    card = bubbles(official(page), f"№{code}")
    sandbox.call("emulator.bot", action="kill")
    await key(card, "Принять").click()
    await expect(key(card, "Принять").locator("..")).to_have_attribute("aria-busy", "true")
    sandbox.call("emulator.bot", action="start")
    await expect(page.locator(".toast.snackbar")).to_have_text("Приняли. Житель узнает.")
    await expect(card).to_contain_text("Состояние: в работе")
    await expect(card).to_contain_text("изменено")
    await expect(card.locator("[aria-busy=true]")).to_have_count(0)
    await expect(bubbles(resident(page), f"№{code} приняли в работу")).to_have_count(1)


async def test_not_ours_goes_to_the_control_centre(page: Page, sandbox: Sandbox) -> None:
    """R22: the official is switched, the control centre's chat has the card."""
    code = filed(sandbox, 1004, HOLE.replace("дороге", "дороге у остановки"))
    await opened(page, r=1004, o=1009, c="miass-gorod")
    await key(bubbles(official(page), f"№{code}"), "Не наше").click()
    await key(bubbles(official(page), f"чьё это? №{code}"), "Не знаю").click()
    await expect(bubbles(official(page), f"Не наше, №{code}")).to_contain_text("через 30 секунд")
    passed(sandbox, 31)
    await expect(bubbles(resident(page), "передано в центр управления регионом")).to_have_count(1)
    await page.get_by_label("Участник", exact=True).select_option("1010")
    await chat_item(page, "ЦУР: координаторы").click()
    await expect(bubbles(official(page), f"№{code}")).to_contain_text("Вернули как «не наше»")


async def test_one_comes_by_a_link(page: Page, sandbox: Sandbox) -> None:
    """As by vk.me/…?ref=CODE: the first message of the visit brings the code, and what the link knows is filled in."""
    await page.add_init_script(SEEN)
    await page.goto("/?ref=ostanovka-miass#r=1014")
    home = resident(page)
    await expect(home.locator(".context")).to_contain_text("ostanovka-miass")
    assert "ref=" not in page.url
    await write(home, "Автобус не остановился")
    await expect(home.locator(".context")).to_be_hidden()
    agree, filled = key(home, "Даю согласие"), bubbles(home, "По ссылке «Остановка на улице Ленина, Миасс» заполнили")
    await expect(agree.or_(filled).first).to_be_visible()
    if await agree.is_visible():  # whoever plays before this in the same sandbox may have agreed already
        passed(sandbox, 5)
        await agree.click()
    await expect(filled).to_have_count(1)
    page.once("dialog", lambda asked: asked.accept("yamy"))
    await home.get_by_role("button", name="Приложить").click()
    await page.get_by_role("menuitem", name="Написать по ссылке").click()
    await expect(home.locator(".context")).to_contain_text("yamy")
    await key(home, "Изменить").click()
    await expect(home.locator(".context")).to_be_hidden()
    await key(home, "Отмена").click()
    await expect(bubbles(home, "Черновик убрали")).to_have_count(1)
    sent = sandbox.call("messages.getHistory", "user-1014", peer_id=-101, count=200, rev=1)["items"]
    assert [one["ref"] for one in sent if "ref" in one] == ["ostanovka-miass", "yamy"]


async def test_a_place_and_a_voice_are_sent(page: Page, sandbox: Sandbox) -> None:
    await opened(page, r=1005)
    home = resident(page)
    await home.get_by_role("button", name="Приложить").click()
    await page.get_by_role("menuitem", name="Место на карте").click()
    ask = page.get_by_role("dialog", name="Место на карте")
    await ask.get_by_role("button", name="Миасс").click()
    await ask.get_by_role("button", name="Отправить место").click()
    await expect(home.locator("a.place")).to_contain_text("55.0457, 60.1077")
    voice = {"name": "голос.ogg", "mimeType": "audio/ogg", "buffer": b"OggS" + bytes(200)}
    await attach(page, home, "Голосовое из файла", voice)
    await home.get_by_role("button", name="Отправить", exact=True).click()
    await expect(home.locator(".voice")).to_have_count(1)
    dropped = await page.evaluate_handle(DROP, list(drawing()))
    await home.locator(".dialogue").dispatch_event("drop", {"dataTransfer": dropped})
    await expect(home.locator(".chip[data-state=ready] img")).to_have_count(1)
    await home.get_by_role("button", name="Убрать брошено.png").click()
    await expect(home.locator(".chip")).to_have_count(0)
    sent = sandbox.call("messages.getHistory", "user-1005", peer_id=-101, count=200)["items"]
    assert {"audio_message"} in [{attachment["type"] for attachment in message["attachments"]} for message in sent]
    assert any(message.get("geo") for message in sent)
