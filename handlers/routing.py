"""Where an appeal goes: to the chat the directory names, or to the ЦУР. Never anywhere else by guess (R22, F16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers import texts, texts_chat
from handlers.acting import act, begun
from handlers.card_buttons import card_keyboard
from handlers.cards import agency_name, anonymous, card, originals, unshown, words_of
from handlers.parts import in_parts, split, with_words
from handlers.turn import cause_of
from states.appeal import Action, Appeal, History, NotAllowed
from states.chats import CUR, Chat
from states.effects import Edit, Effect, Kind, Priority, Send, Source
from states.facts import Facts

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
    acted = act(facts, replace(appeal, agency=agency, chat=chat.peer), action, actor, reason)
    if isinstance(acted, NotAllowed):
        return Routed(appeal)
    routed, effects = with_card(facts, acted.appeal, chat)
    return Routed(routed, acted.history, (*acted.effects, *effects))


def why_cur(facts: Facts, agency: str | None, reason: str) -> str:
    if reason:
        return reason
    if agency is None:
        return texts_chat.CUR_NO_ROUTE
    name, chat = agency_name(facts.directory, agency), facts.chats.get(agency)
    if chat is not None and chat.paused(facts.now):
        return texts_chat.CUR_PAUSED.format(agency=name)
    lost = chat is not None and chat.lost
    return (texts_chat.CUR_CHAT_LOST if lost else texts_chat.CUR_NOT_BOUND).format(agency=name)


def to_cur(facts: Facts, appeal: Appeal, reason: str) -> Routed:
    """The ЦУР's chat gets the card; without such a chat the appeal waits, and goes when one is bound."""
    waiting, timers = begun(facts, appeal)
    cur = facts.chat_of(CUR)
    if cur is None:
        return Routed(replace(waiting, chat=None, card=""), (), timers)
    held, effects = with_card(facts, waiting, cur, reason)
    return Routed(held, (), (*timers, *effects))


def parts_up_to(last: str) -> tuple[str, ...]:
    """The causes of a long message, the whole one first, by that of its last part (parts.py), in whatever form."""
    head, _, part = last.split("|d", 1)[0].rpartition("|")
    first, _, count = part.partition(".")
    return (f"{head}|{first}", *(f"{head}|{first}.{number}" for number in range(1, int(count or 0) + 1)))


def with_card(facts: Facts, appeal: Appeal, chat: Chat, reason: str = "") -> tuple[Appeal, tuple[Effect, ...]]:
    """The appeal as held by this chat, and its card. One card for each version that changes hands."""
    cause = cause_of(facts.house.community, "card", appeal.resident, f"{appeal.source}.{chat.agency}", appeal.version)
    held = replace(appeal, chat=chat.peer, card=cause, card_at=facts.now)
    hidden = anonymous(held, facts.directory) and chat.agency != CUR
    shown, copied = originals(held, hidden=hidden)
    text, fallback = text_of_card(facts, held, reason, hidden=hidden), ""
    if shown is not None:
        text, fallback = with_words(text, words_of(held.pieces))
    send = Send(
        chat.peer,
        cause,
        text,
        Kind.CARD,
        Priority.CARD,
        keyboard=card_keyboard(chat, held),
        forward=shown,
        fallback=fallback,
        copy=copied,
        source=Source(held.resident, (held.source,)),
        appeal=held.code,
        report=True,
    )
    return held, in_parts(send)


def text_of_card(facts: Facts, appeal: Appeal, reason: str = "", *, hidden: bool) -> str:
    """The card and the words of those messages that are not forwarded with it."""
    shown, _ = originals(appeal, hidden=hidden)
    unseen = appeal.pieces if shown is None else tuple(piece for piece in appeal.pieces if unshown(piece))
    return "\n\n".join(part for part in (card(appeal, facts, reason), words_of(unseen)) if part)


def current(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[Effect, ...]]:
    """The card shows the true state: edited, or sent anew where VK would not let us edit it any more."""
    chat = next((one for one in facts.chats.values() if one.peer == appeal.chat), None)
    old = appeal.card_at is not None and facts.now - appeal.card_at > EDITABLE
    if old and chat is not None and not chat.lost:
        return with_card(facts, appeal, chat)
    return appeal, refresh(facts, appeal, f"{appeal.code}.{appeal.version}")


def refresh(facts: Facts, appeal: Appeal, origin: str, *, holder: Chat | None = None) -> tuple[Effect, ...]:
    """Edit the card to the true state. `holder` is the chat the card stands in, where it is not there any more."""
    peer = holder.peer if holder is not None else appeal.chat
    if peer is None or not appeal.card:
        return ()
    cur = facts.chats.get(CUR)
    in_cur = cur is not None and cur.peer == peer
    if holder is not None:
        appeal = replace(appeal, chat=None)
    chat = holder or next((one for one in facts.chats.values() if one.peer == peer), None)
    keyboard = card_keyboard(chat, appeal) if chat is not None else None
    cause = cause_of(facts.house.community, "refresh", peer, origin)
    # An edit replaces the whole text, so the words must stand in it again; of a long card the first part is edited.
    hidden = anonymous(appeal, facts.directory) and not in_cur
    text, fallback = text_of_card(facts, appeal, hidden=hidden), ""
    if originals(appeal, hidden=hidden)[0] is not None:
        text, fallback = with_words(text, words_of(appeal.pieces))
    return (Edit(peer, cause, appeal.card, next(split(text)), keyboard, appeal.code, fallback),)


def told_where(facts: Facts, appeal: Appeal) -> str:
    """One line for the resident: who has it now."""
    if appeal.chat is None:
        return texts.WAITS
    if facts.cur is not None and appeal.chat == facts.cur.peer:
        return texts.WAITS_FOR_CUR
    return texts.routed_to(agency_name(facts.directory, appeal.agency))


def merged(*groups: Sequence[Effect]) -> tuple[Effect, ...]:
    return tuple(effect for group in groups for effect in group)
