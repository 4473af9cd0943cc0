"""The audit log: append-only lines, each with a keyed hash over itself and the line before (R24, T22).

Lines are added at the end; retention removes whole years from the beginning. Nothing else may change.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, insert, select, update

from states.audit import AuditLine
from storage.db.columns import in_community
from storage.db.keyring import microseconds
from storage.db.schema import audit, chain
from storage.db.transaction import Runs, Transaction
from storage.db.upsert import insert_missing, storable

PAGE = 2000


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a chain: what is written to the second place once a day."""

    number: int
    hash: str


def _digest(key: bytes, said: Sequence[Any]) -> str:
    """The keyed hash of a line of the log, in hex."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(key, text.encode(errors="surrogatepass"), hashlib.sha256).hex()


def _line_hash(key: bytes, community: int, row: Any, before: str) -> str:
    at = microseconds(row["at"])
    return _digest(key, [community, row["number"], at, row["actor"], *_words(row), before])


def _words(row: Any) -> tuple[str, str, str]:
    """What a row says in words: action, subject, detail."""
    return row["action"], row["subject"], row["detail"]


def _seal(key: bytes, community: int, row: Any) -> str:
    """The keyed hash over both ends of the chain: without the key nobody can shorten it and say that it was never
    longer."""
    return _digest(key, ["ends", community, row["number"], row["hash"], row["base"], row["base_hash"]])


_CHAIN = select(chain).where(in_community(chain))
_SET = (
    update(chain)
    .where(in_community(chain))
    .values({name: bindparam(f"new_{name}") for name in ("number", "hash", "base", "base_hash", "seal")})
)


async def append(tx: Transaction, lines: Sequence[AuditLine], now: datetime) -> None:
    """Adds lines at the end of the chain, in order. Last in a transaction: other transactions that add wait for it."""
    if not lines:
        return
    key = tx.keys.ring.derive_key("audit")
    ends = await _lock_chain(tx, key)
    rows = []
    for line in lines:
        row: dict[str, Any] = {
            "number": ends["number"] + 1,
            "at": now,
            "actor": 0 if str(line.actor) == line.subject else line.actor,
            "action": line.action.value,
            "subject": subject_of(tx, line.subject),
            "detail": storable(line.detail),
        }
        row["hash"] = _line_hash(key, tx.community, row, ends["hash"])
        ends["number"], ends["hash"] = row["number"], row["hash"]
        rows.append(row)
    await tx.execute_many(insert(audit), rows)
    await _keep_ends(tx, key, ends)


def subject_of(tx: Transaction, subject: str) -> str:
    """A resident's id becomes a pseudonym: the line outlives an erasure and must not name whom it forgot (R14)."""
    return tx.keys.pseudonym(int(subject)) if subject.isdigit() else storable(subject)


async def _lock_chain(tx: Transaction, key: bytes) -> dict[str, Any]:
    query = _CHAIN.with_for_update()
    row = await tx.row(query)
    if row is None:
        first = {"number": 0, "hash": "", "base": 0, "base_hash": ""}
        await insert_missing(tx, chain, [{**first, "seal": _seal(key, tx.community, first)}])
        row = await tx.row(query)
    assert row is not None
    return dict(row)


async def _keep_ends(tx: Transaction, key: bytes, ends: dict[str, Any]) -> None:
    ends["seal"] = _seal(key, tx.community, ends)
    names = ("number", "hash", "base", "base_hash", "seal")
    await tx.execute(_SET, {f"new_{name}": ends[name] for name in names})


_AFTER = (
    select(audit)
    .where(in_community(audit), audit.c.number > bindparam("after", type_=BigInteger))
    .order_by(audit.c.number)
    .limit(bindparam("most", type_=BigInteger))
)


async def head(tx: Transaction) -> Head | None:
    """The last line's number and hash; None for an empty log."""
    row = await tx.row(_CHAIN)
    return None if row is None or not row["number"] else Head(row["number"], row["hash"])


async def newest(tx: Transaction, count: int) -> list[dict[str, Any]]:
    """The last lines, oldest first."""
    query = select(audit).where(in_community(audit)).order_by(audit.c.number.desc()).limit(count)
    return [dict(row) for row in reversed(await tx.rows(query))]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which lines; empty is no condition. `subjects`: any of them, as they are kept. `since` is inclusive, `until` and
    `before` (a number) are not."""

    actor: int | None = None
    action: str = ""
    subjects: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


async def lines_under(tx: Transaction, asked: Conditions, most: int) -> list[dict[str, Any]]:
    """The lines of the log under these conditions, the newest first, at most `most`."""
    found = [in_community(audit)]
    found += [audit.c.actor == asked.actor] if asked.actor is not None else []
    found += [audit.c.action == asked.action] if asked.action else []
    found += [audit.c.subject.in_(sorted(asked.subjects))] if asked.subjects else []
    found += [audit.c.at >= asked.since] if asked.since is not None else []
    found += [audit.c.at < asked.until] if asked.until is not None else []
    found += [audit.c.number < asked.before] if asked.before is not None else []
    query = select(audit).where(*found).order_by(audit.c.number.desc()).limit(most)
    return [dict(row) for row in await tx.rows(query)]


async def about(tx: Transaction, subjects: Sequence[str]) -> list[dict[str, Any]]:
    """The lines of these appeals and residents (their ids in digits), oldest first."""
    names = sorted({subject_of(tx, subject) for subject in subjects})
    query = select(audit).where(in_community(audit), audit.c.subject.in_(names)).order_by(audit.c.number)
    return [dict(row) for row in await tx.rows(query)]


async def of_subject(tx: Transaction, subject: str) -> list[dict[str, Any]]:
    """The lines of one pseudonym, oldest first."""
    query = select(audit).where(in_community(audit), audit.c.subject == subject).order_by(audit.c.number)
    return [dict(row) for row in await tx.rows(query)]


async def verify(db: Runs, heads: Sequence[Head] = ()) -> list[str]:
    """The faults of the chain, in Russian; none where it is whole. `heads` are those of the second place."""
    ends = await db.run(lambda tx: tx.row(_CHAIN))
    while ends is not None:
        wrong = await _chain_faults(db, ends, heads)
        now = await db.run(lambda tx: tx.row(_CHAIN))
        # A page is a transaction of its own: lines whose term is over may have gone from the old end between two.
        if not wrong or now is None or now["base"] <= ends["base"]:
            return wrong
        ends = now
    return ["Журнала нет, а отпечатки есть: журнал удалён."] if heads else []


async def _chain_faults(db: Runs, ends: Any, heads: Sequence[Head]) -> list[str]:
    """What is wrong with the lines between these ends."""
    key, community = await db.run(_key)
    if ends["seal"] != _seal(key, community, ends):
        return ["Концы журнала подменены: строки удалены или запись о них изменена."]
    wanted = {checkpoint.number: checkpoint.hash for checkpoint in heads}
    wrong = [f"Журнал обрывается на строке {ends['number']}, а отпечаток есть для {number}: строки удалены."
             for number in sorted(wanted) if number > ends["number"]]  # fmt: skip
    before, expected = ends["base_hash"], ends["base"] + 1
    if wanted.get(ends["base"], before) != before:
        wrong.append(f"Строка {ends['base']}: не та, что в записанном отпечатке.")
    async for row in _lines(db, ends["number"]):
        if row["number"] != expected:
            return [*wrong, f"После строки {expected - 1} идёт строка {row['number']}: строки удалены или вставлены."]
        if row["hash"] != _line_hash(key, community, row, before):
            return [*wrong, f"Строка {expected} изменена."]
        if wanted.get(expected, row["hash"]) != row["hash"]:
            return [*wrong, f"Строка {expected}: не та, что в записанном отпечатке."]
        before, expected = row["hash"], expected + 1
    if (expected - 1, before) != (ends["number"], ends["hash"]):
        wrong.append(f"Журнал обрывается на строке {expected - 1} из {ends['number']}: строки удалены.")
    if await db.run(lambda tx: tx.row(_BEYOND)):
        wrong.append("После последней строки дописаны лишние.")
    return wrong


async def _key(tx: Transaction) -> tuple[bytes, int]:
    """The key of the log and its community."""
    return tx.keys.ring.derive_key("audit"), tx.community


async def _lines(db: Runs, last: int) -> AsyncIterator[Any]:
    """All lines that there are up to `last`; those below the base too, for none may be there."""
    after = -(2**62)
    while True:
        params = {"after": after, "most": PAGE}
        rows = await db.run(lambda tx: tx.rows(_AFTER, params))  # noqa: B023
        for row in rows:
            if row["number"] <= last:
                yield row
        if len(rows) < PAGE or rows[-1]["number"] >= last:
            return
        after = rows[-1]["number"]


_BEYOND = select(audit.c.number).where(
    in_community(audit),
    audit.c.number > select(chain.c.number).where(in_community(chain)).scalar_subquery(),
)
_DROP = delete(audit).where(in_community(audit), audit.c.number <= bindparam("last"))


async def prune(tx: Transaction, before: datetime, limit: int) -> int:
    """Lines from before that moment, taken from the old end; the chain begins after them. Returns how many."""
    oldest = await tx.rows(_AFTER, {"after": -1, "most": limit})
    rows = list(takewhile(lambda row: row["at"] < before, oldest))
    if not rows:
        return 0
    key = tx.keys.ring.derive_key("audit")
    ends = await _lock_chain(tx, key)
    ends["base"], ends["base_hash"] = rows[-1]["number"], rows[-1]["hash"]
    await tx.execute(_DROP, {"last": ends["base"]})
    await _keep_ends(tx, key, ends)
    return len(rows)
