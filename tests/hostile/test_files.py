"""T11: a file comes from VK's hosts over TLS and from nowhere else; what lies about itself is not passed on."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.vk import file_kinds, files
from bot.vk.files import HOSTS, Files, Stuck
from tests.form import PATIENT
from tests.hostile.addresses import forbidden
from tests.hostile.documents import office

REAL, LOCAL = "https://api.vk.ru/method/", "http://127.0.0.1:1/method/"
OWN = {"http://127.0.0.1/a", "http://localhost/a", "http://LOCALHOST/a", "http://[::1]/a"}
"""The only addresses of the list that are the emulator's, when VK is the emulator."""

JPEG = b"\xff\xd8\xff\xe0 picture"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NoNet:
    """A session that must not be used."""

    def get(self, url: str, **more: Any) -> Any:
        raise AssertionError(f"fetched {url!r}")

    post = get


@pytest.fixture(autouse=True)
def one_megabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_MB", 1)


def of(api: str, http: Any) -> Files:
    return Files(cast(Any, None), http, cast(Any, None), api)


def test_the_list_is_long_enough() -> None:
    assert len(forbidden()) >= 200


@pytest.mark.parametrize("url", forbidden())
async def test_nothing_is_fetched_from_elsewhere(url: str) -> None:
    """0 of 200: nor is anything sent there."""
    for api in (REAL, LOCAL):
        if api == LOCAL and url in OWN:
            continue
        with pytest.raises(Stuck):
            await of(api, NoNet())._download(url)
        with pytest.raises(Stuck):
            await of(api, NoNet())._upload(url, "file", "x", b"x")


def test_vk_s_own_addresses_are_allowed() -> None:
    """The control."""
    for host in HOSTS:
        for url in (f"https://{host}/a", f"https://sun9-1.{host}:443/a?x=1&y=%20#z", f"https://{host.upper()}"):
            assert of(REAL, None).is_allowed(url)
    assert all(of(LOCAL, None).is_allowed(url) for url in OWN)


class Host(TestServer):
    """A host of files that answers as it likes. What was asked for stands in `asked`."""

    def __init__(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.anything)
        super().__init__(app)
        self.asked: list[str] = []
        self.answers: Handler = body(JPEG)

    async def anything(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        return await self.answers(request)


@pytest.fixture
async def server() -> AsyncIterator[Host]:
    async with Host() as running:
        yield running


async def fetched(server: Host, answers: Handler, path: str = "/a") -> bytes:
    server.answers = answers
    async with aiohttp.ClientSession() as http:
        return await of(LOCAL, http)._download(str(server.make_url(path)))


def body(content: bytes, **headers: str) -> Handler:
    async def answers(request: web.Request) -> web.StreamResponse:
        return web.Response(body=content, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answers


async def test_a_plain_file_comes(server: Host) -> None:
    assert await fetched(server, body(JPEG, Content_Type="image/jpeg")) == JPEG


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_leads_nowhere_else(server: Host, status: int) -> None:
    """To each address of the list: 0 fetched; to the same host once, and never round in circles."""
    targets = [url for url in forbidden() if url not in OWN and url.startswith(("http", "ftp", "file", "//evil"))]

    async def astray(request: web.Request) -> web.StreamResponse:
        answer = web.Response(status=status)
        answer.headers["Location"] = (
            targets[int(request.query["n"])].replace("\n", "").replace("\r", "").replace("\x00", "")
        )
        return answer

    server.answers = astray
    async with aiohttp.ClientSession() as http:
        for number in range(len(targets)):
            with pytest.raises(Stuck):
                await of(LOCAL, http)._download(str(server.make_url(f"/a?n={number}")))
    assert len(server.asked) == len(targets), "nothing was asked a second time"

    async def onward(request: web.Request) -> web.StreamResponse:
        if request.path == "/there":
            return web.Response(body=JPEG)
        return web.Response(status=status, headers={"Location": "/there"})

    assert await fetched(server, onward) == JPEG

    async def circle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": request.path_qs})

    with pytest.raises(Stuck):
        await fetched(server, circle)


async def test_an_upload_follows_no_redirect(server: Host) -> None:
    """The file of a resident would go to whom the answer names."""

    async def astray(request: web.Request) -> web.StreamResponse:
        return web.json_response({"file": "x"}, status=307, headers={"Location": "http://localhost:9/"})

    server.answers = astray
    async with aiohttp.ClientSession() as http:
        await of(LOCAL, http)._upload(str(server.make_url("/up")), "file", "x.pdf", b"x")
    assert server.asked == ["/up"]


async def endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    try:
        while True:
            await answer.write(JPEG * 10_000)
    except (ConnectionError, asyncio.CancelledError):
        return answer


async def dripping(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    try:
        for _ in range(10**6):
            await answer.write(b"\xff")
            await asyncio.sleep(0.1)
    except (ConnectionError, asyncio.CancelledError):
        pass
    return answer


LIARS: dict[str, Handler] = {
    "says that it is larger than the limit": body(b"x" * (2 << 20)),
    "never ends": endless,
    "one byte at a time": dripping,
    "packed a thousand times": body(gzip.compress(bytes(50 << 20)), Content_Encoding="gzip"),
    "empty": body(b""),
    "an error page": body(b"<html>", Content_Type="text/html; charset=utf-8"),
    "not there": lambda request: asyncio.sleep(0, web.Response(status=404, body=JPEG)),
    "redirects to nowhere": lambda request: asyncio.sleep(0, web.Response(status=302)),
}


@pytest.mark.parametrize("name", LIARS)
async def test_what_lies_about_its_size_is_left(server: Host, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "DOWNLOAD", aiohttp.ClientTimeout(total=1.0))
    with pytest.raises(Stuck):
        await asyncio.wait_for(fetched(server, LIARS[name]), PATIENT)


class Uploads(Files):
    """Files whose downloads are given and whose uploads succeed, so that only the check is left."""

    def __init__(self, content: bytes) -> None:
        super().__init__(cast(Any, None), cast(Any, None), cast(Any, None), REAL)
        self.content = content

    async def _download(self, url: str) -> bytes:
        return self.content

    async def _store_document(self, kind: str, name: str, content: bytes, peer: int) -> str:
        return "doc1_2"

    async def _call(self, method: str, params: Any) -> Any:
        return [{"owner_id": 1, "id": 2}] if "save" in method else {"upload_url": "https://vk.com/up"}

    async def _upload(self, url: str, field: str, name: str, content: bytes) -> dict[str, Any]:
        return {"photo": "[1]", "server": 1, "hash": "h"}


def doc(title: str, extension: str = "") -> dict[str, Any]:
    return {"type": "doc", "doc": {"title": title, "ext": extension, "url": "https://vk.com/d", "access_key": "k"}}


PHOTO = {"type": "photo", "photo": {"sizes": [{"width": 1, "url": "https://vk.com/p"}], "access_key": "k"}}
VOICE = {"type": "audio_message", "audio_message": {"link_ogg": "https://vk.com/v"}}
GRAFFITI = {"type": "graffiti", "graffiti": {"url": "https://vk.com/g"}}
PAGES = (b"<html>no</html>", b"\xef\xbb\xbf<!DOCTYPE html>", b"  <script>", b"<svg onload=x>", b"text <HTML>")
REFUSED: list[tuple[dict[str, Any], bytes, str]] = [
    *((PHOTO, content, "картинка") for content in (*PAGES, b"MZ", b"PK\x03\x04", b"\x7fELF", b"text")),
    *((VOICE, content, "не то") for content in (*PAGES, b"MZ", JPEG)),
    *((GRAFFITI, content, "не то") for content in (*PAGES, b"MZ", b"OggS")),
    *(
        (doc("отчёт", ending), b"plain", kind)
        for kind, endings in file_kinds.NAMES.items()
        for ending in endings.split()
    ),
    *(
        (doc("отчёт.pdf"), content, "программа")
        for content in (b"MZ\x90", b"\x7fELF", b"#!/bin/sh", b"\xca\xfe\xba\xbe")
    ),
    *(
        (doc("отчёт.pdf"), content, "архив")
        for content in (b"PK\x03\x04", b"Rar!\x1a", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c")
    ),
    *((doc("отчёт.pdf"), content, "страница") for content in PAGES),
    (doc("отчёт.pdf"), bytes(257) + b"ustar", "архив"),
    (doc("фото.jpg", "exe"), JPEG, "программа"),
    (doc("фото\u202egpj.exe"), JPEG, "программа"),
    (doc("фото.exe."), JPEG, "программа"),
    (doc("фото.EXE "), JPEG, "программа"),
    (doc("a.exe\x00.jpg", "exe"), JPEG, "программа"),
]


@pytest.mark.parametrize("raw, content, why", REFUSED)
async def test_what_is_not_what_it_says_or_could_harm_is_named_and_left(
    raw: dict[str, Any], content: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = Uploads(content)
    monkeypatch.setattr(moved, "_call", found_then_saved(raw))
    result = await moved.move(files.Source(5, (1,)), 7)
    assert not result.attachments and len(result.lost) == 1 and why in result.lost[0]


GOOD = [
    (PHOTO, JPEG),
    (PHOTO, b"\x89PNG\r\n\x1a\n"),
    (PHOTO, b"RIFF\x00\x00\x00\x00WEBP"),
    (PHOTO, b"\x00\x00\x00\x18ftypheic"),
    (VOICE, b"OggS"),
    (GRAFFITI, b"\x89PNG\r\n\x1a\n"),
    (doc("отчёт.pdf"), b"%PDF-1.7"),
    (doc("таблица", "xlsx"), office()),
    (doc("письмо.txt"), "Здравствуйте!".encode()),
]


@pytest.mark.parametrize("raw, content", GOOD)
async def test_ordinary_files_are_moved(raw: dict[str, Any], content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = Uploads(content)
    monkeypatch.setattr(moved, "_call", found_then_saved(raw))
    assert len((await moved.move(files.Source(5, (1,)), 7)).attachments) == 1


def found_then_saved(raw: dict[str, Any]) -> Callable[..., Awaitable[Any]]:
    async def call(method: str, params: Any) -> Any:
        if method == "messages.getByConversationMessageId":
            return {"items": [{"attachments": [raw]}]}
        return [{"owner_id": 1, "id": 2}] if "save" in method else {"upload_url": "https://vk.com/up"}

    return call
