"""What kind of answer an official's bare words are, where the words themselves say so; otherwise the official is asked.

It must never decide for the official: a promise or a question that left as a final answer is a harm (features.md §6.3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from screening.phrases import PhraseTable, alone, pair
from states.lifecycle.tasks import Job

PREFIXES = {
    "ответ": Job.ANSWER,
    "окончательный ответ": Job.ANSWER,
    "промежуточный": Job.INTERIM,
    "промежуточный ответ": Job.INTERIM,
    "вопрос": Job.ASK,
    "вопрос жителю": Job.ASK,
}
"""«Вопрос: какой подъезд?»"""

_UNFINISHED = PhraseTable(
    {
        "asked": (  # what we ask of the resident, with no question mark
            alone("уточните подскажите укажите опишите назовите пришлите приложите"),
            pair(
                "напишите сообщите",
                "пожалуйста адрес* номер* подъезд* этаж* телефон* где когда какой какая какое какие подробн* фото",
            ),
        ),
        "later": (
            alone(
                "будет будут планирует* планируем планируют запланиров* намечен* ожидает* ожидаем уточняем выясняем "
                "разбираемся передали передано направили направлено направлен* поручено поручили взяли_в_работу "
                "в_работе рассматрива* дополнительно ведутся ведется ведем идут_работы продолжа* "
                "завтра послезавтра скоро вскоре ближайш* позже"
            ),
            alone(  # what we shall do
                "сделаем доделаем заделаем переделаем починим исправим устраним выполним отремонтируем восстановим "
                "почистим очистим уберем вывезем подметем посыплем спилим покрасим заменим поменяем установим поставим "
                "подключим включим дадим подадим вернем проведем проверим осмотрим рассмотрим решим организуем "
                "обеспечим примем направим передадим приступим начнем завершим закончим приедем выедем подъедем "
                "придем сообщим ответим отчитаемся"
            ),
            alone(  # what they will
                "сделают доделают заделают починят исправят устранят выполнят отремонтируют восстановят почистят "
                "очистят уберут вывезут заменят поменяют установят поставят подключат включат дадут подадут вернут "
                "проведут проверят осмотрят решат начнут начнутся начнется завершат завершатся завершится закончат "
                "закончатся закончится приедут выедут придут ответят свяжутся"
            ),
            pair("до в к на", "понедельник* вторник* среды четверг* пятниц* субботы воскресень* завтра ближайшее"),
            pair(
                "до",
                "конца_дня конца_рабочего конца_смены конца_суток конца_недели конца_месяца конца_квартала конца_года",
            ),
        ),
    },
)


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """`job` is None where the official must say it."""

    job: Job | None
    text: str


_NUMBER = re.compile(r"\b\d{4}-\w{4}\b")


def other_number(text: str, code: str) -> str:
    """The number of another message in words about this one: perhaps they belong to that one (T6)."""
    return next((number for number in map(str.upper, _NUMBER.findall(text)) if number != code), "")


def kind_of(text: str, code: str) -> AnswerKind:
    """The kind that the words name before a colon, or a final answer to №`code` if nothing speaks against it."""
    head, colon, rest = text.partition(":")
    named = PREFIXES.get(" ".join(head.casefold().split())) if colon else None
    if other_number(text, code):
        return AnswerKind(None, text)
    if named is not None and rest.strip():
        return AnswerKind(named, rest.strip())
    if "?" in text or _UNFINISHED.meanings_in(text):
        return AnswerKind(None, text)
    return AnswerKind(Job.ANSWER, text)


_FORMULA = re.compile(
    "ок|окей|да|хорошо|ясно|понятно|прин(?:ят|ял|им).*|спасибо|благодар.*|за|ваш.*|сообщени.*|обращени.*|информаци.*|сведени.*"
    "|к|рассмотр.*|уч[тё].*|ответ|дан|ответили|ранее|добрый|день|здравствуйте|передали|передано|вопрос|вас|услышали|взяли|на"
    "|заметку|уважаем.*|жител.*|тест|проинформирован.*|ознакомл.*|мнение|мы|вам|и"
)


def says_nothing(text: str) -> bool:
    """Whether an answer is a formula and no more: nothing of what was done, when, or why not (R43)."""
    if any(map(str.isdigit, text)):
        return False
    return all(map(_FORMULA.fullmatch, re.findall(r"[а-яёa-z]+", text.casefold())))
