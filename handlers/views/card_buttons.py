"""The buttons of a card by the state of its appeal: two rows, the rest under «Ещё». What may not be done has no button.

It must never offer what `MOVES` or `who_may` would refuse.
"""

from __future__ import annotations

from handlers.text import actions, keyboards
from handlers.views.alarm_card import keyboard_of as alarm_keyboard
from handlers.views.alarm_card import of_alarm
from handlers.views.possible import ButtonFacts, possible
from states.lifecycle.appeal import Appeal, Status
from states.people.chats import Chat
from states.people.who_may import coordinates, holds
from states.screen import Button, Colour, Keyboard

MOST = 10
"""Buttons that one inline keyboard of VK holds (vk-api.md §7)."""

LABELS: dict[str, tuple[str, Colour]] = {
    actions.ACCEPT: ("Принять", Colour.POSITIVE),
    actions.ANSWER: ("Ответить", Colour.PRIMARY),
    actions.ASK: ("Спросить жителя", Colour.SECONDARY),
    actions.INTERIM: ("Промежуточный ответ", Colour.SECONDARY),
    actions.NOT_OURS: ("Не наше", Colour.SECONDARY),
    actions.POSTPONE: ("Отложить", Colour.SECONDARY),
    actions.DECLINE: ("Отклонить", Colour.SECONDARY),
    actions.OUTSIDE: ("Дать контакты других", Colour.SECONDARY),
    actions.CLOSE: ("Закрыть без ответа", Colour.SECONDARY),
    actions.TEMPLATES: ("Готовые ответы", Colour.SECONDARY),
    actions.OTHERS: ("Что пишут другие", Colour.SECONDARY),
    actions.CONTACT: ("Кто написал", Colour.SECONDARY),
    actions.WHO: ("Кто занимается", Colour.SECONDARY),
    actions.ASSIGN: ("Направить", Colour.PRIMARY),
    actions.REPEAT: ("Повтор", Colour.SECONDARY),
    actions.MERGE: ("Объединить", Colour.SECONDARY),
    actions.SEPARATE: ("Отделить", Colour.SECONDARY),
    actions.BLOCK: ("Заблокировать", Colour.SECONDARY),
    actions.APPROVE: ("Согласовать", Colour.POSITIVE),
    actions.SEND_BACK: ("На доработку", Colour.SECONDARY),
    actions.MORE: ("Ещё", Colour.SECONDARY),
    actions.LESS: ("Назад", Colour.SECONDARY),
}

AFTER_ANSWER = {actions.ANSWER: "Исправить ответ", actions.CLOSE: "Закрыть, не ждать жителя"}
"""What the same buttons do once the resident has the answer."""

_FIRST: dict[Status, tuple[str, ...]] = {
    Status.ROUTED: (actions.ACCEPT, actions.ANSWER, actions.NOT_OURS),
    Status.REPEAT: (actions.ACCEPT, actions.ANSWER, actions.NOT_OURS),
    Status.IN_WORK: (actions.ANSWER, actions.INTERIM, actions.ASK),
    Status.INTERIM: (actions.ANSWER, actions.INTERIM, actions.ASK),
    Status.POSTPONED: (actions.ANSWER, actions.INTERIM, actions.ASK),
    Status.ASKED: (actions.ANSWER, actions.INTERIM),
    Status.APPROVAL: (actions.APPROVE, actions.SEND_BACK),
    Status.ANSWERED: (actions.ANSWER,),
}
_FIRST_CUR: dict[Status, tuple[str, ...]] = {
    Status.WAITING: (actions.ASSIGN, actions.ACCEPT, actions.ANSWER),
    Status.REOPENED: (actions.ASSIGN, actions.ACCEPT, actions.ANSWER),
    Status.IN_WORK: (actions.ANSWER, actions.INTERIM, actions.ASSIGN),
    Status.INTERIM: (actions.ANSWER, actions.INTERIM, actions.ASSIGN),
    Status.POSTPONED: (actions.ANSWER, actions.INTERIM, actions.ASSIGN),
    Status.MERGED: (actions.SEPARATE,),
}
_MENU = (
    actions.OTHERS, actions.ACCEPT, actions.ANSWER, actions.ASK, actions.INTERIM, actions.TEMPLATES, actions.NOT_OURS,
    actions.POSTPONE, actions.DECLINE, actions.OUTSIDE, actions.CLOSE, actions.CONTACT, actions.WHO,
)  # fmt: skip
_MENU_CUR = (
    actions.OTHERS, actions.ASSIGN, actions.ACCEPT, actions.ASK, actions.POSTPONE, actions.DECLINE, actions.OUTSIDE,
    actions.REPEAT, actions.MERGE, actions.SEPARATE, actions.CLOSE, actions.BLOCK, actions.CONTACT, actions.WHO,
)  # fmt: skip


def button(action: str, appeal: Appeal) -> Button:
    """The button of an act on a card; that of an approval names the text that it agrees to."""
    label, colour = LABELS[action]
    if appeal.status in (Status.ANSWERED, Status.CLOSED) and action in AFTER_ANSWER:
        label, colour = AFTER_ANSWER[action], Colour.SECONDARY
    draft = appeal.approval if action in (actions.APPROVE, actions.SEND_BACK) else None
    return keyboards.callback(label, action, f"{appeal.code}.{draft.number}" if draft else appeal.code, colour)


def first_buttons(facts: ButtonFacts, chat: Chat, appeal: Appeal) -> tuple[str, ...]:
    """The actions shown on the card itself by its state, only those possible now; the ЦУР has its own."""
    known = (_FIRST_CUR if coordinates(chat) else _FIRST).get(appeal.status, ())
    if coordinates(chat) and not known:
        known = _FIRST.get(appeal.status, ())
    return tuple(action for action in known if possible(facts, chat, appeal, action))


def more_buttons(facts: ButtonFacts, chat: Chat, appeal: Appeal) -> tuple[str, ...]:
    """What is not on the card itself; on one that was left behind nothing is, for the state changes without it."""
    return all_after_first(facts, chat, appeal)[:MOST]


def all_after_first(facts: ButtonFacts, chat: Chat, appeal: Appeal) -> tuple[str, ...]:
    """All further possible actions, in the order of the menu."""
    shown = first_buttons(facts, chat, appeal) if holds(chat, appeal) else ()
    menu = _MENU_CUR if coordinates(chat) else _MENU
    return tuple(action for action in menu if action not in shown and possible(facts, chat, appeal, action))


def card_keyboard(facts: ButtonFacts, chat: Chat, appeal: Appeal) -> Keyboard | None:
    """Two rows of two, «Ещё» last. A card that is not this chat's any more has no buttons, but «Ещё» for the ЦУР."""
    if of_alarm(appeal):
        return alarm_keyboard(appeal)
    if not (holds(chat, appeal) or coordinates(chat)):
        return None
    names = [*first_buttons(facts, chat, appeal)[:3]] if holds(chat, appeal) else []
    if appeal.status is not Status.WITHDRAWN:
        names.append(actions.MORE)
    buttons = tuple(button(name, appeal) for name in names)
    return keyboards.inline(buttons[:2], buttons[2:]) if buttons else None


def menu(facts: ButtonFacts, chat: Chat, appeal: Appeal, *, back: bool = False) -> Keyboard:
    """The further buttons of a card, never empty: who wrote and who is at it can always be asked. `back`: it stands in
    place of the card's own."""
    names = more_buttons(facts, chat, appeal)
    if back:
        names = (*names[: MOST - 1], actions.LESS)
    buttons = tuple(button(name, appeal) for name in names)
    return keyboards.inline(*(buttons[at : at + 2] for at in range(0, len(buttons), 2)))
