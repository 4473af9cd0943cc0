"""One resident writes fifty messages a second; the others must be answered as ever (T9, F30).

Emulator over HTTP, the real bot with its loops, a real database; people act by VK's methods only.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.rig.stand import people, world_text
from benchmarks.rig.tuned import tuned
from handlers.text import texts
from states.directory import Directory
from storage.db import schema
from storage.ops import statistics as books
from tests.transcripts.emulated import COMMUNITY, RESIDENTS, EmulatedStage, emulated, sqlite_url
from tests.transcripts.script import Player
from tests.transcripts.stage import Words
from vk_emulator.server import running

FLOODER, OTHERS = "ольга", ("мария", "иван")
PATIENCE = 60.0
LONGEST_P95 = 10.0
LIMIT = 20


@dataclass
class Figures:
    written: int = 0
    waits: list[float] = field(default_factory=list)
    answers: int = 0
    notices: int = 0
    minutes: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    balanced: bool = False

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.waits, n=20)[-1]

    def line(self) -> str:
        return (
            f"{self.written} сообщений от одного, сохранено {sum(self.kept.values())}; ответов ему {self.answers} за "
            f"{self.minutes} мин, предупреждений {self.notices}; другим {len(self.waits)} ответов, p95 {self.p95:.2f} с"
        )

    def wrong(self, by_the_clock: bool = True) -> list[str]:
        """`by_the_clock`: how long others waited counts too, which a busy machine draws out."""
        checks = {
            "не всё сохранено": sum(self.kept.values()) == self.written and not self.kept.get("new", 0),
            "книги не сходятся": self.balanced,
            f"p95 другим больше {LONGEST_P95:.0f} с": not by_the_clock or self.p95 <= LONGEST_P95,
            "предупреждён не один раз": self.notices == 1,
            "отвечено больше предела": self.answers <= LIMIT * (self.minutes + 1) + self.notices,
        }
        return [name for name, held in checks.items() if not held]


async def flooded(folder: Path, region: Directory, seconds: float, a_second: int, crowd: int = 0) -> Figures:
    """`crowd`: so many more residents, who together write as much as the one."""
    figures = Figures()
    with tuned({"pause_seconds": 0}):
        async with (
            running(world_text(crowd), port=0, data=folder / "vk", seed=1) as emulator,
            emulated(emulator.url, sqlite_url(folder), region, messages_per_minute=LIMIT) as stage,
        ):
            for who in RESIDENTS:
                await Player(stage).line({"согласилась": who, "текст": "Здравствуйте, вопрос про дорогу"})
            await stage.settle()
            before, earlier = await answers_to(stage, FLOODER), sum((await kept(stage)).values())
            over = asyncio.Event()
            begun = time.monotonic()
            others = [asyncio.create_task(asks(stage, who, figures, over)) for who in OTHERS]
            others += [asyncio.create_task(murmur(stage, people(crowd), a_second, over))] if crowd else []
            figures.written = await writes(stage, seconds, a_second)
            figures.minutes = int((time.monotonic() - begun) // 60) + 1
            over.set()
            await asyncio.gather(*others)
            await until_taken(stage)
            said = (await answers_to(stage, FLOODER))[len(before) :]
            figures.answers = len(said)
            figures.notices = sum(texts.TOO_OFTEN in text for text in said)
            figures.kept = await kept(stage)
            figures.kept["done"] -= earlier
            figures.balanced = (await read_books(stage))["balanced"]
    return figures


async def writes(stage: EmulatedStage, seconds: float, a_second: int) -> int:
    """As many as that, whatever the bot does; every second one is a word that asks for an answer."""
    ticks = int(seconds * 10)
    for tick in range(ticks):
        at = time.monotonic()
        burst = [
            stage.write(FLOODER, Words("помощь" if one % 2 else f"слово {tick}.{one}")) for one in range(a_second // 10)
        ]
        await asyncio.gather(*burst)
        await asyncio.sleep(max(0.0, 0.1 - (time.monotonic() - at)))
    return ticks * (a_second // 10)


async def murmur(stage: EmulatedStage, users: list[int], a_second: int, over: asyncio.Event) -> None:
    """Many people, each now and then."""
    number = 0
    while not over.is_set():
        at = time.monotonic()
        users = users[a_second // 10 :] + users[: a_second // 10]
        for user in users[: a_second // 10]:
            number += 1
            params = {"peer_id": -COMMUNITY, "random_id": 10**8 + number, "message": "Здравствуйте"}
            await stage.call("messages.send", f"user-{user}", **params)
        await asyncio.sleep(max(0.0, 0.1 - (time.monotonic() - at)))


async def asks(stage: EmulatedStage, who: str, figures: Figures, over: asyncio.Event) -> None:
    """Asks for help now and then and waits for it; never so often that the bot would stop answering."""
    while not over.is_set():
        seen = len(await answers_to(stage, who))
        begun = time.monotonic()
        await stage.write(who, Words("помощь"))
        while len(await answers_to(stage, who)) == seen and time.monotonic() - begun < PATIENCE:
            await asyncio.sleep(0.05)
        figures.waits.append(time.monotonic() - begun)
        await asyncio.sleep(3.1 - min(3.0, figures.waits[-1]))


async def answers_to(stage: EmulatedStage, who: str) -> list[str]:
    """Everything the bot has said to one person, the oldest first."""
    said: list[str] = []
    for offset in range(0, 10**6, 200):
        page = {"peer_id": -COMMUNITY, "count": 200, "rev": 1, "offset": offset}
        answer = await stage.call("messages.getHistory", f"user-{RESIDENTS[who]}", **page)
        said += [item["text"] for item in answer["items"] if item["from_id"] == -COMMUNITY]
        if len(answer["items"]) < 200:
            break
    return said


async def until_taken(stage: EmulatedStage) -> None:
    for _ in range(int(PATIENCE * 4)):
        waiting: Any = (await read_books(stage))["inbox"]["waiting"]
        if not waiting:
            return
        await asyncio.sleep(0.25)


async def read_books(stage: EmulatedStage) -> dict[str, Any]:
    assert stage.bot is not None
    return await stage.bot.db.run(books.identity)


async def kept(stage: EmulatedStage) -> dict[str, int]:
    """The flooder's messages in the inbox, by state."""
    assert stage.bot is not None
    inbox = schema.inbox
    mine = inbox.c.peer == RESIDENTS[FLOODER]
    query = (
        select(inbox.c.state, func.count().label("n")).where(mine, inbox.c.kind == "message").group_by(inbox.c.state)
    )
    rows = await stage.bot.db.run(lambda tx: tx.rows(query))
    return {row["state"]: row["n"] for row in rows}
