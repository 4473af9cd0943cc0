"""What other tests of comments play without sockets, once over HTTP, with the database in a file: an alarm that is
answered under its post, looked up where VK's answer was lost, and a panel that reads the wall by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from states.directory import Directory
from tests.comments.test_answered import refuse
from tests.comments.test_heard import FIRE, HOLE, RUSLAN, SECRET, called, on_disk, says
from tests.comments.walls import opened, ours, write_post
from tests.transcripts.emulated import EmulatedStage
from tests.web.browser import hidden
from tests.web.test_comments import CENTRE, PANEL, at, at_panel, press
from vk_emulator.server import running


@pytest.fixture
async def stage(region: Directory, tmp_path: Path) -> AsyncIterator[EmulatedStage]:
    kept = {"comments": "answer", "vk_service_token": "service-1", **PANEL}
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        opened(emulator, region, tmp_path, **kept) as made,
    ):
        yield made


async def test_whom_to_call_stands_under_it(stage: EmulatedStage, tmp_path: Path) -> None:
    post = await write_post(stage)
    fire = await says(stage, post, FIRE)
    (answer,) = await ours(stage, post)
    assert answer["reply_to_comment"] == fire and "112" in answer["text"]
    await refuse(stage, mode="accept_drop")
    await says(stage, post, FIRE, RUSLAN)
    await stage.wait(60)
    assert len(await ours(stage, post)) == 2 and await called(stage, "ВКонтакте не подтвердил") == []
    assert SECRET.encode() not in on_disk(tmp_path)


async def test_a_panel_apart_reads_by_itself_and_leaves_the_look_to_the_bot(
    stage: EmulatedStage,
) -> None:
    post = await write_post(stage)
    hole = await says(stage, post, HOLE)
    apart = await at_panel(stage, apart=True)
    await apart.sign_in(CENTRE)
    page = await apart.get(at(hole))
    assert SECRET in page.text
    fields = {"csrf": hidden(page), "did": "look", "post": str(post), "code": str(hole)}
    assert "Так прочитают все" in (await apart.post(at(hole), **fields, text="Звоните 8 912 345-67-89")).text
    assert "под записью закрыты" in await press(apart, "close", post, hole)
    await apart.client.aclose()
