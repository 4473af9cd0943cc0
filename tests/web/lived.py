"""Forty days of the demonstration year in the panel's database, as the bot would have kept them at a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.config import calendar_file
from features.demo.given import COORDINATOR, YearInputs
from features.demo.year import Told, Year
from states.directory import Directory
from states.lifecycle.appeal import OPEN, Action, Appeal, History, NotAllowed
from states.lifecycle.life import step
from storage.db.database import Database
from storage.ops import bulk
from storage.records import appeals
from tests.small import COMMUNITY, NOW

DAYS = 40
A_YEAR = 24_000


def given_at(directory: Directory, moment: datetime) -> YearInputs:
    return YearInputs(7, A_YEAR, moment, COMMUNITY, directory, calendar_file.read(), ZoneInfo("Asia/Yekaterinburg"))


@cache
def lives(directory: Directory, moment: datetime, days: int) -> tuple[Told, ...]:
    """What came in the last of so many days before `moment`."""
    year = Year(given_at(directory, moment))
    return tuple(one for day in range(len(year) - days, len(year)) for one in year.day(day))


async def fill(db: Database, directory: Directory, moment: datetime = NOW) -> None:
    told = lives(directory, moment, DAYS)
    for start in range(0, len(told), 500):
        await db.run(lambda tx: bulk.keep(tx, told[start : start + 500]))  # noqa: B023


async def go_on(db: Database, directory: Directory, before: datetime, days: int) -> int:
    """Each of so many days some of what is open is answered, handed on or withdrawn, some of what was answered comes
    back; how many moves that was."""
    given = given_at(directory, before)
    standing, moves = [one for one, _ in lives(directory, before, DAYS)], 0
    for day in range(1, days + 1):
        now, changed, lines = before + timedelta(days=day), [], []
        for turn, one in enumerate(standing):
            if (turn + day) % 9 or (moved := move(given, one, turn, now)) is None:
                continue
            after, line = moved
            changed.append(after)
            lines.append(line)
            standing[turn] = after
        moves += len(changed)
        await db.run(lambda tx: appeals.keep_appeals(tx, changed, lines))  # noqa: B023
    return moves


def move(given: YearInputs, one: Appeal, turn: int, now: datetime) -> tuple[Appeal, History] | None:
    """As decisions move it: what it may not do now it does not do."""
    if one.status in OPEN:
        action = (Action.ANSWER, Action.ANSWER, Action.NOT_OURS, Action.WITHDRAW, Action.INTERIM)[turn % 5]
    else:
        action = Action.REOPEN if turn % 3 else Action.RATE
    had = replace(one, rating=3) if action is Action.RATE else one
    until = now + timedelta(days=3) if action is Action.INTERIM else None
    found = step(had, action, given.clocks(one.agency), now, COORDINATOR, until=until)
    return None if isinstance(found, NotAllowed) else found


def resident(directory: Directory, moment: datetime) -> int:
    """Somebody who has written."""
    return lives(directory, moment, DAYS)[0][0].resident
