"""What strangers' bots ran into: objects that are there already, formatted text, a template and a keyboard, a code."""

from __future__ import annotations

import json
from pathlib import Path

import aiohttp
import pytest

from tests.emulator.conftest import PERSON, Ask
from vk_emulator.acts import callbacks
from vk_emulator.api.calls import Vk
from vk_emulator.server import Emulator, build
from vk_emulator.state import Keeper
from vk_emulator.world_file import WorldFileError, parse_world

BUTTONS = [[{"action": {"type": "text", "label": "Да", "payload": "{}"}}]]
ELEMENT = {"title": "Один", "description": "два", "buttons": BUTTONS[0]}
TEMPLATE = json.dumps({"type": "carousel", "elements": [ELEMENT]})
BOLD = {"version": 1, "items": [{"type": "bold", "offset": 0, "length": 6}]}
WORLD = """
communities:
  - {id: 5, name: Сообщество, settings: {confirmation_code: 1a2b3c4d}}
users:
  - {id: 1, first_name: Ян, last_name: Ли}
objects:
  - {type: photo, owner: -5, id: 7, title: Фасад}
  - {type: doc, owner: 1, id: 8, title: Справка.pdf, access_key: k}
  - {type: story, owner: -5, id: 9}
"""


def keyboard(*, inline: bool) -> str:
    return json.dumps({"inline": inline, "buttons": BUTTONS})


def test_a_template_beside_a_keyboard(wrote: Ask) -> None:
    """vkbottle, issue 855: «Only template or keyboard field should be specified», not beside one under the field."""
    sends = {"peer_id": 1001, "random_id": 0, "message": "x", "template": TEMPLATE}
    assert wrote("messages.send", **sends, keyboard=keyboard(inline=True)) == 100
    assert wrote("messages.send", **sends, keyboard=keyboard(inline=False)) > 0
    assert wrote("messages.send", **sends) > 0


def test_a_picture_of_another_vk_in_a_template(wrote: Ask) -> None:
    """vkbottle's own example has one; what this community lacks is no picture without the switch, as in VK."""
    element = {"photo_id": "-109837093_457242809", "buttons": BUTTONS[0], "action": {"type": "open_photo"}}
    sends = {"peer_id": 1001, "random_id": 0, "message": "держи"}
    given = json.dumps({"type": "carousel", "elements": [element]})
    assert wrote("messages.send", **sends, template=given) > 0
    given = given.replace("-109837093", "-101")
    assert wrote("messages.send", **sends, template=given) == 911
    wrote("emulator.setSwitches", "", unknown_attachments="taken")
    assert wrote("messages.send", **sends, template=given) > 0


def test_formatted_text_is_kept(wrote: Ask) -> None:
    sent = wrote("messages.send", peer_id=1001, random_id=0, message="Важно!", format_data=json.dumps(BOLD))
    shown = wrote("messages.getHistory", PERSON, peer_id=-101, count=1)["items"][0]
    assert shown["format_data"] == BOLD and shown["id"] == sent
    assert wrote("messages.edit", peer_id=1001, message_id=sent, message="Нет") == 1
    assert "format_data" not in wrote("messages.getHistory", PERSON, peer_id=-101, count=1)["items"][0]


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"items": [{"type": "blink", "offset": 0, "length": 1}]},
        {"items": [{"type": "bold", "offset": -1}]},
        {"items": [5]},
    ],
)
def test_a_bad_format_is_refused(wrote: Ask, bad: object) -> None:
    assert wrote("messages.send", peer_id=1001, random_id=0, message="x", format_data=json.dumps(bad)) == 100


def test_objects_of_the_world_file_are_attached_by_their_names(tmp_path: Path) -> None:
    vk = build(WORLD, data=tmp_path).vk
    vk.call("messages.send", "user-1", {"peer_id": -5, "random_id": 0, "message": "да"})
    mine = {"peer_id": 1, "random_id": 0, "attachment": "photo-5_7,doc1_8_k,story-5_9"}
    assert "response" in vk.call("messages.send", "group-5", mine)
    (shown,) = vk.call("messages.getHistory", "user-1", {"peer_id": -5, "count": 1})["response"]["items"]
    assert [one["type"] for one in shown["attachments"]] == ["photo", "story"], "the document of a person is his own"
    assert shown["attachments"][0]["photo"]["text"] == "Фасад"
    his = {"peer_id": -5, "random_id": 0, "attachment": "doc1_8"}
    assert "response" in vk.call("messages.send", "user-1", his)
    Keeper(vk, tmp_path).save()
    assert Keeper(build(WORLD, data=tmp_path).vk, tmp_path).load()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{type: gift, owner: -5, id: 7}", "вид должен быть одним из"),
        ("{type: photo, owner: 9, id: 7}", "нужен номер человека"),
        ("{type: photo, owner: -5, id: 7}", "photo-5_7 уже есть"),
        ("{type: photo, owner: -5, id: x}", "нужно целое число"),
        ("{type: photo, owner: -5, id: 7, name: а}", "неизвестное имя"),
    ],
)
def test_a_bad_object_is_one_sentence(vk: Vk, line: str, words: str) -> None:
    with pytest.raises(WorldFileError, match=words):
        parse_world(f"{WORLD}  - {line}\n", "мир.yaml", type(vk.world)())


def test_a_bot_with_a_token_of_its_own(tmp_path: Path) -> None:
    """It is written into the bot; the usual name goes on to work."""
    text = WORLD.replace("name: Сообщество,", "name: Сообщество, token: vk1.a.abc,").replace(
        "last_name: Ли", "last_name: Ли, token: his"
    )
    vk = build(text, data=tmp_path).vk
    for token in ("vk1.a.abc", "group-5"):
        assert vk.call("groups.getById", token)["response"]["groups"][0]["id"] == 5
    assert vk.call("users.get", "his")["response"][0]["id"] == 1
    assert vk.call("users.get", "nobody's")["error"]["error_code"] == 5
    with pytest.raises(WorldFileError, match="этот ключ уже дан другому"):
        parse_world(text.replace("token: his", "token: vk1.a.abc"), "мир.yaml", type(vk.world)())


def test_a_preset_code_confirms_a_server(tmp_path: Path, ask: Ask) -> None:
    vk = build(WORLD, data=tmp_path).vk
    code = {"group_id": 5}
    assert vk.call("groups.getCallbackConfirmationCode", "group-5", code)["response"] == {"code": "1a2b3c4d"}
    ask("emulator.setSettings", "", group_id=101, confirmation_code="abcd")
    assert ask("groups.getCallbackConfirmationCode", group_id=101) == {"code": "abcd"}
    vk.world.callbacks.codes[5] = 1
    assert callbacks.code(vk.world, 5) != "1a2b3c4d", "it changes as any other"


async def test_a_poll_says_its_next_ts_in_a_header(emulator: Emulator) -> None:
    """vkflow and vkquick go on from it; without it they take a good answer for a failed one."""
    server = emulator.call("groups.getLongPollServer", "group-101", group_id=101)
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="x")
    asked = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": 0}
    async with aiohttp.ClientSession() as http:
        async with http.get(server["server"], params=asked) as answer:
            told = json.loads(await answer.text())
            assert told["updates"] and answer.headers["X-Next-Ts"] == told["ts"]
        async with http.get(server["server"], params={**asked, "key": "x"}) as answer:
            assert "X-Next-Ts" not in answer.headers


def test_applications_are_for_people(ask: Ask) -> None:
    """easyvk asks so whose token it has, and goes on at 27."""
    assert ask("apps.get") == 27
