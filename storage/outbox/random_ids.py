"""`random_id` by cause (delivery.md §7): the same after every restart and restore, unique over all dialogues (I7).

It must never be 0, made anew for a retry, or taken from a counter.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from storage.db.columns import in_community
from storage.db.schema import used_random_id
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing

_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class RandomIdRequest:
    """A row in need of an id. `salt` is the first k to try; it grows when VK deduplicated a message."""

    peer: int
    cause: str
    salt: int = 0


def candidate(key: bytes, wanted: RandomIdRequest, k: int) -> int:
    """The `k`-th random id of a cause in a dialogue: keyed, the same every time; greater than 0."""
    digest = hmac.digest(key, f"{wanted.peer}|{wanted.cause}|{k}".encode(), hashlib.sha256)
    return 1 + int.from_bytes(digest[:4], "big") % _LARGEST


def _owner(key: bytes, wanted: RandomIdRequest) -> int:
    """A keyed hash, so that what is kept for ever says nothing of a person."""
    digest = hmac.digest(key, f"owner|{wanted.peer}|{wanted.cause}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") >> 1


_USED = select(used_random_id.c.random_id, used_random_id.c.cause_hash).where(
    in_community(used_random_id),
    used_random_id.c.random_id.in_(bindparam("ids", expanding=True)),
)


async def allot(tx: Transaction, wanted: Sequence[RandomIdRequest]) -> dict[RandomIdRequest, tuple[int, int]]:
    """For each request the random id and the `k` that gave it: the first that is free or already belongs to the same
    cause."""
    found: dict[RandomIdRequest, tuple[int, int]] = {}
    open_ = {cause: cause.salt for cause in wanted}
    while open_:
        ids = {cause: candidate(tx.key, cause, k) for cause, k in open_.items()}
        rows = {
            number: {"random_id": number, "cause_hash": _owner(tx.key, cause)}
            for cause, number in sorted(ids.items(), key=lambda pair: pair[1])
        }
        await insert_missing(tx, used_random_id, list(rows.values()))
        used = {row["random_id"]: row["cause_hash"] for row in await tx.rows(_USED, {"ids": list(rows)})}
        for cause, number in ids.items():
            if used[number] == _owner(tx.key, cause):
                found[cause] = number, open_.pop(cause)
            else:
                open_[cause] += 1
    return found
