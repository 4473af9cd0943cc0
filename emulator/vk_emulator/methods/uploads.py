"""photos.* and docs.* of messages: where to upload and how to save (vk-api.md 8.2, 8.3)."""

from __future__ import annotations

import json
from typing import Any

from vk_emulator.acts.render import attachment_json
from vk_emulator.acts.rules import may_write
from vk_emulator.api.calls import Call, method
from vk_emulator.api.params import parse_json
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Account, Json
from vk_emulator.world.seals import seal

DOC_TYPES = {
    "gif": 3,
    "jpg": 4,
    "jpeg": 4,
    "png": 4,
    "ogg": 5,
    "mp3": 5,
    "mp4": 6,
    "txt": 1,
    "pdf": 1,
    "zip": 2,
}


def _target(call: Call) -> int:
    """The dialogue that the upload is for; 0 for none, Refusal where the caller may not write there."""
    peer = call.params.integer("peer_id", 0)
    if peer:
        may_write(call.world, call.account, peer)
    return peer


@method("photos.getMessagesUploadServer", "group", "user")
def photo_server(call: Call) -> Json:
    """Where to upload a photo for a message. One from a community to a person belongs to that person."""
    peer = _target(call)
    owner = peer if call.account < 0 and 0 < peer < 2_000_000_000 else call.account
    made: Json = {
        "album_id": -64,
        "upload_url": f"{call.world.address}/upload/photo?owner={owner}",
        "user_id": max(call.account, 0),
    }
    if call.account < 0:
        made["group_id"] = -call.account
    return made


@method("photos.saveMessagesPhoto", "group", "user")
def save_photo(call: Call) -> list[Json]:
    """Saves uploaded photos as attachments; error 121 where this emulator did not take the upload."""
    described = call.params.required_text("photo")
    if described == "[]":
        raise bad_parameter("photos_list is invalid")
    if call.params.text("hash") != seal(call.world, described):
        raise Refusal(121)
    saved = []
    for item in parse_json(described):
        owner = int(item.get("owner") or call.account)
        body = photo_body(call.world.now(), f"/files/{item['file']}", item["width"], item["height"])
        made = call.world.add_attachment("photo", owner, call.account, body, f"/files/{item['file']}")
        saved.append(attachment_json(call.world, made)["photo"])
    return saved


def photo_body(date: int, path: str, width: int, height: int) -> Json:
    """All sizes point to the one stored file, so that a relay can download any of them."""
    sizes = []
    for letter, edge in (("s", 75), ("m", 130), ("x", 604), ("y", 807), ("z", 1080), ("w", 2560)):
        scale = min(1.0, edge / max(width, height, 1))
        sizes.append(
            {
                "type": letter,
                "width": max(round(width * scale), 1),
                "height": max(round(height * scale), 1),
                "url": path,
            }
        )
    return {"album_id": -15, "date": date, "text": "", "has_tags": False, "sizes": sizes}


@method("docs.getMessagesUploadServer", "group", "user")
def doc_server(call: Call) -> Json:
    """Where to upload a document. Error 15 for a chat that a community has made, as VK refuses it."""
    kind = call.params.text("type", "doc") or "doc"
    if kind not in ("doc", "audio_message", "graffiti"):
        raise bad_parameter("type should be one of doc, audio_message, graffiti")
    peer = _target(call)
    if peer > 2_000_000_000 and call.world.chat_of(call.account, peer).owner < 0:
        raise Refusal(15, "Access denied: file uploading is not supported in chats created by communities")
    return {"upload_url": f"{call.world.address}/upload/{kind}"}


@method("docs.save", "group", "user")
def save_doc(call: Call) -> Json:
    """Saves an uploaded document as an attachment; error 105 where this emulator did not take the upload."""
    packed, _, sealed = call.params.required_text("file").partition("|")
    try:
        described = bytes.fromhex(packed).decode()
    except ValueError as error:
        raise Refusal(105) from error
    if sealed != seal(call.world, described):
        raise Refusal(105)
    told: dict[str, Any] = json.loads(described)
    if "kind" not in told:  # a picture of a chat
        raise Refusal(105)
    title = call.params.text("title", limit=128) or str(told["name"])
    return saved_doc(call, told, title)


def saved_doc(call: Call, told: Json, title: str) -> Json:
    """The stored document, voice message or graffiti, whichever was uploaded."""
    path = f"/files/{told['file']}"
    extension = path.rpartition(".")[2]
    owner: Account = call.account
    if told["kind"] == "audio_message":
        body: Json = {"duration": 5, "link_mp3": path, "link_ogg": path, "waveform": [0, 3, 8, 3] * 32}
    elif told["kind"] == "graffiti":
        body = {"url": path, "width": 400, "height": 400}
    else:
        body = {
            "title": title,
            "size": told["size"],
            "ext": extension,
            "date": call.world.now(),
            "type": DOC_TYPES.get(extension, 8),
            "url": path,
        }
    made = call.world.add_attachment(told["kind"], owner, owner, body, path)
    return attachment_json(call.world, made)
