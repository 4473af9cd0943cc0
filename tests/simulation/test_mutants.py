"""The teeth of the simulation (delivery.md §18, G5): whatever mechanism is taken out, an invariant breaks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.mutants import BY_NAME, MOST, MUTANTS, Mutant, read_known, seeds_of, taken_out
from tests.simulation.mutants_page import PAGE, page

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def mutants(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """In a process of its own: the simulation silences the log and has its own loop."""
    results = tmp_path_factory.mktemp("mutants") / "mutants.json"
    command = (sys.executable, "-m", "tests.simulation.mutants", "--known", "--results", str(results))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert results.exists(), done.stderr[-3000:]
    return {mutant["name"]: mutant for mutant in json.loads(results.read_text(encoding="utf-8"))["mutants"]}


@pytest.mark.parametrize("name", [mutant.name for mutant in MUTANTS])
def test_a_mutant_dies_where_the_whole_code_lives(mutants: dict[str, dict[str, Any]], name: str) -> None:
    one = mutants[name]
    assert one["died_at_seed"] is not None, f"{name} has survived {one['seeds_tried']} seeds"
    assert one["seeds_tried"] <= MOST
    assert not one["whole_code_broke"], one["whole_code_broke"][:5]


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_what_a_mutant_takes_out_is_there(mutant: Mutant) -> None:
    """They name what they replace by strings: a renamed function is told here, not after the long run."""
    with taken_out(mutant):
        pass


def test_each_mutant_of_the_specification_is_here() -> None:
    numbers = {mutant.number for mutant in MUTANTS}
    assert numbers == set(range(1, 50)), "1–14 of the specification, the rest ours"
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


def test_a_mutant_whose_seed_is_known_begins_there() -> None:
    first, other = MUTANTS[:2]
    assert seeds_of(first, range(3), {first.name: 2}) == [2, 0, 1]
    assert list(seeds_of(other, range(3), {first.name: 2})) == [0, 1, 2]
    assert read_known().keys() == BY_NAME.keys(), "run: python -m tests.simulation.mutants --remember"


def test_the_page_is_made_from_the_mutants() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.simulation.mutants_page"
