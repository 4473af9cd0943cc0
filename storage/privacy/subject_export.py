"""The data subject export: all that is kept of one resident, opened, as plain values (R12).

What is a resident's, the columns say themselves (storage/db/whose.py). It must never be called for anybody but that
resident or an administrator; every caller writes an audit line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Column, Select, Table, bindparam, select

from states.effects import AnswerButton
from states.lifecycle.appeal import Appeal
from states.lifecycle.counted import Counted
from storage.db.codec import decode
from storage.db.columns import in_community
from storage.db.keyring import API_KEY_NAME, APPEAL, ATTACHMENTS, LOST, REASON
from storage.db.schema import api_key, appeal, audit, comment, consent, dialogue, erasure, history, inbox, outbox
from storage.db.transaction import Transaction
from storage.db.whose import Names, Sealed, Whose, of
from storage.outbox.enqueue import OutboxState
from storage.outbox.sealed_rows import open_lists, open_rows
from storage.privacy import audit as audit_log
from storage.privacy import erasures
from storage.privacy.shared_text import joined_appeal
from storage.records.appeals import dialogues

Json = dict[str, Any]

TOLD = ("address", "answers", "reopened", "postponed")
"""Of the body of an appeal; words of officials that have not been sent are not the resident's."""

KEPT_BACK = {
    "inbox.key": "the program's own name of an event, which may name the official who made it",
    "inbox.author": "in their own dialogue it is they, or nobody",
    "inbox.raw": "the message as VK shows it in the very dialogue in which the export is asked for, for thirty days",
    "dialogue.consent": "the last of `consents`",
    "appeal.chat": "where officials are among themselves; which agency, is told",
    "appeal.incident": "the number of somebody else's message",
    "search_token.token": "keyed hashes of the words that `appeals` holds",
    "chat.recent": "digests of answers of officials, of everybody's in a chat together",
    "api_key.digest": "whoever has it can tell a key when they see it; name and date say that there is one",
    "audit.subject": "the pseudonym of whom the export is about, or a number that `appeals` holds",
    "erasure.subject": "the same pseudonym",
    "erasure.remains": "where in chats of officials cards are left; the act of the erasure says how many",
    "erased.cmid": "the erasure list: a hash and how far it goes, so that nothing comes back (R14)",
    "erased.at": "the same; that it was done stands in `erasures`",
}
"""What is a resident's and is not told as it stands, each with its reason."""

SHOWN = ("card", "addition")
"""Of what chats were told, that which shows the resident's words; the rest is talk of officials among themselves."""


def exported_columns(table: Table) -> tuple[Column[Any], ...]:
    """What of a table is told as it stands: what is the resident's, who is named once; what is sealed, is opened."""
    opened = (Sealed.PERSON, Sealed.CONCERNED, Sealed.COMMUNITY)
    return tuple(
        column
        for column in table.columns
        if of(column).whose is Whose.RESIDENT
        and of(column).names is not Names.PERSON
        and of(column).sealed not in opened
        and str(column) not in KEPT_BACK
    )


def _names(table: Table) -> tuple[str, ...]:
    """The columns of a table that belong into the export."""
    return tuple(column.name for column in exported_columns(table))


# Those with ids in no order: asked for one, SQLite would read the whole table in it rather than sort one resident's.
_CONSENTS = select(consent.c.id, *exported_columns(consent)).where(
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
_SENT = select(outbox).where(in_community(outbox), outbox.c.state != OutboxState.CANCELLED)
_TO = _SENT.where(outbox.c.peer == bindparam("who"))
_ABOUT = _SENT.where(outbox.c.appeal.in_(bindparam("codes", expanding=True)), outbox.c.peer != bindparam("who"))
_EVENTS = select(inbox.c.id, *exported_columns(inbox)).where(in_community(inbox), inbox.c.peer == bindparam("who"))
_KEYS = (
    select(api_key)
    .where(in_community(api_key), api_key.c.user_id == bindparam("who"))
    .order_by(api_key.c.given_at, api_key.c.digest)
)
_COMMENTS = (
    select(comment.c.comment, comment.c.post, *exported_columns(comment))
    .where(in_community(comment), comment.c.author == bindparam("who"))
    .order_by(comment.c.comment)
)


async def everything_about(tx: Transaction, resident: int) -> Json:
    """Plain values that JSON can hold; times in UTC by ISO 8601."""
    who = {"who": resident}
    rows = await tx.rows(_APPEALS, who)
    codes = [row["code"] for row in rows]
    seen = await audit_log.about(tx, [*codes, str(resident)])
    subject = tx.keys.pseudonym(resident)
    asked = [request for request in await erasures.everything(tx) if request.subject == subject]
    return {
        "resident": resident,
        "consents": await _in_order(tx, _CONSENTS, who),
        **await _dialogue(tx, resident),
        "appeals": await _appeals(tx, rows),
        "history": await _history(tx, codes),
        "messages": await _messages(tx, resident, codes),
        "events": await _in_order(tx, _EVENTS, who),
        "keys": await _keys(tx, who),
        "comments": [plain(dict(row)) for row in await tx.rows(_COMMENTS, who)],
        "seen_by": [plain({name: line[name] for name in _names(audit)}) for line in seen],
        "erasures": [plain({name: getattr(request, name) for name in _names(erasure)}) for request in asked],
    }


async def _in_order(tx: Transaction, query: Select[Any], of: Json) -> list[Json]:
    """By id, which is not told."""
    rows = sorted(await tx.rows(query, of), key=lambda row: int(row["id"]))
    return [plain({name: value for name, value in row.items() if name != "id"}) for row in rows]


_TALK = select(*exported_columns(dialogue)).where(in_community(dialogue), dialogue.c.resident == bindparam("who"))


async def _dialogue(tx: Transaction, resident: int) -> Json:
    """The unfinished message, and until when nothing new is taken: that outlives the dialogue (T9)."""
    row = await tx.row(_TALK, {"who": resident})
    touched = plain({name: None if row is None else row[name] for name in _names(dialogue)})
    known = (await dialogues(tx, [resident])).get(resident)
    if known is None:
        until = (await tx.keys.ring.blocked_until(tx.community, [resident])).get(resident)
        return {"draft": None, **touched, **plain({"blocked_until": until})}
    draft = known.draft
    texts = [piece.text for piece in known.kept_pieces if piece.text]
    said = {"texts": texts, "files": draft.files, "topic": draft.topic, "place": draft.place, "address": draft.address}
    return {
        "draft": None if draft.empty and not texts else said,
        **touched,
        **plain({"blocked_until": known.blocked_until}),
    }


_DAYS = {field.name for field in fields(Counted)}
"""Told apart: on which day it was opened again, and how often, have one name."""


async def _appeals(tx: Transaction, rows: Sequence[Any]) -> list[Json]:
    """The resident's appeals as plain values; those whose key is gone are left out."""
    bodies = await tx.keys.unseal(APPEAL, [(row["code"], row["body"]) for row in rows])
    found = []
    for row, body in zip(rows, bodies, strict=True):
        if body is None:
            continue
        stored = decode(Appeal, body)
        pieces = [
            {
                "cmid": piece.cmid,
                "text": piece.text,
                "files": [file.title or file.kind for file in piece.attachments],
                "point": [piece.location.latitude, piece.location.longitude] if piece.location is not None else None,
            }
            for piece in stored.pieces
        ]
        stands = {name: row[name] for name in _names(appeal) if name not in _DAYS}
        counted = plain({name: row[name] for name in _names(appeal) if name in _DAYS})
        said = {name: getattr(stored, name) for name in TOLD}
        found.append(plain(stands | said) | {"pieces": pieces, "counted": counted})
    return found


async def _history(tx: Transaction, codes: Sequence[str]) -> list[Json]:
    """The history of these appeals with its reasons, as plain values."""
    rows = await tx.rows(_HISTORY, {"codes": list(codes)}) if codes else []
    names = [(f"{row['code']}|{row['version']}", row["reason"]) for row in rows]
    reasons = await tx.keys.unseal(REASON, names)
    # By whom it was done is named there too, the resident or not.
    wanted = (*_names(history), "actor")
    return [
        plain({name: row[name] for name in wanted} | {"reason": reason or ""})
        for row, reason in zip(rows, reasons, strict=True)
    ]


async def _messages(tx: Transaction, resident: int, codes: Sequence[str]) -> list[Json]:
    """What the bot said to the resident and about them, oldest first. The text of an old one is gone, that it was said
    is not."""
    rows = list(await tx.rows(_TO, {"who": resident}))
    if codes:
        about = await tx.rows(_ABOUT, {"who": resident, "codes": list(codes)})
        rows += [row for row in about if row["kind"] in SHOWN and joined_appeal(row["cause"]) is None]
    rows.sort(key=lambda row: int(row["id"]))
    opened = await open_rows(tx, [row for row in rows if row["body"]])
    files, lost = await open_lists(tx, rows, ATTACHMENTS), await open_lists(tx, rows, LOST)
    found = []
    for row in rows:
        effect = opened[row["id"]].effect if row["id"] in opened else None
        text = "" if effect is None or isinstance(effect, AnswerButton) else effect.text
        to = "resident" if row["peer"] == resident else "agency"
        said = {"to": to, "text": text, "files": files[row["id"]], "not_passed_on": lost[row["id"]]}
        found.append(plain({name: row[name] for name in _names(outbox)} | said))
    return found


async def _keys(tx: Transaction, who: Json) -> list[Json]:
    """The applications that may send messages for the resident: what each is called and since when, never what
    opens."""
    rows = await tx.rows(_KEYS, who)
    names = await tx.keys.unseal(API_KEY_NAME, [(row["digest"], row["name"]) for row in rows])
    return [
        plain({"name": name or ""} | {column: row[column] for column in _names(api_key)})
        for row, name in zip(rows, names, strict=True)
    ]


def plain(values: Json) -> Json:
    """The same values as JSON can hold them: days and moments as texts."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    """The value as JSON can write it."""
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
