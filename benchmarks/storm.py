"""A storm night on paper: twenty times the mean for three hours, against what a turn costs as it was measured.

Nothing of the bot runs here: a queue in front of one processor and one in front of VK's limit, with drawn arrivals.
"""

from __future__ import annotations

import argparse
import csv
import heapq
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rig.stand import machine  # noqa: E402
from benchmarks.rig.tables import Table, write  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "scale.md"
ARRIVALS = ROOT / "tests" / "simulation" / "arrivals.csv"
COMMAND = "python benchmarks/storm.py"
DAY, HOUR = 86_400.0, 3600.0
STORM = (20, 23)
"""Hours of the evening."""
TIMES = 20
MESSAGES = 900
"""A day of one region at its busiest."""
TURNS = 3
CALLS = 5 / 3
"""Of VK for a turn: four messages to the resident and a card for three of them (speed.md)."""
THINK = (10.0, 60.0)
REGIONS = (1, 10, 30, 60, 89)


@dataclass(frozen=True)
class Costs:
    """`turn`: processor seconds of a turn that comes alone; `calls`: of VK a second, for each community."""

    turn: float
    calls: float


@dataclass(frozen=True)
class Night:
    """What the storm's hours were like. Waits are seconds from a resident's words to the bot's."""

    arrivals: int
    busy: float
    waits: Sequence[float]
    backlog: int

    def cells(self, regions: int) -> list[str]:
        """The row for so many regions: pace, processor, waits, longest queue."""
        p50, p95 = (at(self.waits, part) for part in (0.5, 0.95))
        hours = STORM[1] - STORM[0]
        rate = f"{self.arrivals / hours / HOUR:.2f}"
        return [f"{regions}", rate, f"{100 * self.busy:.0f}", f"{p50:.2f} / {p95:.2f}", f"{self.backlog}"]


def at(values: Sequence[float], part: float) -> float:
    """The value below which this part of the values lies; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def shares() -> list[float]:
    """By hour of the day, its share of the messages, as measured."""
    with ARRIVALS.open(encoding="utf-8") as file:
        return [float(row["share"]) for row in csv.DictReader(file)]


def begun(regions: int, chance: random.Random) -> Iterator[float]:
    """When the messages of a day come, in seconds: by the hour's share, in the storm by twenty times the mean."""
    mean = MESSAGES * regions / 24
    for hour, share in enumerate(shares()):
        wanted = TIMES * mean if STORM[0] <= hour < STORM[1] else share * MESSAGES * regions
        now = hour * HOUR
        while wanted and (now := now + chance.expovariate(wanted / HOUR)) < (hour + 1) * HOUR:
            yield now


def turns(regions: int, chance: random.Random) -> list[tuple[float, int]]:
    """(moment, community) of each turn."""
    found = []
    for moment in begun(regions, chance):
        of = chance.randrange(regions)
        for _ in range(TURNS):
            found.append((moment, of))
            moment += chance.uniform(*THINK)
    return sorted(found)


def night(regions: int, costs: Costs, seed: int) -> Night:
    """First come, first served: one processor for all, then each community's own limit."""
    free, sent, work, backlog = 0.0, [0.0] * regions, 0.0, 0
    waits: list[float] = []
    ends: list[float] = []
    arrivals = 0
    for moment, of in turns(regions, random.Random(seed)):
        free = max(free, moment) + costs.turn
        sent[of] = max(sent[of], free) + CALLS / costs.calls
        if not STORM[0] * HOUR <= moment < STORM[1] * HOUR:
            continue
        arrivals += 1
        work += costs.turn
        waits.append(sent[of] - moment)
        while ends and ends[0] <= moment:
            heapq.heappop(ends)
        heapq.heappush(ends, sent[of])
        backlog = max(backlog, len(ends))
    hours = (STORM[1] - STORM[0]) * HOUR
    return Night(arrivals // TURNS, work / hours, waits, backlog)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turn-ms", type=float, default=15.5, help="processor time of a turn (communities.py)")
    parser.add_argument("--requests", type=float, default=19.0, help="of VK a second, 25 calls in each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put the table into docs/explanation/scale.md")
    asked = parser.parse_args()
    costs = Costs(asked.turn_ms / 1000, asked.requests * 25)
    heads = ("regions", "messages/s in the storm", "processor busy, %", "answer p50 / p95, s", "waiting at most")
    rows = [night(regions, costs, asked.seed).cells(regions) for regions in REGIONS]
    command = f"{COMMAND} --turn-ms {asked.turn_ms:g} --requests {asked.requests:g} --seed {asked.seed}"
    table = Table("storm", command, machine(), heads, rows)
    print(table.text())
    if asked.write:
        write([table], PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
