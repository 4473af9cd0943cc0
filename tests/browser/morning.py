"""A morning of thirty messages: officials work them off in a real Chromium; after every step all sources must agree.

`python -m tests.browser.morning` plays all of it and prints how many steps were made and how many things compared;
`--short` is what CI plays. It ends with the first difference and an exit code of 1.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, Locator, async_playwright, expect
from playwright.async_api import Error as PlaywrightError

from tests.browser import letters
from tests.browser.compared import ZONE, Record, Seen, cards_against_stored, page_against_record
from tests.browser.desk import Desk
from tests.browser.letters import Letter
from tests.browser.person import PATIENCE, bubbles, fresh, opened, passed, resident
from tests.outside import chromium
from tests.sandbox import ROOT, Sandbox

LONGEST = 3000
UNDO = 31
LEAVES = "уйдёт жителю через 30 секунд"
SIZE = {"width": 1280, "height": 900}
SVETLANA, IRINA, ELENA = 1009, 1007, 1010
CITY, CUR, HOUSING = "Администрация города Челябинска", "ЦУР: координаторы", "Министерство ЖКХ"


@dataclass(slots=True)
class Morning:
    """Three officials at their pages. `codes` are the numbers of messages by their names in letters.py."""

    sandbox: Sandbox
    svetlana: Desk
    irina: Desk
    elena: Desk
    codes: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    compared: int = 0

    @property
    def desks(self) -> tuple[Desk, ...]:
        return (self.svetlana, self.irina, self.elena)

    async def done(self, step: str) -> None:
        """A step is over: the three pages, VK's record and the bot's books must come to agree."""
        self.steps.append(step)
        until = time.monotonic() + PATIENCE
        while True:
            seen = await self.look()
            if not seen.differences:
                self.compared += seen.compared
                return
            if time.monotonic() > until:
                raise AssertionError(f"шаг {len(self.steps)} «{step}»:\n" + "\n".join(seen.differences[:12]))
            await asyncio.sleep(0.1)

    async def look(self) -> Seen:
        seen = Seen()
        for desk in self.desks:
            await desk.bottom()
        stored = self.sandbox.ask_bot("appeals", everything=True)["appeals"]
        record = Record(self.sandbox)
        cards_against_stored(record, stored, seen)
        for desk in self.desks:
            await page_against_record(desk.page, record, seen)
        return seen

    def state(self, name: str) -> str:
        """Of a message, as the bot has stored it."""
        stored = self.sandbox.ask_bot("appeals", everything=True)["appeals"]
        return str(next(row["status"] for row in stored if row["code"] == self.codes[name]))

    async def becomes(self, name: str, state: str) -> None:
        async def is_it() -> bool:
            return self.state(name) == state

        await self.until(is_it, f"«{name}» не стало {state}")

    async def until(self, ready: Callable[[], Awaitable[bool]], otherwise: str) -> None:
        until = time.monotonic() + PATIENCE
        while not await ready():
            assert time.monotonic() < until, otherwise
            await asyncio.sleep(0.1)

    async def sent(self, name: str, state: str, what: str = "Ответ", desk: Desk | None = None) -> None:
        """The words wait for half a minute and leave; the message comes to its next state."""
        await (desk or self.svetlana).told(f"{what} по №{self.codes[name]} {LEAVES}")
        passed(self.sandbox, UNDO)
        await self.becomes(name, state)

    async def window(self, who: int) -> Locator:
        """The resident's window on Светлана's page, by its tab."""
        page = self.svetlana.page
        await page.locator(f"#residents [role=tab][aria-controls=window-{who}]").click()
        return resident(page)

    async def heard(self, who: int, words: str) -> None:
        await expect(bubbles(await self.window(who), words).last).to_be_visible()

    async def press(self, who: int, label: str) -> None:
        """A resident presses in his window: under a message or under the field."""
        buttons = (await self.window(who)).locator(".key")
        await buttons.get_by_text(re.compile(f"^{label}")).last.click()

    def says(self, who: int, words: str) -> None:
        """A resident writes, by VK's method."""
        self.sandbox.write(words, fresh(), f"user-{who}")

    async def give_back(self, name: str) -> None:
        """«Не наше», nobody knows whose: to the control centre once it can't be taken back any more."""
        s, code = self.svetlana, self.codes[name]
        await s.act(code, "Не наше")
        await s.pick(f"чьё это? №{code}", "Не знаю")
        await s.told(f"Не наше, №{code}")
        passed(self.sandbox, UNDO)
        await self.becomes(name, "waiting")

    def write(self, letter: Letter) -> None:
        """One more letter, while the morning goes on."""
        self.codes |= letters.filed(self.sandbox, [letter])


def begin_the_day(sandbox: Sandbox) -> None:
    """The next working Tuesday, five past nine."""
    state = sandbox.call("emulator.state")
    off = set(state["calendar"]["days_off"])
    day = datetime.fromtimestamp(state["clock"], ZONE).date() + timedelta(days=1)
    while day.weekday() != 1 or not off.isdisjoint((day + timedelta(days=more)).isoformat() for more in range(4)):
        day += timedelta(days=1)
    sandbox.call("emulator.setClock", now=datetime(day.year, day.month, day.day, 9, 5, tzinfo=ZONE).timestamp())


def region(folder: Path) -> Path:
    """The example region, where a second person looks at answers about road signs (R39)."""
    made = folder / "region"
    shutil.copytree(ROOT / "regions" / "chelyabinsk", made)
    topics = made / "topics.yaml"
    text = topics.read_text(encoding="utf-8")
    sign = "      - code: dorogi-znaki\n"
    assert sign in text
    topics.write_text(text.replace(sign, f"{sign}        approval: true\n"), encoding="utf-8")
    return made


@asynccontextmanager
async def morning(browser: Browser, sandbox: Sandbox, rounds: tuple[tuple[Letter, ...], ...]) -> AsyncIterator[Morning]:
    """The letters are filed and the three are at their desks."""
    begin_the_day(sandbox)
    codes: dict[str, str] = {}
    for part in rounds:
        codes |= letters.filed(sandbox, part)
        sandbox.call("emulator.advanceClock", seconds=61)
    everybody = ",".join(str(one) for one in sorted({letter.who for part in rounds for letter in part}))
    desks = []
    contexts = []
    for who, chat, title, homes in (
        (SVETLANA, "chel-gorod", CITY, everybody),
        (IRINA, "chel-gorod", CITY, "1001"),
        (ELENA, "cur", CUR, "1002"),
    ):
        context = await browser.new_context(
            base_url=sandbox.url, locale="ru-RU", timezone_id="Asia/Yekaterinburg", viewport=SIZE
        )
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        page = await context.new_page()
        await opened(page, r=homes, o=who, c=chat)
        desks.append(Desk(page, who, title))
    try:
        yield Morning(sandbox, *desks, codes=codes)
    finally:
        for context in contexts:
            await context.close()


async def played(browser: Browser, sandbox: Sandbox, *, short: bool, pictures: str = "") -> Morning:
    """`pictures`: a folder for what the three pages showed when something went wrong."""
    from tests.browser import morning_agency, morning_centre

    scenes = [*morning_agency.SCENES, *morning_centre.SCENES]
    async with morning(browser, sandbox, letters.ROUNDS) as day:
        try:
            await day.done("тридцать сообщений пришли")
            for scene in scenes:
                if not short or scene not in morning_agency.LONG + morning_centre.LONG:
                    await scene(day)
        except (AssertionError, PlaywrightError):
            for desk in day.desks if pictures else ():
                await desk.page.screenshot(path=f"{pictures}/{desk.who}.png")
            raise
        return day


def told(error: Exception) -> str:
    """Where in the plot, and what was seen there."""
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if "morning_" in frame.filename]
    where = "".join(f"{frame.name}, строка {frame.lineno}: {frame.line}\n" for frame in lines[-1:])
    return f"{where}{str(error)[:LONGEST]}"


async def main(*, short: bool, pictures: str) -> int:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        sandbox = Sandbox(Path(folder) / "vk", "--directory", str(region(Path(folder))))
        try:
            sandbox.until_healthy()
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=arguments)
                day = await played(browser, sandbox, short=short, pictures=pictures)
                await browser.close()
        except (AssertionError, PlaywrightError) as error:
            print(told(error), file=sys.stderr)
            return 1
        finally:
            sandbox.close()
        took = time.monotonic() - began
        print(f"Сообщений {len(day.codes)}, шагов {len(day.steps)}, сверок {day.compared}, {took:.0f} с. Различий нет.")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Утро из тридцати сообщений в настоящем браузере")
    parser.add_argument("--short", action="store_true", help="как в CI: без долгих сцен")
    parser.add_argument("--pictures", default="", help="куда положить снимки трёх страниц, если что-то не сошлось")
    chosen = parser.parse_args()
    sys.exit(asyncio.run(main(short=chosen.short, pictures=chosen.pictures)))
