"""A week or a month that is over stays as it was counted at its end, whatever happens to its messages later, also when
somebody is forgotten; only a person counts it anew, and it says what that changed (R52, R14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from given import NOW, appeal

from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.counted import Counted
from states.statistics.filter import Filter
from states.statistics.periods import Span, Stretch, around, exactly
from storage.db.database import Database
from storage.ops import bulk, closing, rebuild, sums
from storage.privacy import forgetting
from storage.records import appeals, closed_periods

MONDAY = date(2026, 11, 16)
WEEK = Stretch(Span.WEEK, MONDAY)
OF_WEEK = Filter(since=MONDAY, until=WEEK.last)
AFTER = WEEK.last + timedelta(days=1)


async def lived(db: Database, many: int = 6) -> list[Appeal]:
    """Of so many messages of one week the first three are answered in time, of the others the term is over."""
    kept = []
    for number in range(many):
        one, line = appeal(f"1116-{number:04d}", resident=1000 + number)
        day = MONDAY + timedelta(days=number % 3)
        done = Counted(day, first=day, final=day, first_minutes=30, final_minutes=60) if number < 3 else Counted(day)
        status = Status.ANSWERED if number < 3 else Status.IN_WORK
        kept.append(replace(one, status=status, place="miass", agency="roads", counted=replace(done, term=WEEK.last)))
        await db.run(lambda tx: appeals.keep_appeals(tx, [kept[-1]], [line]))  # noqa: B023
    return kept


async def changed(db: Database, one: Appeal, **more: Any) -> None:
    after = replace(one, version=one.version + 1, **more)
    await db.run(lambda tx: appeals.keep_appeals(tx, [after], []))


async def told(
    db: Database, wanted: Filter = OF_WEEK, by: tuple[str, ...] = ("day", "agency", "place", "topic")
) -> Any:
    return await db.run(lambda tx: sums.sums_by(tx, wanted, by, AFTER + timedelta(days=60)))


async def go_on(db: Database, kept: list[Appeal]) -> None:
    """Nine days later: late answers, one that came back, one that others have now, one that is forgotten."""
    later = AFTER + timedelta(days=9)
    answered = replace(kept[3].counted, first=later, final=later, late=True)
    await changed(db, kept[3], status=Status.ANSWERED, counted=answered)
    await changed(db, kept[0], status=Status.REOPENED, counted=Counted(kept[0].counted.received, reopened=later))
    await changed(db, kept[4], agency="water")
    await db.run(lambda tx: forgetting.erase(tx, 1005, NOW, force=True))


class TestClosing:
    async def test_what_is_closed_stays_whatever_comes_later(self, db: Database) -> None:
        kept = await lived(db)
        at_end = await told(db)
        assert sum(one["due"] for one in at_end.values()) == 6 and sum(one["kept"] for one in at_end.values()) == 3
        await db.run(lambda tx: closing.close(tx, WEEK, NOW))
        assert await told(db) == at_end
        await go_on(db, kept)
        assert await told(db) == at_end
        narrow = replace(OF_WEEK, agencies=("roads",))
        assert await told(db, narrow) == at_end, "also of one group"
        assert await told(db, replace(OF_WEEK, agencies=("water",))) == {}
        alive = await told(db, replace(OF_WEEK, until=AFTER))
        assert sum(one["kept"] for one in alive.values()) == 2, "other days are as they are now"

    async def test_who_is_first_closes_it_and_nobody_after(self, db: Database) -> None:
        kept = await lived(db)
        await db.run(lambda tx: closing.close(tx, WEEK, NOW, "сказано тогда"))
        at_end = await told(db)
        await go_on(db, kept)
        await db.run(lambda tx: closing.close(tx, WEEK, NOW + timedelta(days=9), "позже"))
        found = await db.run(lambda tx: closed_periods.find(tx, WEEK))
        assert found == closed_periods.Closed(WEEK, NOW, beside="сказано тогда")
        assert await told(db) == at_end

    async def test_counted_anew_it_says_what_changed_and_who_did_it(self, db: Database) -> None:
        kept = await lived(db)
        assert await db.run(lambda tx: closing.count_anew(tx, WEEK, NOW, 77)) is None, "it is not closed"
        await db.run(lambda tx: closing.close(tx, WEEK, NOW, "сказано тогда"))
        await go_on(db, kept)
        later = NOW + timedelta(days=9)
        anew = await db.run(lambda tx: closing.count_anew(tx, WEEK, later, 77))
        assert anew is not None and (anew.by, anew.at, anew.beside) == (77, later, "сказано тогда")
        assert anew.changed["kept"] == (3, 2) and anew.changed["final"] == (3, 2) and "received" not in anew.changed
        assert await db.run(lambda tx: closed_periods.find(tx, WEEK)) == anew
        now = await told(db)
        assert sum(one["kept"] for one in now.values()) == 2 and sum(one["received"] for one in now.values()) == 6

    async def test_a_recount_of_the_days_leaves_it(self, db: Database) -> None:
        """`statistics rebuild` makes what is alive anew, not what is printed."""
        kept = await lived(db)
        await db.run(lambda tx: closing.close(tx, WEEK, NOW))
        at_end = await told(db)
        await go_on(db, kept)
        await rebuild.everything(db, NOW.tzinfo)  # type: ignore[arg-type]
        assert await told(db) == at_end

    async def test_all_that_is_over_is_due_the_oldest_first(self, db: Database) -> None:
        assert await db.run(lambda tx: closing.due(tx, AFTER)) == [], "nothing is counted yet"
        await lived(db)
        assert await db.run(lambda tx: closing.due(tx, WEEK.last)) == []
        assert await db.run(lambda tx: closing.due(tx, AFTER)) == [WEEK]
        later = date(2026, 12, 1)
        weeks = [WEEK, around(Span.WEEK, AFTER)]
        assert await db.run(lambda tx: closing.due(tx, later)) == [*weeks, around(Span.MONTH, MONDAY)]
        await db.run(lambda tx: closing.close(tx, WEEK, NOW))
        assert await db.run(lambda tx: closing.due(tx, later)) == [weeks[1], around(Span.MONTH, MONDAY)]

    async def test_what_is_put_in_in_bulk_was_before_it(self, db: Database) -> None:
        await lived(db)
        await db.run(lambda tx: closing.close(tx, WEEK, NOW))
        one, line = appeal("1117-AAAA", resident=1999, counted=Counted(MONDAY))
        await db.run(lambda tx: bulk.keep(tx, [(one, [line])]))
        assert await db.run(lambda tx: closing.due(tx, AFTER)) == [WEEK]
        assert sum(found["received"] for found in (await told(db)).values()) == 7


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (MONDAY, WEEK.last, WEEK),
        (date(2026, 11, 1), date(2026, 11, 30), Stretch(Span.MONTH, date(2026, 11, 1))),
        (MONDAY, AFTER, None),
        (date(2026, 11, 1), date(2026, 11, 29), None),
        (date(2026, 11, 17), date(2026, 11, 23), None),
        (None, WEEK.last, None),
        (MONDAY, None, None),
    ],
)
def test_of_which_days_there_is_a_copy(first: date | None, last: date | None, found: Stretch | None) -> None:
    assert exactly(first, last) == found
