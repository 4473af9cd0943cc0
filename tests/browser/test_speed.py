"""Two thousand messages stay smooth: opening, receiving, scrolling back. What is measured is printed, and compared with
what opening a chat of few messages took in the same moments."""

from __future__ import annotations

import asyncio
import time

import pytest
from playwright.async_api import Page, expect

from tests.browser.person import bubbles, chat_item, fresh, official, opened
from tests.sandbox import Sandbox

MANY = 2000
OPENED, SEEN, DRAWN = 5.0, 2.0, 260  # times a small chat's opening, the same, messages at once

WATCH = """(text) => new Promise((done) => {
  const log = document.querySelector('#officials .log');
  const look = () => [...log.querySelectorAll('.message')].some((one) => one.textContent.includes(text));
  const observer = new MutationObserver(() => {
    if (!look()) return;
    observer.disconnect();
    done(performance.timeOrigin + performance.now());
  });
  observer.observe(log, { childList: true, subtree: true });
  if (look()) done(performance.timeOrigin + performance.now());
})"""

WRITE = """
var n = %d, end = n + 25;
while (n < end) {
  var text = "Сообщение " + n + " о делах города, обычной длины и без вложений";
  API.messages.send({peer_id: %d, random_id: 10000 + n, message: text});
  n = n + 1;
}
return n;
"""
TOP = """(log) => {
  const edge = log.getBoundingClientRect().top;
  const first = [...log.querySelectorAll('.message')].find((one) => one.getBoundingClientRect().bottom > edge + 1);
  return [first.textContent, Math.round(first.getBoundingClientRect().top - edge)];
}"""


@pytest.fixture(scope="module")
def crowded(sandbox: Sandbox) -> tuple[int, int]:
    """A chat with so many messages; gives its number for the official and for a colleague."""
    chat = next(chat for chat in sandbox.call("emulator.state")["chats"] if chat["key"] == "chel-gorod")
    mine, theirs = chat["peer_ids"]["user-1009"], chat["peer_ids"]["user-1007"]
    for number in range(0, MANY, 25):
        sandbox.call("execute", "user-1007", code=WRITE % (number, theirs))
    return mine, theirs


async def opening_of_a_small_one(page: Page) -> float:
    """In milliseconds."""
    began = time.perf_counter()
    await chat_item(page, "Миасского").click()
    await expect(official(page).locator(".window-head h2")).to_contain_text("Миасского")
    return (time.perf_counter() - began) * 1000


async def test_a_crowded_chat_is_smooth(page: Page, sandbox: Sandbox, crowded: tuple[int, int]) -> None:
    _, theirs = crowded
    await opened(page, r=1001, o=1009, c="miass-gorod")
    small = [await opening_of_a_small_one(page)]
    began = time.perf_counter()
    await chat_item(page, "Администрация города").click()
    await expect(bubbles(official(page), f"Сообщение {MANY - 1} ")).to_be_visible()
    opening = (time.perf_counter() - began) * 1000
    small.append(await opening_of_a_small_one(page))
    await chat_item(page, "Администрация города").click()
    await expect(bubbles(official(page), f"Сообщение {MANY - 1} ")).to_be_visible()

    waits = []
    for number in range(5):
        text = f"Новое {number} {time.time_ns()}"
        seen = asyncio.ensure_future(page.evaluate_handle(WATCH, text))
        await page.evaluate("0")  # by now the page has been told to watch
        sent = time.time() * 1000
        sandbox.write(text, fresh(), "user-1007", theirs)
        waits.append(float(await (await seen).json_value()) - sent)
        await expect(bubbles(official(page), text)).to_be_in_viewport()
    print(f"открытие {opening:.0f} мс, малого {[round(one) for one in small]} мс", end=", ")
    print(f"от отправки до показа {[round(wait) for wait in waits]} мс")
    assert opening < OPENED * max(small)
    assert sorted(waits)[2] < SEEN * max(small)

    log = official(page).locator(".log")
    for _ in range(12):  # back through hundreds of messages
        await log.evaluate("(one) => { one.scrollTop = 0; }")
        await page.wait_for_timeout(120)
    assert await log.locator(".message").count() <= DRAWN
    await log.evaluate("(one) => { one.scrollTop = 700; }")
    await page.wait_for_timeout(400)
    before = await log.evaluate(TOP)
    assert int(before[0].split("Сообщение ")[1].split()[0]) < MANY - 300
    await chat_item(page, "Миасского").click()
    await expect(official(page).locator(".window-head h2")).to_contain_text("Миасского")
    await chat_item(page, "Администрация города").click()
    await expect(official(page).locator(".window-head h2")).to_contain_text("города")
    assert (await log.evaluate(TOP))[0] == before[0]  # another chat and back: the place is kept
    for number in range(3):
        sandbox.write(f"Пока читали {number}", fresh(), "user-1007", theirs)
    jumper = official(page).get_by_role("button", name="3 новых")
    await expect(jumper).to_be_visible()
    assert await log.evaluate(TOP) == before  # the place of reading did not move
    await jumper.click()
    await expect(bubbles(official(page), "Пока читали 2")).to_be_in_viewport()
    await expect(jumper).to_be_hidden()
