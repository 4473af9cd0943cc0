"""What people write who are in no danger: the messages of measuring sets that have been read (tests/people).

It must leave out what is danger after all, and never look at the newest set.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.people.sets import read_set, seals
from tests.screening.training.mix import Row

DOUBTFUL = (
    "газом воняет",
    "39 и 5",
    "бьют толпой",
    "дымит и",
    "не хочет жить",
    "дыхания, заряда",
    "забор занялся",
    "торфяник за",
    "облить кислотой",
    "кричит сутками",
    "будто тикает",
    "с давлением 200",
    "глаза режет",
    "задыхаемся",
    "бьют её",
)
"""Words of those that a person on duty had better read: they are not learned as harmless."""


def everyday_rows() -> list[Row]:
    return [Row("none", "none", text) for text in _texts() if not any(words in text for words in DOUBTFUL)]


def _texts() -> Iterator[str]:
    for name in list(seals())[:-1]:
        read = read_set(name)
        yield from (str(message["said"]) for message in read["messages"])
        yield from (str(said) for story in read["stories"] for said in story["says"])
