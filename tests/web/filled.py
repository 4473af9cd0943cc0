"""A hundred and some messages of the example region in all states, by a seed; no words of anybody."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from states.directory import Directory
from states.lifecycle.appeal import OPEN, WITH_AGENCY, Action, Appeal, History, Piece, Status
from states.lifecycle.counted import Counted, Outcome
from states.worktime.deadlines import Deadline, TermClock
from storage.db.database import Database
from storage.records import appeals
from tests.small import NOW, POLICY

TODAY = NOW.astimezone(POLICY.zone).date()
DONE = (Status.ANSWERED, Status.CLOSED, Status.DECLINED)
ENDED = {Status.CLOSED: Outcome.SOLVED, Status.DECLINED: Outcome.DECLINED, Status.WITHDRAWN: Outcome.WITHDRAWN}


def some(directory: Directory, seed: int = 1, many: int = 120) -> list[Appeal]:
    rng = random.Random(seed)
    agencies = [one.code for one in directory.agencies]
    places = [one.code for one in directory.places]
    topics = [one.code for one in directory.topics]
    return [one(rng, number, agencies, places, topics) for number in range(many)]


def one(
    rng: random.Random, number: int, agencies: Sequence[str], places: Sequence[str], topics: Sequence[str]
) -> Appeal:
    status = rng.choice([one for one in Status if one is not Status.MERGED])
    sent = NOW - timedelta(days=rng.randrange(16), minutes=rng.randrange(600))
    late = status in OPEN and rng.random() < 0.4
    due = NOW + timedelta(hours=rng.choice([-100, -20, -1] if late else [1, 5, 30]))
    code = f"{sent:%m%d}-{number:04d}"
    return Appeal(
        code,
        7000 + number,
        1,
        status,
        1,
        rng.choice(topics),
        sent,
        pieces=(Piece(1, f"Проверочное сообщение {number}"),),
        place=rng.choice([*places, None]),
        door=("", "yamy", "ostanovka-miass", "snyata")[number % 4],
        address=f"улица Проверочная, {number}",
        agency=None if status is Status.WAITING else rng.choice(agencies),
        urgent=rng.random() < 0.1,
        deadline=Deadline(TermClock.FIRST_ANSWER, sent, due) if status in OPEN else None,
        rating=rng.randint(1, 5) if status is Status.CLOSED else 0,
        counted=counted(rng, status, sent, due),
    )


def counted(rng: random.Random, status: Status, sent: datetime, due: datetime) -> Counted:
    day = sent.astimezone(POLICY.zone).date()
    done = status in DONE

    def after(so: bool) -> date | None:
        return min(TODAY, day + timedelta(days=rng.randrange(3))) if so else None

    return Counted(
        received=day,
        accepted=after(done or status is Status.IN_WORK),
        first=after(done or status is Status.INTERIM),
        final=after(done),
        reopened=after(status is Status.REOPENED),
        rated=after(status is Status.CLOSED),
        ended=after(status in ENDED),
        first_minutes=rng.randrange(900) if done else 0,
        final_minutes=rng.randrange(3000) if done else 0,
        late=done and rng.random() < 0.3,
        outcome=ENDED.get(status, Outcome.NONE),
        term=term_of(status, day, due),
    )


def term_of(status: Status, day: date, due: datetime) -> date | None:
    """Of what was answered it fell two days after it came."""
    if status in DONE:
        return day + timedelta(days=2)
    return due.astimezone(POLICY.zone).date() if status in WITH_AGENCY else None


async def fill(db: Database, made: Sequence[Appeal]) -> None:
    lines = [History(one.code, 1, one.created_at, one.resident, Action.SUBMIT, None, Status.WAITING) for one in made]

    async def body(tx: Any) -> None:
        await appeals.keep_appeals(tx, [replace(one) for one in made], lines)

    await db.run(body)
