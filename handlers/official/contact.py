"""Who wrote, and what the card hides: to one named official, in a line that only he sees, and logged (R21, T22)."""

from __future__ import annotations

from handlers.text import texts_chat
from screening.sensitive import find_personal
from states.audit import AuditAction, AuditLine
from states.decision import Decision, ignore
from states.facts import Facts
from states.lifecycle.appeal import Appeal
from states.people.chats import Chat
from states.people.who_may import may_see_contact

SNACKBAR = 90
"""Characters that VK shows in answer to a button (vk-api.md §6.1)."""


def show_contact(facts: Facts, chat: Chat, appeal: Appeal, actor: int) -> tuple[str, Decision]:
    """(what the official reads, the decision with its audit line)."""
    if not may_see_contact(chat, appeal):
        return "", ignore(texts_chat.BUTTON_STALE.format(status=texts_chat.NOT_THIS_CHAT))
    numbers = "".join(f"; {fromkey}" for fromkey in dict.fromkeys(masked_numbers(appeal)))
    text = texts_chat.CONTACT.format(user=appeal.resident, numbers=numbers)
    if len(text) > SNACKBAR:
        text = text[: SNACKBAR - 1] + "…"
    detail = "numbers" if numbers else "profile"
    return text, Decision(audit=(AuditLine(actor, AuditAction.SHOWED_CONTACT, appeal.code, detail),))


def profile(appeal: Appeal) -> str:
    """The address of the resident's VK page."""
    return f"https://vk.com/id{appeal.resident}"


def masked_numbers(appeal: Appeal) -> list[str]:
    """The numbers that the card has masked, as they were written."""
    return [
        text[finding.start : finding.end] for text in (appeal.text, appeal.address) for finding in find_personal(text)
    ]
