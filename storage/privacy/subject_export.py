"""The data subject export: all that is kept of one resident, opened, as plain values (R12).

It must never be called for anybody but that resident or an administrator; every caller writes an audit line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Select, bindparam, select

from states.effects import AnswerButton
from states.lifecycle.appeal import Appeal
from storage.db.codec import decode
from storage.db.columns import in_community
from storage.db.keyring import APPEAL, REASON
from storage.db.schema import appeal, consent, history, inbox, outbox
from storage.db.transaction import Transaction
from storage.outbox.enqueue import State
from storage.outbox.sealed_rows import open_rows
from storage.privacy import audit, erasures
from storage.privacy.shared_text import joined
from storage.records.appeals import dialogues

Json = dict[str, Any]

TOLD = (
    "code", "status", "created_at", "topic", "place", "address", "agency", "urgent", "answers", "first_answer_at",
    "answered_at", "rating", "reopened", "postponed", "repeat_of",
)  # fmt: skip
"""Of an appeal what is told as it stands. Words of officials that have not been sent are not the resident's."""

SHOWN = ("card", "addition")
"""Of what chats were told, that which shows the resident's words; the rest is talk of officials among themselves."""

# Those with ids in no order: asked for one, SQLite would read the whole table in it rather than sort one resident's.
_CONSENTS = select(consent.c.id, consent.c.given, consent.c.text_hash, consent.c.at, consent.c.cmid).where(
    in_community(consent), consent.c.resident == bindparam("who")
)
_APPEALS = (
    select(appeal)
    .where(in_community(appeal), appeal.c.resident == bindparam("who"))
    .order_by(appeal.c.created_at, appeal.c.code)
)
_HISTORY = (
    select(history)
    .where(in_community(history), history.c.code.in_(bindparam("codes", expanding=True)))
    .order_by(history.c.code, history.c.version)
)
_SENT = select(outbox).where(in_community(outbox), outbox.c.state != State.CANCELLED)
_TO = _SENT.where(outbox.c.peer == bindparam("who"))
_ABOUT = _SENT.where(outbox.c.appeal.in_(bindparam("codes", expanding=True)), outbox.c.peer != bindparam("who"))
_EVENTS = select(inbox.c.id, inbox.c.kind, inbox.c.state, inbox.c.received_at, inbox.c.content).where(
    in_community(inbox), inbox.c.peer == bindparam("who")
)


async def everything_about(tx: Transaction, resident: int) -> Json:
    """Plain values that JSON can hold; times in UTC by ISO 8601."""
    of = {"who": resident}
    rows = await tx.rows(_APPEALS, of)
    codes = [row["code"] for row in rows]
    seen = await audit.about(tx, [*codes, str(resident)])
    subject = tx.keys.pseudonym(resident)
    asked = [one for one in await erasures.everything(tx) if one.subject == subject]
    return {
        "resident": resident,
        "consents": await _in_order(tx, _CONSENTS, of),
        **await _dialogue(tx, resident),
        "appeals": await _appeals(tx, rows),
        "history": await _history(tx, codes),
        "messages": await _messages(tx, resident, codes),
        "events": await _in_order(tx, _EVENTS, of),
        "seen_by": [plain({name: line[name] for name in ("at", "actor", "action", "detail")}) for line in seen],
        "erasures": [
            plain(
                {
                    "asked_at": erasure.asked_at,
                    "due_at": erasure.due_at,
                    "ground": erasure.ground,
                    "done_at": erasure.done_at,
                }
            )
            for erasure in asked
        ],
    }


async def _in_order(tx: Transaction, query: Select[Any], of: Json) -> list[Json]:
    """By id, which is not told."""
    rows = sorted(await tx.rows(query, of), key=lambda row: int(row["id"]))
    return [plain({name: value for name, value in row.items() if name != "id"}) for row in rows]


async def _dialogue(tx: Transaction, resident: int) -> Json:
    """What is being written now, and until when nothing new is taken."""
    known = (await dialogues(tx, [resident])).get(resident)
    if known is None:
        return {"draft": None, "blocked_until": None}
    draft = known.draft
    texts = [piece.text for piece in draft.pieces if piece.text]
    told = {"texts": texts, "files": draft.files, "topic": draft.topic, "place": draft.place, "address": draft.address}
    return {"draft": None if draft.empty else told, **plain({"blocked_until": known.blocked_until})}


async def _appeals(tx: Transaction, rows: Sequence[Any]) -> list[Json]:
    bodies = await tx.keys.unseal(APPEAL, [(row["code"], row["body"]) for row in rows])
    found = []
    for body in bodies:
        if body is None:
            continue
        one = decode(Appeal, body)
        pieces = [
            {
                "cmid": piece.cmid,
                "text": piece.text,
                "files": [file.title or file.kind for file in piece.attachments],
                "point": [piece.location.latitude, piece.location.longitude] if piece.location is not None else None,
            }
            for piece in one.pieces
        ]
        due_at = one.deadline.due_at if one.deadline is not None else None
        found.append(plain({name: getattr(one, name) for name in TOLD} | {"due_at": due_at, "pieces": pieces}))
    return found


async def _history(tx: Transaction, codes: Sequence[str]) -> list[Json]:
    rows = await tx.rows(_HISTORY, {"codes": list(codes)}) if codes else []
    names = [(f"{row['code']}|{row['version']}", row["reason"]) for row in rows]
    reasons = await tx.keys.unseal(REASON, names)
    wanted = ("code", "at", "actor", "action", "before", "after")
    return [
        plain({name: row[name] for name in wanted} | {"reason": reason or ""})
        for row, reason in zip(rows, reasons, strict=True)
    ]


async def _messages(tx: Transaction, resident: int, codes: Sequence[str]) -> list[Json]:
    """What the bot said to the resident and about them. The text of an old one is gone, that it was said is not."""
    rows = list(await tx.rows(_TO, {"who": resident}))
    if codes:
        about = await tx.rows(_ABOUT, {"who": resident, "codes": list(codes)})
        rows += [row for row in about if row["kind"] in SHOWN and joined(row["cause"]) is None]
    rows.sort(key=lambda row: int(row["id"]))
    opened = await open_rows(tx, [row for row in rows if row["body"]])
    found = []
    for row in rows:
        effect = opened[row["id"]].effect if row["id"] in opened else None
        text = "" if effect is None or isinstance(effect, AnswerButton) else effect.text
        to = "resident" if row["peer"] == resident else "agency"
        names = ("kind", "appeal", "state", "created_at", "ended_at", "cmid")
        found.append(plain({name: row[name] for name in names} | {"to": to, "text": text}))
    return found


def plain(values: Json) -> Json:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
