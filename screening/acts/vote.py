"""What a whole message does, as two voters see it that were made differently: what both say alone is sure.

It must never say an act where a story is as probable: a story that was taken for something else is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from screening.acts import model, nearest
from screening.acts.act import Act
from screening.acts.features import tokens, without_stop, words_in
from screening.plain import plainly, readings

SHORT = 8
"""Words up to which a text is compared with written phrases; a longer one is like none."""

SURE, SURE_ALONE, LIKELY = 0.90, 0.95, 0.50
"""How probable an act is to both voters, to the model alone where the text is long, to one of them."""

_RUSSIAN, _LATIN = re.compile(r"[а-я]"), re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Votes:
    """How probable each act is to each voter. `nearest` is empty where the text is long or has no words."""

    model: Mapping[Act, float]
    nearest: Mapping[Act, float]
    version: str
    """Of the phrases and their weights: a decision that was written down can be read with those it was made by."""

    def sure(self) -> Act | None:
        act, odds = _best(self.model)
        if not self.nearest:
            return act if odds >= SURE_ALONE else None
        other, less = _best(self.nearest)
        return act if act is other and min(odds, less) >= SURE else None

    def likely(self) -> Act | None:
        """What one voter says while the other says no story; a story where either says one."""
        found = [_best(voter) for voter in (self.model, self.nearest) if voter]
        said = {act: odds for act, odds in sorted(found, key=lambda one: one[1]) if odds >= LIKELY}
        return Act.STORY if Act.STORY in said else next(reversed(said), None)


def votes(text: str) -> Votes:
    from screening.acts.weights import VERSION

    told = read(text)
    if not told:
        return Votes({Act.STORY: 0.0}, {}, VERSION)
    said = model.probable(told)
    act, odds = _best(said)
    if act is Act.STORY and odds >= LIKELY or words_in(told) > SHORT:
        return Votes(said, {}, VERSION)  # the other voter could change nothing, and takes three times as long
    return Votes(said, nearest.probable(told), VERSION)


def read(text: str, known: nearest.Index | None = None) -> list[str]:
    """The tokens of a text; one that has Latin letters only is read as what is most like a known phrase."""
    plain = plainly(text)
    if not _LATIN.search(plain) or _RUSSIAN.search(plain):
        return tokens_of(plain)
    told = [tokens_of(reading) for reading in readings(text)]
    return max(told, key=lambda one: nearest.closest(one[:SHORT], known))


def tokens_of(plain: str) -> list[str]:
    return without_stop(tokens(plain))


def _best(voter: Mapping[Act, float]) -> tuple[Act, float]:
    return max(voter.items(), key=lambda one: one[1])
