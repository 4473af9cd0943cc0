"""The ЦУР's side: who answers is decided by a person, never by guess; pauses, blocks, repeats (R37, R38, T9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.lifecycle.acting import act
from handlers.lifecycle.asking import agencies_named, names_of
from handlers.lifecycle.moves import given_to, origin_of, refuse_stale
from handlers.lifecycle.routing import join_effects, left_behind, route, with_card
from handlers.text import texts_chat, texts_stages
from handlers.text.words import day
from handlers.views.cards import agency_name
from handlers.views.turn import status
from states.audit import AuditAction, AuditLine
from states.decision import Decision, ignore
from states.dialogue import Dialogue
from states.effects import CancelTimer, Kind, Priority, Send, StartTimer
from states.events import TimerFired
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, NotAllowed
from states.messages import Message
from states.people.chats import CUR, Chat
from states.people.who_may import coordinates
from states.worktime.dates import WrongDate, parse

RESUME_TIMER = "resume"
DONE = "done"
"""The kind of cause of a line about what was done."""


def line_in_cur_chat(facts: Facts, appeal: Appeal, text: str) -> Send:
    """A line in the ЦУР's chat about what was done."""
    assert facts.chat is not None
    cause = facts.cause(DONE, facts.chat.peer, origin_of(appeal))
    return Send(facts.chat.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE, appeal=appeal.code)


def assign_to(facts: Facts, appeal: Appeal, actor: int, agency: str) -> Decision:
    """Moves the appeal to this agency, whichever agency holds it now; ignored where it has no chat or has it
    already."""
    name, to = agency_name(facts.directory, agency), facts.chat_of(agency)
    if to is None:
        return ignore(texts_chat.ASSIGN_NO_CHAT.format(agency=name))
    if to.peer == appeal.chat:
        return ignore(texts_chat.ASSIGNED_ALREADY.format(code=appeal.code))
    # Whoever gave it back has it by a person's word now, and may be named again.
    returned = tuple(code for code in appeal.returned if code != agency)
    routed = route(facts, replace(appeal, by_hand=False, returned=returned), agency, actor)
    assert routed.history, "asked before (possible.py)"
    given = given_to(facts, appeal, routed)
    done = line_in_cur_chat(facts, routed.appeal, texts_chat.ASSIGNED.format(code=appeal.code, agency=name))
    return replace(given, effects=(*given.effects, done))


def mark_repeat(facts: Facts, chat: Chat, appeal: Appeal, actor: int, number: str) -> Decision:
    """A repeat of another message: to the agency that had the other. It never closes by itself (R33)."""
    original = facts.appeal(number)
    if original is None:
        return ignore(texts_chat.WRONG_NUMBER)
    if original.code == appeal.code:
        return ignore(texts_chat.SAME_NUMBER)
    if original.resident != appeal.resident:
        return ignore(texts_chat.NOT_THEIR_REPEAT)
    to = facts.chat_of(original.agency) or facts.chat_of(CUR) or chat
    agency = original.agency if to.agency != CUR else None
    marked = replace(appeal, repeat_of=original.code, agency=agency, chat=to.peer, why="")
    acted = act(facts, marked, Action.REPEAT, actor, original.code)
    assert not isinstance(acted, NotAllowed), "asked before (possible.py)"
    routed, card = with_card(facts, acted.appeal, to)
    name = agency_name(facts.directory, agency)
    tell = status(facts, routed, origin_of(routed), texts_stages.repeat(appeal.code, original.code, name))
    done = line_in_cur_chat(facts, routed, texts_chat.IS_REPEAT.format(code=appeal.code, other=original.code))
    effects = join_effects((tell,), acted.effects, left_behind(facts, appeal, routed), card, (done,))
    return Decision(appeals=(routed,), history=acted.history, effects=effects)


def block_author(facts: Facts, chat: Chat, appeal: Appeal, actor: int, until: datetime | None) -> Decision:
    """A flooder sends nothing new until then (T9); None lifts it."""
    if not coordinates(chat):
        return refuse_stale(appeal)
    theirs = replace(facts.theirs or Dialogue(appeal.resident), blocked_until=until)
    action = AuditAction.BLOCKED if until else AuditAction.UNBLOCKED
    line = AuditLine(actor, action, str(appeal.resident))
    text = texts_chat.UNBLOCKED.format(code=appeal.code)
    if until is not None:
        text = texts_chat.BLOCKED.format(code=appeal.code, day=day(until, facts.policy.zone))
    kept = replace(appeal, version=appeal.version + 1)
    return Decision(dialogue=theirs, appeals=(kept,), audit=(line,), effects=(line_in_cur_chat(facts, kept, text),))


# Pauses: «/пауза Миндор до 5 декабря».


def pause(facts: Facts, event: Message, typed: str) -> Decision:
    """An agency gets nothing new until the end of a day; what comes meanwhile waits with the ЦУР."""
    named, found, said_day = typed.rpartition(" до ")
    until = parse(said_day, facts.office(None).day(facts.now), facts.policy.calendar) if found else None
    if until is None or isinstance(until, WrongDate):
        return ignore(texts_chat.PAUSE_WHAT)
    chat = chat_named(facts, named)
    if isinstance(chat, str):
        return ignore(chat)
    ends = facts.office(None).end_of(until, facts.now)
    paused = replace(chat, paused_until=ends)
    timer = StartTimer(RESUME_TIMER, chat.agency or "", chat.peer, ends)
    line = AuditLine(event.author, AuditAction.PAUSED, chat.agency or "")
    name = agency_name(facts.directory, chat.agency)
    text = texts_chat.PAUSED.format(agency=name, day=day(ends, facts.policy.zone))
    said = about_chat(facts, chat, "pause", str(event.cmid), text)
    return Decision(chat=paused, audit=(line,), effects=(timer, said))


def resume(facts: Facts, event: Message, named: str) -> Decision:
    """Ends the pause of the named agency's chat; ignored, with a sentence, where it is unknown or not paused."""
    chat = chat_named(facts, named)
    if isinstance(chat, str):
        return ignore(chat)
    if chat.paused_until is None:
        return ignore(texts_chat.NOT_PAUSED.format(agency=agency_name(facts.directory, chat.agency)))
    line = AuditLine(event.author, AuditAction.RESUMED, chat.agency or "")
    return replace(resume_chat(facts, chat, str(event.cmid)), audit=(line,))


def paused_out(facts: Facts, event: TimerFired) -> Decision:
    """The timer of a pause."""
    chat = facts.chat
    if chat is None or chat.paused_until is None or chat.is_paused(facts.now):
        return ignore("паузы уже нет")
    return resume_chat(facts, chat, f"{event.at:%y%m%d%H%M%S.%f}")


def resume_chat(facts: Facts, chat: Chat, origin: str) -> Decision:
    """The pause is over: what waits for this agency goes there (storage tells `RoutesChanged`)."""
    text = texts_chat.RESUMED.format(agency=agency_name(facts.directory, chat.agency))
    effects = (CancelTimer(RESUME_TIMER, chat.agency or ""), about_chat(facts, chat, "resume", origin, text))
    return Decision(chat=replace(chat, paused_until=None), effects=effects)


def chat_named(facts: Facts, named: str) -> Chat | str:
    """The chat of the agency that is meant, or what to say."""
    agencies = agencies_named(facts, named)
    if len(agencies) != 1:
        return texts_chat.ASSIGN_UNKNOWN.format(names=names_of(facts, agencies))
    chat = facts.chats.get(agencies[0].code)
    return chat or texts_chat.ASSIGN_NO_CHAT.format(agency=agencies[0].name)


def about_chat(facts: Facts, chat: Chat, kind: str, origin: str, text: str) -> Send:
    """A notice to the ЦУР about a chat."""
    cur = facts.cur or chat
    cause = facts.cause(kind, cur.peer, f"{chat.agency}.{origin}")
    return Send(cur.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE)
