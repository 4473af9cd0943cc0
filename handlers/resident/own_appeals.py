"""What residents do with own appeals: look, add to, answer, correct, withdraw. Only the author's are reachable."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.lifecycle import alarms, triage, withdrawing
from handlers.lifecycle.acting import act
from handlers.lifecycle.routing import chat_at, current
from handlers.resident import thanks
from handlers.resident.drafting import piece_of
from handlers.resident.floods import full
from handlers.text import actions, texts, texts_chat, texts_danger
from handlers.text.parts import in_parts
from handlers.text.relayed import in_chat
from handlers.views.card_buttons import card_keyboard
from handlers.views.cards import anonymous, originals, unshown, with_own_words
from handlers.views.own_screens import allows_more, stage_words
from handlers.views.turn import Turn
from screening.sensitive import found, named
from states.decision import Decision, ignore
from states.dialogue import (
    AddingTo,
    ConfirmingSafety,
    ConfirmingWithdrawal,
    Dialogue,
    Draft,
    Idle,
    ListingAppeals,
    ShowingAppeal,
    Step,
)
from states.effects import Effect, Kind, Priority, Send, Source
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, NotAllowed, Piece, Status, allowed
from states.messages import Command, Message
from states.people.chats import CUR

ADDING_LIFE = timedelta(days=1)
"""How long «Дополнить» stays open for a resident who does not press «Готово»."""


def pressed(turn: Turn, command: Command) -> Decision:
    """Buttons that name an appeal. The code comes from outside, so it is looked up among the resident's own."""
    if command.action == actions.DONE:
        return turn.shows(Idle())
    appeal = turn.facts.appeal(command.value)
    if appeal is None or appeal.resident != turn.peer:
        return turn.shows(ListingAppeals(), note=texts.NOT_YOURS)
    match command.action:
        case actions.ADD if allows_more(appeal):
            return turn.shows(AddingTo(appeal.code))
        case actions.ADD:
            return turn.shows(ShowingAppeal(appeal.code), note=texts.CANNOT_ADD.format(code=appeal.code))
        case actions.WITHDRAW if allowed(appeal.status, Action.WITHDRAW):
            return turn.shows(ConfirmingWithdrawal(appeal.code))
        case actions.WITHDRAW | actions.WITHDRAW_YES:
            return withdraw(turn, appeal)
        case _:
            return turn.shows(ShowingAppeal(appeal.code))


def withdraw(turn: Turn, appeal: Appeal) -> Decision:
    if appeal.alarming:
        return turn.shows(ConfirmingSafety(appeal.code))  # those on duty know of it already (R28)
    ended = withdrawing.withdrawn(turn, appeal)
    if not ended.appeals:
        note = texts.CANNOT_WITHDRAW.format(code=appeal.code, status=stage_words(appeal.status))
        return turn.shows(ShowingAppeal(appeal.code), note=note)
    note = texts.WITHDRAWN.format(code=appeal.code) + texts.already_sent(ended.sent)
    return turn.shows(Idle(), None, note, ended.effects, ended.appeals, ended.history)


def adding(dialogue: Dialogue) -> str | None:
    return dialogue.step.code if isinstance(dialogue.step, AddingTo) else None


def still_adding(turn: Turn, code: str) -> bool:
    """Few press «Готово»: a day later, or once nothing can be added any more, words are about something new."""
    appeal = turn.facts.appeal(code)
    return appeal is None or (not left_open(turn) and allowed(appeal.status, adding_is(appeal)))


def left_open(turn: Turn) -> bool:
    touched = turn.dialogue.touched_at
    return touched is not None and turn.facts.now - touched > ADDING_LIFE


def add_here(turn: Turn, message: Message) -> Decision:
    """Something written while «Дополнить» is open."""
    appeal = turn.facts.appeal(adding(turn.dialogue) or "")
    if appeal is None or appeal.resident != turn.peer:
        return turn.shows(ListingAppeals(), note=texts.NOT_YOURS)
    return thanks.taken(turn, message, appeal) if thanks.said(message) else added(turn, appeal, message)


def added(turn: Turn, appeal: Appeal, message: Message) -> Decision:
    return extended(turn, appeal, (piece_of(message),), turn.dialogue.step)


def extended(
    turn: Turn, appeal: Appeal, pieces: tuple[Piece, ...], step: Step, draft: Draft | None = None, more: str = ""
) -> Decision:
    """More to an appeal, or the answer to what was asked: it goes to the holder. `more` is said after that."""
    if appeal.alarming:
        return to_alarm(turn, appeal, pieces, step, draft)
    if full(Draft(appeal.pieces), sum(len(piece.text) for piece in pieces)):
        return turn.shows(ShowingAppeal(appeal.code), note=texts.APPEAL_FULL.format(code=appeal.code))
    acted = act(turn.facts, replace(appeal, pieces=(*appeal.pieces, *pieces)), adding_is(appeal), turn.peer)
    if isinstance(acted, NotAllowed):
        return turn.shows(ShowingAppeal(appeal.code), note=texts.CANNOT_ADD.format(code=appeal.code))
    after, shown = acted.appeal, tuple[Effect, ...]()
    note, title = texts.ADDED, texts_chat.addition(appeal.code)
    if appeal.status is Status.ASKED:
        note, title = texts.REPLIED, texts_chat.resident_replied(appeal.code)
        after, shown = current(turn.facts, after)
    after, noticed = triage.later(turn.facts, after, pieces)
    # While an answer leaves, what its buttons offer is over before anybody presses them.
    keys = appeal.status is Status.ASKED and not appeal.leaving
    told = (*addition(turn, after, pieces, title, keys=keys), *noticed)
    note = " ".join(part for part in (note.format(code=appeal.code), numbers_in(pieces), more) if part)
    return turn.shows(step, draft, note, (*told, *acted.effects, *shown), (after,), acted.history)


def to_alarm(turn: Turn, appeal: Appeal, pieces: tuple[Piece, ...], step: Step, draft: Draft | None) -> Decision:
    """Onto the card of those on duty, where no author is shown."""
    effects: tuple[Effect, ...] = ()
    for piece in pieces:
        appeal, effects = alarms.add_words(turn.facts, appeal, piece, turn.facts.now)
    return turn.shows(step, draft, texts_danger.ADDED, effects, (appeal,))


def numbers_in(pieces: tuple[Piece, ...]) -> str:
    """A line about numbers of documents and phones, which the chat does not see (R19)."""
    kinds = {one.kind for piece in pieces for one in found(piece.text)}
    return texts.hidden_numbers(named(kinds)) if kinds else ""


def adding_is(appeal: Appeal) -> Action:
    """While the resident is asked, whatever comes is the answer: the agency's clock goes on (rules.md §3.1)."""
    return Action.REPLY if appeal.status is Status.ASKED else Action.ADD


def addition(
    turn: Turn, appeal: Appeal, pieces: tuple[Piece, ...], title: str, *, keys: bool = False
) -> tuple[Effect, ...]:
    """Forwarded to the chat that holds the appeal, as far as it may be shown; without a chat its card carries it.
    `keys`: with the card's buttons, for it is what the chat waited for."""
    holder = holder_of(turn.facts, appeal)
    if holder is None or holder.chat is None:
        return ()
    if holder is not appeal:
        title = texts_chat.addition_of_member(holder.code, appeal.code)
    added, hidden = replace(appeal, pieces=pieces), hides(turn.facts, holder)
    forward, copied = originals(added, hidden=hidden)
    text, fallback = with_own_words(title, added, hidden=hidden)
    chat = chat_at(turn.facts, holder.chat) if keys else None
    send = Send(
        holder.chat,
        turn.cause("addition"),
        text,
        Kind.ADDITION,
        Priority.CARD,
        keyboard=card_keyboard(turn.facts, chat, holder) if chat is not None else None,
        forward=forward,
        fallback=fallback,
        copy=copied,
        source=Source(turn.peer, tuple(piece.cmid for piece in pieces)),
        appeal=appeal.code,
        report=True,
    )
    return in_parts(send)


def holder_of(facts: Facts, appeal: Appeal) -> Appeal | None:
    """The appeal whose chat answers this one: itself, or the one it was merged with (R32)."""
    return facts.leads.get(appeal.incident) if appeal.status is Status.MERGED else appeal


def hides(facts: Facts, appeal: Appeal) -> bool:
    """The chat must not see the author, unless it is the ЦУР's (design.md §12)."""
    cur = facts.chats.get(CUR)
    return anonymous(appeal, facts.directory) and not (cur is not None and cur.peer == appeal.chat)


def corrected(turn: Turn, message: Message) -> Decision:
    """The resident edited a message of an appeal: «Уточнение к №…», once for each edit (T18)."""
    holder = next((appeal for appeal in turn.facts.appeals if any(p.cmid == message.cmid for p in appeal.pieces)), None)
    if holder is None:
        return ignore("правка сообщения, которое никуда не передано")
    acted = act(turn.facts, holder, adding_is(holder), turn.peer, "правка")
    if isinstance(acted, NotAllowed):
        return ignore("правка закрытого сообщения")
    piece = piece_of(message)
    old = next(one for one in holder.pieces if one.cmid == piece.cmid)
    # What the card could not forward stands in its text: there it must stay, whatever the edit took away (I2).
    piece = replace(piece, reworded=piece.reworded or unshown(old))
    pieces = tuple(piece if one is old else one for one in holder.pieces)
    changed, shown = replace(acted.appeal, pieces=pieces), tuple[Effect, ...]()
    if changed.status is not holder.status:
        changed, shown = current(turn.facts, changed)  # it was the answer to a question
    changed, noticed = triage.later(turn.facts, changed, (piece,))
    more = len(piece.attachments) > len(old.attachments)
    effects = (*correction(turn, changed, message, more_files=more), *noticed, *acted.effects, *shown)
    return Decision(turn.moved(turn.dialogue.step, None), (changed,), acted.history, effects)


def correction(turn: Turn, appeal: Appeal, message: Message, *, more_files: bool) -> tuple[Effect, ...]:
    """The new words; the files too when the edit has brought some."""
    told, holder = turn.says(texts.EDIT_TAKEN), holder_of(turn.facts, appeal)
    if holder is None or holder.chat is None:
        return (told,)
    cause = turn.facts.cause("correction", turn.peer, turn.origin)
    source = Source(turn.peer, (message.cmid,))
    text = texts_chat.correction(appeal.code, in_chat(message.text))
    copied = source if more_files else None
    send = Send(holder.chat, cause, text, Kind.ADDITION, Priority.CARD, copy=copied, source=source)
    return (told, *in_parts(replace(send, appeal=appeal.code, report=True)))
