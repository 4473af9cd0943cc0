"""A card that VK neither takes nor shows (F16, Q2), on the real wire: what the control centre reads of it, and that it
can go on from there by hand."""

from __future__ import annotations

import pytest

from bot.process.retry import LOOKS
from tests.transcripts.emulated import COMMUNITY, EmulatedStage
from tests.transcripts.script import Player

pytestmark = pytest.mark.virtual

NAMELESS = 5555
"""An error that no table of ours names: after some looks the message is set aside, not said again."""
BETWEEN = 310
"""Seconds from one look to the next are at most so many (bot/process/retry.py)."""
HOLE = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"
LINE = "бот в этом чате не видит"


async def unseen(stage: EmulatedStage, player: Player, chat: str) -> None:
    """A card for this chat with a resident's words that VK never takes."""
    peer = stage.chats[chat]["peer_ids"][f"group-{COMMUNITY}"]
    with_words = {"peer_id": peer, "forward": "conversation_message_ids"}
    rule = {"method": "messages.send", "mode": "error", "code": NAMELESS, "times": 99, "match": with_words}
    await stage.call("emulator.setFaults", rules=[rule])
    await player.line({"отправила": "мария", "текст": HOLE})
    for _ in range(LOOKS + 1):
        await stage.wait(BETWEEN)
    await stage.call("emulator.clearFaults")


async def test_the_control_centre_decides_by_hand_who_has_it(stage: EmulatedStage, player: Player) -> None:
    await unseen(stage, player, "miass-gorod")
    await player.play(
        [
            {"чат miass-gorod не видит": ["Ямы и разбитый асфальт"]},
            {"чат cur видит": ["Не видно, дошла ли карточка до чата органа: Администрация Миасского"]},
            {"мария слышит": ["центр управления регионом"]},
            {"чат cur отвечает": "/направить miass-gorod"},
            {"чат miass-gorod видит": ["Состояние: "]},
            {"чат miass-gorod отвечает": "Яму засыпали вчера"},
            {"ждать": 31},
            {"мария слышит": ["Яму засыпали вчера"]},
        ]
    )


async def test_a_reply_to_the_line_about_its_own_card_answers_the_resident(
    stage: EmulatedStage, player: Player
) -> None:
    await stage.unbind("miass-gorod")
    await unseen(stage, player, "cur")
    await player.play(
        [
            {"чат cur видит": [LINE]},
            {"чат cur отвечает": "/ответ Яму засыпали вчера", "на": LINE},
            {"ждать": 31},
            {"мария слышит": ["Центр управления регионом", "Яму засыпали вчера"]},
        ]
    )


async def test_a_reply_to_that_line_sends_it_on_to_an_agency(stage: EmulatedStage, player: Player) -> None:
    await stage.unbind("miass-gorod")
    await unseen(stage, player, "cur")
    await player.play(
        [
            {"чат cur видит": [LINE]},
            {"чат cur отвечает": "/направить mindor", "на": LINE},
            {"чат mindor видит": ["Состояние: "]},
            {"чат mindor отвечает": "Яму засыпали вчера"},
            {"ждать": 31},
            {"мария слышит": ["Министерство дорожного хозяйства", "Яму засыпали вчера"]},
        ]
    )
