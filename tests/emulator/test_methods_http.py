"""How calls travel: GET, POST, multipart, tokens, versions, and what VK refuses (vk-api.md §1)."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.emulator.conftest import PERSON
from vk_emulator.server import Emulator

ASKED = {"v": "5.199", "user_ids": "1001"}
BEARER = {"Authorization": "Bearer group-101"}


async def asked(emulator: Emulator, name: str, *, how: str = "POST", **more: Any) -> Any:
    async with aiohttp.ClientSession() as session, session.request(how, emulator.url + name, **more) as response:
        assert response.status == 200 and response.content_type == "application/json"
        body = json.loads(await response.text())
        return body["error"] if "error" in body else body["response"]


def multipart(fields: dict[str, str]) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    return form


@pytest.mark.parametrize("token", ["header", "field"])
@pytest.mark.parametrize("how", ["get", "form", "multipart", "query and form"])
async def test_every_way_to_ask(emulator: Emulator, how: str, token: str) -> None:
    given = ASKED if token == "header" else {**ASKED, "access_token": "group-101"}
    headers = BEARER if token == "header" else {}
    if how == "get":
        people = await asked(emulator, "users.get", how="GET", params=given, headers=headers)
    elif how == "form":
        people = await asked(emulator, "users.get", data=given, headers=headers)
    elif how == "multipart":
        people = await asked(emulator, "users.get", data=multipart(given), headers=headers)
    else:
        rest = {name: value for name, value in given.items() if name != "v"}
        people = await asked(emulator, "users.get", params={"v": "5.199"}, data=rest, headers=headers)
    assert [person["id"] for person in people] == [1001]


async def test_a_long_text_comes_by_post_and_by_multipart(emulator: Emulator) -> None:
    text = "ё&=+%\n" * 600
    fields = {"v": "5.199", "access_token": PERSON, "peer_id": "-101", "random_id": "0", "message": text}
    for data in (fields, multipart(fields)):
        await asked(emulator, "messages.send", data=data)
    history = emulator.call("messages.getHistory", PERSON, peer_id=-101)
    assert [message["text"].replace("\r\n", "\n") for message in history["items"]] == [text, text]


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (None, "Invalid request: v (version) is required"),
        ("", "Invalid request: v (version) is required"),
        ("5", "Invalid request: v (version) is incorrect"),
        ("пять", "Invalid request: v (version) is incorrect"),
        ("5.80", "Invalid request: versions below 5.81 are deprecated."),
        ("4.9", "Invalid request: versions below 5.81 are deprecated."),
    ],
)
async def test_versions(emulator: Emulator, version: str | None, said: str) -> None:
    given = {"user_ids": "1001"} if version is None else {"user_ids": "1001", "v": version}
    error = await asked(emulator, "users.get", data=given, headers=BEARER)
    assert (error["error_code"], error["error_msg"]) == (8, said)


async def test_a_json_body_is_not_read(emulator: Emulator) -> None:
    """Without anything in the query even the version is missing; with it the rest is."""
    error = await asked(emulator, "users.get", json=ASKED, headers=BEARER)
    assert error["error_code"] == 8
    sent = {"peer_id": 1001, "random_id": 0, "message": "x"}
    error = await asked(emulator, "messages.send", params={"v": "5.199"}, json=sent, headers=BEARER)
    assert error["error_code"] == 100


@pytest.mark.parametrize("name", ["no.such", "Users.get", "users.Get", "users", "users.get.x", ""])
async def test_unknown_methods(emulator: Emulator, name: str) -> None:
    error = await asked(emulator, name, data=ASKED, headers=BEARER)
    assert (error["error_code"], error["error_msg"]) == (3, "Unknown method passed")


async def test_a_slash_behind_the_name_is_none_of_it(emulator: Emulator) -> None:
    """vkbottle of 2020 writes one behind each method."""
    (person,) = await asked(emulator, "users.get/", data=ASKED, headers=BEARER)
    assert person["id"] == 1001


async def test_unknown_parameters_are_ignored(emulator: Emulator) -> None:
    given = {**ASKED, "zzz": "1", "lang": "ru", "https": "1", "test_mode": "1", "group_id": "999"}
    assert len(await asked(emulator, "users.get", data=given, headers=BEARER)) == 1


async def test_errors_repeat_the_request_without_the_token(emulator: Emulator) -> None:
    given = {**ASKED, "user_ids": "nobody", "access_token": "group-101"}
    error = await asked(emulator, "users.get", data=given)
    shown = {item["key"]: item["value"] for item in error["request_params"]}
    assert shown == {"oauth": "1", "method": "users.get", "v": "5.199", "user_ids": "nobody"}
    error = await asked(emulator, "users.get", data=ASKED)
    assert error["error_code"] == 5
    error = await asked(emulator, "users.get", data=ASKED, headers={"Authorization": "Basic group-101"})
    assert error["error_code"] == 5
