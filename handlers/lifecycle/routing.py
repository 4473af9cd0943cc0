"""Where an appeal goes: to the chat the directory names, or to the ЦУР. Never anywhere else by guess (R22, F16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.lifecycle.acting import act, start_route_clock
from handlers.text import texts, texts_chat
from handlers.text.parts import in_parts, split
from handlers.text.relayed import in_chat, one_line
from handlers.views import alarm_card
from handlers.views.alarm_card import of_alarm
from handlers.views.card_buttons import card_keyboard
from handlers.views.cards import (
    ADDRESS_LIMIT,
    agency_name,
    anonymous,
    card,
    left_card,
    originals,
    with_own_words,
    words_of,
)
from handlers.views.titles import agency_title, term
from states.cause import JOINED, parse
from states.effects import CancelSend, Edit, Effect, Kind, Priority, Send, Source
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, History, NotAllowed, Status
from states.people.chats import CUR, Chat
from states.screen import Keyboard

AT_ONCE, QUIET = 3, timedelta(minutes=10)
"""So many of those who have written within that time are told the chat as they join, the others counted on the card."""
EDITABLE = timedelta(hours=23)
"""So long VK surely lets us edit our own message (909, vk-api.md §6.1); an older card is sent anew."""


@dataclass(frozen=True, slots=True)
class Routed:
    """An appeal in its new place. `agency` is who has it now, None for the ЦУР or nobody."""

    appeal: Appeal
    history: tuple[History, ...] = ()
    effects: tuple[Effect, ...] = ()


def route(
    facts: Facts, appeal: Appeal, agency: str | None, actor: int, reason: str = "", action: Action = Action.ROUTE
) -> Routed:
    """Send the appeal to this agency's chat; where that cannot be, to the ЦУР with the reason why."""
    chat = facts.chat_of(agency)
    if agency is None or chat is None:
        return to_cur(facts, replace(appeal, agency=agency), why_cur(facts, agency, reason))
    acted = act(facts, replace(appeal, agency=agency, chat=chat.peer, why=""), action, actor, reason)
    if isinstance(acted, NotAllowed):
        return Routed(appeal)
    there = acted.appeal
    led = with_unread_members(facts, appeal.chat, there, chat.peer) if there.leads else there
    routed, effects = with_card(facts, led, chat)
    return Routed(routed, acted.history, (*acted.effects, *effects, *copy_member_texts(facts, appeal.chat, routed)))


def why_cur(facts: Facts, agency: str | None, reason: str) -> str:
    """Why the ЦУР gets it, in a sentence: the given reason, no route, or the agency's chat is paused, lost or not
    bound."""
    if reason:
        return reason
    if agency is None:
        return texts_chat.CUR_NO_ROUTE
    name, chat = agency_name(facts.directory, agency), facts.chats.get(agency)
    if chat is not None and chat.is_paused(facts.now):
        return texts_chat.CUR_PAUSED.format(agency=name)
    lost = chat is not None and chat.lost
    return (texts_chat.CUR_CHAT_LOST if lost else texts_chat.CUR_NOT_BOUND).format(agency=name)


def to_cur(facts: Facts, appeal: Appeal, reason: str) -> Routed:
    """The ЦУР's chat gets the card; without such a chat the appeal waits, and goes when one is bound."""
    waiting, timers = start_route_clock(facts, replace(appeal, why=reason))
    cur = facts.chat_of(CUR)
    if cur is None:
        nowhere = replace(here(facts, waiting, None), card="")
        return Routed(nowhere, (), (*timers, *copy_member_texts(facts, appeal.chat, nowhere)))
    led = with_unread_members(facts, appeal.chat, waiting, cur.peer) if waiting.leads else waiting
    held, effects = with_card(facts, led, cur)
    return Routed(held, (), (*timers, *effects, *copy_member_texts(facts, appeal.chat, held)))


def copy_member_texts(
    facts: Facts, before: int | None, lead: Appeal, members: Sequence[Appeal] = ()
) -> tuple[Effect, ...]:
    """Sends every member's text to another chat that answers an incident, not only the leading one's (R32); cancels
    unsent copies to the old one (I4)."""
    if lead.chat == before or not lead.leads:
        return ()
    led = members or [
        member for member in facts.members if member.incident == lead.code and member.status is Status.MERGED
    ]
    unread = (CancelSend(cause) for appeal in led for cause in sorted(facts.unread.get(appeal.code, ())))
    shown = (appeal for appeal in led if appeal.code not in lead.not_shown)
    return join_effects(tuple(unread), *(told_of(facts, appeal, lead) for appeal in shown))


def with_unread_members(facts: Facts, before: int | None, lead: Appeal, peer: int) -> Appeal:
    """The leading appeal with the members that its new chat has not read: it reads the first of many at once, and the
    others when it asks for them."""
    if peer == before:
        return lead
    led = [member for member in facts.members if member.incident == lead.code and member.status is Status.MERGED]
    return replace(lead, not_shown=tuple(appeal.code for appeal in led[AT_ONCE:]))


def told_of(facts: Facts, appeal: Appeal, lead: Appeal) -> tuple[Effect, ...]:
    """The chat that answers reads what one more has written, harmless and without numbers (T12). Once for each card of
    the leading one, and anew after one of its own, which the ЦУР takes apart and puts back: not by a version, which
    after a restore may be another (I7, delivery.md §13)."""
    if lead.chat is None:
        return ()
    address = one_line(in_chat(appeal.address), ADDRESS_LIMIT)
    words = "\n".join(part for part in (address, words_of(appeal.pieces)) if part)
    origin = f"{appeal.code}.{lead.code}.{lead.cards}.{appeal.cards}"
    files = tuple(piece.cmid for piece in appeal.pieces if piece.attachments)
    send = Send(
        lead.chat,
        facts.cause(JOINED, lead.chat, origin),
        texts_chat.joined(lead.code, appeal.code, words),
        Kind.ADDITION,
        Priority.CARD,
        copy=Source(appeal.resident, files) if files else None,
        source=Source(appeal.resident, (appeal.source,)),
        appeal=appeal.code,
        report=True,
    )
    return in_parts(send)


def parts_up_to(last: str) -> tuple[str, ...]:
    """The causes of a long message, the whole one first, by that of its last part (parts.py), in whatever form."""
    return parse(last).pieces()


def with_card(facts: Facts, appeal: Appeal, chat: Chat) -> tuple[Appeal, tuple[Effect, ...]]:
    """The appeal as held by this chat, and its card, the first, second, … of it: not the version, for after a restore
    other changes may have come in another order, and the card is already there (I7, delivery.md §13)."""
    number = appeal.cards + 1
    cause = facts.cause("card", appeal.resident, f"{appeal.source}.{chat.agency}.{number}")
    held = replace(here(facts, appeal, chat.peer), card=cause, card_at=facts.now, cards=number)
    hidden = anonymous(held, facts.directory) and chat.agency != CUR
    shown, copied = (None, None) if of_alarm(held) else originals(held, hidden=hidden)
    text, fallback = card_and_words(facts, held, hidden=hidden)
    send = Send(
        chat.peer,
        cause,
        text,
        Kind.CARD,
        Priority.DIALOGUE if held.alarming else Priority.CARD,
        keyboard=card_keyboard(facts, chat, held),
        forward=shown,
        fallback=fallback,
        copy=copied,
        source=Source(held.resident, (held.source,)),
        appeal=held.code,
        report=True,
    )
    return held, in_parts(send, buttons_first=True)


def here(facts: Facts, appeal: Appeal, peer: int | None) -> Appeal:
    """The appeal in this chat from now on: small dialogues of the chat that had it are over, those of the ЦУР go on."""
    cur = facts.chats.get(CUR)
    staying = {peer, cur.peer if cur is not None else None}
    return replace(appeal, chat=peer, tasks=tuple(task for task in appeal.tasks if task.peer in staying))


def card_and_words(facts: Facts, appeal: Appeal, *, hidden: bool) -> tuple[str, str]:
    """(text, fallback) of the card of whoever holds it. That of an alarm says all its words, nothing is forwarded."""
    if of_alarm(appeal):
        return alarm_card.text_of(appeal, facts), ""
    return with_own_words(card(appeal, facts), appeal, hidden=hidden)


def current(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[Effect, ...]]:
    """The card shows the true state: edited, or sent anew where VK would not let us edit it any more.

    One that still waits for a chat that is lost never leaves then: two would tell two states the day it is back (R36).
    """
    chat = chat_at(facts, appeal.chat)
    old = appeal.card_at is not None and facts.now - appeal.card_at > EDITABLE
    if old and chat is not None:
        renewed, card = with_card(facts, appeal, chat)
        before = replace(parse(appeal.card), piece=len(card) - 1)
        return renewed, (*map(CancelSend, before.pieces()), *card)
    return appeal, refresh(facts, appeal)


def chat_at(facts: Facts, peer: int | None) -> Chat | None:
    """The chat of this dialogue among those that were loaded; None where there is none."""
    return next((chat for chat in facts.chats.values() if chat.peer == peer), None)


def refresh(facts: Facts, appeal: Appeal, cause: str = "", keyboard: Keyboard | None = None) -> tuple[Effect, ...]:
    """Edit the card to the true state. With a `cause` it is shown with these buttons, else with its own."""
    chat = chat_at(facts, appeal.chat)
    if appeal.chat is None or not appeal.card:
        return ()
    if not cause:
        keyboard = card_keyboard(facts, chat, appeal) if chat is not None else None
        cause = facts.cause("refresh", appeal.chat, f"{appeal.code}.{appeal.version}")
    # An edit replaces the whole text, so the words must stand in it again; of a long card the first part is edited.
    hidden = anonymous(appeal, facts.directory) and not is_cur(chat)
    text, fallback = card_and_words(facts, appeal, hidden=hidden)
    return (Edit(appeal.chat, cause, appeal.card, next(split(text)), keyboard, appeal.code, fallback),)


def is_cur(chat: Chat | None) -> bool:
    """Whether it is the ЦУР's chat."""
    return chat is not None and chat.agency == CUR


def left_behind(facts: Facts, before: Appeal, after: Appeal) -> tuple[Effect, ...]:
    """The card in the chat that had the appeal says where it went, and no state: that changes without it (R22).

    An agency's card that has not left never leaves: nobody there may read the words any more (I4).
    """
    return (*untold(facts, before, after), *card_behind(facts, before, after))


def untold(facts: Facts, before: Appeal, after: Appeal) -> tuple[CancelSend, ...]:
    """Cancels what waits for the chat that had the appeal and what it has not read yet: its author's additions stand on
    the next card; nor is a card sent again that may have left (I4, R22). The ЦУР may see what it once had."""
    if after.chat == before.chat or is_cur(chat_at(facts, before.chat)):
        return ()
    return tuple(CancelSend(cause) for cause in sorted(facts.unread.get(before.code, ())))


def card_behind(facts: Facts, before: Appeal, after: Appeal) -> tuple[Effect, ...]:
    """What becomes of the card in the chat that had the appeal: one that has not left is cancelled, one that stands
    there says where the appeal went and loses its buttons."""
    chat = chat_at(facts, before.chat)
    if chat is None or not before.card or before.card == after.card:
        return ()
    again = after.chat == before.chat
    unsent = () if again or is_cur(chat) else sorted(code for code in facts.unsent if of_card(code, before))
    if before.card in unsent:
        return tuple(CancelSend(cause) for cause in unsent)
    text, fallback = left_card(after, facts, again=again), ""
    if is_cur(chat):
        # The ЦУР may send it on from here too, so it goes on reading what it is about.
        text, fallback = with_own_words(text, after, hidden=of_alarm(after))
    keyboard = None if again else card_keyboard(facts, chat, replace(after, chat=None))
    cause = facts.cause("left", chat.peer, f"{after.code}.{after.version}")
    return (Edit(chat.peer, cause, before.card, next(split(text)), keyboard, after.code, fallback),)


def of_card(cause: str, appeal: Appeal) -> bool:
    """Whether this cause is of the appeal's card: itself, a further part of it, or a simpler form after a refusal."""
    return bool(appeal.card) and parse(cause).whole == parse(appeal.card)


def told_where(facts: Facts, appeal: Appeal) -> str:
    """One line for the resident: who has it now and until when."""
    if appeal.chat is None:
        return texts.WAITS
    until = term(appeal.deadline, facts) if appeal.deadline else ""
    if facts.cur is not None and appeal.chat == facts.cur.peer:
        return texts.WAITS_FOR_CUR_BY.format(term=until) if until else texts.WAITS_FOR_CUR
    agency = agency_title(facts.directory, appeal.agency)
    return texts.WILL_ANSWER_BY.format(agency=agency, term=until) if until else texts.WILL_ANSWER.format(agency=agency)


def join_effects(*groups: Sequence[Effect]) -> tuple[Effect, ...]:
    """All effects of these groups in their order."""
    return tuple(effect for group in groups for effect in group)
