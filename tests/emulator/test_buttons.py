"""Callback buttons: press, event, answer within 60 seconds (vk-api.md 6.1)."""

from __future__ import annotations

import json

import pytest

from tests.emulator.conftest import OTHER, PERSON, Ask
from vk_emulator.acts.user_events import render_event
from vk_emulator.api.calls import Vk

BUTTONS = json.dumps(
    {
        "inline": True,
        "buttons": [[{"action": {"type": "callback", "label": "Принять", "payload": '{"a":1}'}}]],
    }
)


@pytest.fixture
def pressed(wrote: Ask) -> str:
    wrote("messages.send", peer_id=1001, random_id=0, message="Кнопка", keyboard=BUTTONS)
    answer = wrote("messages.sendMessageEvent", PERSON, peer_id=-101, cmid=2, payload='{"a":1}')
    return str(answer["event_id"])


def test_press_and_answer(wrote: Ask, vk: Vk, pressed: str) -> None:
    event = vk.world.queue(-101).items[-1].event
    assert event["type"] == "message_event"
    assert event["object"] == {
        "user_id": 1001,
        "peer_id": 1001,
        "event_id": pressed,
        "payload": {"a": 1},
        "conversation_message_id": 2,
    }
    data = {"type": "show_snackbar", "text": "Принято"}
    given = {"event_id": pressed, "user_id": 1001, "peer_id": 1001, "event_data": json.dumps(data)}
    assert wrote("emulator.eventAnswer", event_id=pressed) == {
        "answered": False,
        "event_data": None,
        "alive": True,
    }
    assert wrote("messages.sendMessageEventAnswer", **{**given, "user_id": 1002}) == 100
    assert wrote("messages.sendMessageEventAnswer", PERSON, **given) == 15
    assert wrote("messages.sendMessageEventAnswer", **given) == 1
    assert wrote("messages.sendMessageEventAnswer", **given) == 100
    assert wrote("emulator.eventAnswer", event_id=pressed)["event_data"] == data
    last = render_event(vk.world, 1001, vk.world.queue(1001).items[-1].event)
    assert last == [[119, {"owner_id": -101, "peer_id": -101, "event_id": pressed, "action": data}]]


@pytest.mark.parametrize(("seconds", "answer"), [(60, 1), (61, 100)])
def test_a_press_lives_a_minute(wrote: Ask, pressed: str, seconds: int, answer: int) -> None:
    wrote("emulator.advanceClock", seconds=seconds)
    got = wrote("messages.sendMessageEventAnswer", event_id=pressed, user_id=1001, peer_id=1001)
    assert got == answer


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ({"type": "show_snackbar", "text": "я" * 90}, 1),
        ({"type": "show_snackbar", "text": "я" * 91}, 100),
        ({"type": "open_link", "link": "https://vk.ru"}, 1),
        ({"type": "open_link"}, 100),
        ({"type": "dance"}, 100),
        ([], 100),
        ({"type": "open_link", "link": "https://" + "x" * 1000}, 100),
    ],
)
def test_event_data(wrote: Ask, pressed: str, data: object, answer: int) -> None:
    given = {"event_id": pressed, "user_id": 1001, "peer_id": 1001, "event_data": json.dumps(data)}
    assert wrote("messages.sendMessageEventAnswer", **given) == answer


def test_payload_as_a_string_is_a_switch(wrote: Ask, vk: Vk, pressed: str) -> None:
    vk.world.switches.event_payload = "string"
    wrote("messages.sendMessageEvent", PERSON, peer_id=-101, cmid=2, payload='{"a":1}')
    assert vk.world.queue(-101).items[-1].event["object"]["payload"] == '{"a": 1}'


def test_bad_presses(wrote: Ask, pressed: str) -> None:
    assert wrote("messages.sendMessageEvent", PERSON, peer_id=-101, cmid=1, payload="{}") == 100
    assert wrote("messages.sendMessageEvent", PERSON, peer_id=-101, cmid=2, payload="[]") == 100
    assert wrote("messages.sendMessageEvent", PERSON, peer_id=-101, payload="{}") == 100
    assert wrote("messages.sendMessageEvent", OTHER, peer_id=-101, cmid=2, payload="{}") == 100
    assert wrote("messages.sendMessageEvent", peer_id=1001, cmid=2, payload="{}") == 27


def test_press_in_a_chat_by_each_ones_number(wrote: Ask, vk: Vk) -> None:
    wrote("messages.send", peer_ids=2_000_000_001, random_id=0, message="Карточка", keyboard=BUTTONS)
    peer = vk.world.chats[1].numbers[1006] + 2_000_000_000
    wrote("messages.sendMessageEvent", "user-1006", peer_id=peer, cmid=1, payload='{"a":1}')
    assert vk.world.queue(-101).items[-1].event["object"]["peer_id"] == 2_000_000_001
