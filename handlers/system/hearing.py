"""Whether the bot hears a chat: doubted at a sign, looked at, lost when the look fails twice, found again (F16).

Without administrator's rights VK shows a chat's words and people to no bot. What was written meanwhile is nobody's
fault and must not vanish: whoever is there hears of it, once for each return.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.official import members
from handlers.text import texts_chat, texts_hearing
from handlers.text.words import clock, moment
from handlers.views.cards import agency_name
from handlers.views.titles import title
from states.decision import Decision, ignore
from states.effects import CancelSend, CancelTimer, Effect, Kind, Priority, Release, Retell, Send, StartTimer
from states.events import ChatChanged, ChatRefused, ChatUnseen, MembersListed, TimerFired
from states.facts import Facts
from states.lifecycle.appeal import Status
from states.people.chats import CUR, LOOKS, Chat, Doubt

RIGHTS_TIMER = "rights"
"""Fires for a chat that has the bot and does not show it its members: no administrator's rights."""
RIGHTS_WAIT = timedelta(minutes=1)
RIGHTS_AGAIN = timedelta(days=1)
MUTE_AGAIN = timedelta(minutes=10)
"""So much later a chat that takes no words, though VK shows it, gets some again."""
NAMED = 5
"""Messages that are named when the bot is back."""


# Signs.


def unseen(facts: Facts, event: ChatUnseen) -> Decision:
    """A hole that history does not fill, or VK's list without this chat: members, rights and history are looked at
    (bot/upkeep/members.py)."""
    chat = facts.chat
    if chat is None or not chat.bound:
        return ignore("чат не подключён")
    doubt = chat.doubt
    known = 0 if doubt is None else doubt.first
    first = min(cmid for cmid in (known, event.first) if cmid) if known or event.first else 0
    if doubt is not None and first == known:
        return ignore("чат и так под сомнением")
    return Decision(chat=replace(chat, doubt=replace(doubt or Doubt(event.at), first=first)))


def doubt_chat(facts: Facts, event: ChatRefused) -> Decision:
    """The words wait where they are until it is known whether the chat is lost (delivery.md §9)."""
    chat = facts.chat
    if chat is None or not chat.bound or chat.lost:
        return ignore("чат не подключён или потерян")
    doubt = chat.doubt or Doubt(event.at)
    if doubt.refused and not doubt.tried:
        return ignore("чат и так под сомнением")
    again = replace(doubt, refused=True, tried=False, failed=doubt.failed + doubt.tried)
    if again.failed < LOOKS:
        return Decision(chat=replace(chat, doubt=again))
    return lose(facts, chat, replace(again, mute=doubt.tried), event.at)


# Looks.


def members_shown(facts: Facts, event: MembersListed) -> Decision:
    """What a look at a chat has shown: who is in it (T5), or nothing: the bot may not read there (vk-api.md §6.1)."""
    chat = facts.chat
    if chat is None or not chat.bound:
        return ignore("чат не подключён")
    if not event.members:
        return look_failed(facts, chat, event)
    decision = members.handle_list(facts, event)
    assert decision.chat is not None, "whoever is listed, the chat has been seen"
    if chat.doubt is not None and chat.doubt.first and not 0 < event.first <= chat.doubt.first:
        return decision  # that hole was noticed after this look: another one will ask about it (seed 14000161)
    if chat.lost:
        return restore_chat(facts, decision, decision.chat, event)
    if chat.doubt is None:
        return decision
    return confirm_heard(facts, decision, decision.chat, chat.doubt, event)


def look_failed(facts: Facts, chat: Chat, event: MembersListed) -> Decision:
    """Decides on a look at a chat that VK refused: once may be VK's fault; a chat whose members were never shown has no
    rights to lose."""
    doubt = chat.doubt or Doubt(event.at)
    if chat.lost and doubt.refused and not doubt.mute:  # what it is to click waits there: perhaps it is taken now
        return Decision(chat=replace(chat, doubt=replace(doubt, refused=False)), effects=(Release(chat.peer),))
    if chat.lost or chat.deaf:
        return ignore("чат и так потерян")
    doubt = replace(doubt, failed=LOOKS if chat.listed_at is None else doubt.failed + 1, tried=False)
    if doubt.failed < LOOKS:
        return Decision(chat=replace(chat, doubt=doubt))
    return lose(facts, chat, doubt, event.at)


def confirm_heard(facts: Facts, decision: Decision, chat: Chat, doubt: Doubt, event: MembersListed) -> Decision:
    """Notes that VK shows the chat. What it would not take there is sent once more before that is believed."""
    said = back(facts, chat, doubt, event, returns=chat.deaf)
    if doubt.refused and not doubt.tried:
        again = replace(doubt, tried=True, first=0, failed=doubt.failed % LOOKS)
        return with_effects(decision, replace(chat, doubt=again), Release(chat.peer), *said)
    return with_effects(decision, replace(chat, doubt=None), *told_back(chat, doubt), *said)


def restore_chat(facts: Facts, decision: Decision, chat: Chat, event: MembersListed) -> Decision:
    """Lost, and shown again. Where it was lost by taking nothing, it has to take something first."""
    doubt = chat.doubt or Doubt(event.at)
    said = back(facts, chat, doubt, event, returns=True)
    if not doubt.mute:
        effects = (Release(chat.peer), *told_back(chat, doubt), *said)
        return with_effects(decision, replace(chat, lost=False, doubt=None), *effects)
    if event.at - doubt.at < MUTE_AGAIN:
        return decision
    words = () if doubt.told else said  # of the trial before they wait there
    once = replace(doubt, first=0, tried=True, failed=LOOKS - 1, told=doubt.told or said[0].cause)
    return with_effects(decision, replace(chat, lost=False, doubt=once), Release(chat.peer), *words)


def with_effects(decision: Decision, chat: Chat, *effects: Effect) -> Decision:
    """The decision with the changed chat, and with these effects before its own."""
    return replace(decision, chat=chat, effects=(*effects, *decision.effects))


def told_back(chat: Chat, doubt: Doubt) -> tuple[Effect, ...]:
    """Takes back what was to be clicked in the chat: nothing is any more."""
    over = (CancelSend(doubt.told),) if doubt.told and not doubt.mute else ()
    return (*over, CancelTimer(RIGHTS_TIMER, chat.agency or ""))


# Lost.


def lose(facts: Facts, chat: Chat, doubt: Doubt, at: datetime) -> Decision:
    """Marks a chat as lost: what waits for it goes to the ЦУР, and both sides are told what to click. Of the ЦУР's own
    chat all stays where it is, unless it takes nothing."""
    lost = replace(chat, lost=chat.agency != CUR or doubt.refused, doubt=replace(doubt, at=at, failed=LOOKS))
    again = (Retell(chat.peer),) if doubt.refused else ()
    if chat.doubt is not None and chat.doubt.mute:  # it got something once more, in vain: everybody knows
        return Decision(chat=lost, effects=again)
    told = both_told(facts, lost, f"{at:%y%m%d%H%M%S}")
    return replace(told, effects=(*again, *told.effects))


def is_past(chat: Chat, event: ChatChanged) -> bool:
    """Whether VK has shown the chat since: what came late tells nothing of it any more (seed 991117)."""
    return chat.listed_at is not None and event.at < chat.listed_at


def lose_removed(facts: Facts, chat: Chat, event: ChatChanged) -> Decision:
    """The bot was taken out. The ЦУР hears of it once; what is there waits."""
    if is_past(chat, event):
        return ignore("чат с тех пор видно")
    doubt = replace(chat.doubt or Doubt(event.at, event.cmid + 1), failed=LOOKS, mute=False)
    over = CancelTimer(RIGHTS_TIMER, chat.agency or "")
    gone = replace(chat, lost=True, doubt=doubt)
    return Decision(chat=gone, effects=(Retell(chat.peer), *lost_notice(facts, chat, str(event.cmid)), over))


def await_rights(facts: Facts, chat: Chat, event: ChatChanged) -> Decision:
    """Whether it may read there the list of members will tell (bot/upkeep/members.py); until then it is lost."""
    if is_past(chat, event):
        return ignore("чат с тех пор видно")
    waits = StartTimer(RIGHTS_TIMER, chat.agency or "", chat.peer, facts.now + RIGHTS_WAIT)
    doubt = replace(chat.doubt or Doubt(event.at), failed=LOOKS, mute=False)
    return Decision(chat=replace(chat, lost=True, doubt=doubt), effects=(Retell(chat.peer), waits))


def looked_at_once(chat: Chat, decision: Decision) -> Decision:
    """A message from a chat that was thought lost: VK is asked at once who is there (bot/delivery/work.py `wake`). The
    message alone proves no rights: what names the bot it sees without them."""
    return replace(decision, chat=decision.chat or chat) if chat.lost else decision


def lost_notice(facts: Facts, chat: Chat, origin: str) -> tuple[Send, ...]:
    """The ЦУР hears that a chat has lost the bot, once for each time: what is there waits (F16, T4)."""
    cur = facts.cur
    if chat.lost or cur is None or cur.peer == chat.peer:
        return ()
    cause = facts.cause("lost", cur.peer, f"{chat.peer}.{origin}")
    text = texts_chat.CUR_CHAT_LOST.format(agency=agency_name(facts.directory, chat.agency))
    return (Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE),)


def rights_missing(facts: Facts, event: TimerFired) -> Decision:
    """Says once a day again what has to be clicked, since nobody has."""
    chat = facts.chat
    if chat is None or not chat.bound or not (chat.lost or chat.deaf):
        return ignore("права уже есть")
    told = both_told(facts, chat, f"{event.at:%y%m%d%H%M%S}")
    return replace(told, effects=(Release(chat.peer), *told.effects))


def both_told(facts: Facts, chat: Chat, origin: str) -> Decision:
    """The chat itself only where it takes words, and never twice the same on the day it takes them again."""
    doubt, cur, effects = chat.doubt or Doubt(facts.now, failed=LOOKS), facts.cur, list[Effect]()
    if cur is not None and cur.peer != chat.peer:
        cause = facts.cause("rights", cur.peer, f"{chat.peer}.{origin}")
        name = agency_name(facts.directory, chat.agency)
        text = texts_hearing.cur_takes_nothing(name) if doubt.mute else texts_hearing.cur_no_rights(name)
        effects.append(Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE))
    if not doubt.mute:
        effects += [CancelSend(doubt.told)] if doubt.told else []
        cause = facts.cause("chat", chat.peer, f"rights.{origin}")
        text = texts_hearing.no_rights(cur=chat.agency == CUR)
        effects.append(Send(chat.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE))
        doubt = replace(doubt, told=cause)
    effects.append(StartTimer(RIGHTS_TIMER, chat.agency or "", chat.peer, facts.now + RIGHTS_AGAIN))
    return Decision(chat=replace(chat, doubt=doubt), effects=tuple(effects))


# Found.


def back(facts: Facts, chat: Chat, doubt: Doubt, event: MembersListed, *, returns: bool) -> tuple[Send, ...]:
    """The notices that a chat is heard again, and what it may have been about where something was written that nobody
    can read; once for each return. A single hole in a chat that was heard all the time is told too, unless another bot
    may have written there."""
    hole = bool(event.unread) and (doubt.failed > 0 or not event.others)
    named = (
        [title(appeal, facts.directory) for appeal in facts.listed if appeal.status is not Status.MERGED]
        if hole
        else []
    )
    if not (returns or named):
        return ()
    text = texts_hearing.HEARD_AGAIN_READ if event.late else texts_hearing.HEARD_AGAIN
    if named:
        since, until = at_what_time(facts, event.since or doubt.at), clock(event.at, facts.policy.zone)
        more = len(named) - NAMED
        partly = bool(event.late or event.forgotten)
        text = texts_hearing.answer_again(since, until, named[:NAMED], more, returns=returns, partly=partly)
    cause = facts.cause("chat", chat.peer, f"found.{event.at:%y%m%d%H%M%S}")
    return (Send(chat.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE),)


def at_what_time(facts: Facts, at: datetime) -> str:
    """The time in words: «14:02», and of another day «27 ноября в 14:02»."""
    zone = facts.policy.zone
    today = at.astimezone(zone).date() == facts.now.astimezone(zone).date()
    return clock(at, zone) if today else moment(at, zone)
