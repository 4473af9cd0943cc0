"""The rating of agencies and municipalities: a formula of shares that is printed under every table it is used in.

It compares nobody with too few messages, and a share that is not known is left out, never taken as nothing (R54, R55).
Acceptance is no answer and counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Formula:
    """Weights of three shares, and the fewest messages whose term has come that are compared.

    `few_ratings`: with fewer ratings satisfaction is left out.
    """

    in_time: int = 50
    held: int = 30
    satisfied: int = 20
    least: int = 30
    few_ratings: int = 10

    @property
    def words(self) -> str:
        """The formula of the rating as one sentence for the pages that show it."""
        whole = self.in_time + self.held + self.satisfied
        return (
            f"Рейтинг = ({self.in_time} × доля в срок + {self.held} × доля без «не решено» + "
            f"{self.satisfied} × доля оценок 4 и 5) ÷ {whole}. Где оценок меньше {self.few_ratings}, "
            "третье слагаемое и его вес не берём."
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one group and one period. `due`: messages whose term fell in it; of these `kept` were answered before it,
    `late` behind it, all others not at all."""

    received: int = 0
    final: int = 0
    due: int = 0
    kept: int = 0
    late: int = 0
    reopened: int = 0
    rated: int = 0
    satisfied: int = 0

    @property
    def waiting(self) -> int:
        """How many answers are due and neither given in time nor late."""
        return self.due - self.kept - self.late


def share(part: int, whole: int) -> float | None:
    """The share in per cent; None of nothing."""
    return 100 * part / whole if whole else None


def rating(counts: Counts, formula: Formula) -> float | None:
    """The score from 0 to 100, None where there are too few messages to compare."""
    if counts.due < formula.least:
        return None
    parts = [
        (formula.in_time, share(counts.kept, counts.due)),
        (formula.held, share(counts.final, counts.final + counts.reopened)),
    ]
    if counts.rated >= formula.few_ratings:
        parts.append((formula.satisfied, share(counts.satisfied, counts.rated)))
    known = [(weight, value) for weight, value in parts if value is not None]
    whole = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / whole if whole else None
