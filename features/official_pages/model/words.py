"""Words by which a page is found: «в школе № 5» finds «Школа № 5», and not «Школа № 15». No knowledge of any table."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[0-9a-zа-я]+")
_ENDING = re.compile(r"(?:иями|ями|ами|ией|иям|ием|иях|ого|его|ому|ему|ыми|ими|ой|ей|ый|ий|ая|яя|ое|ее|ые|ие|ую|юю|"
                     r"ам|ям|ах|ях|ом|ем|ов|ев|ии|ию|ия|ы|и|а|я|о|е|у|ю|ь|й)$")  # fmt: skip
_SHORT = frozenset(["в", "на", "у", "и", "с", "о", "по", "для", "из", "к", "во", "от", "при", "номер"])
LEAST = 4


def tokens(text: str) -> tuple[str, ...]:
    """The whole words in the order in which they stand, small, «ё» as «е»."""
    found = _TOKEN.findall(text.casefold().replace("ё", "е"))
    return tuple(word for word in found if word not in _SHORT)


def stem(word: str) -> str:
    """The word without its ending; a number or a short word stays."""
    if not word.isalpha() or len(word) < LEAST:
        return word
    cut = _ENDING.sub("", word, count=1)
    return cut if len(cut) >= LEAST - 1 else word


def search_words(*texts: str) -> str:
    """What is stored beside a page: each word between spaces."""
    said = dict.fromkeys(token for text in texts for token in tokens(text))
    return f" {' '.join(said)} "


def patterns(question: str) -> tuple[str, ...]:
    """The parts that must all stand in `search_words`: a number as a whole, a word by its beginning."""
    return tuple(f" {token} " if token.isdecimal() else f" {stem(token)}" for token in tokens(question))


def short(address: str) -> str:
    """An address as it is compared: «https://VK.com/school5/» and «vk.com/school5» are one."""
    cut = address.strip().casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return cut.removeprefix("m.").rstrip("/").replace("vk.ru/", "vk.com/")
