"""A text as words, numbers and signs with their places, for whoever reads addresses.

It must never read more than it is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PART = re.compile(
    r"\d+(?:[-–]?[а-яё]+)?(?:[/-]\d+[а-яё]?)?|[a-zа-яё]+(?:-[a-zа-яё]+|/[a-zа-яё](?![a-zа-яё]))*|[^\s]", re.IGNORECASE
)


UNITS = re.compile(
    r"час|мин|дн|дня|день|лет|год|руб|раз|тыс|числ|км|километр|м$|метр|см|этаж|январ|феврал|март|апрел|ма[йя]$|июн|июл"
    r"|август|сентябр|октябр|ноябр|декабр|челов|штук|процент|градус|класс|квартир|недел|месяц|сут|утра|вечера|литр|кг"
)
"""After a number: how much, not which."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a number with its ending («5а», «40-летия») or a sign."""

    text: str
    low: str
    start: int
    stop: int

    @property
    def is_word(self) -> bool:
        """Whether it begins with a letter: neither a number nor a sign."""
        return self.text[0].isalpha()

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


def read(text: str) -> list[Word]:
    """The words, numbers and signs of the text with their places."""
    return [Word(match.group(), match.group().lower(), match.start(), match.end()) for match in _PART.finditer(text)]


def is_shouting(words: Sequence[Word]) -> bool:
    """Whether the text is written in capitals: they tell nothing there."""
    letters = [letter for word in words for letter in word.text if letter.isalpha()]
    return bool(letters) and sum(letter.isupper() for letter in letters) > 0.7 * len(letters)
