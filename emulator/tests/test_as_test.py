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
    play_again(text, vk, vk_bot)
    assert len(vk.requests("messages.send", by="bot")) == 6


def play_again(text: str, vk: Stage, vk_bot: RunningBot) -> None:
    made: dict[str, Any] = {}
    exec(compile(text, "played", "exec"), made)
    made["test_what_was_played"](vk, vk_bot)


IN_CHATS = """\
def test_what_was_played(vk, vk_bot):
    person_1006 = vk.person(1006)
    person_1007 = vk.person(1007)
    person_1008 = vk.person(1008)
    chat_1 = vk.chat("friends")
    person_1006.says("привет", chat_1)
    heard_2 = person_1006.hears("Здравствуйте! Нажмите, когда будет готово.", chat_1)
    person_1007.presses("Готово", chat_1)
    assert person_1007.notice["text"] == "Спасибо"
    person_1007.says("Кто испечёт?", chat_1, reply_to=heard_2.message["id"])
    person_1006.hears("Слышу: Кто испечёт?, фото: 0", chat_1)
    person_1007.edits("Кто испечёт хлеб?")
    person_1008.presses("Ещё", chat_1)
    person_1006.hears("Больше нет.", chat_1)
    chat_4 = vk.chat(members=[person_1006, person_1008], quiet=False)
    person_1006.hears("Слышу: , фото: 0", chat_4)
    person_1008.says("[club101|@lavka] Смотрите", chat_4, lat=55.16, long=61.4)  # and video: send it yourself
    person_1006.hears("Слышу: [club101|@lavka] Смотрите, фото: 0", chat_4)
    # person_1008 edits an older message
"""


def test_chats_of_several_people(vk: Stage, vk_bot: RunningBot) -> None:
    """As the page does it: an answer to a message, VK's mention before the label of a pressed button, a new chat."""
    pavel, irina, marat, friends = vk.person(1006), vk.person(1007), vk.person(1008), vk.chat("friends")
    pavel.says("привет", friends)
    heard = pavel.hears("Здравствуйте", friends)
    irina.presses("Готово", friends)
    assert irina.notice
    irina.says("Кто испечёт?", friends, reply_to=heard.message["id"])
    more = pavel.hears("Слышу", friends)
    irina.edits("Кто испечёт хлеб?")
    (action,) = [button["action"] for row in more.message["keyboard"]["buttons"] for button in row]
    marat.says("[club101|@lavka] Ещё", friends, payload=action["payload"])
    pavel.hears("Больше нет", friends)
    made = vk.call("messages.createChat", pavel.token, user_ids=1008, title="Хлеб")["chat_id"]
    vk.call("messages.addChatUser", pavel.token, chat_id=made, user_id=-vk.group)
    bread = vk.chat("chat4")
    pavel.hears("Слышу", bread)
    video = vk.call("emulator.addObject", type="video", user_id=1008)
    marat.says("[club101|@lavka] Смотрите", bread, attachment=f"video1008_{video['video']['id']}", lat=55.16, long=61.4)
    pavel.hears("Слышу", bread)
    vk.call("messages.edit", marat.token, peer_id=marat.peer(friends), cmid=5, message="Ещё раз")
    text = vk.call("emulator.asTest")
    assert text == IN_CHATS
    play_again(text, vk, vk_bot)


ON_THE_WALL = """\
def test_what_was_played(vk, vk_bot):
    person_1001 = vk.person(1001)
    person_1010 = vk.person(1010)
    person_1002 = vk.person(1002)
    post_1 = vk.posts("Привезли мёд")
    comment_2 = person_1001.comments(post_1, "Почём?")
    assert vk.answers(post_1, "Слышу на стене")
    person_1010.comments(post_1, "Сто рублей", answers=comment_2, from_group=vk.group)
    person_1002.comments(post_1, "А чай?")
    comment_6 = vk.answers(post_1, "Слышу на стене", at_least=2)[1]["id"]
    person_1002.comments(post_1, "Ясно", answers=comment_6)
    assert vk.answers(post_1, "Слышу на стене", at_least=3)
"""


def test_comments_on_the_wall(vk: Stage, vk_bot: RunningBot) -> None:
    """A comment that was taken back is left out; what somebody says in the community's name is not the bot's answer."""
    olga, ruslan = vk.person(1001), vk.person(1002)
    post = vk.posts("Привезли мёд")
    asked = olga.comments(post, "Почём?")
    assert vk.answers(post, "Слышу")
    vk.person(1010).comments(post, "Сто рублей", answers=asked, from_group=vk.group)
    ruslan.comments(post, "А чай?")
    ruslan.comments(post, "Ясно", answers=vk.answers(post, "Слышу", at_least=2)[1]["id"])
    assert len(vk.answers(post, "Слышу", at_least=3)) == 3
    text = vk.call("emulator.asTest")
    assert text == ON_THE_WALL
    play_again(text, vk, vk_bot)


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
