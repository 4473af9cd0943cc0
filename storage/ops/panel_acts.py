"""What was done in the panel on its way through the inbox: put in, and how it ended. It must never decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from states.effects import StartTimer
from states.events import PanelActed
from states.lifecycle.several import SEVERAL_TIMER, Several, several_of
from states.people.chats import CUR, DUTY, Chat
from storage.db.columns import in_community
from storage.db.ids import Ids
from storage.db.schema import PENDING, appeal, inbox, timer
from storage.db.transaction import Transaction
from storage.inbox import timers
from storage.inbox.inbox import enqueue_internal
from storage.records import chats


@dataclass(frozen=True, slots=True)
class AppealPosition:
    """Where a message is now: whose it is, what of it a role is asked for, how often it has changed."""

    code: str
    agency: str
    place: str
    chat: int | None
    version: int


_HELD = select(appeal.c.code, appeal.c.agency, appeal.c.place, appeal.c.chat, appeal.c.version).where(
    in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True))
)
_ENDED = select(inbox.c.key, inbox.c.state, inbox.c.reason).where(
    in_community(inbox), inbox.c.peer == bindparam("who"), inbox.c.key.in_(bindparam("keys", expanding=True))
)


async def holders(tx: Transaction, codes: Sequence[str]) -> dict[str, AppealPosition]:
    """By number, where each appeal is now and its version."""
    rows = await tx.rows(_HELD, {"codes": sorted(set(codes))})
    return {
        row["code"]: AppealPosition(row["code"], row["agency"] or "", row["place"] or "", row["chat"], row["version"])
        for row in rows
    }


async def chat_of(tx: Transaction, agency: str) -> Chat | None:
    """The chat in whose name an official of this agency acts."""
    found = [chat for chat in await chats.of(tx, (), (agency,)) if chat.bound and not chat.lost]
    return found[0] if found else None


async def reachable(tx: Transaction, agencies: Iterable[str]) -> frozenset[str]:
    """Which of these agencies have a bound chat that is not lost."""
    found = await chats.of(tx, (), [agency for agency in agencies if agency])
    return frozenset(chat.agency for chat in found if chat.agency and chat.bound and not chat.lost)


async def reminded_chats(tx: Transaction) -> frozenset[int]:
    """The agencies' chats in which a reminder is read: the ЦУР does not remind itself, nobody hears it where the bot is
    not."""
    found = await chats.bound(tx)
    return frozenset(chat.peer for chat in found if chat.agency not in (CUR, DUTY) and not chat.lost)


async def put_in(tx: Transaction, events: Sequence[tuple[str, PanelActed]]) -> None:
    """Each under its key, behind everything that its chat has now."""
    if events:
        at = events[0][1].at
        await enqueue_internal(tx, [(event.peer, key, event) for key, event in events], at)


async def results(tx: Transaction, peer: int, keys: Sequence[str]) -> dict[str, str]:
    """By key of each handled act, why nothing followed; empty where something did."""
    rows = await tx.rows(_ENDED, {"who": peer, "keys": sorted(keys)})
    return {row["key"]: row["reason"] or "" for row in rows if row["state"] not in PENDING}


# One press about many: each is a timer until it can be taken back no more.


@dataclass(frozen=True, slots=True)
class PutOff:
    """What waits, in the name of which chat, until when."""

    press: Several
    peer: int
    at: datetime


_PUT_OFF = select(timer).where(in_community(timer), timer.c.name == SEVERAL_TIMER).order_by(timer.c.key)
_TAKE_BACK = delete(timer).where(in_community(timer), timer.c.name == SEVERAL_TIMER, timer.c.key == bindparam("keyed"))
_BEGUN = select(inbox.c.key, inbox.c.state, inbox.c.reason).where(
    in_community(inbox),
    inbox.c.id >= bindparam("first"),
    inbox.c.peer == bindparam("who"),
    inbox.c.key.startswith(f"timer|{SEVERAL_TIMER}|"),
)


async def put_off(tx: Transaction, later: Sequence[PutOff]) -> None:
    """Starts the timers of acts on many messages that may still be undone."""
    await timers.change(
        tx, [StartTimer(SEVERAL_TIMER, waiting.press.key, waiting.peer, waiting.at) for waiting in later]
    )


async def that_wait(tx: Transaction, user: int) -> list[PutOff]:
    """The acts of this person that still wait."""
    found = [(several_of(row["key"]), row) for row in await tx.rows(_PUT_OFF)]
    return [
        PutOff(several, row["peer"], row["at"])
        for several, row in found
        if several is not None and several.user == user
    ]


async def take_back(tx: Transaction, user: int, mark: str) -> list[str]:
    """The messages of this press with which nothing is done now."""
    own = [found.press for found in await that_wait(tx, user) if found.press.mark == mark]
    return [several.code for several in own if await tx.execute(_TAKE_BACK, {"keyed": several.key})]


async def results_of_press(tx: Transaction, peer: int, mark: str, since: datetime) -> dict[str, str | None]:
    """By message of this press that waits no more: the reason why nothing followed, empty where something did, None as
    long as nobody has come to it."""
    rows = await tx.rows(_BEGUN, {"first": Ids.first_of(since), "who": peer})
    keyed = [(several_of(row["key"].split("|")[2]), row) for row in rows]
    own = [(several.code, row) for several, row in keyed if several is not None and several.mark == mark]
    return {code: None if row["state"] in PENDING else row["reason"] or "" for code, row in own}
