"""How much is held of people and how much of it is past its term (R15): numbers only. It must never open a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, exists, func, or_, select

from states.audit import AuditAction
from states.effects import Kind
from states.lifecycle.appeal import OPEN
from storage.db.columns import Moment, in_community
from storage.db.ids import Ids
from storage.db.schema import PENDING, appeal, audit, consent, erasure, history, inbox, outbox
from storage.db.transaction import Transaction
from storage.outbox.enqueue import HELD, OutboxState
from storage.privacy.retention import AHEAD, ENDED, PASSING, TOLD, RetentionTerms

YEAR = timedelta(days=365)
_BEFORE = bindparam("before", type_=Moment)
_OLD_ID = bindparam("until", type_=BigInteger)
_EVENTS = select(func.count()).where(
    in_community(inbox),
    inbox.c.id < _OLD_ID,
    or_(inbox.c.raw != "", inbox.c.kind.in_(PASSING)),
    inbox.c.state.not_in(PENDING),
    inbox.c.ended_at <= _BEFORE,
)
_TAKEN_BACK = and_(outbox.c.state == OutboxState.CANCELLED, or_(outbox.c.reason.is_(None), outbox.c.reason != HELD))
_OF_OPEN = exists().where(
    appeal.c.community_id == outbox.c.community_id, appeal.c.code == outbox.c.appeal, appeal.c.status.in_(sorted(OPEN))
)
_SAID = and_(outbox.c.kind.not_in(TOLD), or_(outbox.c.state == OutboxState.SENT, _TAKEN_BACK), ~_OF_OPEN)
_PASSED = select(func.count()).where(
    in_community(outbox),
    outbox.c.id < _OLD_ID,
    or_(_SAID, and_(outbox.c.body != "", outbox.c.kind != Kind.ANSWER)),
    outbox.c.state.in_([OutboxState(state).value for state in ENDED]),
    outbox.c.ended_at <= _BEFORE,
)
_LATER = exists().where(
    history.c.community_id == appeal.c.community_id, history.c.code == appeal.c.code, history.c.at > _BEFORE
)
_CLOSED = select(func.count()).where(
    in_community(appeal),
    appeal.c.resident > 0,
    appeal.c.status.not_in(sorted(OPEN)),
    appeal.c.created_at <= _BEFORE,
    ~_LATER,
)
_LINES = select(func.count()).where(in_community(audit), audit.c.at <= _BEFORE)
_ACTS = select(func.count()).where(in_community(erasure), erasure.c.done_at <= _BEFORE)


@dataclass(frozen=True, slots=True)
class Past:
    """Rows that the next daily job takes away."""

    events: int
    messages: int
    appeals: int
    lines: int
    acts: int


async def past_their_term(tx: Transaction, now: datetime, terms: RetentionTerms) -> Past:
    """How many rows of each kind are past their term now; the next daily job deletes them."""
    kinds = [(_EVENTS, terms.raw), (_PASSED, terms.bodies), (_CLOSED, terms.kept)]
    kinds += [(_LINES, terms.audit), (_ACTS, terms.audit)]
    return Past(*[await _count(tx, query, now - term) for query, term in kinds])


async def _count(tx: Transaction, query: Any, before: datetime) -> int:
    """The count that the query gives for what is older than `before`."""
    row = await tx.row(query, {"before": before, "until": Ids.first_of(before + AHEAD)})
    assert row is not None
    return int(next(iter(row.values())))


@dataclass(frozen=True, slots=True)
class Rights:
    """What residents asked for since a day: erasures by ground, copies of their data, consents given and taken back."""

    erasures: dict[str, int]
    exports: int
    agreed: int
    refused: int


async def asked_since(tx: Transaction, since: datetime) -> Rights:
    """How many residents asked for erasure, their data or consent since then."""
    by_ground = select(erasure.c.ground, func.count().label("many")).where(
        in_community(erasure), erasure.c.asked_at >= _BEFORE
    )
    grounds = await tx.rows(by_ground.group_by(erasure.c.ground), {"before": since})
    exports = select(func.count()).where(
        in_community(audit), audit.c.action == AuditAction.EXPORTED, audit.c.at >= _BEFORE
    )
    said = select(consent.c.given, func.count().label("many")).where(in_community(consent), consent.c.at >= _BEFORE)
    answers = {row["given"]: row["many"] for row in await tx.rows(said.group_by(consent.c.given), {"before": since})}
    row = await tx.row(exports, {"before": since})
    assert row is not None
    return Rights(
        {ground["ground"]: ground["many"] for ground in grounds},
        int(next(iter(row.values()))),
        answers.get(True, 0),
        answers.get(False, 0),
    )


async def of_resident(tx: Transaction, resident: int) -> tuple[int, int]:
    """How many messages this person has here, and how many of them are open."""
    query = select(appeal.c.status, func.count().label("many")).where(
        in_community(appeal), appeal.c.resident == bindparam("who", type_=BigInteger)
    )
    found = {row["status"]: row["many"] for row in await tx.rows(query.group_by(appeal.c.status), {"who": resident})}
    return sum(found.values()), sum(many for status, many in found.items() if status in OPEN)
