"""Seeds that failed once, kept for ever in tests/seeds/: a seed a line, after # what was wrong."""

from __future__ import annotations

from pathlib import Path

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
KEPT = SEEDS / "simulation.txt"
TWINS = SEEDS / "twins.txt"
COMMENTS = SEEDS / "comments.txt"
GUESSES = SEEDS / "combinations.txt"


def kept(file: Path = KEPT) -> list[int]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [int(line.split("#", 1)[0]) for line in lines if line.split("#", 1)[0].strip()]


def remarks(file: Path = KEPT) -> dict[int, str]:
    """What is written after #, by seed."""
    lines = file.read_text(encoding="utf-8").splitlines()
    said = (line.partition("#") for line in lines if "#" in line and line.split("#", 1)[0].strip())
    return {int(seed): remark.strip() for seed, _, remark in said}


def remember(seed: int, file: Path = KEPT) -> None:
    if seed not in kept(file):
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{seed}\n")
