"""What an erasure spares: all that its resident wrote after the cut, and what was said to them since (R12, R14).

It must never spare a word: before another consent there are numbers and the step of the dialogue only (R7).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from states.dialogue import AskingConsent, Dialogue
from storage.db.columns import in_community
from storage.db.keyring import ATTACHMENTS, BODY, LOST, Field
from storage.db.schema import PENDING, consent, inbox, one_of, outbox, peer
from storage.db.transaction import Transaction
from storage.inbox.watermarks import set_base
from storage.outbox.enqueue import DUE, PARKED, OutboxState
from storage.outbox.forms import first_form
from storage.records import appeals

DROPPED = ("internal",)
"""Events of our own making name appeals; what was written after the cut is none of them."""


@dataclass(frozen=True, slots=True)
class Border:
    """`cut`: all up to this number goes. `since`: when it was asked for. `newer`: something after it waits for the
    resident's consent, or to be read."""

    cut: int
    since: datetime | None = None
    newer: bool = False


_PEER = select(peer.c.low_watermark, peer.c.high_watermark, peer.c.erased).where(
    in_community(peer), peer.c.peer == bindparam("who")
)
_THEIRS = select(func.min(inbox.c.cmid).label("first")).where(
    in_community(inbox),
    inbox.c.peer == bindparam("who"),
    inbox.c.author == bindparam("who"),
    inbox.c.kind == "message",
    inbox.c.cmid > bindparam("cut"),
)
_WAITING = (
    select(inbox.c.id)
    .where(
        in_community(inbox),
        inbox.c.peer == bindparam("who"),
        inbox.c.kind.not_in(DROPPED),
        inbox.c.ord > bindparam("cut") * 2 + 1,
        one_of(inbox.c.state, PENDING),
    )
    .limit(1)
)


async def border_of(tx: Transaction, resident: int, talk: Dialogue | None, cut: int, since: datetime) -> Border:
    """What the bot itself said right after the request goes with it, up to the next word of the resident; and all of
    it, where nothing waits: whoever only asked what is kept is in no row."""
    last = await tx.row(_PEER, {"who": resident})
    if last is None:
        return Border(cut, since)
    low, cut = last["low_watermark"], max(cut, last["erased"])
    asked = talk is not None and not talk.consent and isinstance(talk.step, AskingConsent)
    unread = last["high_watermark"] > max(low, cut)
    newer = asked or unread or await tx.row(_WAITING, {"who": resident, "cut": cut}) is not None
    theirs = await tx.row(_THEIRS, {"who": resident, "cut": cut})
    first = theirs["first"] if newer and theirs is not None else None
    return Border(max(cut, low if first is None else min(low, first - 1)), since, newer)


async def whole(tx: Transaction, resident: int) -> Border:
    """The border of an erasure that spares nothing: the last message of the dialogue."""
    last = await tx.row(_PEER, {"who": resident})
    return Border(max(last["high_watermark"], last["erased"]) if last is not None else 0)


def is_spared(row: Any, resident: int, codes: Sequence[str], border: Border) -> bool:
    """Whether a message to the resident is spared: it stands behind the cut, or was decided later and has not left."""
    if not border.newer or row["peer"] != resident or row["appeal"] in codes:
        return False
    if row["state"] == OutboxState.SENT:
        return row["cmid"] is not None and bool(row["cmid"] > border.cut)
    later = border.since is not None and row["created_at"] > border.since
    return later and OutboxState(row["state"]) in DUE | PARKED


_IN = select(inbox.c.id, inbox.c.kind, inbox.c.ord, inbox.c.content, inbox.c.state).where(
    in_community(inbox), inbox.c.peer == bindparam("who")
)
_EMPTY_IN = update(inbox).where(in_community(inbox), inbox.c.id == bindparam("row")).values(raw="", content=False)
_READ_AGAIN = _EMPTY_IN.where(one_of(inbox.c.state, PENDING)).values(state="wanted", next_at=None)


async def keep_events(tx: Transaction, resident: int, border: Border) -> list[int]:
    """Messages behind the cut stay; their words, where they came under the former consent, wait in VK again. Returns
    the rows that go."""
    gone, words = [], []
    for row in await tx.rows(_IN, {"who": resident}):
        if not border.newer or row["kind"] in DROPPED or row["ord"] <= border.cut * 2 + 1:
            gone.append(row["id"])
        elif row["kind"] == "message" and row["content"]:
            words.append({"row": row["id"]})
    await tx.execute_many(_READ_AGAIN, words)
    await tx.execute_many(_EMPTY_IN, words)
    return gone


_ERASED = update(peer).where(in_community(peer), peer.c.peer == bindparam("who")).values(erased=bindparam("cut"))


async def keep_numbers(tx: Transaction, resident: int, border: Border) -> None:
    """How far the dialogue is known, and up to where nothing of it may come back. The row goes when the erasure list
    knows it too: between the two nothing could be read anew."""
    if await tx.row(_PEER, {"who": resident}) is not None:
        await set_base(tx, resident, border.cut)
        await tx.execute(_ERASED, {"who": resident, "cut": border.cut})


def kept_consents(border: Border) -> Any:
    """The condition of the records of consents that are unnamed: a refusal that came after the cut stands (R8)."""
    return consent.c.cmid <= border.cut if border.newer else consent.c.cmid.is_not(None)


def kept_dialogue(found: Dialogue | None, border: Border) -> Dialogue | None:
    """What was asked since, and which numbers wait for the answer; a draft is of the former consent."""
    stands = found is not None and border.newer and not found.consent and found.draft.empty
    return found if stands else None


_OUT = select(outbox).where(in_community(outbox), outbox.c.id.in_(bindparam("rows", expanding=True)))
_SEAL_OUT = (
    update(outbox)
    .where(in_community(outbox), outbox.c.id == bindparam("row"))
    .values(body=bindparam("new_body"), attachments=bindparam("new_files"), lost=bindparam("new_lost"))
)


async def seal_anew(tx: Transaction, resident: int, found: Dialogue | None, rows: Sequence[Any]) -> None:
    """Seals the spared dialogue and messages with the resident's new key; what has left needs its words no more."""
    if found is not None:
        await appeals.keep_dialogues(tx, [found])
    sealed = []
    opened = await tx.rows(_OUT, {"rows": [row["id"] for row in rows]}) if rows else []
    for row in opened:
        names = {"row": row["id"], "new_body": "", "new_files": None, "new_lost": json.dumps([])}
        if row["state"] != OutboxState.SENT:
            names["new_body"] = await _again(tx, BODY, resident, row) or ""
            names["new_files"] = await _again(tx, ATTACHMENTS, resident, row)
            names["new_lost"] = await _again(tx, LOST, resident, row) or names["new_lost"]
        sealed.append(names)
    await tx.execute_many(_SEAL_OUT, sealed)


async def _again(tx: Transaction, field: Field, resident: int, row: Any) -> str | None:
    """The row's text sealed anew with the resident's next key; empty text as it is."""
    text, name = row[field.column], first_form(row)
    if not text or text == "[]":
        return str(text) if text is not None else None
    (words,) = await tx.keys.unseal(field, [(name, text)])
    (sealed,) = await tx.keys.seal(field, [(resident, name, words or "")])
    return sealed
