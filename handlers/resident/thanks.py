"""«Спасибо» to an answer: a warm line back, passed on at most once, and no clock starts anew (features.md E)."""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle.acting import act
from handlers.text import keyboards, texts, texts_chat
from handlers.text.relayed import in_chat, one_line
from handlers.views import own_screens
from handlers.views.turn import Turn
from screening.acts.written import grateful
from states.decision import Decision
from states.effects import Effect, Kind, Priority, Send, Source
from states.lifecycle.appeal import Action, Appeal, NotAllowed, Status
from states.messages import Message


def is_thanks(message: Message) -> bool:
    """Whether the message is thanks and nothing else."""
    return not (message.attachments or message.location or message.forwarded) and grateful(message.text)


def about(turn: Turn) -> Appeal | None:
    """The own message answered last."""
    answered = [
        appeal
        for appeal in turn.facts.appeals
        if appeal.answered_at is not None and appeal.status is not Status.WITHDRAWN
    ]
    return max(answered, key=lambda appeal: (appeal.answered_at or appeal.created_at, appeal.code), default=None)


def take_thanks(turn: Turn, message: Message, appeal: Appeal | None) -> Decision:
    """Passes thanks on; nothing changes but that it was passed on."""
    if appeal is None:
        return turn.stays(texts.THANKS)
    note, keyboard = texts.THANKS, None
    if appeal.status is Status.ANSWERED:
        note = texts.THANKS_SOLVED.format(code=appeal.code)
        keyboard = keyboards.inline((own_screens.solved(appeal.code), own_screens.not_solved(appeal.code)))
    warm = turn.says(note, keyboard)
    # Before any answer there is nothing that the chat could be thanked for,
    # and while an answer waits for a second person, thanks are nothing that its author must read first (R39).
    nothing = appeal.thanked or appeal.chat is None or appeal.first_answer_at is None or appeal.approval is not None
    acted = None if nothing else act(turn.facts, appeal, Action.ADD, turn.peer, "спасибо")
    if acted is None or isinstance(acted, NotAllowed):
        return Decision(effects=(warm,))
    after = replace(acted.appeal, thanked=True)
    effects: tuple[Effect, ...] = (warm, *acted.effects, passed_on(turn, message, appeal, appeal.chat or 0))
    return Decision(appeals=(after,), history=acted.history, effects=effects)


def passed_on(turn: Turn, message: Message, appeal: Appeal, chat: int) -> Send:
    """The line for the chat with the resident's thanks; by its cause a message is thanked for once."""
    cause = turn.facts.cause("thanks", turn.peer, appeal.code)
    text = texts_chat.thanked(appeal.code, one_line(in_chat(message.text), 200))
    source = Source(turn.peer, (message.cmid,))
    return Send(chat, cause, text, Kind.NOTICE, Priority.NOTICE, source=source, appeal=appeal.code)
