"""The way into the panel: «панель», written by a person who may come in, is answered with a one-time link.

The link is said in the private dialogue only, never in a chat; of the token only its digest is kept.
"""

from __future__ import annotations

from handlers.text import texts_panel
from states.decision import Decision
from states.effects import Kind, Send
from states.facts import Facts
from states.messages import Message
from states.people.viewers import LINK_LIFE, SignIn, Ticket

PATH = "/in/"
"""Behind it stands the token (bot/web/pages/sign_in.py)."""


def send_link(facts: Facts, message: Message, origin: str, ticket: Ticket) -> Decision:
    """The step of the dialogue stays what it was: an official may be in the middle of a message of his own."""
    address = f"{facts.policy.panel}{PATH}{ticket.token}"
    cause = facts.cause("panel", message.peer, origin)
    said = Send(message.peer, cause, texts_panel.LINK.format(address=address), Kind.NOTICE)
    given = SignIn(ticket.digest, ticket.viewer.user, facts.now + LINK_LIFE)
    return Decision(effects=(said,), sign_in=given)


def in_chat(facts: Facts) -> str:
    """What is said to «/панель» in a chat: where to write instead."""
    return texts_panel.IN_CHAT if facts.policy.panel else texts_panel.NO_PANEL
