"""A probe finds the truth: played against the emulator under every value of a switch, and under every pair of them, it
names exactly those values."""

from __future__ import annotations

from typing import Any

import pytest

from features.probe.found import as_switch
from features.probe.kept import Played
from features.probe.play import look, missing, play, prepare
from features.probe.report import EVERY, switches
from tests.probes.pairs import rows
from tests.probes.robot import rehearsal
from vk_emulator.world.switches import CHOICES, Switches

SWITCHES = {switch: value for one in EVERY.values() for switch, value in one.expected.items()}
NUMBERS = {
    "text_limit": (4096, 9000),
    "dedup_window": (30, 3600, 86400),
    "dedup_last": (100, 50),
    "lp_history_events": (1000, 20),
    "lp_history_seconds": (3600, 12 * 3600, 600),
    "edit_max_age": (86400, 7200),
    "lp_redeliver": (0, 1),
    "lp_silence_after": (0, 1200),
    "upload_flaky": (0, 3),
    "comment_limit": (0, 7),
}
VALUES = {switch: CHOICES.get(switch) or NUMBERS[switch] for switch in SWITCHES}
HARDEST = {  # of a range without the expected number, the end that is harder for a bot; each look is a second late
    ("dedup_window", 30): 1,
    ("dedup_window", 86400): 3661,
    ("dedup_last", 50): 1,
    ("lp_history_events", 20): 1,
    ("lp_history_seconds", 12 * 3600): 6 * 3600 + 1,
    ("lp_history_seconds", 600): 1,
    ("edit_max_age", 7200): 3601,
    ("lp_silence_after", 1200): 601,
}

ROWS = rows(VALUES)


async def found(names: list[str], **given: Any) -> tuple[Played, dict[str, Any]]:
    """What these probes say of an emulator with these switches, the slow ones too."""
    async with rehearsal(**given) as (emulator, stage, _):
        assert stage.second is not None
        await stage.second.open()
        await stage.wire.open()
        await prepare(stage)
        await stage.meet()
        played = Played(stage.wire.group, stage.user, stage.chat)
        await play(stage, played, names, lambda: None, lambda _: None)
        while (coming := await look(stage, played, lambda: None, lambda _: None)) is not None:
            await stage.wire.clock.sleep((coming - stage.wire.clock.now()).total_seconds() + 1)
        assert emulator.vk.crashes == []
    return played, switches(played)


def expected(given: dict[str, Any]) -> dict[str, Any]:
    return {switch: HARDEST.get((switch, value), value) for switch, value in given.items()}


@pytest.mark.parametrize("given", ROWS, ids=range(len(ROWS)))
async def test_every_pair_of_values_is_found(given: dict[str, Any]) -> None:
    played, seen = await found(list(EVERY), **given)
    assert not missing(played, list(EVERY)), {name: one for name, one in played.quick.items() if "why" in one}
    wrong = {
        switch: (value, seen.get(switch)) for switch, value in expected(given).items() if seen.get(switch) != value
    }
    unasked = set() if given["upload_flaky"] else {"upload_flaky_answer"}
    assert set(wrong) <= unasked, wrong


def test_what_is_expected_is_what_the_emulator_does() -> None:
    defaults = Switches()
    assert {switch: getattr(defaults, switch) for switch in SWITCHES} == SWITCHES
    assert as_switch((3540, 3660), 3600) == 3600
