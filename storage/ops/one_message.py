"""Everything that is shown of one message: itself, what its resident heard, its history, who did it. It changes
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select

from states.audit import AuditAction
from states.cause import parse
from states.effects import Kind, Send
from states.lifecycle.appeal import Appeal, History
from storage.db.columns import in_community
from storage.db.schema import outbox
from storage.db.transaction import Transaction
from storage.outbox.enqueue import OutboxState
from storage.outbox.sealed_rows import open_rows
from storage.privacy import audit
from storage.records import appeals, chats, people

LOOKED = (AuditAction.SHOWED_CONTACT.value, AuditAction.SHOWED_FILES.value)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said to its resident. `said_at`: when it was written; `at`: when it arrived, None where it has not.
    `files` come with it."""

    cause: str
    text: str
    said_at: datetime
    at: datetime | None
    files: bool
    waits: str


@dataclass(frozen=True, slots=True)
class Look:
    """A line of the log (R24)."""

    at: datetime
    user: int
    action: AuditAction


@dataclass(frozen=True, slots=True)
class WholeMessage:
    """`names` are those of officials by VK id; residents have none here. `spoke`: the agency of each chat that has said
    something to the resident. `looks`: who has looked at its contact or its files, of each person and day the last."""

    appeal: Appeal
    answers: Sequence[Answered]
    history: Sequence[History]
    names: Mapping[int, str]
    spoke: Mapping[int, str]
    looks: Sequence[Look] = ()


_SAID = (
    select(outbox)
    .where(
        in_community(outbox),
        outbox.c.appeal == bindparam("code"),
        outbox.c.kind == Kind.ANSWER,
        outbox.c.state != OutboxState.CANCELLED,
        outbox.c.body != "",
    )
    .order_by(outbox.c.id)
)


async def whole(tx: Transaction, code: str) -> WholeMessage | None:
    """All that is shown of one message; None where there is no such message, or it is forgotten."""
    found = (await appeals.by_code(tx, [code])).get(code)
    if found is None:
        return None
    lines = (await appeals.lines_of(tx, [code])).get(code, [])
    users = (
        {line.actor for line in lines}
        | {remark.actor for remark in found.remarks}
        | {answer.actor for answer in found.held}
    )
    users |= {task.user for task in found.tasks} | ({found.approval.actor} if found.approval is not None else set())
    if found.alert is not None:
        users |= {found.alert.seen_by, found.alert.unreached_by, found.alert.ended_by}
    looks = await _looks(tx, code)
    users |= {look.user for look in looks}
    users -= {found.resident, 0}
    answers = await _answers(tx, found)
    peers = {parse(answer.cause).peer for answer in answers}
    spoke = {chat.peer: chat.agency or "" for chat in await chats.of(tx, peers, ())}
    return WholeMessage(found, answers, lines, await people.names(tx, users), spoke, looks)


async def _looks(tx: Transaction, code: str) -> list[Look]:
    last: dict[tuple[int, str, date], Look] = {}
    for row in await audit.about(tx, [code]):
        if row["action"] in LOOKED:
            last[row["actor"], row["action"], row["at"].date()] = Look(
                row["at"], row["actor"], AuditAction(row["action"])
            )
    return list(last.values())


async def _answers(tx: Transaction, appeal: Appeal) -> list[Answered]:
    """What was said to the resident about the appeal, oldest first, each with its state and when it arrived."""
    rows = [row for row in await tx.rows(_SAID, {"code": appeal.code}) if row["peer"] == appeal.resident]
    opened = await open_rows(tx, rows)
    told = []
    for row in rows:
        body = opened.get(row["id"])
        if body is None or not isinstance(body.effect, Send):
            continue
        arrived = row["state"] == OutboxState.SENT
        files = bool(body.effect.copy or body.attachments)
        at = row["ended_at"] if arrived else None
        told.append(Answered(row["cause"], body.effect.text, row["created_at"], at, files, row["state"]))
    return told
