"""A dialogue that was played by hand becomes a test, and the test does the same again."""

from __future__ import annotations

from typing import Any

import my_bot
import pytest

from vk_emulator.play.bots import RunningBot
from vk_emulator.play.stage import Refused, Stage

PLAYED = """\
def test_what_was_played(vk, vk_bot):
    person_1001 = vk.person(1001)
    person_1002 = vk.person(1002)
    person_1001.says("привет")
    person_1001.hears("Здравствуйте! Нажмите, когда будет готово.")
    person_1001.presses("Готово")
    assert person_1001.notice["text"] == "Спасибо"
    person_1002.sends_photo("Смотрите \\"сюда\\"")
    person_1002.hears("Слышу: Смотрите \\"сюда\\", фото: 1")
    person_1002.presses("Ещё")
    person_1002.hears("Больше нет.")
"""


@pytest.fixture
def bot_factory(vk: Stage) -> Any:
    return lambda: my_bot.build(vk.token).run_polling()


def test_it_is_played_again(vk: Stage, vk_bot: RunningBot) -> None:
    olga, ruslan = vk.person(1001), vk.person(1002)
    olga.says("привет")
    olga.hears()
    olga.presses("Готово")
    assert olga.notice
    ruslan.sends_photo('Смотрите "сюда"')
    ruslan.hears()
    ruslan.presses("Ещё")
    ruslan.hears("Больше нет")
    text = vk.call("emulator.asTest")
    assert text == PLAYED
    made: dict[str, Any] = {}
    exec(compile(text, "played", "exec"), made)
    made["test_what_was_played"](vk, vk_bot)
    assert len(vk.requests("messages.send", by="bot")) == 6


def test_of_nothing_and_of_nobody(vk: Stage) -> None:
    assert vk.call("emulator.asTest", group_id=vk.group).splitlines() == [PLAYED.splitlines()[0], "    pass"]
    with pytest.raises(Refused, match="group_id is invalid"):
        vk.call("emulator.asTest", group_id=999)
    vk.call("messages.send", "user-1001", peer_id=-vk.group, random_id=0, message="раз\nдва")
    assert 'person_1001.says("раз\\nдва")' in vk.call("emulator.asTest")
