"""The tools on top: the clock, the wire, the bot and its books. What is sent while all breaks arrives exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Trouble
from tests.browser.person import (
    HOLE,
    PATIENCE,
    bubbles,
    copies,
    filed,
    fresh,
    no_sideways_scroll,
    official,
    opened,
    passed,
    reply_to,
    resident,
    write,
)
from tests.sandbox import Sandbox

HOUR = 3600
TAKEN = 15.0


@pytest.fixture(autouse=True)
def repaired(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.call("emulator.clearFaults")
    sandbox.call("emulator.bot", action="start")


def now(sandbox: Sandbox) -> float:
    return float(sandbox.call("emulator.state")["clock"])


def acted(sandbox: Sandbox) -> Any:
    """The bot's numbers when it has done all that the clock asks of it, or None."""
    numbers = sandbox.call("emulator.bot")["numbers"]
    busy = not numbers or numbers["inbox"]["waiting"] or numbers["outbox"]["waiting"]
    return None if busy or (numbers["next_deadline"] or now(sandbox)) < now(sandbox) else numbers


async def test_the_clock_moves_by_an_hour_and_by_a_working_day(page: Page, sandbox: Sandbox) -> None:
    await opened(page, r=1011)
    before = now(sandbox)
    await page.get_by_role("button", name="+1 час").click()
    await expect(page.locator(".toast", has_text="Часы переведены")).to_be_visible()
    assert HOUR <= now(sandbox) - before < HOUR + TAKEN
    before, shown = now(sandbox), await page.locator(".face .date").inner_text()
    await page.get_by_role("button", name="+1 рабочий день").click()
    await expect(page.locator(".face .date")).not_to_have_text(shown)
    days = (now(sandbox) - before) / 86400
    assert 0 < days < 12  # the longest holidays of the calendar
    assert days > 0.99


async def test_the_clock_moves_to_the_next_deadline(page: Page, sandbox: Sandbox) -> None:
    """The bot tells when its next timer is due; the button goes there. Somebody else's may come first."""
    sandbox.write(HOLE, fresh(), "user-1011")
    sandbox.wait(lambda: any("Согласие на обработку" in text for text in sandbox.texts("user-1011")), PATIENCE)
    sandbox.write("Даю согласие", fresh(), "user-1011")
    passed(sandbox, 6)
    sandbox.wait(lambda: any("Проверьте: " in text for text in sandbox.texts("user-1011")), PATIENCE)
    await opened(page, r=1011)
    for _ in range(8):
        due = sandbox.wait(lambda: acted(sandbox), PATIENCE)["next_deadline"]
        await page.locator(".clock").get_by_role("button", name="К сроку").click()
        sandbox.wait(lambda until=due: now(sandbox) >= until, PATIENCE)
        sandbox.wait(lambda: acted(sandbox), PATIENCE)
        if any("Продолжим?" in text for text in sandbox.texts("user-1011")):
            break
    await expect(bubbles(resident(page), "Продолжим?")).to_have_count(1)


async def switched(page: Page, label: str, on: bool) -> None:
    opener = page.locator(".wire .opener")
    if await opener.get_attribute("aria-expanded") == "false":
        await opener.click()
    await page.get_by_role("switch", name=label).set_checked(on)
    await expect(page.get_by_role("switch", name=label)).to_be_checked(checked=on)
    await page.keyboard.press("Escape")


async def mended(page: Page) -> None:
    await page.locator(".wire .opener").click()
    await page.get_by_role("button", name="Всё исправить").click()
    await expect(page.locator(".wire .opener")).to_have_text("Связь исправна")
    await page.keyboard.press("Escape")


async def answering(page: Page, sandbox: Sandbox, who: int, text: str) -> None:
    """An answer that is about to leave: half a minute is over, the bot begins to send."""
    code = filed(sandbox, who)
    await opened(page, r=who, o=1009, c="miass-gorod")
    await reply_to(bubbles(official(page), f"№{code}"))
    await write(official(page), text)
    await expect(bubbles(official(page), f"Ответ по №{code} уйдёт")).to_have_count(1)


async def once(page: Page, sandbox: Sandbox, who: int, text: str) -> None:
    await expect(bubbles(resident(page), text)).to_have_count(1)
    for _ in range(3):  # a second copy would come with a later try
        passed(sandbox, 120)
        await page.wait_for_timeout(700)
    await expect(bubbles(resident(page), text)).to_have_count(1)
    assert copies(sandbox, who, text) == 1
    await expect(page.locator(".verdict")).to_have_text("Сходится ✓")


async def test_lost_answers_give_one_copy(page: Page, sandbox: Sandbox) -> None:
    """Must show 6; F6: VK takes the message, the bot does not hear of it and tries again: the resident has one."""
    text = "Ответ сквозь потери"
    await answering(page, sandbox, 1014, text)
    await switched(page, "Ответы теряются", True)
    await expect(page.locator(".wire .opener")).to_have_text("Ответы теряются")
    passed(sandbox, 31)
    await expect(bubbles(resident(page), text)).to_have_count(1)
    await page.wait_for_timeout(1500)
    await mended(page)
    await once(page, sandbox, 1014, text)


async def test_a_cut_wire_gives_one_copy_and_a_calm_page(page: Page, sandbox: Sandbox, trouble: Trouble) -> None:
    """Must show 6; F5: VK is away in mid-send. People's page says so, keeps what is written and sends it later."""
    trouble.allow("ERR_CONNECTION_RESET")  # what was on its way at that moment; afterwards nobody knocks
    text = "Ответ после обрыва"
    await answering(page, sandbox, 1005, text)
    await switched(page, "VK недоступен", True)
    passed(sandbox, 31)
    home = resident(page)
    await expect(home.locator(".cut")).to_be_visible()
    await write(home, "Вы меня слышите?")
    unsent = home.locator(".waiting", has_text="Вы меня слышите?")
    await expect(unsent).to_contain_text("Не отправлено")
    await expect(page.locator(".toast.error", has_text="VK недоступен")).to_be_visible()
    await page.wait_for_timeout(2500)
    assert copies(sandbox, 1005, text) == 0
    assert len(trouble.seen) <= 4
    await switched(page, "VK недоступен", False)
    await expect(home.locator(".cut")).to_be_hidden()
    await unsent.get_by_role("button", name="Повторить").click()
    await expect(bubbles(home, "Вы меня слышите?")).to_have_count(1)
    await expect(unsent).to_have_count(0)
    await once(page, sandbox, 1005, text)


async def test_a_cut_wire_on_a_telephone(phone: Page, sandbox: Sandbox, trouble: Trouble) -> None:
    """Must show 1, at 390 pixels: the wire is cut between the answer and its sending, one copy arrives afterwards."""
    trouble.allow("ERR_CONNECTION_RESET")
    text, code = "Ответ после обрыва, с телефона", filed(sandbox, 1003)
    cut = phone.get_by_role("switch", name="VK недоступен")

    async def go(view: str) -> None:
        await phone.locator("#views").get_by_role("button", name=view).tap()

    await opened(phone, r=1003, o=1009, c="miass-gorod", v="officials")
    await reply_to(bubbles(official(phone), f"№{code}"))
    await write(official(phone), text)
    await expect(bubbles(official(phone), f"Ответ по №{code} уйдёт")).to_have_count(1)
    await go("Пульт")
    await cut.check()
    await expect(phone.locator(".wire .opener")).to_have_text("VK недоступен")
    passed(sandbox, 31)
    await go("Житель")
    await expect(resident(phone).locator(".cut")).to_be_visible()
    await no_sideways_scroll(phone)
    await phone.wait_for_timeout(1500)
    assert copies(sandbox, 1003, text) == 0
    await go("Пульт")
    await cut.uncheck()
    await go("Житель")
    await expect(resident(phone).locator(".cut")).to_be_hidden()
    await once(phone, sandbox, 1003, text)


async def test_a_killed_bot_goes_on(page: Page, sandbox: Sandbox) -> None:
    """Must show 1; F3: killed between the answer and its sending."""
    text = "Ответ после перезапуска"
    await answering(page, sandbox, 1014, text)
    await page.locator(".bot .opener").click()
    await page.get_by_role("button", name="Убить").click()
    await expect(page.locator(".bot .opener")).to_have_text("Бот остановлен")
    await expect(page.locator(".verdict")).to_have_text("Счёт прежний")
    passed(sandbox, 31)
    await page.wait_for_timeout(500)
    assert copies(sandbox, 1014, text) == 0
    await page.get_by_role("button", name="Запустить", exact=True).click()
    await expect(page.locator(".bot .opener")).to_have_text("Бот работает")
    await once(page, sandbox, 1014, text)
    before = sandbox.call("emulator.bot")["pid"]
    await page.get_by_role("button", name="Перезапустить").click()
    sandbox.wait(lambda: (sandbox.call("emulator.bot") or {}).get("pid") not in (None, before), 90)


async def test_repeated_events_say_nothing_twice(page: Page, sandbox: Sandbox) -> None:
    """F1: the long poll gives old events again; a resident's words are answered once."""
    await opened(page, r=1013)
    await switched(page, "События повторяются", True)
    await write(resident(page), "Начать")
    heard = resident(page).locator(".message.in:not(.waiting)")
    await expect(heard).not_to_have_count(0)
    number = 0
    while number != (number := await heard.count()):  # until nothing more comes, on a slow machine too
        await page.wait_for_timeout(2000)
    passed(sandbox, 3)
    await page.wait_for_timeout(1500)
    assert await heard.count() == number
    record = sandbox.call("emulator.record")
    mine = next(dialogue for dialogue in record["dialogues"] if 1013 in dialogue.get("members", []))
    said = [message["random_id"] for message in mine["messages"] if message["from_id"] == -101]
    assert len(said) == len(set(said))


async def test_a_slow_vk_is_waited_for(page: Page, sandbox: Sandbox) -> None:
    """F7: each answer takes three seconds on its way to the bot; people's page is as quick as ever."""
    await opened(page, r=1012)
    await switched(page, "VK отвечает медленно", True)
    [rule] = sandbox.call("emulator.state")["faults"]["rules"]
    assert (rule["method"], rule["mode"], rule["seconds"]) == ("messages.*", "slow", 3.0)
    before = await resident(page).locator(".message.in").count()
    async with page.expect_response("**/method/messages.send") as heard:
        await write(resident(page), "Мои сообщения")
    answer = await heard.value
    await answer.finished()
    assert answer.request.timing["responseEnd"] < rule["seconds"] * 1000
    await expect(bubbles(resident(page), "Мои сообщения").last).to_be_visible()
    await expect(resident(page).locator(".message.in")).not_to_have_count(before)
    await mended(page)


async def test_errors_are_shown_and_the_bot_leaves_and_returns(page: Page, sandbox: Sandbox) -> None:
    """F13: service messages in the chat; each switch is a rule of emulator.setFaults."""
    await opened(page, r=1004, o=1008, c="minzdrav")
    for code in (6, 9, 10, 901):
        await switched(page, f"Ошибка {code}:", True)
    rules = sandbox.call("emulator.state")["faults"]["rules"]
    assert [rule["code"] for rule in rules] == [6, 9, 10, 901]
    assert rules[-1]["match"] == {"peer_id": 1004}
    await expect(page.locator(".wire .opener")).to_have_text("Неполадок: 4")
    await mended(page)
    await page.locator(".wire .opener").click()
    await page.get_by_label("Чат", exact=True).select_option("Министерство здравоохранения")
    await page.get_by_role("button", name="Убрать бота").click()
    await expect(official(page).locator(".service").last).to_contain_text("исключает: Приёмная")
    await expect(official(page).locator(".window-head")).to_contain_text("бота нет")
    await page.get_by_role("button", name="Вернуть бота").click()
    await expect(official(page).locator(".service").last).to_contain_text("приглашает: Приёмная")
    await page.get_by_role("button", name="Сделать администратором").click()
    await expect(page.get_by_role("button", name="Сделать администратором")).to_be_hidden()


async def test_the_books_are_live(page: Page, sandbox: Sandbox) -> None:
    """I12: what came in and what was decided, on the screen while it happens."""
    await opened(page, r=1013)
    sums = page.locator(".books .sum").first
    before = await sums.inner_text()
    sandbox.write("Здравствуйте", fresh(), "user-1013")
    await expect(sums).not_to_have_text(before)
    await expect(page.locator(".verdict")).to_have_text("Сходится ✓")
    numbers = sandbox.call("emulator.bot")["numbers"]["inbox"]
    parts = [numbers[name] for name in ("done", "ignored", "dead", "waiting")]
    assert numbers["received"] == sum(parts)
