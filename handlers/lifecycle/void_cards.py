"""A card that a restored bot does not remember: a reply to it or a press is answered so, and the ЦУР hears of it."""

from __future__ import annotations

from handlers.lifecycle.routing import chat_at
from handlers.text.texts_recovery import CUR_VOID, VOID_CARD
from handlers.views.cards import agency_name
from handlers.views.turn import hint
from states.cause import parse
from states.decision import Decision
from states.effects import Kind, Priority, Send
from states.facts import Facts
from states.messages import Message
from states.people.chats import CUR

VOID = "void"
"""The kind of cause under which such a card is noted (delivery.md §7, §13)."""


def void_number(cause: str) -> str:
    """The number on such a card; empty where the message is another one."""
    known = parse(cause)
    return known.origin.partition(".")[0] if known.kind == VOID else ""


def replied(facts: Facts, event: Message, code: str) -> Decision:
    told = told_cur(facts, event.peer, code, str(event.cmid))
    return Decision(effects=(hint(facts, event, VOID_CARD.format(code=code)), *told))


def told_cur(facts: Facts, peer: int, code: str, origin: str) -> list[Send]:
    """One line for each reply or press."""
    cur, chat = facts.chats.get(CUR), chat_at(facts, peer)
    if cur is None:
        return []
    cause = facts.cause("void_reply", cur.peer, f"{peer}.{origin}")
    agency = chat.agency if chat is not None and chat.agency != CUR else None
    text = CUR_VOID.format(code=code, agency=agency_name(facts.directory, agency))
    return [Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE)]
