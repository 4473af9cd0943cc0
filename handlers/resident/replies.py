"""What a message belongs to, when it is no button: an own appeal, a question that was asked, thanks, or the draft.

It must never guess between two questions: of which the answer is, the resident says (features.md B).
"""

from __future__ import annotations

from dataclasses import replace

from handlers.resident import drafting, own_appeals, thanks
from handlers.text import keyboards, texts
from handlers.views import own_screens
from handlers.views.turn import Turn
from screening.intents import acknowledges
from states.decision import Decision, ignore
from states.dialogue import (
    AskingPublication,
    AskingText,
    ConfirmingErasure,
    ConfirmingWithdrawal,
    Idle,
    ListingAppeals,
    Rating,
    Refused,
    ShowingAppeal,
    ShowingData,
)
from states.effects import Send
from states.lifecycle.appeal import Appeal, Status, allowed
from states.messages import Message

RESTING = (
    Idle,
    Refused,
    ListingAppeals,
    ShowingAppeal,
    ConfirmingWithdrawal,
    Rating,
    ShowingData,
    ConfirmingErasure,
    AskingPublication,
)
"""Steps at which nothing is being written: words there may answer a question."""


def heard(turn: Turn, event: Message) -> Decision:
    """Free words, files or a point."""
    if event.empty:
        return turn.stays(texts.LETTERS_ONLY)
    linked = turn.facts.linked
    if linked is not None and linked.resident == turn.peer:
        return about(turn, event, linked)
    code = own_appeals.adding(turn.dialogue)
    if code is not None:
        if own_appeals.still_adding(turn, code):
            return own_appeals.add_here(turn, event)
        return anew(turn, event, code)
    return at_rest(turn, event) if resting(turn) else drafting.said(turn, event)


def about(turn: Turn, event: Message, appeal: Appeal) -> Decision:
    """A reply to what the bot said of one message. Where that is over, the words are not lost: they begin a new one."""
    if thanks.said(event):
        return thanks.taken(turn, event, appeal)
    if allowed(appeal.status, own_appeals.adding_is(appeal)) or not resting(turn):
        return own_appeals.added(turn, appeal, event)
    note, keyboard = texts.ADDING_OVER.format(code=appeal.code), None
    if own_screens.may_reopen(turn.facts, appeal):
        note = f"{note} {texts.OR_NOT_SOLVED}"
        keyboard = keyboards.inline((own_screens.not_solved(appeal.code),))
    told = Send(turn.peer, turn.cause("over"), note, keyboard=keyboard, appeal=appeal.code)
    decision = drafting.begun(turn, event)
    return replace(decision, effects=(told, *decision.effects))


def anew(turn: Turn, event: Message, code: str) -> Decision:
    """«Дополнить» was left open: the words are about something new; who has just lost it by an end hears so."""
    at_menu = replace(turn, dialogue=replace(turn.dialogue, step=Idle()))
    decision = at_rest(at_menu, event) if resting(at_menu) else drafting.said(at_menu, event)
    if own_appeals.left_open(turn):
        return decision
    told = Send(turn.peer, turn.cause("over"), texts.ADDING_OVER.format(code=code))
    return replace(decision, effects=(told, *decision.effects))


def resting(turn: Turn) -> bool:
    return turn.dialogue.draft.empty and isinstance(turn.dialogue.step, RESTING)


def at_rest(turn: Turn, event: Message) -> Decision:
    """Nothing is being written: thanks, the answer to a question, or the beginning of a message."""
    if thanks.said(event):
        return thanks.taken(turn, event, thanks.about(turn))
    waiting = own_screens.asked(turn.facts)
    if not waiting and turn.facts.appeals and drafting.is_text_only(event) and acknowledges(event.text):
        return answer_ok(turn)
    if not waiting or drafting.greeting(event.text):
        return drafting.said(turn, event)
    if (one := shown(turn, waiting)) is not None:
        step = turn.dialogue.step
        return own_appeals.extended(turn, one, (drafting.piece_of(event),), step, more=texts.REPLIED_FREELY)
    draft = replace(turn.dialogue.draft.adding(drafting.piece_of(event)), settling_text=True)
    return turn.shows(AskingText(), draft, texts.WHICH_REPLY)


def answer_ok(turn: Turn) -> Decision:
    """«Ок» to what the bot said needs no word; where an answer waits for a mark, «да» presses nothing."""
    answered = thanks.about(turn)
    if answered is None or answered.status is not Status.ANSWERED:
        return ignore("житель прочитал")
    keys = keyboards.inline((own_screens.solved(answered.code), own_screens.not_solved(answered.code)))
    return Decision(effects=(turn.says(texts.SOLVED_OR_NOT, keys),))


def shown(turn: Turn, waiting: list[Appeal]) -> Appeal | None:
    """The only one that is asked about, or the one that the resident is looking at."""
    if len(waiting) == 1:
        return waiting[0]
    step = turn.dialogue.step
    looked_at = step.code if isinstance(step, ShowingAppeal | ConfirmingWithdrawal | Rating) else ""
    return next((appeal for appeal in waiting if appeal.code == looked_at and appeal.status is Status.ASKED), None)
