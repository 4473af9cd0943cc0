"""«Ещё» and back: the other buttons of a card, shown on the card itself where VK still lets us change it.

It must never leave a message behind that the card could have carried (C.2 of the chats: one action, one message).
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle.routing import EDITABLE, refresh
from handlers.text import actions, texts_chat
from handlers.views.card_buttons import card_keyboard, first_buttons, menu
from states.cause import parse
from states.decision import Decision, ignore
from states.effects import Edit, Effect, Kind, Priority, Send
from states.events import ButtonPressed
from states.facts import Facts
from states.lifecycle.appeal import Appeal
from states.people.chats import Chat
from states.people.who_may import holds
from states.screen import Keyboard

MENU = "more"
"""The kind of cause of a menu that is a message of its own."""


def apart(facts: Facts) -> bool:
    """Whether the button stood on such a menu."""
    return parse(facts.replied).kind == MENU


def on_card(facts: Facts, appeal: Appeal) -> bool:
    """Whether the button stood on the card as it is now, and VK still lets us change that."""
    fresh = appeal.card_at is not None and facts.now - appeal.card_at <= EDITABLE
    return fresh and bool(appeal.card) and facts.replied == appeal.card


def open_menu(facts: Facts, chat: Chat, appeal: Appeal, event: ButtonPressed) -> Decision:
    """Opens «Ещё» in the place of the card's own buttons; under an old card, and under other messages, in a message of
    its own."""
    if on_card(facts, appeal) and holds(chat, appeal):
        shown = menu(facts, chat, appeal, back=True)
        return Decision(effects=keys(facts, appeal, event, shown))
    send = Send(
        event.peer, facts.cause(MENU, event.peer, event.event_id), texts_chat.MORE.format(code=appeal.code),
        Kind.STATUS, Priority.DIALOGUE, keyboard=menu(facts, chat, appeal), reply_to=event.cmid, appeal=appeal.code,
    )  # fmt: skip
    return Decision(effects=(send,))


def close_menu(facts: Facts, chat: Chat, appeal: Appeal, event: ButtonPressed) -> Decision:
    """Closes «Ещё» by «Назад»: the card's own buttons stand there again."""
    if not on_card(facts, appeal):
        return ignore(texts_chat.TASK_OVER)
    return Decision(effects=keys(facts, appeal, event, card_keyboard(facts, chat, appeal)))


def keys(facts: Facts, appeal: Appeal, event: ButtonPressed, keyboard: Keyboard | None) -> tuple[Effect, ...]:
    """The card with other buttons."""
    return refresh(facts, appeal, facts.cause("keys", event.peer, event.event_id), keyboard)


def put_back(facts: Facts, chat: Chat, appeal: Appeal, event: ButtonPressed, done: Decision) -> Decision:
    """Lets the card show its own buttons again, whatever was chosen under «Ещё»; a menu apart has none any more."""
    action = event.command.action
    changed = {effect.target for effect in done.effects if isinstance(effect, Edit)}
    if done.ignored is not None or action in (actions.MORE, actions.LESS) or facts.replied in changed:
        return done
    if apart(facts) and done.appeals and not any(task.prompt == facts.replied for task in done.appeals[0].tasks):
        cause, text = facts.cause("keys", event.peer, event.event_id), texts_chat.MENU_DONE.format(code=appeal.code)
        gone = Edit(event.peer, cause, facts.replied, text, None, appeal.code)
        return replace(done, effects=(*done.effects, gone))
    after = next((decided for decided in done.appeals if decided.code == appeal.code), appeal)
    if not on_card(facts, appeal) or after.card != appeal.card or action in first_buttons(facts, chat, appeal):
        return done
    return replace(done, effects=(*done.effects, *keys(facts, after, event, card_keyboard(facts, chat, after))))
