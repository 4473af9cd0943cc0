"""What those on duty press on an alarm: «Вижу», its three ends, its photos. By name, in the history or the audit log.

It must never act on an alarm of another chat (I4), nor end one that nobody has seen.
"""

from __future__ import annotations

from handlers.lifecycle import alarms
from handlers.lifecycle.answering import NEWS, held_of, hold, said_by
from handlers.text import actions, texts, texts_danger
from handlers.text.relayed import clean
from states.audit import AuditAction, AuditLine
from states.decision import Decision, ignore
from states.events import ButtonPressed
from states.facts import Facts
from states.lifecycle.alerts import Ending
from states.lifecycle.appeal import Appeal
from states.messages import Message
from states.people.chats import Chat
from states.people.who_may import coordinates, holds

OF_ALARM = frozenset({actions.SEE, actions.HANDED_OVER, actions.FALSE_ALARM, actions.UNREACHED, actions.PHOTOS})


def handle_press(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """(what the presser reads, what follows)."""
    appeal = facts.appeal(event.command.value) or facts.linked
    if appeal is None or appeal.code != event.command.value or not (holds(chat, appeal) or coordinates(chat)):
        return "", ignore(texts.STALE)
    match event.command.action:
        case actions.SEE:
            return alarms.see(facts, appeal, event.user, facts.now)
        case actions.HANDED_OVER:
            return alarms.end(facts, appeal, event.user, Ending.HANDED_OVER)
        case actions.FALSE_ALARM:
            return alarms.end(facts, appeal, event.user, Ending.FALSE)
        case actions.UNREACHED:
            return alarms.not_reached(facts, appeal, event.user)
        case _:
            return show_photos(facts, chat, appeal, event)


def show_photos(facts: Facts, chat: Chat, appeal: Appeal, event: ButtonPressed) -> tuple[str, Decision]:
    """Sends the photos of an alarm. They may show whose flat it is, so whoever asks for them is logged (R24)."""
    sent = alarms.photos(facts, chat, appeal, event.event_id)
    if not sent:
        return "", ignore(texts_danger.NO_PHOTOS)
    return "", Decision(effects=sent, audit=(AuditLine(event.user, AuditAction.SHOWED_FILES, appeal.code),))


def reply(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Decision:
    """Sends words to the author of an alarm: they end nothing and ask nothing back."""
    held = held_of(facts, said_by(event, clean(event.text)), NEWS)
    return hold(facts, chat, appeal, held, event.cmid)
