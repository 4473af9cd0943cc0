"""What the bot asks back when a resident says in own words what it should do, and what it offers before any question.

Words only, as in texts.py; days, names and counts come in as words.
"""

from __future__ import annotations

ANOTHER = "Это о другом"
STOP = "Хорошо. Отправленное можно отозвать в «Моих сообщениях», данные — удалить."
STOP_DRAFT = "Остановиться? Черновик уберём, он никуда не уйдёт."
DATA = "Показать, что мы о вас храним?"
WHERE = "Напишите сюда, что случилось и где: передадим тем, кто отвечает. Или выберите сами, кому."
PERSON = "Я бот: передаю сообщения людям и приношу их ответы. Напишите, что случилось, ответит сотрудник."
TAKE_BACK = "Какое сообщение отозвать?"
SOLVED_ALREADY = "Хорошо, что сделали! Какое сообщение больше не нужно?"
NOTED = "Хорошо. Как только ответят, напишем сюда."
WHAT_HAPPENED = "Понимаем, что накипело. Напишите, что случилось и где, передадим тем, кто отвечает."
ADVERTISING = "Похоже на рекламу, такое мы не передаём."
QUESTION = "Сам бот на это не ответит. Передать вопрос тем, кто знает?"
HAND_ON = "Передать вопрос"
PRESS = "Редакциям отвечают пресс-службы, их контакты на страницах органов власти."
HAND_ON_ANYWAY = "Всё равно передать"
ALREADY_SENT = "Это уже передано, второй раз отправлять не нужно."
NOTHING_OPEN = "Сейчас ни одно ваше сообщение не ждёт ответа."


def withdraw(erasure: str) -> str:
    """R13: a consent is withdrawn by having the data deleted."""
    return f"Отозвать согласие значит удалить ваши данные. {erasure}"


def take_back(about: str) -> str:
    """On the button."""
    return f"Отозвать: {about}"


def belongs(about: str) -> str:
    """Words shortly after the number that name nothing of their own."""
    return f"Это к сообщению «{about}»?"


WHICH = "К какому сообщению это?"
ADD = "Дополнить"


def add_to(about: str) -> str:
    """On the button, where there are several."""
    return f"К «{about}»"


def outside(name: str, contact: str) -> str:
    return f"Похоже, это не к нам. {name}: {contact}\n\nПередать туда мы не можем."


def again(about: str, answered: str, code: str) -> str:
    return f"Открыть снова «{about}»? Ответ был {answered}. №{code}"
