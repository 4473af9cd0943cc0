"""What is offered once before a told message is asked about: to open an answered one again, or who else answers for it.

It must keep the draft: «Это другое» and «Всё равно написать нам» go on with it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.resident import drafting, feedback
from handlers.resident.floods import full
from handlers.text import actions, keyboards, texts, texts_wishes
from handlers.text.keyboards import Row, button
from handlers.text.words import day
from handlers.views import own_screens
from handlers.views.titles import title
from handlers.views.turn import Turn
from screening.intents import Intent, intent, names_nothing
from screening.outside import addressee
from states.decision import Decision
from states.dialogue import Draft
from states.lifecycle.appeal import Appeal
from states.messages import Command
from states.screen import Colour

REMEMBERED = timedelta(days=60)
"""How long «так и не сделали» may be about an answer."""


def settled(turn: Turn) -> Decision:
    """What was told is complete: the offer, or the first question."""
    told = turn.dialogue.draft.text.strip()
    return (before_questions(turn, turn.dialogue.draft) if told else None) or drafting.settled(turn)


def before_questions(turn: Turn, draft: Draft) -> Decision | None:
    """One offer for a draft, where there is any."""
    if draft.offered or draft.named is not None:
        return None
    appeal = come_back(turn, draft)
    if appeal is not None:
        return reopening(turn, draft, appeal)
    other = addressee(draft.text, turn.facts.directory.outside) if not draft.warned else None
    if other is None:
        return None
    anyway = button("Всё равно написать нам", actions.WRITE, colour=Colour.PRIMARY)
    return offer(turn, draft, texts_wishes.outside(other.name, other.contact), ((anyway,), (keyboards.CANCEL,)))


def reopening(turn: Turn, draft: Draft, appeal: Appeal) -> Decision:
    answered = day(appeal.answered_at or appeal.created_at, turn.facts.policy.zone)
    text = texts_wishes.again(title(appeal, turn.facts.directory), answered, appeal.code)
    again = button("Открыть", actions.REOPEN_DRAFT, appeal.code, Colour.PRIMARY)
    return offer(turn, draft, text, ((again,), (button("Это другое", actions.WRITE),)))


def offer(turn: Turn, draft: Draft, text: str, rows: tuple[Row, ...]) -> Decision:
    said = turn.says(text, keyboards.inline(*rows))
    return turn.keeps(turn.dialogue.step, replace(draft, offered=True), (said,))


def come_back(turn: Turn, draft: Draft) -> Appeal | None:
    """The answered message that «опять течёт» is about: the last of that topic, or the last one where none is heard."""
    if intent(draft.text) is not Intent.AGAIN:
        return None
    facts = turn.facts
    known = [one for one in own_screens.mine(facts) if own_screens.may_reopen(facts, one) and lately(turn, one)]
    known.sort(key=lambda one: one.answered_at or one.created_at, reverse=True)
    topics = facts.find.topics(draft.text, 3)
    fitting = [one for one in known if one.topic in topics]
    return next(iter(known if not fitting and (names_nothing(draft.text) or not topics) else fitting), None)


def lately(turn: Turn, appeal: Appeal) -> bool:
    return appeal.answered_at is not None and turn.facts.now - appeal.answered_at <= REMEMBERED


def pressed(turn: Turn, command: Command) -> Decision:
    """«Открыть»: that message goes to the ЦУР again, with what was told now (R42)."""
    appeal, pieces = turn.facts.appeal(command.value), turn.dialogue.draft.pieces
    if appeal is None or appeal.resident != turn.peer:
        return turn.stays(texts.NOT_YOURS)
    if pieces and full(Draft(appeal.pieces), len(turn.dialogue.draft.text)):
        return turn.stays(texts.APPEAL_FULL.format(code=appeal.code))
    return feedback.not_solved(turn, appeal, pieces)
