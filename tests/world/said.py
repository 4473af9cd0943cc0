"""What must be read out of the bot's words. The only place of the simulation that knows a sentence of it."""

from __future__ import annotations

import re

from vk_emulator.world.records import Message, Quote

CODE = re.compile(r"\d{4}-[2-9A-HJ-NP-Z]{4}")
NUMBER = re.compile(r"^№(\S+)$", re.MULTILINE)
"""The number alone in its line: of a receipt, or of a card."""
ABOUT = re.compile(r"№(\d{4}-[2-9A-HJ-NP-Z]{4})")
JOINED = re.compile(r"\(№(\d{4}-[2-9A-HJ-NP-Z]{4})\)")
MARK = re.compile(r"Пометка (\d+х\d+)")
ANSWER = re.compile(r"Ответ (\d+о\d+н\d+)")
EDIT = re.compile(r"Правка (\d+х\d+п\d+)")
SPOKEN = ("/промежуточный",)
"""Words with a slash whose text goes to the resident."""
FORM = re.compile(r"\|d\d$")
"""What a simpler form of a message adds to its cause (delivery.md §9)."""
ACCEPTED = "✅ Приняли."
DELIVERED = re.compile(r"доставлен жителю|отправлен (?:\d+ жител|всем)")
"""To one, or to all of an incident."""
WITHDRAWN, FORGOTTEN = "он отозвал сообщение", "он попросил удалить свои данные"
"""Why words of an official do not leave to somebody."""
ENDED = (WITHDRAWN, FORGOTTEN)
TAKEN_BACK = re.compile(r"^Сообщение №(\d{4}-[2-9A-HJ-NP-Z]{4}) отозвано\.")
TO_BE_ERASED = "Хорошо. Удалим ваши данные не позднее"
NOT_DELIVERED = "не доставлен"
WAITS = "ждёт согласования."
"""Of an answer whose official has left the chat: a colleague's press decides (T5)."""
UNDONE = "отменён, житель его не получит"
LEAVES = re.compile(r"уйдёт (?:(?:\d+ )?жител|всем, кто)")
BESIDE = ("Исправленный ", "Дополнение к ответу")
"""How a resident reads that he has an answer already."""
FORMER = "вы изменили своё сообщение"
"""Said of an answer that has left: the resident has what stood there before."""
STILL_THERE = ("У жителя прежний", "у жителя остался", "Новый заменит", "не отправили", NOT_DELIVERED)
"""How an official hears that the resident does not have what stands in his message now."""
REPLACED = "не ушёл: вместо него уйдёт другой"
STOPPED = "не ушёл: житель уточнил"
AUTHOR_LEFT = "В чате этого сотрудника больше нет, само это жителю не уйдёт"
"""Its resident said more before it left: its author is asked, or reads how it begins."""
ADDED = "житель уточнил: "
"""The question, which quotes how the new words begin."""
BACK = "Бот снова в чате"
AGAIN = "ответьте ещё раз"
"""What nobody could read is asked for anew."""
NOBODY_WORKS = "чате этого сотрудника больше нет"
"""Whoever wrote was taken out before his answer left: a colleague is asked."""
LEFT_BEFORE = "автора в чате больше нет"
RECOVERED = "Мы восстановили бота после сбоя."
ADDING = "Дополнили: "
ADDED_ALREADY = "Эти слова уже добавлены к сообщению."
UNREAD = "Переписки, которые ВКонтакте не показал: прочитайте сами:"
RAISED = "Пишите дальше, всё передаём."
"""Above the number of an alarm, which its author has without «Отправить» (R28)."""
PASSED_ON = "Передали ваш ответ по сообщению №"
"""A resident's words went to whoever had asked for something: they are in no draft."""
MORE_TOLD = "Дописали."
"""What was told since stands on the card of the alarm."""
ALARM = "⚠ Житель ещё пишет, "
"""How its card begins."""
WHETHER = re.compile(r"^Передать .+ прямо сейчас\?$", re.MULTILINE)
"""Asked of a doubted danger, also where VK took the buttons away (F19)."""
JOKED = "отметил, что опасности нет."


def bare(cause: str) -> str:
    """The cause that all forms of a message have."""
    return FORM.sub("", cause)


def number(text: str) -> str:
    """The number a resident is given on submission, or nothing."""
    found = NUMBER.search(text) if text.startswith(ACCEPTED) else None
    return found[1] if found else ""


def alarm(text: str) -> str:
    """The number that a resident in danger is given at once, or nothing."""
    found = NUMBER.search(text) if RAISED in text else None
    return found[1] if found else ""


def card(text: str) -> bool:
    """Whether this, said in a chat, is a card: nothing else has a line of the number alone."""
    return NUMBER.search(text) is not None


def words(message: Message | Quote) -> str:
    """Its own words and those of everything it carries."""
    return "\n".join([message.text, *(words(inner) for inner in message.quotes)])


def agreed(message: Message) -> bool:
    """Whether the question for a second person's consent has become the line that tells what became of the answer."""
    ended = (NOT_DELIVERED, UNDONE, *ENDED)
    told = delivered(message.text) or LEAVES.search(message.text) is not None
    return told or any(words in message.text for words in ended)


def asks_for_who_left(message: Message) -> bool:
    """Whether an answer that was leaving has become the question to the chat of an author who is there no more."""
    return bool(message.edits) and AUTHOR_LEFT in message.text


def not_sent(message: Message) -> bool:
    """Whether it says, in a chat, which words do not leave to somebody who waits no more."""
    return WITHDRAWN in message.text or message.text.startswith("Житель отозвал сообщение")


def comes_by_itself(message: Message) -> bool:
    """An official's answer, and thanks for a mark given before: neither says what became of words written since."""
    return message.text.startswith("Спасибо, оценку записали") or ANSWER.search(message.text) is not None


def delivered(text: str) -> bool:
    return DELIVERED.search(text) is not None


def stopped(text: str) -> bool:
    return STOPPED in text


def replaced(text: str) -> bool:
    return REPLACED in text


def chat_of(mark: str) -> int:
    """The emulator's number of the chat in which an official wrote this mark."""
    return int(mark.partition("о")[2].partition("н")[0])


def about(message: Message) -> str:
    """The number that a message of the bot in a chat is about: a card names its own last."""
    found = NUMBER.search(message.text) or ABOUT.search(message.text)
    return found[1] if found else ""


def title(message: Message) -> str:
    """The bot's own lines above the number of a card: what, where, and in which state."""
    return message.text.partition("\n№")[0]


def whose(message: Message) -> str:
    """The number of whoever's words a message of the bot in a chat brings: another may lead it (R32)."""
    found = JOINED.search(message.text.partition("\n")[0])
    return found[1] if found else about(message)


def closed(text: str, code: str) -> bool:
    """A resident hears that this message of his has ended."""
    return text.startswith((f"Сообщение №{code} закрыто.", f"Сообщение №{code} закрыли:"))


def begun_anew(text: str, code: str) -> bool:
    """What a resident meant for this message could not join it any more."""
    return text.startswith(f"К сообщению №{code} уже ничего не добавить, поэтому начали новое.")


def goes_on(text: str, code: str) -> bool:
    """The bot goes on from a press that changed nothing: asks for the rating of what was closed already, or says that
    it was restored."""
    return text.startswith((f"Оцените, пожалуйста, ответ по сообщению №{code}", RECOVERED))


def no_use(text: str, code: str) -> bool:
    """A resident hears that a press about this message changes nothing now, or that it cannot be opened again."""
    return (
        f"С сообщением №{code} этого сейчас сделать нельзя" in text
        or f"Сообщение №{code} уже открывали снова" in text
        or "Такого сообщения среди ваших нет" in text
    )
