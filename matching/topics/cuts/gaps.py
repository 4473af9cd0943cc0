"""Where a message may be cut: between two words, after a sign, before a word that joins, before a number of a list.

It must never look at more than stands beside the gap, and it keeps no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from matching.topics.cuts.words import word_set
from screening.words import fold

HEAD = 7
"""Words that are looked at on each side of a gap, up to the next sign."""

_CORE = re.compile(r"[а-яa-z0-9]+(?:-[а-яa-z0-9]+)*")
_CHUNK = re.compile(r"\S+")
_ITEM = re.compile(r"^\(?(?:\d{1,2}|[а-е])[.)/:]|^\d{1,2}[.)-]?$|^\d-[йяе]$")
_SIGNS = {".": ".", "!": "!", "?": "?", ",": ",", ";": ";", ":": ":", ")": ")", "…": ".", "-": "-", "—": "-", "–": "-"}
_BULLETS = frozenset("-–—•*·+>")
_LETTERS = "абвгде"

NOTHING, BULLET, NUMBER = "", "b", "n"
DASH = "d"
NO_SIGN, NEW_LINE = "_", "n"


_SHORT = word_set("ул д кв г п пр пос просп пер им стр м р н с корп под эт мкр обл тел руб тыс т е к б рн")
"""Behind these a full stop ends no sentence."""

JOINERS = word_set("""
    и а еще да также тоже плюс кроме помимо того этого к тому же вообще заодно вдобавок кстати второе вторая во-вторых
    в-третьих третье потом ну но вот отдельно другой другая теперь насчет по поводу следующее последнее первое причем
    притом при этом или либо тем более зато хотя ко всему прочему остальное просьба вопрос проблема беда момент такой
    такая такое одна одно один другое прочим между об о
""")

_WITHIN = word_set("""
    в во на с со у от до за из к ко о об над под при через для без не ни между перед про но или очень самый самая наш
    наша наши наше нашей нашем нашего этот эта этой этом весь вся всю всей мой моя моей какой такой улица улице ул дом
    кв дому г город пос поселок село деревня
""")
"""No part ends with one of these."""

_FIRST_OF = {
    "первое": 1, "во-первых": 1, "первая": 1, "вопервых": 1, "второе": 2, "во-вторых": 2, "вторая": 2, "вовторых": 2,
    "третье": 3, "в-третьих": 3, "третья": 3, "втретьих": 3, "четвертое": 4, "в-четвертых": 4,
}  # fmt: skip
_OF_DAYS = {"первый": 1, "второй": 2, "третий": 3, "четвертый": 4}
_DASHES = 3
"""Dashes before the words; more of them are a line drawn."""

_QUESTIONS = word_set("вопрос момент пункт просьба")
_TROUBLES = word_set("проблема просьба беда жалоба тема")
_FEMININE = word_set("первая вторая третья")

NEITHER = "ни"
"""«Ни света ни дороги»: it joins what is missing, and stays with it."""

_FEW, _SELDOM, _ENOUGH = 1, 12, 2
"""A text with so few signs has none; with one sign for more than so many words it has few."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands between two blanks: its word in small letters, the sign behind it, what it is in a list."""

    word: str
    kind: str
    sign: str
    line: bool
    """A new line begins with it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """`at`: before which chunk. `joiner`: the words that join; `head`: what follows them; `left`: the clause before."""

    at: int
    sign: str
    mark: str
    joiner: tuple[str, ...]
    head: tuple[str, ...]
    end: str
    left: tuple[str, ...]
    style: int
    listed: str
    number: int

    @property
    def bare(self) -> bool:
        """Whether nothing shows that anything ends here."""
        return self.sign == NO_SIGN and not self.mark and not self.joiner and self.head[0] != NEITHER


def chunks(text: str) -> list[Chunk]:
    """The text as words, each with the signs around it and whether a line begins there."""
    found, end = list[Chunk](), 0
    for raw in _CHUNK.finditer(text):
        found.append(_chunk("\n" in text[end : raw.start()], fold(raw[0])))
        end = raw.end()
    return found


def _chunk(line: bool, raw: str) -> Chunk:
    """One word with its signs; of a hyphenated one all parts; an item's bullet or number is its kind."""
    cores = _CORE.findall(raw)
    word, sign = " ".join(cores), _sign(raw)
    if not cores:
        return Chunk(word, DASH, DASH, line)
    kind = BULLET if raw[0] in _BULLETS else NUMBER if _ITEM.match(raw) else NOTHING
    return Chunk(word, kind, NOTHING if sign == "." and word in _SHORT else sign, line)


def _sign(raw: str) -> str:
    """The first of the signs that it ends with."""
    sign = ""
    for letter in reversed(raw):
        if letter in _SIGNS:
            sign = _SIGNS[letter]
        elif letter not in '»"(':
            break
    return sign


MOST_GAPS = 700
"""So many words has the longest message that VK takes, so that no text of several is slow."""


def gaps(told: Sequence[Chunk]) -> list[Gap]:
    """The gaps where a part may begin, at most `MOST_GAPS`."""
    signs = [NO_SIGN, *((before.sign or NO_SIGN) + (NEW_LINE if after.line else "") for before, after in _pairs(told))]
    style, kind = _style(told), _kind_of_list(told)
    worth = (at for at in range(1, len(told)) if style < _ENOUGH or not _shows_nothing(told[at], signs[at]))
    found = (_gap(told, signs, at, style, kind) for at in worth)
    return list(islice((gap for gap in found if _may_cut(gap)), MOST_GAPS))


def _shows_nothing(chunk: Chunk, sign: str) -> bool:
    return sign == NO_SIGN and not chunk.kind and chunk.word not in JOINERS and chunk.word != NEITHER


def _pairs(told: Sequence[Chunk]) -> Iterator[tuple[Chunk, Chunk]]:
    """Each two that follow each other."""
    return zip(told, told[1:], strict=False)


def _style(told: Sequence[Chunk]) -> int:
    """How many signs the writer makes: none, few, enough."""
    signs = sum(bool(chunk.sign) for chunk in told)
    return 0 if signs <= _FEW else 1 if signs * _SELDOM < len(told) else _ENOUGH


def _kind_of_list(told: Sequence[Chunk]) -> str:
    if sum(chunk.kind == NUMBER for chunk in told) > 1:
        return NUMBER
    if sum(chunk.kind in (DASH, BULLET) for chunk in told) > 1:
        return DASH
    return "l" if sum(chunk.line for chunk in told) > 1 else NOTHING


def _gap(told: Sequence[Chunk], signs: Sequence[str], at: int, style: int, kind: str) -> Gap:
    """All that is known of the gap before this word: its sign, the joining words, the words on both sides."""
    mark, start = _mark(told, at)
    behind = start
    while behind < min(len(told), start + 5) and told[behind].word in JOINERS:
        behind += 1
        if told[behind - 1].sign in tuple(".!?"):
            break
    head, end = _head(told, behind)
    joiner = tuple(chunk.word for chunk in told[start:behind])
    return Gap(at, signs[at], mark, joiner, head, end, _left(told, signs, at), style, kind, number(told, at))


def _mark(told: Sequence[Chunk], start: int) -> tuple[str, int]:
    """The dash, bullet or number that stands here, and where the words begin."""
    mark, at = "", start
    while at < min(len(told), start + _DASHES) and told[at].kind == DASH:
        mark, at = mark + DASH, at + 1
    if at < len(told) and told[at].kind in (NUMBER, BULLET):
        mark += told[at].kind
        at += told[at].kind == NUMBER and re.search("[а-я]{2}", told[at].word) is None
        at += at < len(told) and told[at].kind == DASH
    return mark, at


def _head(told: Sequence[Chunk], at: int) -> tuple[tuple[str, ...], str]:
    """At most HEAD words up to a sign or the next line, and that sign."""
    head: list[str] = []
    for chunk in told[at : at + HEAD]:
        if head and chunk.line:
            return tuple(head), NEW_LINE
        head.append(chunk.word)
        if chunk.sign:
            return tuple(head), chunk.sign
    return tuple(head), NOTHING


def _left(told: Sequence[Chunk], signs: Sequence[str], at: int) -> tuple[str, ...]:
    """Up to `HEAD` words before the gap, back to the last sign."""
    start = at - 1
    while start > max(0, at - HEAD) and signs[start] == NO_SIGN:
        start -= 1
    return tuple(chunk.word for chunk in told[start:at])


def number(told: Sequence[Chunk], at: int) -> int:
    """Which of a list begins here, by a number, a letter or «во-вторых»; 0 where none does."""
    word = told[at].word
    if told[at].kind == NUMBER:
        digits = re.match(r"\d{1,2}", word)
        return int(digits.group()) if digits else _LETTERS.find(word[:1]) + 1
    return next((found for near in (at, at + 1) if near < len(told) and (found := _ordinal(told, near))), 0)


def _ordinal(told: Sequence[Chunk], at: int) -> int:
    """The number that an ordinal says («во-первых» is 1); 0 where it counts no problem."""
    word = told[at].word
    next_word = told[at + 1].word if at + 1 < len(told) else ""
    if word in _OF_DAYS:
        return _OF_DAYS[word] if next_word in _QUESTIONS else 0
    if word in _FEMININE and not told[at].sign and next_word not in _TROUBLES:
        return 0
    return _FIRST_OF.get(word, 0)


def _may_cut(gap: Gap) -> bool:
    if not any(gap.head) or (gap.mark == DASH and len(gap.left) == 1 and gap.left[0].isdigit()):
        return False
    if gap.sign == NO_SIGN and not gap.mark and gap.left[-1] in _WITHIN:
        return False
    return not gap.bare or (gap.style < _ENOUGH and gap.at > 1 and len(gap.head) > 1)
