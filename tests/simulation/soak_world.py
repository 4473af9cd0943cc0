"""Who is there on a long day, and when they come: many residents, a chat for each of many agencies, a day's hours.

The shares in arrivals.csv are aggregates of 48,771 messages to a city portal, 2020-10…2021-04: how many of a day come
in which hour. No text is in them.
"""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from benchmarks.rig.stand import BOT, REGION, world_text
from tests.simulation import acts_official, acts_resident
from tests.simulation.chance import Chance
from tests.simulation.plan import Plan, semantics
from tests.yaml_text import yaml_of

ARRIVALS = Path(__file__).with_name("arrivals.csv")
LOCAL = ZoneInfo("Asia/Yekaterinburg")
FIRST_OWNER = 3_001
COORDINATOR = 1010
VISITS_A_DAY = 1.2
"""Times that a resident comes in a day of the test; far more than in life, so that a day brings a year's load."""


def crowded(residents: int, chats: int) -> str:
    """The demo world with so many residents, and so many chats: each of its own agency, the last that of the ЦУР."""
    world: dict[str, Any] = yaml_of(world_text(residents))
    known = world["chats"]
    agencies = yaml_of((REGION / "agencies.yaml").read_text(encoding="utf-8"))["agencies"]
    taken = {one.get("agency") for one in known}
    free = [agency for agency in agencies if agency["code"] not in taken]
    for number, agency in enumerate(free[: chats - len(known)]):
        owner = FIRST_OWNER + number
        world["users"].append({"id": owner, "first_name": "Сотрудник", "last_name": f"Номер{number}"})
        known.insert(-1, {"key": agency["code"], "title": agency["name"], "owner": owner, "agency": agency["code"],
                          "members": [COORDINATOR, BOT], "admins": [BOT]})  # fmt: skip
    world["chats"] = [*known[: chats - 1], known[-1]]
    return str(yaml.safe_dump(world, allow_unicode=True, sort_keys=False))


def shares() -> list[float]:
    """Of each hour of the day, 0…23."""
    with ARRIVALS.open(encoding="utf-8") as file:
        return [float(row["share"]) for row in csv.DictReader(file)]


def visits(chance: random.Random, residents: int, begins: float, hours: float) -> list[tuple[float, int]]:
    """(seconds after the beginning, which resident), in order: the hours of the day decide when how many come."""
    first = datetime.fromtimestamp(begins, UTC).astimezone(LOCAL)
    known, slots = shares(), max(1, round(hours))
    weights = [known[(first.hour + slot) % 24] for slot in range(slots)]
    times = round(residents * VISITS_A_DAY * max(1.0, hours / 24))
    order = list(range(residents))
    chance.shuffle(order)
    found = []
    for number in range(times):
        slot = chance.choices(range(slots), weights)[0]
        found.append(((slot + chance.random()) * hours * 3600 / slots, order[number % residents]))
    return sorted(found)


def plan_of(seed: int, residents: int) -> Plan:
    """Everybody may do everything; forms of files, pauses and terms are production's, but for the shortest retention:
    a day, so that what is kept after it can be weighed."""
    chance = Chance(seed).stream("plan")
    acts = tuple(name for name, (_, weight) in acts_resident.ACTS.items() for _ in range(weight))
    return Plan(
        seed,
        residents=residents,
        resident_acts=acts,
        official_acts=(*acts_official.CALM, *acts_official.CALM, *acts_official.ACTS),
        crashes=10**6,
        settings={"raw_days": 1, "outbox_days": 1, "erasure_minutes": 0},
        switches=semantics(chance),
    )
