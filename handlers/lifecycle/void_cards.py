"""A card that a restored bot does not remember: a reply to it or a press is answered so, and the ЦУР hears of it once
for each card."""

from __future__ import annotations

from handlers.lifecycle.routing import chat_at
from handlers.text import texts_recovery
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


def answer_reply(facts: Facts, event: Message, code: str) -> Decision:
    """Answers a reply to a card that the restored database does not know, and tells the ЦУР of it."""
    said = hint(facts, event, texts_recovery.void_card(f"№{code}"))
    return Decision(effects=(said, *told_cur(facts, event.peer, code)))


def told_cur(
    facts: Facts, peer: int, code: str, card: str = "", reached: str = texts_recovery.CUR_NOT_SENT
) -> list[Send]:
    """Tells the ЦУР of a void card that was answered: one line for a card, however many replies and presses it gets;
    one more where the first were read (`reached`). `card`: what it is about, where that is known."""
    cur, chat = facts.chats.get(CUR), chat_at(facts, peer)
    if cur is None:
        return []
    read = ".read" if reached == texts_recovery.CUR_READ else ""
    cause = facts.cause("void_reply", cur.peer, f"{peer}.{code}{read}")
    agency = chat.agency if chat is not None and chat.agency != CUR else None
    text = texts_recovery.cur_void(card or f"№{code}", agency_name(facts.directory, agency), reached)
    return [Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE)]
