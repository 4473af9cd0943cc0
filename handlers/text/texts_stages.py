"""What a resident hears when the message comes to a new stage: each stage once, in plain words (R36).

Words only; strings come in, a text goes out. «Обращение» and terms of the law must not be said here (R1, R2).
"""

from __future__ import annotations

from handlers.text.texts import answer_head
from states.lifecycle.reasons import Decline, Postpone


def _after(text: str) -> str:
    """A paragraph more, if there is one."""
    return f"\n\n{text}" if text else ""


def asked_head(code: str) -> str:
    """The first words of an official's question; after a restore a question is known by them."""
    return f"Вопрос по сообщению №{code}\n"


def asked(code: str, agency: str, text: str, day: str = "") -> str:
    """A question to the resident. `day`: until when it waits for the answer."""
    until = f" Ждём до {day}, потом продолжим без ответа." if day else ""
    return (
        f"{asked_head(code)}{agency}:\n\n{text or 'Вопрос во вложении.'}\n\n"
        f"Напишите ответ прямо сюда, можно с фото.{until}"
    )


def no_reply(code: str) -> str:
    """To the author: the question was not answered in time, work goes on without."""
    return (
        f"По сообщению №{code} вас просили уточнить, но ответа пока нет. Продолжаем с тем, что известно. "
        "Дополнить сообщение можно в разделе «Мои сообщения»."
    )


def interim(code: str, agency: str, text: str, day: str) -> str:
    """To the author: an interim answer, and when the final one comes."""
    return (
        f"Промежуточный ответ на сообщение №{code}\n{agency}:\n\n{text or 'Ответ во вложении.'}\n\n"
        f"Окончательный ответ обещают не позднее {day}."
    )


def postponed(code: str, agency: str, reason: str, day: str, text: str = "") -> str:
    """To the author: the answer is put off to this day."""
    return (
        f"Сообщение №{code} отложили: {reason}.\n{agency}: ответят не позднее {day}.{_after(text)}\n\n"
        "Сообщение остаётся в работе, писать его заново не нужно."
    )


def declined(code: str, reason: str, todo: str, formal: str) -> str:
    """To the author: there will be no answer. `reason` and `todo` are those of `why_declined`, or own words of an
    official (R31); `formal` as in R5."""
    return (
        f"По сообщению №{code} ответа не будет.\nПочему: {reason}\nЧто можно сделать: {todo}\n\n"
        f"Если вы не согласны, подайте официально: {formal}"
    )


def outside(code: str, name: str, contact: str) -> str:
    """To the author: an organisation outside the region is responsible."""
    return (
        f"Сообщение №{code} прочитали. За это отвечает другая организация: {name}.\n"
        f"Как связаться: {contact}\n\nСами мы передать туда сообщение не можем, поэтому напишите или позвоните им."
    )


def closed(code: str, reason: str = "") -> str:
    """To the author: closed without an answer."""
    return f"Сообщение №{code} закрыто.{_after(reason)}"


def expired(code: str) -> str:
    """To the author: closed since nobody objected to the answer."""
    return (
        f"Сообщение №{code} закрыли: ответ вы получили, возражений не было. Если проблема осталась, нажмите "
        "«Не решено» в разделе «Мои сообщения»."
    )


def merged(code: str, where: str) -> str:
    """To the author: the message was joined with others. `where`: who answers and until when."""
    return f"О том же пишут и другие, сообщение №{code} рассмотрят вместе. {where} Ответ придёт сюда."


def separated(code: str) -> str:
    """To the author: the message was taken out of an incident."""
    return f"Сообщение №{code} рассматривают отдельно от других. Ответ придёт вам сюда."


def repeat(code: str, original: str, agency: str) -> str:
    """To the author: the message was linked with an earlier one."""
    return f"Сообщение №{code} связали с вашим прежним №{original}: {agency} увидит, что вопрос не решён."


def reopened(code: str) -> str:
    """To the author: the message is open again."""
    return f"Сообщение №{code} снова открыто. Передали в центр управления регионом: там решат, кто им займётся."


def answered_all(code: str, agency: str, text: str) -> str:
    """To everybody of an incident: the one answer; each reads the number of his own message."""
    return f"{answer_head(code)} и другие о том же\n{agency}:\n\n{text or 'Ответ во вложении.'}"


def news(code: str, agency: str, text: str) -> str:
    """To the author: what the ЦУР tells everybody of an incident before there is an answer."""
    return f"Новости по сообщению №{code}\n{agency}:\n\n{text or 'Новости во вложении.'}"


def corrected(said: str) -> str:
    """The same anew, because its author has changed it: a question, an interim answer, news."""
    what = "Исправленные" if said.startswith("Новости") else "Исправленный"
    return f"{what} {said[:1].lower()}{said[1:]}"


_DECLINED: dict[Decline, tuple[str, str]] = {
    Decline.OBSCENE: (
        "в тексте брань или угрозы.",
        "напишите о проблеме ещё раз спокойными словами, и мы передадим.",
    ),
    Decline.UNREADABLE: (
        "текст или файлы не удалось прочитать.",
        "напишите ещё раз словами, фото пришлите почётче.",
    ),
    Decline.UNCLEAR: (
        "не удалось понять, в чём просьба.",
        "напишите ещё раз: что случилось, где и что нужно сделать.",
    ),
    Decline.NO_PLACE: (
        "не указано, где это.",
        "напишите ещё раз и назовите место: улицу и дом, остановку, дорогу с километром или точку на карте.",
    ),
    Decline.SPAM: (
        "это реклама, рассылка или посторонняя ссылка.",
        "если есть проблема, опишите её своими словами.",
    ),
    Decline.THIRD_PERSON: (
        "в нём личные данные другого человека.",
        "напишите ещё раз без чужих имён, телефонов и лиц на фото.",
    ),
    Decline.HATRED: (
        "в тексте призывы к вражде.",
        "напишите о самой проблеме, без призывов.",
    ),
    Decline.OUTSIDE: (
        "этот вопрос решают другие организации.",
        "напишите тем, кто за него отвечает; кто это, подскажут по официальному каналу.",
    ),
    Decline.COURT: (
        "вопрос уже решил суд, изменить его решение орган не может.",
        "решение суда можно обжаловать в вышестоящий суд; срок указан в самом решении.",
    ),
    Decline.REPEATED: (
        "на этот вопрос вам уже отвечали, нового в сообщении нет.",
        "если что-то изменилось, напишите, что именно.",
    ),
}


def why_declined(reason: Decline) -> tuple[str, str]:
    """(why, what to do), as a resident reads them (R31)."""
    return _DECLINED[reason]


_POSTPONED: dict[Postpone, str] = {
    Postpone.MONEY: "сейчас на эти работы нет денег в бюджете",
    Postpone.SEASON: "работы делают в тёплое время года",
    Postpone.CONTRACT: "нужно выбрать подрядчика",
    Postpone.CHECK: "идёт проверка на месте",
    Postpone.OTHERS: "ждут сведений от других служб",
}


def why_postponed(reason: str) -> str:
    """The words of a reason that is a code; an official's own words as they are (R41)."""
    return _POSTPONED[Postpone(reason)] if reason in set(Postpone) else reason.strip().rstrip(".")
