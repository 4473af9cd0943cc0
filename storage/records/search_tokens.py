"""The words of messages, for the search: a keyed hash of each stem beside the number. Written with the message itself.

It must never hold a word, and nothing stays of a message that is forgotten (storage/privacy/forgetting.py). What it
tells whoever has the database and not its key: which messages share a word that they cannot read (threats.md).
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from hashlib import sha256

from sqlalchemy import bindparam, delete, select

from screening.words import STOP, stem, tokens
from states.lifecycle.appeal import Appeal
from storage.db.columns import in_community
from storage.db.schema import search_token
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing

PURPOSE = "words of messages"
MOST = 300
"""Words of one message."""
DIGITS = 4
"""A house has so many at most; a longer number may be somebody's own and is not looked for."""

_OF = select(search_token.c.code, search_token.c.token).where(
    in_community(search_token), search_token.c.code.in_(bindparam("codes", expanding=True))
)
_DROP = delete(search_token).where(
    in_community(search_token),
    search_token.c.token == bindparam("gone"),
    search_token.c.code == bindparam("named"),
)


def tokens_of(tx: Transaction, text: str) -> dict[str, int]:
    """The stems that a text is found by, each with its 64 bits: the same for ever in this community."""
    key, of = tx.keys.ring.derive_key(PURPOSE), tx.community
    words = (token for token in tokens(text) if token not in STOP and not (token.isdigit() and len(token) > DIGITS))
    return {
        word_stem: int.from_bytes(hmac.digest(key, f"{of}|{word_stem}".encode(), sha256)[:8], "big", signed=True)
        for word_stem in sorted({stem(word) for word in words})[:MOST]
    }


async def keep(tx: Transaction, changed: Sequence[Appeal], new: Collection[str] = ()) -> None:
    """Stores the words of these messages; only what is another than before is written. `new` had none before."""
    known = sorted(appeal.code for appeal in changed if appeal.code not in new)
    rows = await tx.rows(_OF, {"codes": known}) if known else ()
    before = {(row["code"], row["token"]) for row in rows}
    said = {appeal.code: "\n".join((*(piece.text for piece in appeal.pieces), appeal.address)) for appeal in changed}
    after = {(code, token) for code, text in said.items() for token in tokens_of(tx, text).values()}
    await tx.execute_many(_DROP, [{"named": code, "gone": token} for code, token in sorted(before - after)])
    fresh = [{"code": code, "token": token} for code, token in sorted(after - before)]
    await insert_missing(tx, search_token, fresh)
