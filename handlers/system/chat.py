"""Chats as such: greeted once, bound by a one-time code, lost and found. An unbound one gets no data (I11, T4).

A chat whose answers the bot can't see counts as lost: VK shows a chat's words and people to an administrator only.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.official import members
from handlers.text import texts_chat
from handlers.views.cards import agency_name
from states.audit import AuditAction, AuditLine
from states.decision import Decision, ignore
from states.effects import CancelTimer, Effect, Kind, Priority, Release, Send, StartTimer
from states.events import ChatAction, ChatChanged, MembersListed, TimerFired
from states.facts import Facts
from states.messages import Message, is_person
from states.people.chats import CODE_LOCK, CODE_TRIES, CUR, Chat, chat_number

RIGHTS_TIMER = "rights"
"""Fires for an agency whose chat has the bot and does not show its members: no administrator's rights."""
RIGHTS_WAIT = timedelta(minutes=1)
RIGHTS_AGAIN = timedelta(days=1)


def says(facts: Facts, peer: int, origin: int | str, text: str) -> Send:
    cause = facts.cause("chat", peer, str(origin))
    return Send(peer, cause, text, Kind.NOTICE, Priority.DIALOGUE)


def changed(facts: Facts, event: ChatChanged) -> Decision:
    """A service message."""
    chat = facts.chat or Chat(event.peer)
    match event.action:
        case ChatAction.BOT_INVITED if chat.bound:
            # Whether it may read there the list of members will tell (bot/upkeep/members.py); until then it is lost.
            waits = StartTimer(RIGHTS_TIMER, chat.agency or "", event.peer, facts.now + RIGHTS_WAIT)
            return Decision(chat=replace(chat, lost=True), effects=(waits,))
        case ChatAction.BOT_INVITED if not chat.greeted:
            greeted = replace(chat, greeted=True)
            return Decision(chat=greeted, effects=(says(facts, event.peer, event.cmid, texts_chat.chat_not_bound()),))
        case ChatAction.BOT_REMOVED if chat.bound:
            over = CancelTimer(RIGHTS_TIMER, chat.agency or "")
            return Decision(chat=replace(chat, lost=True), effects=(*lost_notice(facts, chat, str(event.cmid)), over))
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


def members_shown(facts: Facts, event: MembersListed) -> Decision:
    """Who is in a chat; or that VK shows nobody, and so the bot may not read there (T5, vk-api.md §6.1)."""
    chat = facts.chat
    if chat is None or not chat.bound:
        return ignore("чат не подключён")
    if not event.members:
        return ignore("чат и так потерян") if chat.lost else rightless(facts, chat, event.at.strftime("%y%m%d%H%M"))
    decision = members.listed(facts, event)
    if not chat.lost:
        return decision
    found = replace(decision.chat or chat, lost=False)
    back = says(facts, chat.peer, f"found.{event.at:%y%m%d%H%M%S}", texts_chat.RIGHTS_THERE)
    effects = (Release(chat.peer), CancelTimer(RIGHTS_TIMER, chat.agency or ""), *decision.effects, back)
    return replace(decision, chat=found, effects=effects)


def rights_missing(facts: Facts, event: TimerFired) -> Decision:
    """The bot is back in the chat and still may not read there."""
    chat = facts.chat
    if chat is None or not chat.bound or not chat.lost:
        return ignore("права уже есть")
    return rightless(facts, chat, event.at.strftime("%y%m%d%H%M"))


def rightless(facts: Facts, chat: Chat, origin: str) -> Decision:
    """Both sides are told what to click, once a day; the chat of the ЦУР stays, for nothing can go elsewhere."""
    cur, effects = facts.cur, list[Effect]()
    if cur is not None and cur.peer != chat.peer:
        cause = facts.cause("rights", cur.peer, f"{chat.peer}.{origin}")
        text = texts_chat.cur_no_rights(agency_name(facts.directory, chat.agency))
        effects.append(Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE))
    again = StartTimer(RIGHTS_TIMER, chat.agency or "", chat.peer, facts.now + RIGHTS_AGAIN)
    told = says(facts, chat.peer, f"rights.{origin}", texts_chat.no_rights())
    lost = chat.agency != CUR
    effects += [Release(chat.peer), told, *((again,) if lost else ())]
    return Decision(chat=replace(chat, lost=lost), effects=tuple(effects))


def found_again(chat: Chat, decision: Decision) -> Decision:
    """A message from a chat that was thought lost: VK is asked at once who is there (bot/delivery/work.py `wake`). The
    message alone proves no rights: what names the bot it sees without them."""
    return replace(decision, chat=decision.chat or chat) if chat.lost else decision


def unbound_message(facts: Facts, event: Message) -> Decision:
    """In a chat that is not bound only a code means anything."""
    chat = facts.chat or Chat(event.peer)
    word, _, typed = event.text.strip().partition(" ")
    if word.casefold() != "/код" or not is_person(event.author):
        return ignore("чат не подключён")
    if chat.paused(facts.now):
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
