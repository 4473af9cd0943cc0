"""Callback buttons: a person presses, the community answers within 60 seconds (vk-api.md 6.1, 12.15)."""

from __future__ import annotations

import json

from vk_emulator.acts import tell
from vk_emulator.api.calls import Call, method
from vk_emulator.api.params import parse_json
from vk_emulator.world.errors import bad_parameter
from vk_emulator.world.records import Json, Press

LIFE = 60
KEPT = 10_000


@method("messages.sendMessageEvent", "user")
def press(call: Call) -> Json:
    """Presses a callback button under a message (`cmid`) or in the normal keyboard (none). The payload is
    not compared with the keyboard: a client can forge it (vk-api.md 3.2)."""
    world, params = call.world, call.params
    thread = world.thread_of(call.account, params.integer("peer_id"))
    payload = _payload(params.text("payload", "{}", limit=1000))
    name = params.first("cmid", "conversation_message_id")
    if params.has(name):
        message = world.find(call.account, thread, params.integer(name))
        if message is None or message.sender > 0:
            raise bad_parameter(f"{name} is invalid")
        author, cmid, keyboard = message.sender, message.cmid, message.keyboard
    elif thread.keyboards:
        cmid, (author, keyboard) = 0, list(thread.keyboards.items())[-1]
    else:
        raise bad_parameter("cmid is undefined")
    label = label_of(keyboard or {}, payload)
    made = Press(world.hex(12), call.account, -author, thread, cmid, world.clock.now(), label=label)
    if len(world.presses) >= KEPT:
        del world.presses[next(iter(world.presses))]
    world.presses[made.event_id] = made
    if thread.chat is None or author in thread.chat.members:
        shown = payload if world.switches.event_payload == "object" else json.dumps(payload)  # Q12
        tell.tell_of_press(world, made, shown)
    return {"event_id": made.event_id}


def label_of(keyboard: Json, payload: Json) -> str:
    """The label of the callback button that gives this payload; empty where a client made it up."""
    actions = (button["action"] for row in keyboard.get("buttons", ()) for button in row)
    fits = (action for action in actions if action["type"] == "callback")
    return next((action["label"] for action in fits if parse_json(action["payload"]) == payload), "")


def _payload(text: str) -> Json:
    """The payload as an object; Refusal for anything else."""
    try:
        value = parse_json(text)
    except ValueError as error:
        raise bad_parameter("payload is not a valid JSON") from error
    if not isinstance(value, dict):
        raise bad_parameter("payload should be an object")
    return value


@method("messages.sendMessageEventAnswer", "group")
def answer(call: Call) -> int:
    """`messages.sendMessageEventAnswer`: checks the answer to a pressed button and passes it to who pressed."""
    world, params = call.world, call.params
    event_id, user, peer = params.required_text("event_id"), params.integer("user_id"), params.integer("peer_id")
    data = params.object("event_data")
    if params.has("event_data"):
        params.text("event_data", limit=1000)
        _check(data or {})
    made = world.presses.get(event_id)
    right = made is not None and made.user == user and made.community == -call.account
    if made is None or not right or world.peer_of(made.thread, call.account) != peer:
        raise bad_parameter("event_id is invalid")
    if world.clock.now() - made.born > LIFE or made.answered:
        raise bad_parameter("event_id is expired")
    made.answered, made.answer = True, data
    world.emit(user, ("answer", _answer_json(call, made)))
    return 1


def _answer_json(call: Call, made: Press) -> Json:
    return {
        "owner_id": call.account,
        "peer_id": call.world.peer_of(made.thread, made.user),
        "event_id": made.event_id,
        "action": made.answer or {},
    }


def _check(data: Json) -> None:
    """Refuses an answer to a button that VK would not take."""
    kind = data.get("type")
    if kind == "show_snackbar":
        text = data.get("text")
        if not isinstance(text, str) or not 1 <= len(text) <= 90:
            raise bad_parameter("event_data: text should have 1 to 90 characters")
    elif kind == "open_link":
        if not isinstance(data.get("link"), str) or not data["link"].startswith(("http://", "https://")):
            raise bad_parameter("event_data: link is invalid")
    elif kind == "open_app":
        if not isinstance(data.get("app_id"), int):
            raise bad_parameter("event_data: app_id is invalid")
    else:
        raise bad_parameter("event_data: unknown type")
