"""Events as officials and residents make them, and what a decision would know then, for tests of facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from given import (
    CHAT,
    CUR_CHAT,
    DIRECTORY,
    HOUSE,
    NOW,
    C,
    NoFinder,
    NoJudge,
    appeal,
    decide,
    say,
    send,
    sent,
    take,
    waiting_of,
)

from handlers.needs import needs
from states.decision import Decision
from states.dialogue import Draft
from states.events import ButtonPressed, DeliveryEnded, DeliveryOutcome, MessageNew
from states.facts import Facts
from states.lifecycle.appeal import Appeal, History, Piece, Status
from states.messages import Command, Message, Reply
from states.people.chats import CUR, Chat
from storage.db.database import Database
from storage.unit_of_work import facts

ROADS = Chat(CHAT, "roads", NOW, 9)
CENTRE = Chat(CUR_CHAT, CUR, NOW, 9)
WATER = Chat(CHAT + 7, "water", NOW, 9)
DRAFT = Draft((Piece(1, "яма"),), topic="pits", place="miass")


def private(text: str = "", peer: int = 5, command: Command | None = None) -> Any:
    return waiting_of(peer, "message", 9), MessageNew(Message(peer, 9, peer, NOW, text, command=command))


def in_chat(text: str = "", reply: int | None = None, peer: int = CHAT, author: int = 8) -> Any:
    answered = Reply(reply, -C) if reply else None
    return waiting_of(peer, "message", 9), MessageNew(Message(peer, 9, author, NOW, text, reply=answered))


def pressed(action: str, cmid: int = 50, peer: int = CHAT, user: int = 8, value: str = "") -> Any:
    return waiting_of(peer, "button"), ButtonPressed("e", peer, user, cmid, Command(action, value), NOW)


def ended(code: str, peer: int = CHAT) -> Any:
    return waiting_of(peer), DeliveryEnded("a", "answer", 5, code, DeliveryOutcome.SENT, NOW)


def made(code: str, who: int, source: int = 1, **more: Any) -> tuple[Appeal, History]:
    """An appeal about pits in Miass, in any status."""
    status = more.pop("status", Status.WAITING)
    one, line = appeal(code, who, source, **({"place": "miass"} | more))
    return replace(one, status=status), line


async def about(db: Database, *events: Any, now: Any = NOW, **policy: Any) -> Any:
    known = {"directory": DIRECTORY, "find": NoFinder(), "judge": NoJudge(), "policy": replace(HOUSE, **policy)}
    return await db.run(lambda tx: facts.load_facts(tx, events, needs=needs, now=now, **known))


async def one_of(db: Database, event: Any, **more: Any) -> Facts:
    (known,) = await about(db, event, **more)
    return known


async def carded(db: Database, code: str, cmid: int = 50, peer: int = CHAT) -> None:
    """A card of that appeal in the chat."""
    cause = f"card {code} {peer}"
    await say(db, send(peer, cause, appeal=code))
    (row,) = [row for row in await take(db) if row.cause == cause]
    await sent(db, row, cmid)


async def bound(db: Database, *chats: Chat) -> None:
    for chat in chats:
        await decide(db, Decision(chat=chat), peer=chat.peer)


def codes(found: Any) -> list[str]:
    return [one.code for one in found]
