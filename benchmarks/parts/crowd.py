"""Many residents at once, inside the emulator's process, so that the load costs the measured bot nothing.

Each goes the same way with either bot, by the buttons shown: three messages in, four answers and a card out.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import random
import time
from dataclasses import dataclass, field

from benchmarks.rig.contestants import post
from benchmarks.rig.stand import BOT, buttons_of
from vk_emulator.server import Emulator
from vk_emulator.world.records import Message

LOOK = 0.002
PATIENCE = 8.0
"""The bot has said nothing to anybody for so long: who still waits is stuck."""
TEXTS = (
    "Большая яма на дороге, город Миасс, улица Ленина, дом 5.",
    "Не чистят снег на дороге, Челябинск, улица Труда, дом 10.",
    "Нет воды третий день, Челябинск, проспект Победы, дом 7.",
    "Не записаться к врачу, Копейск, проспект Славы, дом 3.",
)


@dataclass
class Crowd:
    """`at_once` of `users` are in a dialogue at any time. `think` is the most that a person thinks, in seconds; `most`
    is how long it goes on when the bot is too slow for all of them."""

    emulator: Emulator
    users: list[int]
    at_once: int
    think: float
    most: float = math.inf
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    waits: dict[int, float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    plans: list[tuple[float, int, str, str]] = field(default_factory=list)
    done: int = 0
    begun: int = 0
    started: float = 0.0
    heard: float = 0.0
    written: int = 0

    async def play(self) -> None:
        """Until everybody has a number, or until the bot has gone silent."""
        self.started = self.heard = time.perf_counter()
        seen = self.emulator.world.next_id
        for _ in range(self.at_once):
            self.begin()
        while self.done < len(self.users) and self.patient():
            last, seen = seen, self.emulator.world.next_id
            for number in range(last, seen):
                self.notice(self.emulator.world.by_id[number])
            while self.plans and self.plans[0][0] <= time.perf_counter():
                _, user, text, payload = heapq.heappop(self.plans)
                self.waits[user] = time.perf_counter()
                post(self.emulator, user, text, payload)
                self.written += 1
            await asyncio.sleep(LOOK)

    def patient(self) -> bool:
        """Whether to wait on: the time is not over, and something is planned or was heard lately."""
        now = time.perf_counter()
        return now - self.started < self.most and (bool(self.plans) or now - self.heard < PATIENCE)

    @property
    def seconds(self) -> float:
        """From the first word to the last answer."""
        return self.heard - self.started

    def begin(self) -> None:
        """Lets the next resident begin, if there is one."""
        if self.begun < len(self.users):
            user = self.users[self.begun]
            self.begun += 1
            self.plan(user, TEXTS[user % len(TEXTS)], "")

    def plan(self, user: int, text: str, payload: str) -> None:
        """Has the resident say this after a random time to think."""
        due = time.perf_counter() + self.chance.uniform(self.think / 3, self.think)
        heapq.heappush(self.plans, (due, user, text, payload))

    def notice(self, message: Message) -> None:
        """The bot wrote to somebody: with buttons to press, or with the number."""
        thread = message.thread
        if message.sender != BOT or thread.chat is not None:
            return
        self.heard = time.perf_counter()
        user = thread.members[-1]
        if user not in self.waits:
            return
        if message.text.startswith("✅ Приняли"):
            self.answered(user)
            self.done += 1
            self.begin()
        elif (said := next_words(message)) is not None:
            self.answered(user)
            self.plan(user, *said)

    def answered(self, user: int) -> None:
        """Notes how many seconds this resident has waited."""
        self.delays.append(time.perf_counter() - self.waits.pop(user))


def next_words(message: Message) -> tuple[str, str] | None:
    """(text, payload) of what a person does next; None where nothing is to be done yet."""
    for action in buttons_of(message.keyboard):
        label = str(action.get("label", ""))
        if label in ("Даю согласие", "Отправить"):
            return label, str(action.get("payload", ""))
    return None
