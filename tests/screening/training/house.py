"""Harmless examples that the project has already: what its other tests and its demo say of roads, light and buttons.

Most of it is invented complaints; what tells of danger there is left out by `danger_phrases.yaml`'s own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.screening.training.mix import Row

TESTS = Path(__file__).parents[2]
ROOT = TESTS.parent
WISHES = "tests/screening/phrases/intents.txt"
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
DANGER = re.compile(
    r"пожар|гор[ия]т (?:дом|балкон|щит|кварт)|дым|пах\w+ газом|запах\w* газа|утечк|взрыв|нож|бь[её]т|избива|упал|"
    r"сбил|тон[еу]т|лифт|плохо|скор[аоу]|обруш|рухн|провал|ранен|погиб|постр|опасн|сосул|оборва|искр|собак|люк|"
    r"насил|угро|крич|спас|помог|умер|умир|убил|драк|стрел|потер|пропа|застря|завал"
)
"""Words that may tell of danger: such lines are left to people."""


def house_rows() -> list[Row]:
    texts = {text for name in FILES for text in _texts(ROOT / name)}
    wishes = set(_texts(ROOT / WISHES))
    return [
        Row("none", "none", text, 3.0 if text in wishes else 0.7)
        for text in sorted(texts)
        if text in wishes or not DANGER.search(text.lower())
    ]


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".txt":
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield re.sub(r"^[+\-\w]+ ", "", line)
    else:
        yield from _strings(yaml.safe_load(path.read_text(encoding="utf-8")))


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
