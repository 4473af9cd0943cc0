"""What residents said and pressed in a window about messages that the copy knows: it goes to those (delivery.md §13).

It must never guess: words belong to a message where they reply to what names it, or stand after a question about it.
All else is put into the draft.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from handlers.official import checking
from handlers.resident import feedback, hurrying, offers, own_appeals, sending, thanks
from handlers.resident.drafting import piece_of
from handlers.resident.situation import resting
from handlers.text import actions, texts, texts_stages
from handlers.views import own_screens
from handlers.views.turn import Turn
from states.cause import parse
from states.decision import Decision
from states.dialogue import AddingTo, Dialogue, Draft, Rating
from states.facts import Facts
from states.lifecycle.appeal import OPEN, Appeal, Status, is_allowed
from states.messages import Command, Message

JUDGING = frozenset({actions.SOLVED, actions.NOT_SOLVED, actions.RATE})
"""What is said of an answer; it proves that there was one."""

FILED = frozenset({actions.ADD_DRAFT, actions.REOPEN_DRAFT})
"""«Это ответ…», «Дополнить», «Открыть»: what was told before belongs to that message."""

CARRIED = JUDGING | FILED | {actions.HURRY}
MARK = re.compile(r"[1-5]")


class Asks(StrEnum):
    """What is waited for. Until «Готово» all words are added, a question of an official has one answer."""

    WORDS = "words"
    ANSWER = "answer"
    SOLVED = "solved"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class LastQuestion:
    """What the bot asked last, about the message of this number."""

    code: str
    asks: Asks


@dataclass(frozen=True, slots=True)
class Belongs:
    """Something that goes to the message of this number. Without a command its words do. `answered`: VK shows an answer
    that the copy may not know of. `told`: what was told before the press, and goes with it."""

    code: str
    message: Message
    command: Command | None = None
    answered: bool = False
    told: Draft = Draft()


def question_of(text: str, numbers: Collection[str]) -> LastQuestion | None:
    """What these words of the bot ask; nothing where they name no message, or several."""
    if len(numbers) != 1:
        return None
    (code,) = numbers
    if texts.ADDING.format(code=code) in text:
        return LastQuestion(code, Asks.WORDS)
    if text.startswith(texts_stages.asked_head(code)) or texts.ASKED_STILL in text:
        return LastQuestion(code, Asks.ANSWER)
    if texts.SOLVED_OR_NOT in text:
        return LastQuestion(code, Asks.SOLVED)
    return LastQuestion(code, Asks.MARK) if texts.ASK_RATING.format(code=code) in text else None


def question_at(turn: Turn) -> LastQuestion | None:
    """What was asked when the copy was made."""
    step = turn.dialogue.step
    match step:
        case AddingTo(code):
            return LastQuestion(code, Asks.WORDS)
        case Rating(code):
            return LastQuestion(code, Asks.MARK)
        case _ if not resting(turn):
            return None
    waiting = own_screens.questions_to_answer(turn.facts)
    if waiting:
        return LastQuestion(waiting[0].code, Asks.ANSWER) if len(waiting) == 1 else None
    last = thanks.about(turn)
    return LastQuestion(last.code, Asks.SOLVED) if last is not None and last.status is Status.ANSWERED else None


def answer_to(text: str, numbers: Collection[str]) -> frozenset[str]:
    """The message that these words of the bot are an answer to."""
    return frozenset(code for code in numbers if text.startswith(texts.answer_head(code)))


def is_refusal(text: str, code: str) -> bool:
    """Whether these words of the bot say that nothing can be said of the answer now."""
    not_now = texts.NOT_NOW.format(code=code, status="|")
    enough = texts.REOPENED_ENOUGH.format(code=code, times="|", formal="")
    return any(head.partition("|")[0] in text for head in (not_now, enough))


def at_another(cause: str, chat: int) -> str:
    """The cause of words that VK does not show to the chat that has the message: the window may have brought them to
    another, and what is said once is not said twice under one cause (I7)."""
    said = parse(cause)
    return str(replace(said, origin=f"{said.origin}.{chat}")) if said.kind in ("addition", "thanks") else cause


def of_words(message: Message, replied: str, question: LastQuestion | None) -> tuple[str, Command | None] | None:
    """(number, what they mean) of words that belong to a message. `replied`: the one that VK's reply names."""
    said = feedback.verdict_of(message)
    if replied:
        return replied, Command(said, replied) if said else None
    if question is None:
        return None
    code = question.code
    match question.asks:
        case Asks.SOLVED:
            judged = bool(said) or thanks.is_thanks(message)
            return (code, Command(said, code) if said else None) if judged else None
        case Asks.MARK:
            mark = MARK.fullmatch(message.text.strip())
            return (code, Command(actions.RATE, f"{code}:{mark[0]}")) if mark is not None else None
        case _:
            return code, None


def after_words(question: LastQuestion | None) -> LastQuestion | None:
    """What is asked still when words have been taken."""
    return question if question is not None and question.asks is Asks.WORDS else None


def carry_out(facts: Facts, dialogue: Dialogue, belongs: Belongs) -> list[Decision] | None:
    """What follows, each after the one before; None where it does not belong there any more."""
    appeal = facts.appeal(belongs.code)
    assert appeal is not None, "it is the resident's own (window.py)"
    if appeal.status is Status.WITHDRAWN:
        return []  # taken back since, with all that was said about it
    before: list[Decision] = []
    if belongs.answered and belongs.command is not None and belongs.command.action in JUDGING and appeal.status in OPEN:
        before = [checking.settle_as_answered(facts, appeal, 0)]
        facts = with_changes(facts, before[0].appeals)
    draft = belongs.told if belongs.command is not None and belongs.command.action in FILED else dialogue.draft
    turn = Turn(facts, dialogue.resident, str(belongs.message.cmid), replace(dialogue, draft=draft))
    done = add_words(turn, belongs.message, appeal) if belongs.command is None else carry_out_press(turn, belongs)
    return [*before, done] if done is not None else None


def add_words(turn: Turn, message: Message, appeal: Appeal) -> Decision | None:
    """Thanks, an addition, the answer to a question."""
    if thanks.is_thanks(message):
        return thanks.take_thanks(turn, message, appeal)
    if not is_allowed(appeal.status, own_appeals.adding_is(appeal)):
        return None
    done = own_appeals.extend_appeal(turn, appeal, (piece_of(message),), turn.dialogue.step)
    return done if done.appeals else None


def carry_out_press(turn: Turn, belongs: Belongs) -> Decision | None:
    """Carries out a press of the window; None where it changed no message."""
    assert belongs.command is not None, "words are no press"
    match belongs.command.action:
        case actions.HURRY:
            done = hurrying.handle_press(turn, belongs.command)
        case actions.ADD_DRAFT:
            done = sending.add_draft(turn, belongs.code)
        case actions.REOPEN_DRAFT:
            done = offers.handle_press(turn, belongs.command)
        case _:
            done = feedback.handle_press(turn, belongs.command)
    return done if done.appeals else None


def with_changes(facts: Facts, changed: Collection[Appeal]) -> Facts:
    """What is known once these are kept."""
    after: Mapping[str, Appeal] = {appeal.code: appeal for appeal in changed}
    return replace(
        facts,
        appeals=tuple(after.get(appeal.code, appeal) for appeal in facts.appeals),
        members=tuple(after.get(member.code, member) for member in facts.members),
        leads={code: after.get(code, lead) for code, lead in facts.leads.items()},
    )
