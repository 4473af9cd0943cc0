"""Days on which nobody works: a promise for one is neither today's nor silently a later one (R40, R41, R48)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.text import texts_chat
from states.lifecycle.appeal import Status
from states.lifecycle.tasks import Ask, Job
from states.worktime.calendar import Calendar
from tests.handlers.given import CUR_CHAT, ROADS_CHAT, appeal, cur, labels, said
from tests.handlers.in_chat import busy, edits, pick, task_of, tell
from tests.small import POLICY

WORK = appeal(status=Status.IN_WORK)
FRIDAY = datetime(2026, 11, 27, 10, tzinfo=UTC)
EVE = datetime(2026, 12, 30, 10, tzinfo=UTC)
NEW_YEAR = Calendar(
    frozenset({2026, 2027}),
    off=frozenset({date(2026, 12, 31), date(2027, 1, 1), *(date(2027, 1, one) for one in range(4, 9))}),
)


@pytest.mark.parametrize(
    "now, typed, words",
    [
        (FRIDAY, "до субботы", texts_chat.DATE_AT_REST.format(day="28 ноября", when="30 ноября")),
        (FRIDAY + timedelta(days=1), "завтра", texts_chat.DATE_AT_REST.format(day="29 ноября", when="30 ноября")),
        (FRIDAY + timedelta(hours=6), "сегодня", texts_chat.DATE_OVER.format(when="30 ноября")),
        (EVE, "через 3 дня", texts_chat.DATE_AT_REST.format(day="2 января", when="11 января")),
    ],
)
def test_a_day_without_work_becomes_neither_today_nor_a_later_one(now: datetime, typed: str, words: str) -> None:
    """R40: on a Friday «до субботы» promised the same evening."""
    decision = tell(typed, busy(Job.INTERIM, WORK, at=now), now=now, policy=replace(POLICY, calendar=NEW_YEAR))
    assert said(decision, ROADS_CHAT) == words and not decision.appeals


def test_a_day_without_work_ends_on_the_working_day_before_it_where_that_is_still_to_come() -> None:
    """R48: prev, the safe one of the two schools."""
    task = task_of(tell("до конца недели", busy(Job.INTERIM, WORK)))
    assert task.until is not None and task.until.astimezone(POLICY.zone).date() == date(2026, 11, 27)


def test_only_working_days_are_offered_for_a_postponement() -> None:
    """R41."""
    later = tell("ждём кран", busy(Job.POSTPONE, WORK, at=FRIDAY), now=FRIDAY)
    assert labels(edits(later)[0]) == ["30 ноября", "4 декабря", "11 декабря", "Не отправлять"]


def test_a_block_lasts_the_whole_day_also_one_of_rest() -> None:
    """T9: blocked on a Friday until Saturday is not until Friday evening."""
    held = busy(Job.BLOCK, appeal(chat=CUR_CHAT), peer=CUR_CHAT, at=FRIDAY)
    decision = pick("day 2026-11-28", held, chat=cur(), now=FRIDAY)
    assert decision.dialogue is not None and decision.dialogue.blocked_until is not None
    assert decision.dialogue.blocked_until == datetime(2026, 11, 28, 23, 59, 59, tzinfo=POLICY.zone)
    assert "до 28 ноября" in said(decision, CUR_CHAT)


def test_works_may_be_done_on_a_day_of_rest() -> None:
    """R43: the day in a canned answer is of the works, it is no term of the agency."""
    held = busy(Job.TEMPLATE, WORK, at=FRIDAY, template="Почистим", more=(Ask.DAY,))
    assert "почистят 28 ноября" in said(tell("28 ноября", held, now=FRIDAY))
