"""What GitHub runs is what the Makefile and `.ci/run` run: no command of a workflow is only there."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.yaml_text import yaml_of

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MADE = re.compile(r"\bmake((?: +[\w-]+(?:=\S+)?)+)")
SOAK = "soak"
"""Six hours of one process: longer than GitHub lets a job live."""


def read(name: str) -> dict[str, Any]:
    page: dict[str, Any] = yaml_of((ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))
    return page


def targets(text: str) -> set[str]:
    """What `make` is asked for, without its settings (`PART=kills`)."""
    text = re.sub(r"\$\{\{.*?\}\}", "x", re.sub(r'="[^"]*"', "=x", text))
    lines = [line.partition("#")[0] for line in text.splitlines()]
    asked = (word for line in lines for words in MADE.findall(line) for word in words.split())
    return {word for word in asked if "=" not in word}


def makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=[path.stem for path in WORKFLOWS])
def test_what_a_workflow_makes_stands_in_the_makefile(path: Path) -> None:
    known = set(re.findall(r"^([\w-]+):", makefile(), re.MULTILINE))
    asked = targets(path.read_text(encoding="utf-8"))
    assert asked and asked <= known, asked - known


def test_four_shards_are_what_a_landing_runs() -> None:
    shards = read("landing")["jobs"]["shard"]["strategy"]["matrix"]["shard"]
    assert len(shards) == 4
    here = targets("\n".join(shard["run"] for shard in shards))
    there = targets((ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    # `.ci/run` plays both kinds of tests by one command, and measures by changed path.
    assert here | {"install", "node"} == there | {"test-runs", "figures"}


def test_what_is_measured_by_path_is_what_the_shard_measures() -> None:
    figures = re.search(r"^figures:.*\n((?:\t.*\n)+)", makefile(), re.MULTILINE)
    assert figures is not None
    benches = re.compile(r"benchmarks/\w+\.py")
    landing = benches.findall((ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert sorted(benches.findall(figures.group(1))) == sorted(landing)


def test_the_night_plays_each_part_of_the_makefile() -> None:
    parts = re.search(r"^NIGHTLY := (.+)$", makefile(), re.MULTILINE)
    assert parts is not None
    matrix = read("nightly")["jobs"]["part"]["strategy"]["matrix"]["part"]
    assert sorted([*matrix, SOAK]) == sorted(parts.group(1).split())


def test_a_release_asks_the_landing_first() -> None:
    jobs = read("release")["jobs"]
    assert jobs["landing"]["uses"] == "./.github/workflows/landing.yml" and jobs["release"]["needs"] == "landing"
    assert {"audit", "release"} <= targets("\n".join(step.get("run", "") for step in jobs["release"]["steps"]))


def test_the_emulator_is_played_beside_old_and_new_neighbours() -> None:
    """`.ci/run` plays two of them, the workflow these and two Pythons more."""
    sys.path.insert(0, str(ROOT / "emulator" / "tests"))  # it stands beside strangers.py
    named = runpy.run_path(str(ROOT / "emulator" / "tests" / "wide.py"))["IN_CI"]
    command = "python emulator/tests/wide.py"
    job = read("landing")["jobs"]["wide"]
    matrix = [row["neighbours"] for row in job["strategy"]["matrix"]["include"]]
    assert matrix == ["3.11-oldest", "3.12-newest", "3.13-newest", "3.14-newest"] and set(named) < set(matrix)
    assert command in job["steps"][-1]["run"] and command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_both_pythons_are_played() -> None:
    matrix = read("landing")["jobs"]["shard"]["strategy"]["matrix"]["python"]
    assert matrix == ["3.11", "3.13"]
