"""An older copy is really put in place of what people were in the middle of; what it does not know is told (§13)."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from tests.simulation import restores
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


@pytest.mark.parametrize(
    ("kind", "shown", "duplicate", "copies", "fine"),
    [
        ("status", (1.0, 9.0), "error", 1, True),
        ("bound", (1.0, 9.0), "error", 1, True),
        ("status", (6.0, 9.0), "error", 1, False),  # both behind the restore
        ("status", (1.0, 9.0), "old", 1, False),  # VK itself lets no second one through
        ("status", (1.0, 9.0), "error", 0, False),
        ("answer", (1.0, 9.0), "error", 1, False),
        ("card", (1.0, 9.0), "error", 1, False),
        ("status", (1.0, 9.0, 10.0), "error", 1, False),
    ],
)
def test_only_a_state_may_be_told_anew_by_an_older_copy(
    kind: str, shown: tuple[float, ...], duplicate: str, copies: int, fine: bool
) -> None:
    """I7, seeds 32000157, 32000361 and 33000790."""
    record: Any = SimpleNamespace(
        windows=[SimpleNamespace(over=5.0)] * copies,
        shown_at=dict(enumerate(shown)),
        world=SimpleNamespace(switches=SimpleNamespace(duplicate_random_id=duplicate)),
    )
    messages: Any = [SimpleNamespace(id=number) for number in range(len(shown))]
    assert restores.found_anew(record, f"v1|101|{kind}|20001|1107-29TH|0", messages) is fine
