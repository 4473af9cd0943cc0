"""Forgetting a resident: the key is destroyed, every row that named them is overwritten or gone (R14, T9, F32).

Which, the columns say themselves (storage/db/whose.py). What stays are numbers for statistics under a pseudonym of
chance, and the audit log. It must never touch VK: what is left there is returned.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, case, delete, exists, false, or_, select, true, update

from states.audit import AuditAction, AuditLine
from states.dialogue import Dialogue
from states.effects import Kind
from states.lifecycle.appeal import OPEN, WITH_AGENCY, Action, Status
from states.lifecycle.counted import Outcome
from states.lifecycle.rights import ErasureRequest
from states.messages import FIRST_CHAT, is_chat
from states.people.comments import WALLS
from storage.db.columns import Day, Moment, in_community
from storage.db.crash_points import crash_point
from storage.db.database import Database
from storage.db.schema import (
    PENDING,
    appeal,
    chat,
    consent,
    dialogue,
    history,
    inbox,
    known,
    lane,
    metadata,
    one_of,
    outbox,
    peer,
    timer,
)
from storage.db.transaction import Transaction
from storage.db.whose import Ends, Names, Whose, columns_of, empty_values
from storage.outbox.enqueue import DUE, FLYING, LOOKS, PARKED, OutboxState, move
from storage.privacy import audit, erasures, spared, under_posts
from storage.privacy.erasures import Erasure
from storage.privacy.shared_text import told_elsewhere
from storage.privacy.spared import Border
from storage.privacy.unlink_erased import unlink_erased
from storage.records import appeals, daily


@dataclass(frozen=True, slots=True)
class Card:
    """A message of ours in the chat of an agency that shows what the resident wrote."""

    peer: int
    cmid: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What an erasure leaves in VK. `id` is its record; `dialogue` counts our messages in the resident's dialogue."""

    id: int
    cards: tuple[Card, ...]
    dialogue: int
    appeals: int


_OUT = tuple(
    outbox.c[name]
    for name in ("id", "peer", "state", "cmid", "created_at", "ended_at", "cause", "effect", "kind", "appeal", "looks")
)


async def erase(
    tx: Transaction,
    resident: int,
    now: datetime,
    *,
    ground: str = "request",
    force: bool = False,
    again: bool = False,
) -> Forgotten | None:
    """Everything of a resident up to the cut of the request, in one transaction. None: a message to them is under way
    just now, or one of theirs is not answered yet: a person who writes right after asking would never hear anything.
    Ask again later.

    Their keys and the old community keys are destroyed afterwards (`destroy_keys`, `community_key.py`); only then is it
    done. `again`: an older copy of the database was put back; the keys went the first time, and the key of now is of a
    later consent. What the copy holds of after the cut goes too: VK shows it.
    """
    await tx.row(select(peer.c.peer).where(_is(peer, resident)).with_for_update())
    request = (await erasures.open_of(tx, [resident])).get(resident)
    talk = (await appeals.dialogues(tx, [resident])).get(resident)
    border = await _border(tx, resident, talk, request, again=again)
    codes = await _codes(tx, resident)
    said = await _rows_said(tx, resident, codes)
    kept = [row for row in said if spared.is_spared(row, resident, codes, border)]
    rows = [row for row in said if row not in kept]
    if not force and (_is_under_way(rows, resident) or await _is_unanswered(tx, resident, request)):
        return None
    await _take_back(tx, rows, now)
    cards = [Card(row["peer"], row["cmid"], row["ended_at"]) for row in rows if _is_shown(row) and is_chat(row["peer"])]
    shown = sum(_is_shown(row) and row["peer"] == resident for row in rows)
    if talk is not None:
        await tx.keys.ring.block(tx.community, resident, talk.blocked_until if talk.is_blocked(now) else None)
    answers = await under_posts.ask_to_delete(tx, rows, now)
    old = None if again else await tx.keys.renew(resident)
    await _forget_said(tx, rows)
    await anonymise(tx, codes, resident, -secrets.randbits(62) - 1, now)
    await _forget_rows(tx, resident, border, again=again)
    await spared.seal_anew(tx, resident, spared.kept_dialogue(talk, border), kept)
    await _forget_digests(tx, (row["peer"] for row in rows if is_chat(row["peer"])))
    remains = {
        "cards": [[card.peer, card.cmid, card.at.isoformat()] for card in cards],
        "dialogue": shown,
        "appeals": len(codes),
        "answers": answers,
    }
    keys = None if old is None else sorted(old)
    ground = request.ground.value if request is not None else ground
    record = await erasures.record_erased(tx, resident, ground, remains, now, cut=border.cut, keys=keys)
    await audit.append(tx, [AuditLine(0, AuditAction.ERASED, str(resident), ground)], now)
    return Forgotten(record, tuple(cards), shown, len(codes))


async def _border(
    tx: Transaction, resident: int, talk: Dialogue | None, request: ErasureRequest | None, *, again: bool
) -> Border:
    """Up to which message everything goes: to the last erasure again, all, or to what was asked for."""
    if again:
        return Border((await tx.keys.last_forgotten([resident])).get(resident, 0))
    if request is None:
        return await spared.whole(tx, resident)
    return await spared.border_of(tx, resident, talk, request.cut, request.asked_at)


async def under_way(tx: Transaction, resident: int) -> bool:
    """Whether something of theirs flies whose fate may still be learned soon: then it is waited for."""
    rows = await _rows_said(tx, resident, await _codes(tx, resident))
    return any(OutboxState(row["state"]) in FLYING and row["looks"] <= LOOKS for row in rows)


async def destroy_keys(db: Database) -> int:
    """Puts erased residents onto the erasure list and destroys their former keys, after the rows, in a transaction of
    its own. It may be cut short anywhere and done again. Returns how many."""
    waiting = await db.run(erasures.with_keys)
    for erasure in waiting:
        crash_point("erasure: rows gone")
        await db.run(lambda tx, erasure=erasure: _destroy_keys(tx, erasure))  # type: ignore[misc]
    return len(waiting)


async def _destroy_keys(tx: Transaction, erasure: Erasure) -> None:
    resident, at = erasure.resident, erasure.erased_at
    assert resident is not None and at is not None, "asked for"
    await tx.row(select(peer.c.peer).where(_is(peer, resident)).with_for_update())
    begun = await tx.row(_BEGUN, {"who": resident, "cut": erasure.cut})
    old = erasure.keys if begun is not None else None
    await tx.keys.ring.forget(tx.community, resident, erasure.cut, at, old)
    if begun is None:
        await tx.execute(delete(peer).where(_is(peer, resident)))
    await erasures.keys_destroyed(tx, erasure.id)


_TALK = exists().where(dialogue.c.community_id == peer.c.community_id, dialogue.c.resident == peer.c.peer)
_BEGUN = select(peer.c.peer).where(
    in_community(peer),
    peer.c.peer == bindparam("who"),
    or_(peer.c.high_watermark > bindparam("cut"), _TALK),
)
"""Whether anything of theirs is of after the cut."""


def _is(table: Any, who: int, column: str = "peer") -> Any:
    """The condition: of this community and this resident."""
    return (in_community(table)) & (table.c[column] == who)


def _drop(column: Any, condition: Any) -> Any:
    """A statement that deletes these rows of this community."""
    return delete(column.table).where(in_community(column.table), condition)


def _is_shown(row: Any) -> bool:
    return row["state"] == OutboxState.SENT and row["effect"] == "send" and bool(row["cmid"])


async def _codes(tx: Transaction, resident: int) -> list[str]:
    """The numbers of all appeals of the resident, sorted."""
    rows = await tx.rows(select(appeal.c.code).where(_is(appeal, resident, "resident")))
    return sorted(row["code"] for row in rows)


def _is_under_way(rows: Iterable[Any], resident: int) -> bool:
    """What flies, and what the bot itself has still to say to the resident."""
    own = [row for row in rows if row["peer"] == resident and row["kind"] == Kind.SCREEN]
    return any(OutboxState(row["state"]) in FLYING for row in rows) or any(
        OutboxState(row["state"]) in DUE for row in own
    )


_PAUSE = "pause"
"""The timer that waits for the rest of what somebody is telling (handlers/views/turn.py)."""


async def _is_unanswered(tx: Transaction, resident: int, request: ErasureRequest | None) -> bool:
    """Whether something that this resident wrote has still to be decided on, or to be read from VK's history. After a
    request what is written later is spared, and need not be waited for; nor is the word of the request itself, where
    nobody runs the community any more."""
    waiting = select(inbox.c.id).where(_is(inbox, resident), one_of(inbox.c.state, PENDING)).limit(1)
    if request is not None:
        before = waiting.where(inbox.c.ord <= request.cut * 2 + 1, ~inbox.c.key.startswith(erasures.TOLD))
        return await tx.row(before) is not None
    telling = select(timer.c.key).where(_is(timer, resident), timer.c.name == _PAUSE)
    unread = select(peer.c.peer).where(_is(peer, resident), peer.c.behind == 1)
    found = [await tx.row(asked) for asked in (waiting, telling, unread)]
    return any(row is not None for row in found)


async def _rows_said(tx: Transaction, resident: int, codes: Sequence[str]) -> list[Any]:
    """The rows of all that was said to the resident, about their appeals, and about their comments."""
    mine = in_community(outbox)
    rows = list(await tx.rows(select(*_OUT).where(mine, outbox.c.peer == resident)))
    if codes:
        rows += await tx.rows(select(*_OUT).where(mine, outbox.c.appeal.in_(codes), outbox.c.peer != resident))
        rows += await told_elsewhere(tx, resident, codes, _OUT)
    rows += await under_posts.rows_about(tx, resident, _OUT)
    return sorted(rows, key=lambda row: int(row["id"]))


async def _take_back(tx: Transaction, rows: Iterable[Any], now: datetime) -> None:
    """F32: cancelled before anything is destroyed, so that nothing is sent of which nothing is known."""
    for row in rows:
        if OutboxState(row["state"]) in DUE | PARKED | FLYING | {OutboxState.DEAD}:
            await move(tx, row["id"], [OutboxState(row["state"])], OutboxState.CANCELLED, now, reason="erased")


_DROP_OUT = delete(outbox).where(in_community(outbox), outbox.c.id == bindparam("row"))
_REPORTS = select(inbox.c.id).where(
    in_community(inbox),
    inbox.c.peer.in_(bindparam("peers", expanding=True)),
    inbox.c.key >= bindparam("first"),
    inbox.c.key < bindparam("end"),
)
_DROP_IN = delete(inbox).where(in_community(inbox), inbox.c.id == bindparam("row"))


async def _forget_said(tx: Transaction, rows: Sequence[Any]) -> None:
    """The rows, and the reports of their fate in the inboxes of chats and posts: causes name the resident."""
    chats = sorted({row["peer"] for row in rows if is_chat(row["peer"]) or row["peer"] in WALLS})
    reports: set[int] = set()
    for row in rows if chats else ():
        begins = f"delivery|{row['cause']}"
        params = {"peers": chats, "first": f"{begins}|", "end": f"{begins}}}"}
        reports |= {found["id"] for found in await tx.rows(_REPORTS, params)}
    await drop_in(tx, reports)
    # Those that had not left were cancelled just now, and are out of the books already (I12).
    await drop_out(tx, [row["id"] for row in rows], sum(row["state"] == OutboxState.SENT for row in rows))


async def drop_in(tx: Transaction, ids: Iterable[int]) -> None:
    """Rows of the inbox that are gone for good; the books still balance (I12)."""
    ids = sorted(ids)
    await tx.execute_many(_DROP_IN, [{"row": id} for id in ids])
    tx.count("forgotten_in", len(ids))


async def drop_out(tx: Transaction, ids: Iterable[int], counted: int) -> None:
    """The same for the outbox. `counted`: how many of them are in "produced"."""
    await tx.execute_many(_DROP_OUT, [{"row": id} for id in sorted(ids)])
    tx.count("forgotten_out", counted)


GONE = "~"
"""Stands where the number of another appeal stood."""

_RENAME = (
    update(appeal)
    .where(in_community(appeal), appeal.c.code == bindparam("named"))
    .values(
        code=bindparam("anew"),
        resident=bindparam("nobody"),
        status=bindparam("to"),
        # That it was a repeat, or of an incident, is still counted; of which one nobody can tell (R54).
        incident=case((appeal.c.incident == "", ""), else_=GONE),
        repeat_of=case((appeal.c.repeat_of == "", ""), else_=GONE),
        **empty_values(appeal),
    )
)
_RENAME_LINES = (
    update(history)
    .where(in_community(history), history.c.code == bindparam("named"))
    .values(code=bindparam("anew"), **empty_values(history))
)
_UNNAME = (
    update(history)
    .where(
        in_community(history),
        history.c.code == bindparam("named"),
        history.c.actor == bindparam("who"),
    )
    .values(actor=bindparam("nobody"))
)
_GONE_WITH_APPEAL = tuple(
    _drop(column, column.in_(bindparam("codes", expanding=True)))
    for column in columns_of(metadata, whose=Whose.RESIDENT, names=Names.APPEAL, ends=Ends.GONE)
)
_STATUS = select(appeal.c.code, appeal.c.status, appeal.c.version).where(
    in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True))
)


async def anonymise(tx: Transaction, codes: Sequence[str], resident: int, nobody: int, now: datetime) -> None:
    """Appeals become rows for statistics. The number goes too: it is made of the VK id, and two of one pseudonym would
    give it back to anybody who tries all ids."""
    if not codes:
        return
    await unlink_erased(tx, codes, now)
    for gone in _GONE_WITH_APPEAL:
        await tx.execute(gone, {"codes": sorted(codes)})
    for row in await tx.rows(_STATUS, {"codes": list(codes)}):
        code, status = row["code"], row["status"]
        named = {"named": code}
        await tx.execute(_UNNAME, {**named, "who": resident, "nobody": nobody})
        if Status(status) in OPEN:
            await _withdraw(tx, row, now)
            status = Status.WITHDRAWN.value
        anew = f"{code[:4]}~{secrets.token_hex(8)}"
        await tx.execute(_RENAME, {**named, "anew": anew, "nobody": nobody, "to": status})
        await tx.execute(_RENAME_LINES, {**named, "anew": anew})
        prefix = timer.c.key.startswith(code, autoescape=True)
        await tx.execute(delete(timer).where(in_community(timer), prefix))


_PASSED = or_(
    appeal.c.late,
    and_(appeal.c.status.in_(sorted(WITH_AGENCY)), appeal.c.due_at < bindparam("now", type_=Moment)),
)
"""A term that has passed without a word stays passed; by another one nobody is judged any more."""
_END = (
    update(appeal)
    .where(in_community(appeal), appeal.c.code == bindparam("named"))
    .values(
        version=bindparam("grown"),
        status=Status.WITHDRAWN.value,
        ended=bindparam("day", type_=Day),
        outcome=Outcome.WITHDRAWN.value,
        late=case((_PASSED, true()), else_=false()),
        term=case((_PASSED, appeal.c.term)),
    )
)


async def _withdraw(tx: Transaction, row: Any, now: datetime) -> None:
    """An open appeal does not stay open for ever in the statistics."""
    line = {
        "code": row["code"],
        "version": row["version"] + 1,
        "at": now,
        "actor": 0,
        "action": Action.WITHDRAW.value,
        "before": row["status"],
        "after": Status.WITHDRAWN.value,
        "reason": "",
    }
    await tx.execute(history.insert(), line)
    was = await daily.rows_of(tx, [row["code"]])
    ended = {"named": row["code"], "grown": row["version"] + 1, "day": now.date(), "now": now}
    await tx.execute(_END, ended)
    await daily.move(tx, was, await daily.rows_of(tx, [row["code"]]))


_FORGET_DIGESTS = update(chat).where(in_community(chat), chat.c.peer == bindparam("who")).values(**empty_values(chat))


async def _forget_digests(tx: Transaction, chats: Iterable[int]) -> None:
    """Forgets the digests of the last answers of these chats: a person who has the words could tell that they were
    given (R43)."""
    await tx.execute_many(_FORGET_DIGESTS, [{"who": peer} for peer in sorted(set(chats))])


_GONE_WITH_PERSON = columns_of(metadata, whose=Whose.RESIDENT, names=Names.PERSON, ends=Ends.GONE)
_NUMBERS = (known.c.peer, peer.c.peer)
"""Else they go when the erasure list knows it too (`spared.keep_numbers`)."""


async def _forget_rows(tx: Transaction, resident: int, border: Border, *, again: bool) -> None:
    """Everything else that has the VK id in it."""
    await drop_in(tx, await spared.keep_events(tx, resident, border))
    # A consent is a number for statistics too; whose it was nobody can tell.
    unnamed = update(consent).where(_is(consent, resident, "resident"), spared.kept_consents(border))
    await tx.execute(unnamed.values(resident=-secrets.randbits(62) - 1, cmid=0))
    for column in (*_GONE_WITH_PERSON, *(_NUMBERS if again else ())):
        await tx.execute(_drop(column, column == resident))
    await spared.keep_numbers(tx, resident, border)
    if not border.newer:
        lanes = lane.c.lane.in_([resident, -resident])
        await tx.execute(delete(lane).where(in_community(lane), lanes))


PAGE = 2000
_EVERYBODY = tuple(
    select(column.label("who")).where(
        in_community(column.table),
        column > bindparam("after", type_=BigInteger),
        column < FIRST_CHAT,
    )
    .distinct()
    .order_by(column)
    .limit(PAGE)
    for column in (peer.c.peer, dialogue.c.resident, appeal.c.resident, consent.c.resident)
)  # fmt: skip


async def reapply(db: Database, now: datetime) -> int:
    """Forgets everybody again who is on the erasure list and still in this database (an older copy was put back),
    before anything else after a start. Returns how many."""
    listed = await db.run(lambda tx: tx.keys.ring.forgotten_all(tx.community))
    done: dict[str, datetime] = {}
    for erasure in await db.run(erasures.everything):
        if erasure.erased_at is not None:
            done[erasure.subject] = max(erasure.erased_at, done.get(erasure.subject, erasure.erased_at))
    missing = {subject for subject, (_, at) in listed.items() if subject not in done or done[subject] < at}
    if not missing:
        return 0
    found = await _residents_of(db, missing)
    for resident in sorted(found):
        await db.run(lambda tx: erase(tx, resident, now, ground="restored", force=True, again=True))  # noqa: B023
        crash_point("restore: forgotten again")
    for subject in sorted(missing - set(found.values())):
        await db.run(lambda tx: erasures.note(tx, subject, now))  # noqa: B023
    await db.checkpoint()
    return len(found)


async def _residents_of(db: Database, subjects: set[str]) -> dict[int, str]:
    """By resident in this database, which of these pseudonyms is theirs."""
    found: dict[int, str] = {}
    for query in _EVERYBODY:
        after = 0
        while True:
            params = {"after": after}

            async def page(tx: Transaction) -> list[tuple[int, str]]:
                rows = await tx.rows(query, params)  # noqa: B023
                return [(row["who"], tx.keys.pseudonym(row["who"])) for row in rows]

            named = await db.run(page)
            found.update({who: subject for who, subject in named if subject in subjects})
            if len(named) < PAGE:
                break
            after = named[-1][0]
    return found
