"""`python -m tests.browser.clip`: a minute of the sandbox as a picture that moves, into docs/pictures/sandbox.gif.

Frames are taken when something has happened, each with the time for which it stands, so a slow machine makes the same
clip. People and words are invented.
"""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.browser.conftest import DESK
from tests.browser.person import bubbles, key, official, opened, passed, reply_to, resident
from tests.browser.pictures import DRAWN, FOLDER, HOLE
from tests.outside import chromium
from tests.sandbox import Sandbox

FILE = FOLDER / "sandbox.gif"
SECONDS = 60
SIZE = (1000, 625)
COLOURS = 96
ANSWER = "Яму засыпали сегодня утром. Спасибо, что написали!"
SHOWN = """(words) => {
  const strip = document.createElement('section');
  strip.className = 'tour';
  strip.setAttribute('aria-label', 'Что происходит');
  strip.append(Object.assign(document.createElement('h2'), { textContent: words }));
  document.getElementById('tour').replaceChildren(strip);
}"""
POINTED = """([x, y]) => {
  let arrow = document.getElementById('arrow');
  if (!arrow) {
    document.body.insertAdjacentHTML('beforeend', '<svg id="arrow" width="26" height="26" viewBox="0 0 24 24"><path ' +
      'd="M4 2l15 11-7 1 4 7-3 1-4-7-5 5z" fill="#111" stroke="#fff" stroke-width="1.5"/></svg>');
    arrow = document.getElementById('arrow');
    Object.assign(arrow.style, { position: 'fixed', zIndex: 999, pointerEvents: 'none' });
  }
  Object.assign(arrow.style, { left: x + 'px', top: y + 'px' });
}"""


@dataclass
class Clip:
    page: Page
    frames: list[Image.Image] = field(default_factory=list)
    holds: list[int] = field(default_factory=list)

    async def frame(self, seconds: float) -> None:
        """What is on the screen now stands for so long."""
        shown = (
            Image.open(io.BytesIO(await self.page.screenshot())).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
        )
        self.frames.append(shown)
        self.holds.append(int(seconds * 1000))

    async def told(self, words: str, seconds: float = 1.5) -> None:
        await self.page.evaluate(SHOWN, words)
        await self.frame(seconds)

    async def pressed(self, target: Locator, seconds: float = 1.0) -> None:
        await target.scroll_into_view_if_needed()
        box = await target.bounding_box()
        assert box is not None
        await self.page.evaluate(POINTED, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
        await self.frame(seconds)
        await target.click()

    async def typed(self, side: Locator, text: str) -> None:
        """Word by word."""
        words, written = text.split(), side.locator("textarea")
        for count in range(1, len(words) + 1):
            await written.fill(" ".join(words[:count]))
            await self.frame(0.2)
        await written.fill(text)

    def save(self, path: Path, seconds: int = SECONDS) -> int:
        """The last frame stands until the time is over; one palette for all, so that only what changes is kept."""
        left = seconds * 1000 - sum(self.holds)
        assert left > 0, f"клип длиннее на {-left} мс"
        self.holds[-1] += left
        together = Image.new("RGB", (SIZE[0], SIZE[1] * 4))
        for number in range(4):
            together.paste(self.frames[(len(self.frames) - 1) * number // 3], (0, SIZE[1] * number))
        palette = together.quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
        small = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in self.frames]
        small[0].save(path, save_all=True, append_images=small[1:], duration=self.holds, loop=0, optimize=True)
        return path.stat().st_size


async def main() -> None:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(Path(folder), "--filled")
        try:
            sandbox.until_healthy()
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=arguments)
                context = await browser.new_context(base_url=sandbox.url, locale="ru-RU", viewport=DESK)
                clip = Clip(await context.new_page())
                await opened(clip.page, r=1001, o=1009, c="miass-gorod")
                await written(clip, sandbox)
                await answered(clip, sandbox)
                print(f"{FILE.name}: кадров {len(clip.frames)}, {clip.save(FILE) // 1024} КБ")
                await browser.close()
        finally:
            sandbox.close()


async def written(clip: Clip, sandbox: Sandbox) -> None:
    """Ольга tells of a pothole, with a photograph, until it has its number."""
    page, home = clip.page, resident(clip.page)
    await expect(key(official(page), "Принять")).to_be_visible()
    await page.wait_for_timeout(1000)
    await clip.told("Слева жительница, справа чат администрации. Ольга пишет в сообщество.", 3)
    photo = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": bytes(await page.evaluate(DRAWN))}
    await clip.typed(home, HOLE)
    await home.get_by_role("button", name="Приложить").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("menuitem", name="Фотография").click()
    await (await chooser.value).set_files([photo])
    await expect(home.locator(".chip[data-state=ready]")).to_have_count(1)
    await clip.pressed(home.locator(".send"))
    await expect(key(home, "Даю согласие")).to_be_visible()
    await clip.told("До согласия бот ничего не хранит.", 2.5)
    await clip.pressed(key(home, "Даю согласие"), 1.5)
    await expect(key(home, "Отмена")).to_be_visible()
    passed(sandbox, 6)
    await expect(key(home, "Отправить")).to_be_visible()
    await clip.told("Тему, город и адрес он прочитал сам. Проверить и отправить.", 5)
    await clip.pressed(key(home, "Отправить"))
    await expect(key(home, "Мои сообщения")).to_be_visible()


async def answered(clip: Clip, sandbox: Sandbox) -> None:
    """The agency takes it to work and answers; the answer can be taken back for half a minute."""
    page, home, office = clip.page, resident(clip.page), official(clip.page)
    card = office.locator(".message", has=page.locator("img")).last
    await expect(key(card, "Принять")).to_be_visible()
    await clip.told("Карточка уже у тех, кто отвечает: со словами, фото и сроком.", 4)
    await clip.pressed(key(card, "Принять"), 1.5)
    await expect(key(card, "Принять")).to_have_count(0)
    await clip.told("Житель сразу знает, что взялись.", 3)
    await clip.told("Ответ — обычный ответ на карточку.")
    await reply_to(card)
    await clip.typed(office, ANSWER)
    await clip.pressed(office.locator(".send"), 1.5)
    await expect(key(office, "Отменить")).to_be_visible()
    await clip.told("Полминуты ответ можно отменить. Часы песочницы переводим сами.", 4)
    await clip.pressed(page.get_by_role("button", name="+1 час"), 1.2)
    await expect(bubbles(home, ANSWER)).to_be_visible()
    await page.wait_for_timeout(500)
    await clip.told("Ответ у жителя. Он сам скажет, решено ли: одно нажатие.", 6)
    await clip.pressed(key(home, "Решено"), 2)
    await page.wait_for_timeout(1500)
    await clip.told("Решено. Ничего не потеряно, ничего не сказано дважды.", 3)


if __name__ == "__main__":
    asyncio.run(main())
