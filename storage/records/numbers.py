"""The number that people see: derived from the resident and the first message, never counted (delivery.md §4).

After a restore a counter would give the number of another resident again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from storage.db.columns import in_community
from storage.db.schema import appeal
from storage.db.transaction import Transaction

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people confuse when they say a number aloud."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a number is made of: whose, the first message, and its local day."""

    resident: int
    source: int
    day: date


_OWNERS = select(appeal.c.code, appeal.c.resident, appeal.c.source).where(
    in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True))
)


def candidate(key: bytes, community: int, origin: Origin, k: int) -> str:
    """The `k`-th number for a message, such as «1201-ABCD»: its day and four keyed letters."""
    said = f"number|{community}|{origin.resident}|{origin.source}|{k}"
    bits = int.from_bytes(hmac.digest(key, said.encode(), hashlib.sha256)[:4], "big")
    letters = "".join(ALPHABET[bits >> shift & 31] for shift in (0, 5, 10, 15))
    return f"{origin.day:%m%d}-{letters}"


async def free_numbers(tx: Transaction, origins: Sequence[Origin]) -> Mapping[Origin, str]:
    """For each origin the first number that is free, or already is that of the same message; different ones differ."""
    found: dict[Origin, str] = {}
    given: dict[str, Origin] = {}
    open_ = dict.fromkeys(origins, 0)
    while open_:
        asked = {origin: candidate(tx.key, tx.community, origin, k) for origin, k in open_.items()}
        rows = await tx.rows(_OWNERS, {"codes": sorted(set(asked.values()))})
        owners = {row["code"]: (row["resident"], row["source"]) for row in rows}
        for origin, code in asked.items():
            mine = (origin.resident, origin.source)
            if owners.get(code, mine) == mine and given.setdefault(code, origin) == origin:
                found[origin] = code
                del open_[origin]
            else:
                open_[origin] += 1
    return found
