"""A text as it was meant: small letters, one alphabet, no tricks of the keyboard: rules read all spellings alike.

It must never guess what was meant beyond letters: wrong layout, other alphabet, stretched or spaced letters, signs.
"""

from __future__ import annotations

import re
import unicodedata

LOOKED = 8_000
"""Letters of a text that are read: two of the longest messages VK takes, so that no text is slow."""

_SIGNS = {
    "🔥": " огонь ",
    "🚒": " пожарные ",
    "🚑": " скорая ",
    "🆘": " помогите ",
    "🔪": " нож ",
    "🔫": " пистолет ",
    "🩸": " кровь ",
    "💣": " бомба ",
    "🧨": " взрыв ",
}
_SIGN = re.compile("|".join(_SIGNS))

_PLAIN = re.compile(r"[а-яё\s.,!?:;()\"«»0-9—–-]*")
"""What nothing need be done to but ё."""

_ALIKE = str.maketrans(
    {
        "a": "а", "b": "в", "c": "с", "e": "е", "h": "н", "k": "к", "m": "м", "n": "п", "o": "о", "p": "р", "r": "г",
        "t": "т", "u": "и", "x": "х", "y": "у", "0": "о", "3": "з", "4": "ч", "6": "б", "@": "а", "і": "и", "ї": "и",
        "є": "е", "i": "и", "1": "и", "s": "с", "d": "д", "l": "л", "g": "г", "z": "з", "v": "в", "w": "ш", "f": "ф",
    }
)  # fmt: skip
"""Letters that look like Russian ones, in words that have Russian ones."""

_TATAR = str.maketrans("әөүҗңһҙҫғҡ", "аоужнхзсгк")
"""Letters of Tatar and Bashkir, as those write who have no such keys."""

_KEYS = str.maketrans(
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`{}:\"<>~",
    "йцукенгшщзхъфывапролджэячсмитьбюехъжэбюе",
)
_LATIN = re.compile(r"[a-z]")
_BESIDE = re.compile(r"[а-яё][a-z0-9@]|[a-z0@][а-яё]")
_MIXED = re.compile(r"^(?=.*[а-яё])(?:.*[a-z@]|[^а-яё]*[а-яё][^0-9]*[0-9].*[а-яё]|0[а-яё]{2})")
_WORD = re.compile(r"[^\W_@]+(?:@[^\W_@]+)*")
_STRETCHED = re.compile(r"([а-яёa-z])\1{2,}")
_SPACED = re.compile(r"(?<![а-яё])(?:[а-яё][\s.\-_*]){3,}[а-яё](?![а-яё])")
_GAPS = re.compile(r"[\s.\-_*]+")

_SOUNDS = {
    "shch": "щ", "sch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ya": "я", "yo": "е",
    "ye": "е", "ju": "ю", "ja": "я", "jo": "е", "iu": "ю", "ia": "я", "a": "а", "b": "б", "v": "в", "w": "в",
    "g": "г", "d": "д", "e": "е", "z": "з", "i": "и", "j": "ж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о",
    "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "f": "ф", "h": "х", "x": "х", "c": "ц", "y": "ы", "q": "к",
    "4": "ч", "6": "ш", "'": "ь",
}  # fmt: skip
"""Latin spelling into sounds, longest first; «y» after a vowel is «й»."""
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_SHORT_J = re.compile(r"(?<=[aeiouy])j(?![aeiou])")
_SHORT_I = re.compile(r"(?<=[аеиоуыэюя])ы")


def readings(text: str) -> tuple[str, ...]:
    """The plain text, and where it has Latin words also what they are as another layout and as sounds."""
    plain = plainly(text)
    if not _LATIN.search(plain):
        return (plain,)
    return plain, plain.translate(_KEYS), _SHORT_I.sub("й", _SOUND.sub(_sound, _SHORT_J.sub("y", plain)))


def plainly(text: str) -> str:
    """Small letters, ё as е, signs as words, no hidden letters, look-alikes in Russian words as Russian letters."""
    small = text[:LOOKED].lower()
    short = _STRETCHED.sub(r"\1", small if _PLAIN.fullmatch(small) else _visible_letters(small))
    if _BESIDE.search(short):
        short = _WORD.sub(_russian, short)
    return _SPACED.sub(lambda found: _GAPS.sub("", found[0]), short.replace("ё", "е"))


def _visible_letters(text: str) -> str:
    """The text without hidden letters and accents; what stands for a letter as that letter."""
    named = _SIGN.sub(lambda found: _SIGNS[found[0]], text).translate(_TATAR).replace("й", "й")
    if named.isascii():
        return named
    whole = unicodedata.normalize("NFKC", named)
    return "".join(letter for letter in whole if unicodedata.category(letter) not in ("Mn", "Cf"))


def _russian(found: re.Match[str]) -> str:
    """A word in which letters of two alphabets stand, or digits between letters, in Russian ones; «12а» is a house."""
    return found[0].translate(_ALIKE) if _MIXED.search(found[0]) else found[0]


def _sound(found: re.Match[str]) -> str:
    """The Cyrillic letters for what stands in Latin here."""
    return _SOUNDS[found[0]]
