"""What bots send that say more: cards with all ten buttons, long words, documents, many chats; and people who come and
go. The community's messages are sent by its own token, as any bot sends them."""

from __future__ import annotations

import json
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Accessible
from tests.browser.person import (
    PATIENCE,
    bubbles,
    chat_item,
    drawing,
    fresh,
    no_sideways_scroll,
    official,
    opened,
    resident,
)
from tests.sandbox import Sandbox

CHAT = "minzdrav"
WHO = 1008
LABELS = (
    ("Принять", "Не наше"),
    ("Ответить заготовленным ответом", "Попросить продлить срок"),
    ("Передать другому ведомству", "Назначить исполнителя"),
    ("Запросить согласование у руководителя", "Закрыть без ответа жителю"),
    ("Кто написал", "Ещё"),
)
CARD = (
    "Сообщение №1125-АБВГ\nТема: Ямы и разбитый асфальт\nСрок ответа: 2 декабря, среда, до 17:30\n"
    "Состояние: в работе, Константин Константинопольский-Задунайский\n\n"
    + "Очень подробный рассказ о беде. " * 25
    + "Слово" * 40
)
CLIPPED = """(keys) => keys
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
  .map((one) => one.textContent)"""
SIZES = "(keys) => keys.map((one) => [one.getBoundingClientRect().width, one.getBoundingClientRect().height])"


PAINTED = "(keys) => keys.map((one) => getComputedStyle(one).backgroundColor)"
COLORS = ("primary", "positive", "negative", "secondary")


def button(label: str, color: str = "secondary") -> dict[str, Any]:
    action = {"type": "callback", "label": label, "payload": json.dumps({"of": "test", "label": label})}
    return {"action": action, "color": color}


def inline(*rows: tuple[str, ...]) -> dict[str, Any]:
    buttons = [[button(label, COLORS[at % 4]) for at, label in enumerate(row)] for row in rows]
    return {"inline": True, "buttons": buttons}


def say(sandbox: Sandbox, peer: int, **more: Any) -> int:
    """The community writes; gives the message's number in its dialogue."""
    coded = {name: json.dumps(one) if isinstance(one, dict) else one for name, one in more.items()}
    [sent] = sandbox.call("messages.send", "group-101", peer_ids=peer, random_id=fresh(), **coded)
    return int(sent["conversation_message_id"])


def chat_of(sandbox: Sandbox, key: str = CHAT, token: str = "group-101") -> int:
    chats = sandbox.call("emulator.state")["chats"]
    return int(next(chat["peer_ids"][token] for chat in chats if chat["key"] == key))


def document(sandbox: Sandbox, peer: int, name: str, body: bytes) -> str:
    """A document of the community, uploaded as a bot does it."""
    url = sandbox.call("docs.getMessagesUploadServer", "group-101", peer_id=peer, type="doc")["upload_url"]
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    request = urllib.request.Request(url, head.encode() + body + f"\r\n--{edge}--\r\n".encode())
    request.add_header("Content-Type", f"multipart/form-data; boundary={edge}")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        told = json.load(answer)
    saved = sandbox.call("docs.save", "group-101", file=told["file"], title=name)["doc"]
    return f"doc{saved['owner_id']}_{saved['id']}"


async def test_people_come_and_go(page: Page, sandbox: Sandbox) -> None:
    """T5: an official is invited, leaves and returns by VK's own methods; service messages say it to all, the bot asks
    the ЦУР. The first one: the bot is away for the others."""
    await opened(page, r=1001, o=WHO, c=CHAT)
    office = official(page)

    async def choose(action: str) -> None:
        await office.get_by_role("button", name="Действия с чатом").click()
        await page.get_by_role("menuitem", name=action).click()

    await choose("Пригласить в чат…")
    await page.get_by_role("dialog").get_by_role("button", name="Павел Дорогин").click()
    await expect(office.locator(".service").last).to_have_text("Марат Врачев приглашает: Павел Дорогин")
    await page.get_by_label("Участник", exact=True).select_option("1006")
    await chat_item(page, "Министерство здравоохранения").click()
    await choose("Выйти из чата")
    await page.get_by_role("menuitem", name="Точно выйти?").click()
    await expect(office.locator(".window-head")).to_contain_text("Вы не в этом чате")
    await expect(office.locator("textarea")).to_be_disabled()
    assert 1006 not in members(sandbox)
    await page.get_by_label("Участник", exact=True).select_option(str(WHO))
    await expect(office.locator(".service").last).to_have_text("Павел Дорогин выходит из беседы")
    await page.get_by_label("Участник", exact=True).select_option("1006")
    await chat_item(page, "Министерство здравоохранения").click()
    await choose("Вернуться в чат")
    await expect(office.locator(".service").last).to_have_text("Павел Дорогин возвращается в беседу")
    await expect(office.locator("textarea")).to_be_enabled()
    assert 1006 in members(sandbox)
    await chat_item(page, "ЦУР: координаторы").click()
    await expect(
        bubbles(office, "Допустить к ответам жителям?").last.locator(".key", has_text="Не допускать")
    ).to_have_count(1)
    peer = chat_of(sandbox, token="user-1006")
    sandbox.call("messages.removeChatUser", "user-1006", chat_id=peer - 2_000_000_000, member_id=1006)


def members(sandbox: Sandbox) -> list[int]:
    return list(next(chat["members"] for chat in sandbox.call("emulator.state")["chats"] if chat["key"] == CHAT))


@pytest.fixture(scope="module")
def bot_away(sandbox: Sandbox) -> Iterator[None]:
    """So that the test is the community: a word of the bot's own would come between."""
    sandbox.call("emulator.bot", action="kill")
    yield
    sandbox.call("emulator.bot", action="start")
    sandbox.until_listening()


async def all_in_sight(page: Page, message: Locator) -> None:
    """Every label whole, every button large enough for a finger, nothing wider than the screen."""
    keys = message.locator(".key")
    assert await keys.evaluate_all(CLIPPED) == []
    for width, height in await keys.evaluate_all(SIZES):
        assert width >= 24 and height >= 32
    await no_sideways_scroll(page)


@pytest.fixture(params=["desk", "telephone"])
def either(request: pytest.FixtureRequest) -> Page:
    found: Page = request.getfixturevalue("page" if request.param == "desk" else "phone")
    return found


async def test_a_card_with_ten_buttons(either: Page, sandbox: Sandbox, accessible: Accessible, bot_away: None) -> None:
    """vk-api.md §7: ten buttons, five in a row, forty signs; a long card keeps its «Ответить» on the screen."""
    peer = chat_of(sandbox)
    say(sandbox, peer, message=CARD, keyboard=inline(*LABELS))
    say(sandbox, peer, message="Оценка", keyboard=inline(tuple("12345"), ("Не помогло, нужно решать ещё раз, прошу",)))
    await opened(either, r=1001, o=WHO, c=CHAT, v="officials")
    office = official(either)
    for text, count in (("№1125-АБВГ", 10), ("Оценка", 6)):
        message = bubbles(office, text).last
        await expect(message.locator(".key")).to_have_count(count)
        await all_in_sight(either, message)
    assert len(set(await bubbles(office, "Оценка").last.locator(".key").evaluate_all(PAINTED))) == 4
    card = bubbles(office, "№1125-АБВГ").last
    assert (await card.bounding_box() or {})["height"] > (await office.locator(".log").bounding_box() or {})["height"]
    for edge in ("start", "center", "end"):
        await card.evaluate("(one, edge) => one.scrollIntoView({ block: edge })", edge)
        await card.hover()
        await expect(card.get_by_role("button", name="Ответить на сообщение")).to_be_in_viewport(ratio=1)
    assert await accessible(either) == []


async def test_a_pressed_button_keeps_the_focus(page: Page, sandbox: Sandbox, bot_away: None) -> None:
    """The card is edited before the press is answered, with other buttons: a keyboard's user is not thrown out."""
    peer = chat_of(sandbox)
    number = say(sandbox, peer, message="Карточка с выбором", keyboard=inline(*LABELS[:2]))
    await opened(page, r=1001, o=WHO, c=CHAT)
    card = bubbles(official(page), "Карточка с выбором").last
    pressed = card.locator(".key", has_text="Не наше")
    await pressed.focus()
    async with page.expect_response("**/method/messages.sendMessageEvent") as heard:
        await page.keyboard.press("Enter")
    event = (await (await heard.value).json())["response"]["event_id"]
    await expect(pressed).to_have_attribute("aria-busy", "true")
    changed = json.dumps(inline(("Не наше",), LABELS[2]))
    sandbox.call("messages.edit", "group-101", peer_id=peer, cmid=number, message="Карточка другая", keyboard=changed)
    card = bubbles(official(page), "Карточка другая").last
    await expect(card.locator(".key", has_text="Не наше")).to_be_focused()
    told = json.dumps({"type": "show_snackbar", "text": "Записано"})
    asked = {"event_id": event, "user_id": WHO, "peer_id": peer, "event_data": told}
    sandbox.call("messages.sendMessageEventAnswer", "group-101", **asked)
    await expect(page.locator(".toast.snackbar")).to_have_text("Записано")
    await expect(page.locator("#officials [aria-busy=true]")).to_have_count(0)


async def test_documents_of_the_bot(either: Page, sandbox: Sandbox, bot_away: None) -> None:
    """A report as a table and as a picture, with a name of any length; what is downloaded is what was sent."""
    peer, table = chat_of(sandbox), bytes(range(256)) * 40
    name = "Отчёт о работе ведомств за ноябрь 2026 года (полный, с приложениями и графиками).xlsx"
    files = [document(sandbox, peer, name, table), document(sandbox, peer, "график.png", drawing(900, 300))]
    say(sandbox, peer, message="Отчёт готов", attachment=",".join(files))
    await opened(either, r=1001, o=WHO, c=CHAT, v="officials")
    message = bubbles(official(either), "Отчёт готов").last
    link = message.get_by_role("link", name="Отчёт о работе ведомств")
    await expect(link).to_contain_text("XLSX, 10 КБ")
    await expect(message.get_by_role("link", name="график.png")).to_be_visible()
    async with either.expect_download() as got:
        await link.click()
    assert (await got.value).suggested_filename == name
    assert (await (await got.value).path()).read_bytes() == table
    await no_sideways_scroll(either)


async def test_a_large_keyboard_and_a_carousel(
    phone: Page, sandbox: Sandbox, accessible: Accessible, bot_away: None
) -> None:
    """vk-api.md §7: forty buttons in ten rows, ten cards; the talk stays to be read."""
    rows = [tuple(f"{row}.{place} выбор" for place in range(4)) for row in range(10)]
    sandbox.write("Здравствуйте", fresh(), "user-1011")
    painted = [
        [{"action": {"type": "text", "label": one}, "color": COLORS[int(one[2])]} for one in row] for row in rows
    ]
    card = {"title": "Карточка", "description": "Описание " * 8, "buttons": [button("Да")]}
    elements = [{**card, "title": f"Карточка {number}"} for number in range(9)]
    say(sandbox, 1011, message="Карусель", template={"type": "carousel", "elements": elements})
    say(sandbox, 1011, message="Выберите", keyboard={"buttons": painted})
    await opened(phone, r=1011)
    home = resident(phone)
    await expect(home.locator(".keyboard .key")).to_have_count(40)
    assert await home.locator(".keyboard .key").evaluate_all(CLIPPED) == []
    assert len(set(await home.locator(".keyboard .key").evaluate_all(PAINTED))) == 4
    await home.locator(".keyboard .key").last.scroll_into_view_if_needed()
    await expect(home.locator(".keyboard .key").last).to_be_in_viewport(ratio=1)
    await expect(bubbles(home, "Выберите")).to_be_in_viewport()
    slides = home.locator(".slide")
    await expect(slides).to_have_count(9)
    await slides.last.scroll_into_view_if_needed()
    await expect(slides.last).to_be_in_viewport()
    await no_sideways_scroll(phone)
    assert await accessible(phone) == []


@pytest.fixture(scope="module")
def agencies(sandbox: Sandbox, bot_away: None) -> int:
    """So many chats more for the coordinator."""
    for number in range(45):
        made = sandbox.call("messages.createChat", "user-1010", title=f"Ведомство с длинным названием {number}")
        sandbox.write(f"Начнём, номер {number}", fresh(), "user-1010", 2_000_000_000 + made["chat_id"])
    return 45


async def test_many_chats(either: Page, agencies: int) -> None:
    """A coordinator of fifty agencies: the list scrolls, the newest is on top."""
    await opened(either, r=1001, o=1010, v="officials")
    items = either.locator("#officials .chat-item")
    await expect(items).to_have_count(agencies + 3)
    await expect(items.first.locator(".title")).to_have_text("Ведомство с длинным названием 44")
    await no_sideways_scroll(either)
    if await either.get_by_role("button", name="К списку чатов").is_visible():
        await either.get_by_role("button", name="К списку чатов").click()
    await items.last.scroll_into_view_if_needed()
    await expect(items.last).to_be_in_viewport(ratio=1)
