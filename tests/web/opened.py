"""Messages for the open data: enough residents in one place, too few in another, each with what must never be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from states.lifecycle.counted import Counted, Outcome
from storage.db.database import Database
from storage.records import appeals
from tests.small import NOW, POLICY

TODAY = NOW.astimezone(POLICY.zone).date()
NAME, PHONE, STREET, WORDS = "Аполлинария Ромашкина", "+7 912 345-67-89", "улица Тайная, 17", "гнусный кратер"
PLANTED = (NAME, "Ромашкин", PHONE, "345-67-89", STREET, "Тайная", WORDS, "кратер", "77000")
"""What stands in the messages: a name, a phone, an address, words, the beginning of the VK ids."""


def message(number: int, topic: str, place: str, resident: int = 0, **more: object) -> Appeal:
    """One a day back from yesterday; `number` makes the code."""
    day = TODAY - timedelta(days=1 + number % 20)
    one = Appeal(
        f"{day:%m%d}-AA{number:02d}",
        resident or 7_700_000 + number,
        1,
        Status.IN_WORK,
        1,
        topic,
        NOW - timedelta(days=1 + number % 20),
        pieces=(Piece(1, f"{WORDS} {number}. {NAME}, {PHONE}"),),
        place=place,
        address=STREET,
        agency="mindor",
        counted=Counted(received=day),
    )
    return replace(one, **more)  # type: ignore[arg-type]


def answered(one: Appeal, day: date | None = None) -> Appeal:
    done = day or TODAY - timedelta(days=1)
    had = replace(one.counted, first=done, final=done, first_minutes=60, final_minutes=120)
    return replace(one, status=Status.ANSWERED, counted=had)


def closed(one: Appeal) -> Appeal:
    had = replace(answered(one).counted, ended=TODAY, outcome=Outcome.SOLVED)
    return replace(one, status=Status.CLOSED, counted=had)


async def keep(db: Database, *made: Appeal) -> None:
    lines = [History(one.code, 1, one.created_at, one.resident, Action.SUBMIT, None, one.status) for one in made]
    await db.run(lambda tx: appeals.keep_appeals(tx, made, lines))


def many(topic: str, place: str, count: int, first: int = 0) -> list[Appeal]:
    return [message(first + number, topic, place) for number in range(count)]
