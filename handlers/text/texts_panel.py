"""What is said about the panel in VK: the link to it and who may have one. It must never say a link in a chat."""

from __future__ import annotations

from states.statistics.periods import Span

WORDS = ("панель", "/панель")
"""What an official writes to the community to get a link."""

LINK = (
    "Панель: {address}\n\n"
    "Ссылка действует 10 минут и открывается один раз. Никому её не пересылайте: кто откроет её первым, войдёт как вы."
)
IN_CHAT = "Ссылку пришлю в личные сообщения: напишите мне «панель»."
NO_PANEL = "Панель не включена. Её включает администратор бота."

REPORTS = {
    Span.WEEK: "Отчёт за неделю, {when}.",
    Span.MONTH: "Отчёт за месяц, {when}.",
}
IN_PANEL = "В панели, где каждое число открывает свой список: {address}"
REPORT_WHICH = "Напишите /отчёт неделя или /отчёт месяц."

NO_WORDS = "Напишите, что ответить жителю."
NO_REASON = "Впишите причину."
NO_DAY = "Укажите день."
NO_CHOICE = "Выберите из списка."
NO_NUMBER = "Впишите номер другого сообщения."
NO_NOTE = "Напишите заметку."
LONG_NOTE = "Заметка длиннее 1 000 букв. Сократите её."
MANY_NOTES = "У этого сообщения уже 30 заметок, больше не поместится."
TOO_LONG = "Ответ длиннее 3 500 букв. Сократите или отправьте файлом из чата."
ONLY_CUR = "Напоминает центр управления регионом."
NOBODY_TO_REMIND = "Напоминать некому: сообщение закрыто или у центра управления регионом."
REMINDER = (
    "Центр управления регионом напоминает: №{code}, {title}. Ответьте жителю или дайте промежуточный ответ с датой."
)
REMINDED = "Напомнили про №{code}: {agency}."
