"""When messages come: shares by hour, weekday and week of the year, and which months a topic belongs to.

Numbers only. Hours, weekdays and the weeks from October to April are those of `arrival_profile.csv` (aggregates of a
city portal); the other weeks are filled in smoothly, and the months of topics are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

HOURS = (
    404, 193, 79, 44, 31, 31, 45, 149, 297, 423, 506, 579, 590, 598, 621, 629, 614, 624, 593, 597, 547, 607, 622, 576,
)  # fmt: skip
"""Of ten thousand messages, by the hour at which they come."""

WEEKDAYS = (1545, 1513, 1507, 1546, 1360, 1210, 1319)
"""From Monday."""

WEEKS = (
    190, 260, 286, 305, 274, 261, 246, 304, 350, 220, 351, 309, 491, 506, 492, 501, 480, 455, 430, 405, 380, 360, 345,
    330, 320, 310, 305, 300, 300, 300, 305, 310, 315, 325, 340, 345, 340, 330, 325, 320, 325, 310, 319, 313, 338, 338,
    333, 309, 296, 274, 274, 260, 184,
)  # fmt: skip
"""Messages a day in each week of the year, from the first of January."""


class Season(StrEnum):
    """When people write about a thing."""

    ALWAYS = "always"
    SNOW = "snow"
    PITS = "pits"
    HEATING = "heating"
    DARK = "dark"
    MUD = "mud"
    GREEN = "green"
    DOGS = "dogs"
    TICKS = "ticks"
    SCHOOL = "school"
    RIDES = "rides"
    SMOKE = "smoke"


MONTHS: Mapping[Season, tuple[float, ...]] = {
    Season.ALWAYS: (1.0,) * 12,
    Season.SNOW: (2.2, 1.9, 1.3, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.9, 2.0),
    Season.PITS: (0.3, 0.4, 1.2, 2.9, 2.3, 1.3, 1.0, 0.9, 0.9, 0.9, 0.5, 0.3),
    Season.HEATING: (1.6, 1.2, 0.7, 0.5, 0.1, 0.02, 0.02, 0.1, 1.3, 3.2, 1.8, 1.6),
    Season.DARK: (1.5, 1.2, 0.9, 0.6, 0.4, 0.3, 0.3, 0.6, 1.0, 1.5, 1.8, 1.8),
    Season.MUD: (0.2, 0.3, 1.6, 2.2, 1.5, 1.1, 1.2, 1.0, 1.0, 1.0, 0.6, 0.2),
    Season.GREEN: (0.05, 0.05, 0.2, 1.0, 2.2, 2.4, 2.0, 1.7, 1.2, 0.6, 0.2, 0.05),
    Season.DOGS: (1.1, 1.3, 1.6, 1.3, 1.0, 0.8, 0.7, 0.8, 0.9, 1.0, 0.9, 0.9),
    Season.TICKS: (0.0, 0.0, 0.2, 2.0, 3.0, 2.2, 0.8, 0.3, 0.1, 0.0, 0.0, 0.0),
    Season.SCHOOL: (1.0, 0.9, 1.2, 1.0, 0.8, 0.5, 0.5, 1.5, 2.0, 1.1, 1.0, 0.9),
    Season.RIDES: (1.1, 1.0, 1.0, 1.0, 0.9, 0.8, 0.7, 0.9, 1.3, 1.2, 1.2, 1.2),
    Season.SMOKE: (1.3, 1.2, 0.9, 0.8, 0.8, 1.0, 1.3, 1.4, 1.1, 0.8, 0.8, 1.1),
}
"""From January; one is usual."""


def usual(day: date) -> float:
    """How many messages such a day brings, in proportion to other days."""
    week = (day.timetuple().tm_yday - 1) // 7
    return WEEKS[week] * WEEKDAYS[day.weekday()]


def in_season(season: Season, day: date) -> float:
    """The weight of a season on a day, leaning towards the next month as it goes by: a season has no edge on the first
    of a month."""
    months = MONTHS[season]
    here, there = months[day.month - 1], months[day.month % 12]
    gone = (day.day - 1) / 31
    return here * (1 - gone) + there * gone
