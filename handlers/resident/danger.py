"""What a resident tells of a danger to life: an alarm at once, its additions, «Отмена», the question of despair (R28).

Danger comes before everything else that a message may mean. It must never show a list of topics, ask about the house,
quote back, or wait for a press where the consent says that it does not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.lifecycle import alarms as lifecycle
from handlers.lifecycle.warnings import ONE_DANGER, alarm_words, crisis_lines, place_of, services
from handlers.resident.drafting import cancel_timers, go_on, piece_of, understand_text
from handlers.resident.floods import full
from handlers.text import actions, texts, texts_danger
from handlers.text.keyboards import CANCEL, under
from handlers.views.turn import DANGER, Turn
from screening.danger import Danger, alarms, doubts
from states.decision import Decision
from states.dialogue import ConfirmingSafety, Draft, Idle, OfferingDuty, ReportingDanger
from states.effects import Send
from states.lifecycle.alerts import SAME_STORY
from states.lifecycle.appeal import Appeal, Piece, Status
from states.lifecycle.counted import Counted
from states.messages import Command, Message

TALKATIVE = 10
"""After so many messages of one alarm nothing is answered any more: they are on the card."""

ABOUT_ONESELF = frozenset({Danger.DESPAIR, Danger.SUICIDE})
"""Where somebody may mean himself."""

OF_ALARM = frozenset({actions.TELL_DUTY, actions.NO_DUTY, actions.SAFE, actions.STILL_DANGER, actions.WHAT_REMAINS})
"""Buttons that only an alarm has."""


def hear(turn: Turn, event: Message) -> Decision | None:
    """Decides on words that tell of danger, or that go on with an alarm; None where they do neither."""
    if event.empty:
        return None
    own, heard, step = current_alarm(turn), alarms(event.all_words), turn.dialogue.step
    if own is not None and (heard or doubts(event.all_words) or telling(turn, own)):
        return add(turn, (piece_of(event),), event.at, own)
    offered = step if isinstance(step, OfferingDuty) and lately(turn) else None
    if not heard and offered is None:
        return offer(turn, (piece_of(event),), despair=True) if only_despairs(turn, event) else None
    before = offered.pieces if offered else asked_about(turn)
    pieces = (*(piece for piece in before if piece.cmid != event.cmid), piece_of(event))
    despair = heard <= {Danger.DESPAIR}
    if despair or not turn.facts.policy.tells_duty:
        return offer(turn, pieces, despair=despair and (offered is None or offered.despair))
    return raise_alarm(turn, pieces, event)


def only_despairs(turn: Turn, event: Message) -> bool:
    """Whether this begins a talk, may be said of oneself and names no problem: then the question stands alone (R28)."""
    heard, begins = doubts(event.all_words), turn.dialogue.draft.empty and turn.dialogue.doubted is None
    return begins and bool(heard) and heard <= ABOUT_ONESELF and not turn.facts.find.topic(event.all_words).topics


def asked_about(turn: Turn) -> tuple[Piece, ...]:
    """The words before that may have told of the same danger, where nothing was said since."""
    doubted = turn.dialogue.doubted
    return doubted.pieces if doubted is not None and doubted.asked and lately(turn) else ()


def current_alarm(turn: Turn) -> Appeal | None:
    """The newest of the author's own that nobody has ended."""
    return max(own_alarms(turn), key=lambda appeal: (appeal.created_at, appeal.code), default=None)


def own_alarms(turn: Turn) -> list[Appeal]:
    """This resident's alarms that no person has ended yet."""
    return [appeal for appeal in turn.facts.appeals if appeal.resident == turn.peer and appeal.alarming]


def telling(turn: Turn, own: Appeal) -> bool:
    """Whether what is written now belongs to it: it was the last that was spoken of, not long ago."""
    step = turn.dialogue.step
    return isinstance(step, ReportingDanger | ConfirmingSafety) and step.code == own.code and lately(turn)


def lately(turn: Turn) -> bool:
    """Whether the dialogue went on so short a time ago that what is written now belongs to it."""
    touched = turn.dialogue.touched_at
    return touched is None or turn.facts.now - touched < SAME_STORY


# An alarm.


def raise_alarm(turn: Turn, pieces: tuple[Piece, ...], event: Message) -> Decision:
    """Raises an alarm with its number at once, before anything is pressed; 112 stands before it (R28, R35)."""
    facts = turn.facts
    appeal, effects = lifecycle.raise_alarm(facts, new_appeal(turn, pieces), event.at)
    words = "\n".join(piece.text for piece in pieces)
    said = warning(turn, words, texts_danger.raised(appeal.code))
    doubted = turn.dialogue.doubted
    left_over = doubted.without(pieces) if doubted is not None else None
    dialogue = replace(turn.dialogue_at(ReportingDanger(appeal.code), remaining_draft(turn, pieces)), doubted=left_over)
    over = () if dialogue.draft.meant is not None else cancel_timers(turn)  # a wish beside it waits for its time
    return Decision(
        dialogue=dialogue,
        appeals=(appeal,),
        history=(lifecycle.submission(facts, appeal),),
        effects=(replace(said, appeal=appeal.code), *over, *effects, *turn.draft_timer(dialogue)),
    )


def remaining_draft(turn: Turn, pieces: tuple[Piece, ...]) -> Draft:
    """What was being written stays as it is, but for words that its author was asked about; 112 was shown."""
    draft, doubted = turn.dialogue.draft, turn.dialogue.doubted
    draft = draft.without(doubted.among(pieces)) if doubted is not None else draft
    return draft if draft.empty else replace(draft, warned=True)


def new_appeal(turn: Turn, pieces: tuple[Piece, ...]) -> Appeal:
    """An appeal of these words alone; what was written before is not shown to those on duty."""
    facts, text = turn.facts, "\n".join(piece.text for piece in pieces)
    guess = facts.find.place(text)
    return Appeal(
        code=facts.number,
        resident=turn.peer,
        source=lifecycle.source_of(pieces[-1].cmid, edited=turn.edits),
        status=Status.WAITING,
        version=1,
        topic=urgent_topic_of(turn, text),
        created_at=facts.now,
        pieces=pieces,
        place=guess.places[0] if guess.sure else None,
        address=facts.find.address(text) or "",
        counted=Counted(received=facts.now.astimezone(facts.policy.zone).date()),
    )


def urgent_topic_of(turn: Turn, text: str) -> str:
    """The first of the likely topics that is urgent, "" without one: nobody is asked."""
    known = turn.facts.directory.topic_by_code
    return next((code for code in turn.facts.find.topics(text) if code in known and known[code].urgent), "")


def warning(turn: Turn, written: str, more: str = "") -> Send:
    """The message with 112 and what else may be called where `written` says that it is; shorter where it was shown a
    moment ago. Behind it `more`, with «Отмена»."""
    where = place_of(turn, turn.dialogue.draft, written)
    words = services if just_warned(turn) else alarm_words
    said = words(turn.facts.directory, where, written)
    shown = turn.says("\n\n".join(filter(None, (said, more))), under((CANCEL,)) if more else None)
    return replace(shown, cause=turn.cause(DANGER))


def just_warned(turn: Turn) -> bool:
    """Whether 112 was shown for this already, as before a consent: then only the services that the words tell of."""
    touched = turn.dialogue.touched_at
    return turn.dialogue.draft.warned and touched is not None and turn.facts.now - touched < ONE_DANGER


def add(turn: Turn, pieces: tuple[Piece, ...], at: datetime, own: Appeal) -> Decision:
    """Puts more words on the card of an alarm at once; after many messages nothing is said any more."""
    if full(Draft(own.pieces), sum(len(piece.text) for piece in pieces)):
        return turn.shows(Idle(), None, texts.APPEAL_FULL.format(code=own.code))
    after, effects = lifecycle.add_words(turn.facts, own, pieces, at)
    dialogue = turn.dialogue_at(ReportingDanger(own.code), None)
    answer = () if len(after.pieces) > TALKATIVE else (replace(turn.says(added_words(after)), appeal=own.code),)
    return Decision(dialogue=dialogue, appeals=(after,), effects=(*answer, *effects))


def added_words(appeal: Appeal) -> str:
    """What is said of added words: once somebody has read the alarm, that the rest can be mended from here too."""
    seen = appeal.alert is not None and appeal.alert.seen_at is not None
    return texts_danger.ADDED_LATER if seen else texts_danger.ADDED


def handle_edit(turn: Turn, event: Message) -> Decision | None:
    """Other words of a message of an alarm, or a message that tells of danger only now."""
    own = next(
        (appeal for appeal in own_alarms(turn) if any(piece.cmid == event.cmid for piece in appeal.pieces)), None
    )
    if own is not None:
        after, effects = lifecycle.add_words(turn.facts, own, (piece_of(event),), event.at)
        return Decision(dialogue=turn.dialogue_at(turn.dialogue.step, None), appeals=(after,), effects=effects)
    if not alarms(event.all_words) or any(alarms(text) for text in words_before(turn, event.cmid)):
        return None
    return hear(turn, event)


def words_before(turn: Turn, cmid: int) -> list[str]:
    """What this message said before it was changed, wherever it stands."""
    pieces = [*turn.dialogue.draft.pieces, *(piece for appeal in turn.facts.appeals for piece in appeal.pieces)]
    return [piece.text for piece in pieces if piece.cmid == cmid]


# Asked first.


def offer(turn: Turn, pieces: tuple[Piece, ...], *, despair: bool) -> Decision:
    """Offers to tell those on duty: of somebody in despair, or without a consent that says that alarms are told, a
    person decides by a press."""
    decision = turn.shows(OfferingDuty(pieces, despair))
    if despair or len(pieces) > 1:
        return decision
    first = warning(turn, pieces[0].text)
    return replace(decision, effects=(first, *decision.effects))


# Buttons.


def handle_press(turn: Turn, command: Command) -> Decision:
    """What follows from a button of an alarm; one that does not belong to the present step changes nothing."""
    step, value = turn.dialogue.step, command.value
    match command.action:
        case actions.TELL_DUTY if isinstance(step, OfferingDuty):
            return tell(turn, step.pieces)
        case actions.NO_DUTY if isinstance(step, OfferingDuty):
            words = texts_danger.not_needed(crisis_lines(turn.facts.directory), turn.facts.directory.emergency)
            return turn.shows(Idle(), None, words)
        case actions.SAFE | actions.STILL_DANGER:
            return safe(turn, value, is_safe=command.action == actions.SAFE)
        case actions.WHAT_REMAINS:
            return mend(turn, value)
        case _:
            return turn.stays(texts.STALE)


def tell(turn: Turn, pieces: tuple[Piece, ...]) -> Decision:
    """Raises the alarm that the resident was asked about, from the last of these messages; the words before it come
    with it."""
    last = pieces[-1]
    event = Message(turn.peer, last.cmid, turn.peer, turn.facts.now, last.text)
    return raise_alarm(turn, pieces, event)


def ask_cancellation(turn: Turn) -> Decision | None:
    """Asks whether there is no danger by «Отмена» while an alarm is told; None where none is."""
    own = current_alarm(turn)
    if own is None or not telling(turn, own):
        return None
    return turn.shows(ConfirmingSafety(own.code))


def safe(turn: Turn, code: str, *, is_safe: bool) -> Decision:
    """What the author of an alarm presses: no danger any more ends it, «ещё опасно» asks for more words; not for
    others' alarms."""
    appeal = turn.facts.appeal(code)
    if appeal is None or appeal.resident != turn.peer:
        return turn.stays(texts.NOT_YOURS)
    emergency = turn.facts.directory.emergency
    if not appeal.alarming:
        return turn.shows(Idle(), None, texts_danger.ALREADY_OVER.format(emergency=emergency))
    if not is_safe:
        return turn.shows(ReportingDanger(code))
    after, effects = lifecycle.mark_safe(turn.facts, appeal)
    return turn.shows(Idle(), None, texts_danger.marked_safe(emergency), effects, (after,))


def mend(turn: Turn, code: str) -> Decision:
    """What is left to mend becomes a draft of the same words, sent as any other: `source` gives it a number of its
    own."""
    appeal = turn.facts.appeal(code)
    if appeal is None or appeal.resident != turn.peer or appeal.alert is None:
        return turn.stays(texts.NOT_YOURS)
    if not turn.dialogue.draft.empty:
        return turn.shows(Idle(), None, texts.MENU_WITH_DRAFT)
    draft = Draft(
        appeal.pieces,
        place=appeal.place,
        address=appeal.address,
        settling_text=False,
        different=True,
        warned=True,
        source=turn.cmid,
    )
    return go_on(turn, understand_text(turn.facts, draft))
