"""Requests to be forgotten: asked once, shown with their due dates, closed with an act (R12–R14). It erases nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from states.audit import AuditAction, AuditLine
from states.events import ErasureAsked
from states.lifecycle.rights import ErasureRequest, Ground
from storage.db.columns import in_community
from storage.db.schema import Moment, erasure, peer
from storage.db.transaction import Transaction
from storage.db.whose import empty_values
from storage.inbox.inbox import enqueue_internal
from storage.privacy import audit


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request. `resident` is gone once the data and its keys are; `remains` is what is left in VK, for the act.
    `cut`: up to which message of the dialogue it goes; `keys`: those that are still to be destroyed."""

    id: int
    subject: str
    resident: int | None
    ground: str
    asked_at: datetime
    due_at: datetime
    erased_at: datetime | None
    done_at: datetime | None
    remains: dict[str, Any]
    cut: int = 0
    keys: tuple[int, ...] = ()

    @property
    def code(self) -> str:
        """The short code that an administrator types to get the act."""
        return self.subject[:8]


def _erasure(row: Any) -> Erasure:
    """The request from its row."""
    remains = json.loads(row["remains"]) if row["remains"] else {}
    names = ("id", "subject", "resident", "ground", "asked_at", "due_at", "erased_at", "done_at", "cut")
    keys = tuple(json.loads(row["old_keys"])) if row["old_keys"] else ()
    return Erasure(**{name: row[name] for name in names}, remains=remains, keys=keys)


_HIGHEST = select(peer.c.high_watermark).where(in_community(peer), peer.c.peer == bindparam("who")).with_for_update()


async def ask(tx: Transaction, request: ErasureRequest, now: datetime, actor: int = 0, *, spread: bool = False) -> int:
    """Note a request; the same person asking again changes nothing. Returns its id. `actor`: who took it in. Without a
    cut of its own it goes up to the highest number that is known now."""
    subject = tx.keys.pseudonym(request.resident)
    open_ = select(erasure.c.id).where(
        in_community(erasure), erasure.c.subject == subject, erasure.c.erased_at.is_(None)
    )
    known = await tx.row(open_)
    if known is not None:
        return int(known["id"])
    number = tx.ids.next(now)
    highest = await tx.row(_HIGHEST, {"who": request.resident})
    row = {
        "id": number,
        "cut": request.cut or (highest["high_watermark"] if highest is not None else 0),
        "old_keys": "",
        "spread": spread,
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


TOLD = "erasure|"
"""How the keys of such events begin."""


async def demand(
    tx: Transaction, request: ErasureRequest, now: datetime, actor: int = 0, *, spread: bool = False
) -> int:
    """A request that nobody pressed a button for: the dialogue hears of it as well, so that what is written from now on
    stands under another consent."""
    known = await open_of(tx, [request.resident])
    number = await ask(tx, request, now, actor, spread=spread)
    if not known:
        told = ErasureAsked(request.resident, now)
        await enqueue_internal(tx, [(request.resident, f"{TOLD}{number}", told)], now)
    return number


_DONE = select(erasure.c.id).where(
    in_community(erasure),
    erasure.c.subject == bindparam("subject"),
    erasure.c.erased_at.is_not(None),
    erasure.c.asked_at >= bindparam("asked_at", type_=Moment),
)


async def ask_too(tx: Transaction, request: ErasureRequest, now: datetime) -> None:
    """The same request in another community of the operator, with a cut of its own, unless what was there when it was
    asked is gone already: what its resident has written since stands under a new consent, and two that ask each other
    would never end."""
    of = {"subject": tx.keys.pseudonym(request.resident), "asked_at": request.asked_at}
    if await tx.row(_DONE, of) is None:
        await demand(tx, replace(request, cut=0), now, spread=True)


_OPEN_OF = select(erasure).where(
    in_community(erasure),
    erasure.c.subject.in_(bindparam("names", expanding=True)),
    erasure.c.erased_at.is_(None),
)


async def open_of(tx: Transaction, residents: Iterable[int]) -> dict[int, ErasureRequest]:
    """By resident, the request of those who want to be forgotten and are not yet."""
    by_name = {tx.keys.pseudonym(resident): resident for resident in residents}
    if not by_name:
        return {}
    found = {}
    for row in await tx.rows(_OPEN_OF, {"names": sorted(by_name)}):
        resident = by_name[row["subject"]]
        found[resident] = ErasureRequest(resident, row["asked_at"], row["due_at"], Ground(row["ground"]), row["cut"])
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
    """The requests whose code begins like this."""
    query = (
        select(erasure)
        .where(in_community(erasure), erasure.c.subject.startswith(code.lower(), autoescape=True))
        .order_by(erasure.c.id)
    )
    return [_erasure(row) for row in await tx.rows(query)]


async def record_erased(
    tx: Transaction,
    resident: int,
    ground: str,
    remains: dict[str, Any],
    now: datetime,
    *,
    cut: int = 0,
    keys: Sequence[int] | None = (),
) -> int:
    """The data is gone: every open request of this resident, or a record of its own where nobody had asked. `keys`:
    what is still to be destroyed; None where that was done at another time."""
    subject = tx.keys.pseudonym(resident)
    text = json.dumps(remains, ensure_ascii=False)
    of = (in_community(erasure), erasure.c.subject == subject, erasure.c.erased_at.is_(None))
    left = json.dumps(sorted(keys)) if keys is not None else ""
    values = {"resident": resident, "erased_at": now, "remains": text, "cut": cut, "old_keys": left}
    open_ = await tx.row(select(erasure.c.id).where(*of).order_by(erasure.c.id))
    if open_ is not None:
        await tx.execute(update(erasure).where(*of).values(**values))
        await _unname(tx, open_["id"])
        return int(open_["id"])
    number = tx.ids.next(now)
    fresh = {"id": number, "subject": subject, "ground": ground, "spread": True}
    await tx.execute(insert(erasure), {**fresh, "asked_at": now, "due_at": now, **values})
    await _unname(tx, number)
    return number


async def with_keys(tx: Transaction) -> list[Erasure]:
    """Erased, but their keys are not destroyed yet."""
    query = select(erasure).where(in_community(erasure), erasure.c.erased_at.is_not(None), erasure.c.old_keys != "")
    return [_erasure(row) for row in await tx.rows(query.order_by(erasure.c.id))]


async def keys_destroyed(tx: Transaction, id: int) -> None:
    """Notes that the keys are destroyed. Nothing names the resident here any more, once the other communities of the
    operator are asked."""
    await tx.execute(update(erasure).where(in_community(erasure), erasure.c.id == id).values(old_keys=""))
    await _unname(tx, id)


async def to_spread(tx: Transaction, limit: int) -> list[Erasure]:
    """The requests that the operator's other communities are not asked for yet; maybe carried out here already."""
    asked = (in_community(erasure), erasure.c.resident.is_not(None), erasure.c.spread.is_(False))
    return [_erasure(row) for row in await tx.rows(select(erasure).where(*asked).order_by(erasure.c.id).limit(limit))]


async def spread(tx: Transaction, id: int) -> None:
    """Notes that the erasure was asked for in all of the operator's communities."""
    await tx.execute(update(erasure).where(in_community(erasure), erasure.c.id == id).values(spread=True))
    await _unname(tx, id)


async def _unname(tx: Transaction, id: int) -> None:
    """Empties the row of a finished request, so that it names nobody."""
    over = (erasure.c.erased_at.is_not(None), erasure.c.old_keys == "", erasure.c.spread.is_(True))
    await tx.execute(
        update(erasure).where(in_community(erasure), erasure.c.id == id, *over).values(**empty_values(erasure))
    )


async def note(tx: Transaction, subject: str, now: datetime) -> None:
    """Adds a finished request for somebody of the erasure list of whom this database knows nothing (an older copy was
    put back)."""
    row = {"id": tx.ids.next(now), "subject": subject, "ground": "restored", "cut": 0, "old_keys": "", "spread": True}
    times = {"asked_at": now, "due_at": now, "erased_at": now, "done_at": now}
    await tx.execute(insert(erasure), {**row, **times, "resident": None, "remains": ""})


async def unfinished_erasures(tx: Transaction) -> list[Erasure]:
    """Erased, but the old community keys are not destroyed yet."""
    query = (
        select(erasure)
        .where(in_community(erasure), erasure.c.erased_at.is_not(None), erasure.c.done_at.is_(None))
        .order_by(erasure.c.id)
    )
    return [_erasure(row) for row in await tx.rows(query)]


async def since(tx: Transaction, moment: datetime) -> list[Erasure]:
    """The requests whose data went since then: what they left in VK may still be deleted there."""
    query = (
        select(erasure)
        .where(in_community(erasure), erasure.c.erased_at >= moment)
        .order_by(erasure.c.erased_at, erasure.c.id)
    )
    return [_erasure(row) for row in await tx.rows(query)]


async def finish(tx: Transaction, ids: Sequence[int], now: datetime) -> None:
    """Marks the requests as done; those done already keep their moment."""
    done = update(erasure).where(in_community(erasure), erasure.c.id.in_(sorted(ids)), erasure.c.done_at.is_(None))
    await tx.execute(done.values(done_at=now))


async def note_deleted(tx: Transaction, id: int, remains: dict[str, Any]) -> None:
    """What the caller could still delete in VK does not remain there."""
    noted = update(erasure).where(in_community(erasure), erasure.c.id == id)
    await tx.execute(noted.values(remains=json.dumps(remains, ensure_ascii=False)))
