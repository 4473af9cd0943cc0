"""The machine of hypothesis finds nothing in the whole code, and a missing mechanism in few steps (delivery.md §17).

BOT_MACHINE=long is the form of each night, BOT_MACHINE=release that of a release.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(24 * 3600 if os.environ.get("BOT_MACHINE") else 600)
ROOT = Path(__file__).resolve().parents[2]
FORMS = {"": (20, 20), "long": (200, 50), "release": (5000, 100)}
SEED = "20261126"
"""Of each day: what CI says of a commit must not hang on chance. The longer forms choose anew and print it."""


def played(*options: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the simulation silences the log and has its own loop."""
    command = (sys.executable, "-m", "tests.simulation.machine", *options)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_whatever_the_order_everything_holds() -> None:
    """I1–I8 and I12 whenever all has come to rest, I4 after each step; what failed once is tried first."""
    form = os.environ.get("BOT_MACHINE", "")
    examples, steps = FORMS[form]
    done = played("--examples", str(examples), "--steps", str(steps), *(() if form else ("--seed", SEED)))
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]


def test_a_missing_mechanism_is_found_and_told_in_few_steps() -> None:
    """Another random_id for each attempt (mutant 4)."""
    done = played(
        "--examples", "300", "--steps", "10", "--quick", "--mutant", "new_id_for_each_attempt", "--seed", SEED
    )
    assert done.returncode == 1, done.stdout + done.stderr[-3000:]
    *steps, wrong = done.stdout.splitlines()
    assert wrong.startswith(("I2", "I3", "I7", "echo")), wrong
    assert len(steps) <= 8, steps
