"""What residents do with own appeals: look, add to, answer, correct, withdraw. Only the author's are reachable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.lifecycle import alarms, stopping, triage, withdrawing
from handlers.lifecycle.acting import act
from handlers.lifecycle.routing import chat_at, current
from handlers.resident import moving, thanks
from handlers.resident.drafting import piece_of
from handlers.resident.floods import full
from handlers.text import actions, texts, texts_chat, texts_danger
from handlers.text.parts import in_parts
from handlers.text.relayed import in_chat
from handlers.views.card_buttons import card_keyboard
from handlers.views.cards import anonymous, originals, unshown, with_own_words
from handlers.views.own_screens import allows_more, stage_words
from handlers.views.turn import Turn
from screening.sensitive import find_personal, kinds_in_words
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
from states.lifecycle.appeal import Action, Appeal, History, NotAllowed, Piece, Status, is_allowed
from states.messages import Command, Message
from states.people.chats import CUR

ADDING_LIFE = timedelta(days=1)
"""How long «Дополнить» stays open for a resident who does not press «Готово»."""


def handle_press(turn: Turn, command: Command) -> Decision:
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
        case actions.WITHDRAW if is_allowed(appeal.status, Action.WITHDRAW):
            return turn.shows(ConfirmingWithdrawal(appeal.code))
        case actions.WITHDRAW | actions.WITHDRAW_YES:
            return withdraw(turn, appeal)
        case _:
            return turn.shows(ShowingAppeal(appeal.code))


def withdraw(turn: Turn, appeal: Appeal) -> Decision:
    """Withdraws the appeal; of an alarm it is asked first whether there is no danger; one too far on stays."""
    if appeal.alarming:
        return turn.shows(ConfirmingSafety(appeal.code))  # those on duty know of it already (R28)
    ended = withdrawing.withdraw(turn, appeal)
    if not ended.appeals:
        note = texts.CANNOT_WITHDRAW.format(code=appeal.code, status=stage_words(appeal.status))
        return turn.shows(ShowingAppeal(appeal.code), note=note)
    note = texts.WITHDRAWN.format(code=appeal.code) + texts.already_sent(ended.sent)
    return turn.shows(Idle(), None, note, ended.effects, ended.appeals, ended.history)


def adding(dialogue: Dialogue) -> str | None:
    """The number of the appeal that the resident adds to now; None otherwise."""
    return dialogue.step.code if isinstance(dialogue.step, AddingTo) else None


def still_adding(turn: Turn, code: str) -> bool:
    """Few press «Готово»: a day later, or once nothing can be added any more, words are about something new."""
    appeal = turn.facts.appeal(code)
    return appeal is None or (not left_open(turn) and is_allowed(appeal.status, adding_is(appeal)))


def left_open(turn: Turn) -> bool:
    """Whether «Дополнить» was left without an end for so long that new words are not taken for an addition."""
    touched = turn.dialogue.touched_at
    return touched is not None and turn.facts.now - touched > ADDING_LIFE


def add_here(turn: Turn, message: Message) -> Decision:
    """Something written while «Дополнить» is open."""
    appeal = turn.facts.appeal(adding(turn.dialogue) or "")
    if appeal is None or appeal.resident != turn.peer:
        return turn.shows(ListingAppeals(), note=texts.NOT_YOURS)
    return (
        thanks.take_thanks(turn, message, appeal) if thanks.is_thanks(message) else add_message(turn, appeal, message)
    )


def add_message(turn: Turn, appeal: Appeal, message: Message) -> Decision:
    """Adds the whole message to the sent one; the step stays."""
    return extend_appeal(turn, appeal, (piece_of(message),), turn.dialogue.step)


def extend_appeal(
    turn: Turn,
    appeal: Appeal,
    pieces: tuple[Piece, ...],
    step: Step,
    draft: Draft | None = None,
    more: str = "",
    *,
    said: bool = False,
) -> Decision:
    """Adds to an appeal, or answers what was asked: it goes to the holder. `more` is said after that; `said`: that it
    is added was said already."""
    if appeal.alarming:
        return to_alarm(turn, appeal, pieces, step, draft)
    if full(Draft(appeal.pieces), sum(len(piece.text) for piece in pieces)):
        return turn.shows(ShowingAppeal(appeal.code), note=texts.APPEAL_FULL.format(code=appeal.code))
    more_told = replace(appeal, pieces=(*appeal.pieces, *pieces))
    put_right = moving.corrected_by_words(turn.facts, more_told, pieces)
    followed = follow(turn, appeal, put_right or more_told, pieces)
    if followed is None:
        return turn.shows(ShowingAppeal(appeal.code), note=texts.CANNOT_ADD.format(code=appeal.code))
    after = followed.appeal
    note, title = texts.ADDED.format(code=appeal.code), texts_chat.addition(appeal.code)
    if appeal.status is Status.ASKED:
        note, title = texts.REPLIED.format(code=appeal.code), texts_chat.resident_replied(appeal.code)
    if put_right is not None:
        note, title = moving.note_to_author(turn, after), moving.line_to_chat(turn, after)
    # While an answer leaves, what its buttons offer is over before anybody presses them.
    keys = appeal.status is Status.ASKED and not appeal.leaving
    told = () if followed.moved else addition(turn, after, pieces, title, keys=keys)
    if said and note == texts.ADDED.format(code=appeal.code) and not numbers_in(pieces):
        kept = turn.keeps(step, draft or turn.dialogue.draft, (*told, *followed.effects))
        return replace(kept, appeals=followed.appeals, history=followed.history)
    note = " ".join(part for part in (note, numbers_in(pieces), more) if part)
    return turn.shows(step, draft, note, (*told, *followed.effects), followed.appeals, followed.history)


@dataclass(frozen=True, slots=True)
class Followed:
    """What more words led to. The appeal itself stands first; `moved`: whoever has it now has read all of them."""

    appeals: tuple[Appeal, ...]
    history: tuple[History, ...]
    effects: tuple[Effect, ...]
    moved: bool = False

    @property
    def appeal(self) -> Appeal:
        """The appeal that was changed."""
        return self.appeals[0]


def follow(turn: Turn, before: Appeal, after: Appeal, pieces: tuple[Piece, ...], reason: str = "") -> Followed | None:
    """What follows from added words: to whom the appeal goes then, or what it is now; which words wait; what the ЦУР
    sees too. None where nothing may be added. `after`: with the new words, and the address that they put right."""
    return moved_on(turn, before, after, pieces) or kept_here(turn, before, after, pieces, reason)


def moved_on(turn: Turn, before: Appeal, after: Appeal, pieces: tuple[Piece, ...]) -> Followed | None:
    """What follows where the words put the address right and another agency answers now; None where it stays with the
    same one."""
    gone = moving.move_appeal(turn, before, after, pieces) if moving.is_elsewhere(after, before) else None
    if gone is None:
        return None
    appeal, noticed = triage.later(turn.facts, gone.appeals[0], pieces)
    return Followed((appeal, *gone.appeals[1:]), gone.history, (*noticed, *gone.effects), moved=True)


def kept_here(turn: Turn, before: Appeal, after: Appeal, pieces: tuple[Piece, ...], reason: str) -> Followed | None:
    """What follows where the addition stays with whoever has the message; None where its state takes none."""
    acted = act(turn.facts, after, adding_is(before), turn.peer, reason)
    if isinstance(acted, NotAllowed):
        return None
    stopped = stopping.stop_words_on_their_way(turn.facts, before, acted.appeal, pieces, turn.origin)
    (kept, noticed), shown = triage.later(turn.facts, stopped.appeal, pieces), tuple[Effect, ...]()
    if (kept.status, kept.notes) != (before.status, before.notes) or moving.is_elsewhere(after, before):
        kept, shown = current(turn.facts, kept)  # it was the answer to a question, is elsewhere, or has other buttons
    changed = replace(stopped, appeal=kept).changed_appeals(turn.facts)
    return Followed(changed, acted.history, (*noticed, *acted.effects, *stopped.effects, *shown))


def to_alarm(turn: Turn, appeal: Appeal, pieces: tuple[Piece, ...], step: Step, draft: Draft | None) -> Decision:
    """Puts added words onto the card of those on duty, where no author is shown."""
    after, effects = alarms.add_words(turn.facts, appeal, pieces, turn.facts.now)
    return turn.shows(step, draft, texts_danger.ADDED, effects, (after,))


def numbers_in(pieces: tuple[Piece, ...]) -> str:
    """A line about numbers of documents and phones, which the chat does not see (R19)."""
    kinds = {finding.kind for piece in pieces for finding in find_personal(piece.text)}
    return texts.hidden_numbers(kinds_in_words(kinds)) if kinds else ""


def adding_is(appeal: Appeal) -> Action:
    """The action of added words: while the resident is asked, whatever comes is the answer, and the agency's clock goes
    on (rules.md §3.1)."""
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


def handle_edit(turn: Turn, message: Message) -> Decision:
    """The resident edited a message of an appeal: «Уточнение к №…», once for each edit (T18)."""
    holder = next((appeal for appeal in turn.facts.appeals if any(p.cmid == message.cmid for p in appeal.pieces)), None)
    if holder is None:
        return ignore("правка сообщения, которое никуда не передано")
    if not is_allowed(holder.status, adding_is(holder)):
        return ignore("правка закрытого сообщения")
    piece = piece_of(message)
    old = next(other for other in holder.pieces if other.cmid == piece.cmid)
    if (piece.text, piece.attachments, piece.location) == (old.text, old.attachments, old.location):
        return ignore("правка ничего не изменила")  # VK tells of one where only a preview of a link came in
    # What the card could not forward stands in its text: there it must stay, whatever the edit took away (I2).
    piece = replace(piece, reworded=piece.reworded or unshown(old), at=old.at)  # said then, reworded later
    pieces = tuple(piece if other is old else other for other in holder.pieces)
    reworded = replace(holder, pieces=pieces)
    put_right = moving.corrected_by_edit(turn.facts, reworded, old.text, piece.text)
    followed = follow(turn, holder, put_right or reworded, (piece,), "правка")
    assert followed is not None, "asked before"
    note = moving.note_to_author(turn, followed.appeal) if put_right is not None else texts.EDIT_TAKEN
    told: tuple[Effect, ...] = (turn.says(note),)
    if not followed.moved:
        more = len(piece.attachments) > len(old.attachments)
        told += correction(turn, followed.appeal, message, more_files=more, put_right=put_right is not None)
    effects = (*told, *followed.effects)
    return Decision(turn.dialogue_at(turn.dialogue.step, None), followed.appeals, followed.history, effects)


def correction(
    turn: Turn, appeal: Appeal, message: Message, *, more_files: bool, put_right: bool
) -> tuple[Effect, ...]:
    """The new words; the files too when the edit has brought some. `put_right`: it is somewhere else."""
    holder = holder_of(turn.facts, appeal)
    if holder is None or holder.chat is None:
        return ()
    cause = turn.facts.cause("correction", turn.peer, turn.origin)
    source = Source(turn.peer, (message.cmid,))
    text = texts_chat.correction(appeal.code, in_chat(message.text))
    text = f"{moving.line_to_chat(turn, appeal)}\n{text}" if put_right else text
    copied = source if more_files else None
    send = Send(holder.chat, cause, text, Kind.ADDITION, Priority.CARD, copy=copied, source=source)
    return in_parts(replace(send, appeal=appeal.code, report=True))
