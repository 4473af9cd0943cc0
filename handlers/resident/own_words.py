"""Words that belong to what was sent: more to an own message, the answer to an official, thanks.

It must never guess between two questions: of which the answer is, the resident says (features.md B).
"""

from __future__ import annotations

from dataclasses import replace

from handlers.resident import drafting, own_appeals, telling, thanks, wishes
from handlers.resident.reading import Reading
from handlers.text import keyboards, texts, texts_wishes
from handlers.views import own_screens
from handlers.views.turn import Turn
from screening.acts import Act, votes
from screening.acts.written import is_greeting, thanks_somebody, without_thanks
from states.decision import Decision, ignore
from states.dialogue import AskingText, ConfirmingWithdrawal, Rating, ShowingAppeal
from states.effects import Send
from states.lifecycle.appeal import Appeal, Status, is_allowed


def add_reply(turn: Turn, reading: Reading) -> Decision:
    """A reply to what the bot said of one message. Where that is over, the words are not lost: they begin a new one, or
    go on with what is being written."""
    appeal = linked_to(turn)
    if is_allowed(appeal.status, own_appeals.adding_is(appeal)):
        return own_appeals.add_message(turn, appeal, reading.message)
    note, keyboard = texts.ADDING_OVER.format(code=appeal.code), None
    if own_screens.may_reopen(turn.facts, appeal):
        note = f"{note} {texts.OR_NOT_SOLVED}"
        keyboard = keyboards.inline((own_screens.not_solved(appeal.code),))
    told = Send(turn.peer, turn.cause("over"), note, keyboard=keyboard, appeal=appeal.code)
    decision = telling.take_words(turn, reading)
    return replace(decision, effects=(told, *decision.effects))


def thank_in_reply(turn: Turn, reading: Reading) -> Decision:
    """Thanks belong to the message that was replied to; what only sounds like thanks is passed on whole."""
    if reading.listed_act is not Act.THANKS:
        return add_reply(turn, reading)
    if needs_no_answer(turn, linked_to(turn), reading):
        return wishes.offer_withdrawal_of_solved(turn, reading)
    return thanks.take_thanks(turn, reading.message, linked_to(turn))


def linked_to(turn: Turn) -> Appeal:
    """The resident's own message to which this one is a VK reply."""
    appeal = turn.facts.linked
    assert appeal is not None and appeal.resident == turn.peer, "a situation of its own (situation.py)"
    return appeal


def add_here(turn: Turn, reading: Reading) -> Decision:
    """Something written while «Дополнить» is open."""
    return own_appeals.add_here(turn, reading.message)


def thank(turn: Turn, reading: Reading) -> Decision:
    """Thanks belong to the message that was answered last; what only sounds like thanks is passed on to nobody, and who
    is named («спасибо хирургу Петрову») hears of it if the author wants it (I14). «Уже убрали, спасибо» is more than
    thanks where nobody has answered yet."""
    answered = thanks.about(turn)
    if needs_no_answer(turn, answered, reading):
        return wishes.offer_withdrawal_of_solved(turn, reading)
    if reading.listed_act is not Act.THANKS:
        return wishes.offer_beside(turn, reading.message, texts.THANKS, ())
    if answered is None and thanks_somebody(reading.text):
        return wishes.offer_beside(turn, reading.message, texts_wishes.THANKS, (), texts_wishes.HAND_ON_THANKS)
    return thanks.take_thanks(turn, reading.message, answered)


def needs_no_answer(turn: Turn, about: Appeal | None, reading: Reading) -> bool:
    """Whether the thanks are for what was done before anybody answered."""
    if (about is not None and about.status is Status.ANSWERED) or not wishes.revocable(turn):
        return False
    return votes(without_thanks(reading.text)).likely() is Act.SOLVED


def answer_question(turn: Turn, reading: Reading) -> Decision:
    """What an official has asked; of several questions the resident says which."""
    waiting, piece = own_screens.questions_to_answer(turn.facts), drafting.piece_of(reading.message)
    if (appeal := only_or_shown(turn, waiting)) is not None:
        return own_appeals.extend_appeal(turn, appeal, (piece,), turn.dialogue.step, more=texts.REPLIED_FREELY)
    draft = replace(turn.dialogue.draft.adding(piece), settling_text=True)
    return turn.shows(AskingText(), draft, texts.WHICH_REPLY)


def greet_or_answer(turn: Turn, reading: Reading) -> Decision:
    """«Да» is an answer to an official, «добрый день» is none."""
    if is_greeting(reading.text):
        return telling.greet(turn, reading)
    return answer_question(turn, reading)


def thank_or_answer(turn: Turn, reading: Reading) -> Decision:
    """While an official waits only plain thanks are no answer."""
    return thank(turn, reading) if reading.listed_act is Act.THANKS else answer_question(turn, reading)


def answer_ok(turn: Turn, reading: Reading) -> Decision:
    """«Ок» to what the bot said needs no word; where an answer waits for a mark, «да» presses nothing."""
    answered = thanks.about(turn)
    if answered is None or answered.status is not Status.ANSWERED:
        if reading.listed_act is None:  # nobody is met with silence who may have said more
            return wishes.offer_beside(turn, reading.message, texts_wishes.NOTED, ())
        return ignore("житель прочитал")
    return ask_whether_solved(answered, turn)


def note_solved(turn: Turn, reading: Reading) -> Decision:
    """«Всё сделали»: a mark for what was answered, a withdrawal for what still waits."""
    answered = thanks.about(turn)
    if answered is not None and answered.status is Status.ANSWERED:
        return ask_whether_solved(answered, turn)
    return wishes.offer_withdrawal_of_solved(turn, reading)


def ask_whether_solved(answered: Appeal, turn: Turn) -> Decision:
    """Asks «Решено?» of this answered message, beside the dialogue."""
    keys = keyboards.inline((own_screens.solved(answered.code), own_screens.not_solved(answered.code)))
    return Decision(effects=(turn.says(texts.SOLVED_OR_NOT, keys),))


def only_or_shown(turn: Turn, waiting: list[Appeal]) -> Appeal | None:
    """The only one that is asked about, or the one that the resident is looking at."""
    if len(waiting) == 1:
        return waiting[0]
    step = turn.dialogue.step
    looked_at = step.code if isinstance(step, ShowingAppeal | ConfirmingWithdrawal | Rating) else ""
    return next((appeal for appeal in waiting if appeal.code == looked_at and appeal.status is Status.ASKED), None)
