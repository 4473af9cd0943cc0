"""Who may see or do what with an appeal. Every handler of a chat asks here and nowhere else (R24, I4, T5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.reasons import Note
from states.messages import is_person
from states.people.chats import CUR, Chat
from states.people.officials import Official


def may_speak(chat: Chat | None, author: int, officials: Mapping[int, Official], at: datetime, now: datetime) -> bool:
    """Whether this author may act in this chat at all, when it was written and now (T5).

    Until VK has shown the members of a chat, nobody is known to be missing: then every person in it counts.
    """
    if chat is None or not chat.bound or not is_person(author):
        return False
    official = officials.get(author)
    if official is None:
        return chat.listed_at is None
    return official.works(at) and official.works(now)


def holds(chat: Chat | None, appeal: Appeal) -> bool:
    """Whether the appeal is in this chat now."""
    return chat is not None and chat.bound and chat.peer == appeal.chat


def coordinates(chat: Chat | None) -> bool:
    """Whether this is the chat of the ЦУР."""
    return chat is not None and chat.agency == CUR


_CUR_ONLY = frozenset({Action.ROUTE, Action.REPEAT, Action.MERGE, Action.SEPARATE})


def may(chat: Chat | None, appeal: Appeal, action: Action) -> bool:
    """Whether the people of this chat may do this with the appeal, whatever its status.

    Words to a resident come from the holder of the appeal; the ЦУР moves everything. A crime is never declined, and
    what has no answer is never ended, but by the ЦУР (R30).
    """
    if coordinates(chat) and (action in _CUR_ONLY or action in (Action.DECLINE, Action.CLOSE, Action.OUTSIDE)):
        return True
    if not holds(chat, appeal) or action in _CUR_ONLY:
        return False
    if coordinates(chat):
        return action not in (Action.NOT_OURS, Action.PASS)
    if action is Action.DECLINE:
        return Note.CRIME not in appeal.notes
    return action is not Action.CLOSE or appeal.status is Status.ANSWERED


def may_approve(chat: Chat | None, author: int, appeal: Appeal) -> bool:
    """Whether the author may approve: another person than the one who wrote it, in the chat that holds the appeal or in
    the ЦУР's (R39)."""
    if appeal.approval is None or appeal.approval.actor == author:
        return False
    return holds(chat, appeal) or coordinates(chat)


def may_see_contact(chat: Chat | None, appeal: Appeal) -> bool:
    """Whether the chat may see who wrote and the numbers that are hidden on the card: only the chat that holds it or
    the ЦУР's, and logged (R21, R22)."""
    return holds(chat, appeal) or coordinates(chat)
