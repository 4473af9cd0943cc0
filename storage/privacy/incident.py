"""Who was affected, which fields, when: for the notices of 24 and 72 hours after a leak (R23). It changes nothing.

It goes through the residents a page at a time, so that the bot goes on working meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select

from states.dialogue import Dialogue
from states.lifecycle.appeal import Appeal, Piece
from storage.db.codec import decode
from storage.db.columns import in_community
from storage.db.database import Database
from storage.db.keyring import APPEAL, DIALOGUE
from storage.db.schema import Moment, appeal, dialogue, history, inbox, official
from storage.db.transaction import Transaction

PAGE = 500


@dataclass(slots=True)
class Affected:
    """One person whose data lay here until the end of the interval: a resident, or an official of a chat.

    `fields`: what of it, in Russian. `since`: from when. `active`: what happened with it inside the interval, and when
    first and last. `chats`: where their appeals were shown.
    """

    resident: int
    fields: set[str] = field(default_factory=set)
    since: datetime | None = None
    appeals: list[str] = field(default_factory=list)
    chats: set[int] = field(default_factory=set)
    active: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def saw(self, at: datetime, since: datetime, until: datetime) -> None:
        """Counts a moment in which the person's data was there, and whether it lay within the leak."""
        self.since = at if self.since is None else min(self.since, at)
        if since <= at <= until:
            self.active += 1
            self.first = at if self.first is None else min(self.first, at)
            self.last = at if self.last is None else max(self.last, at)


_PEOPLE = (
    select(dialogue.c.resident, dialogue.c.touched_at, dialogue.c.body)
    .where(in_community(dialogue), dialogue.c.resident > bindparam("after", type_=BigInteger))
    .order_by(dialogue.c.resident)
    .limit(PAGE)
)
_APPEALS = select(appeal.c.code, appeal.c.resident, appeal.c.created_at, appeal.c.chat, appeal.c.body).where(
    in_community(appeal),
    appeal.c.resident.in_(bindparam("people", expanding=True)),
    appeal.c.created_at <= bindparam("until", type_=Moment),
)
_LINES = select(history.c.code, history.c.at).where(
    in_community(history), history.c.code.in_(bindparam("codes", expanding=True))
)
_HEARD = (
    select(inbox.c.peer, func.min(inbox.c.received_at).label("first"), func.max(inbox.c.received_at).label("last"))
    .where(
        in_community(inbox),
        inbox.c.peer.in_(bindparam("people", expanding=True)),
        inbox.c.received_at <= bindparam("until", type_=Moment),
    )
    .group_by(inbox.c.peer)
)


async def affected_people(db: Database, since: datetime, until: datetime) -> AsyncIterator[list[Affected]]:
    """Everybody whose data was stored by `until`, in pages, by VK id; at the end the officials of chats."""
    after: int | None = 0
    while after is not None:
        found, after = await db.run(lambda tx: _page(tx, after, since, until))  # noqa: B023
        if found:
            yield found
    staff = await db.run(lambda tx: _officials(tx, since, until))
    if staff:
        yield staff


_STAFF = (
    select(official.c.user_id, official.c.peer, official.c.since, official.c.until, official.c.name)
    .where(in_community(official), official.c.since <= bindparam("until", type_=Moment))
    .order_by(official.c.user_id, official.c.peer)
)


async def _officials(tx: Transaction, since: datetime, until: datetime) -> list[Affected]:
    """The officials who were affected: their data is data of people too (a VK id, a name, in which chats they work and
    since when)."""
    found: dict[int, Affected] = {}
    for row in await tx.rows(_STAFF, {"until": until}):
        person = found.setdefault(row["user_id"], Affected(row["user_id"]))
        person.fields |= {"идентификатор ВКонтакте", "чат органа"} | ({"имя сотрудника"} if row["name"] else set())
        person.chats.add(row["peer"])
        for at in (row["since"], row["until"]):
            if at is not None and at <= until:
                person.saw(at, since, until)
    return list(found.values())


async def _page(
    tx: Transaction, after: int | None, since: datetime, until: datetime
) -> tuple[list[Affected], int | None]:
    """One page of people with what was held of each until then, and where the next page begins; None at the end."""
    people = await tx.rows(_PEOPLE, {"after": after})
    found = {row["resident"]: Affected(row["resident"]) for row in people}
    params = {"people": list(found), "until": until}
    heard = await tx.rows(_HEARD, params) if found else []
    for row in heard:
        for at in {row["first"], row["last"]}:
            found[row["peer"]].saw(at, since, until)
    await _drafts(tx, found, people, since, until)
    if found:
        await _add_appeals(tx, found, await tx.rows(_APPEALS, params), since, until)
    known = [person for person in found.values() if person.since is not None]
    for person in known:
        person.fields.add("идентификатор ВКонтакте")
    return known, people[-1]["resident"] if len(people) == PAGE else None


async def _drafts(
    tx: Transaction, found: dict[int, Affected], rows: Sequence[Any], since: datetime, until: datetime
) -> None:
    """Adds to each person the fields of an unfinished message."""
    bodies = await tx.keys.unseal(DIALOGUE, [(str(row["resident"]), row["body"]) for row in rows])
    for row, body in zip(rows, bodies, strict=True):
        if body is None or row["touched_at"] is None or row["touched_at"] > until:
            continue
        person, talk = found[row["resident"]], decode(Dialogue, body)
        person.saw(row["touched_at"], since, until)
        person.fields |= fields_of(talk.kept_pieces, talk.draft.address)


async def _add_appeals(
    tx: Transaction, found: dict[int, Affected], rows: Sequence[Any], since: datetime, until: datetime
) -> None:
    bodies = await tx.keys.unseal(APPEAL, [(row["code"], row["body"]) for row in rows])
    whose: dict[str, Affected] = {}
    for row, body in zip(rows, bodies, strict=True):
        if body is None:
            continue
        person = whose[row["code"]] = found[row["resident"]]
        opened = decode(Appeal, body)
        person.appeals.append(row["code"])
        person.chats |= {row["chat"]} - {None}
        person.fields |= fields_of(opened.pieces, opened.address) | said_of(opened)
        person.saw(row["created_at"], since, until)
    lines: dict[str, list[datetime]] = defaultdict(list)
    for line in await tx.rows(_LINES, {"codes": sorted(whose)}) if whose else ():
        lines[line["code"]].append(line["at"])
    for code, person in whose.items():
        for at in lines[code]:
            if at <= until:
                person.saw(at, since, until)


def said_of(appeal: Appeal) -> set[str]:
    """What officials and the resident have said of it since."""
    waiting = any(task.text for task in appeal.tasks) or any(watch.text for watch in appeal.watches)
    found = {"подготовленный ответ"} if appeal.approval is not None or waiting else set()
    return found | ({"оценка ответа"} if appeal.rating else set())


def fields_of(pieces: Iterable[Piece], address: str) -> set[str]:
    """What of a resident stands in these, in the words of the notice."""
    found = {"адрес"} if address else set()
    for piece in pieces:
        found |= {"текст сообщения"} if piece.text else set()
        found |= {"фото и файлы"} if piece.attachments else set()
        found |= {"точка на карте"} if piece.location is not None else set()
    return found
