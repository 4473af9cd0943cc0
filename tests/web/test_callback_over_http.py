"""VK's emulator posts to the running bot: a dialogue by Callback API alone, both ways at once, faults, a crash, a
database that is away. Nothing is lost and nothing is said twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio

from storage.db import crash_points
from storage.db.errors import Unavailable
from storage.ops import statistics
from tests.transcripts.emulated import COMMUNITY, RESIDENTS, EmulatedStage
from tests.transcripts.script import Player
from tests.transcripts.stage import Words
from tests.web.posted import GROUP, SECRET, Posted, until
from tests.world.said import card as is_card

PIT = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"


@pytest_asyncio.fixture
async def posted(stage: EmulatedStage) -> AsyncIterator[Posted]:
    made = await Posted.opened(stage)
    yield made
    await made.close()


@contextmanager
def at_points(listener: Callable[[str], None]) -> Iterator[None]:
    """Whoever listened before, the simulation, listens again afterwards."""
    before = crash_points._listener
    crash_points.listen_to_points(listener)
    try:
        yield
    finally:
        crash_points.listen_to_points(before)


@pytest.fixture
def player(stage: EmulatedStage) -> Player:
    return Player(stage)


async def whole_story(player: Player) -> None:
    """A resident, an agency and back: messages, text buttons, callback buttons, an edit, an answer."""
    await player.line({"согласилась": "мария", "текст": PIT})
    await player.line({"мария слышит": "[Отправить]"})
    await player.line({"мария правит": [PIT, PIT.replace("Большая", "Огромная")]})
    await player.line({"мария слышит": "Огромная"})
    await player.line({"мария нажимает": "Отправить"})
    await player.line({"мария слышит": "✅ Приняли"})
    await player.line({"чат miass-gorod видит": "Миасс"})
    await player.line({"чат miass-gorod нажимает": "Принять"})
    await player.line({"мария слышит": "рабо"})
    await player.line({"чат miass-gorod отвечает": "Яму засыпали сегодня утром."})


async def said_once(stage: EmulatedStage, who: str, *words: str) -> None:
    texts = Counter(one.text for one in await stage.dialogue(who) if one.author == -COMMUNITY)
    assert {text[:60]: times for text, times in texts.items() if times > 1 and "номер" not in text} == {}
    for word in words:
        assert sum(word in text for text in texts) == 1, (word, list(texts))


async def ended_well(posted: Posted) -> None:
    """One of each thing, the books balance, nothing waits."""
    stage = posted.stage
    await said_once(stage, "мария", "✅ Приняли", "Яму засыпали сегодня утром")
    assert sum(is_card(one.text) for one in await stage.chat("miass-gorod")) == 1
    assert stage.bot is not None
    books: dict[str, Any] = await stage.bot.db.run(statistics.identity)
    assert books["balanced"] and books["inbox"]["dead"] == 0
    assert books["outbox"]["unknown"] == books["outbox"]["waiting"] == books["inbox"]["waiting"] == 0


async def answered(posted: Posted, player: Player) -> None:
    await posted.stage.wait(40)
    await player.line({"мария слышит": "Яму засыпали сегодня утром"})


async def test_a_dialogue_by_posts_alone(posted: Posted, player: Player) -> None:
    await posted.no_long_poll()
    await whole_story(player)
    await answered(posted, player)
    await posted.to_the_end()
    await ended_well(posted)
    results = Counter(one["result"] for one in await posted.log())
    assert set(results) == {"ok"}, results
    kinds = {one["type"] for one in await posted.log()}
    assert {"message_new", "message_event", "message_reply"} <= kinds


@pytest.mark.parametrize("shared", ["on", "off"])
async def test_both_ways_at_once(posted: Posted, player: Player, shared: str) -> None:
    """Q8: whatever VK does with `event_id`, each event is one row."""
    stage = posted.stage
    before = await posted.came()
    await stage.call("emulator.setSwitches", event_id_shared=shared)
    await whole_story(player)
    await answered(posted, player)
    await posted.to_the_end()
    await ended_well(posted)
    told = {one["event_id"]: one["type"] for one in await posted.log()}
    outside = sum(kind in ("message_new", "message_event", "message_edit") for kind in told.values())
    assert outside >= 5
    assert await kept(stage, "message", "button", "edit") - before <= outside
    assert stage.bot is not None
    keys = await stage.bot.db.run(keys_of)
    assert len(keys) == len(set(keys)) and not any(key.startswith("e:") for _, kind, key in keys if kind == "button")


async def kept(stage: EmulatedStage, *kinds: str) -> int:
    assert stage.bot is not None
    return sum(kind in kinds for _, kind, _ in await stage.bot.db.run(keys_of))


async def keys_of(tx: Any) -> list[tuple[int, str, str]]:
    from sqlalchemy import select

    from storage.db.schema import inbox

    return [(row["peer"], row["kind"], row["key"]) for row in await tx.rows(select(inbox))]


@pytest.mark.parametrize("polled", [True, False], ids=["both", "posts only"])
@pytest.mark.parametrize("mode", ["duplicate", "out_of_order", "accept_drop", "late", "lost"])
async def test_faults_of_the_second_way(posted: Posted, player: Player, mode: str, polled: bool) -> None:
    """F11: twice, in another order, unheard, late; what never comes is read from history."""
    stage = posted.stage
    if not polled:
        await posted.no_long_poll()
    rule = {"method": "callback", "mode": mode, "times": 4, "probability": 0.5, "count": 1, "seconds": 3.0}
    if mode == "lost":  # a press is in no history: only messages
        rule["match"] = {"type": "message_new"}
    await stage.call("emulator.setFaults", rules=[rule])
    for who in ("иван", "ольга"):
        await stage.write(who, Words("Здравствуйте, вопрос про дорогу"))
    if not polled:  # whoever writes once and is lost is found by the sweep; the dialogues of both go on
        await stage.call("emulator.clearFaults")
        if mode == "lost":
            assert stage.bot is not None
            stage.bot.sweeps.notify()
    for who in ("иван", "ольга"):
        await heard(stage, who)
    await stage.call("emulator.clearFaults")
    await whole_story(player)
    await answered(posted, player)
    await posted.to_the_end()
    await ended_well(posted)
    for who in ("иван", "ольга"):
        await said_once(stage, who, "Согласие на обработку")


async def heard(stage: EmulatedStage, who: str) -> None:
    """The consent; the retries of VK get their seconds."""
    for _ in range(40):
        if any("Согласие на обработку" in one.text for one in await stage.dialogue(who)):
            return
        await stage.call("emulator.advanceClock", seconds=2)
        await asyncio.sleep(0.1)
    raise AssertionError(f"{who} ничего не услышал")


class Ends(BaseException):
    """The process ends here; nothing of the bot can catch it."""


async def test_an_end_between_the_commit_and_ok(posted: Posted, player: Player) -> None:
    """delivery.md §14, 4: VK has heard no `ok` and posts it again, to the next bot. Handled once. Real processes that
    end there: tests/operation/test_callback.py, and the simulation."""
    stage = posted.stage
    await posted.no_long_poll()
    before = await posted.came()
    passed: list[str] = []

    def dies(point: str) -> None:
        if point == "callback: kept":
            passed.append(point)
            raise Ends

    with at_points(dies):
        await stage.write("иван", Words("Не горит фонарь"))
        await until(lambda: results(posted, "HTTP 500, not ok"))
    assert passed, "it was on disk, and nobody was told"
    await posted.close()
    await stage.restart()
    assert await kept(stage, "message") >= 1
    await posted.open()
    await stage.call("emulator.advanceClock", seconds=11)
    await until(lambda: results(posted, "ok"))
    again = [one for one in await posted.log() if one["type"] == "message_new"]
    assert [one["attempt"] for one in again][-1] == 1, again
    await heard(stage, "иван")
    await posted.to_the_end()
    await said_once(stage, "иван", "Согласие на обработку")
    assert stage.bot is not None
    mine = [row for row in await stage.bot.db.run(keys_of) if row[0] == RESIDENTS["иван"] and row[1] == "message"]
    assert len(mine) == 1 and await posted.came() > before


async def results(posted: Posted, said: str) -> bool:
    return any(one["result"] == said for one in await posted.log() if one["type"] == "message_new")


async def test_a_database_that_is_away(posted: Posted, player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    """F21: VK hears 503 and when to come again; then it is there, once."""
    stage = posted.stage
    await posted.no_long_poll()
    assert stage.bot is not None
    db = type(stage.bot.db)
    whole = db.run

    async def away(self: Any, body: Any) -> Any:
        raise Unavailable

    monkeypatch.setattr(db, "run", away)
    await stage.write("ольга", Words("Нет воды"))
    await until(lambda: results(posted, "HTTP 503, not ok"))
    left = (await stage.call("emulator.callbacks"))["next_due"] - (await stage.call("emulator.state"))["clock"]
    assert 25 < left <= 30, "by Retry-After"
    monkeypatch.setattr(db, "run", whole)
    await stage.call("emulator.advanceClock", seconds=31)
    await until(lambda: results(posted, "ok"))
    await heard(stage, "ольга")
    await posted.to_the_end()
    await said_once(stage, "ольга", "Согласие на обработку")


async def test_another_code_each_time(posted: Posted) -> None:
    """VK confirms a changed address anew, by another code (vk-api.md §10)."""
    stage = posted.stage
    await stage.call("emulator.setSwitches", callback_code_changes="on")
    for title in ("Раз", "Два"):
        given = {"group_id": COMMUNITY, "server_id": posted.server, "url": posted.url, "title": title}
        await stage.call("groups.editCallbackServer", GROUP, secret_key=SECRET, **given)
        await until(posted.confirmed)


async def test_strangers_at_the_same_time(posted: Posted, player: Player) -> None:
    """A flood from another address holds up nobody; here it is this very address, so VK is told to come later."""
    stage = posted.stage
    await stage.settle()
    before = await posted.came()
    async with httpx.AsyncClient(headers={"x-forwarded-for": "203.0.113.7"}) as stranger:
        body = {"type": "message_new", "group_id": COMMUNITY, "secret": "x" * 20, "object": {}}
        codes = Counter([(await stranger.post(posted.url, json=body)).status_code for _ in range(200)])
    assert set(codes) == {403, 429} and await posted.came() == before
    await stage.write("иван", Words("Не горит фонарь"))
    await player.line({"иван слышит": "[Даю согласие]"})
    assert await results(posted, "ok")
