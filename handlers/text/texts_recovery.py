"""What is said after an older copy was put back, in one place (delivery.md §13). Only words stand here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.text.words import plural
from states.effects import Kind

_AGAIN = "Мы восстановили бота после сбоя."
_KEPT = "Ответы, которые вы уже получили, остаются в силе."


def resident(void: Sequence[str], *, words: bool) -> str:
    """The one text: messages that are void, words that are in the draft again, or only presses."""
    if void:
        named = "; ".join(void)
        lost = f"Сообщение не сохранилось: {named}" if len(void) == 1 else f"Сообщения не сохранились: {named}"
        return f"{_AGAIN} {lost}. Проверьте черновик и нажмите „Отправить“ ещё раз. {_KEPT}"
    if words:
        return f"{_AGAIN} Ваши последние слова сохранились в черновике: проверьте его и продолжите. {_KEPT}"
    return f"{_AGAIN} Последние нажатия могли не сохраниться: проверьте, что ниже, и повторите, если нужно. {_KEPT}"


def in_danger(alarms: Sequence[str], rest: str, emergency: str) -> str:
    """What was told of danger comes before the rest. Those on duty read it once more; nobody is called by it again."""
    numbers = ", ".join(f"№{code}" for code in alarms)
    if len(alarms) > 1:
        which = f"Тревоги {numbers} передаём ещё раз, номера больше не действуют"
    else:
        which = (
            f"Тревогу {numbers} передаём ещё раз, номер больше не действует" if numbers else "Тревогу передаём ещё раз"
        )
    again = f"{_AGAIN} {which}. Звоните {emergency}: отсюда никто не вызовет."
    return f"{again}{rest.removeprefix(_AGAIN)}"


TO_CHECK = (
    "Бота восстановили из копии. По этим сообщениям что-то произошло, чего бот уже не помнит. Проверьте, ушёл ли ответ "
    "жителю или ещё нужен."
)
UNSENT = (
    "Бота восстановили из копии. Это ждало отправки, и во ВКонтакте его нет. Само оно не уйдёт: нажмите «Отправить», "
    "если нужно. Ответ могли и отменить: тогда не нажимайте."
)
ANSWER = "ответ жителю"
KINDS: Mapping[str, str] = {
    Kind.CARD: "карточка",
    Kind.ADDITION: "дополнение от жителя",
    Kind.STATUS: "известие жителю",
    Kind.NOTICE: "строка в чат",
    Kind.COMMENT: "ответ под комментарием",
    Kind.SCREEN: "вопрос бота жителю",
    "edit": "правка прежнего сообщения",
}
"""By the stored kind: an edit that VK does not take any more is said anew (delivery.md §9)."""

NOT_SENT = "Жителю это не ушло."
READ = "Ваш ответ житель уже прочитал."
UNSEEN = "Дошёл ли ваш ответ до жителя, не видно."


def some_lost(lost: int, replies: int) -> str:
    """The line under the last of several answers that the resident has not."""
    every = plural(replies, "ответа", "ответов", "ответов")
    return f"Из {every} на неё жителю не ушло {lost}; последний из них — этот."


def void_card(card: str, reached: str = NOT_SENT) -> str:
    """To a chat: the card is void. `card`: what it is about; `reached`: whether the resident has the words."""
    return (
        f"Карточка недействительна: {card}. Бота восстановили из копии, и этого сообщения он не помнит. "
        f"{reached} Когда житель отправит сообщение заново, придёт новая карточка."
    )


VOID_SHORT = "Карточка недействительна: житель отправит сообщение заново."
SETTLED = "Отмечено: ответ уже есть."
SETTLED_BEFORE = "ответили до восстановления бота"
LEFT_OVER = "Хорошо, ждёт ответа."
SENDING = "Отправляем."
CUR_NOT_SENT = "Жителю это не ушло, проследите за сообщением."
CUR_READ = "Ответ житель уже прочитал."
CUR_UNSEEN = "Дошёл ли ответ до жителя, не видно, проследите за сообщением."


def cur_void(card: str, agency: str, reached: str) -> str:
    """To the ЦУР: an agency answered a card that the restored database does not know, and whether the resident got
    it."""
    return f"Ответ на недействительную карточку: {card}. Писали: {agency}. {reached}"


WHOLE_LIST = "Весь список в файле."
FILE_NAME = "восстановление.txt"


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """The whole list: messages by what they are about, VK ids of residents and chats, no words of residents."""

    void: Sequence[str] = ()
    residents: Sequence[tuple[int, Sequence[str]]] = ()
    checked: Sequence[str] = ()
    held: Sequence[str] = ()
    carried: Sequence[int] = ()
    placed: Sequence[int] = ()
    joined: Sequence[int] = ()
    unbound: Sequence[str] = ()
    unread: Sequence[int] = ()
    lost: Sequence[int] = ()


def summary(made: str, until: str, listed: RecoveryReport) -> str:
    """To the ЦУР: what it reads first after a restore; the whole list is in the file."""
    rows = [
        f"⚠ Бот восстановлен из копии от {made}. Разобрано всё до {until}.",
        "",
        f"Номеров, которые больше не действуют: {len(listed.void)}. Жителей просим отправить сообщения ещё раз.",
        f"Жителей, которым мы написали: {len(listed.residents)}.",
        f"Проверить в чатах: {plural(len(listed.checked), 'сообщение', 'сообщения', 'сообщений')}.",
        f"Ждёт кнопки «Отправить» в чатах: {len(listed.held)}.",
        f"Согласия, отказы, отзывы и просьбы об удалении исполнены, жителей: {len(listed.carried)}.",
        f"«Решено», «не решено», оценки и ответы на вопросы ушли к своим сообщениям, жителей: {len(listed.placed)}.",
        f"Переписок, которые ВКонтакте не показал: {len(listed.unread)}.",
        "",
        "Нажатые за это время кнопки не сохранились. Подключали чат или допускали сотрудника? Сделайте это ещё раз.",
    ]
    return "\n".join(rows)


def whole_list(listed: RecoveryReport) -> str:
    """The file of the ЦУР."""
    texted = [
        f"{who}: " + (", ".join(f"№{code}" for code in codes) or "слова или нажатия") for who, codes in listed.residents
    ]
    parts = (
        ("Номера, которые больше не действуют", listed.void),
        ("Жители, которым мы написали (номер ВКонтакте)", texted),
        ("Проверить: ответ ушёл или ещё нужен", listed.checked),
        ("Ждёт кнопки «Отправить»", listed.held),
        ("Исполнено: согласия, отказы, отзывы, просьбы об удалении (номер ВКонтакте)", listed.carried),
        ("Ушло к своим сообщениям: «решено», «не решено», оценки, ответы и дополнения", listed.placed),
        ("Чаты, где менялись участники", listed.joined),
        ("Чаты, которые в копии не подключены", listed.unbound),
        ("Переписки, которые ВКонтакте не показал: прочитайте сами", listed.unread),
        ("Чаты, из которых бота убрали", listed.lost),
    )
    lines = [f"{title}:\n" + ("\n".join(map(str, rows)) or "нет") for title, rows in parts]
    return "\n\n".join(lines) + "\n"
