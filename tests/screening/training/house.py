"""Harmless examples that the project has already: what its other tests and its demo say of roads, light and buttons.

Most of it is invented complaints; what may tell of danger there is left out (mix.py).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.screening.training.mix import MAY_TELL, Row
from tests.yaml_text import yaml_of

TESTS = Path(__file__).parents[2]
ROOT = TESTS.parent
WISHES = "tests/screening/phrases/wishes.txt"
"""What is said to the bot itself: never a danger."""

FILES = (
    "tests/matching/phrases.yaml",
    "tests/matching/problems.yaml",
    "tests/matching/place_phrases.yaml",
    "tests/matching/incidents.yaml",
    "tests/screening/crime_phrases.yaml",
    WISHES,
    "tests/screening/phrases/pages.txt",
    "tests/screening/phrases/answers.txt",
)


LONG = 300
"""Letters from which a text of a module is no message."""

SAID = ("handlers", "bot", "tests")
"""Modules whose Russian is what the bot says, and what residents and officials say to it in other tests."""

APART = ("danger", "alarm", "crisis", "duty", "screening")
"""Modules that tell of danger, by their names."""


ACTS = "tests/screening/acts"
"""What people do with a message to the bot, by act; stories among it."""


EVERYDAY = "tests/matching/everyday.yaml"
"""Stories about each topic: lifts, dogs and ambulances that are late, and nobody is in danger."""
MAY_HURT = re.compile(
    r"люк|провод|сосул|обруш|рухн|искр|газ|пожар|гор[ия]т|дым|тон[еу]т|ут[оа]н|нож|убь|убил|повес|кров|взры|заживо"
    r"|провал|избива|насил|не дыш|без созн|суиц|умира|стрел"
)
"""Words of what may hurt after all: such lines are left to people."""


def house_rows() -> list[Row]:
    files = sorted((ROOT / ACTS).glob("*.txt"))
    said = {line for path in files for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"}
    said |= set(_texts(ROOT / EVERYDAY))
    acts = [Row("none", "none", text, 1.5) for text in sorted(said) if not MAY_HURT.search(text.lower())]
    texts = {text for name in FILES for text in _texts(ROOT / name)} | set(_said())
    wishes = set(_texts(ROOT / WISHES))
    return acts + [
        Row("none", "none", text, 3.0 if text in wishes else 0.7)
        for text in sorted(texts)
        if text in wishes or not MAY_TELL.search(text.lower())
    ]


def _said() -> Iterator[str]:
    for path in (path for folder in SAID for path in sorted((ROOT / folder).rglob("*.py"))):
        if not any(name in str(path.relative_to(ROOT)) for name in APART):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < LONG:
                    yield from _strings(re.sub(r"\{\w*\}", "", node.value))


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".txt":
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield re.sub(r"^[+\-\w]+ ", "", line)
    else:
        yield from _strings(yaml_of(path.read_text(encoding="utf-8")))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if re.search(r"[а-яё]{3}", value):
            yield value.replace("|", " ")
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
