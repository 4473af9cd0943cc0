"""Who may see or do what with an appeal. Every handler of a chat asks here and nowhere else (R24, I4)."""

from __future__ import annotations

from states.appeal import Appeal
from states.chats import CUR, Chat
from states.messages import is_person


def may_act(chat: Chat | None, author: int, appeal: Appeal) -> bool:
    """Whether this author, in this chat, may answer or move this appeal: a person, in the bound chat that holds it."""
    if chat is None or not chat.bound or not is_person(author):
        return False
    return chat.peer == appeal.chat


def may_assign(chat: Chat | None, author: int) -> bool:
    """Whether this author may send an appeal to an agency: a person in the ЦУР chat."""
    return chat is not None and chat.agency == CUR and is_person(author)
