"""What a model learns from, and how it turned out. Plain data, without numpy, so that it may cross a pipe.

A report must never hold a word of a message: it is kept beside the model and shown to people.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """One message that people have decided. `topic`, `place`, `agency` are codes, `place` and `agency` empty where
    nothing is known. `day` counts days, from any beginning; `author` is the same number for the same person, 0 where
    nobody knows."""

    text: str
    topic: str
    place: str = ""
    agency: str = ""
    day: int = 0
    author: int = 0


@dataclass(frozen=True, slots=True)
class Least:
    """A feature that fewer messages or people have is not kept: it could be somebody's name."""

    messages: int
    people: int


OWN, SHIPPED = Least(10, 5), Least(20, 20)
"""Of a model that stays with the region whose messages it saw, and of a model that leaves it."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Shares from 0 to 1, by distinct text: the right topic stands first, or among three."""

    first: float = 0.0
    among_three: float = 0.0


@dataclass(frozen=True, slots=True)
class Confusion:
    """So many times `said` stood first where people decided `decided`."""

    decided: str
    said: str
    times: int


@dataclass(frozen=True, slots=True)
class Report:
    """How good a new model is on the newest messages, which it did not see while this was measured.

    `names` is matching without training, `used` the model in use, both on the same messages; None where there is none.
    `calibration` is the expected calibration error, `covered` the share of messages that could be taken without a
    question if 0.95 of those taken had to be right. `since` and `until` are days as in `Example`.
    """

    examples: int
    distinct: int
    topics: int
    held: int
    since: int
    until: int
    model: Accuracy
    names: Accuracy | None = None
    used: Accuracy | None = None
    calibration: float = 0.0
    covered: float = 0.0
    confusions: tuple[Confusion, ...] = ()

    @property
    def better(self) -> bool:
        """Than what is in use now: the other model, or matching without training."""
        other = self.used or self.names or Accuracy()
        return (self.model.first, self.model.among_three) > (other.first, other.among_three)


@dataclass(frozen=True, slots=True)
class Trained:
    """`content` is a model file (model.py)."""

    content: bytes
    report: Report


class TooFew(Exception):
    """There are not enough examples to learn anything; `found` says how many there are."""

    def __init__(self, found: int, wanted: int) -> None:
        super().__init__(f"{found} of {wanted}")
        self.found, self.wanted = found, wanted
