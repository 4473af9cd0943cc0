"""What an official announces in one line, as far as it is understood: what, where, until when. It must guess no day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from handlers.text.relayed import clean, one_line
from states.facts import Facts, Question
from states.people.notices import Notice
from states.worktime.dates import parse

READ, WORDS, LONGEST_DAYS = 600, 160, 31
"""Letters that are looked at, and that residents read; days that a trouble may be announced for."""
_UNTIL = re.compile(r"\bдо ([^,;\n]{1,40})", re.IGNORECASE)
_TIME = re.compile(r"([01]?[0-9]|2[0-4])(?:[:.]([0-5][0-9])| ?(?:ч|час|часа|часов)\b)")
_LAST_MINUTE = time(23, 59)
_TOWN = r"(?:город|округ|район|посел|сел|деревн|област|территори|муниципалитет|улиц|дом)\w*"
_ALL = r"(?:весь|вс[еёяю]|всего|всему|всей|всем|всех)"
_EVERYWHERE = re.compile(
    rf"\b(?:(?:по |на |во )?{_ALL}(?: {_TOWN})?|(?:{_TOWN} )?целиком|везде|всюду|повсюду)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class NoticesAsked(Question[tuple[Notice, ...]]):
    """All that nobody has taken back; with an `id` that one, whatever became of it."""

    touches = (("id", "notice"),)
    id: str = ""


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """`at` is None where no end was understood, `pieces` what stands between commas besides it."""

    pieces: tuple[str, ...]
    at: datetime | None


def divide_line(facts: Facts, text: str) -> NoticeWords:
    """The parts of an announcement such as «Ремонт до 18:00, Миасс, Ленина»: words, pieces, until when."""
    text = text[:READ]
    for found in _UNTIL.finditer(text):
        words = found[1].split()
        for many in range(len(words), 0, -1):
            if (at := moment_of(facts, " ".join(words[:many]))) is not None:
                left = f"{text[: found.start()]} {' '.join(words[many:])}{text[found.end() :]}"
                return NoticeWords(pieces_of(left), at)
    return NoticeWords(pieces_of(text), None)


def pieces_of(text: str) -> tuple[str, ...]:
    """The parts between commas, semicolons and line ends, made harmless; empty ones are left out."""
    said = (one_line(clean(piece), WORDS).strip(" .") for piece in re.split(r"[,;\n]", text))
    return tuple(piece for piece in said if piece)


def moment_of(facts: Facts, said: str) -> datetime | None:
    """The moment that «18:00», «завтра», «3 декабря 18:00» means; a day alone lasts until its end. None for anything
    else."""
    found = _TIME.search(said)
    left = " ".join(f"{said[: found.start()]} {said[found.end() :]}".split()) if found else said
    left = re.sub(r"(?:^| )в$", "", left)
    today = facts.now.astimezone(facts.policy.zone).date()
    day = parse(left, today, facts.policy.calendar) if left else today
    if not isinstance(day, date) or not (found or left):
        return None
    at = time(int(found[1]), int(found[2] or 0)) if found and found[1] != "24" else _LAST_MINUTE
    return datetime.combine(day, at, facts.policy.zone)


def is_everywhere(piece: str) -> bool:
    """Whether the piece means the whole municipality («весь город»), which is no street."""
    return _EVERYWHERE.fullmatch(piece.strip(" .")) is not None
