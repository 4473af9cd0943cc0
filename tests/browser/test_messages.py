"""One dialogue as a messenger shows it: hostile text, replies, forwards, edits, reading, typing, what VK refused;
several windows of residents at once."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, expect

from tests.browser.conftest import Trouble
from tests.browser.person import SEEN, bubbles, chat_item, fresh, official, opened, picture, reply_to, resident, write
from tests.sandbox import Sandbox

HOSTILE = (
    '<img src=x onerror="window.broken = 1"><script>window.broken = 1</script> [id1|<b>жирно</b>] javascript:alert(1)'
)
CHAT = "miass-gorod"
UNDER_NOTE = """(note) => {
  const { left, top, bottom } = note.querySelector('p').getBoundingClientRect();
  const writing = document.querySelector('#residents .window:not([hidden]) .writing').getBoundingClientRect();
  return bottom < writing.top && !document.elementFromPoint(left + 5, (top + bottom) / 2).closest('.toast');
}"""


def peer_of(sandbox: Sandbox, who: int, key: str = CHAT) -> int:
    chats = sandbox.call("emulator.state")["chats"]
    return int(next(chat["peer_ids"][f"user-{who}"] for chat in chats if chat["key"] == key))


def last(sandbox: Sandbox, who: int, peer: int) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.call("messages.getHistory", f"user-{who}", peer_id=peer, count=1)["items"][0]
    return found


async def test_hostile_words_stay_words(page: Page, sandbox: Sandbox) -> None:
    """F20: in the bubble, in a reply, in the list of chats, in a name of a file, in a toast."""
    await opened(page, r=1001, o=1009, c=CHAT)
    office = official(page)
    await write(office, HOSTILE)
    shown = bubbles(office, "javascript:alert(1)").first
    await expect(shown.locator(".text")).to_have_text(HOSTILE.replace("[id1|<b>жирно</b>]", "<b>жирно</b>"))
    await shown.hover()
    await reply_to(shown)
    evil = {"name": "<img src=x onerror=window.broken=1>.txt", "mimeType": "text/plain", "buffer": b"x"}
    await office.get_by_role("button", name="Приложить").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("menuitem", name="Документ").click()
    await (await chooser.value).set_files([evil])
    await expect(office.locator(".chip[data-state=ready]")).to_have_count(1)
    await write(office, "ответ")
    await expect(bubbles(office, "ответ").last.locator(".quoted")).to_contain_text("<img src=x")
    await expect(page.locator(".chat-item").first).to_contain_text("ответ")
    assert await page.evaluate("window.broken") is None
    assert await page.locator("#officials img[src=x], #officials script, #officials .text b").count() == 0
    policy = await page.evaluate("document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
    assert "default-src 'self'" in policy and "unsafe" not in policy


async def test_reply_edit_forward_delete(page: Page, sandbox: Sandbox) -> None:
    await opened(page, r=1001, o=1006, c="mindor")
    office, peer = official(page), peer_of(sandbox, 1006, "mindor")
    await write(office, "Кто возьмёт дорогу?")
    mine = bubbles(office, "Кто возьмёт дорогу?").last
    await mine.hover()
    await reply_to(mine)
    await write(office, "Я возьму")
    await expect(bubbles(office, "Я возьму").locator(".quoted")).to_contain_text("Кто возьмёт дорогу?")
    assert last(sandbox, 1006, peer)["reply_message"]["text"] == "Кто возьмёт дорогу?"

    async def choose(text: str, action: str) -> None:
        bubble = bubbles(office, text).last
        await bubble.hover()
        await bubble.get_by_role("button", name="Другие действия").click()
        await page.get_by_role("menuitem", name=action).click()

    await choose("Я возьму", "Изменить")
    await expect(office.locator("textarea")).to_have_value("Я возьму")
    await write(office, "Мы возьмём")
    await expect(bubbles(office, "Мы возьмём")).to_contain_text("изменено")
    await choose("Мы возьмём", "Переслать…")
    await page.get_by_role("dialog").get_by_role("button", name="ЦУР: координаторы").click()
    await expect(office.locator(".window-head h2")).to_have_text("ЦУР: координаторы")
    await write(office, "Посмотрите")
    await expect(bubbles(office, "Посмотрите").locator("blockquote")).to_contain_text("Мы возьмём")
    await chat_item(page, "Министерство дорожного").click()
    await choose("Мы возьмём", "Удалить")
    await page.get_by_role("menuitem", name="Точно удалить?").click()
    await expect(bubbles(office, "Мы возьмём")).to_have_count(0)


async def test_an_edit_keeps_the_place_and_waits_for_its_files(page: Page, sandbox: Sandbox, tmp_path: Path) -> None:
    """VK takes away what an edit leaves out; a file that VK did not take stays in sight, with VK's own words."""
    await opened(page, r=1014)
    home = resident(page)
    sandbox.call("messages.send", "user-1014", peer_id=-101, random_id=fresh(), lat=55.05, long=60.11)
    await home.locator(".message.out").last.hover()
    await home.locator(".message.out").last.get_by_role("button", name="Другие действия").click()
    await page.get_by_role("menuitem", name="Изменить").click()
    sandbox.call("emulator.setSwitches", switches='{"upload_flaky":1}')
    await home.get_by_role("button", name="Приложить").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("menuitem", name="Фотография").click()
    await (await chooser.value).set_files(picture(tmp_path))
    failed = home.locator(".chip[data-state=failed]")
    await expect(page.locator(".toast.error")).to_contain_text("VK: ошибка 4606 — Cannot get file from request")
    text = f"Яма вот здесь {time.time_ns()}"
    await write(home, text)
    await expect(failed).to_have_count(1)
    await expect(home.locator("textarea")).to_have_value(text)
    await failed.locator(".name").click()
    await expect(home.locator(".chip[data-state=ready]")).to_have_count(1)
    await home.locator("textarea").press("Enter")
    await expect(bubbles(home, text).locator("img")).to_have_count(1)
    items = sandbox.call("messages.getHistory", "user-1014", peer_id=-101)["items"]
    edited = next(item for item in items if item["text"] == text)
    assert edited["geo"]["coordinates"] == {"latitude": 55.05, "longitude": 60.11}
    assert [attachment["type"] for attachment in edited["attachments"]] == ["photo"]
    await write(home, "Отмена")  # whoever plays this resident next begins with nothing
    await expect(bubbles(home, "Отмена")).to_have_count(1)


async def test_news_that_could_not_be_read_are_read_again(page: Page, sandbox: Sandbox) -> None:
    await opened(page, r=1015)
    rule = '[{"method":"messages.getById","mode":"error","code":6,"who":"user","times":2}]'
    sandbox.call("emulator.setFaults", rules=rule)
    text = f"Не потеряется {time.time_ns()}"
    sandbox.call("messages.send", "user-1015", peer_id=-101, random_id=fresh(), message=text)
    await expect(bubbles(resident(page), text)).to_have_count(1)
    await expect(page.locator(".wire .opener")).to_have_text("Связь исправна")  # a rule that is spent is no trouble
    sandbox.call("emulator.clearFaults")


async def test_what_vk_refused_stays_and_can_go_again(page: Page, sandbox: Sandbox) -> None:
    """Errors as VK says them; nothing that was written is lost."""
    await opened(page, r=1013)
    home = resident(page)
    await write(home, "а" * 4097)
    await expect(page.locator(".toast.error")).to_contain_text("VK: ошибка 914 — Message is too long")
    await expect(page.locator(".toast.error")).to_contain_text("messages.send")
    waiting = home.locator(".waiting")
    await expect(waiting).to_contain_text("Не отправлено: ошибка 914")
    await waiting.get_by_role("button", name="Убрать").click()
    await expect(waiting).to_have_count(0)
    rule = '[{"method":"messages.send","mode":"error","code":10,"who":"user","times":1}]'
    sandbox.call("emulator.setFaults", rules=rule)
    text = f"Со второго раза {time.time_ns()}"
    await write(home, text)
    await waiting.get_by_role("button", name="Повторить").click()
    await expect(bubbles(home, text)).to_have_count(1)
    await expect(waiting).to_have_count(0)
    sandbox.call("emulator.clearFaults")


async def test_a_note_stands_in_nobodys_way(phone: Page) -> None:
    """It is above the field and the buttons, and what lies under its words can be pressed."""
    await opened(phone, r=1013)
    home = resident(phone)
    await write(home, "а" * 4097)
    note = phone.locator(".toast.error")
    await expect(note).to_contain_text("VK: ошибка 914")
    assert await note.evaluate(UNDER_NOTE)
    await home.locator(".waiting").get_by_role("button", name="Убрать").click()


async def test_a_lost_answer_to_a_person_makes_no_second_copy(page: Page, sandbox: Sandbox, trouble: Trouble) -> None:
    """The page tries again under the same random_id, as VK wants."""
    trouble.allow("ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_SOCKET")
    await opened(page, r=1013)
    home = resident(page)
    sandbox.call("emulator.setFaults", rules='[{"method":"messages.send","mode":"accept_drop","who":"user","times":1}]')
    text = f"Ответ потерян {time.time_ns()}"
    await write(home, text)
    await expect(bubbles(home, text)).to_have_count(1)
    await expect(home.locator(".waiting")).to_have_count(0)
    assert sandbox.texts("user-1013").count(text) == 1
    sandbox.call("emulator.clearFaults")


async def test_typing_reading_and_unread(page: Page, sandbox: Sandbox) -> None:
    """Events 61, 62, 6 and 7: one official types and reads, the other sees it."""
    peer_cur, mine = peer_of(sandbox, 1010, "cur"), peer_of(sandbox, 1006, "cur")
    await opened(page, r=1001, o=1006, c="cur")
    office = official(page)
    await write(office, "Коллеги, добрый день")
    sent = bubbles(office, "Коллеги, добрый день").last
    cmid = last(sandbox, 1006, mine)["conversation_message_id"]
    sandbox.call("messages.setActivity", "user-1010", peer_id=peer_cur, type="typing")
    await expect(office.locator(".typing")).to_have_text("Елена печатает…")
    await expect(office.locator(".typing")).to_have_text("")
    sandbox.call("messages.markAsRead", "user-1010", peer_id=peer_cur, up_to_cmid=cmid)
    await expect(sent.get_by_title("Прочитано")).to_be_visible()
    await chat_item(page, "Министерство дорожного").click()
    sandbox.write("И вам", fresh(), "user-1010", peer_cur)
    item = chat_item(page, "ЦУР: координаторы")
    await expect(item.locator(".badge")).to_have_text("1 (1 непрочитанное)")
    await item.click()
    await expect(item.locator(".badge")).to_have_count(0)
    dialog = sandbox.call("messages.getConversationsById", "user-1006", peer_ids=mine)["items"][0]
    assert "unread_count" not in dialog


async def test_several_windows_of_residents(page: Page, sandbox: Sandbox, trouble: Trouble) -> None:
    """Ten residents, each in a window of their own; the address keeps what is open."""
    trouble.allow("ERR_ABORTED")  # what was on its way when the page is loaded anew
    await opened(page, r=1002)
    await expect(resident(page).get_by_label("Житель").locator("option")).to_have_count(10)
    for name in ("Тимур Галеев", "Вера Лебяжьева"):
        await page.get_by_role("button", name="окно", exact=True).click()
        await page.get_by_role("menuitem", name=name).click()
    tabs = page.get_by_role("tab")
    await expect(tabs).to_have_count(3)
    await write(resident(page), "Это пишет Вера")
    await expect(bubbles(resident(page), "Это пишет Вера")).not_to_have_count(0)
    await tabs.filter(has_text="Тимур").click()
    await expect(bubbles(resident(page), "Это пишет Вера")).to_have_count(0)
    by_hand = {"group_id": 101, "user_id": 1010, "peer_id": 1005, "random_id": fresh()}
    sandbox.call("emulator.sendAs", message="Вера, добрый день", **by_hand)
    await expect(tabs.filter(has_text="Вера").locator(".badge")).to_be_visible()
    await page.reload()
    await expect(tabs).to_have_count(3)
    await expect(tabs.filter(has_text="Тимур")).to_have_attribute("aria-selected", "true")
    await page.get_by_role("button", name="Закрыть окно").click()
    await expect(tabs).to_have_count(2)
    await resident(page).get_by_label("Житель").select_option("1011")
    await expect(tabs.filter(has_text="Аглая")).to_have_attribute("aria-selected", "true")
    await page.set_viewport_size({"width": 1700, "height": 900})
    await expect(resident(page)).to_have_count(2)


async def test_a_resident_forbids_and_allows_messages(page: Page, sandbox: Sandbox) -> None:
    """F9: by VK's own methods; the community then gets error 901 for real."""
    await opened(page, r=1013)
    await write(resident(page), "Здравствуйте")
    await expect(bubbles(resident(page), "Здравствуйте")).not_to_have_count(0)
    for action, code in (("Запретить", 901), ("Разрешить", 0)):
        await resident(page).get_by_role("button", name="Действия человека").click()
        await page.get_by_role("menuitem", name=f"{action} сообщения от сообщества").click()
        await expect(page.locator(".toast").last).to_contain_text("Сообщество")
        asked = {"peer_id": 1013, "random_id": 0, "message": "От сообщества"}
        told = sandbox.get("/method/messages.send", token="group-101", **asked)
        assert told.get("error", {}).get("error_code", 0) == code


async def test_two_browser_windows_see_each_other(page: Page, sandbox: Sandbox, trouble: Trouble) -> None:
    context: BrowserContext = page.context
    await opened(page, r=1001, o=1007, c="minzhkh")
    other = await context.new_page()
    trouble.watch(other)
    await other.add_init_script(SEEN)
    await other.goto("/#r=1001&o=1010&c=minzhkh")
    await expect(official(other).locator(".window-head h2")).to_have_text("Министерство ЖКХ")
    text = f"Вижу сразу {time.time_ns()}"
    await write(official(page), text)
    await expect(bubbles(official(other), text)).to_have_count(1)
    await expect(bubbles(official(other), text)).to_have_class("message in")


def test_the_page_writes_text_only() -> None:
    """No way from a string to markup or to code, in small files (F20)."""
    root = Path(__file__).parents[2]
    folders = (root / "emulator" / "vk_emulator" / "sandbox", root / "features" / "demo" / "sandbox" / "page")
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        source = path.read_text(encoding="utf-8")
        assert len(source.splitlines()) <= 400, path.name
        found = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source)
        assert not found, (path.name, found)
