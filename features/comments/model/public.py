"""Whether an official's words may stand under a comment, where everybody reads them: never a personal fact."""

from __future__ import annotations

import re
from enum import StrEnum

from screening.personal_answer import Sign, signs
from screening.sensitive import find_personal
from screening.words import BOUND, fold
from states.finder import Finder

LONGEST = 1000


class PublicRefusal(StrEnum):
    """Why not."""

    NAME = "name"
    NUMBER = "number"
    HEALTH = "health"
    LONG = "long"


_MENTION = re.compile(r"\[(?:id|club|public)\d|(?:^|[\s(])[@*](?:id|club)?\w")
_HEALTH = re.compile(
    r"\b(?:диагноз|инвалид|беремен|онколог|психиатр|наркозавис|вич\b|туберкул|диабет|госпитализ|ваш(?:е|его|ему) здоров"
    r"|ваш(?:и|их|им) анализ|ваш(?:е|его|ему|им) лечени|ваш(?:а|ей|у) болезн)"
)


def refusal(text: str, find: Finder, health: frozenset[str]) -> PublicRefusal | None:
    """Why the text may not stand in public; None where it may. `health`: codes of topics about health."""
    plain, told = fold(text[:BOUND]), signs(text)
    guess = find.topic(text)
    if len(text) > LONGEST:
        return PublicRefusal.LONG
    if Sign.NAME in told or _MENTION.search(text):
        return PublicRefusal.NAME
    if Sign.NUMBER in told or Sign.MONEY in told or find_personal(text):
        return PublicRefusal.NUMBER
    if _HEALTH.search(plain) or (guess.sure and health & {*guess.topics[:1]}):
        return PublicRefusal.HEALTH
    return None
