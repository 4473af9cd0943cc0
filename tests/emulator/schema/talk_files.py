"""The part of the talk with files: uploads, and a message with attachments of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.emulator.schema.talk import BOT, CHAT, PERSON, Ask, Step, forward, reading
from vk_emulator.methods.objects import KINDS
from vk_emulator.wire.uploads import seal
from vk_emulator.world.world import World

DOCUMENTS = ("doc", "audio_message", "graffiti")


def uploaded_photo() -> dict[str, Any]:
    """What the upload server gives; the seal is computed as it does."""
    told = json.dumps([{"file": "a.png", "width": 1300, "height": 800}])
    return {"photo": told, "server": 1, "hash": seal(World(), told)}


def uploaded_file(kind: str) -> dict[str, Any]:
    told = json.dumps({"kind": kind, "file": "a.pdf", "name": "a.pdf", "size": 5})
    return {"file": told.encode().hex() + "|" + seal(World(), told)}


def uploaded_chat_photo() -> str:
    told = json.dumps({"file": "a.png", "chat": "1"})
    return told.encode().hex() + "|" + seal(World(), told)


def name_of(kind: str, body: dict[str, Any]) -> str:
    prefix = "doc" if kind in DOCUMENTS else kind
    key = f"_{body['access_key']}" if "access_key" in body else ""
    return f"{prefix}{body['owner_id']}_{body['id']}{key}"


def files(ask: Ask) -> Iterator[Step]:
    for token, peer in ((BOT, 1001), (PERSON, -101)):
        yield "photos.getMessagesUploadServer", token, {"peer_id": peer}
        yield "photos.saveMessagesPhoto", token, uploaded_photo()
        for kind in DOCUMENTS:
            yield "docs.getMessagesUploadServer", token, {"peer_id": peer, "type": kind}
            yield "docs.save", token, {**uploaded_file(kind), "title": "Ответ"}
    yield "docs.search", PERSON, {"q": "Ответ", "search_own": 1}
    yield "photos.getChatUploadServer", BOT, {"chat_id": 1}
    yield "messages.setChatPhoto", BOT, {"file": uploaded_chat_photo()}
    yield "messages.deleteChatPhoto", BOT, {"chat_id": 1}
    names = attachments(ask)
    send = {"peer_id": -101, "random_id": 0, "message": "вложения"}
    yield "messages.send", PERSON, {**send, "attachment": ",".join(names[:10])}
    for name in names:
        yield "messages.send", PERSON, {**send, "attachment": name}
    yield "messages.send", BOT, {"peer_ids": CHAT, "random_id": 0, "forward": forward(1001, *range(11, 24))}
    yield from reading()


def attachments(ask: Ask) -> list[str]:
    """One object of every kind that the emulator knows, the person's own."""
    photo = ask("photos.saveMessagesPhoto", PERSON, **uploaded_photo())[0]
    names = [name_of("photo", photo)]
    for kind in DOCUMENTS:
        names.append(name_of(kind, ask("docs.save", PERSON, **uploaded_file(kind))[kind]))
    for kind in KINDS:
        names.append(name_of(kind, ask("emulator.addObject", "", user_id=1001, type=kind)[kind]))
    return names
