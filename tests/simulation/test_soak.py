"""The long day in its short form (F31, G8). The long form: `python -m tests.simulation.soak`; its result is in docs."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.simulation.checks import no_press_lost
from tests.simulation.record import Record
from tests.simulation.soak_growth import HELD_MOST, Sample, grown
from tests.simulation.soak_world import shares, visits

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """In a process of its own: the simulation silences the log and has its own loop."""
    results = tmp_path_factory.mktemp("soak") / "soak.json"
    sizes = ("--hours", "2", "--residents", "100", "--chats", "10", "--seed", "31")
    command = (sys.executable, "-m", "tests.simulation.soak", *sizes, "--results", str(results))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert results.exists(), done.stderr[-3000:]
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    return found


def test_a_long_day_in_short(day: dict[str, Any]) -> None:
    """F31: I1–I8 at quiet points, I4 at every message, memory and file within their bounds (G8, I9)."""
    assert day["wrong"] == [], f"seed {day['seed']}"
    assert day["visits"] == 120 and day["numbers"] > 50
    assert day["faults"] > 20 and day["quiet_points"] >= 3
    assert day["presses"] > 20


def test_a_press_that_the_bot_took_may_not_be_missing() -> None:
    """I1: VK's queue may forget presses in a long day (F9), but none that the bot has asked on behind."""
    files = sqlite3.connect(":memory:")
    files.execute("CREATE TABLE inbox AS SELECT 'b:kept' AS key, 'button' AS kind")
    files.row_factory = sqlite3.Row
    record = cast("Record", SimpleNamespace(taken={"kept"}, ask=lambda query: files.execute(query).fetchall()))
    assert list(no_press_lost(record)) == []
    record.taken = {"kept", "gone"}
    assert list(no_press_lost(record)) == ["нажатие gone получено, а во входящих его нет"]


def test_the_day_has_its_hours() -> None:
    """The curve of arrivals: nights are quiet, everybody comes."""
    hours = shares()
    assert len(hours) == 24 and abs(sum(hours) - 1) < 0.01 and max(hours[2:7]) < 0.01 < min(hours[9:])
    found = visits(random.Random(1), 2000, 1_794_000_000.0, 24.0)
    assert len(found) == 2400 and {who for _, who in found} == set(range(2000)) and found == sorted(found)


def test_growth_is_seen(day: dict[str, Any]) -> None:
    """A check that cannot fail proves nothing: each bound refuses a day that is over it."""
    good = [Sample(**sample) for sample in day["samples"]]
    assert grown(good) == []
    worse = {
        "held_growth": [*good[:-1], replace(good[-1], held=good[-1].held + 2 * HELD_MOST)],
        "rss_over": [*good[:-1], replace(good[-1], rss_mb=good[-1].rss_mb * 3)],
        "file_a_message": [replace(sample, used=sample.used + 4096 * sample.messages) for sample in good],
        "rows_a_message": [replace(sample, rows=sample.rows + 4 * sample.messages) for sample in good],
        "left_a_message": [*good[:-1], replace(good[-1], packed=good[-1].packed * 4)],
        "calls_over": [replace(one, requests=one.requests * 9) for one in good],
        "осталось слов": [*good[:-1], replace(good[-1], words=max(one.words for one in good))],
    }
    for name, samples in worse.items():
        assert any(name in one for one in grown(samples)), name
