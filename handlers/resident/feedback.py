"""After the answer: solved or not, the rating, and opening again what is not solved (R42, R5).

Its buttons stand on answers for years: they work at every step, and no draft is lost by them.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle.acting import act
from handlers.lifecycle.routing import EDITABLE, current, left_behind, to_cur
from handlers.resident import thanks
from handlers.resident.drafting import cancel_timers
from handlers.resident.situation import resting
from handlers.text import actions, keyboards, texts, texts_chat, texts_stages
from handlers.text.words import plural
from handlers.views import own_screens
from handlers.views.cards import agency_name
from handlers.views.turn import Turn
from screening.acts.written import verdict
from states.decision import Decision
from states.dialogue import AddingTo, Draft, Idle, Rating, ShowingAppeal
from states.effects import Effect
from states.lifecycle.appeal import Action, Appeal, NotAllowed, Piece, Status
from states.messages import Command, Message
from states.screen import Keyboard


def verdict_of(message: Message) -> str | None:
    """The action of «Решено» or «Не решено» in words and nothing else, as the button says it; None for other words."""
    solved = None if message.attachments or message.location or message.forwarded else verdict(message.text)
    return None if solved is None else actions.SOLVED if solved else actions.NOT_SOLVED


def about_answer(turn: Turn, message: Message) -> Command | None:
    """The same typed to an answer: to the one that is replied to, or the last one while it waits for that word."""
    said, linked = verdict_of(message), turn.facts.linked
    if said is None or own_screens.questions_to_answer(turn.facts):
        return None
    if linked is not None and linked.resident == turn.peer:
        return Command(said, linked.code) if linked.answered_at is not None else None
    last = thanks.about(turn) if resting(turn) else None
    return Command(said, last.code) if last is not None and last.status is Status.ANSWERED else None


def handle_press(turn: Turn, command: Command) -> Decision:
    """The code comes from outside, so it is looked up among the resident's own (T3)."""
    code, _, mark = command.value.partition(":")
    appeal = turn.facts.appeal(code)
    if appeal is None or appeal.resident != turn.peer:
        return turn.stays(texts.NOT_YOURS)
    match command.action:
        case actions.SOLVED:
            return close_as_solved(turn, appeal)
        case actions.NOT_SOLVED:
            return not_solved(turn, appeal)
        case _:
            return take_rating(turn, appeal, mark)


def close_as_solved(turn: Turn, appeal: Appeal) -> Decision:
    """Closes an appeal by «Решено», and the answer may be rated."""
    acted = act(turn.facts, appeal, Action.SOLVED, turn.peer)
    if isinstance(acted, NotAllowed):
        return ask_rating(turn, appeal) if appeal.status is Status.CLOSED else not_now(turn, appeal)
    closed, shown = current(turn.facts, acted.appeal)
    asked = ask_rating(turn, closed, texts.SOLVED.format(code=appeal.code))
    effects = (*acted.effects, *asked.effects, *shown)
    return replace(asked, appeals=(closed,), history=acted.history, effects=effects)


def ask_rating(turn: Turn, appeal: Appeal, note: str = "") -> Decision:
    """Asks for a rating from one to five: as a step where nothing is being written, beside the dialogue where something
    is."""
    if resting(turn):
        return turn.shows(Rating(appeal.code), note=note)
    asked = texts.ASK_RATING.format(code=appeal.code)
    text = f"{note}\n\n{asked}" if note else asked
    return beside(turn, text, keyboards.inline(own_screens.marks(appeal.code)))


def beside(turn: Turn, text: str, keyboard: Keyboard | None = None) -> Decision:
    """Says something without leaving the step: its own buttons stay under the input field."""
    return Decision(effects=(turn.says(text, keyboard),))


def not_now(turn: Turn, appeal: Appeal) -> Decision:
    """Says in what state the message is, since nothing can be said of its answer now; the step stays."""
    return turn.stays(texts.NOT_NOW.format(code=appeal.code, status=own_screens.stage_words(appeal.status)))


def take_rating(turn: Turn, appeal: Appeal, mark: str) -> Decision:
    """The last rating counts. After a bad one the formal way is told (R5)."""
    if not own_screens.rateable(appeal):
        return not_now(turn, appeal)
    if not mark:
        return ask_rating(turn, appeal)
    if mark not in ("1", "2", "3", "4", "5"):
        return turn.stays(texts.STALE)
    acted = act(turn.facts, replace(appeal, rating=int(mark)), Action.RATE, turn.peer, mark)
    assert not isinstance(acted, NotAllowed), "what can be rated may be rated"
    after, shown = acted.appeal, tuple[Effect, ...]()
    if after.card_at is not None and turn.facts.now - after.card_at < EDITABLE:
        after, shown = current(turn.facts, after)  # a new card only to show a mark would be noise in the chat
    note = texts.RATED.format(mark=mark)
    if after.rating in own_screens.BAD_MARKS:
        note += f" {texts.UNSATISFIED.format(formal=turn.facts.directory.formal_channel)}"
    thanked = turn.shows(Idle(), note=note) if isinstance(turn.dialogue.step, Rating) else beside(turn, note)
    return replace(thanked, appeals=(after,), history=acted.history, effects=(*thanked.effects, *shown))


def not_solved(turn: Turn, appeal: Appeal, told: tuple[Piece, ...] = ()) -> Decision:
    """Reopens an appeal by «Не решено»: to the ЦУР with a card, so many times as the house allows; then the formal way
    (R42, R5). `told`: what is left, if that was the draft."""
    facts, policy = turn.facts, turn.facts.policy
    if appeal.reopened >= policy.reopens and appeal.status is not Status.REOPENED:
        times = plural(appeal.reopened, "раз", "раза", "раз")
        formal = facts.directory.formal_channel
        note = texts.REOPENED_ENOUGH.format(code=appeal.code, times=times, formal=formal)
        return turn.shows(ShowingAppeal(appeal.code), note=note) if resting(turn) else beside(turn, note)
    again = replace(appeal, incident="", pieces=(*appeal.pieces, *told))
    acted = act(facts, again, Action.REOPEN, turn.peer)
    if isinstance(acted, NotAllowed):
        return not_now(turn, appeal)
    reopened = acted.appeal
    name = agency_name(facts.directory, appeal.agency)
    routed = to_cur(facts, replace(reopened, by_hand=True), texts_chat.CUR_REOPENED.format(agency=name))
    effects = (*acted.effects, *left_behind(facts, appeal, routed.appeal), *routed.effects)
    note = texts_stages.reopened(appeal.code)
    if told:
        asked = turn.shows(ShowingAppeal(appeal.code), Draft(), note, cancel_timers(turn))
    elif turn.dialogue.is_blocked(facts.now):
        asked = turn.shows(ShowingAppeal(appeal.code), note=note)
    else:
        asked = turn.shows(AddingTo(appeal.code), note=f"{note}\n\n{texts.WHAT_IS_LEFT}")
    return replace(asked, appeals=(routed.appeal,), history=acted.history, effects=(*asked.effects, *effects))
