"""An older copy is really put in place of what people were in the middle of; what it does not know is told (§13)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.simulation.director import Outcome
from tests.simulation.many import Player
from tests.simulation.mutants import INCIDENT, LOOKED_OVER, WINDOW
from tests.simulation.plan import drawn

OLDER: dict[str, Any] = {"troubles": ("older_copy",), "storm": 90.0}
PLANS: tuple[tuple[dict[str, Any], tuple[int, ...]], ...] = (
    ({**LOOKED_OVER, **OLDER}, (2, 17, 36, 39, 42)),
    ({**INCIDENT, **OLDER}, (5, 8)),
    ({**WINDOW, "binds": True}, (4,)),
)
HELD = (
    "void numbers",
    "residents told",
    "rows to check",
    "absent residents",
    "chats bound",
    "approvals",
    "incidents",
    "anonymous cards",
)
"""What copies must have been ignorant of, or have left to people (restores.figures)."""


def test_windows_hold_all_that_an_older_copy_may_not_know() -> None:
    player, held = Player(), Counter[str]()
    for fixed, seeds in PLANS:
        for seed in seeds:
            outcome: Outcome = player.play(drawn(seed, **fixed))
            assert outcome.wrong == [], (seed, fixed)
            held.update({name: outcome.figures[f"window {name}"] for name in HELD})
    assert all(held[name] for name in HELD), held
