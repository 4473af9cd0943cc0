"""Danger told in a message: 112 is shown at once, before any question, and nothing is stopped by it (R28).

It would rather show too much than too little; it must never decide what is done with the message.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from screening import danger_people as people
from screening import danger_words as things
from screening.crimes import crime
from screening.danger_harmless import BEFORE, HARMLESS, POSSIBLE, USUAL
from screening.phrases import Table
from screening.words import SAME


class Danger(StrEnum):
    """What may be happening. `CRIME` is any word of a crime, also without haste (R28, R30)."""

    FIRE = "fire"
    GAS = "gas"
    CARBON_MONOXIDE = "carbon_monoxide"
    MANHOLE = "manhole"
    WIRE = "wire"
    COLLAPSE = "collapse"
    TERROR = "terror"
    MEDICAL = "medical"
    SUICIDE = "suicide"
    VIOLENCE = "violence"
    MISSING = "missing"
    LIFE = "life"
    CRIME = "crime"


PASSING = (Danger.FIRE, Danger.MEDICAL, Danger.LIFE, Danger.VIOLENCE, Danger.TERROR)
"""What is over when it was long ago; a loose wire, an open manhole, a lost child last."""

DANGERS = Table(
    {
        Danger.FIRE: things.FIRE,
        Danger.GAS: things.GAS,
        Danger.CARBON_MONOXIDE: things.CARBON_MONOXIDE,
        Danger.MANHOLE: things.MANHOLE,
        Danger.WIRE: things.WIRE,
        Danger.COLLAPSE: things.COLLAPSE,
        Danger.TERROR: things.TERROR,
        Danger.MEDICAL: people.MEDICAL,
        Danger.SUICIDE: people.SUICIDE,
        Danger.VIOLENCE: people.VIOLENCE,
        Danger.MISSING: people.MISSING,
        Danger.LIFE: people.LIFE,
    },
    HARMLESS,
    (
        *((phrase, frozenset(Danger)) for phrase in POSSIBLE),
        *((phrase, frozenset(PASSING)) for phrase in BEFORE),
        *((phrase, frozenset({Danger.FIRE})) for phrase in USUAL),
    ),
)


@lru_cache(maxsize=SAME)
def kinds(text: str) -> frozenset[Danger]:
    """Every danger the text speaks of; empty when 112 need not be shown."""
    heard = frozenset(Danger(meaning) for meaning in DANGERS.heard(text))
    return heard | {Danger.CRIME} if crime(text) else heard
