"""Seeds that failed once, kept for ever: tests/seeds/simulation.txt, a seed a line, after # what was wrong."""

from __future__ import annotations

from pathlib import Path

KEPT = Path(__file__).resolve().parent.parent / "seeds" / "simulation.txt"


def kept() -> list[int]:
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []
    return [int(line.split("#", 1)[0]) for line in lines if line.split("#", 1)[0].strip()]


def remember(seed: int) -> None:
    if seed not in kept():
        KEPT.parent.mkdir(exist_ok=True)
        with KEPT.open("a", encoding="utf-8") as file:
            file.write(f"{seed}\n")
