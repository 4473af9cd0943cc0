"""Names of those who answer in the made-up year, so that a history says who did what. It must never let anybody in:
they stand in no chat, and as gone.
"""

from __future__ import annotations

from features.demo.given import COORDINATOR, YearInputs
from states.people.officials import Official, Standing
from storage.db.database import Database
from storage.records import officials

NOWHERE = 0
"""No chat has this number."""
FIRST = (
    "Анна", "Ольга", "Ирина", "Елена", "Мария", "Наталья", "Татьяна", "Светлана", "Юлия", "Пётр", "Иван", "Сергей",
    "Андрей", "Олег", "Павел", "Дмитрий",
)  # fmt: skip
LAST = "БВГДЗКЛМНПРСТФ"
EACH = 6
"""People of an agency whom the year knows."""


async def name_officials(db: Database, given: YearInputs) -> str:
    """The same seed gives the same names."""
    users = [
        COORDINATOR,
        *(given.official(agency.code, which) for agency in given.directory.agencies for which in range(EACH)),
    ]
    people = [Official(NOWHERE, user, Standing.GONE, given.now, name=name_of(given, user)) for user in users]
    await db.run(lambda tx: officials.keep(tx, people))
    return ""


def name_of(given: YearInputs, user: int) -> str:
    """The made-up name of this official, the same for the same seed."""
    chance = given.chance("official", user)
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}."
