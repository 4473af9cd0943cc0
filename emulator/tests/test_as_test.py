"""A dialogue that was played by hand becomes a test, and the test does the same again."""

from __future__ import annotations

import json
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


def keyboard_of(label: str) -> str:
    action = {"type": "callback", "label": label, "payload": "{}"}
    return json.dumps({"inline": True, "buttons": [[{"action": action}]]})


def test_the_button_as_it_was_when_it_was_pressed(vk: Stage) -> None:
    """A bot takes its buttons away once they are pressed; those of other messages give the same payload."""
    person = vk.person(1001)
    vk.call("messages.send", person.token, peer_id=-vk.group, random_id=0, message="да")
    for label in ("Раз", "Два", "Три"):
        said = {"message": label, "keyboard": keyboard_of(label)}
        vk.call("messages.send", vk.token, peer_id=1001, random_id=0, **said)
    for cmid in (2, 3):
        vk.call("messages.sendMessageEvent", person.token, peer_id=-vk.group, cmid=cmid, payload="{}")
    vk.call("messages.edit", vk.token, peer_id=1001, conversation_message_id=2, message="Раз")
    pressed = [line for line in vk.call("emulator.asTest").splitlines() if "presses" in line]
    assert pressed == ['    person_1001.presses("Раз")', '    person_1001.presses("Два")']
