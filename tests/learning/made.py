"""Messages to learn from, made up: each topic has a word that no dictionary and no directory has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

from matching.learned.example import Example
from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from states.lifecycle.counted import Counted

WORDS = {
    "dorogi-yamy": "кварзлик",
    "zhkh-otoplenie": "брундит",
    "blago-detskaya": "шмыхта",
    "zhkh-lift": "олтупень",
}
FILLED = (
    "снова", "опять", "давно", "утром", "вечером", "сегодня", "вчера", "очень", "сильно", "рядом", "слева", "справа",
)  # fmt: skip
AUTHORS = 60
SECRET = "Аполлинария-Тихорецкая"
"""What one of the authors always says: a name that no model and no disk may hold."""


def texts(count: int) -> list[tuple[str, str]]:
    """(topic, text), each text another one."""
    found = []
    for number, (one, two, three) in enumerate(product(FILLED, repeat=3)):
        if number == count:
            return found
        topic, word = list(WORDS.items())[number % len(WORDS)]
        found.append((topic, f"{one} {word} {two}, {three} {SECRET if number % AUTHORS == 7 else 'прошу'}"))
    raise AssertionError("so many there are not")


def examples(count: int = 400) -> list[Example]:
    """A day holds ten of them."""
    return [
        Example(text, topic, "miass", "", 739_000 + number // 10, number % AUTHORS + 1)
        for number, (topic, text) in enumerate(texts(count))
    ]


async def stream(some: Sequence[Example]) -> AsyncIterator[Sequence[Example]]:
    for start in range(0, len(some), 100):
        yield some[start : start + 100]


def appeals(now: datetime, count: int = 400, first: int = 50_001) -> list[tuple[Appeal, list[History]]]:
    """The same as messages of residents that an agency took, the newest yesterday."""
    found = []
    for number, (topic, text) in enumerate(texts(count)):
        at = now - timedelta(days=1 + (count - number) / 10)
        code, resident = f"{at:%m%d}-{number:04}", first + number % AUTHORS
        counted = Counted(received=at.date(), accepted=at.date())
        one = Appeal(
            code, resident, number + 1, Status.IN_WORK, 2, topic, at, (Piece(number + 1, text),), place="miass",
            agency="miass-gorod", counted=counted,
        )  # fmt: skip
        lines = [
            History(code, 1, at, resident, Action.SUBMIT, None, Status.WAITING),
            History(code, 2, at, 0, Action.ROUTE, Status.WAITING, Status.ROUTED),
        ]
        found.append((one, [*lines, History(code, 3, at, 900, Action.ACCEPT, Status.ROUTED, Status.IN_WORK)]))
    return [(replace(one, version=3), lines) for one, lines in found]


def day(of: Example) -> date:
    return date.fromordinal(of.day)
