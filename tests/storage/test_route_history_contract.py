"""Who answered, by topic, place and month, on both engines: each count is that of its list; what was put aside."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from given import NOW, at

from features.directory_editor import sql
from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from states.lifecycle.counted import Counted
from states.statistics.route_history import MONTH, Proposal, period
from storage.db.database import Database
from storage.db.schema import appeal
from storage.ops import rebuild, search
from storage.records import appeals, routes_aside

DAY = NOW.date()
TODAY = search.Today(NOW, at(8 * 3600), DAY)
WANTED = period(DAY)


def made(many: int = 80) -> list[Appeal]:
    rng, found = random.Random(3), []
    for number in range(many):
        final = DAY - timedelta(days=rng.randrange(120)) if number % 5 else None
        one = Appeal(
            f"1124-R{number:03d}",
            3000 + number,
            1,
            Status.ANSWERED if final else Status.ROUTED,
            1,
            rng.choice(["pits", "pipes", ""]),
            NOW - timedelta(days=130),
            pieces=(Piece(1, "Яма"),),
            place=rng.choice(["miass", None]),
            agency=rng.choice(["roads", "water", None]),
            chosen_by_resident=number % 7 == 0,
            counted=Counted(received=DAY - timedelta(days=130), final=final),
        )
        found.append(one)
    return found


async def keep(db: Database, some: list[Appeal]) -> None:
    lines = [History(one.code, one.version, NOW, one.resident, Action.SUBMIT, None, one.status) for one in some]
    await db.run(lambda tx: appeals.keep_appeals(tx, some, lines))


class TestAnswers:
    async def test_each_count_is_its_list(self, db: Database) -> None:
        some = made()
        await keep(db, some)
        found = await db.run(lambda tx: sql.count_answers(tx, WANTED, TODAY))
        since = WANTED.since
        assert since is not None
        expected: Counter[tuple[str, str, str, int]] = Counter()
        for one in some:
            final = one.counted.final
            if final is not None and final >= since and not one.chosen_by_resident:
                expected[one.topic, one.place or "", one.agency or "", (final - since) // MONTH] += 1
        assert {(one.topic, one.place, one.agency, one.month): one.many for one in found} == expected and expected
        assert {one.month for one in found} == {0, 1, 2}
        for one in found:
            first, last = since + one.month * MONTH, since + (one.month + 1) * MONTH
            assert first <= one.first <= one.last < last
        pits = sum(one.many for one in found if (one.topic, one.place, one.agency) == ("pits", "miass", "roads"))
        listed = replace(WANTED, topics=("pits",), places=("miass",), agencies=("roads",))
        assert await db.run(lambda tx: search.number(tx, listed, TODAY)) == pits > 0

    async def test_who_chose_is_told_of_older_messages_too(self, db: Database) -> None:
        """From before the column there was: `statistics rebuild`."""
        some = made(14)
        await keep(db, some)
        chosen = replace(WANTED, by=search.By.RECEIVED, since=None, until=None, chosen=True)
        assert await db.run(lambda tx: search.number(tx, chosen, TODAY)) == 2
        await db.run(lambda tx: tx.execute(appeal.update().values(chosen=False)))
        assert await db.run(lambda tx: search.number(tx, chosen, TODAY)) == 0
        await rebuild.words(db)
        assert await db.run(lambda tx: search.number(tx, chosen, TODAY)) == 2


class TestAside:
    async def test_one_for_a_topic_and_a_place(self, db: Database) -> None:
        first = Proposal("pits", "miass", "roads", "water", 8, 10)
        await db.run(lambda tx: routes_aside.keep(tx, first, 5, NOW))
        later = replace(first, many=16, whole=18, named="")
        await db.run(lambda tx: routes_aside.keep(tx, later, 6, at(60)))
        other = replace(first, place="zlatoust")
        await db.run(lambda tx: routes_aside.keep(tx, other, 5, NOW))
        found = await db.run(routes_aside.everything)
        assert [(one.proposal, one.by, one.at) for one in found] == [(later, 6, at(60)), (other, 5, NOW)]
        assert await db.run(lambda tx: routes_aside.remove(tx, "pits", "miass"))
        assert not await db.run(lambda tx: routes_aside.remove(tx, "pits", "miass"))
        assert [one.proposal for one in await db.run(routes_aside.everything)] == [other]
