"""What the parts of `speed.py` have measured: samples by row and column, kept beside the page that shows them.

Nothing here measures or decides; a part that could not be measured says why and has no samples.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

Samples = dict[str, dict[str, list[float]]]
"""Row, column, one value for each round."""


@dataclass(frozen=True)
class Part:
    """`command` made it, on this `machine`; `said` is what the reader must know, in sentences."""

    command: str
    machine: str
    samples: Samples = field(default_factory=dict)
    said: tuple[str, ...] = ()

    def columns(self) -> list[str]:
        """In the order in which they were first seen."""
        return list(dict.fromkeys(column for row in self.samples.values() for column in row))

    def median(self, row: str, column: str) -> float | None:
        """The median of the samples in this row and column; None without any."""
        values = self.samples.get(row, {}).get(column)
        return statistics.median(values) if values else None


Figures = dict[str, Part]


def add(samples: Samples, row: str, found: Mapping[str, float]) -> None:
    """One round of a row."""
    for column, value in found.items():
        samples.setdefault(row, {}).setdefault(column, []).append(value)


def number(value: float) -> str:
    """As many digits as it deserves: 1,234, 12.3, 0.57."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def shown(values: Iterable[float]) -> str:
    """The median, and the range where there are several."""
    ordered = sorted(values)
    if not ordered:
        return "—"
    middle = number(statistics.median(ordered))
    low, high = number(ordered[0]), number(ordered[-1])
    return middle if low == high else f"{middle} ({low}–{high})"


def load(path: Path) -> Figures:
    """The figures that were kept; none where the file is not there."""
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {name: Part(**{**part, "said": tuple(part["said"])}) for name, part in kept.items()}


def save(path: Path, figures: Figures) -> None:
    """Writes the figures as JSON, in place of the former file."""
    kept = {name: asdict(part) for name, part in figures.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
