"""The ЦУР's side: what has no route or came back is sent to an agency by a person, never by guess (R37, R38)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from handlers import texts, texts_chat
from handlers.cards import agency_name
from handlers.routing import refresh, route
from handlers.turn import status
from states.appeal import Action, Appeal, allowed
from states.chats import Chat
from states.decision import Decision, ignore
from states.directory import Agency
from states.effects import Send
from states.facts import Facts
from states.messages import Message
from states.who_may import may_act, may_assign

Hint = Callable[[Facts, Message, str], Send]


def assign(facts: Facts, chat: Chat, event: Message, named: str, hint: Hint) -> Decision:
    """«/направить название органа» in reply to a card in the ЦУР's chat."""
    if not may_assign(chat, event.author):
        return ignore("направляет только ЦУР")
    appeal = facts.linked
    if appeal is None or not named:
        return Decision(effects=(hint(facts, event, texts_chat.ASSIGN_WHOM),))
    if not may_act(chat, event.author, appeal) or not allowed(appeal.status, Action.ROUTE):
        return Decision(effects=(hint(facts, event, texts_chat.NOT_HERE.format(code=appeal.code)),))
    agencies = found(facts, named)
    if len(agencies) != 1:
        names = ", ".join(agency.name for agency in agencies[:5]) or "ничего похожего"
        return Decision(effects=(hint(facts, event, texts_chat.ASSIGN_UNKNOWN.format(names=names)),))
    return sent_on(facts, event, appeal, agencies[0], hint)


def found(facts: Facts, named: str) -> tuple[Agency, ...]:
    """By code, by exact name, else by search; more than one is asked about, never chosen."""
    by_code = facts.directory.agency_by_code
    wanted = " ".join(named.split()).casefold()
    if wanted in by_code:
        return (by_code[wanted],)
    exact = tuple(one for one in facts.directory.agencies if wanted in (one.name.casefold(), one.short.casefold()))
    return exact or tuple(by_code[code] for code in facts.find.search_agencies(named, 5) if code in by_code)


def sent_on(facts: Facts, event: Message, appeal: Appeal, agency: Agency, hint: Hint) -> Decision:
    if facts.chat_of(agency.code) is None:
        return Decision(effects=(hint(facts, event, texts_chat.ASSIGN_NO_CHAT.format(agency=agency.name)),))
    routed = route(facts, replace(appeal, by_hand=False), agency.code, event.author)
    name = agency_name(facts.directory, agency.code)
    origin = f"{appeal.code}.{routed.appeal.version}"
    tell = status(facts, routed.appeal, origin, texts.re_routed(appeal.code, name))
    closing = refresh(facts, left(appeal, routed.appeal), origin, holder=facts.chat)
    done = hint(facts, event, texts_chat.ASSIGNED.format(code=appeal.code, agency=name))
    return Decision(appeals=(routed.appeal,), history=routed.history, effects=(tell, *closing, *routed.effects, done))


def left(before: Appeal, after: Appeal) -> Appeal:
    """The appeal as its old card should show it: the new state on the card that stays behind."""
    return replace(after, card=before.card)
