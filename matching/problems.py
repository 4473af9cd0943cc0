"""Several problems in one message, taken apart: one pure function, so that a better one may take its place.

It must never drop a word: the parts together are the whole text, in its order.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from screening.words import BOUND

MOST = 5
"""Parts; what follows stays with the last."""

LEAST = 2
"""Words of a part: «спасибо» alone is no problem of its own."""

_NEXT = (
    r"(?:а\s+)?(?:ещё|еще)\s|и\s+(?:ещё|еще)\s|(?:а\s+)?также\s|кроме\s+того|помимо\s+этого|во-?вторых|в-?третьих|плюс\s"
    r"|и\s+второе|второе\s|третье\s|другой\s+вопрос|заодно\s"
)
_SENTENCES = r"(?<!\d\.)(?<=[.!?;\n])\s+"
_WORDS = rf"(?<=[,.!?;])\s+(?=(?:{_NEXT}))|(?<!\s)\s+(?=(?:а\s+(?:ещё|еще)|кроме\s+того|во-?вторых)\b)"
_NUMBERS = r"(?<!\s)\s+(?=\d[.)]\s)"
_BREAK = re.compile(rf"{_SENTENCES}|{_WORDS}", re.IGNORECASE)
_NUMBERED_BREAK = re.compile(rf"{_SENTENCES}|{_NUMBERS}|{_WORDS}", re.IGNORECASE)
_MARKED = re.compile(rf"(?:{_NEXT})", re.IGNORECASE)
_NUMBERED = re.compile(r"\d[.)]\s")
_LIST = re.compile(r"(?:^|[\n:]\s{0,3})1[.)]\s.{1,2000}?\s2[.)]\s", re.DOTALL)
"""A list begins with its first number at the beginning or after a colon: «дом 5. Кран» is none."""

About = Callable[[str], str | None]
"""The topic that a few words are clearly about, if any."""


def split(text: str, about: About) -> tuple[str, ...]:
    """The problems of the text, each in its words; empty where there is one.

    A part begins where the resident says so («ещё», «кроме того», «2.») and the words are clearly about something else.
    """
    listed = _LIST.search(text[:BOUND]) is not None
    breaks = _NUMBERED_BREAK if listed else _BREAK
    clauses = [clause for clause in breaks.split(text[:BOUND]) if clause.strip()]
    parts: list[list[str]] = [[]]
    known: list[str | None] = [None]
    for clause in clauses:
        topic = about(clause)
        marked = _MARKED.match(clause) or (listed and _NUMBERED.match(clause))
        opens = bool(marked) and len(clause.split()) > LEAST and topic is not None
        if opens and known[-1] is not None and topic not in known and len(parts) < MOST:
            parts.append([])
            known.append(topic)
        parts[-1].append(clause)
        known[-1] = known[-1] or topic
    if len(parts) < LEAST:
        return ()
    rest = text[BOUND:]
    made = [" ".join(part).strip() for part in parts]
    return (*made[:-1], made[-1] + rest)
