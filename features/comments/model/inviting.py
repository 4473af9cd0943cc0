"""When somebody is invited into the dialogue, and in which words. It must never name anybody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta, tzinfo

from states.people.comments import CommentPolicy

NIGHT_FROM, NIGHT_UNTIL = 22, 8
"""Nobody is there to answer first, nor wants to be rung: the pause begins in the morning."""
MINUTE = timedelta(minutes=1)

TOLD = (
    "{about}напишите нам в сообщения, передадим тем, кто отвечает, и ответ придёт вам.",
    "{about}передадим тем, кто отвечает. Напишите нам в сообщения, где это: ответ пришлём туда же.",
    "{about}расскажите нам в сообщениях, где это. Передадим, кому надо, и вернёмся с ответом.",
    "{about}хотим помочь. Напишите в сообщения сообщества адрес и что случилось, ответ придёт вам.",
    "{about}пришлите адрес нам в сообщения. Передадим тем, кто за это отвечает, и ответим вам.",
)
"""By their number, from 1. The same is never said twice in one thread."""


def invitation_at(now: datetime, zone: tzinfo, policy: CommentPolicy, planned: int) -> datetime:
    """The moment of an invitation: after the pause in which a human may answer first, and behind those that wait under
    this post already; whose turn would come at night waits for the morning."""
    return by_day(by_day(now, zone) + policy.pause + MINUTE * (planned // policy.per_minute), zone)


def by_day(at: datetime, zone: tzinfo) -> datetime:
    """The same moment, at night the morning after it."""
    local = at.astimezone(zone)
    if NIGHT_UNTIL <= local.hour < NIGHT_FROM:
        return at
    day = local.date() + timedelta(days=1 if local.hour >= NIGHT_FROM else 0)
    return datetime.combine(day, time(NIGHT_UNTIL), zone).astimezone(at.tzinfo)


def unused_wording(used: Collection[int]) -> int:
    """The first wording that was not used in this thread; 0 where all of them were."""
    return next((number for number in range(1, len(TOLD) + 1) if number not in used), 0)


def invitation(number: int, topic: str) -> str:
    """The text of an invitation. `topic`: what it is about, empty where that is not known."""
    text = TOLD[number - 1].format(about=f"{topic}: " if topic else "")
    return text[0].upper() + text[1:]
