"""Keys of applications that send messages for a resident. Only a digest is stored; the name is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from storage.db.columns import in_community
from storage.db.keyring import API_KEY_NAME, COMMUNITY_KEY
from storage.db.schema import api_key
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing, storable

SHOWN = 8
"""Letters of a digest by which an administrator names a key."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`user` is the VK account in whose name the application speaks."""

    digest: str
    user: int
    name: str
    given_at: datetime

    @property
    def code(self) -> str:
        """The first letters of the digest, by which people name the key."""
        return self.digest[:SHOWN]


async def give(tx: Transaction, key: ApiKey) -> None:
    """Stores a key's digest and its sealed name."""
    (name,) = await tx.keys.seal(API_KEY_NAME, [(COMMUNITY_KEY, key.digest, storable(key.name))])
    row = {"digest": key.digest, "user_id": key.user, "name": name, "given_at": key.given_at}
    await insert_missing(tx, api_key, [row])


_ALL = select(api_key).where(in_community(api_key))
_ONE = _ALL.where(api_key.c.digest == bindparam("of"))


async def key_of_digest(tx: Transaction, digest: str) -> ApiKey | None:
    """The key with this digest; None where there is none."""
    found = await _open(tx, await tx.rows(_ONE, {"of": digest}))
    return found[0] if found else None


async def all_keys(tx: Transaction) -> list[ApiKey]:
    """All of them, oldest first."""
    return await _open(tx, await tx.rows(_ALL.order_by(api_key.c.given_at, api_key.c.digest)))


async def _open(tx: Transaction, rows: Sequence[Any]) -> list[ApiKey]:
    """The keys from their rows, their names opened."""
    names = await tx.keys.unseal(API_KEY_NAME, [(row["digest"], row["name"]) for row in rows])
    return [
        ApiKey(row["digest"], row["user_id"], name or "", row["given_at"])
        for row, name in zip(rows, names, strict=True)
    ]


async def revoke(tx: Transaction, digest: str) -> None:
    """Deletes the key; it is refused from now on."""
    gone = delete(api_key).where(in_community(api_key), api_key.c.digest == bindparam("of"))
    await tx.execute(gone, {"of": digest})
