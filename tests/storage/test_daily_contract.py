"""The daily sums are the sums of the messages, whatever happens to these: a recount in plain Python says the same, and
so does every list (R53, R54)."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from given import NOW, appeal, at

from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.counted import Counted, Outcome
from states.statistics.daily import additions_of
from states.statistics.filter import NONE, By, Filter, TermOutcome, View
from states.worktime.deadlines import Deadline, TermClock
from storage.db.database import Database
from storage.db.schema import COUNTS, daily, daily_time
from storage.ops import rebuild, search, sums
from storage.ops.measured import without_answer
from storage.privacy import forgetting
from storage.records import appeals
from storage.records.daily import ROWS, numbers_of
from tests.form import either

DAY = date(2026, 11, 20)
TODAY = search.Today(NOW, at(8 * 3600), DAY - timedelta(days=3))
ZONE = NOW.tzinfo
LATER = DAY + timedelta(days=30)
"""When all terms are over."""


def some_days(rng: random.Random) -> date | None:
    return rng.choice([None, DAY, DAY + timedelta(days=1), DAY + timedelta(days=9)])


def changed(rng: random.Random, one: Appeal) -> Appeal:
    """Anything may change: also what no move of ours would change at once."""
    had = Counted(
        **{
            name: some_days(rng)
            for name in ("accepted", "first", "final", "returned", "reopened", "rated", "ended", "term")
        },
        received=DAY,
        first_minutes=rng.randrange(3000),
        final_minutes=rng.randrange(9000),
        late=rng.random() < 0.3,
        outcome=rng.choice(list(Outcome)),
    )
    return replace(
        one,
        version=one.version + 1,
        status=rng.choice(list(Status)),
        topic=rng.choice(["pits", "pipes", ""]),
        place=rng.choice(["miass", "kopeysk", None]),
        agency=rng.choice(["roads", "water", None]),
        repeat_of=rng.choice(["", "1125-ZZZZ"]),
        urgent=rng.random() < 0.2,
        rating=rng.choice([0, 5, 3]),
        counted=had,
    )


async def lived(db: Database, seed: int, number: int) -> None:
    """Messages of ten residents that change at random; two of the residents are forgotten."""
    rng, kept = random.Random(seed), []
    for index in range(number):
        one, line = appeal(f"1125-{index:04d}", resident=1000 + index % 10)
        kept.append(replace(one, source=index + 1, counted=Counted(received=DAY)))
        await db.run(lambda tx: appeals.keep_appeals(tx, [kept[-1]], [line]))  # noqa: B023
    for _ in range(3 * number):
        index = rng.randrange(number)
        kept[index] = changed(rng, kept[index])
        await db.run(lambda tx: appeals.keep_appeals(tx, [kept[index]], []))  # noqa: B023
    for who in (1003, 1007):
        await db.run(lambda tx: forgetting.erase(tx, who, NOW, force=True))  # noqa: B023


async def table_of(db: Database) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    async def body(tx: Any) -> Any:
        return [sorted((dict(row) for row in await tx.rows(table.select())), key=str) for table in (daily, daily_time)]

    first, second = await db.run(body)
    return first, second


async def recounted(db: Database) -> Counter[tuple[Any, ...]]:
    rows = await db.run(lambda tx: tx.rows(ROWS))
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        for each in additions_of(numbers_of(row)):
            cell = each.cell
            found[cell.day, cell.agency, cell.place, cell.topic, cell.door, each.name, each.bin] += each.amount
    return +found


def as_counts(tables: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for row in tables[0]:
        for name in COUNTS:
            found[row["day"], row["agency"], row["place"], row["topic"], row["door"], name, None] = row[name]
    for row in tables[1]:
        cell = (row["day"], row["agency"], row["place"], row["topic"], row["door"])
        found[*cell, row["kind"], row["bin"]] = row["number"]
    return +found


class TestDailySums:
    @pytest.mark.parametrize("seed", range(either(2, 40)))
    async def test_they_are_what_a_recount_says_and_rebuilding_changes_nothing(self, db: Database, seed: int) -> None:
        await lived(db, seed, 30)
        before = await table_of(db)
        assert as_counts(before) == await recounted(db), f"seed {seed}"
        assert as_counts(before).total() > 100
        assert await db.run(rebuild.days) == sorted({row["day"] for row in before[0]})
        await rebuild.everything(db, ZONE)  # type: ignore[arg-type]
        assert await table_of(db) == before, f"seed {seed}"

    async def test_a_number_is_its_list_and_the_sum_of_its_groups(self, db: Database) -> None:
        await lived(db, 7, 40)
        for by in By:
            wanted = Filter(by=by, since=DAY, until=DAY + timedelta(days=1))
            listed = await db.run(lambda tx: search.page(tx, wanted, TODAY, 0, 1000))  # noqa: B023
            total = await db.run(lambda tx: search.number(tx, wanted, TODAY))  # noqa: B023
            plain = replace(wanted, by=By.RECEIVED)
            groups = await db.run(lambda tx: sums.sums_by(tx, plain, ["agency", "place"], LATER))  # noqa: B023
            name = {By.RATED: None, By.ENDED: None, By.TERM: "due"}.get(by, by.value)
            assert len(listed.rows) == listed.total == total
            if name is not None:
                assert sum(one[name] for one in groups.values()) == total, by
                parts = 0
                for agency, place in groups:
                    part = replace(wanted, agencies=(agency or NONE,), places=(place or NONE,))
                    parts += await db.run(lambda tx: search.number(tx, part, TODAY))  # noqa: B023
                assert parts == total, by

    async def test_what_became_of_terms_is_their_lists(self, db: Database) -> None:
        """R52: kept, late and without an answer are all whose term fell; today's and later ones are in none yet."""
        await lived(db, 11, 40)
        for today in (DAY, DAY + timedelta(days=1), LATER):
            told = await db.run(lambda tx: sums.total(tx, Filter(), today))  # noqa: B023
            parts = {
                TermOutcome.KEPT: told["kept"],
                TermOutcome.LATE: told["late"],
                TermOutcome.WAITING: without_answer(told),
            }
            for term, many in parts.items():
                listed = await db.run(lambda tx: search.number(tx, Filter().by_term(today, term), TODAY))  # noqa: B023
                assert listed == many, (today, term)
            assert await db.run(lambda tx: search.number(tx, Filter().by_term(today), TODAY)) == told["due"]  # noqa: B023
            assert (told["due"] > 0) is (today > DAY)
        with pytest.raises(ValueError, match="depends on the day"):
            await db.run(lambda tx: sums.sums_by(tx, Filter(), ["day"]))

    async def test_views_are_what_they_are_called(self, db: Database) -> None:
        late, soon, far = at(-60), at(60), at(9 * 3600)
        given = [
            ("1125-AAAA", Status.ROUTED, late, {}),
            ("1125-BBBB", Status.IN_WORK, soon, {"accepted": DAY}),
            ("1125-CCCC", Status.WAITING, far, {}),
            ("1125-DDDD", Status.REOPENED, at(-4 * 86400), {"first": DAY}),
            ("1125-EEEE", Status.CLOSED, None, {"first": DAY, "final": DAY}),
            ("1125-FFFF", Status.INTERIM, late, {"first": DAY}),
            ("1125-GGGG", Status.WAITING, None, {}),
            ("1125-HHHH", Status.ROUTED, far, {"accepted": DAY}),
        ]
        urgent = {"1125-GGGG", "1125-HHHH"}
        for number, (code, status, due, days) in enumerate(given):
            one, line = appeal(code, resident=1000 + number)
            clock = None if due is None else deadline(due)
            counted = Counted(received=DAY - timedelta(days=4), **days)
            full = replace(one, source=number + 1, status=status, deadline=clock, counted=counted, chat=2_000_000_001)
            full = replace(full, urgent=code in urgent)
            await db.run(lambda tx: appeals.keep_appeals(tx, [full], [line]))  # noqa: B023
        wanted = {
            View.ANY: "ABCDEFGH", View.OPEN: "ABCDFGH", View.URGENT: "ABDFG", View.NEW: "ACG", View.UNASSIGNED: "CG",
            View.TODAY: "B", View.OVERDUE: "AF", View.LONG_OVERDUE: "", View.BACK: "D", View.NOT_ACCEPTED: "A",
            View.PROMISED: "F", View.DANGER: "G", View.UNDELIVERED: "", View.OWN_LATE: "D",
        }  # fmt: skip
        for view in View:
            listed = await db.run(lambda tx: search.page(tx, Filter(view=view), TODAY, 0, 10))  # noqa: B023
            assert "".join(sorted(row.code[-1] for row in listed.rows)) == wanted[view], view
        counted = await db.run(lambda tx: search.numbers(tx, Filter(), TODAY, list(View)))
        assert {view: found.total() for view, found in counted.items()} == {one: len(wanted[one]) for one in View}
        first = await db.run(lambda tx: search.page(tx, Filter(view=View.URGENT), TODAY, 0, 3))
        assert [row.code for row in first.rows] == ["1125-GGGG", "1125-DDDD", "1125-AAAA"], "danger stands first"
        assert first.total == 5

    async def test_old_messages_get_their_days(self, db: Database) -> None:
        """From before there were statistics."""
        one, line = appeal("1125-AAAA")
        old = replace(one, first_answer_at=NOW, answered_at=NOW)
        await db.run(lambda tx: appeals.keep_appeals(tx, [old], [line]))
        await rebuild.everything(db, ZONE)  # type: ignore[arg-type]
        total = await db.run(lambda tx: sums.total(tx, Filter(), LATER))
        assert (total["received"], total["first"], total["final"]) == (1, 1, 1)


def deadline(due: datetime) -> Deadline:
    return Deadline(TermClock.FIRST_ANSWER, NOW, due)
