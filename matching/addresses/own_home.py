"""What a text tells beside where its author lives: «живу на Мира 5, а у соседки на Ленина 7 нет воды» is about Ленина.

It must leave alone who tells only of himself: «живу на Мира 5, нет воды».
"""

from __future__ import annotations

import re

_HOME = re.compile(
    r"\b(?:жив(?:у|[её]м)|проживаю|прописана?|зарегистрирована?|(?:я|мы|сама?)(?: сама?| я| мы)? (?:с|из)|мой адрес|"
    r"моя квартира|(?:ответ\w*|ответьте|пишите)(?: мне)?(?: пришлите| присылайте)? на)\b",
    re.IGNORECASE,
)
_WHO = (
    r"(?:сосед\w*|мам\w*|матер\w+|пап\w|отц\w+|родител\w+|бабушк\w+|дедушк\w+|дед[ауы]?|сестр\w+|брат\w*|доч\w+|сын\w*|"
    r"подруг\w+|друг\w*|друз\w+|т[её]т\w+|дяд\w+|свекров\w+|т[её]щ\w+|тест[яю]|знаком\w+|родственни\w+|внук\w*|внучк\w+|"
    r"пенсионер\w*|инвалид\w*|ветеран\w*|коллег\w*|женщин\w+)"
)
_FOR_ANOTHER = re.compile(
    rf"\b(?:(?:у|за|для|по просьбе|от имени) (?:\w+ ){{0,2}}{_WHO}|{_WHO}(?:,? (?:она|он|они|котор\w+))? жив[её]т|"
    rf"{_WHO},? (?:они |котор\w+ )?живут|проблема)\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(r"(?<=[\s,])(?:а|но)\s", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:!?\n]\s*|\.\s+|\s(?:а|но)\s", re.IGNORECASE)
_SENTENCE = re.compile(r"[;!?\n]|\.\s+(?=[А-ЯЁ])")


def about_another(text: str, *, contrast: bool = False) -> str:
    """The text without the clause that tells where its author lives, where it tells of another's trouble; else as it
    is. `contrast`: «но» is enough to tell of another place."""
    home = _HOME.search(text)
    if home is None:
        return text
    other = _FOR_ANOTHER.search(text) or (_CONTRAST.search(text, home.end()) if contrast else None)
    if other is None:
        return text
    begins = _end_of_last(text, home.start())
    if other.start() > home.start():
        return f"{text[:begins]} {text[_end_of_last(text, other.start()) :]}"
    ends = _SENTENCE.search(text, home.end())
    return f"{text[:begins]} {text[ends.end() :] if ends else ''}"


def _end_of_last(text: str, before: int) -> int:
    """The place where the clause begins that goes on at `before`."""
    return max((sign.end() for sign in _CLAUSE.finditer(text, 0, before)), default=0)
