"""Personal data that a resident typed into free text: what kinds, where, and the text without them (R19, T12).

It must never keep the data, only kinds and places; whether to ask or to hide is decided elsewhere.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from screening.sensitive_patterns import MAIL, NUMBERS, TAKEN, NumberKind, Span, shape_of
from screening.words import SAME

__all__ = ["EVERY", "Finding", "NumberKind", "find_personal", "mask_personal", "kinds_in_words"]

EVERY = frozenset(NumberKind)

NAMES = {
    NumberKind.PASSPORT: "номер паспорта",
    NumberKind.SNILS: "СНИЛС",
    NumberKind.INN: "ИНН",
    NumberKind.POLICY: "номер полиса ОМС",
    NumberKind.CARD: "номер банковской карты",
    NumberKind.BIRTH: "дата рождения",
    NumberKind.PHONE: "телефон",
    NumberKind.EMAIL: "адрес электронной почты",
}
"""As a warning says it: «Похоже, в тексте есть …»."""

MASKS = {
    NumberKind.PASSPORT: "[номер паспорта скрыт]",
    NumberKind.SNILS: "[СНИЛС скрыт]",
    NumberKind.INN: "[ИНН скрыт]",
    NumberKind.POLICY: "[номер полиса скрыт]",
    NumberKind.CARD: "[номер карты скрыт]",
    NumberKind.BIRTH: "[дата рождения скрыта]",
    NumberKind.PHONE: "[телефон скрыт]",
    NumberKind.EMAIL: "[электронная почта скрыта]",
}


class Finding(NamedTuple):
    """One piece of personal data: `text[start:end]`. A tuple, for a hostile text has thousands of them."""

    kind: NumberKind
    start: int
    end: int


@lru_cache(maxsize=SAME)
def find_personal(text: str) -> tuple[Finding, ...]:
    """All personal data of the text, in order; pieces never overlap."""
    seen, places = _plain_with_places(text)
    shape = shape_of(seen)
    findings: list[Finding] = []
    mail = MAIL if any(sign in seen for sign in ("@", "собака", "at)", "at]")) else ()
    for kind, pattern, check, needed in (*mail, *NUMBERS):
        if needed not in shape:
            continue
        spans = [span for span in map(check, pattern.finditer(seen)) if span is not None]
        if not spans:
            continue
        if kind is not None:
            findings += [Finding(kind, places[start], places[end - 1] + 1) for start, end in spans]
        seen = _without(seen, spans)
        shape = shape_of(seen)
    return tuple(sorted(findings, key=operator.attrgetter("start")))


def mask_personal(text: str, kinds: Collection[NumberKind] = EVERY) -> str:
    """The text with a word in brackets for each piece of these kinds; all else as written."""
    pieces, at = [], 0
    for finding in find_personal(text):
        if finding.kind in kinds:
            pieces += [text[at : finding.start], MASKS[finding.kind]]
            at = finding.end
    return "".join([*pieces, text[at:]])


def kinds_in_words(kinds: Collection[NumberKind]) -> str:
    """The kinds in words, as after «в тексте есть»: «номер паспорта, СНИЛС и телефон»."""
    words = [NAMES[kind] for kind in NumberKind if kind in kinds]
    return " и ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _without(seen: str, spans: list[Span]) -> str:
    """The text with these blotted out, so that nothing finds them again."""
    left, at = [], 0
    for start, end in spans:
        left += [seen[at:start], TAKEN * (end - start)]
        at = end
    return "".join([*left, seen[at:]])


# The text as it is searched.

HIDDEN = re.compile(
    "[\u00ad\u0300-\u036f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u20d0-\u20f0\ufe00-\ufe0f\ufeff]+"
)
"""What cannot be seen, and marks over letters: «8\u200b912…» is a phone all the same (T2)."""

_LETTER_ZERO = re.compile(r"[oо](?:(?<![^\W\d_].)(?=\d)|(?<=\d.)(?![^\W\d_]))")
_LETTER_ZEROS = re.compile(r"[oо](?:(?<![^\W\d_].)[oо]++(?=\d)|(?<=\d.)[oо]++(?![^\W\d_]))")
_ALIKE = {"ё": "е", "＋": "+", "（": "(", "）": ")", **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")}


def _plain_with_places(text: str) -> tuple[str, Sequence[int]]:
    """The text in plain letters, and the place of each of them in the original: lower case, plain dashes and digits,
    letters for zeros as zeros."""
    plain = text.lower()
    if len(plain) != len(text):  # «İ» becomes two letters, and the length must stay
        plain = "".join(letter.lower()[0] for letter in text)
    for other, usual in _ALIKE.items():
        plain = plain.replace(other, usual)
    others = {letter for letter in set(plain) if letter.isdecimal() and not letter.isascii()}
    plain = _zeros(
        plain.translate({ord(other): str(unicodedata.decimal(other)) for other in others}) if others else plain
    )
    if not HIDDEN.search(plain):
        return plain, range(len(plain))
    kept: list[int] = []
    at = 0
    for gap in HIDDEN.finditer(plain):
        kept.extend(range(at, gap.start()))
        at = gap.end()
    kept.extend(range(at, len(plain)))
    return _zeros(HIDDEN.sub("", plain)), kept


def _zeros(text: str) -> str:
    """The text with letters «О» inside numbers replaced by zeros."""
    return _LETTER_ZEROS.sub(lambda letters: "0" * len(letters[0]), _LETTER_ZERO.sub("0", text))
