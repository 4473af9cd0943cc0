"""An appeal is taken back: a card that has not left never leaves, one that has is marked (F32).

No words of an official that have not left yet leave to whoever waits no more; others of an incident still hear them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.lifecycle.acting import act
from handlers.lifecycle.answering import (
    cause_for_everybody,
    drop_held,
    leaving,
    line_of,
    not_to_be_read,
    reply_without_words,
    undo_keyboard,
)
from handlers.lifecycle.incidents import lead_gone, members_of
from handlers.lifecycle.routing import current, of_card, refresh
from handlers.text import texts_chat
from handlers.text.parts import in_parts
from handlers.text.relayed import beginning, in_chat
from handlers.views.turn import Turn
from states.cause import parse
from states.effects import CancelSend, Edit, Effect, Kind, Priority, Send
from states.facts import Facts
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, History, NotAllowed, Status


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What follows from it, for everybody whom it concerns. Without appeals it could not be done. `sent`: how many
    answers to its author have left or may have."""

    appeals: tuple[Appeal, ...] = ()
    history: tuple[History, ...] = ()
    effects: tuple[Effect, ...] = ()
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Retracted:
    """Words that do not leave to the author of an appeal any more. `appeal` and `members` are not yet counted as
    changed; `words`: of those that were said because of another one, for its chat."""

    appeal: Appeal
    members: tuple[Appeal, ...]
    effects: tuple[Effect, ...] = ()
    words: tuple[Held, ...] = ()
    sent: int = 0


def withdraw(turn: Turn, appeal: Appeal, *, forgotten: bool = False) -> Withdrawn:
    """Withdrawn; of those that it led, the oldest leads from now on (R33). `forgotten`: its author wants to be erased,
    so nothing about it is repeated anywhere (R14)."""
    acted = act(turn.facts, appeal, Action.WITHDRAW, turn.peer)
    if isinstance(acted, NotAllowed):
        return Withdrawn()
    retracted = retract_answers(turn, acted.appeal, forgotten=forgotten)
    facts, after = replace(turn.facts, members=retracted.members), retracted.appeal
    heirs = lead_gone(facts, appeal, 0, members_of(facts, appeal))
    leading, shown = leave_lead(turn, appeal, () if forgotten else retracted.words)
    appeals = (after, *leading, *heirs.appeals)
    return Withdrawn(
        (*appeals, *changed_members(turn.facts, retracted.members, appeals)),
        (*acted.history, *heirs.history),
        (*acted.effects, *retracted.effects, *recall_card(turn, after), *shown, *heirs.effects),
        retracted.sent,
    )


def silence(turn: Turn, appeal: Appeal) -> Withdrawn:
    """An answer to what is closed may be on its way too (T18): whoever is to be erased does not get it."""
    retracted = retract_answers(turn, appeal, forgotten=True)
    if retracted.appeal is appeal:
        return Withdrawn(sent=retracted.sent)
    after = replace(retracted.appeal, version=appeal.version + 1)
    return Withdrawn(
        (after, *changed_members(turn.facts, retracted.members, (after,))), (), retracted.effects, retracted.sent
    )


def changed_members(facts: Facts, members: Sequence[Appeal], kept: Sequence[Appeal]) -> tuple[Appeal, ...]:
    """Those of these members that have changed and are not kept for another reason."""
    known, codes = {member.code: member for member in facts.members}, {appeal.code for appeal in kept}
    new = (member for member in members if member is not known[member.code] and member.code not in codes)
    return tuple(replace(member, version=member.version + 1) for member in new)


# Words on their way.


def retract_answers(turn: Turn, appeal: Appeal, *, forgotten: bool) -> Retracted:
    """Takes answers back that are on their way, of each all parts or none: what has begun to leave is not torn. Only
    his own copy of an answer to many."""
    retracted = Retracted(appeal, turn.facts.members)
    for held in appeal.leaving:
        if held.cause not in turn.facts.unsent:
            retracted = replace(retracted, sent=retracted.sent + 1)
            continue
        retracted = replace(retracted, appeal=drop_held(retracted.appeal, held.cause))
        retracted = retract_answer(turn, retracted, held, forgotten=forgotten)
    return retracted


def retract_answer(turn: Turn, retracted: Retracted, held: Held, *, forgotten: bool) -> Retracted:
    """The line under the official's words says why they do not leave; of somebody to be erased neither his number nor
    the words are repeated, and that line goes with him: a reply to the official stays."""
    words, code = parse(held.cause), retracted.appeal.code
    of_member = words.is_of_member(code) and not held.leads
    effects: list[Effect] = [*retracted.effects]
    effects += [CancelSend(cause) for cause in sorted(turn.facts.unsent) if words.same_words(parse(cause))]
    if forgotten:
        origin = f"{words.of_everybody(code).origin}.{turn.origin}"
        several = of_member or bool(held.also)
        effects.append(reply_without_words(turn.facts, held.peer, held.cmid, origin, several=several))
    if of_member:
        return replace(retracted, effects=tuple(effects), words=(*retracted.words, held))
    members, heir = hand_on(turn.facts, retracted, held)
    effects.append(not_to_be_read(code, held))
    undo, others = None, 0
    if heir is not None:
        member, more = heir
        undo, others = undo_keyboard(member, more), len(more.also) + 1
        if not held.read:
            # At another moment than before: what is told of two looks at one moment is told once (timers.py `read`).
            effects += leaving(turn.facts, member, more, several=True)
    text = not_told(held, code, others, forgotten=forgotten)
    cause = turn.facts.cause("undone", held.peer, words.origin)
    effects.append(Edit(held.peer, cause, line_of(held, held.cause), text, undo, code))
    return replace(retracted, members=members, effects=tuple(effects))


def not_told(held: Held, code: str, others: int, *, forgotten: bool) -> str:
    """What the chat reads under the official's words; `others`: how many still hear them."""
    if forgotten:
        return texts_chat.not_sent_to_forgotten(several=others > 0)
    words = beginning(held.text)
    return texts_chat.not_sent_to_withdrawn(code, others, words or (texts_chat.ONLY_FILES if held.files else ""))


def hand_on(facts: Facts, retracted: Retracted, held: Held) -> tuple[tuple[Appeal, ...], tuple[Appeal, Held] | None]:
    """The oldest of the others to whom they still leave takes over what the chat is told of them, and that they are
    read again before they leave: or they would wait for whoever is not there (I8)."""
    words = cause_for_everybody(retracted.appeal, held)
    hear = sorted(
        (member for member in retracted.members if str(words.of_member(member.code)) in facts.unsent),
        key=lambda member: (member.created_at, member.code),
    )
    hear = [
        member for member in hear if any(answer.cause == str(words.of_member(member.code)) for answer in member.held)
    ]
    if not hear:
        return retracted.members, None
    first, *others = hear
    theirs = next(answer for answer in first.held if answer.cause == str(words.of_member(first.code)))
    also = tuple(member.code for member in others)
    more = replace(theirs, also=also, line=line_of(held, held.cause), read=held.read, leads=True)
    first = replace(first, held=tuple(more if answer is theirs else answer for answer in first.held))
    return tuple(first if member.code == first.code else member for member in retracted.members), (first, more)


# The card, and whom it was answered with.


def leave_lead(turn: Turn, appeal: Appeal, words: Sequence[Held]) -> tuple[tuple[Appeal, ...], tuple[Effect, ...]]:
    """Takes a withdrawn appeal out of its incident: the chat that holds the leading one has read its words, so it hears
    of it, and the card counts one less."""
    facts = turn.facts
    lead = facts.leads.get(appeal.incident) if appeal.status is Status.MERGED else None
    if lead is None:
        return (), ()
    without = tuple(replace(held, also=tuple(code for code in held.also if code != appeal.code)) for held in lead.held)
    left = replace(facts, members=tuple(member for member in facts.members if member.code != appeal.code))
    leading, shown = current(left, replace(lead, held=without, version=lead.version + 1))
    noticed = withdrawal_notices(turn, appeal.code, lead.chat, words) if lead.chat is not None else ()
    return (leading,), (*noticed, *shown)


def withdrawal_notices(turn: Turn, code: str, chat: int, words: Sequence[Held] = ()) -> tuple[Send, ...]:
    """The notices to a chat that an appeal was withdrawn. `words`: what does not leave to its author."""
    cause = turn.facts.cause("withdrawn", turn.peer, code)
    text = texts_chat.withdrawn_in_chat(code, [in_chat(held.text) for held in words if held.text])
    return in_parts(Send(chat, cause, text, Kind.NOTICE, Priority.CARD, appeal=code))


def recall_card(turn: Turn, appeal: Appeal) -> tuple[Effect, ...]:
    """Cancels the card where it has not begun to leave; else marks it in its chat and tells the chat that no answer is
    wanted."""
    unsent = [cause for cause in sorted(turn.facts.unsent) if of_card(cause, appeal)]
    cancelled = tuple(CancelSend(cause) for cause in unsent)
    # The first part tells of the appeal: once it has left, the chat must hear that no answer is wanted.
    never_left = any(not parse(cause).piece for cause in unsent)
    if never_left or appeal.chat is None:
        return cancelled
    return (*cancelled, *withdrawal_notices(turn, appeal.code, appeal.chat), *refresh(turn.facts, appeal))
