"""The real loops under faults of the wire: nothing lost, nothing said twice (delivery.md §17, in its short form)."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from storage.ops import statistics
from storage.records import appeals
from tests.transcripts.emulated import COMMUNITY, RESIDENTS, EmulatedStage
from tests.transcripts.script import Player
from tests.transcripts.stage import Heard, Words
from tests.world.said import card as is_card

pytestmark = pytest.mark.virtual

PIT = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"


async def faults(stage: EmulatedStage, *rules: dict[str, Any], **more: Any) -> None:
    await stage.call("emulator.setFaults", rules=list(rules), **more)


async def quiet(stage: EmulatedStage, seconds: float = 400) -> None:
    """Faults are over; looks and back-offs get their time."""
    await stage.call("emulator.clearFaults")
    for _ in range(4):
        await stage.wait(seconds / 4)


async def counts(stage: EmulatedStage) -> dict[str, Any]:
    assert stage.bot is not None
    return await stage.bot.db.run(statistics.identity)


async def said_once(stage: EmulatedStage, who: str, *words: str) -> None:
    texts = Counter(one.text for one in await stage.dialogue(who) if one.author == -COMMUNITY)
    doubled = {text[:60]: times for text, times in texts.items() if times > 1 and "номер" not in text}
    assert not doubled
    for word in words:
        assert sum(word in text for text in texts) == 1, (word, list(texts))


async def one_card(stage: EmulatedStage) -> None:
    cards = [one for one in await stage.chat("miass-gorod") if is_card(one.text)]
    assert len(cards) == 1
    books = await counts(stage)
    assert books["balanced"]
    assert books["outbox"]["unknown"] == books["outbox"]["waiting"] == books["inbox"]["waiting"] == 0


@pytest.mark.parametrize("mode", ["accept_html502", "accept_reset", "accept_drop", "reject_reset", "truncated"])
async def test_an_answer_or_a_request_is_lost(stage: EmulatedStage, player: Player, mode: str) -> None:
    """F5, F6: whatever VK did with it, the resident reads each thing once and the agency gets one card (I2, I3)."""
    await player.line({"согласилась": "мария", "текст": PIT})
    await player.line({"мария слышит": "[Отправить]"})
    await faults(stage, {"method": "messages.send", "mode": mode, "times": 2})
    await player.line({"мария нажимает": "Отправить"})
    await asyncio.sleep(1)
    await quiet(stage)
    await said_once(stage, "мария", "✅ Приняли")
    await one_card(stage)


async def test_a_reply_is_quicker_than_the_number_of_its_card(stage: EmulatedStage, player: Player) -> None:
    """F5, I3: the official sees the card, the bot has not heard its number. Nobody is sent to the card."""
    await player.line({"согласилась": "мария", "текст": PIT})
    await player.line({"мария слышит": "[Отправить]"})
    await stage.call("emulator.setSwitches", history_random_id="off")
    await faults(stage, {"method": "messages.send", "mode": "accept_reset", "times": 2})
    await player.line({"мария нажимает": "Отправить"})
    for _ in range(200):
        if cards := [one for one in await stage.chat("miass-gorod") if is_card(one.text)]:
            break
        await stage.breathe()
    await stage.write_in("miass-gorod", 1, Words("Яму заделали сегодня утром.", reply_to=cards[0].cmid))
    await quiet(stage)
    words = [one.text for one in await stage.chat("miass-gorod")]
    assert not any(word.startswith("Жителю это не ушло") for word in words), words
    await said_once(stage, "мария", "Яму заделали сегодня утром")


async def test_a_delivery_is_told_when_vk_shows_it_before_it_answers(stage: EmulatedStage, player: Player) -> None:
    """F6: the answer to the call takes ten seconds, the long poll shows the message at once; the chat hears at once."""
    await player.line({"отправила": "мария", "текст": PIT})
    await player.line({"чат miass-gorod отвечает": "Яму заделали сегодня утром.", "на": "улица Ленина"})
    slow = {"method": "messages.send", "mode": "slow", "seconds": 10, "times": 1, "match": {"text": "Яму заделали"}}
    await faults(stage, slow)
    assert await heard(stage, lambda: stage.dialogue("мария"), "Яму заделали", seconds=60)
    assert await heard(stage, lambda: stage.chat("miass-gorod"), "доставлен жителю", seconds=4)


async def heard(
    stage: EmulatedStage, said: Callable[[], Awaitable[list[Heard]]], words: str, *, seconds: float
) -> bool:
    for _ in range(int(seconds / stage.LOOKS)):
        if any(words in one.text for one in await said()):
            return True
        await stage.breathe()
    return False


@pytest.mark.parametrize("failed", [1, 2, 3, 4])
async def test_the_long_poll_loses_its_place(stage: EmulatedStage, player: Player, failed: int) -> None:
    """F9, F10: what was lost with 1 and 3 is read from history, 2 keeps `ts` (I1)."""
    await player.line({"отправила": "мария", "текст": PIT})
    await stage.stop()
    for who in ("иван", "ольга"):
        await stage.write(who, Words("Здравствуйте, вопрос про дорогу"))
    await faults(
        stage,
        {"method": "longpoll", "mode": "failed", "code": failed, "times": 1},
        {"method": "longpoll", "mode": "trim", "times": 1},
    )
    await stage.start()
    for who in ("иван", "ольга"):
        await player.line({f"{who} слышит": "[Даю согласие]"})
    await quiet(stage, 8)
    for who in ("иван", "ольга"):
        await said_once(stage, who, "Согласие на обработку")


async def test_a_day_of_downtime(stage: EmulatedStage, player: Player) -> None:
    """F12: everything written meanwhile is answered, once, and an official's reply still finds its resident."""
    await player.line({"отправила": "мария", "текст": PIT})
    await stage.settle()
    await stage.stop()
    await stage.write("иван", Words("Не горит фонарь"))
    await stage.write("ольга", Words("Нет воды"))
    await player_reply(stage, "Яму засыпали")
    await stage.call("emulator.advanceClock", seconds=86_400)
    await stage.start()
    for who in ("иван", "ольга"):
        await player.line({f"{who} слышит": "[Даю согласие]"})
    await stage.wait(40)
    await player.line({"мария слышит": "Яму засыпали"})
    await said_once(stage, "мария", "Яму засыпали")


async def player_reply(stage: EmulatedStage, text: str) -> None:
    card = next(one for one in await stage.chat("miass-gorod") if is_card(one.text))
    await stage.write_in("miass-gorod", 1, Words(text, reply_to=card.cmid))


async def test_vk_is_down_for_a_while(stage: EmulatedStage, player: Player) -> None:
    """F13: the loops wait and go on; nothing is dropped."""
    await player.line({"согласилась": "мария", "текст": PIT})
    await stage.call("emulator.setFaults", up=0)
    await asyncio.sleep(1.5)
    await stage.call("emulator.setFaults", up=1)
    await player.line({"мария нажимает": "Изменить"})
    await player.line({"мария слышит": "Что изменить?"})
    await said_once(stage, "мария", "Что изменить?")


@pytest.mark.parametrize("code", [6, 10, 5, 4242])
async def test_errors_that_pass(stage: EmulatedStage, player: Player, code: int) -> None:
    """F14, F17, F18: too fast, an inner error, a dead token, a code that nobody knows."""
    await player.line({"согласилась": "мария", "текст": PIT})
    await faults(stage, {"method": "execute", "mode": "error", "code": code, "times": 2})
    await player.line({"мария нажимает": "Изменить"})
    await asyncio.sleep(0.5)
    if code == 5:
        assert stage.bot is not None
        assert (await counts(stage))["outbox"]["waiting"] == 1
        await stage.restart()
    await quiet(stage)
    await player.line({"мария слышит": "Что изменить?"})
    await said_once(stage, "мария", "Что изменить?")


ASKED = ("messages.getById", "messages.getByConversationMessageId")
"""By their ids, then by their numbers."""


@pytest.mark.parametrize("code", [5, 15, 10, 4242])
async def test_history_that_cannot_be_read_just_now_is_not_empty(
    stage: EmulatedStage, player: Player, code: int
) -> None:
    """F17, I1: a dead token or a lost right proves nothing; it is read when VK gives it again."""
    await stage.write("мария", Words(PIT))
    await player.line({"мария слышит": "[Даю согласие]"})
    await faults(stage, *({"method": one, "mode": "error", "code": code, "times": 2} for one in ASKED))
    await player.line({"мария нажимает": "Даю согласие"})
    await asyncio.sleep(1)
    await quiet(stage, 120)
    await player.line({"мария слышит": "Проверьте: "})
    assert not any("Не получилось прочитать" in one.text for one in await stage.dialogue("мария"))


async def test_a_history_that_lags_is_not_empty(stage: EmulatedStage, player: Player) -> None:
    """I1, delivery.md §16: what VK does not show yet is read again a little later, never taken for nothing."""
    await faults(stage, {"method": "history", "mode": "lag", "seconds": 6})
    await stage.write("мария", Words(PIT))
    await player.line({"мария слышит": "[Даю согласие]"})
    await player.line({"мария нажимает": "Даю согласие"})
    await asyncio.sleep(1)
    await quiet(stage, 30)
    await player.line({"мария слышит": "Проверьте: "})
    assert not any("Не получилось прочитать" in one.text for one in await stage.dialogue("мария"))


async def test_all_files_of_a_cropped_message_are_passed_on(stage: EmulatedStage, player: Player) -> None:
    """F28, vk-api.md §12.5: the long poll shows one attachment, the message has more."""
    await player.line({"отправила": "мария", "текст": PIT})
    await stage.settle()
    card = next(one for one in await stage.chat("miass-gorod") if is_card(one.text))
    files = ("photo", "photo", "photo", "doc:план.pdf")
    await stage.call("emulator.setSwitches", lp_crop_bytes=300)
    await stage.write_in("miass-gorod", 1, Words("Фото работ", files, reply_to=card.cmid))
    await stage.wait(31)
    await player.line({"мария слышит": "Фото работ"})
    answer = next(one for one in await stage.dialogue("мария") if "Фото работ" in one.text)
    assert sorted(answer.files) == ["doc", "photo", "photo", "photo"]


@pytest.mark.parametrize("code", [6, 10, 15])
async def test_a_file_is_not_given_up_for_a_hiccup(stage: EmulatedStage, player: Player, code: int) -> None:
    """F28: only what the file itself is refused for is named as lost; everything else is tried again."""
    await player.line({"отправила": "мария", "текст": PIT})
    await stage.settle()
    await faults(stage, {"method": "photos.*", "mode": "error", "code": code, "times": 2})
    card = next(one for one in await stage.chat("miass-gorod") if is_card(one.text))
    await stage.write_in("miass-gorod", 1, Words("Фото работ", ("photo",), reply_to=card.cmid))
    await stage.wait(31)
    await quiet(stage, 60)
    await player.line({"мария слышит": ["Фото работ", "<photo>"]})
    assert not any("Не удалось передать" in one.text for one in await stage.dialogue("мария"))


@pytest.mark.parametrize(("code", "seconds"), [(105, 40), (10, 3000)])
async def test_words_are_not_held_back_for_a_file(
    stage: EmulatedStage, player: Player, code: int, seconds: int
) -> None:
    """F28: a file that VK will not store, now or ever, is named; the answer goes without it."""
    await player.line({"отправила": "мария", "текст": PIT})
    await stage.settle()
    await faults(stage, {"method": "docs.save", "mode": "error", "code": code})
    card = next(one for one in await stage.chat("miass-gorod") if is_card(one.text))
    await stage.write_in("miass-gorod", 1, Words("Ответ в файле", ("doc:ответ.pdf",), reply_to=card.cmid))
    for _ in range(12):
        await stage.wait(seconds / 4)
        await stage.settle()
    await player.line({"мария слышит": ["Ответ в файле", "Не удалось передать"]})
    await player.line({"чат miass-gorod видит": ["доставлен жителю", "Не удалось передать"]})


async def test_a_very_long_answer_comes_whole(stage: EmulatedStage, player: Player) -> None:
    await player.line({"отправила": "мария", "текст": PIT})
    await stage.settle()
    words = " ".join(f"слово{number}" for number in range(460))
    assert 4000 < len(words) <= 4096
    await player_reply(stage, words)
    await stage.wait(31)
    await stage.settle()
    heard = " ".join(one.text for one in await stage.dialogue("мария") if "слово" in one.text)
    assert all(f"слово{number}" in heard for number in range(460))


HOSTILE: list[Any] = [
    {"type": "never_documented", "object": {"x": 1}},
    {"type": "message_new", "object": "не объект"},
    {"type": "message_new", "object": {"message": {"peer_id": "abc", "conversation_message_id": None}}},
    {"type": "message_event", "object": {"user_id": 1001, "peer_id": 1001, "event_id": "x", "payload": [1, 2]}},
    {"type": "message_edit", "object": {"peer_id": 1001, "from_id": 1001, "conversation_message_id": 10**30}},
    {"type": None},
    "строка вместо события",
    [],
]


async def test_events_that_vk_never_documented_stop_nobody(stage: EmulatedStage, player: Player) -> None:
    """T24: kept, counted, ignored with a reason; others go on."""
    before = await counts(stage)
    for event in HOSTILE:
        await stage.call("emulator.raw_event", group_id=COMMUNITY, event=json.dumps(event))
    await player.line({"согласилась": "мария", "текст": PIT})
    await stage.settle()
    books = await counts(stage)
    assert books["balanced"]
    assert books["inbox"]["dead"] == 0
    assert books["inbox"]["ignored"] - before["inbox"]["ignored"] >= 5


async def test_before_consent_no_word_is_on_the_disk(stage: EmulatedStage, player: Player, tmp_path: Path) -> None:
    """R7: the bytes of the database and of its journal, after a text, a file name, a place and an edit."""
    await stage.write("мария", Words("Совершенно секретные слова", ("doc:тайный.pdf",), (55.123456, 61.654321)))
    await player.line({"мария слышит": "[Даю согласие]"})
    cmid = next(one.cmid for one in await stage.dialogue("мария") if one.author > 0)
    await stage.edit("мария", cmid, "Ещё более секретные")
    await stage.settle()
    for path in tmp_path.glob("bot.db*"):
        if path.is_file():
            found = path.read_bytes()
            for secret in ("секретн", "тайный", "55.123", "61.654", "\\u0441\\u0435\\u043a\\u0440\\u0435\\u0442"):
                assert secret.encode() not in found, (path.name, secret)
    await player.line({"мария нажимает": "Даю согласие"})
    await stage.wait(6)
    assert stage.bot is not None
    known = await stage.bot.db.run(lambda tx: appeals.dialogues(tx, [RESIDENTS["мария"]]))
    assert "секретн" in known[RESIDENTS["мария"]].draft.text, "now it is kept, sealed"
    assert not any("секретн".encode() in path.read_bytes() for path in tmp_path.glob("bot.db*") if path.is_file())
