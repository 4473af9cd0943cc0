"""What a blocked author may still do: own messages, own data, help, answering a question; 112 is shown as ever.

It must never be silent for ever: once a day it says until when, and where to go meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.resident import drafting, own_appeals, own_words
from handlers.resident.reading import Reading
from handlers.text import actions, keyboards, texts
from handlers.text.keyboards import DATA, HELP, MINE, under
from handlers.text.words import day
from handlers.views import own_screens
from handlers.views.turn import Turn
from states.decision import Decision, ignore
from states.dialogue import ListingAppeals
from states.lifecycle.appeal import Appeal, Status
from states.messages import Command

TELL_EVERY = timedelta(days=1)

STILL = frozenset(
    {
        actions.BACK,
        actions.CANCEL,
        actions.HELP,
        actions.START,
        actions.MINE,
        actions.PAGE,
        actions.APPEAL,
        actions.WITHDRAW,
        actions.WITHDRAW_YES,
        actions.DONE,
        actions.SOLVED,
        actions.NOT_SOLVED,
        actions.RATE,
        actions.HURRY,
        actions.DATA,
        actions.EXPORT,
        actions.PUBLISH,
        actions.PUBLISH_YES,
        actions.PUBLISH_NO,
        actions.UNPUBLISH,
        actions.ERASE,
        actions.ERASE_YES,
        actions.TELL_DUTY,
        actions.NO_DUTY,
        actions.SAFE,
        actions.STILL_DANGER,
    }
)
"""Buttons that work: nothing new leaves by them."""


def allows(turn: Turn, command: Command) -> bool:
    """Whether a blocked resident may press this: «Ответить на вопрос» too, for an official waits for it."""
    if command.action == actions.ADD:
        appeal = turn.facts.appeal(command.value)
        return appeal is not None and appeal.status is Status.ASKED
    return command.action in STILL


def answer_only(turn: Turn, reading: Reading) -> Decision:
    """Decides on free words of a blocked resident: the answer to a question is passed on, everything else waits."""
    waiting = own_screens.questions_to_answer(turn.facts)
    if not waiting:
        return refuse_blocked(turn)
    appeal = question_meant(turn, waiting)
    if appeal is None:
        return turn.shows(ListingAppeals(), note=texts.WHICH_REPLY)
    return own_appeals.extend_appeal(turn, appeal, (drafting.piece_of(reading.message),), turn.dialogue.step)


def question_meant(turn: Turn, waiting: list[Appeal]) -> Appeal | None:
    """The question that was replied to, that is being answered, or the only one."""
    linked = turn.facts.linked
    code = linked.code if linked is not None else own_appeals.adding(turn.dialogue)
    return next((appeal for appeal in waiting if appeal.code == code), own_words.only_or_shown(turn, waiting))


def refuse_blocked(turn: Turn) -> Decision:
    """Tells a blocked resident once a day until when, the formal way, 112; ignored otherwise."""
    dialogue, facts = turn.dialogue, turn.facts
    told, until = dialogue.told_blocked, dialogue.blocked_until
    if until is None or (told is not None and facts.now - told < TELL_EVERY):
        return ignore("автору временно не отвечаем")
    directory = facts.directory
    text = texts.blocked(day(until, facts.policy.zone), directory.formal_channel, directory.emergency)
    keyboard = under((MINE, DATA), (HELP, keyboards.formal(directory)))
    return Decision(dialogue=replace(dialogue, told_blocked=facts.now), effects=(turn.says(text, keyboard),))
