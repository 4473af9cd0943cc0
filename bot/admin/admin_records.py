"""What an administrator asks about people's data: erasures and their acts, the audit log, an incident, the keys.

Plain functions of an open database, as in admin_service.py; each that shows or moves data leaves an audit line (R24).
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.upkeep import audit_checkpoints
from handlers.text.relayed import in_chat, one_line
from states.audit import AuditAction, AuditLine
from states.lifecycle.rights import ErasureRequest, Ground
from states.messages import is_person
from storage.db import master
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.privacy import audit, erasures, incident
from storage.privacy.erasures import Erasure
from storage.privacy.incident import Affected
from storage.records import appeals

Json = dict[str, Any]
FALSE_FOR = timedelta(days=30)
LONGEST = 1_000
"""Letters of a line."""
SHOWN_FIELDS = ("at", "number", "actor", "action", "subject", "detail", "hash")


def nobody() -> None:
    """Wakes nobody: no loop runs in this process."""


class AdminRecords:
    """`wake`: whoever decides on events hears that there is one."""

    def __init__(self, db: Database, clock: Clock, wake: Callable[[], None] = nobody) -> None:
        self.db, self.clock, self.wake = db, clock, wake

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {
            "erasures": self.erasures,
            "erasure_ask": self.erasure_ask,
            "erasure_act": self.erasure_act,
            "audit_show": self.audit_show,
            "audit_verify": self.audit_verify,
            "incident": self.incident,
            "keys_rotate": self.keys_rotate,
            "false_alarms": self.false_alarms,
        }

    async def wrote(self, action: AuditAction, subject: str = "", detail: str = "") -> None:
        """Adds a line to the audit log, done by the administrator."""
        line = AuditLine(0, action, subject, detail)
        await self.db.run(lambda tx: audit.append(tx, [line], self.clock.now()))

    async def erasures(self) -> Json:
        """R13: every request with its due date, the soonest first."""
        found = await self.db.run(erasures.everything)
        return {"now": self.clock.now().isoformat(), "erasures": [erasure_json(erasure) for erasure in found]}

    async def erasure_ask(self, resident: int, ground: str, due_at: str, actor: int = 0) -> Json:
        """A request that came by letter. The answer has the day of the request that stands, maybe of an older one."""
        if not is_person(resident):
            raise Refusal("Укажите числовой id жителя ВКонтакте, например 123456.")
        request = ErasureRequest(resident, self.clock.now(), datetime.fromisoformat(due_at), Ground(ground))
        await self.db.run(lambda tx: erasures.demand(tx, request, self.clock.now(), actor))
        self.wake()
        name = await self.db.run(lambda tx: _pseudonym(tx, resident))
        standing = (await self.db.run(lambda tx: erasures.open_of(tx, [resident])))[resident]
        return {"code": name[:8], "due_at": standing.due_at.isoformat()}

    async def erasure_act(self, code: str) -> Json:
        """What an act is written from: the record and the lines of the log about it (R14, РКН №179)."""
        found = await self.db.run(lambda tx: erasures.by_code(tx, code))
        if not found:
            raise Refusal(f"Запроса с кодом «{code}» нет. Коды: python -m bot erasures list")
        last = found[-1]
        lines = await self.db.run(lambda tx: audit.of_subject(tx, last.subject))
        return {"erasure": erasure_json(last), "log": [audit_line_json(line) for line in lines]}

    async def audit_show(self, count: int) -> Json:
        """So many of the audit log's newest lines."""
        lines = await self.db.run(lambda tx: audit.newest(tx, count))
        return {"lines": [audit_line_json(line) for line in lines]}

    async def audit_verify(self, second_place: list[list[Any]]) -> Json:
        """T22: the whole chain, against itself and against the second place."""
        wrong = await audit.verify(self.db, audit_checkpoints.from_rows(second_place))
        head = await self.db.run(audit.head)
        return {"wrong": wrong, "lines": head.number if head is not None else 0, "heads": len(second_place)}

    async def incident(self, since: str, until: str, file: str, timezone: str) -> Json:
        """R23: written by the process that has the database open, a page at a time, into files of the owner only. Every
        time in them is of one zone, which is named."""
        zone = ZoneInfo(timezone)
        begun, ended = (datetime.fromisoformat(time).astimezone(zone) for time in (since, until))
        people = 0
        with new_file(Path(file)) as rows, new_file(Path(file).with_suffix(".txt")) as table:
            print(head_of_table(begun, ended, timezone), file=table)
            span = {"timezone": timezone, "since": begun.isoformat(), "until": ended.isoformat()}
            rows.write(json.dumps(span)[:-1] + ', "affected": [')
            async for page in incident.affected_people(self.db, begun, ended):
                for person in page:
                    rows.write(("," if people else "") + "\n" + json.dumps(as_json(person, zone), ensure_ascii=False))
                    print(as_line(person, zone), file=table)
                    people += 1
            rows.write("\n]}\n")
        await self.wrote(AuditAction.EXPORTED, detail="incident")
        return {"people": people, "files": [file, str(Path(file).with_suffix(".txt"))]}

    async def false_alarms(self, file: str) -> Json:
        """What people ended as false in thirty days, a line each and without numbers, for whoever mends the words
        (R28). It names nobody, and who had it written is logged."""
        since = self.clock.now() - FALSE_FOR
        found = await self.db.run(lambda tx: appeals.false_alarms(tx, since))
        words = [
            one_line(in_chat(piece.text), LONGEST) for appeal in found for piece in appeal.pieces if piece.text.strip()
        ]
        with new_file(Path(file)) as lines:
            lines.writelines(f"{line}\n" for line in words)
        await self.wrote(AuditAction.EXPORTED, detail="false_alarms")
        return {"alarms": len(found), "file": file}

    async def keys_rotate(self, file: str) -> Json:
        """Every key wrapped with the master key of that file; this process goes on with it at once."""
        fresh = master.load(Path(file))
        count = await self.db.run(lambda tx: tx.keys.ring.rotate(fresh))
        await self.wrote(AuditAction.KEY_ROTATED)
        return {"keys": count}


async def _pseudonym(tx: Transaction, resident: int) -> str:
    """The resident's name in the audit log."""
    return tx.keys.pseudonym(resident)


def erasure_json(erasure: Erasure) -> Json:
    """The erasure with its moments in ISO 8601; null for a step that was not taken yet."""
    times = {name: _time(getattr(erasure, name)) for name in ("asked_at", "due_at", "erased_at", "done_at")}
    return {
        "code": erasure.code,
        "subject": erasure.subject,
        "ground": erasure.ground,
        **times,
        "remains": erasure.remains,
    }


def audit_line_json(line: Mapping[str, Any]) -> Json:
    """The fields of an audit line that an administrator sees."""
    return {name: _time(line[name]) if name == "at" else line[name] for name in SHOWN_FIELDS}


def _time(at: datetime | None) -> str | None:
    """The moment as ISO text; None stays None."""
    return None if at is None else at.isoformat()


def new_file(path: Path) -> IO[str]:
    """A new file for the owner of the process only: it names people. Refusal where it cannot be written."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8")
    except OSError as error:
        raise Refusal(f"Файл {path} не записать: {error.strerror}.") from None


def as_json(affected: Affected, zone: tzinfo) -> Json:
    """One affected person with all moments in this zone; it holds the person's VK id, so it goes into a file only."""
    return {
        "resident": affected.resident,
        "fields": sorted(affected.fields),
        "since": _time(_local(affected.since, zone)),
        "active": affected.active,
        "first": _time(_local(affected.first, zone)),
        "last": _time(_local(affected.last, zone)),
        "appeals": affected.appeals,
        "chats": sorted(affected.chats),
    }


def _local(at: datetime | None, zone: tzinfo) -> datetime | None:
    """The moment in this zone; None stays None."""
    return None if at is None else at.astimezone(zone)


def head_of_table(since: datetime, until: datetime, timezone: str) -> str:
    """The first two lines of the table: the period with its zone, and the titles of columns."""
    return (
        f"Кого затронуло с {since:%d.%m.%Y %H:%M} до {until:%d.%m.%Y %H:%M}; всё время — {timezone} (UTC{since:%z})\n"
        f"{'id ВКонтакте':>12}  {'данные с':16}  {'в этот срок':31}  сообщений  какие данные"
    )


def as_line(affected: Affected, zone: tzinfo) -> str:
    """One affected person as a line of the table; a dash where the person did nothing in the period."""
    first, last, known = (_local(at, zone) for at in (affected.first, affected.last, affected.since))
    inside = "–" if first is None or last is None else f"{first:%d.%m %H:%M} … {last:%d.%m %H:%M}"
    since = "–" if known is None else f"{known:%d.%m.%Y %H:%M}"
    fields = ", ".join(sorted(affected.fields))
    return f"{affected.resident:>12}  {since:16}  {inside:31}  {len(affected.appeals):>9}  {fields}"
