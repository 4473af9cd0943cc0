"""Chats as such: greeted once, bound by a one-time code, renamed. An unbound one gets no data (I11, T4)."""

from __future__ import annotations

from dataclasses import replace

from handlers.official import members
from handlers.system import hearing
from handlers.text import texts_chat
from handlers.views.cards import agency_name
from states.audit import AuditAction, AuditLine
from states.decision import Decision, ignore
from states.effects import Kind, Priority, Send
from states.events import ChatAction, ChatChanged
from states.facts import Facts
from states.messages import Message, is_person
from states.people.chats import CODE_LOCK, CODE_TRIES, CUR, Chat, chat_number


def says(facts: Facts, peer: int, origin: int | str, text: str) -> Send:
    """A message of the bot to this chat; `origin` makes its cause unique."""
    cause = facts.cause("chat", peer, str(origin))
    return Send(peer, cause, text, Kind.NOTICE, Priority.DIALOGUE)


def handle_change(facts: Facts, event: ChatChanged) -> Decision:
    """Decides on a service message of a chat: the bot or an official came or went, the title changed."""
    chat = facts.chat or Chat(event.peer)
    match event.action:
        case ChatAction.BOT_INVITED if chat.bound:
            return hearing.await_rights(facts, chat, event)
        case ChatAction.BOT_INVITED if not chat.greeted:
            greeted = replace(chat, greeted=True)
            return Decision(chat=greeted, effects=(says(facts, event.peer, event.cmid, texts_chat.chat_not_bound()),))
        case ChatAction.BOT_REMOVED if chat.bound:
            return hearing.lose_removed(facts, chat, event)
        case ChatAction.MEMBER_CAME:
            return members.came(facts, event)
        case ChatAction.MEMBER_LEFT:
            return members.went(facts, event)
        case ChatAction.TITLE_CHANGED if chat.bound and facts.cur is not None and facts.cur.peer != event.peer:
            name = agency_name(facts.directory, chat.agency)
            cause = facts.cause("title", facts.cur.peer, f"{event.peer}.{event.cmid}")
            text = texts_chat.TITLE_CHANGED.format(agency=name)
            return Decision(effects=(Send(facts.cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE),))
        case _:
            return ignore("служебное сообщение чата")


def unbound_message(facts: Facts, event: Message) -> Decision:
    """Decides on a message in a chat that is not bound: only a code means anything."""
    chat = facts.chat or Chat(event.peer)
    word, _, typed = event.text.strip().partition(" ")
    if word.casefold() != "/код" or not is_person(event.author):
        return ignore("чат не подключён")
    if chat.is_paused(facts.now):
        return ignore("слишком много неверных кодов")
    code = facts.code
    if code is None or code.expires_at <= facts.now:
        return wrong_code(facts, chat, event)
    name = agency_name(facts.directory, code.agency if code.agency != CUR else None)
    other = facts.chats.get(code.agency)
    if other is not None and other.peer != event.peer:
        return Decision(effects=(says(facts, event.peer, event.cmid, texts_chat.CODE_SECOND.format(agency=name)),))
    # The people here now are admitted by the next list of members, whatever chat this was before (T5).
    bound = replace(
        chat,
        agency=code.agency,
        bound_at=facts.now,
        bound_by=event.author,
        lost=False,
        listed_at=None,
        tries=0,
        paused_until=None,
        recent=(),
        told="",
        doubt=None,
    )
    said = says(facts, event.peer, event.cmid, texts_chat.chat_bound(name))
    line = AuditLine(event.author, AuditAction.CHAT_BOUND, code.agency)
    return Decision(chat=bound, used_code=code.digest, effects=(said,), audit=(line,))


def wrong_code(facts: Facts, chat: Chat, event: Message) -> Decision:
    """The fifth in a row locks the chat for an hour, and the ЦУР hears of it (T4)."""
    if chat.tries + 1 < CODE_TRIES:
        more = replace(chat, tries=chat.tries + 1)
        return Decision(chat=more, effects=(says(facts, event.peer, event.cmid, texts_chat.CODE_WRONG),))
    locked = replace(chat, tries=0, paused_until=facts.now + CODE_LOCK)
    effects = [says(facts, event.peer, event.cmid, texts_chat.CODE_LOCKED)]
    if facts.cur is not None:
        cause = facts.cause("locked", facts.cur.peer, f"{event.peer}.{event.cmid}")
        text = texts_chat.CUR_CODE_LOCKED.format(number=chat_number(event.peer))
        effects.append(Send(facts.cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE))
    line = AuditLine(event.author, AuditAction.CHAT_LOCKED, str(chat_number(event.peer)))
    return Decision(chat=locked, effects=tuple(effects), audit=(line,))
