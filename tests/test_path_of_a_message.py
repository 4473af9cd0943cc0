"""How far a reader goes who follows words to their preview, «Отправить» to its card, a reply to its resident: every
function of ours that is entered, also by the loops that run beside it. Transcript 01 is played on real sockets."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from bot.upkeep import watch
from states.directory import Directory
from storage.db import notes
from storage.db.transaction import Transaction
from tests import packages
from tests.transcripts.emulated import EmulatedStage, emulated, sqlite_url
from tests.transcripts.script import Player, read
from vk_emulator.server import running

ROOT = Path(__file__).parent.parent
OURS = tuple(f"{ROOT / package}/" for package in packages.PRODUCT)
TALK = read(ROOT / "tests" / "transcripts" / "01_yama_na_doroge.yaml")["talk"]
PRESS = next(place for place, line in enumerate(TALK) if line.get("мария нажимает") == "Отправить")
STANDS = PRESS + 3
"""Behind the lines in which she hears the number and the chat sees the card."""
REPLY = next(place for place, line in enumerate(TALK) if "чат miass-gorod отвечает" in line)
AGREED: list[dict[str, Any]] = [
    {"иван": "Начать"},
    {"иван слышит": ["[Даю согласие]"]},
    {"иван нажимает": "Даю согласие"},
]
STORY: list[dict[str, Any]] = [
    {"иван": "Большая яма на дороге, город Миасс, улица Мира, дом 9. Машины бьют колёса."},
    {"ждать": 6},
    {"иван слышит": ["[Отправить]"]},
]
LEGS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "From a text to the preview": (AGREED, STORY),
    "From «Отправить» to the card": (TALK[:PRESS], TALK[PRESS:STANDS]),
    "From a reply to the resident": (TALK[:REPLY], TALK[REPLY:]),
}
"""Each way that the page follows: what was said before, and the lines that are followed."""

PRESSED = "From «Отправить» to the card"
MOST = 414
"""Functions, without lambdas and comprehensions; there were 478 at first, and at most 400 before what is asked
of every message: alarms, the gate of an incident, the cut of an erasure, rights in chats, and of every press:
whose preview it stands under (I2)."""
ENGINE = ("storage/db/engines/compiled.py", "storage/db/engines/bare_sqlite.py")
"""What stands in for SQLAlchemy's engine is not counted, as nothing of the engine was: no reader goes there."""
BESIDE = ("bot/delivery/backfill.py",)
"""What was missed is looked for beside the path, whenever its bell happens to ring."""
CALLED_BESIDE = re.compile(
    r"storage/inbox/history\.py:\d+ (gaps|_gap|_ids_of)$|bot/process/clock\.py:\d+ Clock\.sleep$"
)
"""Nothing but that look calls these: whether it comes meanwhile depends on how busy the machine is."""


async def entered(stage: EmulatedStage, before: list[dict[str, Any]], lines: list[dict[str, Any]]) -> set[CodeType]:
    """What runs while these lines are played, until nothing more is due, in the loop and in SQLite's thread."""
    found: set[CodeType] = set()

    def enters(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found.add(frame.f_code)

    async def begins(_: Transaction) -> None:
        sys.setprofile(enters)

    async def ends(_: Transaction) -> None:
        sys.setprofile(None)

    player = Player(stage)
    await player.play(before)
    await stage.settle()
    assert stage.bot is not None
    while not await stage.bot.db.run(lambda tx: notes.get(tx, notes.CAUGHT_UP)):
        await asyncio.sleep(0.1)  # what a bot does once after its start is no part of the path
    await stage.bot.db.run(begins)
    sys.setprofile(enters)
    try:
        await player.play(lines)
        await stage.settle()
    finally:
        sys.setprofile(None)
        await stage.bot.db.run(ends)
    return {code for code in found if code.co_filename.startswith(OURS)}


PAGE = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
STOP = re.compile(r"^\| \d+ \| \[`[^`]+`\]\(\.\./\.\./([\w/]+\.py)\) `([\w.]+)` \|", re.MULTILINE)


def stops(leg: str) -> list[tuple[str, str]]:
    """(file, function) of each stop at which the page follows this way."""
    return STOP.findall(PAGE.split(f"### {leg}\n")[1].split("\n##")[0])


@pytest.mark.parametrize("leg", LEGS)
def test_the_page_follows_each_way_in_at_most_thirty_stops(leg: str) -> None:
    assert 20 <= len(stops(leg)) <= 30 and stops(leg)[0][0] in ("bot/app.py", "bot/delivery/listen.py")


@pytest.mark.parametrize("leg", LEGS)
async def test_a_message_is_followed_in_few_stops(
    leg: str, tmp_path: Path, region: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "NIGHT_HOUR", 24)  # nor is the look at the whole history, once a day
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), region) as stage,
    ):
        codes = await entered(stage, *LEGS[leg])
    files = {Path(code.co_filename).relative_to(ROOT).as_posix() for code in codes}
    named = sorted(
        f"{Path(code.co_filename).relative_to(ROOT)}:{code.co_firstlineno} {code.co_qualname}"
        for code in codes
        if not code.co_name.startswith("<")
    )
    print(*named, f"{len(files)} files, {len(named)} functions", sep="\n")
    assert {"bot/delivery/listen.py", "bot/delivery/send.py"} <= files
    assert not [file for file in files if "recovery" in file], "what serves only a restore runs without any (F24)"
    entered_at = {(Path(code.co_filename).relative_to(ROOT).as_posix(), code.co_qualname) for code in codes}
    missed = [stop for stop in stops(leg) if stop not in entered_at and stop[0] != "bot/app.py"]
    assert missed == [], "the page names a stop that the message does not pass"
    if leg == PRESSED:
        counted = [function for function in named if not function.startswith((*ENGINE, *BESIDE))]
        assert len([function for function in counted if not CALLED_BESIDE.match(function)]) <= MOST
