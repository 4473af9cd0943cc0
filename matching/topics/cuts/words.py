"""What a word beside a gap looks like, without its meaning: who acts, how, whether something is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from screening.words import cut


def word_set(words: str) -> frozenset[str]:
    """The set of the words in this text, which are parted by spaces or line ends."""
    return frozenset(words.split())


KEPT = 5_000
"""Words that are remembered: of the language, no texts."""

NUMBER, ABSENT, OWN, CLAUSE, PERSON, SMALL, OTHER = "#NISCpw"
ASKED, WE, THEY, PAST, TO_DO, KIND, DONE = "M13LFAV"

_ABSENT = word_set("не нет ни без нету")
_OWN = word_set("я мы мне нам нас меня мой наш моя наша мои наши моего нашего сам сами")
_CLAUSE = word_set("""
    что чтобы потому поэтому так как если когда где куда откуда хотя из-за иначе а-то который которая которое которые
    которую раз пока
""")
_PERSON = word_set("""
    дети ребенок бабушка дедушка люди жители все никто скорая машины машина водители пешеходы старики пенсионеры мама
    муж жена сын дочь соседка сосед соседи диспетчер мастер слесарь управляющая ук администрация полиция прокуратура
    врач учитель
""")
"""Whom a trouble strikes and who is told of it: so a story goes on."""

_KNOWN = ((_ABSENT, ABSENT), (_OWN, OWN), (_CLAUSE, CLAUSE), (_PERSON, PERSON))
_ENDINGS = tuple(
    (re.compile(f"(?:{endings.replace(' ', '|')})$"), shape)
    for endings, shape in (
        ("йте ите ьте", ASKED),
        ("ем им емся имся", WE),
        ("ют ут ят ат ются утся ятся атся ет ит ется ится", THEY),
        ("ли ла ло лся лась лось лись л", PAST),
        ("ть ти ться чь", TO_DO),
        ("ая ое ые ый ий ой ую ого ых ими ыми яя ие ее", KIND),
        ("ен ена ено ены ан ана ано аны та то ты", DONE),
    )
)
_SMALL = 3
_PASSES = re.compile(r"(?:про|подъ|за|до|вы|раз|пере)?(?:ех|ед[уе]|езжа|йти|йд|брат)")


@lru_cache(maxsize=KEPT)
def shape(word: str) -> str:
    """What kind of word it is: a number, one of a list, a short one, else by its ending."""
    if word.isdigit():
        return NUMBER
    for known, found in _KNOWN:
        if word in known:
            return found
    if len(word) <= _SMALL:
        return SMALL
    return next((found for ending, found in _ENDINGS if ending.search(word)), OTHER)


@lru_cache(maxsize=KEPT)
def stem(word: str) -> str:
    """The stem of the word; of two words in one the stem of the first."""
    return NUMBER if word.isdigit() else cut(re.split("[- ]", word)[0])


def ending(word: str) -> str:
    """Its last three letters."""
    return word[-3:]


def nobody_passes(head: Sequence[str]) -> bool:
    """Whether somebody or something does not get through («Скорая не проехала», «автобус не доезжает»): what comes of a
    road, of snow."""
    return any(word in _ABSENT and _PASSES.match(other) for word, other in pairwise(head))
