"""What a probe is: a question, what is expected, and how VK is asked. It must never know which probes there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from features.probe.stage import ProbeStage
from features.probe.wire import Json

Value = str | int | tuple[int, int]
"""Of a switch; a pair: VK's number is above the first and at most the second."""
Found = Mapping[str, Value]
ENDLESS = 10**12


@dataclass(frozen=True, slots=True)
class Quick:
    """A probe of a few minutes: the question, the switches that are expected, and how VK is asked."""

    name: str
    question: str
    expected: Mapping[str, str | int]
    ask: Callable[[ProbeStage], Awaitable[Found]]


@dataclass(frozen=True, slots=True)
class Slow:
    """`begin` gives what to remember; `look` says at each place (seconds later) whether VK still does it."""

    name: str
    question: str
    expected: Mapping[str, str | int]
    places: Sequence[int]
    begin: Callable[[ProbeStage], Awaitable[Json]]
    look: Callable[[ProbeStage, Json, int], Awaitable[bool]]

    def switch(self) -> str:
        """The emulator's switch that the probe is about."""
        return next(iter(self.expected))


def on(value: object) -> str:
    """The switch's value: "on" for whatever is true."""
    return "on" if value else "off"


def bracket(places: Sequence[int], held: Sequence[bool]) -> tuple[int, int]:
    """Between the last place where it held and the first where it did not."""
    low = max((place for place, still in zip(places, held, strict=True) if still), default=0)
    high = min((place for place, still in zip(places, held, strict=True) if not still), default=ENDLESS)
    return low, high


def as_switch(value: Value, expected: str | int) -> str | int:
    """What the emulator is set to: of a range the expected number, else the one that is hardest for a bot; 0: never."""
    if not isinstance(value, tuple):
        return value
    low, high = value
    if expected == 0 and high >= ENDLESS:
        return 0
    return expected if isinstance(expected, int) and low < expected <= high else max(low, 1)


def as_expected(value: Value, expected: str | int) -> bool:
    """Whether the answer is the one that the emulator takes by default."""
    return as_switch(value, expected) == expected


def value_words(value: Value) -> str:
    """The value in words; of a pair «больше 3600, не больше 86400», for the truth lies between."""
    if not isinstance(value, tuple):
        return str(value)
    low, high = value
    return f"больше {low}" if high >= ENDLESS else f"больше {low}, не больше {high}"
