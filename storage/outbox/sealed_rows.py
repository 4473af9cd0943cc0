"""Seals the body of an outbox row with the key of the resident it concerns (T21). It moves no row.

A row in a chat concerns the resident of its appeal; a notice to a chat is sealed with the community key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from states.effects import AnswerButton, Edit, Send
from storage.db.codec import decode
from storage.db.columns import in_community
from storage.db.keyring import ATTACHMENTS, BODY, COMMUNITY_KEY, LOST, Field, subject_of
from storage.db.schema import appeal
from storage.db.transaction import Transaction
from storage.outbox.forms import first_form

Sendable = Send | Edit | AnswerButton
NONE = "[]"
"""No files, nothing lost: stored as it is, for it says nothing."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is sealed in one row."""

    effect: Sendable
    attachments: tuple[str, ...]
    lost: tuple[str, ...]


_RESIDENTS = select(appeal.c.code, appeal.c.resident).where(
    in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True))
)


async def subjects_of(tx: Transaction, rows: Sequence[Any]) -> list[int]:
    """For each row, the subject whose key seals it."""
    codes = sorted({row["appeal"] for row in rows if row["appeal"] and subject_of(row["peer"]) == COMMUNITY_KEY})
    found = await tx.rows(_RESIDENTS, {"codes": codes}) if codes else []
    residents = {row["code"]: row["resident"] for row in found}
    return [subject_of(row["peer"]) or subject_of(residents.get(row["appeal"], COMMUNITY_KEY)) for row in rows]


async def seal_bodies(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Seals the bodies in place, before the rows are inserted."""
    subjects = await subjects_of(tx, rows)
    values = [(subject, first_form(row), row["body"]) for subject, row in zip(subjects, rows, strict=True)]
    for row, body in zip(rows, await tx.keys.seal(BODY, values), strict=True):
        row["body"] = body


async def seal_lists(tx: Transaction, rows: Sequence[Any], field: Field, lists: Sequence[Iterable[str]]) -> list[str]:
    """File references, or names of what was lost, as they are stored with these rows."""
    texts = [json.dumps(list(iterable), ensure_ascii=False) for iterable in lists]
    full = [index for index, text in enumerate(texts) if text != NONE]
    subjects = await subjects_of(tx, [rows[index] for index in full])
    values = [(subject, first_form(rows[index]), texts[index]) for index, subject in zip(full, subjects, strict=True)]
    for index, sealed in zip(full, await tx.keys.seal(field, values), strict=True):
        texts[index] = sealed
    return texts


async def open_rows(tx: Transaction, rows: Sequence[Any]) -> dict[int, Opened]:
    """By id, without the rows whose key is destroyed."""
    bodies = await tx.keys.unseal(BODY, [(first_form(row), row["body"]) for row in rows])
    files = await open_lists(tx, rows, ATTACHMENTS)
    lost = await open_lists(tx, rows, LOST)
    return {
        row["id"]: Opened(decode(Sendable, body), files[row["id"]], lost[row["id"]])
        for row, body in zip(rows, bodies, strict=True)
        if body is not None
    }


async def open_lists(tx: Transaction, rows: Sequence[Any], field: Field) -> dict[int, tuple[str, ...]]:
    """By id; nothing where nothing was stored or its key is destroyed."""
    found: dict[int, tuple[str, ...]] = {row["id"]: () for row in rows}
    full = [row for row in rows if row[field.column] not in (None, "", NONE)]
    texts = await tx.keys.unseal(field, [(first_form(row), row[field.column]) for row in full])
    found.update({row["id"]: tuple(json.loads(text)) for row, text in zip(full, texts, strict=True) if text})
    return found
