"""Where an appeal goes: to the chat the directory names, or to the ЦУР. Never anywhere else by guess (R22, F16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers import texts
from handlers.cards import agency_name, anonymous, card, card_keyboard, originals, words_of
from handlers.parts import in_parts
from handlers.turn import cause_of
from states.appeal import Action, Appeal, History, NotAllowed, move
from states.chats import CUR, Chat
from states.effects import Edit, Effect, Kind, Priority, Send, Source
from states.facts import Facts


@dataclass(frozen=True, slots=True)
class Routed:
    """An appeal in its new place. `agency` is who has it now, None for the ЦУР or nobody."""

    appeal: Appeal
    history: tuple[History, ...] = ()
    effects: tuple[Effect, ...] = ()


def route(facts: Facts, appeal: Appeal, agency: str | None, actor: int, reason: str = "") -> Routed:
    """Send the appeal to this agency's chat; where that cannot be, to the ЦУР with the reason why."""
    chat = facts.chat_of(agency)
    if agency is None or chat is None:
        return to_cur(facts, replace(appeal, agency=agency), why_cur(facts, agency, reason))
    moved = move(replace(appeal, agency=agency), Action.ROUTE, facts.now, actor, reason)
    if isinstance(moved, NotAllowed):
        return Routed(appeal)
    routed, history = moved
    routed, effects = with_card(facts, routed, chat)
    return Routed(routed, (history,), effects)


def why_cur(facts: Facts, agency: str | None, reason: str) -> str:
    if reason:
        return reason
    if agency is None:
        return texts.CUR_NO_ROUTE
    name = agency_name(facts.directory, agency)
    chat = facts.chats.get(agency)
    return (texts.CUR_CHAT_LOST if chat is not None and chat.lost else texts.CUR_NOT_BOUND).format(agency=name)


def to_cur(facts: Facts, appeal: Appeal, reason: str) -> Routed:
    """The ЦУР's chat gets the card; without such a chat the appeal waits, and goes when one is bound."""
    cur = facts.chat_of(CUR)
    if cur is None:
        return Routed(replace(appeal, chat=None, card=""))
    held, effects = with_card(facts, appeal, cur, reason)
    return Routed(held, (), effects)


def with_card(facts: Facts, appeal: Appeal, chat: Chat, reason: str = "") -> tuple[Appeal, tuple[Effect, ...]]:
    """The appeal as held by this chat, and its card. One card for each version that changes hands."""
    cause = cause_of(facts.house.community, "card", appeal.resident, f"{appeal.source}.{chat.agency}", appeal.version)
    held = replace(appeal, chat=chat.peer, card=cause)
    hidden = anonymous(held, facts.directory) and chat.agency != CUR
    shown, copied = originals(held, hidden=hidden)
    words = words_of(held.pieces)
    unseen = held.pieces if shown is None else tuple(piece for piece in held.pieces if piece.reworded)
    text = "\n\n".join(part for part in (card(held, facts.directory, reason), words_of(unseen)) if part)
    send = Send(
        chat.peer,
        cause,
        text,
        Kind.CARD,
        Priority.CARD,
        keyboard=card_keyboard(held, cur=chat.agency == CUR),
        forward=shown,
        fallback=words,
        copy=copied,
        source=Source(held.resident, (held.source,)),
        appeal=held.code,
        report=True,
    )
    return held, in_parts(send)


def refresh(facts: Facts, appeal: Appeal, origin: str, *, holder: Chat | None = None) -> tuple[Effect, ...]:
    """Edit the card to the true state. `holder` is the chat the card stands in, where it is not there any more."""
    peer = holder.peer if holder is not None else appeal.chat
    if peer is None or not appeal.card:
        return ()
    cur = facts.cur
    keyboard = card_keyboard(appeal, cur=cur is not None and cur.peer == peer) if holder is None else None
    cause = cause_of(facts.house.community, "refresh", peer, origin)
    return (Edit(peer, cause, appeal.card, card(appeal, facts.directory), keyboard, appeal.code),)


def told_where(facts: Facts, appeal: Appeal, holder: Appeal) -> str:
    """One line for the resident: who has it now."""
    if holder.chat is None:
        return texts.WAITS
    if facts.cur is not None and holder.chat == facts.cur.peer and facts.chat_of(appeal.agency) is None:
        return texts.WAITS_FOR_CUR
    return texts.routed_to(agency_name(facts.directory, holder.agency))


def merged(*groups: Sequence[Effect]) -> tuple[Effect, ...]:
    return tuple(effect for group in groups for effect in group)
