"""What is wrong with the bot just now: loops write it, alarms and metrics read it. It ends with the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

BRIEF = timedelta(minutes=1)
"""So long VK may give no events before that is worth a word: a connection breaks now and then."""


@dataclass(slots=True)
class Health:
    """`down_since`: the database does not take writes. `halted`: the code for which VK lets nothing be sent, or 0.
    `gone`: the file of the database that somebody has taken away. `unbalanced`: the control centre knows that the books
    do not balance. `uncompared`: the day of which it knows that VK's history could not be looked at. `turned`: when a
    loop turned last, monotonic. `unheard`: since when VK gives no events, `refused`: with which code, 0 if it does
    not answer. `unseen_alarm`: since when an alarm of danger to life waits for somebody to see it, past its time.
    `cur_unheard`: since when the bot does not hear the control centre's chat, or may not write there."""

    down_since: datetime | None = None
    halted: int = 0
    gone: str = ""
    unbalanced: bool = False
    uncompared: str = ""
    turned: float = 0.0
    unheard: datetime | None = None
    refused: int = 0
    unseen_alarm: datetime | None = None
    cur_unheard: datetime | None = None


def unwell(of: Mapping[int, Health]) -> dict[int, int]:
    """By number of each of these communities that hears nothing from VK or may say nothing there, its error code: 0
    where VK does not answer."""
    return {
        community: health.halted or health.refused
        for community, health in sorted(of.items())
        if health.halted or health.unheard is not None
    }


def unwell_words(code: int) -> str:
    """What is wrong with a community that is not well, in words."""
    return f"ВКонтакте его не пускает (ошибка {code})" if code else "ВКонтакте ему не отвечает"


def silence(health: Health, now: datetime) -> timedelta:
    """How long VK gives no events; zero while it does."""
    return now - health.unheard if health.unheard is not None else timedelta()


def silence_words(health: Health, now: datetime, zone: tzinfo) -> str:
    """The sentence that VK is not heard, and since when; empty while it is, or was a moment ago."""
    if health.unheard is None or silence(health, now) < BRIEF:
        return ""
    since = f"с {health.unheard.astimezone(zone):%H:%M %d.%m}"
    how = f"отвечает боту ошибкой {health.refused}" if health.refused else "не отвечает боту"
    return f"ВКонтакте {how} {since}."
