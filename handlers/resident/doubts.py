"""What may tell of a danger to life and may not: 112 is shown, its author asked, and the talk goes on (R28).

It must never raise an alarm by itself, nor keep what was told from going its usual way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.lifecycle import warnings
from handlers.resident import danger
from handlers.resident.drafting import piece_of
from handlers.resident.floods import full
from handlers.text import actions, texts_danger
from handlers.text.keyboards import button, inline
from handlers.views import own_screens
from handlers.views.own_alarm import whom
from handlers.views.turn import DANGER, DOUBT_TIMER, DRAFT_ASKED_AFTER, POLICE, Turn
from screening.acts.written import lets_tell
from screening.danger import doubts
from states.decision import Decision, ignore
from states.dialogue import Dialogue, Doubted, Draft, Idle, OfferingDuty, ReportingDanger
from states.effects import Send, StartTimer
from states.lifecycle.alerts import SAME_STORY
from states.lifecycle.appeal import Appeal, Piece
from states.messages import Command, Message
from states.screen import Colour

ANSWERED = Doubted()
"""Nobody is asked again in the same talk."""

LABELS = {texts_danger.TELL_NOW.casefold(): True, texts_danger.SAFE.casefold(): False}
ANSWERS = {True: Command(actions.TELL_DUTY), False: Command(actions.NO_DUTY), None: None}


def ask_first(turn: Turn, event: Message, decision: Decision, *, marked_at_the_door: bool = False) -> Decision:
    """Puts 112 before everything else that is said; where people may be in danger, with the question."""
    said = warnings.first(turn, event.all_words, decision, marked_at_the_door=marked_at_the_door)
    if not turn.has_consented:
        return said  # these words wait in VK, and are read again
    held = turn.dialogue.doubted
    if held is not None and held.under(str(event.cmid)):
        return with_more(turn, said, held, event)
    if not doubts(event.all_words):
        return said
    if held is None or not danger.lately(turn):
        return ask(turn, event, said)
    if not held.pieces or full(Draft(held.pieces), len(event.all_words)):
        return said
    return with_more(turn, said, held, event)


def ask(turn: Turn, event: Message, said: Decision) -> Decision:
    """Asks whether it is dangerous, once for a talk, in the place of what is said of a hazard and of a crime."""
    others = tuple(effect for effect in said.effects if not (isinstance(effect, Send) and is_warning(turn, effect)))
    at = turn.facts.now + DRAFT_ASKED_AFTER
    forgetting = StartTimer(DOUBT_TIMER, str(turn.peer), turn.peer, at)
    asked = with_doubted(turn, said, Doubted((piece_of(event),), asked=True))
    return replace(asked, effects=(question(turn, event), *others, forgetting), ignored=None)


def with_more(turn: Turn, said: Decision, held: Doubted, event: Message) -> Decision:
    """What was asked about as it is told now; «Да» answers it as long as nothing else was shown."""
    after = said.dialogue.doubted if said.dialogue is not None else held
    asked = after is not None and after.asked
    return with_doubted(turn, said, replace(held.adding(piece_of(event)), asked=asked))


def is_warning(turn: Turn, effect: Send) -> bool:
    """Whether this message is the one that shows 112 or 102 in this turn."""
    return effect.cause in (turn.cause(DANGER), turn.cause(POLICE))


def with_doubted(turn: Turn, decision: Decision, doubted: Doubted) -> Decision:
    """The decision with what was doubted kept in the dialogue."""
    dialogue: Dialogue = decision.dialogue or replace(turn.dialogue, touched_at=turn.facts.now)
    return replace(decision, dialogue=replace(dialogue, doubted=doubted))


def question(turn: Turn, event: Message) -> Send:
    """The message that shows 112 and asks whether it is dangerous; with words of despair also a crisis line."""
    directory, heard = turn.facts.directory, doubts(event.all_words)
    others = warnings.called_by(turn, event.all_words)
    if heard & danger.ABOUT_ONESELF:
        others += [texts_danger.crisis_line(line) for line in warnings.crisis_lines(directory)[:1]]
    tell = button(texts_danger.TELL_NOW, actions.TELL_DUTY, str(event.cmid), Colour.NEGATIVE)
    safe = button(texts_danger.SAFE, actions.NO_DUTY, str(event.cmid))
    text = texts_danger.doubtful(directory.emergency, others, whom(turn.facts))
    return replace(turn.says(text, inline((tell,), (safe,))), cause=turn.cause(DANGER))


# The answer.


def command_of(turn: Turn, message: Message) -> Command | None:
    """A button of the question that was typed, or «да», «не надо» as the first thing that is said after it."""
    dialogue = turn.dialogue
    if isinstance(dialogue.step, OfferingDuty) and danger.lately(turn):
        return ANSWERS[lets_tell(message.text)]
    if dialogue.doubted is None:
        return None
    dialogue = dialogue.mark_unanswered() if is_asked_by_officials(turn) else dialogue
    return answer_of(dialogue.doubted, message, dialogue.touched_at)


def is_asked_by_officials(turn: Turn) -> bool:
    """Whether an official's question or answer, which ask too, came after the doubt or is what is replied to."""
    facts, since = turn.facts, turn.dialogue.touched_at
    answered = [appeal.answered_at for appeal in facts.appeals]
    asked = [
        appeal.deadline.started_at for appeal in own_screens.questions_to_answer(facts) if appeal.deadline is not None
    ]
    return facts.linked is not None or any(at is not None and since and at > since for at in (*answered, *asked))


def answer_of(doubted: Doubted | None, message: Message, since: datetime | None) -> Command | None:
    """The answer to the question about danger in typed words; None where they are none. `since`: when the question was
    asked, where nothing else was since; an hour later «Да» is of something else."""
    if doubted is None or not doubted.pieces:
        return None
    typed, value = message.text.strip(" .!").casefold(), str(doubted.pieces[0].cmid)
    lately = doubted.asked and (since is None or message.at - since < SAME_STORY)
    said = lets_tell(message.text) if lately or "опасн" in typed else None
    answer = ANSWERS[LABELS.get(typed, said)]
    return replace(answer, value=value) if answer is not None else None


def told_by(dialogue: Dialogue, message: Message) -> Piece | None:
    """The last of the words that go to those on duty by this message, if any do."""
    doubted, command = dialogue.doubted, message.command or answer_of(dialogue.doubted, message, dialogue.touched_at)
    if doubted is None or command is None or command.action != actions.TELL_DUTY:
        return None
    return next(reversed(doubted.under(command.value)), None)


def take_press(turn: Turn, command: Command) -> Decision:
    """Decides on a press under the question whether it is dangerous, also long after it, wherever the talk is by
    now."""
    doubted, emergency = turn.dialogue.doubted, turn.facts.directory.emergency
    pieces = doubted.under(command.value) if doubted is not None else ()
    if command.action == actions.NO_DUTY:
        answered = replace(turn.dialogue, doubted=ANSWERED if pieces else doubted)
        return Decision(dialogue=answered, effects=(turn.says(texts_danger.not_needed((), emergency)),))
    own = danger.current_alarm(turn)
    if pieces:
        return danger.tell(turn, pieces) if own is None else add_to(turn, pieces, own)
    if own is not None:
        return turn.shows(ReportingDanger(own.code))
    return turn.shows(Idle(), None, texts_danger.NOTHING_TO_TELL.format(emergency=emergency))


def add_to(turn: Turn, pieces: tuple[Piece, ...], own: Appeal) -> Decision:
    """Adds the doubted words to an alarm that was raised meanwhile; where it takes no more they stay where they are."""
    added = danger.add(turn, pieces, turn.facts.now, own)
    assert added.dialogue is not None, "whoever adds to an alarm is at its step"
    if not added.appeals:
        return added
    return replace(added, dialogue=replace(added.dialogue, draft=danger.remaining_draft(turn, pieces), doubted=None))


def forget(dialogue: Dialogue) -> Decision:
    """A day after the question: these words lie where they went their usual way, or nowhere."""
    if dialogue.doubted is None:
        return ignore("уже отвечено")
    return Decision(dialogue=replace(dialogue, doubted=None))
