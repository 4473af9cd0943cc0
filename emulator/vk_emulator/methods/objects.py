"""Objects that VK lets no bot upload (vk-api.md 8.1): a person gets them from the emulator to attach them. It must
never hold more of an object than a message shows."""

from __future__ import annotations

from vk_emulator.acts.objects import KINDS, PUBLIC
from vk_emulator.acts.render import attachment_json
from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import bad_parameter
from vk_emulator.world.records import Json


def make_object(call: Call, kind: str) -> Json:
    """Makes an object of this kind that belongs to the person of `user_id`; error 100 for an unknown kind or person."""
    if kind not in KINDS:
        raise bad_parameter(f"type should be one of {', '.join(KINDS)}")
    owner = call.params.integer("user_id")
    if owner not in call.world.users:
        raise bad_parameter("user_id is invalid")
    body = KINDS[kind](call.params.text("title", "Видео" if kind == "video" else "Запись"), call.world.now(), owner)
    attachment = call.world.add_attachment(kind, owner, owner, body, "")
    attachment.public = kind in PUBLIC
    return attachment_json(call.world, attachment)


@method("emulator.addObject", "control")
def add_object(call: Call) -> Json:
    """`user_id`, `type` video, audio, wall, market or poll, `title?` → an object to attach."""
    return make_object(call, call.params.text("type", "video"))


@method("emulator.addVideo", "control")
def add_video(call: Call) -> Json:
    """`emulator.addObject` with `type=video`."""
    return make_object(call, "video")
