"""The program belongs to no region: its texts, pages, charts and answers say neither the name or the kind of one nor a
town of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.yaml_text import yaml_of

ROOT = Path(__file__).parent.parent
SPOKEN = ("handlers", "features", "bot", "states", "storage", "screening", "matching")
PLACES = yaml_of((ROOT / "regions" / "chelyabinsk" / "places.yaml").read_text(encoding="utf-8"))["places"]
TOWNS = {place["centre"].lower().rstrip("аыйь") for place in PLACES if place["kind"] == "city_okrug"}
NAMES = re.compile(
    rf"(?<!\w)(?:челяб\w*|южноурал\w*|мининформ\w*|(?:{'|'.join(sorted(TOWNS))})\w*|yekaterinburg|chelyab\w*|miass)(?!\w)"
    r"|\+05:?00|74\.ru|gov74",
    re.IGNORECASE,
)
KINDS = re.compile(
    r"(?<!\w)(?:областн?[аеиоуюя]\w*|область|кра[йяюе]|краем|краев\w*|республик\w*|губерни\w*)(?!\w)", re.IGNORECASE
)
"""What of them a text may not say; `matching` knows the words of residents, among them the kinds."""
EXEMPT = {
    "matching/elsewhere.py": "towns and regions of the whole country",
    "matching/plain_names.py": "words of residents: names that are plain words too",
    "features/notices/model.py": "how officials call the whole of a town",
    "features/official_pages/model/question.py": "the region in the name of a body",
    "features/official_pages/table.py": "what people call the whole region in their tables",
    "screening/crime_words.py": "words of residents",
    "screening/sensitive_patterns.py": "words of residents",
    "states/worktime/deadlines.py": "whose practice a usual term is",
}
DEMO = "features/demo/"
"""The demonstration plays in the first region, and its world is data."""
EXAMPLE = re.compile(r"regions/chelyabinsk\S*")


def spoken(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from re.sub(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/", "", text, flags=re.DOTALL).splitlines()
        return
    tree = ast.parse(text)
    docs = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
            yield node.value


def is_of_one_region(line: str, *, kinds: bool = True) -> bool:
    return NAMES.search(line) is not None or (kinds and KINDS.search(line) is not None)


def files() -> list[Path]:
    found = (path for part in SPOKEN for path in (ROOT / part).rglob("*") if path.suffix in (".py", ".html", ".js"))
    return [path for path in found if not str(path.relative_to(ROOT)).startswith(DEMO) and "weights" not in path.name]


@pytest.mark.parametrize("part", SPOKEN)
def test_nothing_says_which_region_it_is(part: str) -> None:
    said = [
        f"{name}: {line.strip()[:100]}"
        for path in files()
        if (name := str(path.relative_to(ROOT))).startswith(f"{part}/") and name not in EXEMPT
        for line in spoken(path)
        if is_of_one_region(EXAMPLE.sub("", line), kinds=part != "matching")
    ]
    assert said == []


def test_the_exceptions_are_there() -> None:
    assert all((ROOT / name).exists() for name in EXEMPT)


@pytest.mark.parametrize(
    "line",
    ["Вся область", "хуже области", "органы края", "В Республике", "+05:00", "Челябинска", "в Миассе", "Мининформ"],
)
def test_a_new_one_is_found(line: str) -> None:
    assert is_of_one_region(line)


@pytest.mark.parametrize("line", ["регион", "крайний срок", "все места", "2026-11-27T19:00:00Z"])
def test_other_words_are_none(line: str) -> None:
    assert not is_of_one_region(line)
