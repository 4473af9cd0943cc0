"""Residents under load: how long deaths take is the machine's; a bot in peace that does not answer is found (I8)."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from tests.kill import people
from tests.kill.evidence import Evidence
from tests.kill.invariants import nothing_waits
from tests.kill.people import Message, Resident, Wire, answered

USER, LOOKS = 20_001, 500
NUMBER: dict[str, Any] = {"from_id": people.BOT, "id": 2, "text": "✅ Приняли.\n№1200-ABCD"}


@dataclass
class Slow(Wire):
    """The bot's answer is there after so many looks."""

    looks: int = 0
    answers_after: int = LOOKS
    written: list[str] = field(default_factory=list)

    async def write(self, user: int, peer: int, text: str, **more: Any) -> int:
        self.written.append(text)
        return 1

    async def history(self, user: int, peer: int, count: int = 15) -> list[Message]:
        self.looks += 1
        return [NUMBER] if self.looks > self.answers_after else [{"from_id": USER, "id": 1, "text": self.written[-1]}]

    async def breathe(self) -> None:
        await asyncio.sleep(0)


async def test_a_resident_waits_as_long_as_the_bot_is_killed() -> None:
    async with aiohttp.ClientSession() as http:
        resident = Resident(Slow("", http, random.Random(1)), USER)
        assert await resident.shown(await resident.say("Яма"), answered) == NUMBER


async def test_who_hears_nothing_from_a_bot_in_peace_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PATIENT", 0.05)
    async with aiohttp.ClientSession() as http:
        wire = Slow("", http, random.Random(1), answers_after=10**9)
        wire.in_peace()
        await Resident(wire, USER).live(asyncio.Event())
    assert [found.partition(" после")[0] for found in nothing_waits(Evidence([], {}, silences=wire.silences))] == [
        f"{USER}: нет ответа"
    ]
