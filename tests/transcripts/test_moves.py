"""For every row of the table of moves a conversation that makes it, or a reason why none can (R34, must show 2)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matching import Matcher
from states.directory import Directory
from states.lifecycle.appeal import MOVES, Action, Move, Status
from tests.transcripts.pure import PureStage
from tests.transcripts.script import Player
from tests.transcripts.virtual import Ground
from tests.yaml_text import yaml_of

TABLE = yaml_of((Path(__file__).parent / "moves" / "table.yaml").read_text(encoding="utf-8"))
HOLDERS = {Status.WAITING: "cur", Status.REOPENED: "cur", Status.MERGED: "cur", Status.REPEAT: "miass-gorod"}
"""Who has it; of a repeat whoever had the first one, else the agency of the table."""

SAID_ON_THE_WAY = (Action.SOLVED, Action.RATE, Action.CHAT_LOST)
LOOKED_AT = (Action.DRAFT, Action.APPROVE, Action.SEND_BACK)
"""Here the agency's answers need a second person; elsewhere that would only stand in the way."""

ROWS = [move for move in MOVES if f"{move.before}-{move.action}" not in TABLE["unreachable"]]
SAMPLE = ROWS[::12]
"""Through emulator and bot too."""


def name(row: Move) -> str:
    return f"{row.before}-{row.action}"


def talk(row: Move) -> list[dict[str, Any]]:
    """Sent, brought into the state, and then what the row is about."""
    way = TABLE["instead"].get(name(row)) or TABLE["before"][row.before.value]
    does = TABLE["does"].get(name(row)) or TABLE["action"][row.action.value]
    heard = [] if row.action in SAID_ON_THE_WAY else [{"мария слышит": []}]
    holder = HOLDERS.get(row.before, TABLE["agency"])
    lines = json.dumps([*sent(row), *flat(way), *heard, *flat(does)], ensure_ascii=False)
    found: list[dict[str, Any]] = json.loads(lines.replace("{чат}", holder))
    return found


def sent(row: Move) -> list[dict[str, Any]]:
    """The message itself, and before it those that it repeats or joins."""
    before: list[dict[str, Any]] = []
    if Status.REPEAT in (row.before, row.after):
        before.append({"отправила": "мария", "текст": "Не горит фонарь, город Миасс, улица Ленина, дом 30"})
    if Status.MERGED in (row.before, row.after):
        before.append({"отправила": "иван", "текст": "Не вывозят мусор, Миасс, улица Лихачёва, дом 7"})
    return [*before, {"отправила": "мария", "текст": TABLE["text"]}]


def flat(lines: list[Any]) -> list[dict[str, Any]]:
    return [inner for line in lines for inner in (flat(line) if isinstance(line, list) else [line])]


def directory(region: Directory, row: Move) -> Directory:
    looks = row.action in LOOKED_AT or row.before is Status.APPROVAL
    strict = {TABLE["agency"], "miass-gorod"} if looks else set()
    return replace(
        region, agencies=tuple(replace(agency, approval=agency.code in strict) for agency in region.agencies)
    )


@pytest.mark.parametrize("row", ROWS, ids=name)
async def test_a_conversation_makes_it(row: Move, region: Directory, matcher: Matcher) -> None:
    """R34."""
    stage = PureStage(directory(region, row), matcher)
    await Player(stage).play(talk(row))
    made = {(line.before, line.action, line.after) for line in stage.history}
    assert (row.before, row.action, row.after) in made, sorted(f"{a}-{b}" for a, b, _ in made if a)


@pytest.mark.virtual
@pytest.mark.parametrize("row", SAMPLE, ids=name)
async def test_a_conversation_makes_it_with_the_real_bot(
    row: Move, region: Directory, tmp_path: Path, virtual_ground: Ground
) -> None:
    async with virtual_ground.stage(tmp_path, directory(region, row)) as stage:
        await Player(stage).play(talk(row))


def test_what_no_conversation_makes_is_in_the_table_and_has_its_reason() -> None:
    known = {name(move) for move in MOVES}
    assert set(TABLE["unreachable"]) <= known and all(len(why) > 20 for why in TABLE["unreachable"].values())
    assert set(TABLE["instead"]) <= known and len(ROWS) + len(TABLE["unreachable"]) == len(MOVES)
