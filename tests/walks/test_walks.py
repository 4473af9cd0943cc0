"""Random walks of residents and officials: the short form, and every seed that ever failed."""

from __future__ import annotations

import asyncio
import os
from collections import Counter

import pytest

from states.lifecycle.appeal import MOVES, Action
from tests.form import first_seed
from tests.walks.walk import SEEDS, STEPS, Failed, Figures, refused, walk

WALKS = 120
KEPT = [tuple(map(int, line.split())) for line in SEEDS.read_text().splitlines()] if SEEDS.exists() else []
FIRST = first_seed(10**6, os.environ.get("BOT_TESTS_SEED"))


def test_no_illegal_move_no_wrong_person_no_clock_without_an_owner_and_always_a_next_step() -> None:
    """R2, R22, R25, R34, R36, R39, R44, R46, R51, I3, I4, I6, I7, T5–T7: each check of checks.py
    names what it proves."""
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


def test_before_a_consent_nothing_but_the_step_is_kept() -> None:
    """R7, R10."""
    steps: Counter[str] = Counter()
    for seed in range(FIRST, FIRST + WALKS // 4):
        world = asyncio.run(refused(seed, STEPS // 2))
        steps.update(type(dialogue.step).__name__ for dialogue in world.dialogues.values())
        assert not world.appeals and not any(dialogue.consent for dialogue in world.dialogues.values()), f"зерно {seed}"
    assert steps["Refused"] and steps["AskingConsent"], steps


@pytest.mark.parametrize("seed, steps", KEPT)
def test_a_seed_that_failed_once_holds(seed: int, steps: int) -> None:
    walk(seed, steps)
