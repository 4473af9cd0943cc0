"""What the bot asks back when a resident says in own words what it should do, and what it offers before any question.

Words only, as in texts.py; days, names and counts come in as words.
"""

from __future__ import annotations

ANOTHER = "Это о другом"
STOP = "Хорошо. Отправленное можно отозвать в «Моих сообщениях», данные — удалить."
STOP_DRAFT = "Остановиться? Черновик уберём, он никуда не уйдёт."
DATA = "Показать, что мы о вас храним?"
WHERE = "Напишите сюда, что случилось и где: передадим тем, кто отвечает. Или выберите сами, кому."
AS_IT_IS = "Отправить как есть"


def not_understood(phone: str) -> str:
    """To a resident who was not understood. `phone`: with its hours; empty where nobody is named."""
    ring = f" Позвоните: {phone}." if phone else ""
    return f"Не поняли, простите.{ring} {'Или отправьте' if phone else 'Отправьте'} как есть, прочитает человек."


PERSON = "Я бот: передаю сообщения людям и приношу их ответы. Напишите, что случилось, ответит сотрудник."
TAKE_BACK = "Какое сообщение отозвать?"
SOLVED_ALREADY = "Хорошо, что сделали! Какое сообщение больше не нужно?"
NOTED = "Хорошо. Как только ответят, напишем сюда."
WHAT_HAPPENED = "Понимаем, что накипело. Напишите, что случилось и где, передадим тем, кто отвечает."
ADVERTISING = "Похоже на рекламу, такое мы не передаём."
AT_PREVIEW = "{receiver} Фото и слова можно прислать сюда же. Если всё так, нажмите «Отправить»."
TO_CARD = "Добавить к описанию"
QUESTION = "Сам бот на это не ответит. Передать вопрос тем, кто знает?"
HAND_ON = "Передать вопрос"
THANKS = "И вам спасибо! Можем передать эти слова тем, о ком они."
HAND_ON_THANKS = "Передать"
PRESS = "Редакциям отвечают пресс-службы, их контакты на страницах органов власти."
YES_OF_IT, NO_OTHER = "Да, это о нём", "Нет, о другом"
SEND_ANYWAY, NO_NEED = "Всё равно отправить", "Понятно, не отправлять"
HAND_ON_ANYWAY = "Всё равно передать"
ALREADY_SENT = "Это уже передано, второй раз отправлять не нужно."
NOTHING_OPEN = "Сейчас ни одно ваше сообщение не ждёт ответа."
NOTHING_SENT = "Сообщение ещё не отправлено. Срок скажем вместе с номером."


def known_answer(answer: str, phone: str, link: str) -> str:
    """To a resident: the answer to a question that the directory answers."""
    return "\n".join(filter(None, (answer, f"Телефон: {phone}" if phone else "", link)))


def press(office: str, figures: str) -> str:
    """To a journalist: the press office, and where the figures are."""
    return "\n".join(filter(None, (office or PRESS, f"Цифры открыты: {figures}" if figures else "")))


def withdraw(erasure: str) -> str:
    """R13: a consent is withdrawn by having the data deleted."""
    return f"Отозвать согласие значит удалить ваши данные. {erasure}"


def take_back(about: str) -> str:
    """The label of the button that withdraws a message."""
    return f"Отозвать: {about}"


def belongs(about: str) -> str:
    """The question whether words shortly after the number belong to that message: they name nothing of their own."""
    return f"Это к сообщению «{about}»?"


def adding(about: str) -> str:
    """The confirmation that words were added to the message about `about`."""
    return f"Дополнили: {about}."


ADDED_ALREADY = "Эти слова уже добавлены к сообщению. Если они о другом, напишите ещё раз: отправим отдельно."


WHICH = "К какому сообщению это?"
ADD = "Дополнить"


def add_to(about: str) -> str:
    """The label of the button that adds to a message, where there are several."""
    return f"К «{about}»"


WHO_WROTE = "Кто это написал?"
WRITERS = {"self": "Я", "other": "Другой человек", "news": "Это новость"}
"""On the buttons."""
WROTE = {"self": "", "other": "Переслано, пишет другой человек: ", "news": "Переслана новость: "}
"""On the card, in place of «Переслано:»."""


def outside(name: str, contact: str) -> str:
    """That another organisation is responsible, before anything is sent."""
    return f"Похоже, это не к нам. {name}: {contact}\n\nПередать туда мы не можем."


def again(about: str, answered: str, code: str) -> str:
    """The question whether to open an answered message again."""
    return f"Открыть снова «{about}»? Ответ был {answered}. №{code}"
