"""How a person uses the page: what they see, press and write. It must never reach behind the screen: what a test sets
up beforehand goes through the sandbox's public methods."""

from __future__ import annotations

import itertools
import re
import struct
import zlib
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.sandbox import Sandbox

HOLE = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"
ALIKE = ("Об этом уже сообщили", "Похоже на ваше ")
SEEN = "localStorage.setItem('tour', 'seen')"
PATIENCE = 120.0
"""Seconds for what must happen, on a machine that is busy otherwise: a condition ends the wait, not the time."""

NUMBERS = itertools.count(1_000_000)

expect.set_options(timeout=PATIENCE * 1000)


def drawing(width: int = 320, height: int = 200) -> bytes:
    """A real PNG, made of nothing: a gradient with a dark spot."""
    lines = bytearray()
    for y in range(height):
        lines.append(0)
        for x in range(width):
            dark = (x - width // 2) ** 2 / 4 + (y - height // 2) ** 2 < 1600
            lines += bytes((40, 44, 52) if dark else (120 + x % 100, 150, 90 + y % 100))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(lines))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


async def opened(page: Page, **address: Any) -> None:
    """The page without the tour, with these windows; ready when the stream of news is there."""
    await page.add_init_script(SEEN)
    given = "&".join(f"{name}={value}" for name, value in address.items())
    await page.goto(f"/#{given}")
    await expect(page.locator(".face .time")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))


def resident(page: Page) -> Locator:
    return page.locator("#residents .window:not([hidden])")


def official(page: Page) -> Locator:
    return page.locator("#officials .talk")


def chat_item(page: Page, title: str) -> Locator:
    """A chat in the official's list by its own title: the last words of another may name it."""
    return page.locator(".chat-item", has=page.locator(".title", has_text=title))


def bubbles(side: Locator, text: str) -> Locator:
    return side.locator(".message:not(.waiting)", has_text=text)


def key(side: Locator, label: str) -> Locator:
    return side.locator(".key").get_by_text(label, exact=True).last


async def write(side: Locator, text: str) -> None:
    field = side.locator("textarea")
    await field.fill(text)
    await field.press("Enter")


async def send_off(side: Locator) -> None:
    """«Отправить»; where others have written of the same (R32), this one goes by itself all the same."""
    await key(side, "Отправить").click()
    number, other = bubbles(side, "✅ Приняли"), key(side, "Это другое")
    await expect(number.or_(other).first).to_be_visible()
    if await other.is_visible():
        await other.click()


async def reply_to(bubble: Locator) -> None:
    """The arrow beside a message, not the bot's own button of that name."""
    await bubble.locator(".tools").get_by_role("button", name="Ответить").click()


async def attach(page: Page, side: Locator, kind: str, *files: Any) -> None:
    """By the plus: a menu, then the browser's own dialog of files."""
    await side.get_by_role("button", name="Приложить").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("menuitem", name=kind).click()
    await (await chooser.value).set_files(list(files))
    await expect(side.locator(".chip[data-state=ready]")).to_have_count(len(files))


def passed(sandbox: Sandbox, seconds: float) -> None:
    sandbox.call("emulator.advanceClock", seconds=seconds)


def fresh() -> int:
    """A random_id that was not used yet."""
    return next(NUMBERS)


def filed(sandbox: Sandbox, who: int, text: str = HOLE) -> str:
    """A resident's message on its way to the agency, by VK's methods only; gives its number. They have no draft."""
    token = f"user-{who}"
    before = sandbox.texts(token)

    def told(*parts: str) -> str:
        def heard() -> str | None:
            said = sandbox.texts(token)[len(before) :]
            return next((one for one in said if any(part in one for part in parts)), None)

        return str(sandbox.wait(heard, PATIENCE))

    def say(words: str) -> None:
        sandbox.write(words, fresh(), token)

    say(text)
    if not any("Согласие на обработку" in one for one in before):
        told("Согласие на обработку")
        passed(sandbox, 6)
        say("Даю согласие")
    else:
        sandbox.wait(lambda: sandbox.call("emulator.bot")["numbers"]["inbox"]["waiting"] == 0, PATIENCE)
        passed(sandbox, 6)
    if "О чём" in told("О чём это?", "Проверьте: "):
        say("1")
        told("Проверьте: ")
    say("Отправить")
    if "✅ Приняли" not in told("✅ Приняли", *ALIKE):
        say("Это другое")
    return str(re.findall(r"№(\S+)", told("✅ Приняли"))[0])


def copies(sandbox: Sandbox, who: int, text: str) -> int:
    """How often VK has shown this to the resident, deleted ones included: `emulator.record` hides nothing."""
    record = sandbox.call("emulator.record")
    theirs = [
        dialogue for dialogue in record["dialogues"] if dialogue["kind"] == "private" and who in dialogue["members"]
    ]
    return sum(text in message["text"] and message["from_id"] < 0 for their in theirs for message in their["messages"])


async def no_sideways_scroll(page: Page) -> None:
    wide, seen = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= seen, f"страница шириной {wide} на экране {seen}"


def picture(folder: Path) -> Path:
    path = folder / "яма.png"
    path.write_bytes(drawing())
    return path
