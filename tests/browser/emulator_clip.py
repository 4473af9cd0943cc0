"""`python -m tests.browser.emulator_clip`: the page beside a bot of twenty lines as a picture that moves, into
docs/pictures/emulator.gif, on top of the emulator's README. Its world is the neutral one: a shop, a school, friends."""

from __future__ import annotations

import asyncio
import os

from playwright.async_api import BrowserContext, async_playwright, expect
from vkbottle import API, Callback, Keyboard, ShowSnackbarEvent
from vkbottle.bot import Bot, Message, MessageEvent

from tests.browser.clip import Clip
from tests.browser.conftest import DESK
from tests.browser.person import bubbles, key, official, opened, resident
from tests.browser.pictures import FOLDER
from tests.outside import chromium
from vk_emulator.server import Emulator, running
from vk_emulator.world_file import NEUTRAL

FILE = FOLDER / "emulator.gif"
SECONDS = 45
ZONE = "Asia/Yekaterinburg"
FAULT = "Ошибка 10: сбой внутри VK"


def shop(token: str) -> Bot:
    bot = Bot(token)
    sorts = Keyboard(inline=True).add(Callback("Липовый", {"sort": "lime"})).add(Callback("Майский", {"sort": "buck"}))

    @bot.on.message(regexp=r"(?i).*мёд")
    async def honey(message: Message) -> None:
        await message.answer("Есть два. Какой отложить?", keyboard=sorts.get_json())

    @bot.on.raw_event("message_event", MessageEvent)
    async def pressed(event: MessageEvent) -> None:
        await event.send_message_event_answer(ShowSnackbarEvent(text="Отложили до вечера"))

    @bot.on.message()
    async def other(message: Message) -> None:
        await message.answer("Спросите про мёд.")

    return bot


async def main() -> None:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with running(NEUTRAL) as emulator, async_playwright() as playwright:
        API.API_URL = emulator.url
        bot = asyncio.ensure_future(shop("group-101").run_polling())
        browser = await playwright.chromium.launch(executable_path=chromium(), args=arguments)
        context = await browser.new_context(base_url=emulator.base, locale="ru-RU", timezone_id=ZONE, viewport=DESK)
        clip = Clip(await context.new_page())
        await opened(clip.page, r=1001, o=1006, c="friends")
        await expect(clip.page.locator(".bot .opener")).to_have_text("Бот слушает")
        await talked(clip)
        await broken(clip, emulator)
        await journal(clip, context)
        print(f"{FILE.name}: {len(clip.frames)} frames, {clip.save(FILE, SECONDS) // 1024} KB")
        bot.cancel()
        await browser.close()


async def talked(clip: Clip) -> None:
    """A person in the community's messages, another in a chat of friends."""
    home, chat = resident(clip.page), official(clip.page)
    await clip.told("Ваш бот, без единой правки, и VK на этом компьютере. Вы — за всех людей.", 3)
    await clip.typed(home, "А есть мёд?")
    await clip.pressed(home.locator(".send"))
    await expect(key(home, "Липовый")).to_be_visible()
    await clip.told("Бот ответил, как ответил бы в VK: с кнопками.", 2.5)
    await clip.pressed(key(home, "Липовый"))
    await expect(clip.page.locator(".toast.snackbar")).to_have_text("Отложили до вечера")
    await clip.told("Нажатия доходят до бота, его ответы — до людей.", 2.5)
    await clip.typed(chat, "Кто идёт в лавку?")
    await clip.pressed(chat.locator(".send"))
    await expect(bubbles(chat, "Спросите про мёд")).to_be_visible()
    await clip.told("И в беседах, где людей несколько.", 2.5)


async def broken(clip: Clip, emulator: Emulator) -> None:
    """VK on a bad day, by one press."""
    page, home = clip.page, resident(clip.page)
    await clip.pressed(page.locator(".wire .opener"))
    await clip.told("Плохой день VK — одним нажатием.", 2)
    await clip.pressed(page.get_by_role("switch", name=FAULT))
    await page.keyboard.press("Escape")
    before = emulator.vk.calls["messages.send"]
    await clip.typed(home, "Спасибо!")
    await clip.pressed(home.locator(".send"))
    while emulator.vk.calls["messages.send"] < before + 2:  # hers, and the bot's that fails
        await asyncio.sleep(0.1)
    await clip.told("VK отвечает боту ошибкой. Переживёт ли он это?", 3)


async def journal(clip: Clip, context: BrowserContext) -> None:
    """What the bot asked, and the talk as a test."""
    clip.page = await context.new_page()
    await clip.page.goto("/journal")
    await expect(clip.page.locator(".requests > li.bad").first).to_be_visible()
    await clip.frame(3)
    await clip.pressed(clip.page.get_by_role("button", name="Разговор как тест"))
    await expect(clip.page.locator(".played")).to_contain_text("def test_what_was_played")
    await clip.frame(5)


if __name__ == "__main__":
    asyncio.run(main())
