"""The next simpler form of a message that VK refuses (delivery.md §9). No part of it is dropped silently."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from states.degraded import form
from states.effects import Send, lost_words
from storage.db.columns import in_community
from storage.db.keyring import LOST
from storage.db.schema import DUE, one_of, outbox
from storage.db.transaction import Transaction
from storage.outbox.enqueue import FLYING, OutboxState, first_state, has_files, insert_rows, move, shape_of
from storage.outbox.forms import simpler_cause
from storage.outbox.outcomes import dead_letter, free_lanes, load
from storage.outbox.sealed_rows import Sendable, open_rows, seal_lists


async def fall_back(tx: Transaction, row: int, fencing_token: int, now: datetime, code: int = 0) -> bool:
    """Certainly not sent in this form: the next step of the ladder is a new cause in the same place (delivery.md §9).

    After the last step it is set aside. False: stale, nothing changed.
    """
    found = await load(tx, row)
    if found is None or found["fencing_token"] != fencing_token:
        return False
    opened = (await open_rows(tx, [found])).get(row)
    if opened is None:
        return await dead_letter(tx, row, fencing_token, now, code)
    effect = opened.effect
    shape = shape_of(effect, found["level"] + 1)
    if shape is None:
        return await dead_letter(tx, row, fencing_token, now, code)
    before = [OutboxState.PREPARING, *FLYING]
    if not await move(
        tx, row, before, OutboxState.CANCELLED, now, fencing_token=fencing_token, reason="degraded", code=code
    ):
        return False
    await free_lanes(tx, [found])
    if await _is_overtaken(tx, found):
        return True
    simpler = _simpler(found, effect, shape)
    if dropped := _dropped_files(form(effect, found["level"]), form(effect, simpler["level"])):
        (simpler["lost"],) = await seal_lists(tx, [found], LOST, [(*opened.lost, *dropped)])
    await insert_rows(tx, [simpler], now)
    return True


_LATER = select(outbox.c.id).where(
    in_community(outbox),
    outbox.c.lane == bindparam("one"),
    outbox.c.seq > bindparam("behind"),
    outbox.c.effect == "edit",
    outbox.c.target == bindparam("same"),
    one_of(outbox.c.state, DUE),
)


async def _is_overtaken(tx: Transaction, found: Any) -> bool:
    """Whether a later edit of the same message waits: it says all that stands there, also that the card has left. Said
    anew, this one would show words to a chat that may not read them any more (I4; seed 121616)."""
    if found["effect"] != "edit":
        return False
    params = {"one": found["lane"], "behind": found["seq"], "same": found["target"]}
    return await tx.row(_LATER.limit(1), params) is not None


def _dropped_files(before: Sendable | None, after: Sendable | None) -> tuple[str, ...]:
    """The files that this form was to bring and the next one does not, in words for both sides."""
    if not isinstance(before, Send) or not isinstance(after, Send) or not has_files(before) or has_files(after):
        return ()
    return (lost_words(before.document),) if before.document else ("файлы исходного сообщения",)


def _files_of(shape: Send) -> tuple[object, str]:
    return shape.copy, shape.document


_KEPT = (
    "community_id",
    "peer",
    "lane",
    "seq",
    "kind",
    "priority",
    "body",
    "appeal",
    "target",
    "report",
    "not_before",
    "expires_at",
    "created_at",
)


def _simpler(found: Any, effect: Sendable, shape: dict[str, Any]) -> dict[str, Any]:
    """The next form of a row: a new cause, in the place of the old one; files stay where the same ones are meant."""
    level = found["level"] + 1
    before, after = form(effect, found["level"]), form(effect, level)
    same = isinstance(before, Send) and isinstance(after, Send) and _files_of(before) == _files_of(after)
    files = found["attachments"] if same else None
    upload = shape["upload"] and files is None
    return {name: found[name] for name in _KEPT} | {
        "cause": simpler_cause(found["cause"], level),
        "level": level,
        "effect": shape["effect"],
        "upload": upload,
        "attachments": files,
        "lost": found["lost"] if same else "[]",
        "state": first_state(upload),
        "code": None,
        "fencing_token": 0,
        "attempts": 0,
        "looks": 0,
        "probe_from": None,
    }
