"""The directory as it was saved, every version of it. It must never look inside: bot/ reads and checks the text.

A text is kept packed, a fifth as long: a region changes something every day, and copies of the database hold it all.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, insert, select

from states.events import RoutesChanged
from storage.db.columns import in_community
from storage.db.errors import Conflict
from storage.db.schema import directory
from storage.db.transaction import Transaction
from storage.inbox.inbox import enqueue_internal

NOBODY = 0
"""The peer of events that concern the whole community."""

_NEWEST = (
    select(directory.c.text, directory.c.version)
    .where(in_community(directory))
    .order_by(directory.c.version.desc())
    .limit(1)
)
_NUMBER = select(directory.c.version).where(in_community(directory)).order_by(directory.c.version.desc()).limit(1)
_ABOUT = select(directory.c.version, directory.c.saved_at, directory.c.author, directory.c.changes).where(
    in_community(directory)
)
_ONE = bindparam("number", type_=BigInteger)


@dataclass(frozen=True, slots=True)
class Version:
    """One version without its text. `author` is a VK id, 0 for the command line; `changes` are lines for a person."""

    number: int
    saved_at: datetime
    author: int
    changes: tuple[str, ...]


PACKED = "zlib:"
"""Before what is packed. A version that an older program saved stands as it was."""


def pack(text: str) -> str:
    """The text compressed, as it is stored."""
    return PACKED + b64encode(zlib.compress(text.encode())).decode()


def unpack(kept: str) -> str:
    """The text from what is stored, compressed or not."""
    return zlib.decompress(b64decode(kept.removeprefix(PACKED))).decode() if kept.startswith(PACKED) else kept


async def load_text(tx: Transaction) -> tuple[str, int] | None:
    """The newest text and its version, from 1 on."""
    row = await tx.row(_NEWEST)
    return None if row is None else (unpack(row["text"]), row["version"])


async def newest_version(tx: Transaction) -> int:
    """0 where there is none."""
    row = await tx.row(_NUMBER)
    return 0 if row is None else int(row["version"])


async def text_of(tx: Transaction, version: int) -> str | None:
    """The text of this version of the directory; None where there is no such version."""
    query = select(directory.c.text).where(in_community(directory), directory.c.version == _ONE)
    row = await tx.row(query, {"number": version})
    return None if row is None else unpack(row["text"])


async def versions(tx: Transaction, most: int) -> list[Version]:
    """The versions of the directory, the newest first, at most `most`."""
    rows = await tx.rows(_ABOUT.order_by(directory.c.version.desc()).limit(most))
    return [
        Version(row["version"], row["saved_at"], row["author"], tuple(filter(None, row["changes"].split("\n"))))
        for row in rows
    ]


async def save_text(
    tx: Transaction,
    text: str,
    now: datetime,
    *,
    author: int = 0,
    changes: Sequence[str] = (),
    after: int | None = None,
) -> int:
    """A new version; waiting appeals may go now. Returns its number; an equal text changes nothing.

    Raises:
        Conflict: it was made from version `after`, and there is a newer one.
    """
    newest = await load_text(tx)
    if after is not None and after != (newest[1] if newest else 0):
        raise Conflict("the directory was changed meanwhile")
    if newest is not None and newest[0] == text:
        return newest[1]
    version = 1 if newest is None else newest[1] + 1
    said = "\n".join(line.replace("\n", " ") for line in changes)
    row = {"version": version, "text": pack(text), "saved_at": now, "author": author, "changes": said}
    await tx.execute(insert(directory), row)
    await enqueue_internal(tx, [(NOBODY, f"directory|{version}", RoutesChanged(NOBODY, now))], now)
    return version
