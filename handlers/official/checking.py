"""Buttons under the lists that people get after a restore: what is answered already, what is left, what is to leave.

It must never send by itself: only what was set aside leaves, and only when somebody of its chat says so.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle.acting import act
from handlers.lifecycle.incidents import lead_gone, members_of
from handlers.lifecycle.routing import current, join_effects
from handlers.text import actions, texts, texts_chat, texts_recovery
from handlers.views.joinable import first_alone, not_shared
from handlers.views.possible import stale
from states.cause import parse
from states.decision import Decision, ignore
from states.effects import SendHeld
from states.events import ButtonPressed
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, NotAllowed, Status
from states.people.chats import Chat
from states.people.who_may import coordinates, holds

OF_LISTS = frozenset({actions.SETTLED, actions.LEFT_OVER, actions.SEND_IT})


def handle_press(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """(what the presser reads, what follows)."""
    code, _, row = event.command.value.partition(" ")
    if event.command.action == actions.SEND_IT:
        return send_held(facts, chat, code, row)
    appeal = facts.appeal(code)
    if appeal is None:
        return "", ignore(texts.STALE)
    if not (holds(chat, appeal) or coordinates(chat)):
        return "", ignore(texts_chat.BUTTON_STALE.format(status=texts_chat.NOT_THIS_CHAT))
    if event.command.action == actions.LEFT_OVER:
        return texts_recovery.LEFT_OVER, Decision()
    return texts_recovery.SETTLED, settle_as_answered(facts, appeal, event.user)


def send_held(facts: Facts, chat: Chat, code: str, row: str) -> tuple[str, Decision]:
    """A message that nobody's number is on is the ЦУР's to send; one to this chat, this chat's."""
    appeal = facts.appeal(code)
    if not row.isdecimal() or (appeal is None and code != "-"):
        return "", ignore(texts.STALE)
    if appeal is not None and appeal.status is Status.WITHDRAWN:
        return "", ignore(stale(appeal))
    if appeal is not None and (why := not_theirs(facts, appeal)):
        return "", ignore(why)
    return texts_recovery.SENDING, Decision(effects=(SendHeld(int(row)),))


def not_theirs(facts: Facts, appeal: Appeal) -> str:
    """Why a copy of an answer to several is not for this author any more (joinable.py); empty where it is."""
    if not any(parse(held.cause).is_of_member(appeal.code) for held in appeal.held):
        return ""
    lead = facts.leads.get(appeal.incident)
    alone = first_alone(facts.directory, (appeal,) if lead is None else (appeal, lead))
    return not_shared(facts.directory, alone) if alone is not None else ""


def settle_as_answered(facts: Facts, appeal: Appeal, user: int) -> Decision:
    """Answered in the window: the resident has the answer, so nobody is told and nobody is asked about it."""
    acted = act(facts, appeal, Action.ANSWER, user, texts_recovery.SETTLED_BEFORE)
    if isinstance(acted, NotAllowed) or appeal.status in (Status.ANSWERED, Status.CLOSED):
        return ignore(stale(appeal))
    after, shown = current(facts, replace(acted.appeal, answers=acted.appeal.answers + 1))
    heirs = lead_gone(facts, appeal, user, members_of(facts, appeal))
    return Decision(
        appeals=(after, *heirs.appeals),
        history=(*acted.history, *heirs.history),
        effects=join_effects(acted.effects, shown, heirs.effects),
    )
