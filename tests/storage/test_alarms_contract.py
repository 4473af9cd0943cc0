"""Alarms of danger to life in the tables of both engines: which are open, which were false, what the digest counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

from given import CUR_CHAT, NOW, appeal, at, decide, submitted

from states.lifecycle.alerts import Alert, Ending
from states.lifecycle.appeal import Appeal, History, Status
from states.lifecycle.digest import Section
from states.worktime.deadlines import Deadline, TermClock
from storage.db.database import Database
from storage.records import appeals, what_waits

NUMBERS = count(2)


def alarm(code: str, minute: int = 0, ending: Ending | None = None) -> tuple[Appeal, History]:
    one, line = appeal(code, source=next(NUMBERS))
    alert = Alert(at(minute), ending=ending, ended_at=at(minute) if ending else None)
    status = Status.CLOSED if ending else Status.WAITING
    told = replace(one, alert=alert, urgent=True, status=status, created_at=at(minute), chat=CUR_CHAT, deadline=None)
    return told, line


async def test_open_ones_are_found_oldest_first_and_nothing_else(db: Database) -> None:
    late, line = appeal("1125-CCCC")
    urgent = replace(late, urgent=True, deadline=Deadline(TermClock.ROUTE, NOW, at(60)))
    assert not await db.look(appeals.any_alarm)
    await decide(db, submitted((urgent, line)))
    assert not await db.look(appeals.any_alarm), "all else that waits has a term (R46)"
    await decide(db, submitted(alarm("1125-BBBB", 2), alarm("1125-AAAA", 1)))
    await decide(db, submitted(alarm("1125-DDDD", 0, Ending.FALSE)))
    found = await db.run(appeals.alarms)
    assert [one.code for one in found] == ["1125-AAAA", "1125-BBBB"] and await db.look(appeals.any_alarm)


async def test_false_ones_are_found_for_whoever_mends_the_words(db: Database) -> None:
    await decide(db, submitted(alarm("1125-AAAA", 1, Ending.FALSE), alarm("1125-BBBB", 2, Ending.HANDED_OVER)))
    await decide(db, submitted(alarm("1125-CCCC", 3)))
    assert [one.code for one in await db.run(lambda tx: appeals.false_alarms(tx, NOW))] == ["1125-AAAA"]
    assert not await db.run(lambda tx: appeals.false_alarms(tx, at(2)))


async def test_the_digest_counts_them_first_and_apart(db: Database) -> None:
    waits, line = appeal("1125-CCCC")
    await decide(db, submitted((replace(waits, deadline=Deadline(TermClock.ROUTE, NOW, at(60))), line)))
    await decide(db, submitted(alarm("1125-AAAA", 1)))
    until = NOW + timedelta(days=1)
    counted = await db.run(lambda tx: what_waits.count_waiting(tx, CUR_CHAT, NOW, until, everywhere=True))
    assert next(iter(Section)) is Section.DANGER
    assert counted.of(Section.DANGER).count == 1 and counted.of(Section.DANGER).oldest == at(1)
    assert counted.of(Section.UNASSIGNED).count == 1
    listed = await db.run(lambda tx: what_waits.oldest_behind(tx, None, Section.DANGER, NOW, until))
    assert [one.code for one in listed] == ["1125-AAAA"]
    others = await db.run(lambda tx: what_waits.oldest_behind(tx, None, Section.UNASSIGNED, NOW, until))
    assert [one.code for one in others] == ["1125-CCCC"]
