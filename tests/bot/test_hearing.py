"""A chat that the bot does not hear, over the emulator: looked at, lost, found, said once for each return (F16)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.upkeep.members import since_unheard
from states.people.chats import CUR, Chat, Doubt
from storage.records import chats
from tests.small import NOW
from tests.transcripts.emulated import COMMUNITY, EmulatedStage
from tests.transcripts.script import Player
from tests.transcripts.stage import Heard

pytestmark = pytest.mark.virtual

CHAT = "miass-gorod"
PIT = {"отправила": "мария", "текст": "Большая яма на дороге, город Миасс, улица Ленина, дом 5"}
RUBBISH = {"отправила": "иван", "текст": "Не вывозят мусор, Миасс, улица Лихачёва, дом 7"}


async def bound(stage: EmulatedStage, agency: str = CHAT) -> Chat:
    assert stage.bot is not None
    return next(one for one in await stage.bot.db.run(chats.bound) if one.agency == agency)


def ours(stage: EmulatedStage, chat: str = CHAT) -> int:
    return int(stage.chats[chat]["peer_ids"][f"group-{COMMUNITY}"])


async def said(stage: EmulatedStage, words: str, chat: str = CHAT) -> list[Heard]:
    return [one for one in await stage.chat(chat) if one.author == -COMMUNITY and words in one.text]


async def faults(stage: EmulatedStage, *rules: dict[str, Any]) -> None:
    await stage.settle()
    await stage.call("emulator.setFaults", rules=list(rules))


async def minutes(stage: EmulatedStage, count: int) -> None:
    for _ in range(count):
        await stage.wait(60)


async def is_certain(stage: EmulatedStage) -> bool:
    """Whether the doubt ends; what a look does not see at once it asks for ten seconds later."""
    for _ in range(200):
        if (await bound(stage)).certain:
            return True
        await stage.breathe()
    return False


async def test_one_refusal_loses_no_chat_and_nobody_hears_of_it(stage: EmulatedStage, player: Player) -> None:
    """One 901: «Бот снова в чате» each minute, the card went to the ЦУР and back each time."""
    rule = {"method": "messages.send", "mode": "error", "code": 901, "times": 1, "match": {"peer_id": ours(stage)}}
    await faults(stage, rule)
    await player.line(PIT)
    await minutes(stage, 10)
    assert len(await said(stage, "Состояние: передано")) == 1 and not await said(stage, "снова в чате")
    assert not await said(stage, "яма", "cur") and (await bound(stage)).certain


async def test_a_chat_that_takes_no_card_is_lost_once_and_found_once(stage: EmulatedStage, player: Player) -> None:
    rule = {"method": "messages.send", "mode": "error", "code": 901, "match": {"peer_id": ours(stage)}}
    await faults(stage, rule)
    await player.line(PIT)
    await minutes(stage, 40)
    assert len(await said(stage, "не принимает карточек", "cur")) == 1
    assert len(await said(stage, "Ямы и разбитый асфальт", "cur")) == 1, "the card is there, and not again each time"
    assert (await bound(stage)).lost
    await faults(stage)
    await minutes(stage, 20)
    assert len(await said(stage, "снова в чате")) == 1 and (await bound(stage)).certain
    assert not await said(stage, "Состояние: "), "what it would not take a person routes there (handlers/delivery.py)"


async def test_a_chat_that_takes_no_files_gets_the_card_without_them(stage: EmulatedStage, player: Player) -> None:
    """What a chat made by a community says of every upload (vk-api.md §6.1)."""
    await faults(stage, {"method": "photos.getMessagesUploadServer", "mode": "error", "code": 901})
    await player.line({"мария": "В поликлинике в Миассе на Ленина, 5 очереди", "files": ["photo"]})
    await player.line({"мария слышит": "[Даю согласие]"})
    await player.line({"мария нажимает": "Даю согласие"})
    await stage.wait(5)
    await player.line({"мария": "1"})
    await player.line({"мария слышит": "[Отправить]"})
    await player.line({"мария нажимает": "Отправить"})
    await player.line({"мария слышит": ["✅ Приняли", "Не удалось передать: файлы"]})
    await minutes(stage, 30)
    assert len(await said(stage, "Состояние: передано", "minzdrav")) == 1
    assert not await said(stage, "снова в чате", "minzdrav") and not await said(stage, "Чат органа", "cur")


@pytest.mark.parametrize("shown", ["on", "off"])
@pytest.mark.parametrize("members", ["917", "empty", "shown"])
async def test_what_is_written_without_rights_is_read_later_or_asked_for_again(
    stage: EmulatedStage, player: Player, members: str, shown: str
) -> None:
    """Whatever VK does: Q24, Q25."""
    await stage.call("emulator.setSwitches", unheard_shown=shown, members_without_rights=members)
    await player.line(PIT)
    await player.line({"права забрали": CHAT})
    await player.line({f"чат {CHAT} отвечает": "Яму заделали, проверили вчера вечером"})
    await player.line(RUBBISH)
    await player.line({f"чат {CHAT} видит": "здесь не администратор"})
    await player.line({f"чат {CHAT} отвечает": "Мусор вывезли вчера вечером"})
    await player.line({"права дали": CHAT})
    await player.line({f"чат {CHAT} видит": "снова в чате"})
    await minutes(stage, 15)
    (back,) = await said(stage, "снова в чате")
    if shown == "on":
        assert "прочитал, что вы писали" in back.text
        await player.line({"мария слышит": "Яму заделали"})
        await player.line({"иван слышит": "Мусор вывезли"})
    else:
        assert "не ушло, ответьте ещё раз:" in back.text and "Лихачёва, 7" in back.text and "Ленина, 5" in back.text
    assert len(await said(stage, "Бот не видит ответов в чате", "cur")) == 1


async def test_late_words_of_who_was_taken_out_meanwhile_wait_for_a_colleague(
    stage: EmulatedStage, player: Player
) -> None:
    """T5: who is there is known before what was written is read."""
    await player.line({"участники": CHAT})
    await stage.call("emulator.setSwitches", unheard_shown="on")
    await player.line(PIT)
    await player.line({"права забрали": CHAT})
    await player.line({f"чат {CHAT} отвечает": "Яму заделали, проверили вчера вечером", "кто": 2})
    owner, user = stage.official(CHAT, 1), stage.official(CHAT, 2)
    chat_id = stage.peer_of(CHAT, owner) - 2_000_000_000
    await stage.call("messages.removeChatUser", f"user-{owner}", chat_id=chat_id, member_id=user)
    await player.line(RUBBISH)
    await player.line({f"чат {CHAT} видит": "здесь не администратор"})
    await player.line({"права дали": CHAT})
    await player.line({f"чат {CHAT} видит": ["снова в чате", "В чате этого сотрудника больше нет", "Яму заделали"]})
    await minutes(stage, 2)
    await player.line({"мария не слышит": "Яму заделали"})
    await player.line({f"чат {CHAT} нажимает": "Отправить", "на": "само это жителю не уйдёт"})
    await player.line({"ждать": 31})
    await player.line({"мария слышит": "Яму заделали"})


async def test_rights_that_were_away_for_half_a_minute_are_told_by_their_hole(
    stage: EmulatedStage, player: Player
) -> None:
    await player.line(PIT)
    await player.line({"права забрали": CHAT})
    await player.line({f"чат {CHAT} отвечает": "Яму заделали, проверили вчера вечером"})
    await stage.call("emulator.setChatAdmin", chat=CHAT, member=-COMMUNITY, admin=1)
    await player.line(RUBBISH)
    await player.line({f"чат {CHAT} видит": ["Написанное с", "бот не увидел", "Ленина, 5"]})
    await minutes(stage, 15)
    assert len(await said(stage, "бот не увидел")) == 1 and not await said(stage, "снова в чате")
    assert (await bound(stage)).certain


async def test_without_a_word_in_the_chat_the_sweep_finds_out(stage: EmulatedStage, player: Player) -> None:
    """VK's list of chats leaves out one in which the bot has no rights."""
    assert stage.bot is not None
    await player.line({"права забрали": CHAT})
    stage.bot.sweeps.notify()
    await player.line({f"чат {CHAT} видит": "здесь не администратор"})
    await player.line({"права дали": CHAT})
    await player.line({f"чат {CHAT} видит": "Бот снова в чате и видит ваши ответы"})


async def test_history_that_shows_not_even_our_own_words_is_no_rights(stage: EmulatedStage, player: Player) -> None:
    await player.line({"бота убрали": CHAT})
    await player.line({"бота вернули": CHAT})  # what it said before it came in proves nothing
    await player.line(PIT)
    await player.line({f"чат {CHAT} видит": "Состояние: передано"})
    here = {"match": {"peer_id": ours(stage)}}
    rule = {"method": "messages.send", "mode": "error", "code": 901, "times": 1}
    await faults(stage, {"method": "history", "mode": "empty", **here}, {**rule, **here})
    await player.line(RUBBISH)
    await minutes(stage, 3)
    assert (await bound(stage)).lost and await said(stage, "Бот не видит ответов в чате органа", "cur")
    await faults(stage)
    await minutes(stage, 3)
    assert await is_certain(stage) and len(await said(stage, "снова в чате")) == 2


async def test_of_a_chat_that_takes_the_bot_back_what_was_before_proves_nothing(
    stage: EmulatedStage, player: Player
) -> None:
    """VK shows a bot nothing from before it came in (vk-api.md §3.2), its own words neither (seed 991117)."""
    await player.line(PIT)
    await player.line({f"чат {CHAT} видит": "Состояние: передано"})
    await minutes(stage, 2)
    await player.line({"бота убрали": CHAT})
    await minutes(stage, 2)
    await player.line({f"чат {CHAT} отвечает": "Яму заделали, проверили вчера вечером"})
    await player.line({"бота вернули": CHAT})
    await player.line({f"чат {CHAT} видит": ["снова в чате", "ответьте ещё раз", "Ленина, 5"]})


async def test_a_chat_is_looked_at_once_a_minute(
    stage: EmulatedStage, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stage.bot is not None
    asked: list[float] = []
    real = stage.bot.vk.call

    async def call(method: str, params: Any) -> Any:
        if method == "messages.getConversationMembers" and params["peer_id"] == ours(stage):
            asked.append(stage.bot.clock.now().timestamp())  # type: ignore[union-attr]
        return await real(method, params)

    monkeypatch.setattr(stage.bot.vk, "call", call)
    await player.line({"права забрали": CHAT})
    await player.line(PIT)
    for text in ("раз", "два", "три"):
        await player.line({f"чат {CHAT} пишет": text})
        await player.line(RUBBISH if text == "раз" else {f"чат {CHAT} отвечает": "/мои"})
    await minutes(stage, 5)
    assert len(asked) > 2 and min(later - first for first, later in zip(asked, asked[1:], strict=False)) >= 59


def test_the_administrator_hears_by_the_second_way_that_the_cur_is_not_heard() -> None:
    cur, other = Chat(3, CUR, NOW), Chat(4, "roads", NOW, lost=True, doubt=Doubt(NOW, failed=2))
    assert since_unheard([other]) is None and since_unheard([cur, other]) is None
    doubted = Chat(3, CUR, NOW, doubt=Doubt(NOW, failed=1))
    assert since_unheard([doubted]) is None
    assert since_unheard([Chat(3, CUR, NOW, doubt=Doubt(NOW, failed=2))]) == NOW
    assert since_unheard([Chat(3, CUR, NOW, lost=True, doubt=Doubt(NOW, failed=2, mute=True))]) == NOW
