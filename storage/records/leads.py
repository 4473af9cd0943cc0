"""Who looks after a message: one colleague of the ЦУР, one of the agency that has it; and until when they put it off.

It must never move a message, nor change what is counted: what is put off stays overdue on every page.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.db.columns import in_community
from storage.db.schema import lead
from storage.db.transaction import Transaction
from storage.db.upsert import upsert

_OF = select(lead).where(in_community(lead), lead.c.code.in_(bindparam("codes", expanding=True)))
_DROP = delete(lead).where(
    in_community(lead), lead.c.scope == bindparam("side"), lead.c.code.in_(bindparam("codes", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Lead:
    """`scope`: an agency or the ЦУР. `by`: who said so; `until`: to when it is put off."""

    code: str
    scope: str
    owner: int
    by: int
    at: datetime
    until: datetime | None = None


async def of(tx: Transaction, codes: Collection[str]) -> dict[str, dict[str, Lead]]:
    """By message and side, who looks after it."""
    found: dict[str, dict[str, Lead]] = {}
    for row in await tx.rows(_OF, {"codes": sorted(set(codes))}) if codes else ():
        known = Lead(row["code"], row["scope"], row["owner"], row["by_id"], row["at"], row["until"])
        found.setdefault(row["code"], {})[row["scope"]] = known
    return found


async def keep(tx: Transaction, leads: Sequence[Lead]) -> None:
    """Stores who looks after messages, in place of who did so on that side before."""
    rows = [
        {
            "code": known.code, "scope": known.scope, "owner": known.owner, "by_id": known.by, "at": known.at,
            "until": known.until,
        }
        for known in leads
    ]  # fmt: skip
    await upsert(tx, lead, rows)


async def drop(tx: Transaction, codes: Collection[str], scope: str) -> None:
    """Deletes who looks after these messages on one side."""
    await tx.execute(_DROP, {"codes": sorted(set(codes)), "side": scope})
