"""Whom a message is for, where that is no agency of the region: the tax office, a court, a bank, a management company.

The words are data of the region. It must never take a place («яма у налоговой») for an addressee.
"""

from __future__ import annotations

from functools import lru_cache

from screening.phrases import PhraseTable, pair, words
from states.directory import Outside

_PLACE = (
    "у возле около напротив рядом перед мимо здание здания зданию здании остановка остановки остановке остановку вход "
    "входа крыльцо крыльце улица улице улицы парковка парковке"
)


def addressee(text: str, known: tuple[Outside, ...]) -> Outside | None:
    """The one that the text speaks of; None where nobody is named, or more than one."""
    heard = _table(known).meanings_in(text)
    return next((outside for outside in known if outside.code in heard), None) if len(heard) == 1 else None


@lru_cache(maxsize=8)
def _table(known: tuple[Outside, ...]) -> PhraseTable:
    """The phrases that name each organisation outside the region; their names also count as harmless places («рядом с
    банком»)."""
    named = {outside.code: (words(" ".join(outside.words)),) for outside in known if outside.words}
    every = " ".join(word for outside in known for word in outside.words)
    return PhraseTable({code: (phrase,) for code, phrase in named.items()}, (pair(_PLACE, every),) if every else ())
