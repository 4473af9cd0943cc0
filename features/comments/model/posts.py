"""Under which posts nobody is invited, by their words. The words stay here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from screening.words import BOUND, fold
from states.people.comments import Silence

_MOURNING = re.compile(
    r"\b(?:соболезнов|скорб|траур|вечная память|светлая память|светлой памяти|память о погибш|погиб(?:ш|л)|скончал"
    r"|ушел из жизни|ушла из жизни|минут[аыу] молчания|жертв(?:ам|ах)? )"
)
_TOKEN = re.compile(r"[#\w]+")
_LOST = r"(?:жертв|погибших|пострадавших)"
_NOBODY = re.compile(rf"\b(?:(?:без|нет|избежать) {_LOST}(?: и {_LOST})?\b|{_LOST}(?: и {_LOST})? нет\b)")
"""«Жертв нет» is no mourning."""
_CONGRATULATION = re.compile(
    r"\b(?:поздравл|с праздник|с днем (?!открытых|приема)|с юбиле|с новым годом|с рождеством|с пасхой|празднич)"
)
_EMERGENCY = re.compile(r"\b(?:эвакуац|эвакуир|режим (?:чс|чрезвычайн)|чрезвычайн\w+ ситуац|беспилотн|ракетн)")


def silence_of(text: str, words: Sequence[str] = ()) -> Silence:
    """Why nobody is invited under a post with this text, if so. `words`: the region's own, whole, with any ending where
    a star stands behind; a hashtag counts as a word."""
    plain = fold(text[:BOUND])
    if any(stands_in(plain, fold(word)) for word in words):
        return Silence.RULE
    plain = _NOBODY.sub(" ", plain)
    for silence, pattern in (
        (Silence.MOURNING, _MOURNING),
        (Silence.EMERGENCY, _EMERGENCY),
        (Silence.CONGRATULATION, _CONGRATULATION),
    ):
        if pattern.search(plain):
            return silence
    return Silence.NONE


def stands_in(plain: str, word: str) -> bool:
    """Whether the word stands in the text; `word` may be several; «слово*» is the word with any ending."""
    line, wanted = f" {' '.join(_TOKEN.findall(plain))} ", " ".join(_TOKEN.findall(word))
    return bool(wanted) and (f" {wanted}" if word.endswith("*") else f" {wanted} ") in line
