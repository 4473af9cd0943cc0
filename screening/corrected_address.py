"""What a resident says of an address that was wrong: «дом 14, а не 4», «не Ленина 5, а Мира 5», «правильно: дом 14».

It must never tell what an address is: whoever asks looks whether both halves are places and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from screening.words import SAME

LONGEST = 200
"""Letters; a longer text tells more than where it is."""

_SHORT = re.compile(r"\b(ул|д|пр|просп|пер|г|пос|мкр|ст|им|б-р|пл)\.", re.IGNORECASE)
_DOT = "\x00"
"""In place of a dot that ends no sentence."""
_HALF = r"[^.;:!?\n]{1,80}"
_ENDS = re.compile(r"[.;!?\n:]")
_DENIES = r"не тот|не та|не туда|(?:не|непра)(?:верн|вильн)\w{1,3}"
_PLEASE = r"(?:(?:ис|по)прав(?:ьте|ить)|(?:поменя|смени)(?:йте|те|ть)|замен(?:ите|ить))"
_MARK = (
    r"(?:(?:у (?:меня|нас) )?(?:ошиб(?:[кл]\w{1,5}|ся)|опечатк\w)|ой|опечатал\w{2,3}|описал(?:ся|ась)|перепутал\w?|"
    rf"спутал\w?|{_DENIES}|исправля?ю\w{{0,2}}|{_PLEASE},? (?:пожалуйста,? )?(?:на дом|адрес|номер(?: дома)?(?: на)?)|"
    r"поправля?ю\w{0,2}|поправк\w|уточн(?:яю|ю|ение)|точнее|вернее|правильн\w{1,3}|на самом деле|адрес другой|"
    r"имел\w? в виду)"
)
_NOT_BUT = re.compile(rf"\bне (?P<wrong>{_HALF}?),? а (?P<right>{_HALF})", re.IGNORECASE)
_BUT_NOT = re.compile(rf"(?:(?:,? (?:а|но)|,) не|,? (?:вместо|взамен)) (?P<wrong>{_HALF})", re.IGNORECASE)
_INSTEAD = re.compile(
    rf"\bвместо (?P<wrong>{_HALF}?),? (?:пишите|читайте|читать|должно быть|надо|нужен|нужна|правильно) "
    rf"(?P<right>{_HALF})",
    re.IGNORECASE,
)
_MARKED = re.compile(rf"\b{_MARK}\b")
_DENIED = re.compile(_DENIES)
_LEAD = re.compile(
    rf"^(?:\W|\b(?:{_MARK}|это|у нас|там|она?|адрес\w?|указал\w?|написал\w?|номер\w{{0,2}}|дом\w{{0,2}}|улиц\w{{1,2}}|"
    r"город\w{0,2}|пожалуйста|же|про|был\w?|надо|нужно|извините|простите|я|тут|(?:во?|на|по|от|с|из)(?! \d+\W*$))\b)+",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"(?:(?:дом\w?|д|номер|квартал)\.? ?)?(?:номер |№ ?)?(\d{1,4} ?(?:[а-гa-d]\b)?(?:/\d{1,3}|[ -]?к\.? ?\d{1,2})?)"
    r"(?:[ -]?й)?(?: дом\w?)?",
    re.IGNORECASE,
)
_OF_HOUSE = re.compile(r"\b(?:д\x00|дом(?:ом)?\b|номер(?:ом|а|е)?\b)", re.IGNORECASE)
_ONE_MORE = re.compile(r"\b(?:и|тоже|также|так|ещ[её]|как|когда|где|если)\b", re.IGNORECASE)
"""«Ой, и на Мира 3 тоже»: it is there besides, or only likened to it."""
_DENIAL = re.compile(r"\b(?:не|вместо|взамен)\b", re.IGNORECASE)

_OF_MISTAKE = re.compile(
    r"ой|ошиб(?:[кл]\w+|ся)|опечат[кл]\w+|описал(?:ся|ась)|с?путал\w?|перепутал\w?|(?:не)?правильн\w+|неверн\w+|исправля?ю\w*|"
    rf"{_PLEASE}|прошу|поправля?ю\w*|поправк\w|уточн(?:яю|ю|ение)|точнее|вернее|самом|деле|адрес\w*|имел\w?|виду|"
    r"(?:на)?писал\w?|указал\w?|номер\w*|дом(?:ом)?|улиц\w+|город\w{0,2}|извините|простите|пожалуйста|надо|нужно|должно|"
    r"быть|тот|та|туда|другой|заяв\w+|обращени\w+|сообщени\w+|жалоб\w+|случайно|вчера|забыл\w?|нет|вечер|утро|добро\w+|под"
)
"""Words that tell of nothing but the mistake itself."""
_NO = re.compile(r"^(?:(?:нет|да|нее|неа|сорри|вы ошиблись)\W+)+", re.IGNORECASE)
_NUMBER_OF_HOUSE = re.compile(r"\bномер\w{0,2} дома\b")


@dataclass(frozen=True, slots=True)
class Correction:
    """`wrong`: what stood there before, empty where only the right half is told. `before`: what the sentence says
    before it. `of_house`: whether a house or a number is called so."""

    right: str
    wrong: str = ""
    before: str = ""
    of_house: bool = False


@lru_cache(maxsize=SAME)
def possible_corrections(text: str) -> tuple[Correction, ...]:
    """Ways to read the text as a correction, the likeliest first."""
    said = _SHORT.sub(rf"\1{_DOT}", " ".join(text[: LONGEST + 1].split()).replace("—", "-"))
    if len(said) > LONGEST:
        return ()
    return tuple(dict.fromkeys((*_of_both(said), *_of_marks(said))))


def _of_both(said: str) -> Iterator[Correction]:
    """The corrections where both halves are told: «не Ленина 5, а Мира 5», «Мира 5 вместо Ленина 5»."""
    low = said.casefold()
    if "не " not in low and "вместо" not in low and "взамен" not in low:
        return  # most of what people write: the expressions below look from every letter
    for shape in (_NOT_BUT, _INSTEAD):
        if (found := shape.search(said)) is not None and not _asks(said, found.end()):
            yield from right_halves(said, found["right"], trim_lead(found["wrong"]), _sentence(said[: found.start()]))
    if (found := _BUT_NOT.search(said)) is not None and not _asks(said, found.end()):
        yield from right_halves(said, _sentence(said[: found.start()]), trim_lead(found["wrong"]))


def _of_marks(said: str) -> Iterator[Correction]:
    """For each word that says it is a correction, the last first: the place behind it, else the one before."""
    for mark in reversed(list(_MARKED.finditer(said.casefold()))):
        before, behind = _sentence(said[: mark.start()]), said[mark.end() :].lstrip(" ,.:!-)(")
        ends = _ENDS.search(behind.replace(":", " "))
        right = behind[: ends.start()] if ends else behind
        if ends is None or ends[0] != "?":
            yield from right_halves(said, right, "", before)
        if not trim_lead(right) and _DENIED.match(mark[0]) is None:
            yield from right_halves(said, before)


def _asks(said: str, at: int) -> bool:
    """Whether a question mark stands at this place."""
    return said[at : at + 1] == "?"


def _sentence(words: str) -> str:
    """The end of these words that belongs to the sentence which goes on behind them."""
    return _ENDS.split(words)[-1]


def right_halves(said: str, words: str, wrong: str = "", before: str = "") -> Iterator[Correction]:
    """All of the words, those before «, и», and those before or behind a comma: «ошиблась, дом 14»."""
    head, _, tail = words.rpartition(",")
    first, _, more = words.partition(",")
    of_house = _OF_HOUSE.search(said) is not None
    for half, aside in ((words, ""), (words.partition(", и ")[0], ""), (first, more), (tail, head)):
        right, led = trim_lead(half), f"{before} {aside}".replace(_DOT, ".").strip()
        if right and not (_ONE_MORE.search(f"{led} {half}") or _DENIAL.search(f"{led} {right}")):
            yield Correction(right, wrong, led, of_house)


def trim_lead(words: str) -> str:
    """The words without those that only lead to the place."""
    return _LEAD.sub("", words.replace(_DOT, ".")).strip(" ,.-()«»\"'")


def house_number(words: str) -> str:
    """The number, where the words are a house and nothing else."""
    found = _HOUSE.fullmatch(words)
    return found[1].strip() if found is not None else ""


def only_house(words: str) -> str:
    """The number, where the words name a house by that word and tell nothing else: «нет, дом 82», «*82»."""
    said = " ".join(words[: LONGEST + 1].split())
    named = _OF_HOUSE.search(said) is not None or said.startswith("*")
    return house_number(trim_lead(_NO.sub("", said))) if named and "?" not in said else ""


def besides_mistake(words: str) -> tuple[str, ...]:
    """What these words, which name no place, tell besides that there was a mistake."""
    said = _NUMBER_OF_HOUSE.sub("номер", words)  # «дома» alone is «at home»
    return tuple(word for word in said.split() if _OF_MISTAKE.fullmatch(word) is None)
