"""What a whole message does, as two voters see it that were made differently: what both say alone is sure.

It must never say an act where a story is as probable: a story that was taken for something else is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from screening.acts import model, nearest
from screening.acts.act import Act
from screening.acts.features import tokens, without_stop, words_in
from screening.plain import plainly, readings
from screening.words import SAME

SHORT = 8
"""Words up to which a text is compared with written phrases; a longer one is like none."""

SURE, SURE_ALONE = 0.90, 0.95
"""How probable an act is to both voters, and to the model alone where the text is long."""

TOLD = 0.70
"""How probable a story is to the model where the other voter is not asked any more: it takes ten times as long."""

FAINT, CLEAR = 0.20, 0.70
"""How probable an act is to both together, to be heard at all, and where something else was asked."""

NEVER = 1e-4
"""What a voter takes for impossible is only improbable."""

_RUSSIAN, _LATIN = re.compile(r"[а-я]"), re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Votes:
    """How probable each act is to each voter. `nearest` is empty where the text is long or has no words."""

    model: Mapping[Act, float]
    nearest: Mapping[Act, float]
    version: str
    """Of the phrases and their weights: a decision that was written down can be read with those it was made by."""

    def sure(self) -> Act | None:
        """The act that both voters say with at least `SURE`, or the model alone with `SURE_ALONE` where there is no
        second vote; else None."""
        act, odds = _best(self.model)
        if not self.nearest:
            return act if odds >= SURE_ALONE else None
        other, less = _best(self.nearest)
        return act if act is other and min(odds, less) >= SURE else None

    def likely(self, story: float = 1.0) -> Act:
        """The most probable act by both voters together, a story being `story` times likelier than elsewhere; a story
        where no act is even faint."""
        act, odds = _best(self.together(story))
        return act if odds >= FAINT else Act.STORY

    def clear(self, story: float = 1.0) -> Act | None:
        """The act that is more probable than all others together; None where there is none."""
        act, odds = _best(self.together(story))
        return act if odds >= CLEAR else None

    def together(self, story: float) -> Mapping[Act, float]:
        """How probable each act is to both voters, each counting as much as the other."""
        odds = {
            act: sqrt((chance + NEVER) * (self.nearest.get(act, chance) + NEVER)) for act, chance in self.model.items()
        }
        odds[Act.STORY] *= story
        whole = sum(odds.values())
        return {act: chance / whole for act, chance in odds.items()}


@lru_cache(maxsize=SAME)
def votes(text: str) -> Votes:
    """What both voters say of a message, kept for the same text: the dialogue asks several times while it decides."""
    from screening.acts.weights import VERSION

    told = read(text)
    if not told:
        return Votes({Act.STORY: 0.0}, {}, VERSION)
    said = model.probable(told)
    if said[Act.STORY] >= TOLD or words_in(told) > SHORT:
        return Votes(said, {}, VERSION)
    return Votes(said, nearest.probable(told), VERSION)


def read(text: str, known: nearest.Index | None = None) -> list[str]:
    """The tokens of a text; one that has Latin letters only is read as what is most like a known phrase."""
    plain = plainly(text)
    if not _LATIN.search(plain) or _RUSSIAN.search(plain):
        return tokens_of(plain)
    told = [tokens_of(reading) for reading in readings(text)]
    return max(told, key=lambda reading: nearest.closest(reading[:SHORT], known))


def tokens_of(plain: str) -> list[str]:
    return without_stop(tokens(plain))


def _best(voter: Mapping[Act, float]) -> tuple[Act, float]:
    """The act with the highest probability, and that probability."""
    return max(voter.items(), key=lambda act_chance: act_chance[1])
