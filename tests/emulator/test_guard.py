"""A web page in the developer's browser may not act through the emulator; plain clients notice nothing."""

from __future__ import annotations

import aiohttp
import pytest

from vk_emulator.server import Emulator

PATHS = (
    "/method/emulator.reset",
    "/method/messages.send",
    "/live",
    "/upload/photo",
    "/userlongpoll/1001",
    "/",
    "/journal",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Origin", "https://evil.example"),
        ("Origin", "http://127.0.0.1.evil.example"),
        ("Origin", "http://localhost.evil.example:8010"),
        ("Origin", "null"),
        ("Origin", ""),
        ("Origin", "http://[::1"),
        ("Host", "evil.example"),
        ("Host", "evil.example:8010"),
        ("Host", "192.168.0.7:8010"),
        ("Host", "127.0.0.1.evil.example"),
    ],
)
async def test_strangers_are_refused(emulator: Emulator, path: str, name: str, value: str) -> None:
    before = emulator.world.changes
    method = "GET" if path in ("/live", "/", "/journal") else "POST"
    address, headers = emulator.base + path, {name: value}
    async with aiohttp.ClientSession() as session, session.request(method, address, headers=headers) as answer:
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers
    assert emulator.world.changes == before and emulator.vk.calls == {}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost:5173"},
        {"Origin": "http://localhost:5173", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://[::1]:8010"},
        {"Host": "localhost:8010"},
        {"Host": "[::1]:8010"},
        {"Host": "vk.localhost"},
    ],
)
async def test_loopback_is_served(emulator: Emulator, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(emulator.base + "/method/emulator.state", headers=headers) as answer:
            assert answer.status == 200
        async with session.get(emulator.base + "/live", headers=headers) as answer:
            assert answer.status == 200


CROSS = {"Sec-Fetch-Site": "cross-site"}
PICTURE = {**CROSS, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
LINK = {**CROSS, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FRAME = {**CROSS, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
SENDS = "/method/messages.send?v=5.199&access_token=group-101&peer_id=1001&random_id=1&message=x"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (SENDS, PICTURE, 403),
        (SENDS, LINK, 403),
        (SENDS, CROSS, 403),
        ("/method/emulator.reset", LINK, 403),
        ("/userlongpoll/1001", PICTURE, 403),
        ("/", FRAME, 403),
        ("/journal", PICTURE, 403),
        ("/", LINK, 200),
        ("/journal", LINK, 200),
        ("/health", PICTURE, 200),
        ("/files/none", PICTURE, 404),
        ("/", {"Sec-Fetch-Site": "none"}, 200),
        ("/method/users.get", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("/method/users.get", {"Sec-Fetch-Site": "same-site"}, 200),
    ],
)
async def test_a_page_of_another_site_does_nothing_by_a_get(
    emulator: Emulator, path: str, headers: dict[str, str], status: int
) -> None:
    """A browser sends no Origin with a picture, a link or a frame."""
    before = emulator.world.changes
    async with aiohttp.ClientSession() as session, session.get(emulator.base + path, headers=headers) as answer:
        assert answer.status == status
    assert emulator.world.changes == before
