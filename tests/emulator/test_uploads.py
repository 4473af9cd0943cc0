"""Photos and documents really travel: upload, save, attach, forward, download (vk-api.md §8)."""

from __future__ import annotations

import base64
import json
from typing import Any

import aiohttp
import pytest

from tests.emulator.conftest import PERSON
from vk_emulator.server import Emulator

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEUlEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg=="
)


async def uploaded(url: str, field: str, name: str, data: bytes) -> Any:
    form = aiohttp.FormData()
    form.add_field(field, data, filename=name)
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as response:
        return json.loads(await response.text())


async def photo(emulator: Emulator, token: str = PERSON, **params: Any) -> Any:
    server = emulator.call("photos.getMessagesUploadServer", token, **params)
    told = await uploaded(server["upload_url"], "photo", "яма.png", PNG)
    return emulator.call("photos.saveMessagesPhoto", token, **told)[0]


async def test_a_residents_photo_reaches_the_chat_by_forward_only(emulator: Emulator) -> None:
    made = await photo(emulator)
    name = f"photo{made['owner_id']}_{made['id']}_{made['access_key']}"
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="яма", attachment=name)
    event = emulator.world.queue(-101).items[-1].event["object"]["message"]["attachments"][0]
    largest = max(event["photo"]["sizes"], key=lambda size: size["width"])
    assert largest["width"] == 2 and largest["height"] == 3
    async with aiohttp.ClientSession() as session, session.get(largest["url"]) as response:
        assert await response.read() == PNG
    refused = emulator.call("messages.send", "group-101", peer_id=1001, random_id=0, attachment=name)
    assert refused["error"]["error_code"] == 100  # dropped silently, and nothing else is left
    emulator.call("messages.send", "group-101", peer_id=1001, random_id=0, message="без", attachment=name)
    assert emulator.call("messages.getHistory", PERSON, peer_id=-101, count=1)["items"][0]["attachments"] == []
    forward = json.dumps({"peer_id": 1001, "conversation_message_ids": [1]})
    emulator.call("messages.send", "group-101", peer_id=2_000_000_001, random_id=0, forward=forward)
    card = emulator.call(
        "messages.getByConversationMessageId", "group-101", peer_id=2_000_000_001, conversation_message_ids=1
    )
    assert card["items"][0]["fwd_messages"][0]["attachments"][0]["photo"]["id"] == made["id"]


async def test_a_communitys_photo(emulator: Emulator) -> None:
    assert emulator.call("photos.getMessagesUploadServer", "group-101", peer_id=1001)["error"]["error_code"] == 901
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="привет")
    made = await photo(emulator, "group-101", peer_id=1001)
    assert made["owner_id"] == 1001
    name = f"photo{made['owner_id']}_{made['id']}_{made['access_key']}"
    assert emulator.call("messages.send", "group-101", peer_id=1001, random_id=0, attachment=name) == 2
    assert (await photo(emulator, "group-101"))["owner_id"] == -101


@pytest.mark.parametrize("kind", ["doc", "audio_message", "graffiti"])
async def test_documents(emulator: Emulator, kind: str) -> None:
    server = emulator.call("docs.getMessagesUploadServer", PERSON, peer_id=-101, type=kind)
    told = await uploaded(server["upload_url"], "file", "ответ.pdf", b"%PDF-1.4 demo")
    made = emulator.call("docs.save", PERSON, file=told["file"], title="Ответ")
    assert made["type"] == kind
    body = made[kind]
    name = f"doc{body['owner_id']}_{body['id']}_{body['access_key']}"
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, attachment=name)
    got = emulator.call("messages.getHistory", "group-101", peer_id=1001)["items"][0]["attachments"][0]
    address = got[kind].get("url") or got[kind]["link_ogg"]
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        assert await response.read() == b"%PDF-1.4 demo"


async def test_a_private_doc_by_string_is_a_switch(emulator: Emulator) -> None:
    server = emulator.call("docs.getMessagesUploadServer", PERSON, peer_id=-101)
    told = await uploaded(server["upload_url"], "file", "a.txt", b"x")
    body = emulator.call("docs.save", PERSON, file=told["file"])["doc"]
    name = f"doc{body['owner_id']}_{body['id']}_{body['access_key']}"
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, attachment=name)
    for value, count in (("off", 0), ("on", 1)):
        emulator.call("emulator.setSwitches", private_doc_attachable=value)
        emulator.call("messages.send", "group-101", peer_id=1001, random_id=0, message="x", attachment=name)
        last = emulator.call("messages.getHistory", PERSON, peer_id=-101, count=1)["items"][0]
        assert len(last["attachments"]) == count


async def test_uploads_that_fail(emulator: Emulator) -> None:
    url = emulator.call("photos.getMessagesUploadServer", PERSON)["upload_url"]
    assert (await uploaded(url, "photo", "a.png", b"not a picture"))["photo"] == "[]"
    assert (await uploaded(url, "photo", "без расширения", PNG))["photo"] == "[]"
    assert emulator.call("photos.saveMessagesPhoto", PERSON, photo="[]", hash="x")["error"]["error_code"] == 100
    assert emulator.call("photos.saveMessagesPhoto", PERSON, photo="[{}]", hash="x")["error"]["error_code"] == 121
    assert emulator.call("docs.save", PERSON, file="zz|x")["error"]["error_code"] == 105
    emulator.call("emulator.setSwitches", upload_flaky=2)
    answers = [await uploaded(url, "photo", "a.png", PNG) for _ in range(3)]
    assert [a.get("error_code") for a in answers] == [4606, 4606, None]
    async with aiohttp.ClientSession() as session, session.post(url, data=b"junk") as response:
        assert response.status == 200 and json.loads(await response.text())["error_code"] == 4606
    async with (
        aiohttp.ClientSession() as session,
        session.get(emulator.base + "/files/..%2fworld.pickle") as response,
    ):
        assert response.status == 404


@pytest.mark.parametrize(
    ("name", "data", "kept"), [("a.html", b"<script>", True), ("a.svg", b"<svg/>", True), ("a.png", PNG, False)]
)
async def test_a_page_that_somebody_sent_does_not_open_in_the_sandbox(
    emulator: Emulator, name: str, data: bytes, kept: bool
) -> None:
    """T11: what may hold a script is saved, never shown as a page of the emulator's own origin."""
    server = emulator.call("docs.getMessagesUploadServer", PERSON, peer_id=-101)
    told = await uploaded(server["upload_url"], "file", name, data)
    address = emulator.call("docs.save", PERSON, file=told["file"])["doc"]["url"]
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        assert (response.headers.get("Content-Disposition") == "attachment") is kept
        assert await response.read() == data


async def test_no_files_into_chats_of_communities(emulator: Emulator) -> None:
    made = emulator.call("messages.createChat", "group-101", user_ids="1006", title="Своя")
    peer = 2_000_000_000 + made["chat_id"]
    answer = emulator.call("docs.getMessagesUploadServer", "group-101", peer_id=peer)
    assert answer["error"]["error_code"] == 15
    assert emulator.call("messages.send", "group-101", peer_id=peer, random_id=0, message="с номером") > 0


async def test_ten_attachments(emulator: Emulator) -> None:
    video = emulator.call("emulator.addVideo", user_id=1001)["video"]
    name = f"video{video['owner_id']}_{video['id']}"
    ten = ",".join([name] * 10)
    assert emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, attachment=ten) == 1
    eleven = emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, attachment=f"{ten},{name}")
    assert eleven["error"]["error_code"] == 100
