"""Appeals and dialogues as rows: the body is the whole value, the columns are only what is searched for.

It must never overwrite an appeal that somebody else has changed meanwhile (I6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from states.dialogue import Dialogue
from states.lifecycle.alerts import Ending
from states.lifecycle.appeal import OPEN, Action, Appeal, History, Status
from states.statistics.cells import cell_of
from storage.db.codec import decode, encode
from storage.db.columns import in_community
from storage.db.errors import Conflict
from storage.db.keyring import APPEAL, DIALOGUE, REASON
from storage.db.schema import Moment, appeal, chat, dialogue, history, link
from storage.db.transaction import Transaction
from storage.db.upsert import insert_new, upsert
from storage.records import daily, search_tokens

CELL = ("cell_row", "cell_column")
BORN = ("code", "resident", "source", "created_at")
"""Columns that never change."""
NEWEST = 30
"""A resident's appeals that facts always hold, beside the open ones."""


async def open_rows(tx: Transaction, rows: Sequence[Any]) -> list[Appeal]:
    """The appeals of these rows in their order, without those that are forgotten: their rows are numbers for statistics
    only (R14)."""
    bodies = await tx.keys.unseal(APPEAL, [(row["code"], row["body"]) for row in rows])
    found = [decode(Appeal, body) for body in bodies if body is not None]
    for an_appeal in found:
        tx.read.setdefault(an_appeal.code, an_appeal)
    return found


_BY_CODE = select(appeal.c.code, appeal.c.body).where(
    in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True))
)
_ranked = (
    select(
        appeal.c.body,
        appeal.c.resident,
        appeal.c.status,
        appeal.c.created_at,
        appeal.c.code,
        func.row_number()
        .over(partition_by=appeal.c.resident, order_by=(appeal.c.created_at.desc(), appeal.c.code))
        .label("place"),
    )
    .where(in_community(appeal), appeal.c.resident.in_(bindparam("residents", expanding=True)))
    .subquery()
)
_OF_RESIDENTS = (
    select(_ranked.c.code, _ranked.c.body)
    .where(or_(_ranked.c.place <= NEWEST, _ranked.c.status.in_(sorted(OPEN))))
    .order_by(_ranked.c.created_at, _ranked.c.code)
)
# In no order: asked for one, SQLite would read all appeals in it rather than sort the few that wait.
_WAITING = select(appeal.c.code, appeal.c.body).where(
    in_community(appeal), appeal.c.status.in_((Status.WAITING, Status.REOPENED))
)
_ALARMS = _WAITING.where(appeal.c.urgent, appeal.c.due_at.is_(None))
"""All else that waits has a term (R28, R46)."""
_ALARMING = (
    select(appeal.c.code)
    .where(in_community(appeal), appeal.c.status == Status.WAITING, appeal.c.urgent, appeal.c.due_at.is_(None))
    .limit(1)
)
_ENDED_ALARMS = select(appeal.c.code, appeal.c.body).where(
    in_community(appeal),
    appeal.c.status == Status.CLOSED,
    appeal.c.urgent,
    appeal.c.created_at >= bindparam("since", type_=Moment),
)
_UNBOUND = select(chat.c.peer).where(in_community(chat), chat.c.agency.is_(None))
_HOMELESS = select(appeal.c.code, appeal.c.body).where(
    in_community(appeal),
    appeal.c.chat.in_(bindparam("peers", expanding=True)),
    appeal.c.status.in_(sorted(OPEN - {Status.WAITING, Status.REOPENED})),
)
_LINKS = select(link).where(
    in_community(link),
    link.c.peer.in_(bindparam("peers", expanding=True)),
    link.c.cmid.in_(bindparam("cmids", expanding=True)),
)
_DIALOGUES = select(dialogue.c.resident, dialogue.c.body).where(
    in_community(dialogue), dialogue.c.resident.in_(bindparam("residents", expanding=True))
)


async def by_code(tx: Transaction, codes: Iterable[str]) -> dict[str, Appeal]:
    """By number, the appeals with these numbers; those that do not exist are left out."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    rows = await tx.rows(_BY_CODE, {"codes": wanted})
    return {an_appeal.code: an_appeal for an_appeal in await open_rows(tx, rows)}


async def of_residents(tx: Transaction, residents: Iterable[int]) -> dict[int, list[Appeal]]:
    """By resident, the open appeals and the newest, oldest first."""
    wanted = sorted(set(residents))
    found: dict[int, list[Appeal]] = defaultdict(list)
    if wanted:
        rows = await tx.rows(_OF_RESIDENTS, {"residents": wanted})
        for an_appeal in await open_rows(tx, rows):
            found[an_appeal.resident].append(an_appeal)
    return found


async def waiting(tx: Transaction) -> list[Appeal]:
    """All that wait, and open ones whose chat is bound to nobody any more; oldest first."""
    rows = list(await tx.rows(_WAITING))
    unbound = [row["peer"] for row in await tx.rows(_UNBOUND)]
    if unbound:
        rows += await tx.rows(_HOMELESS, {"peers": unbound})
    found = await open_rows(tx, rows)
    return sorted(found, key=lambda an_appeal: (an_appeal.created_at, an_appeal.code))


async def alarms(tx: Transaction) -> tuple[Appeal, ...]:
    """Alarms of danger to life that nobody has ended, oldest first (R28)."""
    found = await open_rows(tx, await tx.rows(_ALARMS))
    return tuple(
        sorted(
            (an_appeal for an_appeal in found if an_appeal.alarming),
            key=lambda an_appeal: (an_appeal.created_at, an_appeal.code),
        )
    )


async def false_alarms(tx: Transaction, since: datetime) -> tuple[Appeal, ...]:
    """The alarms that a person has ended as false since then, oldest first (R28)."""
    found = await open_rows(tx, await tx.rows(_ENDED_ALARMS, {"since": since}))
    false = [an_appeal for an_appeal in found if an_appeal.alert is not None and an_appeal.alert.ending is Ending.FALSE]
    return tuple(sorted(false, key=lambda an_appeal: (an_appeal.created_at, an_appeal.code)))


async def any_alarm(tx: Transaction) -> bool:
    """Whether one may be open; reads nothing sealed."""
    return await tx.row(_ALARMING) is not None


async def appeals_of_messages(tx: Transaction, messages: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Which appeal each of these (peer, cmid) belongs to."""
    wanted = set(messages)
    if not wanted:
        return {}
    params = {
        "peers": sorted({peer for peer, _ in wanted}),
        "cmids": sorted({cmid for _, cmid in wanted}),
    }
    return {(row["peer"], row["cmid"]): row["appeal"] for row in await tx.rows(_LINKS, params)}


_LINES = (
    select(history)
    .where(in_community(history), history.c.code.in_(bindparam("codes", expanding=True)))
    .order_by(history.c.code, history.c.version)
)


async def lines_of(tx: Transaction, codes: Iterable[str]) -> dict[str, list[History]]:
    """The history of each, oldest first. A reason whose key is destroyed is empty."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    rows = await tx.rows(_LINES, {"codes": wanted})
    names = [(f"{row['code']}|{row['version']}", row["reason"]) for row in rows]
    reasons = await tx.keys.unseal(REASON, names)
    found: dict[str, list[History]] = defaultdict(list)
    for row, reason in zip(rows, reasons, strict=True):
        before = None if row["before"] is None else Status(row["before"])
        line = History(
            row["code"], row["version"], row["at"], row["actor"], Action(row["action"]), before, Status(row["after"]),
            reason or "",
        )  # fmt: skip
        found[line.code].append(line)
    return found


async def dialogues(tx: Transaction, residents: Iterable[int]) -> dict[int, Dialogue]:
    """The stored dialogues of these residents, by resident; those whose key is gone are left out."""
    wanted = sorted(set(residents))
    if not wanted:
        return {}
    rows = await tx.rows(_DIALOGUES, {"residents": wanted})
    bodies = await tx.keys.unseal(DIALOGUE, [(str(row["resident"]), row["body"]) for row in rows])
    found = [decode(Dialogue, body) for body in bodies if body is not None]
    return {talk.resident: talk for talk in found}


async def keep_dialogues(tx: Transaction, changed: Sequence[Dialogue]) -> None:
    """Stores these dialogues, sealed, in the order of residents, so that no two transactions block each other."""
    changed = sorted(changed, key=lambda talk: talk.resident)
    values = [(talk.resident, str(talk.resident), encode(talk)) for talk in changed]
    bodies = await tx.keys.seal(DIALOGUE, values)
    rows = [
        {
            "resident": talk.resident,
            "consent": talk.consent,
            "touched_at": talk.touched_at,
            "body": body,
        }
        for talk, body in zip(changed, bodies, strict=True)
    ]
    await upsert(tx, dialogue, rows)


_UPDATE = (
    update(appeal)
    .where(
        in_community(appeal),
        appeal.c.code == bindparam("named"),
        appeal.c.version == bindparam("before"),
    )
    .values(
        {
            name: bindparam(f"new_{name}", type_=appeal.c[name].type)
            for name in (
                "status",
                "version",
                "topic",
                "place",
                "agency",
                "chat",
                "due_at",
                "incident",
                "repeat_of",
                "urgent",
                "first_answer_at",
                "answered_at",
                "rating",
                "body",
                *CELL,
                "chosen",
                *daily.COLUMNS,
            )
        }
    )
)


async def keep_appeals(tx: Transaction, changed: Sequence[Appeal], lines: Sequence[History]) -> None:
    """Insert new appeals, update the others from the very version that was read; `Conflict` where it is gone.

    Of one that was not read in this transaction the version before is that before its first line, or the one below.
    """
    first: dict[str, int] = {}
    for line in lines:
        first[line.code] = min(line.version, first.get(line.code, line.version))
    fresh = [an_appeal for an_appeal in changed if first.get(an_appeal.code, an_appeal.version) == 1]
    sealed = await tx.keys.seal(
        APPEAL, [(an_appeal.resident, an_appeal.code, encode(an_appeal)) for an_appeal in changed]
    )
    bodies = {an_appeal.code: body for an_appeal, body in zip(changed, sealed, strict=True)}
    rows = [row_of(an_appeal, bodies) for an_appeal in sorted(fresh, key=lambda an_appeal: an_appeal.code)]
    if len(await insert_new(tx, appeal, appeal.c.code, rows)) < len(rows):
        raise Conflict("an appeal of that number or from that message exists")
    created = {an_appeal.code for an_appeal in fresh}
    known = [an_appeal.code for an_appeal in changed if an_appeal.code not in created]
    was = await daily.rows_of(tx, known) if known else []
    for an_appeal in sorted(
        (an_appeal for an_appeal in changed if an_appeal.code not in created), key=lambda an_appeal: an_appeal.code
    ):
        had = tx.read.get(an_appeal.code)
        before = had.version if had is not None else first.get(an_appeal.code, an_appeal.version) - 1
        grown = an_appeal.version > before
        if not grown or await tx.execute(_UPDATE, _update_of(an_appeal, before, bodies)) != 1:
            raise Conflict(f"appeal {an_appeal.code} is not at version {before} any more")
    await daily.move(tx, was, (daily.numbers_of(row_of(an_appeal, bodies)) for an_appeal in changed))
    await search_tokens.keep(
        tx, [an_appeal for an_appeal in changed if _says_other(an_appeal, tx.read.get(an_appeal.code))], new=created
    )
    tx.read.update({an_appeal.code: an_appeal for an_appeal in changed})
    said = await lines_as_rows(tx, lines, {an_appeal.code: an_appeal.resident for an_appeal in changed})
    if len(await insert_new(tx, history, history.c.version, said)) < len({row["version"] for row in said}):
        raise Conflict("an appeal has a line of history for that version")


def _says_other(an_appeal: Appeal, had: Appeal | None) -> bool:
    """Whether its words are not those that were read: nearly every move leaves them."""
    return had is None or (an_appeal.text, an_appeal.address) != (had.text, had.address)


def row_of(an_appeal: Appeal, bodies: Mapping[str, str]) -> dict[str, Any]:
    """The appeal as a row: its sealed body, and beside it everything that is searched or counted by."""
    cell = cell_of(an_appeal)
    return {
        "code": an_appeal.code,
        "resident": an_appeal.resident,
        "source": an_appeal.source,
        "created_at": an_appeal.created_at,
        "status": an_appeal.status.value,
        "version": an_appeal.version,
        "topic": an_appeal.topic,
        "place": an_appeal.place,
        "agency": an_appeal.agency,
        "chat": an_appeal.chat,
        "due_at": None if an_appeal.deadline is None else an_appeal.deadline.due_at,
        "incident": an_appeal.incident,
        "repeat_of": an_appeal.repeat_of,
        "urgent": an_appeal.urgent,
        "first_answer_at": an_appeal.first_answer_at,
        "answered_at": an_appeal.answered_at,
        "rating": an_appeal.rating,
        "body": bodies[an_appeal.code],
        **{name: getattr(an_appeal.counted, name) for name in daily.PLAIN},
        "outcome": an_appeal.counted.outcome.value,
        "door": an_appeal.door,
        "cell_row": None if cell is None else cell.row,
        "cell_column": None if cell is None else cell.column,
        "chosen": an_appeal.chosen_by_resident,
    }


def _update_of(an_appeal: Appeal, before: int, bodies: Mapping[str, str]) -> dict[str, Any]:
    values = {f"new_{name}": value for name, value in row_of(an_appeal, bodies).items() if name not in BORN}
    return {"named": an_appeal.code, "before": before, **values}


async def lines_as_rows(tx: Transaction, lines: Sequence[History], whose: Mapping[str, int]) -> list[dict[str, Any]]:
    """The columns of lines of the history, in order, with their reasons sealed."""
    lines = sorted(lines, key=lambda line: (line.code, line.version))
    values = [(whose[line.code], f"{line.code}|{line.version}", line.reason) for line in lines]
    reasons = await tx.keys.seal(REASON, values)
    return [
        {
            "code": line.code,
            "version": line.version,
            "at": line.at,
            "actor": line.actor,
            "action": line.action.value,
            "before": None if line.before is None else line.before.value,
            "after": line.after.value,
            "reason": reason,
        }
        for line, reason in zip(lines, reasons, strict=True)
    ]
