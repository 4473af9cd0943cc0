"""Requests to be forgotten: asked once, shown with their due dates, closed with an act (R12–R14). It erases nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from states.audit import AuditAction, AuditLine
from states.lifecycle.rights import ErasureRequest, Ground
from storage.db.columns import in_community
from storage.db.schema import Moment, erasure
from storage.db.transaction import Transaction
from storage.privacy import audit


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request. `resident` is gone once the data is; `remains` is what is left in VK, for the act."""

    id: int
    subject: str
    resident: int | None
    ground: str
    asked_at: datetime
    due_at: datetime
    erased_at: datetime | None
    done_at: datetime | None
    remains: dict[str, Any]

    @property
    def code(self) -> str:
        """What an administrator types to get the act."""
        return self.subject[:8]


def _erasure(row: Any) -> Erasure:
    remains = json.loads(row["remains"]) if row["remains"] else {}
    names = ("id", "subject", "resident", "ground", "asked_at", "due_at", "erased_at", "done_at")
    return Erasure(**{name: row[name] for name in names}, remains=remains)


async def ask(tx: Transaction, request: ErasureRequest, now: datetime, actor: int = 0) -> int:
    """Note a request; the same person asking again changes nothing. Returns its id. `actor`: who took it in."""
    subject = tx.keys.pseudonym(request.resident)
    open_ = select(erasure.c.id).where(
        in_community(erasure), erasure.c.subject == subject, erasure.c.erased_at.is_(None)
    )
    known = await tx.row(open_)
    if known is not None:
        return int(known["id"])
    number = tx.ids.next(now)
    row = {
        "id": number,
        "subject": subject,
        "resident": request.resident,
        "ground": request.ground.value,
        "asked_at": request.asked_at,
        "due_at": request.due_at,
        "remains": "",
    }
    await tx.execute(insert(erasure), row)
    asked = AuditLine(actor, AuditAction.ERASURE_ASKED, str(request.resident), request.ground.value)
    await audit.append(tx, [asked], now)
    return number


_DONE = select(erasure.c.id).where(
    in_community(erasure),
    erasure.c.subject == bindparam("subject"),
    erasure.c.erased_at.is_not(None),
    erasure.c.asked_at >= bindparam("asked_at", type_=Moment),
)


async def ask_too(tx: Transaction, request: ErasureRequest, now: datetime) -> None:
    """The same request in another community of the operator, unless what was there when it was asked is gone already:
    what its resident has written since stands under a new consent, and two that ask each other would never end."""
    of = {"subject": tx.keys.pseudonym(request.resident), "asked_at": request.asked_at}
    if await tx.row(_DONE, of) is None:
        await ask(tx, request, now)


_OPEN_OF = select(erasure).where(
    in_community(erasure),
    erasure.c.subject.in_(bindparam("names", expanding=True)),
    erasure.c.erased_at.is_(None),
)


async def open_of(tx: Transaction, residents: Iterable[int]) -> dict[int, ErasureRequest]:
    """Of these who wants to be forgotten and is not yet."""
    by_name = {tx.keys.pseudonym(resident): resident for resident in residents}
    if not by_name:
        return {}
    found = {}
    for row in await tx.rows(_OPEN_OF, {"names": sorted(by_name)}):
        resident = by_name[row["subject"]]
        found[resident] = ErasureRequest(resident, row["asked_at"], row["due_at"], Ground(row["ground"]))
    return found


async def due(tx: Transaction, asked_before: datetime, limit: int) -> list[Erasure]:
    """Requests whose data is still there and that were asked before that moment, oldest first."""
    query = (
        select(erasure)
        .where(in_community(erasure), erasure.c.erased_at.is_(None), erasure.c.asked_at <= asked_before)
        .order_by(erasure.c.due_at, erasure.c.id)
        .limit(limit)
    )
    return [_erasure(row) for row in await tx.rows(query)]


async def everything(tx: Transaction) -> list[Erasure]:
    """All requests, the soonest due first."""
    query = select(erasure).where(in_community(erasure)).order_by(erasure.c.due_at, erasure.c.id)
    return [_erasure(row) for row in await tx.rows(query)]


async def by_code(tx: Transaction, code: str) -> list[Erasure]:
    """Those whose code begins like this."""
    query = (
        select(erasure)
        .where(in_community(erasure), erasure.c.subject.startswith(code.lower(), autoescape=True))
        .order_by(erasure.c.id)
    )
    return [_erasure(row) for row in await tx.rows(query)]


async def erased(tx: Transaction, resident: int, ground: str, remains: dict[str, Any], now: datetime) -> int:
    """The data is gone: every open request of this resident, or a record of its own where nobody had asked."""
    subject = tx.keys.pseudonym(resident)
    text = json.dumps(remains, ensure_ascii=False)
    of = (in_community(erasure), erasure.c.subject == subject, erasure.c.erased_at.is_(None))
    values = {"resident": None, "erased_at": now, "remains": text}
    open_ = await tx.row(select(erasure.c.id).where(*of).order_by(erasure.c.id))
    if open_ is not None:
        await tx.execute(update(erasure).where(*of).values(**values))
        return int(open_["id"])
    number = tx.ids.next(now)
    fresh = {"id": number, "subject": subject, "ground": ground}
    await tx.execute(insert(erasure), {**fresh, "asked_at": now, "due_at": now, **values})
    return number


async def note(tx: Transaction, subject: str, now: datetime) -> None:
    """Of the erasure list, but this database knows nothing of them (an older copy was put back)."""
    row = {"id": tx.ids.next(now), "subject": subject, "ground": "restored"}
    times = {"asked_at": now, "due_at": now, "erased_at": now, "done_at": now}
    await tx.execute(insert(erasure), {**row, **times, "resident": None, "remains": ""})


async def unfinished(tx: Transaction) -> list[Erasure]:
    """Erased, but the old community keys are not destroyed yet."""
    query = (
        select(erasure)
        .where(in_community(erasure), erasure.c.erased_at.is_not(None), erasure.c.done_at.is_(None))
        .order_by(erasure.c.id)
    )
    return [_erasure(row) for row in await tx.rows(query)]


async def since(tx: Transaction, moment: datetime) -> list[Erasure]:
    """Those whose data went since then: what they left in VK may still be deleted there."""
    query = (
        select(erasure)
        .where(in_community(erasure), erasure.c.erased_at >= moment)
        .order_by(erasure.c.erased_at, erasure.c.id)
    )
    return [_erasure(row) for row in await tx.rows(query)]


async def finish(tx: Transaction, ids: Sequence[int], now: datetime) -> None:
    done = update(erasure).where(in_community(erasure), erasure.c.id.in_(sorted(ids)), erasure.c.done_at.is_(None))
    await tx.execute(done.values(done_at=now))


async def note_deleted(tx: Transaction, id: int, remains: dict[str, Any]) -> None:
    """What the caller could still delete in VK does not remain there."""
    noted = update(erasure).where(in_community(erasure), erasure.c.id == id)
    await tx.execute(noted.values(remains=json.dumps(remains, ensure_ascii=False)))
