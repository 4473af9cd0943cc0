"""Where chance comes from: a fresh seed, told, for a landing always the same (tests/form.py); and the seeds that failed
once, kept for ever."""

from __future__ import annotations

from pathlib import Path

from tests.form import first_seed

KEPT = Path(__file__).resolve().parent.parent / "seeds" / "hostile.txt"


def fresh() -> int:
    return first_seed(10**9)


def kept(name: str) -> list[int]:
    """The seeds of lines like «payloads 12345  # what was wrong»."""
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []
    words = [line.split("#", 1)[0].split() for line in lines]
    return [int(line[1]) for line in words if len(line) == 2 and line[0] == name]


def remember(name: str, seed: int) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(f"{name} {seed}\n")
