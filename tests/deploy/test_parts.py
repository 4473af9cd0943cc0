"""A landing leaves out only what its change can't show in, and each night leaves out nothing."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def parts() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / ".ci" / "parts.py"))


def test_what_nobody_knows_asks_for_everything(parts: dict[str, Any]) -> None:
    every = set(parts["PARTS"])
    for paths in (None, ["new_room/a.py"], [".ci/run"], ["Makefile"], ["uv.lock"], ["tests/conftest.py"]):
        assert parts["asked"](paths) == every, paths
    assert parts["left_out"](every) == []


@pytest.mark.parametrize(
    ("path", "asks"),
    [
        ("README.md", set()),
        ("docs/ru/cur.md", set()),
        ("tests/handlers/test_decide.py", {"coverage"}),
        ("tests/web/test_now.py", {"browser"}),
        ("tests/bot/test_cli.py", set()),
        ("deploy/update.sh", {"cluster", "wheel"}),
        ("bot/web/pages/now.py", {"browser"}),
        ("bot/charts/bars.py", {"browser", "seeds"}),
        ("features/map/pages.py", {"browser", "coverage", "seeds"}),
        ("emulator/vk_emulator/api.py", {"browser", "kills", "emulator", "seeds"}),
        ("regions/chelyabinsk/topics.yaml", {"browser", "wheel", "matching", "seeds"}),
        ("storage/db/schema.py", {"browser", "cluster", "kills", "wheel", "speed", "seeds"}),
        ("handlers/decide.py", {"browser", "kills", "speed", "seeds", "coverage"}),
        ("tests/ha/lab.py", {"cluster"}),
        ("tests/web/test_comments_in_chromium.py", {"browser"}),
    ],
)
def test_a_path_asks_for_what_looks_at_it(parts: dict[str, Any], path: str, asks: set[str]) -> None:
    assert parts["asked"]([path, "CHANGELOG.md"]) == asks


def test_what_is_named_is_there(parts: dict[str, Any]) -> None:
    rooms = {path for starts in parts["PARTS"].values() for path in starts} | {*parts["OF_ALL"], *parts["ELSEWHERE"]}
    missing = [path for path in rooms if not list(ROOT.glob(f"{path.rstrip('/')}*")) and not path.startswith(".")]
    assert missing == []
    assert all((ROOT / path).exists() for paths in parts["TESTS"].values() for path in paths)


def test_what_drives_a_browser_is_no_test_of_every_day(parts: dict[str, Any]) -> None:
    """Three of these files were played by each `make test`."""
    asked = ["make", "--no-print-directory", "--eval", "told: ; @echo $(RUNS)", "told"]
    alone = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "RUNS")}  # of make itself
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True, env=alone)  # noqa: S603
    runs = told.stdout.split()
    found = {str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test*_in_chromium.py")}
    assert len(found) >= 5 and found <= set(runs) and found <= set(parts["TESTS"]["browser"])


def test_each_part_has_its_place_in_the_run(parts: dict[str, Any]) -> None:
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert set(re.findall(r"asked (\w+)", run)) == set(parts["PARTS"]) - set(parts["TESTS"]) | {"emulator", "seeds"}


def test_whatever_a_measured_test_leans_on_asks_for_measuring(parts: dict[str, Any]) -> None:
    told = "\n".join(path.read_text() for folder in parts["OF_CORE"] for path in (ROOT / folder).rglob("*.py"))
    found = re.findall(r"^\s*(?:from|import) (tests(?:\.\w+)*)(?: import (\w+))?", told, re.MULTILINE)
    leans = {f"{module}.{name}" if module == "tests" else module for module, name in found}
    assert len(leans) > 10
    for path in (module.replace(".", "/") for module in leans):
        there = f"{path}/given.py" if (ROOT / path).is_dir() else f"{path}.py"
        assert "coverage" in parts["asked"]([there]), there


def test_each_night_runs_all_that_a_landing_may_leave_out() -> None:
    made, run = ((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", ".ci/run"))
    nightly = set(re.findall(r"^NIGHTLY := (.*)$", made, re.MULTILINE)[0].split())
    assert {"tests", "coverage", "benches", "ha", "kills", "seeds"} <= nightly
    night = made[made.index("night-benches:") : made.index("night-seeds:")]
    measured = set(re.findall(r"benchmarks/\w+\.py", run))
    assert measured and measured == set(re.findall(r"benchmarks/\w+\.py", night))
    assert "tests emulator/tests" in made[made.index("night-tests:") : made.index("night-coverage:")]
