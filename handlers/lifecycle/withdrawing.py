"""An appeal is taken back: a card that has not left never leaves, one that has is marked (F32).

A question or a promise that has not left yet goes to nobody; a final answer, written before, still arrives.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.lifecycle.acting import act
from handlers.lifecycle.answering import UNFINISHED, dropped, line_of
from handlers.lifecycle.incidents import lead_gone, members_of
from handlers.lifecycle.routing import of_card, refresh
from handlers.text import texts_chat
from handlers.views.turn import Turn
from states.cause import parse
from states.effects import CancelSend, Edit, Effect, Kind, Priority, Send
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, History, NotAllowed, Status


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What follows from it, for everybody whom it concerns. Without appeals it could not be done."""

    appeals: tuple[Appeal, ...] = ()
    history: tuple[History, ...] = ()
    effects: tuple[Effect, ...] = ()


def withdrawn(turn: Turn, appeal: Appeal) -> Withdrawn:
    """Withdrawn; of those that it led, the oldest leads from now on (R33)."""
    facts = turn.facts
    acted = act(facts, appeal, Action.WITHDRAW, turn.peer)
    if isinstance(acted, NotAllowed):
        return Withdrawn()
    after, effects = acted.appeal, list(acted.effects)
    for held in appeal.leaving:
        if held.action in UNFINISHED and held.cause in facts.unsent:
            after = dropped(after, held.cause)
            effects += unsaid(turn, appeal, held)
    heirs = lead_gone(facts, appeal, 0, members_of(facts, appeal))
    effects += [*recalled(turn, after), *member_gone(turn, appeal), *heirs.effects]
    return Withdrawn((after, *heirs.appeals), (*acted.history, *heirs.history), tuple(effects))


def unsaid(turn: Turn, appeal: Appeal, held: Held) -> list[Effect]:
    """All parts of it, and the line under the official's words says why. Others of an incident still hear it."""
    words, facts = parse(held.cause), turn.facts
    cancelled: list[Effect] = [CancelSend(one) for one in sorted(facts.unsent) if words.same_words(parse(one))]
    if words.is_of_member(appeal.code):
        return cancelled  # said because of another appeal: the line is about that one
    cause = facts.cause("undone", held.peer, words.origin)
    said = texts_chat.CLOSED_WITHDRAWN.format(code=appeal.code)
    return [*cancelled, Edit(held.peer, cause, line_of(held, held.cause), said, None, appeal.code)]


def member_gone(turn: Turn, appeal: Appeal) -> tuple[Effect, ...]:
    """One of those that were merged: the chat that holds the leading one has read its words, so it hears of it."""
    lead = turn.facts.leads.get(appeal.incident) if appeal.status is Status.MERGED else None
    return (told(turn, appeal.code, lead.chat),) if lead is not None and lead.chat is not None else ()


def told(turn: Turn, code: str, chat: int) -> Send:
    cause = turn.facts.cause("withdrawn", turn.peer, code)
    text = texts_chat.withdrawn_in_chat(code)
    return Send(chat, cause, text, Kind.NOTICE, Priority.CARD, appeal=code)


def recalled(turn: Turn, appeal: Appeal) -> tuple[Effect, ...]:
    unsent = [cause for cause in sorted(turn.facts.unsent) if of_card(cause, appeal)]
    cancelled = tuple(CancelSend(cause) for cause in unsent)
    # The first part tells of the appeal: once it has left, the chat must hear that no answer is wanted.
    never_left = any(not parse(cause).piece for cause in unsent)
    if never_left or appeal.chat is None:
        return cancelled
    marked = refresh(turn.facts, appeal)
    return (*cancelled, told(turn, appeal.code, appeal.chat), *marked)
