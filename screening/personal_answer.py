"""Whether words of an official to several residents speak to one of them: «ваш приём», a name, an hour of a day, a sum,
a number of a flat or an account (R32). What all may read («вода будет до 18:00», «в вашем доме») is no sign of it.

It must never decide who gets them; the official is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from screening.sensitive import NumberKind, find_personal
from screening.words import BOUND, fold


class Sign(StrEnum):
    """What speaks to one."""

    YOU = "you"
    NAME = "name"
    HOUR = "hour"
    MONEY = "money"
    NUMBER = "number"


def signs(text: str) -> tuple[Sign, ...]:
    """Every sign in the text that it is for one person, in the order of `Sign`."""
    told = text[:BOUND]
    plain = fold(told)
    heard = {
        Sign.YOU: says_you(plain),
        Sign.NAME: any(True for _ in names(told)),
        Sign.HOUR: bool(_HOUR_OF_DAY.search(plain)),
        Sign.MONEY: bool(_MONEY.search(plain)),
        Sign.NUMBER: bool(_NUMBER.search(plain)) or holds_number(told, plain),
    }
    return tuple(sign for sign in Sign if heard[sign])


# «Вы».


_COURTESY = re.compile(
    r"\b(?:благодар\w{1,4} вас|спасибо вам|вам спасибо|приносим вам|просим у вас извинени\w{1,2}"
    r"|(?:сообща\w{1,3}|напомина\w{1,3}) вам|вам сообща\w{1,3}"
    r"|(?:информиру\w{1,3}|уведомля\w{1,3}|заверя\w{1,3}|поздравля\w{1,3}) вас"
    r"|просим вас (?:соблюдать|быть|проявить|учесть|учитывать|набраться|обратить)"
    r"|услышали вас|вас услышали|понимаем вас|желаем вам|если (?:у вас|вы|вам|вас))\b"
)
_OF_ALL = re.compile(
    r"\bваш\w{0,3} (?:сообщени|обращени|вопрос|сигнал|проблем|дом(?:[еау]|ом|а[хм]|ов|ами)?\b|двор|улиц|район"
    r"|микрорайон|посел|сел[оеау]\b|деревн|город|округ|остановк|подъезд|площадк|населенн|территори|понимани|терпени|внимани"
    r"|бдительност|неравнодуш|сведени|отзыв|поддержк|замечани|предложени)"
)
_YOU = re.compile(r"\b(?:ваш(?:а|е|и|у|им|ими|их|ей|его|ему|ем)?|вам|вами|вас|вы)\b")
_COME = re.compile(
    r"\b(?:подойдите|приходите|приезжайте|подъезжайте|явитесь|принесите|предъявите|предоставьте|пришлите|возьмите"
    r"|захватите|распишитесь|обеспечьте доступ|откройте дверь)\b"
)


def says_you(plain: str) -> bool:
    """Whether the words speak to the reader: «Вам перезвонят», «подойдите»; not «благодарим вас», «на вашей улице»."""
    left = _OF_ALL.sub(" ", _COURTESY.sub(" ", plain))
    return bool(_YOU.search(left) or _COME.search(plain))


# Names.


_WORD = r"[А-ЯЁ][а-яё]{1,20}"
_FATHER = r"[А-ЯЁ][а-яё]{1,20}(?:(?:[оеь]в?ич|[мк]ич)(?:а|у|ем|е)?|(?:овн|евн|ичн)(?:а|ы|е|у|ой))"
_PERSON = re.compile(rf"\b(?:{_WORD} {_FATHER}\b|{_WORD} [А-ЯЁ]\. ?[А-ЯЁ]\.|[А-ЯЁ]\. ?[А-ЯЁ]\. ?{_WORD}\b)")
_BY_OFFICE = re.compile(
    r"(?:\bзам|глав|заместител|начальник|директор|министр|губернатор|\bмэр|депутат|руководител|инженер|мастер|председател"
    r"|специалист|подрядчик|исполнител|\bип\b|\bул\b|улиц|проспект|переул|бульвар|площад|имени|\bим\b|школ|\bпарк)"
)
"""Before a name it is known who or what it is: an official, a firm, a street."""

BEFORE = 70
"""Letters before a name that tell it."""

_SENTENCE = re.compile(r"(?<=[а-яё]{3})[.!?]\s|\n")
_GREETED = re.compile(
    rf"(?:[Зз]дравствуйте|[Дд]обр(?:ый|ое|ого) (?:день|вечер|утро|дня)), {_WORD}"
    rf"|\b(?:[Уу]важаем(?:ый|ая)|[Дд]орог(?:ой|ая)) {_WORD}"
    rf"|(?:^|[.!?\n] ?){_WORD}(?: {_WORD})?, (?:здравствуйте|добр(?:ый|ое|ого) (?:день|вечер|утро|дня))"
)
_CALLED = re.compile(rf"(?:^|[.!?\n] ?)({_WORD})[,!]")
_FIRST_NAMES = """
    Александр Алексей Анатолий Андрей Антон Аркадий Артём Артем Борис Вадим Валентин Валерий Василий Виктор Виталий
    Владимир Владислав Вячеслав Геннадий Георгий Григорий Данил Денис Дмитрий Евгений Егор Иван Игорь Илья Кирилл
    Константин Максим Михаил Никита Николай Олег Павел Пётр Петр Роман Руслан Сергей Степан Тимур Фёдор Юрий Ярослав
    Азат Айдар Альберт Артур Дамир Ильдар Ильнур Марат Рамиль Ринат Рустам Салават Фарит
    Алёна Алена Алина Алла Анастасия Анна Антонина Валентина Валерия Варвара Вера Вероника Виктория Галина Дарья Диана
    Евгения Екатерина Елена Елизавета Жанна Зинаида Зоя Инна Ирина Карина Кристина Ксения Лариса Лидия Любовь Людмила
    Маргарита Марина Мария Надежда Наталия Наталья Нина Оксана Олеся Ольга Полина Раиса Регина Светлана Снежана София
    Софья Тамара Татьяна Ульяна Эльвира Юлия Яна Айгуль Алсу Гузель Гульнара Диляра Зульфия Лилия Рамиля Эльмира
"""
CALLED_BY = frozenset(_FIRST_NAMES.split())


def names(text: str) -> Iterator[str]:
    """Names of people who are no officials: addressed by them, or told of."""
    yield from (match[0] for match in _GREETED.finditer(text))
    yield from (match[1] for match in _CALLED.finditer(text) if match[1] in CALLED_BY)
    for match in _PERSON.finditer(text):
        before = _SENTENCE.split(text[max(0, match.start() - BEFORE) : match.start()])[-1]
        if not _BY_OFFICE.search(fold(before)):
            yield match[0]


# An hour of a day.


_MONTHS = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_DAY = (
    rf"(?:\b\d{{1,2}}(?:-?го)? (?:{_MONTHS})\b|\b\d{{1,2}}\.(?:0?[1-9]|1[0-2])(?:\.\d{{2,4}})?\b(?!:)"
    r"|\bво? (?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)\b|\b(?:сегодня|завтра|послезавтра)\b)"
)
_AT = (
    r"(?:(?<!примерно )(?<!ориентировочно )\bв (?:[01]?\d|2[0-3])"
    r"(?:[:.][0-5]\d\b| ?(?:час(?:а|ов)?|ч|утра|вечера|дня)\b)"
    r"|, ?(?:[01]?\d|2[0-3]):[0-5]\d\b)(?! ?[-–—] ?\d)"
)
_HOUR_OF_DAY = re.compile(rf"{_DAY}[^.!?\n]{{0,20}}{_AT}|{_AT}[^.!?\n]{{0,20}}{_DAY}")
"""«5 декабря в 14:30», «завтра в 8 утра». A limit or a span of hours («до 18:00», «с 10 до 16») is for everybody."""


# Money and numbers.


_MONEY = re.compile(
    r"\d(?:[\d  ]{0,12}\d)?(?:,\d{1,2})? ?(?:тыс(?:яч[аи]?)?\.? ?)?(?:руб(?:л[а-я]{1,3}|\.|ь)?(?![а-я])|р(?![а-я-])|₽)"
)
"""«3 200 рублей»; millions are a budget."""

_NUMBER = re.compile(
    r"\b(?:кв(?:артир[а-я]{1,3})?|комнат[а-я]{1,3}|каб(?:инет[а-я]{0,2})?)\.? ?№? ?\d"
    r"|\b\d{1,4}-?(?:я|й|ю|ой|ую) квартир"
    r"|\b(?:лицев[а-я]{2,3} счет[а-я]{0,2}|л/с) ?№? ?\d{3}"
    r"|\b(?:талон|заявк|заявлени|направлени|запис|договор|счетчик|квитанци|очеред|ответ|исх|вх)[а-я]{0,3}\.? ?№ ?\d"
    r"|\bномер[а-я]{0,2} (?:в )?(?:заявк|очеред|договор|запис|счет|талон)[а-я]{1,2} ?№? ?\d"
)
_OWN = frozenset(
    {NumberKind.PASSPORT, NumberKind.SNILS, NumberKind.INN, NumberKind.POLICY, NumberKind.CARD, NumberKind.BIRTH}
)
_SERVICE = re.compile(
    "диспетчер|аварийн|горяч|справочн|единый|единая|единую|приемн|круглосуточн|служб|колл-центр|едds|еддс|дежурн|оператор"
)
AROUND = 45
"""Letters around a telephone that tell whose it is."""

_MOBILE = re.compile(r"(?:\+?7|8)[\s(-]{0,3}9")
_FREE = re.compile(r"8[\s(-]{0,3}800")


def holds_number(text: str, plain: str) -> bool:
    """Whether the text holds the number of a document, or a telephone that is no service's."""
    return any(
        finding.kind in _OWN or (finding.kind is NumberKind.PHONE and is_private(plain, finding.start))
        for finding in find_personal(text)
    )


def is_private(plain: str, start: int) -> bool:
    """Whether the telephone number is somebody's own: a mobile one, or none of a service and not one that is free of
    charge."""
    if _MOBILE.match(plain, start):
        return True
    around = plain[max(0, start - AROUND) : start + AROUND]
    return not (_FREE.match(plain, start) or _SERVICE.search(around))
