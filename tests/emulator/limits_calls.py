"""One act for each row of `test_limits`: does a thing of the given size and gives the answer, an error's number or a
word. It must never know what the limit is."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.emulator.conftest import BOT, PERSON, Ask
from tests.emulator.schema.talk import CHAT, button, forward
from vk_emulator.api.calls import Vk
from vk_emulator.methods.uploads import photo_body
from vk_emulator.wire import parked
from vk_emulator.wire.uploads import Uploads


@dataclass
class World:
    """The demo world in which the first resident has written to the community."""

    vk: Vk
    ask: Ask

    def send(self, **params: Any) -> Any:
        return self.ask("messages.send", BOT, **{"peer_id": 1001, "random_id": 0, "message": "x", **params})


Act = Callable[[World, int], object]
# Where one more makes no difference by itself: the next size that does.
COARSE = {
    "seconds that a `random_id` is remembered": 3600,
    "carousel: width of a photo 800 high, 13:8": 1302,
}


def refreshed(vk: Vk) -> None:
    """A new second, so that the second try is not refused for its pace."""
    vk.call("emulator.advanceClock", "", {"seconds": 2})


def text(world: World, size: int) -> object:
    return world.send(message="😀" * (size // 2) + "я" * (size % 2))


def edited_text(world: World, size: int) -> object:
    world.send()
    answer = world.ask("messages.edit", peer_id=1001, cmid=2, message="я" * size)
    return "edited" if answer == 1 else answer


def long_text(world: World, size: int) -> object:
    world.vk.world.switches.text_limit = 9000
    return text(world, size)


def attachment_characters(world: World, size: int) -> object:
    return world.send(attachment="x" * size)


def attachments(world: World, size: int) -> object:
    video = world.ask("emulator.addObject", "", user_id=1001, type="wall")["wall"]
    return world.send(attachment=",".join([f"wall1001_{video['id']}"] * size))


def peer_ids(world: World, size: int) -> object:
    return world.send(peer_ids=",".join(map(str, range(1, size + 1))))


def chat_id(world: World, size: int) -> object:
    return world.ask("messages.send", BOT, chat_id=size, random_id=0, message="x")


def random_id(world: World, size: int) -> object:
    return world.send(random_id=size)


def again(world: World, first: object) -> object:
    return "same" if world.send(random_id=9) == first else "new message"


def random_id_age(world: World, seconds: int) -> object:
    first = world.send(random_id=9)
    world.ask("emulator.advanceClock", seconds=seconds)
    return again(world, first)


def random_id_depth(world: World, count: int) -> object:
    first = world.send(random_id=9)
    for _ in range(count):
        world.ask("messages.send", PERSON, peer_id=-101, random_id=0, message="x")
    return again(world, first)


def forwards(world: World, size: int) -> object:
    return world.send(forward=forward(1001, *[1] * size))


def forward_depth(world: World, depth: int) -> object:
    """A message whose forwards go `depth` levels deep; level one quotes a plain message."""
    answer: object = 1
    for level in range(depth):
        last = len(world.vk.world.private[(-101, 1001)].messages)
        answer = world.send(forward=forward(1001, last if level else 1))
    return answer


def forwards_in_all(world: World, size: int) -> object:
    """Each of 50 quotes holds nine plain ones, which makes 500; a plain one more makes 501."""
    world.send(forward=forward(1001, *[1] * 9))
    return world.send(forward=forward(1001, *[2] * (size // 10), *[1] * (size % 10)))


def forward_messages(world: World, size: int) -> object:
    return world.send(forward_messages=",".join(["1"] * size))


def reply(world: World, size: int) -> object:
    return world.send(forward=forward(1001, *[1] * size, is_reply=True))


def sized_payload(size: int) -> str:
    return json.dumps({"a": "x" * (size - 9)})


def message_payload(world: World, size: int) -> object:
    return world.send(payload=sized_payload(size))


def latitude(world: World, size: int) -> object:
    return world.send(lat=size, long=0)


def longitude(world: World, size: int) -> object:
    return world.send(lat=0, long=size)


def board(world: World, rows: list[list[dict[str, Any]]], inline: bool = False) -> object:
    return world.send(keyboard=json.dumps({"inline": inline, "buttons": rows}))


def columns(world: World, size: int) -> object:
    return board(world, [[button()] * size])


def rows(world: World, size: int) -> object:
    return board(world, [[button()]] * size)


def shape(size: int, width: int) -> list[list[dict[str, Any]]]:
    full = [[button()] * width for _ in range(size // width)]
    return full + ([[button()] * (size % width)] if size % width else [])


def buttons(world: World, size: int) -> object:
    return board(world, shape(size, 5))


def inline_columns(world: World, size: int) -> object:
    return board(world, [[button()] * size], inline=True)


def inline_rows(world: World, size: int) -> object:
    return board(world, [[button()]] * size, inline=True)


def inline_buttons(world: World, size: int) -> object:
    return board(world, shape(size, 5), inline=True)


def wide(world: World, size: int) -> object:
    return board(world, [[{"action": {"type": "location"}}] * size])


def label(world: World, size: int) -> object:
    return board(world, [[button(label="я" * size)]])


def button_payload(world: World, size: int) -> object:
    return board(world, [[button(payload=sized_payload(size))]])


def carousel(world: World, count: int = 1, **changed: Any) -> object:
    element = {"title": "т", "description": "о", "buttons": [button()], **changed}
    return world.send(template=json.dumps({"type": "carousel", "elements": [element] * count}))


def elements(world: World, size: int) -> object:
    return carousel(world, size)


def title(world: World, size: int) -> object:
    return carousel(world, title="т" * size)


def description(world: World, size: int) -> object:
    return carousel(world, description="о" * size)


def element_buttons(world: World, size: int) -> object:
    return carousel(world, buttons=[button()] * size)


def carousel_photo(world: World, height: int) -> object:
    return _photo(world, round(height * 13 / 8), height)


def carousel_photo_width(world: World, width: int) -> object:
    return _photo(world, width, 800)


def _photo(world: World, width: int, height: int) -> object:
    body = photo_body(0, "/files/a.png", width, height)
    made = world.vk.world.add_attachment("photo", -101, -101, body, "")
    return carousel(world, photo_id=f"-101_{made.id}")


def counted(method: str, **params: Any) -> Act:
    return lambda world, size: world.ask(method, BOT, **params, count=size)


def members(world: World, size: int) -> object:
    return world.ask("messages.getConversationMembers", peer_id=CHAT, count=size)


def listed(method: str, parameter: str, **params: Any) -> Act:
    return lambda world, size: world.ask(method, BOT, **params, **{parameter: ",".join(map(str, range(1, size + 1)))})


def by_cmid(world: World, size: int) -> object:
    return listed("messages.getByConversationMessageId", "conversation_message_ids", peer_id=1001)(world, size)


def peers(world: World, size: int) -> object:
    return listed("messages.getConversationsById", "peer_ids")(world, size)


def groups(world: World, size: int) -> object:
    return world.ask("groups.getById", group_ids=",".join(["101"] * size))


def reaction(world: World, number: int) -> object:
    return "put" if world.ask("messages.sendReaction", peer_id=1001, cmid=1, reaction_id=number) == 1 else 1009


def pressed(world: World) -> dict[str, Any]:
    keyboard = json.dumps({"inline": True, "buttons": [[button("callback")]]})
    last = world.send(peer_id=1001, keyboard=keyboard)
    assert last
    cmid = len(world.vk.world.private[(-101, 1001)].messages)
    made = world.ask("messages.sendMessageEvent", PERSON, peer_id=-101, cmid=cmid, payload="{}")
    return {**made, "user_id": 1001, "peer_id": 1001}


def answered(world: World, press: dict[str, Any], **more: Any) -> object:
    answer = world.ask("messages.sendMessageEventAnswer", **press, **more)
    return "answered" if answer == 1 else answer


def event_data(world: World, size: int) -> object:
    empty = json.dumps({"type": "open_link", "link": "https://"})
    link = "https://" + "x" * (size - len(empty))
    return answered(world, pressed(world), event_data=json.dumps({"type": "open_link", "link": link}))


def snackbar(world: World, size: int) -> object:
    data = json.dumps({"type": "show_snackbar", "text": "я" * size}, ensure_ascii=False)
    return answered(world, pressed(world), event_data=data)


def press_age(world: World, seconds: int) -> object:
    press = pressed(world)
    world.ask("emulator.advanceClock", seconds=seconds)
    return answered(world, press)


def edit_age(world: World, seconds: int) -> object:
    item = world.send(peer_ids=1001)[0]
    world.ask("emulator.advanceClock", seconds=seconds)
    answer = world.ask("messages.edit", peer_id=1001, cmid=item["conversation_message_id"], message="y")
    return "edited" if answer == 1 else answer


def execute(world: World, size: int) -> object:
    return world.ask("execute", code="return [" + ",".join(["API.utils.getServerTime()"] * size) + "];")


def rate(world: World, size: int) -> object:
    world.vk.world.switches.rate_limit = "on"
    return [world.ask("utils.getServerTime") for _ in range(size)][-1]


def person_rate(world: World, size: int) -> object:
    world.vk.world.switches.user_rate_limit = "on"
    return [world.ask("utils.getServerTime", PERSON) for _ in range(size)][-1]


def wait(world: World, seconds: int) -> object:
    """VK does not refuse a longer wait; nobody waits longer than this."""
    made = parked._wait({"wait": str(seconds)})
    return made if made == seconds else f"cut to {made}"


def version(world: World, minor: int) -> object:
    return world.ask("utils.getServerTime", v=f"5.{minor}")


def callback_server(world: World, **changed: Any) -> object:
    given = {"group_id": 101, "url": "http://127.0.0.1:9/", "title": "x", **changed}
    return world.ask("groups.addCallbackServer", **given)


def callback_servers(world: World, size: int) -> object:
    there = world.ask("groups.getCallbackServers", group_id=101)["count"]
    return [callback_server(world) for _ in range(size - there)][-1]


def callback_title(world: World, size: int) -> object:
    return callback_server(world, title="я" * size)


def callback_secret(world: World, size: int) -> object:
    return callback_server(world, secret_key="я" * size)


def allow_key(world: World, size: int) -> object:
    answer = world.ask("messages.allowMessagesFromGroup", PERSON, group_id=101, key="x" * size)
    return "allowed" if answer == 1 else answer


def png(width: int, height: int) -> bytes:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    return head + width.to_bytes(4, "big") + height.to_bytes(4, "big")


def upload(world: World, kind: str, data: bytes) -> object:
    """As the upload server does with the bytes, without a socket; `test_uploads` has the sockets."""
    with tempfile.TemporaryDirectory() as folder:
        server = Uploads(world.vk.world, Path(folder))
        told = server._photo("a.png", data, "") if kind == "photo" else server._document(kind, "a.pdf", data)
    if "error" in told:
        return "error"
    return "empty upload" if told.get("photo") == "[]" else "stored"


def photo_bytes(world: World, size: int) -> object:
    return upload(world, "photo", png(20, 20).ljust(size, b"\0"))


def photo_edges(world: World, edges: int) -> object:
    return upload(world, "photo", png(7000, edges - 7000))


def photo_ratio(world: World, long_side: int) -> object:
    return upload(world, "photo", png(long_side, 100))


def document_bytes(world: World, size: int) -> object:
    return upload(world, "doc", bytes(size))
