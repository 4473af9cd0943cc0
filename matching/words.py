"""Russian text into comparable keys: tokens, stems, stop words, edit distance.

It must never keep a text, and the same word must always give the same key.
"""

from __future__ import annotations

import re
from functools import lru_cache

BOUND = 4_000
"""Characters of a text that are looked at: a resident says what and where at once; the rest may be 100,000 long."""

_WORD = re.compile(r"[а-яa-z0-9]+")

STOP = frozenset(
    [
        "а",
        "без",
        "более",
        "бы",
        "был",
        "была",
        "были",
        "было",
        "быть",
        "в",
        "вам",
        "вас",
        "ваш",
        "весь",
        "во",
        "вот",
        "все",
        "всё",
        "всего",
        "всех",
        "вы",
        "где",
        "да",
        "даже",
        "для",
        "до",
        "его",
        "ее",
        "если",
        "есть",
        "еще",
        "ж",
        "же",
        "за",
        "здесь",
        "и",
        "из",
        "или",
        "им",
        "их",
        "к",
        "как",
        "какой",
        "ко",
        "когда",
        "кто",
        "ли",
        "либо",
        "мне",
        "много",
        "может",
        "можно",
        "мой",
        "мы",
        "на",
        "над",
        "нам",
        "нас",
        "наш",
        "не",
        "него",
        "нее",
        "ней",
        "нет",
        "ни",
        "них",
        "но",
        "ну",
        "о",
        "об",
        "один",
        "он",
        "она",
        "они",
        "оно",
        "от",
        "очень",
        "по",
        "под",
        "при",
        "про",
        "просим",
        "просьба",
        "прошу",
        "пожалуйста",
        "с",
        "сам",
        "свой",
        "себя",
        "со",
        "так",
        "также",
        "там",
        "те",
        "тем",
        "то",
        "того",
        "тоже",
        "той",
        "только",
        "том",
        "ты",
        "у",
        "уже",
        "хоть",
        "чего",
        "чем",
        "что",
        "чтобы",
        "чтоб",
        "эта",
        "эти",
        "это",
        "этого",
        "этой",
        "этом",
        "этот",
        "я",
        "данный",
        "который",
        "находиться",
        "адрес",
        "день",
        "год",
        "добрый",
        "здравствуйте",
        "уважаемый",
    ]
)

_VOWELS = "аеиоуыэюя"
_GERUND = re.compile(r"(?:(?<=[ая])(?:вшись|вши|в)|(?:ившись|ывшись|ивши|ывши|ив|ыв))$")
_REFLEXIVE = re.compile(r"(?:ся|сь)$")
_PARTICIPLE = re.compile(r"(?:(?<=[ая])(?:ющ|вш|ем|нн|щ)|(?:ующ|ивш|ывш))$")
_ADJECTIVE = re.compile(
    r"(?:ими|ыми|его|ого|ему|ому|ее|ие|ые|ое|ей|ий|ый|ой|ем|им|ым|ом|их|ых|ую|юю|ая|яя|ою|ею)$"
)
_VERB = re.compile(
    r"(?:(?<=[ая])(?:ете|йте|ешь|нно|ла|на|ли|ло|но|ет|ют|ны|ть|ем|й|л|н)"
    r"|(?:ейте|уйте|ила|ыла|ена|ите|или|ыли|ило|ыло|ено|ует|уют|ены|ить|ыть|ишь|ей|уй|ил|ыл|им|ым|ен|ят|ит|ыт|ую|ю))$"
)
_NOUN = re.compile(
    r"(?:иями|иях|иям|ями|ами|ием|ией|иям|ем|ей|ой|ий|ям|ам|ом|ах|ях|ев|ов|ие|ье|еи|ии|ию|ью|ия|ья|ю|а|е|и|й|о|у|ы|ь|я)$"
)
_DERIVED = re.compile(r"(?:ость|ост)$")

# Stems whose vowel runs away or changes, which no rule of endings can join; each pair was seen in residents' speech.
_JOINED = {
    "льд": "лед", "льда": "лед", "наледь": "налед", "окон": "окн", "ребенк": "ребенок", "ребят": "ребенок",
    "дет": "ребенок", "котельн": "котельная", "льет": "лить", "теч": "течь", "тек": "течь", "протека": "протеч",
    "протечк": "протеч", "протек": "протеч", "протекл": "протеч", "засорен": "засор", "засорил": "засор",
    "скамеек": "скамейк", "лавочек": "лавочк", "качелей": "качел", "остановок": "остановк", "площадок": "площадк",
    "парковок": "парковк", "лампочек": "лампочк", "собачек": "собак", "собачк": "собак", "маршруток": "маршрутк",
    "свалок": "свалк", "помоек": "помойк", "урн": "урна", "батаре": "батарея", "ступенек": "ступен",
    "лестниц": "лестниц", "крыс": "крыса", "сосулек": "сосульк", "горк": "горка", "горок": "горка", "ям": "яма",
    "ямк": "яма", "знак": "знак", "домофон": "домофон", "больниц": "больниц", "аптек": "аптек", "очеред": "очеред",
    "дворник": "дворник", "мосте": "мост", "воды": "вод", "кошек": "кошк", "досок": "доск", "фонар": "фонар",
    "почищ": "чист", "чистк": "чист", "очистк": "чист", "расчистк": "чист", "очист": "чист", "почист": "чист",
    "вычист": "чист", "убра": "убор", "уборк": "убор", "убира": "убор", "убер": "убор", "уборок": "убор",
    "убран": "убор", "неубра": "убор", "вывезл": "вывоз", "вывез": "вывоз", "вывозк": "вывоз", "посып": "посыпк",
    "посыпа": "посыпк",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower case with ё as е: residents rarely type ё."""
    return text.lower().replace("ё", "е")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its ending: Snowball's Russian rules, then the pairs that they cannot join."""
    start = next((at + 1 for at, letter in enumerate(word) if letter in _VOWELS), len(word))
    head, tail = word[:start], word[start:]
    shorter = _GERUND.sub("", tail, count=1)
    if shorter == tail:
        tail = _REFLEXIVE.sub("", tail, count=1)
        shorter = _ADJECTIVE.sub("", tail, count=1)
        if shorter != tail:
            shorter = _PARTICIPLE.sub("", shorter, count=1)
        else:
            shorter = _VERB.sub("", tail, count=1)
            if shorter == tail:
                shorter = _NOUN.sub("", tail, count=1)
    shorter = _DERIVED.sub("", shorter.removesuffix("и"), count=1)
    shorter = shorter[:-1] if shorter.endswith(("нн", "ь")) else shorter
    bare = head + shorter
    return _JOINED.get(bare, bare)


def tokens(text: str) -> list[str]:
    """Folded words of the text's beginning, in order."""
    return _WORD.findall(fold(text[:BOUND]))


def keys(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return [stem(token) for token in tokens(text) if token not in STOP and not token.isdigit()]
