"""Random walks of residents and officials: the short form, and every seed that ever failed (issue C, must show 3)."""

from __future__ import annotations

import os

import pytest

from states.lifecycle.appeal import MOVES, Action
from tests.form import first_seed
from tests.walks.walk import SEEDS, STEPS, Failed, Figures, walk

WALKS = 120
KEPT = [tuple(map(int, line.split())) for line in SEEDS.read_text().splitlines()] if SEEDS.exists() else []
FIRST = first_seed(10**6, os.environ.get("BOT_TESTS_SEED"))


def test_no_illegal_move_no_wrong_person_no_clock_without_an_owner_and_always_a_next_step() -> None:
    """R22, R34, R36, R39, R44, R46, R51, I3, I4, I6, I7, T5–T7: each check of checks.py names what it proves."""
    print(f"зёрна {FIRST}–{FIRST + WALKS - 1}")
    figures = Figures()
    for seed in range(FIRST, FIRST + WALKS):
        try:
            figures += walk(seed)
        except Failed as failure:
            pytest.fail(f"зерно {seed}, {STEPS} шагов: {failure.what}\n" + "\n".join(failure.done[-12:]))
    assert figures.walks == WALKS and figures.appeals > WALKS and figures.events > 20 * WALKS
    assert len(figures.moves) > len(Action) * 2 // 3, sorted(set(Action) - figures.moves)
    assert len(figures.rows) > len(MOVES) // 3, "a walk that moves nothing proves nothing"


@pytest.mark.parametrize("seed, steps", KEPT)
def test_a_seed_that_failed_once_holds(seed: int, steps: int) -> None:
    walk(seed, steps)
