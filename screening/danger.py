"""Danger told in a message: people in danger now, what may hurt somebody soon, and which service answers (R28).

It would rather hear too much than too little; it must never decide what is done with the message. Crimes are apart
(crimes.py): a bribe is no danger.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from screening.plain import readings
from screening.words import SAME, fold
from states.messages import APART


class Danger(StrEnum):
    """What may be happening. `DESPAIR` is of the author's own life with nothing under way («не хочу жить»)."""

    FIRE = "fire"
    GAS = "gas"
    SUICIDE = "suicide"
    DESPAIR = "despair"
    VIOLENCE = "violence"
    CHILD = "child"
    DROWNING = "drowning"
    MEDICAL = "medical"
    TRAPPED = "trapped"
    TERROR = "terror"
    MISSING = "missing"
    LIFE = "life"
    MANHOLE = "manhole"
    WIRE = "wire"
    ICICLES = "icicles"
    COLLAPSE = "collapse"


HARMLESS_YET = frozenset({Danger.MANHOLE, Danger.WIRE, Danger.ICICLES, Danger.COLLAPSE, Danger.FIRE, Danger.LIFE})
"""What a hazard may be: a fire of rubbish and a stray pack are hazards as long as nobody is hurt."""

HAZARDS_ALONE = frozenset({Danger.MANHOLE, Danger.WIRE, Danger.ICICLES, Danger.COLLAPSE})
"""What people in danger never are: then they fell, were struck or lie under it."""

SERVICES = {
    Danger.FIRE: "101",
    Danger.VIOLENCE: "102",
    Danger.CHILD: "102",
    Danger.MEDICAL: "103",
    Danger.GAS: "104",
}
"""Numbers that are the same in the whole country, beside 112."""

ALARM, DOUBT, HAZARD = 0.75, -1.5, -0.5
"""Odds, as logarithms, from which a text is one; between `DOUBT` and `ALARM` its author is asked (measured by
`benchmarks/screening.py`)."""

CRY, CRY_ALARM = 3, -0.5
"""Of so few words («тону», «помогите, тонем») less is enough: no everyday message of them says so much."""

NOTHING = (frozenset[Danger](), frozenset[Danger](), frozenset[Danger]())

LIKELY = 0.3
"""A kind beside the most probable one is named from this share on."""

UNDER_WAY = 0.2
"""From this share on a suicide may be under way, and nothing is only despair."""


def alarms(text: str) -> frozenset[Danger]:
    """The dangers to people now that the text speaks of."""
    return _dangers(text)[0]


def doubts(text: str) -> frozenset[Danger]:
    """The dangers that the text may speak of without being an alarm: its author is asked."""
    return _dangers(text)[1]


def hazards(text: str) -> frozenset[Danger]:
    """The dangers that the text speaks of and that hurt nobody yet."""
    return _dangers(text)[2]


def services_to_call(text: str) -> frozenset[str]:
    """The numbers of the services for the dangers in the text, such as 101 or 104; 112 is for every danger and is not
    among them."""
    told = frozenset[Danger]().union(*_dangers(text))
    return frozenset(SERVICES[danger] for danger in told if danger in SERVICES)


_ROOMS = """
    у в во на это там тут здесь вот прямо же ну да и мамы бабушки дедушки деда соседа соседей соседки сына дочери
    дочки сестры брата родителей тети дяди свекрови тещи подруги друга моей моего моем нашей нашего нашем своей своего
    своем самого самой дома дом доме квартире квартира комнате комната подъезде подъезд дворе двор кухне кухня ванной
    спальне зале улице лестнице площадке этаже первом втором третьем моя мой наша наш
"""
ROOMS = frozenset(_ROOMS.split())
"""Words of which an answer to «Где это?» may be made: «у мамы в квартире» tells of no danger, «он в квартире» may."""

_OWN = re.compile(r"\bу (?:меня|нас|себя|него|нее|них)\b")
"""So that «меня» is said of a place alone: «меня в подъезде» goes on."""

_PLEA = re.compile(r"\b(?:помогите|помоги|помогит|пожалуйста|пожалуста|плиз|прошу|\w{40,})\b", re.IGNORECASE)
"""Words that beg, and what is no word: «помогите с садиком» is no danger, and what is one says so besides."""


_ONESELF = re.compile(
    r"\b(?:убью себя|убить себя|убьюсь|повешусь|вешайся|вскроюсь|выпилюсь|суициднусь|самоубьюсь|застрелюсь"
    r"|(?:лезь|лезть|полезу|только|хоть|прямо|пора|впору) в петлю|в петлю (?:лезть|полезу|пора)|до петли дове\w*"
    r"|дове\w* (?:\w+ )?до (?:петли|самоубийства)|до самоубийства (?:меня |нас )?дове\w*"
    r"|с(?:о)? (?:моста|крыши|балкона) (?:сигать|сигану|прыгну|брошусь|кинусь|спрыгну)"
    r"|(?:сигать|сигану|прыгну|спрыгну|брошусь|кинусь) с(?:о)? (?:моста|крыши|балкона)"
    r"|жизнь (?:\w+ )?(?:невыносима|не мила|опостылела))\b"
)
"""What is a way of speaking or is meant: nobody can tell, so its author is asked, and no weights are needed for it."""

ROOM = 60
"""Letters of such an answer."""


def only_says_where(text: str) -> bool:
    """Whether a short text says no more than a room of the house, without what happens there."""
    told = _OWN.sub("у", fold(text)).strip(" .!").replace(",", " ").split() if len(text) <= ROOM else []
    return bool(told) and ROOMS.issuperset(told)


@lru_cache(maxsize=SAME)
def _dangers(text: str) -> tuple[frozenset[Danger], frozenset[Danger], frozenset[Danger]]:
    """All three answers, of whichever reading sounds most like it; of several messages all together, and each by
    itself: what stands around a cry makes it no quieter. Before the first text no weights are in memory."""
    from screening.learned.sense import sense_danger

    if only_says_where(text):
        return NOTHING
    parts = dict.fromkeys((text, *text.split(APART)))
    told = [
        (sense_danger(plain), CRY_ALARM if len(part.split()) <= CRY else ALARM)
        for part in parts
        for plain in readings(_PLEA.sub(" ", part))
    ]
    sure = [verdict for verdict, bar in told if verdict.alarm >= bar]
    alarm = max(sure or [verdict for verdict, _ in told], key=lambda verdict: verdict.alarm)
    hazard = max((verdict for verdict, _ in told), key=lambda verdict: verdict.hazard)
    people = _kinds(alarm.alarming, frozenset(Danger) - HAZARDS_ALONE) if alarm.alarm >= DOUBT else _of_oneself(text)
    return (
        people if sure else frozenset(),
        frozenset() if sure else people,
        _kinds(hazard.hazardous, HARMLESS_YET) if hazard.hazard >= HAZARD else frozenset(),
    )


def _of_oneself(text: str) -> frozenset[Danger]:
    return frozenset({Danger.DESPAIR} if any(_ONESELF.search(plain) for plain in readings(text)) else ())


def _kinds(window: list[str], among: frozenset[Danger]) -> frozenset[Danger]:
    """The most probable kind and what is nearly as probable."""
    from screening.learned.sense import kinds

    told = {danger: share for kind, share in kinds(window).items() if (danger := Danger(kind)) in among}
    most = max(told, key=lambda danger: told[danger])
    if most is Danger.DESPAIR and told[Danger.SUICIDE] >= UNDER_WAY:
        most = Danger.SUICIDE
    return frozenset({most}) | {danger for danger, share in told.items() if share >= LIKELY}
