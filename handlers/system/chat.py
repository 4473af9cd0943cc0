"""Chats as such: greeted once, bound by a one-time code, lost and found. An unbound one gets no data (I11, T4)."""

from __future__ import annotations

from dataclasses import replace

from handlers.official import members
from handlers.text import texts_chat
from handlers.views.cards import agency_name
from states.decision import Decision, ignore
from states.effects import Kind, Priority, Release, Send
from states.events import ChatAction, ChatChanged
from states.facts import Facts
from states.messages import Message, is_person
from states.people.chats import CODE_TRIES, CUR, Chat


def says(facts: Facts, peer: int, origin: int | str, text: str) -> Send:
    cause = facts.cause("chat", peer, str(origin))
    return Send(peer, cause, text, Kind.NOTICE, Priority.DIALOGUE)


def changed(facts: Facts, event: ChatChanged) -> Decision:
    """A service message."""
    chat = facts.chat or Chat(event.peer)
    match event.action:
        case ChatAction.BOT_INVITED if chat.bound:
            return Decision(chat=replace(chat, lost=False), effects=(Release(event.peer),))
        case ChatAction.BOT_INVITED if not chat.greeted:
            greeted = replace(chat, greeted=True)
            return Decision(chat=greeted, effects=(says(facts, event.peer, event.cmid, texts_chat.chat_not_bound()),))
        case ChatAction.BOT_REMOVED if chat.bound:
            return Decision(chat=replace(chat, lost=True), effects=lost_notice(facts, chat, str(event.cmid)))
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


def lost_notice(facts: Facts, chat: Chat | None, origin: str) -> tuple[Send, ...]:
    """The ЦУР hears that a chat has lost the bot, once for each time: what is there waits (F16, T4)."""
    cur = facts.cur
    if chat is None or chat.lost or cur is None or cur.peer == chat.peer:
        return ()
    cause = facts.cause("lost", cur.peer, f"{chat.peer}.{origin}")
    text = texts_chat.CUR_CHAT_LOST.format(agency=agency_name(facts.directory, chat.agency))
    return (Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE),)


def found_again(chat: Chat, decision: Decision) -> Decision:
    """A message from a chat that was thought lost: the bot sees it again, so what waits for it may go."""
    if not chat.lost:
        return decision
    known = decision.chat or chat
    if known.peer == chat.peer:
        decision = replace(decision, chat=replace(known, lost=False))
    return replace(decision, effects=(Release(chat.peer), *decision.effects), ignored=None)


def unbound_message(facts: Facts, event: Message) -> Decision:
    """In a chat that is not bound only a code means anything."""
    chat = facts.chat or Chat(event.peer)
    word, _, typed = event.text.strip().partition(" ")
    if word.casefold() != "/код" or not is_person(event.author):
        return ignore("чат не подключён")
    if chat.tries >= CODE_TRIES:
        return ignore("слишком много неверных кодов")
    code = facts.code
    if code is None or code.expires_at <= facts.now:
        more = replace(chat, tries=chat.tries + 1)
        return Decision(chat=more, effects=(says(facts, event.peer, event.cmid, texts_chat.CODE_WRONG),))
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
        recent=(),
        told="",
    )
    said = says(facts, event.peer, event.cmid, texts_chat.chat_bound(name))
    return Decision(chat=bound, used_code=code.digest, effects=(said,))
