"""What people did by hand with a community, as a test for pytest that does it again. It must only read the world."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import bad_parameter
from vk_emulator.world.records import Account, Message, Thread
from vk_emulator.world.world import World

HEAD = "def test_what_was_played(vk, vk_bot):"
MOST_LETTERS = 60
Step = tuple[float, int, Account, str]


@method("emulator.asTest", "control")
def as_test(call: Call) -> str:
    """`group_id?` → what people said, pressed and heard in the messages of the community, as a test for pytest."""
    group = call.params.integer("group_id", next(iter(call.world.communities)))
    if group not in call.world.communities:
        raise bad_parameter("group_id is invalid")
    done = sorted(step for thread in dialogues(call.world, group) for step in steps(call.world, thread))
    people = list(dict.fromkeys(person for _, _, person, _ in done))
    lines = [f"{name(person)} = vk.person({person})" for person in people] + [line for _, _, _, line in done]
    return "\n".join([HEAD, *(f"    {line}" for line in lines or ["pass"]), ""])


def dialogues(world: World, group: int) -> Iterator[Thread]:
    return (thread for thread in world.threads if thread.chat is None and -group in thread.members)


def steps(world: World, thread: Thread) -> Iterator[Step]:
    person = max(thread.members)
    for message in thread.messages:
        if message.action is None and not message.deleted:
            yield message.posted, message.id, person, f"{name(person)}.{line_of(thread, message)}"
    for press in world.presses.values():
        label = getattr(press, "label", "")  # a kept world may be older
        if press.thread is thread and label:
            yield press.born, 0, person, f"{name(person)}.presses({literal(label)})"
            if (press.answer or {}).get("text"):
                told = f'assert {name(person)}.notice["text"] == {literal(press.answer["text"])}'  # type: ignore[index]
                yield press.born, 1, person, told


def line_of(thread: Thread, message: Message) -> str:
    words = message.text.split("\n")[0][:MOST_LETTERS]
    if message.sender < 0:
        return f"hears({literal(words)})" if words else "hears()"
    if message.payload and any(message.text == action.get("label") for action in actions(thread)):
        return f"presses({literal(message.text)})"
    photos = any(attachment.type == "photo" for attachment in message.attachments)
    return f"{'sends_photo' if photos else 'says'}({literal(message.text)})"


def actions(thread: Thread) -> Iterator[dict[str, Any]]:
    """Of all buttons that the community has shown here, the newest first."""
    for message in reversed(thread.messages):
        for row in (message.keyboard or {}).get("buttons", []):
            yield from (button["action"] for button in row)


def name(person: Account) -> str:
    return f"person_{person}"


def literal(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
