"""An official at the page: finds a card as people do, presses, replies, picks, reads. It sees only the screen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.person import attach, chat_item, key, official, reply_to


class Desk:
    """One person's page. `talk` is the chat that is open."""

    def __init__(self, page: Page, who: int, title: str) -> None:
        self.page, self.who, self.title = page, who, title
        self.talk: Locator = official(page)

    async def go(self, title: str) -> None:
        self.title = title
        await chat_item(self.page, title).click()
        await expect(self.talk.locator(".window-head h2")).to_contain_text(title)
        await self.bottom()

    async def bottom(self) -> None:
        """To the newest message, by the button that offers it, which may have gone by then."""
        await self.talk.locator(".jumper").evaluate("(jumper) => jumper.hidden || jumper.click()")
        await self.talk.locator(".log").evaluate("(log) => { log.scrollTop = log.scrollHeight; }")

    def saying(self, words: str | re.Pattern[str]) -> Locator:
        """Messages of others that say this themselves, not in what they answer or forward."""
        text = self.page.locator(".bubble > .text", has_text=words)
        return self.talk.locator(".message.in:not(.waiting)", has=text)

    async def find(self, words: str) -> Locator:
        """The newest message of the bot with these words; older ones are scrolled up to."""
        found = self.saying(words)
        log = self.talk.locator(".log")
        for _ in range(40):
            if await found.count():
                return found.last
            before = await log.locator(".message").first.get_attribute("data-cmid")
            if before == "1":
                break
            await log.evaluate("(one) => { one.scrollTop = 0; }")
            await self.page.wait_for_timeout(60)
        await expect(found.last).to_be_visible()
        return found.last

    async def card(self, code: str) -> Locator:
        await self.bottom()
        found = self.saying(card_of(code))
        if not await found.count():
            await self.find(f"№{code}")
        return found.last

    async def press(self, message: Locator, label: str, says: str = "") -> None:
        """Press a button under a message; its spinner must end, and the snackbar say these words."""
        button = key(message, label)
        await button.click()
        if says:
            await expect(self.page.locator(".toast.snackbar", has_text=says).last).to_be_visible()

    async def act(self, code: str, label: str, says: str = "") -> None:
        """A button of the card itself."""
        await self.press(await self.card(code), label, says)

    async def more(self, code: str, label: str, says: str = "") -> None:
        """A button under «Ещё», which stands on the card itself."""
        await self.press(await self.card(code), "Ещё")
        await self.press(await self.card(code), label, says)

    async def told(self, words: str) -> Locator:
        """What the bot has just said, at the end of the chat."""
        await self.bottom()
        found = self.saying(words).last
        await expect(found).to_be_visible()
        return found

    async def pick(self, question: str, label: str | re.Pattern[str]) -> None:
        asked = await self.told(question)
        await asked.locator(".key").get_by_text(label, exact=isinstance(label, str)).first.click()

    async def say(self, text: str) -> None:
        field = self.talk.locator("textarea")
        await field.fill(text)
        await field.press("Enter")
        await self.bottom()

    async def reply(self, message: Locator, text: str, files: Sequence[Any] = ()) -> None:
        await reply_to(message)
        if files:
            await attach(self.page, self.talk, "Документ", *files)
        await self.say(text)

    async def answer(self, code: str, text: str, files: Sequence[Any] = ()) -> None:
        await self.reply(await self.card(code), text, files)


def card_of(code: str) -> re.Pattern[str]:
    """Nothing else shows its number alone behind a state."""
    return re.compile(rf"Состояние: [\s\S]*№{code}")
