"""Danger told in a message: people in danger now, what may hurt somebody soon, and which service answers (R28).

It would rather hear too much than too little; it must never decide what is done with the message. Crimes are apart
(crimes.py): a bribe is no danger.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from screening import danger_people as people
from screening import danger_words as things
from screening.danger_harmless import BEFORE, HARMLESS, POSSIBLE, USUAL
from screening.phrases import Table
from screening.words import SAME


class Danger(StrEnum):
    """What may be happening. `DESPAIR` is of the author's own life with nothing under way («не хочу жить»)."""

    FIRE = "fire"
    GAS = "gas"
    CARBON_MONOXIDE = "carbon_monoxide"
    SUICIDE = "suicide"
    DESPAIR = "despair"
    VIOLENCE = "violence"
    CHILD = "child"
    DROWNING = "drowning"
    MEDICAL = "medical"
    TERROR = "terror"
    COLLAPSE = "collapse"
    MISSING = "missing"
    LIFE = "life"
    MANHOLE = "manhole"
    WIRE = "wire"
    ICICLES = "icicles"


HAZARDS = frozenset({Danger.MANHOLE, Danger.WIRE, Danger.ICICLES})
"""What hurts nobody yet; all other kinds are people in danger now."""

SERVICES = {
    Danger.FIRE: "101",
    Danger.VIOLENCE: "102",
    Danger.CHILD: "102",
    Danger.MEDICAL: "103",
    Danger.GAS: "104",
    Danger.CARBON_MONOXIDE: "104",
}
"""Numbers that are the same in the whole country, beside 112."""

PASSING = (Danger.FIRE, Danger.MEDICAL, Danger.LIFE, Danger.DROWNING, Danger.VIOLENCE, Danger.TERROR)
"""What is over when it was long ago; a loose wire, an open manhole, a lost child last."""

DANGERS = Table(
    {
        Danger.FIRE: things.FIRE,
        Danger.GAS: things.GAS,
        Danger.CARBON_MONOXIDE: things.CARBON_MONOXIDE,
        Danger.SUICIDE: people.SUICIDE,
        Danger.DESPAIR: people.DESPAIR,
        Danger.VIOLENCE: people.VIOLENCE,
        Danger.CHILD: people.CHILD,
        Danger.DROWNING: people.DROWNING,
        Danger.MEDICAL: people.MEDICAL,
        Danger.TERROR: things.TERROR,
        Danger.COLLAPSE: things.COLLAPSE,
        Danger.MISSING: people.MISSING,
        Danger.LIFE: people.LIFE,
        Danger.MANHOLE: things.MANHOLE,
        Danger.WIRE: things.WIRE,
        Danger.ICICLES: things.ICICLES,
    },
    HARMLESS,
    (
        *((phrase, frozenset(Danger)) for phrase in POSSIBLE),
        *((phrase, frozenset(PASSING)) for phrase in BEFORE),
        *((phrase, frozenset({Danger.FIRE})) for phrase in USUAL),
    ),
)


def alarms(text: str) -> frozenset[Danger]:
    """The dangers to people now that the text speaks of."""
    return _heard(text) - HAZARDS


def hazards(text: str) -> frozenset[Danger]:
    """What it speaks of that hurts nobody yet and may soon."""
    return _heard(text) & HAZARDS


def called_for(text: str) -> frozenset[str]:
    """The services that answer these dangers, by their numbers; 112 is for all of them."""
    return frozenset(SERVICES[danger] for danger in _heard(text) if danger in SERVICES)


@lru_cache(maxsize=SAME)
def _heard(text: str) -> frozenset[Danger]:
    return frozenset(Danger(meaning) for meaning in DANGERS.heard(text))
