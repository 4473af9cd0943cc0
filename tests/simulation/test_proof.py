"""docs/reference/proof.md is what the kept results say; a violation lands in the column that it belongs to."""

from __future__ import annotations

import subprocess
import tomllib

import pytest

from benchmarks.rig.stand import ROOT
from tests.simulation import proof
from tests.simulation.checks import DOUBLED, ELSEWHERE, INVARIANTS, LOST

KEYS = {"commit", "code", "date", "machine"}


def test_the_page_is_what_the_files_say() -> None:
    """`make proof` writes it."""
    assert proof.PAGE.read_text(encoding="utf-8") == proof.page(proof.read())


@pytest.mark.parametrize("name", proof.read())
def test_every_file_says_when_where_and_on_what(name: str) -> None:
    assert proof.read()[name].keys() >= KEYS


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (f"I2: {LOST}слов 1х1 нет", "lost"),
        (f"I3: {DOUBLED}на ответ 1 сказано", "doubled"),
        (f"I3: {ELSEWHERE}ответ 1", "misdelivered"),
        ("I4: слова 1х1 попали к жителю 2", "misdelivered"),
        ("I1: сообщение 1/2 во входящих: missing", "lost"),
        ("I5: ответы не по порядку", "out of order"),
        ("I8: исходящее: ready", "undrained"),
        ("fact: не там", "other"),
        ("симуляция: ValueError()", "other"),
    ],
)
def test_a_violation_has_its_column(wrong: str, column: str) -> None:
    assert proof.column(wrong) == column


def test_no_invariant_is_forgotten_by_the_table() -> None:
    kept = {"failed": {"1": [f"{name}: что-то" for name in INVARIANTS]}}
    assert proof.wrongs("simulation", kept).total() == len(INVARIANTS)


def test_each_range_of_seeds_has_a_row() -> None:
    """`make prove FROM=500 SEEDS=20`: another range is another file, and the points of all are summed."""
    run: proof.Kept = {"from": 0, "seeds": 500, "failed": {}, "date": "2026-11-26", "commit": "a", "seconds": 60.0}
    more = run | {"from": 500, "seeds": 20, "failed": {"501": ["I8: что-то"]}}
    rows = [line for line in proof.table({"simulation-500": more, "simulation": run}) if "every fault" in line]
    assert [f"--from {first}`" in line for first, line in zip((0, 500), rows, strict=True)] == [True, True]
    assert "| 20 seeds | 0 | 0 | 0 | 0 | 1 | 0 |" in rows[1]


def test_each_seed_that_failed_says_what_became_of_it() -> None:
    wrong = {"8899": ["I3: один", "I3: два"], "9506": ["I3: три"], "99999999": ["I8: что-то"]}
    run = {"from": 0, "commit": "a", "failed": wrong}
    bug, error, fresh = list(proof.failed({"simulation": run}))[3:6]
    assert bug == "| 8899 | `a` | I3 | mended in `d2bce4a` |"
    assert error.startswith("| 9506 | `a` | I3 | the checker's own error") and fresh == "| 99999999 | `a` | I8 | open |"
    assert not list(proof.failed({"simulation": run | {"failed": {}}}))


def test_every_bug_found_has_its_seed_and_its_commit() -> None:
    entries = tomllib.loads(proof.FOUND.read_text(encoding="utf-8"))["found"]
    assert entries
    shallow = subprocess.run(
        ["git", "rev-parse", "--is-shallow-repository"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    for entry in entries:
        assert entry.keys() <= {"seed", "by", "fix", "what"} and entry["what"] and isinstance(entry["seed"], int)
        if shallow.stdout.strip() == "false":
            commit = f"{entry['fix']}^{{commit}}"
            assert not subprocess.run(["git", "cat-file", "-e", commit], cwd=ROOT, check=False).returncode, entry
