"""The buttons of a card by the state of its appeal: two rows, the rest under «Ещё». What may not be done has no button.

It must never offer what `MOVES` or `who_may` would refuse.
"""

from __future__ import annotations

from handlers import actions, keyboards
from states.appeal import Action, Appeal, Status, allowed
from states.chats import Chat
from states.screen import Button, Colour, Keyboard
from states.tasks import Job
from states.who_may import coordinates, may

MOST = 10
"""Buttons that one inline keyboard of VK holds (vk-api.md §7)."""

ACTIONS: dict[str, Action] = {
    actions.ACCEPT: Action.ACCEPT,
    actions.ANSWER: Action.ANSWER,
    actions.TEMPLATES: Action.ANSWER,
    actions.ASK: Action.ASK,
    actions.INTERIM: Action.INTERIM,
    actions.POSTPONE: Action.POSTPONE,
    actions.DECLINE: Action.DECLINE,
    actions.OUTSIDE: Action.OUTSIDE,
    actions.NOT_OURS: Action.NOT_OURS,
    actions.CLOSE: Action.CLOSE,
    actions.ASSIGN: Action.ROUTE,
    actions.REPEAT: Action.REPEAT,
    actions.MERGE: Action.MERGE,
    actions.SEPARATE: Action.SEPARATE,
}
"""Buttons that move an appeal, and how."""

JOBS: dict[str, Job] = {
    actions.ANSWER: Job.ANSWER,
    actions.TEMPLATES: Job.TEMPLATE,
    actions.ASK: Job.ASK,
    actions.INTERIM: Job.INTERIM,
    actions.POSTPONE: Job.POSTPONE,
    actions.DECLINE: Job.DECLINE,
    actions.OUTSIDE: Job.OUTSIDE,
    actions.NOT_OURS: Job.NOT_OURS,
    actions.ASSIGN: Job.ASSIGN,
    actions.REPEAT: Job.REPEAT,
    actions.MERGE: Job.MERGE,
    actions.BLOCK: Job.BLOCK,
}
"""Buttons that begin a small dialogue."""

LABELS: dict[str, tuple[str, Colour]] = {
    actions.ACCEPT: ("Принять", Colour.POSITIVE),
    actions.ANSWER: ("Ответить", Colour.PRIMARY),
    actions.ASK: ("Спросить жителя", Colour.SECONDARY),
    actions.INTERIM: ("Промежуточный ответ", Colour.SECONDARY),
    actions.NOT_OURS: ("Не наше", Colour.SECONDARY),
    actions.POSTPONE: ("Отложить", Colour.SECONDARY),
    actions.DECLINE: ("Отклонить", Colour.SECONDARY),
    actions.OUTSIDE: ("Отвечают другие", Colour.SECONDARY),
    actions.CLOSE: ("Закрыть", Colour.SECONDARY),
    actions.TEMPLATES: ("Готовые ответы", Colour.SECONDARY),
    actions.CONTACT: ("Показать контакт", Colour.SECONDARY),
    actions.WHO: ("Кто ещё", Colour.SECONDARY),
    actions.ASSIGN: ("Направить", Colour.PRIMARY),
    actions.REPEAT: ("Повтор", Colour.SECONDARY),
    actions.MERGE: ("Объединить", Colour.SECONDARY),
    actions.SEPARATE: ("Отделить", Colour.SECONDARY),
    actions.BLOCK: ("Заблокировать", Colour.NEGATIVE),
    actions.APPROVE: ("Согласовать", Colour.POSITIVE),
    actions.SEND_BACK: ("На доработку", Colour.SECONDARY),
    actions.MORE: ("Ещё", Colour.SECONDARY),
}

_FIRST: dict[Status, tuple[str, ...]] = {
    Status.ROUTED: (actions.ACCEPT, actions.ANSWER, actions.NOT_OURS),
    Status.REPEAT: (actions.ACCEPT, actions.ANSWER, actions.NOT_OURS),
    Status.IN_WORK: (actions.ANSWER, actions.INTERIM, actions.ASK),
    Status.INTERIM: (actions.ANSWER, actions.INTERIM, actions.ASK),
    Status.POSTPONED: (actions.ANSWER, actions.INTERIM, actions.ASK),
    Status.ASKED: (actions.ANSWER, actions.INTERIM),
    Status.APPROVAL: (actions.APPROVE, actions.SEND_BACK),
    Status.ANSWERED: (actions.CLOSE,),
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
    actions.ACCEPT, actions.ANSWER, actions.ASK, actions.INTERIM, actions.TEMPLATES, actions.NOT_OURS,
    actions.POSTPONE, actions.DECLINE, actions.OUTSIDE, actions.CLOSE, actions.CONTACT, actions.WHO,
)  # fmt: skip
_MENU_CUR = (
    actions.ASSIGN, actions.ACCEPT, actions.ASK, actions.POSTPONE, actions.DECLINE, actions.OUTSIDE, actions.REPEAT,
    actions.MERGE, actions.SEPARATE, actions.CLOSE, actions.BLOCK, actions.CONTACT, actions.WHO,
)  # fmt: skip


def button(action: str, code: str) -> Button:
    label, colour = LABELS[action]
    return keyboards.callback(label, action, code, colour)


def possible(chat: Chat, appeal: Appeal, action: str) -> bool:
    """Whether this button would do something now, pressed in this chat."""
    moves = ACTIONS.get(action)
    return moves is None or (allowed(appeal.status, moves) and may(chat, appeal, moves))


def first_buttons(chat: Chat, appeal: Appeal) -> tuple[str, ...]:
    known = (_FIRST_CUR if coordinates(chat) else _FIRST).get(appeal.status, ())
    if coordinates(chat) and not known:
        known = _FIRST.get(appeal.status, ())
    return tuple(one for one in known if possible(chat, appeal, one))


def more_buttons(chat: Chat, appeal: Appeal) -> tuple[str, ...]:
    """What is not on the card itself."""
    shown = first_buttons(chat, appeal)
    menu = _MENU_CUR if coordinates(chat) else _MENU
    return tuple(one for one in menu if one not in shown and possible(chat, appeal, one))[:MOST]


def card_keyboard(chat: Chat, appeal: Appeal) -> Keyboard | None:
    """Two rows of two, «Ещё» last. A card that is not this chat's any more has no buttons, but for the ЦУР."""
    if chat.peer != appeal.chat and not coordinates(chat):
        return None
    names = [*first_buttons(chat, appeal)[:3]]
    if appeal.status is not Status.WITHDRAWN and more_buttons(chat, appeal):
        names.append(actions.MORE)
    buttons = tuple(button(name, appeal.code) for name in names)
    return keyboards.inline(buttons[:2], buttons[2:]) if buttons else None


def menu(chat: Chat, appeal: Appeal) -> Keyboard | None:
    buttons = tuple(button(name, appeal.code) for name in more_buttons(chat, appeal))
    rows = (buttons[at : at + 2] for at in range(0, len(buttons), 2))
    return keyboards.inline(*rows) if buttons else None
