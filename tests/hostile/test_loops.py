"""T20: another program on the other side does not keep the bot talking for ever; T27: whose words they are is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.delivery import send
from bot.vk import render
from states.directory import Directory
from states.finder import Finder
from storage.ops import statistics
from tests.transcripts.emulated import COMMUNITY, EmulatedStage, emulated, sqlite_url
from tests.transcripts.pure import RESIDENTS, SIGNER, PureStage
from tests.transcripts.script import Player
from tests.transcripts.stage import Words
from vk_emulator.server import running

MARIA = RESIDENTS["мария"]
Robot = Callable[[str], str]
ROBOTS: dict[str, Robot] = {
    "an answering machine": lambda said: "Абонент недоступен, перезвоните позже",
    "a parrot": lambda said: said,
    "a parrot with a greeting": lambda said: f"Вы написали: {said}",
    "one that presses the first thing offered": lambda said: "1",
    "one that asks for help": lambda said: "помощь",
    "one that counts": lambda said: f"Ответ номер {len(said)} от автоматической системы",
}


@pytest.mark.parametrize("name", ROBOTS)
async def test_a_program_that_answers_every_message_is_left_alone(
    region: Directory, matcher: Finder, name: str
) -> None:
    """It answers within two seconds, for an hour. What is said to it ends with its minute, and it falls silent too."""
    stage = PureStage(region, matcher)
    stage.policy = replace(stage.policy, messages_a_minute=20)
    await Player(stage).line({"согласилась": "мария", "текст": "Здравствуйте, вопрос про дорогу"})
    seen = before = len(ours(stage))
    for _ in range(1800):
        said = ours(stage)
        if len(said) > seen:
            seen = len(said)
            await stage.write("мария", Words(ROBOTS[name](said[-1])))
        await stage.wait(2)
    assert len(ours(stage)) - before <= 45, "two minutes' worth and the notice, then nothing"
    seen = len(ours(stage))
    await stage.wait(600)
    await stage.write("мария", Words("помощь"))
    assert len(ours(stage)) == seen + 1, "a person is answered as ever"


def ours(stage: PureStage) -> list[str]:
    return [line.raw["text"] for line in stage.lines[MARIA] if line.author < 0]


@pytest.mark.parametrize("author", [-COMMUNITY, -555, 0])
async def test_other_bots_in_a_chat_are_not_heard(region: Directory, matcher: Finder, author: int) -> None:
    """Neither what they write nor what they answer to a card."""
    stage = PureStage(region, matcher)
    await Player(stage).line({"отправила": "мария", "текст": "Большая яма на дороге в Миассе, улица Ленина, дом 5"})
    peer = stage.peers["miass-gorod"]
    card = next(line.cmid for line in reversed(stage.lines[peer]) if line.author < 0)
    before = len(stage.lines[peer]), len(stage.lines[MARIA])
    for words in (Words("Ответ жителю", reply_to=card), Words("/принять", reply_to=card), Words("/помощь")):
        line = stage._line(peer, author, words)
        stage._arrive(line.raw, consented=False)
    await stage.wait(60)
    assert (len(stage.lines[peer]), len(stage.lines[MARIA])) == (before[0] + 3, before[1])


async def test_a_reply_to_another_bot_s_message_is_no_answer(region: Directory, matcher: Finder) -> None:
    stage = PureStage(region, matcher)
    await Player(stage).line({"отправила": "мария", "текст": "Большая яма на дороге в Миассе, улица Ленина, дом 5"})
    peer = stage.peers["miass-gorod"]
    theirs = stage._line(peer, -555, Words("Сообщение №1124-2222"))
    before = len(stage.lines[MARIA])
    await stage.write_in("miass-gorod", 1, Words("Ответ жителю", reply_to=theirs.cmid))
    await stage.wait(60)
    assert len(stage.lines[MARIA]) == before


async def test_every_message_with_somebody_s_words_names_its_source(region: Directory, matcher: Finder) -> None:
    """T27: to the chat those of the resident, to the resident those of the official; VK wants it (vk-api.md §4.1)."""
    stage = PureStage(region, matcher)
    player = Player(stage)
    await player.line(
        {"отправила": "мария", "текст": "Большая яма на дороге в Миассе, улица Ленина, дом 5, слово-жителя"}
    )
    await player.line({"чат miass-gorod отвечает": "Засыпали, слово-чиновника"})
    await player.line({"ждать": 60})
    for line in ({"мария нажимает": "Мои сообщения"}, {"мария нажимает": "1."}, {"мария нажимает": "Дополнить"}):
        await player.line(line)
    await player.line({"мария": "Ещё слово-жителя"})
    told: list[tuple[int, dict[str, Any]]] = []
    for _, decision in stage.decisions:
        for effect in decision.effects:
            words = getattr(effect, "text", "") + getattr(effect, "fallback", "")
            to_chat, forwarded = (
                getattr(effect, "peer", 0) > 2_000_000_000,
                getattr(effect, "forward", None) is not None,
            )
            if hasattr(effect, "source") and (
                ("слово-жителя" in words and to_chat) or "слово-чиновника" in words or forwarded
            ):
                told.append((effect.peer, render.send(effect, 1, (), SIGNER)))  # type: ignore[arg-type]
    assert len(told) >= 3 and {peer for peer, _ in told} == {MARIA, stage.peers["miass-gorod"]}
    for _, params in told:
        assert (
            '"type": "message"' in params["content_source"] and f'"owner_id": -{COMMUNITY}' in params["content_source"]
        )


@pytest.fixture
async def stage(region: Directory, tmp_path: Any) -> Any:
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), region) as opened,
    ):
        yield opened


async def test_a_restriction_for_spam_stops_the_sender_and_drops_nothing(
    stage: EmulatedStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T27: error 984 halts all sending, nothing is tried meanwhile, and when it is over everything leaves once."""
    monkeypatch.setattr(send, "HALT_SECONDS", 3.0)
    player = Player(stage)
    for who in ("мария", "иван"):
        await player.line({"согласилась": who, "текст": "Здравствуйте, вопрос про дорогу"})
    await stage.settle()
    await stage.call("emulator.setFaults", rules=[{"method": "messages.send", "mode": "error", "code": 984}])
    heard = {who: len(await stage.dialogue(who)) for who in ("мария", "иван")}
    for who in ("мария", "иван"):
        await stage.write(who, Words("помощь"))
    for _ in range(100):
        if await waiting(stage) == 2:
            break
        await stage.breathe()
    await stage.call("emulator.advanceClock", seconds=5)
    assert await waiting(stage) == 2
    assert stage.bot is not None and stage.bot.health.halted == 984
    for who, before in heard.items():
        assert len(await stage.dialogue(who)) == before + 1, "nothing was said"
    await stage.call("emulator.clearFaults")
    await stage.call("emulator.advanceClock", seconds=120)
    for _ in range(800):
        if not await waiting(stage):
            break
        await stage.breathe()
    for who in heard:
        assert len([one for one in await stage.dialogue(who) if "где, и нажмите" in one.text]) == 1
    assert stage.bot.health.halted == 0


async def waiting(stage: EmulatedStage) -> int:
    assert stage.bot is not None
    books = await stage.bot.db.run(statistics.identity)
    return int(books["outbox"]["waiting"])
