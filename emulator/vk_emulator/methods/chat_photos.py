"""The picture of a chat: where to upload it, set and delete (schema, photos and messages).

A community must rule the chat, as for its title.
"""

from __future__ import annotations

import json

from vk_emulator.acts.chats import may_rule, service
from vk_emulator.api.calls import Call, method
from vk_emulator.methods.chats import chat_json, own_chat
from vk_emulator.world.errors import Refusal
from vk_emulator.world.records import Chat, Json
from vk_emulator.world.seals import seal

NOT_UPLOADED = 22


@method("photos.getChatUploadServer", "group", "user")
def chat_photo_server(call: Call) -> Json:
    """Where to upload the chat's picture; only for who may change the chat."""
    return {"upload_url": f"{call.world.address}/upload/chat?chat={_check_rights(call, own_chat(call)).id}"}


@method("messages.setChatPhoto", "group", "user")
def set_chat_photo(call: Call) -> Json:
    """Sets what was uploaded. Refuses what this emulator did not seal, error 917 for who is not in the chat."""
    packed, _, sealed = call.params.required_text("file").partition("|")
    try:
        described = bytes.fromhex(packed).decode()
    except ValueError as error:
        raise Refusal(NOT_UPLOADED) from error
    if sealed != seal(call.world, described):
        raise Refusal(NOT_UPLOADED)
    told = json.loads(described)
    chat = next(
        (known_chat for known_chat in call.world.chats.values() if str(known_chat.id) == told.get("chat")), None
    )
    if chat is None or call.account not in chat.members:
        raise Refusal(917)
    _check_rights(call, chat).photo = f"/files/{told['file']}"
    return _tell_of_change(call, chat, {"type": "chat_photo_update", "photo": chat.photo})


@method("messages.deleteChatPhoto", "group", "user")
def delete_chat_photo(call: Call) -> Json:
    chat = _check_rights(call, own_chat(call))
    chat.photo = ""
    return _tell_of_change(call, chat, {"type": "chat_photo_remove"})


def _check_rights(call: Call, chat: Chat) -> Chat:
    if call.account < 0:
        may_rule(chat, call.account)
    return chat


def _tell_of_change(call: Call, chat: Chat, action: Json) -> Json:
    message = service(call.world, chat, call.account, action)
    shown = call.world.shown_id(message, call.account)
    return {"message_id": shown, "chat": chat_json(call.world, chat, call.account)}
