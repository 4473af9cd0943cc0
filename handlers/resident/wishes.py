"""What is said to the bot itself in natural words: asked back with a button, at every step, beside the dialogue (R12).

It must do nothing by itself but what changes nothing, and lose no words: «Это о другом» takes them for what they were.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from handlers.resident import drafting, offers, replies
from handlers.text import actions, keyboards, texts, texts_personal, texts_wishes
from handlers.text.keyboards import Row, button
from handlers.text.words import day
from handlers.views import own_screens, personal
from handlers.views.titles import title
from handlers.views.turn import DRAFT_ASKED_AFTER, DRAFT_TIMER, Turn
from handlers.views.waiting import hurry_button, may_hurry, state
from screening.intents import Intent, intent
from states.decision import Decision
from states.dialogue import (
    AddingTo,
    AskingText,
    ChoosingAgency,
    ChoosingGroup,
    ChoosingLevel,
    ChoosingPlace,
    ChoosingTopicOf,
    Idle,
)
from states.effects import Effect, StartTimer
from states.lifecycle.appeal import OPEN, Action, Appeal, allowed
from states.messages import Message
from states.screen import Button, Colour

RIGHTS = frozenset({Intent.ERASE, Intent.WITHDRAW, Intent.DATA})
"""Heard whatever else is going on (R12)."""

OWN = frozenset({Intent.STATUS, Intent.WHEN, Intent.TAKE_BACK})
"""Of own messages: these work for an author who may send no new ones, too."""

NAMES = frozenset({Intent.PERSON, Intent.STATUS})

NAMED = 3
"""Open messages that an answer to «когда?» tells of; the others stand in «Мои сообщения»."""

SEARCHING = (ChoosingGroup, ChoosingTopicOf, ChoosingPlace, ChoosingLevel, ChoosingAgency)
"""Steps at which a word is looked up: «оператор», «статус» may be a part of a name."""


def meant(turn: Turn, event: Message) -> Intent | None:
    """What is asked of the bot itself; None where the words may be an answer, or belong to something that is open."""
    if event.attachments or event.location or event.forwarded:
        return None
    wish = intent(event.text)
    if wish in RIGHTS or wish is None:
        return wish
    if turn.dialogue.blocked(turn.facts.now):
        return wish if wish in OWN else None
    step = turn.dialogue.step
    looked_up = isinstance(step, SEARCHING) and wish in NAMES and " " not in event.text.strip()
    if belong(turn) or looked_up or wish is Intent.AGAIN:
        return None
    if wish is Intent.THANKS and (replies.resting(turn) or isinstance(step, AddingTo | AskingText)):
        return None  # to an answer, or the end of a story that is being told
    return wish


def belong(turn: Turn) -> bool:
    """Whether words are about something that is open: the message of ours that was replied to, or a question."""
    linked = turn.facts.linked
    return (linked is not None and linked.resident == turn.peer) or bool(own_screens.asked(turn.facts))


def asked_back(turn: Turn, event: Message, wish: Intent) -> Decision:
    """A question with a button for what was asked for; the step and the draft stay."""
    match wish:
        case Intent.ERASE | Intent.WITHDRAW:
            return offered(turn, event, *erasing(turn, wish))
        case Intent.DATA:
            return offered(turn, event, texts_wishes.DATA, ((keyboards.DATA,),))
        case Intent.STOP:
            return offered(turn, event, *stopping(turn))
        case Intent.STATUS | Intent.WHEN:
            return offered(turn, event, *standing(turn))
        case Intent.TAKE_BACK:
            return offered(turn, event, *offer_withdrawal(turn))
        case Intent.WHERE:
            rows = (keyboards.WRITE,), (keyboards.TO_AGENCY,), (keyboards.formal(turn.facts.directory),)
            return offered(turn, event, texts_wishes.WHERE, rows)
        case Intent.PERSON:
            return offered(turn, event, texts_wishes.PERSON, ((keyboards.WRITE,), (keyboards.TO_AGENCY,)))
        case Intent.DONE:
            return done(turn)
        case Intent.THANKS | Intent.AGAIN:
            return turn.stays(texts.THANKS)
        case _:
            assert_never(wish)


def offered(
    turn: Turn, event: Message, text: str, rows: tuple[Row, ...], label: str = texts_wishes.ANOTHER
) -> Decision:
    """Said beside the dialogue; the words are kept for a day, in case they were about something else."""
    if turn.dialogue.blocked(turn.facts.now):
        return Decision(effects=(turn.says(text, keyboards.inline(*rows)),))
    another = button(label, actions.AS_WORDS)
    said = turn.says(text, keyboards.inline(*rows, (another,)))
    draft = replace(turn.dialogue.draft, meant=drafting.piece_of(event))
    at = turn.facts.now + DRAFT_ASKED_AFTER
    forgotten: tuple[Effect, ...] = (StartTimer(DRAFT_TIMER, str(turn.peer), turn.peer, at),) if draft.empty else ()
    return turn.keeps(turn.dialogue.step, draft, (said, *forgotten))


def erasing(turn: Turn, wish: Intent) -> tuple[str, tuple[Row, ...]]:
    facts = turn.facts
    if facts.erasure is not None:
        return texts_personal.erasure_asked(day(facts.erasure.due_at, facts.policy.zone)), ((keyboards.DATA,),)
    text = personal.erasure(facts).text
    yes = button("Да, удалить", actions.ERASE_YES, personal.stamp(facts.now), Colour.NEGATIVE)
    return (texts_wishes.withdraw(text) if wish is Intent.WITHDRAW else text), ((yes,),)


def stopping(turn: Turn) -> tuple[str, tuple[Row, ...]]:
    erase = button("Удалить мои данные", actions.ERASE)
    if turn.dialogue.draft.empty:
        return texts_wishes.STOP, ((keyboards.MINE,), (erase,))
    return texts_wishes.STOP_DRAFT, ((keyboards.CANCEL,), (erase,))


def standing(turn: Turn) -> tuple[str, tuple[Row, ...]]:
    """Where the newest open messages stand, until when, and «Поторопить» for each, once a day (R36)."""
    facts = turn.facts
    waiting = [one for one in own_screens.mine(facts) if one.status in OPEN][:NAMED]
    if not waiting:
        return texts_wishes.NOTHING_OPEN, ((keyboards.MINE,),)
    several = len(waiting) > 1
    hurry = [hurry_button(facts, one, named=several) for one in waiting if may_hurry(facts, one)]
    rows = keyboards.stacked([*hurry, *([] if several else [look(waiting[0])])])
    return "\n".join(state(facts, one) for one in waiting), (*rows, (keyboards.MINE,))


def offer_withdrawal(turn: Turn) -> tuple[str, tuple[Row, ...]]:
    """Which message: «Отозвать» stands beside each that may still be taken back, and asks once more (R26)."""
    revocable = [one for one in own_screens.mine(turn.facts) if allowed(one.status, Action.WITHDRAW)][:NAMED]
    if not revocable:
        return texts_wishes.NOTHING_OPEN, ((keyboards.MINE,),)
    named = [
        button(texts_wishes.take_back(title(one, turn.facts.directory)), actions.WITHDRAW, one.code)
        for one in revocable
    ]
    return texts_wishes.TAKE_BACK, (*keyboards.stacked(named), (keyboards.MINE,))


def look(appeal: Appeal) -> Button:
    return button(f"Открыть №{appeal.code}", actions.APPEAL, appeal.code)


def done(turn: Turn) -> Decision:
    """«Всё»: on with what was told, or the present question once more."""
    match turn.dialogue.step:
        case AddingTo():
            return turn.shows(Idle())
        case AskingText() if turn.dialogue.draft.text.strip():
            return offers.settled(turn)
        case step:
            return turn.shows(step)


def as_words(turn: Turn) -> Decision:
    """«Это о другом»: the words that were taken for a wish are told as any others."""
    draft = turn.dialogue.draft
    told = draft.meant
    if told is None:
        return turn.stays(texts.STALE)
    before = replace(turn, dialogue=replace(turn.dialogue, draft=replace(draft, meant=None)))
    return replies.heard(before, Message(turn.peer, told.cmid, turn.peer, turn.facts.now, told.text))
