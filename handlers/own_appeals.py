"""What residents do with their own appeals: send, look, add to, correct, withdraw. Only the author's are reachable."""

from __future__ import annotations

from dataclasses import replace

from handlers import actions, texts, texts_chat, triage, withdrawing
from handlers.cards import anonymous, status_words, words_of
from handlers.drafting import forgotten, piece_of
from handlers.parts import in_parts, with_words
from handlers.preview import agency_of
from handlers.relayed import relayed
from handlers.routing import told_where
from handlers.screens import allows_more
from handlers.turn import Turn, cause_of
from states.appeal import Action, Appeal, History, NotAllowed, Status, allowed, move
from states.chats import CUR
from states.decision import Decision, ignore
from states.dialogue import (
    AddingTo,
    ConfirmingWithdrawal,
    Dialogue,
    Draft,
    Idle,
    ListingAppeals,
    ShowingAppeal,
)
from states.effects import Effect, Kind, Priority, Send, Source
from states.facts import Facts
from states.messages import Command, Message


def submit(turn: Turn, draft: Draft) -> Decision:
    """The draft becomes an appeal with a number, at once and in the same dialogue (R35)."""
    facts = turn.facts
    agency = draft.named or agency_of(draft, facts)
    appeal = Appeal(
        code=facts.number,
        resident=turn.peer,
        source=draft.pieces[0].cmid,
        status=Status.WAITING,
        version=1,
        topic=draft.topic or "",
        created_at=facts.now,
        pieces=draft.pieces,
        place=draft.place,
        address=draft.address,
        agency=agency,
        chosen_by_resident=draft.named is not None,
        notes=triage.notes_of(facts, draft.pieces, agency),
    )
    appeal = replace(appeal, urgent=triage.urgent(facts, appeal))
    born = History(appeal.code, 1, facts.now, turn.peer, Action.SUBMIT, None, Status.WAITING)
    routed = triage.sent(facts, appeal)
    note = texts.accepted(appeal.code, told_where(facts, routed.appeal))
    return turn.shows(
        Idle(), Draft(), note, (*forgotten(turn), *routed.effects), (routed.appeal,), (born, *routed.history)
    )


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
    ended = withdrawing.withdrawn(turn, appeal)
    if not ended.appeals:
        note = texts.CANNOT_WITHDRAW.format(code=appeal.code, status=status_words(appeal.status))
        return turn.shows(ShowingAppeal(appeal.code), note=note)
    note = texts.WITHDRAWN.format(code=appeal.code)
    return turn.shows(Idle(), None, note, ended.effects, ended.appeals, ended.history)


def adding(dialogue: Dialogue) -> str | None:
    return dialogue.step.code if isinstance(dialogue.step, AddingTo) else None


def add_here(turn: Turn, message: Message) -> Decision:
    """Something written while «Дополнить» is open."""
    appeal = turn.facts.appeal(adding(turn.dialogue) or "")
    if appeal is None or appeal.resident != turn.peer:
        return turn.shows(ListingAppeals(), note=texts.NOT_YOURS)
    return added(turn, appeal, message)


def added(turn: Turn, appeal: Appeal, message: Message) -> Decision:
    """One more message to an appeal: it goes to whoever has it now."""
    moved = move(appeal, Action.ADD, turn.facts.now, turn.peer)
    if isinstance(moved, NotAllowed):
        return turn.shows(Idle(), note=texts.CANNOT_ADD.format(code=appeal.code))
    more, history = moved
    piece = piece_of(message)
    more = replace(more, pieces=(*more.pieces, piece))
    note = texts.ADDED.format(code=appeal.code)
    effects = addition(turn, more, Source(turn.peer, (message.cmid,)), words_of((piece,)))
    return turn.shows(turn.dialogue.step, None, note, effects, (more,), (history,))


def addition(turn: Turn, appeal: Appeal, original: Source, words: str) -> tuple[Effect, ...]:
    """Forwarded to the chat that holds the appeal; an appeal that waits without a chat carries it on its card."""
    if appeal.chat is None:
        return ()
    hidden = hides(turn.facts, appeal)
    title = texts_chat.addition(appeal.code)
    text, fallback = (f"{title}\n\n{words}", "") if hidden and words else with_words(title, words)
    send = Send(
        appeal.chat,
        turn.cause("addition"),
        text,
        Kind.ADDITION,
        Priority.CARD,
        forward=None if hidden else original,
        fallback=fallback,
        copy=original if hidden else None,
        source=original,
        appeal=appeal.code,
        report=True,
    )
    return in_parts(send)


def hides(facts: Facts, appeal: Appeal) -> bool:
    """The chat must not see the author, unless it is the ЦУР's (design.md §12)."""
    cur = facts.chats.get(CUR)
    return anonymous(appeal, facts.directory) and not (cur is not None and cur.peer == appeal.chat)


def corrected(turn: Turn, message: Message) -> Decision:
    """The resident edited a message of an appeal: «Уточнение к №…», once for each edit (T18)."""
    holder = next((one for one in turn.facts.appeals if any(p.cmid == message.cmid for p in one.pieces)), None)
    if holder is None:
        return ignore("правка сообщения, которое никуда не передано")
    moved = move(holder, Action.ADD, turn.facts.now, turn.peer, "правка")
    if isinstance(moved, NotAllowed):
        return ignore("правка закрытого сообщения")
    changed, history = moved
    piece = piece_of(message)
    old = next(one for one in changed.pieces if one.cmid == piece.cmid)
    pieces = tuple(replace(piece, reworded=p.reworded) if p is old else p for p in changed.pieces)
    changed = replace(changed, pieces=pieces)
    dialogue = turn.moved(turn.dialogue.step, None)
    more = len(piece.attachments) > len(old.attachments)
    return Decision(dialogue, (changed,), (history,), correction(turn, changed, message, more_files=more))


def correction(turn: Turn, appeal: Appeal, message: Message, *, more_files: bool) -> tuple[Effect, ...]:
    """The new words; the files too when the edit has brought some."""
    told = turn.says(texts.EDIT_TAKEN)
    if appeal.chat is None:
        return (told,)
    cause = cause_of(turn.facts.house.community, "correction", turn.peer, turn.origin)
    source = Source(turn.peer, (message.cmid,))
    text = texts_chat.correction(appeal.code, relayed(message.text))
    copied = source if more_files else None
    send = Send(appeal.chat, cause, text, Kind.ADDITION, Priority.CARD, copy=copied, source=source, report=True)
    return (told, *in_parts(replace(send, appeal=appeal.code)))
