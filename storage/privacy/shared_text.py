"""Words of a resident that were told under the number of another appeal, because their appeal joined an incident
(R32).

They stand in a row of the leading appeal. Erasure and export must find them there, and must never take words of
others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from states.cause import JOINED, parse
from states.lifecycle.appeal import Action
from storage.db.columns import in_community
from storage.db.keyring import REASON
from storage.db.schema import appeal, history, outbox
from storage.db.transaction import Transaction

_INCIDENTS = select(appeal.c.incident).where(
    in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True))
)
_MERGES = select(history.c.code, history.c.version, history.c.reason).where(
    in_community(history),
    history.c.code.in_(bindparam("codes", expanding=True)),
    history.c.action == Action.MERGE.value,
)


def joined_appeal(cause: str) -> str | None:
    """The number of the appeal whose words this message tells under another's; None for any other message."""
    found = parse(cause)
    return found.origin.partition(".")[0] if found.kind == JOINED else None


async def told_elsewhere(tx: Transaction, resident: int, codes: Iterable[str], columns: Sequence[Any]) -> list[Any]:
    """Rows of the outbox that tell of these appeals of a resident under the numbers of others."""
    codes = sorted(set(codes))
    if not codes:
        return []
    params = {"codes": codes}
    leads = {row["incident"] for row in await tx.rows(_INCIDENTS, params)}
    merges = await tx.rows(_MERGES, params)
    named = [(f"{row['code']}|{row['version']}", row["reason"]) for row in merges]
    leads |= {reason for reason in await tx.keys.unseal(REASON, named) if reason}
    leads -= {"", *codes}
    if not leads:
        return []
    query = select(*columns).where(in_community(outbox), outbox.c.appeal.in_(sorted(leads)))
    return [row for row in await tx.rows(query) if parse(row["cause"]).tells_of(resident, codes)]
