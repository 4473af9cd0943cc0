"""Where two streets cross: «перекрёсток Ленина и Гагарина», «светофор ленина-победы».

It must never take two streets that are only named together for their crossing: «Ленина и Мира не чищены».
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.addresses.landmarks import Spot, capitals, low
from matching.addresses.streets import GIVEN, KINDS, NO_STREETS, is_after_somebody, with_capitals
from matching.addresses.text import Word

_CROSSING = ("перекрёст", "перекрест", "пересечени")
_CORNER = ("угол", "углу")
_AT_A_CROSSING = (*_CROSSING, "светофор", "пешеходн", "переход", "зебр")
"""Behind or before these two names side by side are two streets."""

_BETWEEN = frozenset(["улиц", "ул", ".", "с", "между"])
_JOINERS = frozenset(["и", "-", "—", "–", "/", "с"])
_MONTHS = frozenset(["марта", "мая", "июля", "октября", "ноября"])
_NO_NAMES = re.compile(r"(?:дом|крыш|двор|стен|дорог|трасс|забор|комнат|здани|магазин|школ)")
_ADJECTIVE = re.compile(r"^[а-яё-]{3,}(?:ой|ая|яя)")
_GENITIVE = re.compile(r"(?:а|я|ой|ого|их|ых)$")

Name = tuple[str, int]
"""What a street is called, and where the words go on behind it; an empty name is none."""


def crossing(words: Sequence[Word]) -> Spot | None:
    """The crossing of two streets and its place in the text: after «перекрёсток», «угол», or two streets beside
    «светофор»; None where there is none."""
    words = apart(words)
    for at, word in enumerate(words):
        if word.low.startswith(_CROSSING) or word.low in _CORNER:
            found = _pair(words, at + 1, led=True)
            if found:
                return found[0], word.start, words[found[1] - 1].stop
    if not any(word.low.startswith(_AT_A_CROSSING) for word in words):
        return None
    pairs = ((at, _pair(words, at, led=False)) for at in range(len(words)))
    return next(((found[0], words[at].start, words[found[1] - 1].stop) for at, found in pairs if found), None)


def apart(words: Sequence[Word]) -> list[Word]:
    """The words with «Ленина-Победы» and «ленина/мира» as two each."""
    found: list[Word] = []
    for word in words:
        halves = re.split(r"([-–/])", word.text)
        if len(halves) != 3 or not (is_after_somebody(halves[0].lower()) and is_after_somebody(halves[2].lower())):
            found.append(word)
            continue
        start = word.start
        for half in halves:
            found.append(Word(half, half.lower(), start, start + len(half)))
            start += len(half)
    return found


def _pair(words: Sequence[Word], at: int, *, led: bool) -> Name | None:
    """Two names with something between them, or side by side, and the place after them; None where there are none.
    `led`: a word before them says that they cross."""
    streets = False
    while led and low(words, at) in _BETWEEN:
        at, streets = at + 1, streets or low(words, at).startswith("ул")
    first, stop = _name(words, at, led=led)
    joined = low(words, stop) in _JOINERS
    other, end = _name(words, stop + joined, led=led) if first else ("", at)
    if not other:
        return None
    sure = [_is_sure(words, until) for until in (stop, end)]
    # «Опасная аварийная ситуация» on a crossing is none; «молодёжная и заречная», and nothing more, is.
    fits = all(sure) or (joined and (any(sure) or streets or _ends(words, end)))
    return (f"перекрёсток {first} и {other}", end) if fits else None


def _is_sure(words: Sequence[Word], until: int) -> bool:
    """Whether the name that ends here is no adjective in small letters."""
    last = words[until - 1]
    return last.capital or last.low in _MONTHS or last.low in KINDS or not _ADJECTIVE.fullmatch(last.low)


def _ends(words: Sequence[Word], at: int) -> bool:
    """Whether the street's name ends here: at the end of the text or at a sign."""
    return at == len(words) or not words[at].is_word


def _name(words: Sequence[Word], at: int, *, led: bool) -> Name:
    """A name in capitals where something leads to it, else one that hardly anything but a street has."""
    if low(words, at) in KINDS:
        at += 1 + (low(words, at + 1) == ".")
    if low(words, at).isdigit() and low(words, at + 1) in _MONTHS:
        return f"{words[at].text} {words[at + 1].text.capitalize()}", at + 2
    if led and at < len(words) and words[at].capital:
        return _in_capitals(words, at)
    stop = at + 1 + (low(words, at) in GIVEN)
    last = low(words, stop - 1)
    given = stop == at + 2 and _GENITIVE.search(last) is not None
    fits = given or is_after_somebody(last) or (led and _ADJECTIVE.fullmatch(last) is not None)
    if not fits or last in NO_STREETS or _NO_NAMES.match(last):
        return "", at
    return " ".join(with_capitals([word.text for word in words[at:stop]], shouting=False)), stop


def _in_capitals(words: Sequence[Word], at: int) -> Name:
    """A name in capitals and the place after it: «Карла Маркса», «Свердловский проспект»; of two names side by side the
    first is one word."""
    most = 1 if is_after_somebody(low(words, at)) else 2
    name, stop = capitals(words, at, most)
    return (f"{name} {words[stop].text}", stop + 1) if low(words, stop) in KINDS and name else (name, stop)
