"""Events of a person's long poll in the User Long Poll format (version 3), built when they are read. It
must never change the world."""

from __future__ import annotations

from typing import Any

from vk_emulator.acts.tell import escape_text
from vk_emulator.world.records import CHAT_BASE, Account, Json, Message
from vk_emulator.world.world import World

UNREAD, OUTBOX, CHAT, MEDIA, DELETED, DELETED_ALL = 1, 2, 16, 512, 128, 131072


FILES, RANDOM = 2, 128
"""What a poll asks for by `mode`: attachments with what else is known of a message, and its `random_id`."""
ALL = FILES | RANDOM


def render_event(world: World, viewer: Account, event: Any, mode: int = ALL) -> list[Any]:
    """The lists of numbers that a person's long poll gives for this event; none where it is not for this viewer."""
    kind = event[0]
    if kind in ("new", "edit", "delete"):
        message: Message = event[1]
        if kind == "delete":
            return [[2, message.id, DELETED | DELETED_ALL, world.peer_of(message.thread, viewer)]]
        if message.deleted or world.peer_of(message.thread, viewer) == 0:
            return []
        shown = _fields_by_mode(_message(world, viewer, message, 4 if kind == "new" else 5), mode)
        return [shown, *_chat_changed(world, viewer, message)] if kind == "new" else [shown]
    if kind == "read":
        _, thread, reader, cmid = event
        peer = world.peer_of(thread, viewer)
        number = thread.messages[cmid - 1].id if 1 <= cmid <= len(thread.messages) else 0
        return [[6 if reader == viewer else 7, peer, number]]
    if kind == "typing":
        _, thread, who, _activity = event
        peer = world.peer_of(thread, viewer)
        return [[62, who, peer - CHAT_BASE]] if thread.chat is not None else [[61, who, 1]]
    return _other(world, viewer, event)


CHANGES = {
    "chat_title_update": 1,
    "chat_photo_update": 2,
    "chat_photo_remove": 2,
    "chat_pin_message": 5,
    "chat_unpin_message": 5,
    "chat_invite_user": 6,
    "chat_invite_user_by_link": 6,
    "chat_kick_user": 8,
}
LEFT = 7


def _chat_changed(world: World, viewer: Account, message: Message) -> list[Any]:
    """Event 52: what changed in a chat, and whom it is about."""
    action = message.action or {}
    change, about = CHANGES.get(action.get("type", "")), int(action.get("member_id", 0))
    if change is None:
        return []
    if change == CHANGES["chat_kick_user"] and about == message.sender:
        change = LEFT
    named = about if change in (CHANGES["chat_invite_user"], LEFT, CHANGES["chat_kick_user"]) else 0
    return [[52, change, world.peer_of(message.thread, viewer), named]]


def _other(world: World, viewer: Account, event: Any) -> list[Any]:
    """The events of the User Long Poll for what is no message; none where people see nothing of it."""
    if event[0] == "reaction":
        message = event[1]
        return [[601, 0, world.peer_of(message.thread, viewer), message.cmid]]
    if event[0] == "answer":  # the community answered a pressed callback button; number is our own
        return [[119, event[1]]]
    return []


def _fields_by_mode(whole: list[Any], mode: int) -> list[Any]:
    """Code, id, flags, peer, time and words stand in each; what else is known and the `random_id` by `mode`."""
    *plain, extra, files, own = whole
    return [*plain, *((extra, files) if mode & FILES else ()), *((own,) if mode & RANDOM else ())]


def _message(world: World, viewer: Account, message: Message, code: int) -> list[Any]:
    """A message as an event, with its flags."""
    thread = message.thread
    flags = OUTBOX if message.sender == viewer else 0
    if message.sender != viewer and thread.read.get(viewer, 0) < message.cmid:
        flags |= UNREAD
    if message.attachments or message.quotes:
        flags |= MEDIA
    extra: Json = {"title": " ... "}
    if thread.chat is not None:
        flags |= CHAT
        extra = {"title": thread.chat.title, "from": str(message.sender)}
        if message.action is not None:
            extra["source_act"] = str(message.action["type"])
            if "member_id" in message.action:
                extra["source_mid"] = str(message.action["member_id"])
    if message.keyboard is not None:
        extra["keyboard"] = message.keyboard
    if message.payload:
        extra["payload"] = message.payload
    own = message.random_id if message.sender == viewer else 0
    peer = world.peer_of(thread, viewer)
    return [code, message.id, flags, peer, message.date, escape_text(message.text), extra, _parts(message), own]


def _parts(message: Message) -> Json:
    """Attachments, forwards and place of a message, as the event names them."""
    made: Json = {}
    for index, attachment in enumerate(message.attachments, start=1):
        made[f"attach{index}_type"] = attachment.type
        made[f"attach{index}"] = f"{attachment.owner}_{attachment.id}"
    if message.quotes:
        made["fwd"] = ",".join(f"{quote.sender}_{quote.id}" for quote in message.quotes)
    if message.geo is not None:
        made["geo"] = "1"
    if message.reply is not None:
        made["reply"] = f'{{"conversation_message_id":{message.reply.cmid}}}'
    return made
