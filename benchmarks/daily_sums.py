"""Whether the daily sums are right: random messages live, are merged, opened again, erased, a copy is put back; then
everything is counted again in plain Python from the rows. A difference ends it with 1.

It must never count with the code that it checks: only `recount` below does.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # and not this folder: this file has the name of a module of the standard library

import argparse  # noqa: E402
import asyncio  # noqa: E402
import random  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from bisect import bisect_right  # noqa: E402
from collections import Counter, defaultdict  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from dataclasses import dataclass, replace  # noqa: E402
from datetime import UTC, date, datetime, timedelta  # noqa: E402
from typing import Any  # noqa: E402
from zoneinfo import ZoneInfo  # noqa: E402

from states.lifecycle.appeal import OPEN, Action, Appeal, History, Status, is_allowed  # noqa: E402
from states.lifecycle.counted import Counted  # noqa: E402
from states.lifecycle.life import Clocks, step  # noqa: E402
from states.statistics.durations import EDGES, bounds, quantile  # noqa: E402
from states.statistics.filter import NONE, By, Filter  # noqa: E402
from states.worktime.calendar import WEEKENDS  # noqa: E402
from states.worktime.deadlines import Terms  # noqa: E402
from states.worktime.schedule import Office, Schedule  # noqa: E402
from storage.db.database import Database  # noqa: E402
from storage.db.master import Master  # noqa: E402
from storage.db.migrations import migrate  # noqa: E402
from storage.db.schema import COUNTS, daily, daily_time  # noqa: E402
from storage.db.transaction import Transaction  # noqa: E402
from storage.ops import rebuild, search, sums  # noqa: E402
from storage.ops.copies import backup, restore  # noqa: E402
from storage.privacy import forgetting  # noqa: E402
from storage.records import appeals  # noqa: E402
from storage.records.daily import ROWS  # noqa: E402

COMMUNITY, MASTER, ZONE = 101, Master(bytes(range(32))), ZoneInfo("Asia/Yekaterinburg")
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SPAN = timedelta(days=60)
OFFICE = Office(Schedule(), WEEKENDS, ZONE)
CLOCKS = Clocks(OFFICE, Terms(), OFFICE, Terms())
TOPICS, PLACES = ("pits", "snow", "heat", "dogs", "bus", ""), ("miass", "kopeysk", "satka", "zlatoust", None)
AGENCIES, DOORS = ("roads", "water", "town", "health", "school", None), ("", "", "", "school-5")
BATCH = 400
WRITTEN_TO = 4
"""Messages of one resident."""
SHARES = (0.5, 0.9)
FILTERS = 200


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: what it is of, how many figures were compared, how many differ."""

    name: str
    compared: int
    differ: int

    def line(self) -> str:
        """What was compared, how many figures, and how many differ."""
        said = "equal" if not self.differ else f"{self.differ} DIFFER"
        return f"{self.name:52} {self.compared:>9} figures  {said}"


# --- random lives ---------------------------------------------------------------


def code_of(number: int) -> str:
    return f"N{number:07d}"


def born(rng: random.Random, number: int) -> tuple[Appeal, list[History]]:
    """A made-up message as it is when it was sent, with its history; chance comes from `rng` only."""
    at = NOW - SPAN * rng.random()
    one = Appeal(
        code=code_of(number),
        resident=1000 + number // WRITTEN_TO,
        source=number + 1,
        status=Status.WAITING,
        version=1,
        topic=rng.choice(TOPICS),
        created_at=at,
        place=rng.choice(PLACES),
        agency=rng.choice(AGENCIES),
        urgent=rng.random() < 0.1,
        door=rng.choice(DOORS),
        counted=Counted(received=OFFICE.day(at)),
    )
    return one, [History(one.code, 1, at, one.resident, Action.SUBMIT, None, Status.WAITING)]


def moved(rng: random.Random, one: Appeal, last: datetime, messages: int) -> tuple[Appeal, list[History], datetime]:
    """Some legal moves in a row; now and then what it is about is corrected too."""
    lines: list[History] = []
    for _ in range(rng.randint(1, 4)):
        actions = [action for action in Action if is_allowed(one.status, action)]
        if not actions:
            break
        last += timedelta(hours=40) * rng.random() ** 3
        one, line = carried_out(rng, one, rng.choice(actions), last, messages)
        lines.append(line)
    if not lines or rng.random() < 0.1:
        one = replace(one, topic=rng.choice(TOPICS), urgent=rng.random() < 0.1, version=one.version + 1)
    return one, lines, last


def carried_out(rng: random.Random, one: Appeal, action: Action, at: datetime, messages: int) -> tuple[Appeal, History]:
    """The message after this action of an official or its author, at this time."""
    match action:
        case Action.ROUTE | Action.PASS:
            one = replace(one, agency=rng.choice(AGENCIES))
        case Action.NOT_OURS:
            one = replace(one, agency=None)
        case Action.RATE:
            one = replace(one, rating=rng.randint(1, 5))
        case Action.MERGE:
            one = replace(one, incident=code_of(rng.randrange(messages)))
        case Action.REPEAT:
            one = replace(one, repeat_of=code_of(rng.randrange(messages)))
    done = step(one, action, CLOCKS, at, 7)
    assert isinstance(done, tuple), "only what is allowed is tried"
    return done


class Lives:
    """All messages as they should stand now, and the batches in which they change."""

    def __init__(self, rng: random.Random, messages: int) -> None:
        self.rng, self.messages = rng, messages

    async def begin(self, db: Database) -> None:
        """Each is born and lives on in further transactions."""
        for start in range(0, self.messages, BATCH):
            made = [born(self.rng, number) for number in range(start, min(start + BATCH, self.messages))]
            await keep(db, made)
            await self.live(db, [one for one, _ in made])

    async def live(self, db: Database, some: Sequence[Appeal]) -> None:
        """Takes each of these messages some random steps further, in one transaction."""
        last = {one.code: one.answered_at or one.created_at for one in some}
        changed = [moved(self.rng, one, last[one.code], self.messages) for one in some]
        await keep(db, [(one, lines) for one, lines, _ in changed])

    async def go_on(self, db: Database, share: float) -> None:
        """Some of them as the database has them, whatever it is now."""
        for _ in range(0, int(self.messages * share), BATCH):
            drawn = {code_of(self.rng.randrange(self.messages)) for _ in range(BATCH)}
            found = await db.run(lambda tx: appeals.by_code(tx, drawn))  # noqa: B023
            await self.live(db, sorted(found.values(), key=lambda one: one.code))

    async def erase(self, db: Database, number: int) -> int:
        """Erases so many random residents; how many had anything to erase."""
        done = 0
        for _ in range(number):
            resident = 1000 + self.rng.randrange(self.messages // WRITTEN_TO)
            done += await db.run(lambda tx: forgetting.erase(tx, resident, NOW, force=True)) is not None  # noqa: B023
        return done


async def keep(db: Database, some: Sequence[tuple[Appeal, list[History]]]) -> None:
    """Stores the messages and their histories, in one transaction."""
    lines = [line for _, said in some for line in said]
    await db.run(lambda tx: appeals.keep_appeals(tx, [one for one, _ in some], lines))


# --- the recount ----------------------------------------------------------------

DAYS = ("received", "accepted", "first", "final", "returned", "reopened", "term")
Rows = Sequence[Any]


COUNT_OF = {"term": "due"}
"""Where a count is not called as the day on which it stands."""
FAR = NOW.date() + timedelta(days=400)
"""When all terms are over."""


def group(row: Any) -> tuple[str, str, str, str]:
    """By which groups the sums are kept: agency, municipality, topic, link; "" for none."""
    return row["agency"] or "", row["place"] or "", row["topic"] or "", row["door"]


def recount(rows: Rows) -> tuple[Counter[tuple[Any, ...]], Counter[tuple[Any, ...]]]:
    """Counts by day and group, and answers by the bin of their minutes: nothing but what stands in the rows."""
    counts, times = Counter[tuple[Any, ...]](), Counter[tuple[Any, ...]]()
    for row in rows:
        of = group(row)
        for name in DAYS:
            if row[name] is not None:
                counts[row[name], *of, COUNT_OF.get(name, name)] += 1
        counts[row["received"], *of, "open"] += row["status"] in OPEN
        if row["term"] is not None and row["final"] is not None:
            counts[row["term"], *of, "late" if row["late"] else "kept"] += 1
        counts[row["received"], *of, "urgent"] += bool(row["urgent"])
        counts[row["received"], *of, "repeats"] += bool(row["repeat_of"])
        if row["rated"] is not None and row["rating"]:
            counts[row["rated"], *of, f"rated_{row['rating']}"] += 1
        if row["ended"] is not None and row["outcome"]:
            counts[row["ended"], *of, row["outcome"]] += 1
        for kind in ("first", "final"):
            if row[kind] is not None:
                counts[row[kind], *of, f"{kind}_minutes"] += row[f"{kind}_minutes"]
                times[row[kind], *of, kind, bisect_right(EDGES, row[f"{kind}_minutes"]) - 1] += 1
    return +counts, +times


def differing(first: Counter[Any], second: Counter[Any]) -> int:
    """For how many keys the two count differently."""
    return sum(first[key] != second[key] for key in first.keys() | second.keys())


async def tables(db: Database) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All rows of both tables of sums, sorted, to be compared."""

    async def body(tx: Transaction) -> list[list[dict[str, Any]]]:
        return [sorted((dict(row) for row in await tx.rows(one.select())), key=str) for one in (daily, daily_time)]

    first, second = await db.run(body)
    return first, second


CELL = ("day", "agency", "place", "topic", "door")


async def checks(db: Database, rng: random.Random) -> list[Check]:
    """Every comparison: sums against the rows, medians, random filters, and all of it after a rebuild."""
    rows = [dict(row) for row in await db.run(lambda tx: tx.rows(ROWS))]
    before = await tables(db)
    counts, times = recount(rows)
    kept = Counter({(*(row[key] for key in CELL), name): row[name] for row in before[0] for name in COUNTS})
    kept_times = Counter({(*(row[key] for key in (*CELL, "kind", "bin")),): row["number"] for row in before[1]})
    found = [
        Check("counts of each day and group", len(counts), differing(counts, +kept)),
        Check("answers by day, group and bin of minutes", len(times), differing(times, +kept_times)),
        await quantiles(db, rows),
        *await filtered(db, rows, rng),
    ]
    begun = time.perf_counter()
    days = await rebuild.everything(db, ZONE)
    after = await tables(db)
    name = f"rebuilt ({days} days, {time.perf_counter() - begun:.0f} s): rows that were not as before"
    changed = sum(len({str(one) for one in a} ^ {str(one) for one in b}) for a, b in zip(before, after, strict=True))
    return [*found, Check(name, len(after[0]) + len(after[1]), changed)]


async def quantiles(db: Database, rows: Rows) -> Check:
    """Of each agency, of first and final answers: the true one lies inside the bin that is named."""
    minutes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        for kind in ("first", "final"):
            if row[kind] is not None:
                minutes[row["agency"] or "", kind].append(row[f"{kind}_minutes"])
    grouped = await db.run(lambda tx: sums.sums_by(tx, Filter(), ["agency"], NOW.date()))
    wrong = 0
    for (agency, kind), all_of in minutes.items():
        all_of.sort()
        for share in SHARES:
            true = all_of[-(-int(len(all_of) * share * 1000) // 1000) - 1]
            number = quantile(grouped[agency,].times[kind], share)
            low, high = bounds(number) if number is not None else (0, 0)
            wrong += not (low <= true and (high is None or true < high))
    return Check("quantiles (median, 90 %) inside their bin", len(minutes) * len(SHARES), wrong)


async def filtered(db: Database, rows: Rows, rng: random.Random) -> list[Check]:
    """Random filters: what the sums say, what the list has, and what the rows say are one number."""
    today = search.Today(NOW, NOW, NOW.date())
    of_sums = of_list = of_groups = 0
    for _ in range(FILTERS):
        by, wanted = By(rng.choice(DAYS)), some_filter(rng)
        true = sum(fits(row, wanted, by.value) for row in rows)
        total = await db.run(lambda tx: sums.total(tx, wanted, FAR))  # noqa: B023
        parts = await db.run(lambda tx: sums.sums_by(tx, wanted, ["place", "topic"], FAR, times=()))  # noqa: B023
        listed = await db.run(lambda tx: search.number(tx, replace(wanted, by=by), today))  # noqa: B023
        of_sums += total[COUNT_OF.get(by, by.value)] != true
        of_list += listed != true
        of_groups += sum(part[COUNT_OF.get(by, by.value)] for part in parts.values()) != true
    return [
        Check("random filters: total", FILTERS, of_sums),
        Check("random filters: number of the list", FILTERS, of_list),
        Check("random filters: sum of groups", FILTERS, of_groups),
    ]


def some_filter(rng: random.Random) -> Filter:
    """A random filter of up to three topics, places and agencies over 1 to 39 days."""

    def some(names: Sequence[str | None]) -> tuple[str, ...]:
        return tuple(name or NONE for name in rng.sample(names, rng.randrange(4))) if rng.random() < 0.6 else ()

    first = (NOW - SPAN * rng.random()).date()
    until = first + timedelta(days=rng.randrange(1, 40))
    return Filter(topics=some(TOPICS), places=some(PLACES), agencies=some(AGENCIES), since=first, until=until)


def fits(row: Any, wanted: Filter, name: str) -> bool:
    """Whether the row belongs to the filter by this day of it, counted without the code that is checked."""
    day: date | None = row[name]
    first, last = wanted.since or date.min, wanted.until or date.max
    if day is None or not first <= day <= last:
        return False
    of = (("topic", wanted.topics), ("place", wanted.places), ("agency", wanted.agencies))
    return all(not codes or (row[column] or NONE) in codes for column, codes in of)


# --- all of it ------------------------------------------------------------------


async def run(messages: int, seed: int, folder: Path) -> list[Check]:
    """A database in this folder; what is told on the way is printed."""
    url, rng = f"sqlite+aiosqlite:///{folder / 'bot.db'}", random.Random(seed)
    await migrate(url, master=MASTER)
    db = await Database.open(url, master=MASTER, community=COMMUNITY)
    lives, places = Lives(rng, messages), backup.Places(folder / "bot.db", folder / "copies", folder / "keys")
    begun = time.perf_counter()
    await lives.begin(db)
    print(f"lived: {messages} messages, {time.perf_counter() - begun:.0f} s")
    made = await backup.make(db, places, NOW)
    await lives.go_on(db, 0.05)
    erased = await lives.erase(db, max(2, messages // 2000))
    await db.close()
    await restore.put_back(made.path, None, places.database, MASTER, NOW)
    db = await Database.open(url, master=MASTER, community=COMMUNITY)
    again = await forgetting.reapply(db, NOW)
    print(f"a copy put back; erased after it {erased}, erased anew {again}")
    await lives.go_on(db, 0.05)
    erased = await lives.erase(db, max(2, messages // 2000))
    print(f"lived on; erased {erased}, {time.perf_counter() - begun:.0f} s")
    try:
        print_shape(await db.run(lambda tx: tx.rows(ROWS)))
        return await checks(db, rng)
    finally:
        await db.close()


def print_shape(rows: Rows) -> None:
    """So that nobody believes in a check of nothing."""
    reopened, repeats = sum(row["reopened"] is not None for row in rows), sum(bool(row["repeat_of"]) for row in rows)
    ended = sum(row["ended"] is not None for row in rows)
    print(f"rows {len(rows)}: ended {ended}, opened again {reopened}, repeats {repeats}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"--messages {options.messages} --seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="priemnaya-statistics-") as folder:
        found = asyncio.run(run(options.messages, options.seed, Path(folder)))
    for one in found:
        print(one.line())
    sys.exit(1 if any(one.differ or not one.compared for one in found) else 0)


if __name__ == "__main__":
    main()
