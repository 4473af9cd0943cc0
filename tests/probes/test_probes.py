"""A probe finds the truth: run against the emulator under every value of a switch it names exactly that value."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from tests.probes.__main__ import asked, main, shown
from tests.probes.people import Stage
from tests.probes.probes import QUICK, SLOW
from tests.probes.wire import Vk
from vk_emulator.server import running
from vk_emulator.world.switches import CHOICES, Switches

PAGE = Path(__file__).parents[2] / "docs" / "vk-probes.md"
# switch -> the probe that finds it, and the values to try besides all choices
PROBES = {
    "duplicate_random_id": "P4, Q2",
    "dedup_scope": "P3",
    "history_random_id": "P5",
    "chat_reply_events": "P6, Q6",
    "mass_mention_passes": "P10, Q10",
    "lp_text_escaped": "Q3",
    "text_unit": "Q4, Q5",
    "chat_edit_events": "Q6",
    "chat_history": "Q7",
    "gov_fields": "Q11",
    "event_payload": "Q12",
    "edit_drops_omitted": "Q14",
    "private_doc_attachable": "Q16",
    "forward_odd_messages": "Q17",
    "managers_visible": "Q18",
    "send_decodes_entities": "Q19",
    "edit_cmid_name": "Q22",
    "mention_prefix": "Q23, mention",
    "invite_member_id": "P11, Q23",
    "rejoin_peer": "P11, Q23",
    "members_without_rights": "Q25",
}
NUMBERS: tuple[tuple[str, str, int], ...] = (
    ("text_limit", "Q4, Q5", 4096),
    ("text_limit", "Q4, Q5", 9000),
    ("dedup_window", "P1", 30),
    ("dedup_window", "P1", 3600),
    ("dedup_window", "P1", 86400),
    ("dedup_last", "P2", 100),
    ("dedup_last", "P2", 50),
    ("lp_history_events", "P8", 1000),
    ("lp_history_events", "P8", 20),
    ("lp_history_seconds", "P7", 3600 * 12),
    ("lp_history_seconds", "P7", 600),
    ("edit_max_age", "Q15", 86400),
    ("edit_max_age", "Q15", 7200),
)
CASES = [(switch, name, value) for switch, name in PROBES.items() for value in CHOICES[switch]]


async def found(names: list[str], **switches: object) -> dict[str, Any]:
    """What the probes say of an emulator with these switches, over real HTTP."""
    async with running(seed=7) as emulator:
        emulator.call("emulator.setSwitches", **switches)
        chats = emulator.call("emulator.state")["chats"]
        mine = chats[0]["peer_ids"]["user-1006"]

        def talked() -> dict[str, Any]:
            made = asked(Stage(Vk(emulator.url, "group-101", "user-1006"), mine), names)
            return {switch: value for answer in made.values() for switch, value in answer.items()}

        answers = await asyncio.to_thread(talked)
        assert emulator.vk.crashes == []
    return answers


@pytest.mark.parametrize(("switch", "name", "value"), CASES, ids=[f"{s}={v}" for s, _, v in CASES])
async def test_a_probe_finds_the_value(switch: str, name: str, value: str) -> None:
    answers = await found([name], **{switch: value})
    assert answers[switch] == value


@pytest.mark.parametrize(("switch", "name", "value"), NUMBERS, ids=[f"{s}={v}" for s, _, v in NUMBERS])
async def test_a_probe_finds_the_number(switch: str, name: str, value: int) -> None:
    answer = (await found([name], **{switch: value}))[switch]
    low, high = answer if isinstance(answer, tuple) else (value - 1 if answer == value else 10**13, value)
    assert low < value <= high, shown(answer)


async def test_all_quick_probes_in_one_go(capsys: pytest.CaptureFixture[str]) -> None:
    answers = await found(list(QUICK))
    defaults = Switches()
    assert {s: v for s, v in answers.items() if not isinstance(v, tuple)} == {
        s: getattr(defaults, s) for s, v in answers.items() if not isinstance(v, tuple)
    }
    assert len(answers) == len(PROBES) + 3
    printed = capsys.readouterr().out
    assert "P4, Q2: duplicate_random_id = old" in printed and "P12: запрос" in printed and "P11: cmid" in printed


def test_every_probe_is_tried_and_described() -> None:
    tried = {*PROBES.values(), *(name for _, name, _ in NUMBERS), "P12"}
    assert tried == {*QUICK, *SLOW}
    described = re.findall(r"^(?:\| |- \*\*)([PQ][^*|]+)[*|]", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    questions = set(re.findall(r"[PQ]\d+", " ".join(described)))
    assert questions >= {*(f"P{n}" for n in range(1, 13)), *(f"Q{n}" for n in range(1, 31))}


def test_without_a_token_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("BOT_VK_TOKEN", raising=False)
    assert main([]) == 2
    assert "BOT_VK_TOKEN" in capsys.readouterr().err


def test_a_probe_that_is_made_by_hand_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_VK_TOKEN", "group-101")
    assert main(["--only", "P3;P9"]) == 2
    told = capsys.readouterr()
    assert "Нет такой пробы: P9." in told.err and "P4, Q2" in told.err and told.out == ""
