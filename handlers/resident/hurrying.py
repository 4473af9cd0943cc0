"""«Поторопить»: a line to those who answer, once a day, with where it stands and until when (R36).

It must never move a clock: who is hurried has as much time as before.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle.moves import origin_of
from handlers.lifecycle.routing import chat_at
from handlers.text import texts, texts_waiting
from handlers.views.card_buttons import card_keyboard
from handlers.views.titles import term, title
from handlers.views.turn import Turn
from handlers.views.waiting import is_hurried, lead_of, state, waits
from states.decision import Decision
from states.effects import Kind, Priority, Send
from states.facts import Facts
from states.lifecycle.appeal import Appeal
from states.messages import Command


def handle_press(turn: Turn, command: Command) -> Decision:
    """Carries out «Поторопить». The code comes from outside, so it is looked up among the resident's own (T3)."""
    facts, appeal = turn.facts, turn.facts.appeal(command.value)
    if appeal is None or appeal.resident != turn.peer:
        return turn.stays(texts.NOT_YOURS)
    holder = lead_of(facts, appeal)
    if not waits(appeal) or not waits(holder) or holder.chat is None:
        return says(turn, appeal, texts_waiting.HURRY_NOBODY.format(state=state(facts, appeal)))
    if is_hurried(facts, appeal):
        return says(turn, appeal, f"{state(facts, appeal)} {texts_waiting.HURRIED_ALREADY}")
    after = replace(appeal, hurried_at=facts.now, version=appeal.version + 1)
    told = says(turn, appeal, f"{texts_waiting.HURRIED} {state(facts, appeal)}")
    return replace(told, appeals=(after,), effects=(*told.effects, passed_on(facts, after, holder, holder.chat)))


def says(turn: Turn, appeal: Appeal, text: str) -> Decision:
    """A reply about this appeal; the step stays."""
    return Decision(effects=(replace(turn.says(text), appeal=appeal.code),))


def passed_on(facts: Facts, appeal: Appeal, holder: Appeal, peer: int) -> Send:
    """A line with the keys of the card, which may be days up."""
    chat = chat_at(facts, peer)
    keyboard = card_keyboard(facts, chat, holder) if chat is not None else None
    until = term(holder.deadline, facts) if holder.deadline is not None else ""
    text = texts_waiting.in_chat(title(appeal, facts.directory), until, holder.code)
    cause = facts.cause("hurry", peer, origin_of(appeal))
    return Send(peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboard, appeal=holder.code)
