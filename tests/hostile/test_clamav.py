"""T11: with a ClamAV no file passes of which it has not said that it is clean; the words wait for none. A made-up clamd
answers over a real socket, in the protocol of its manual."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli.check import scanner
from bot.vk import clamav
from bot.vk.files import Files, Stuck
from states.directory import Directory
from tests.transcripts.emulated import emulated, settings_for, sqlite_url
from tests.transcripts.script import Player
from vk_emulator.server import running

EVIL = b"%PDF-1.4 an invented virus"
SAYS: dict[str, Callable[[bytes], bytes]] = {
    "as it should": lambda content: b"stream: Made.Up-1 FOUND\0" if EVIL in content else b"stream: OK\0",
    "that all is evil": lambda _: b"stream: Made.Up-1 FOUND\0",
    "that it is too large": lambda _: b"INSTREAM size limit exceeded. ERROR\0",
    "another protocol": lambda _: b"HTTP/1.1 200 OK\r\n\r\n",
    "half a word": lambda _: b"stream: O",
    "without end": lambda _: b"x" * 100_000,
    "nothing": lambda _: b"",
}


class Clamd:
    """`heard`: commands, `files`: what it was given, whole."""

    def __init__(self, says: str) -> None:
        self.says, self.heard, self.files = SAYS[says], list[bytes](), list[bytes]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heard.append(command := await reader.readuntil(b"\0"))
            if command == b"zPING\0":
                writer.write(b"PONG\0")
            else:
                content = b""
                while size := int.from_bytes(await reader.readexactly(4), "big"):
                    content += await reader.readexactly(size)
                self.files.append(content)
                writer.write(self.says(content))
            await writer.drain()
        except (OSError, EOFError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def clamd(folder: Path, says: str = "as it should", *, tcp: bool = False) -> AsyncIterator[tuple[Clamd, str]]:
    made = Clamd(says)
    path = str(folder / "clamd.ctl")
    server = await (
        asyncio.start_server(made.serve, "127.0.0.1", 0) if tcp else asyncio.start_unix_server(made.serve, path)
    )
    async with server:
        yield made, f"127.0.0.1:{server.sockets[0].getsockname()[1]}" if tcp else path


@pytest.mark.parametrize("tcp", [False, True])
@pytest.mark.parametrize("size", [1, clamav.CHUNK, 3 * clamav.CHUNK + 7])
async def test_a_file_comes_whole_and_is_judged(tmp_path: Path, tcp: bool, size: int) -> None:
    async with clamd(tmp_path, tcp=tcp) as (here, address):
        assert await clamav.is_there(address)
        assert await clamav.is_clean(address, b"a" * size)
        assert not await clamav.is_clean(address, b"a" * size + EVIL)
        assert here.files == [b"a" * size, b"a" * size + EVIL]
        assert here.heard == [b"zPING\0", b"zINSTREAM\0", b"zINSTREAM\0"]


@pytest.mark.parametrize("says", [says for says in SAYS if says not in ("as it should", "that all is evil")])
async def test_whatever_else_it_says_is_no_answer(tmp_path: Path, says: str) -> None:
    async with clamd(tmp_path, says) as (_, address):
        with pytest.raises(clamav.NoAnswer):
            await clamav.is_clean(address, b"a")


@pytest.mark.parametrize("address", ["/nowhere/clamd.ctl", "127.0.0.1:1", "127.0.0.1:99999", "[::1]:1"])
async def test_one_that_is_away_gives_no_answer(address: str) -> None:
    assert not await clamav.is_there(address)
    with pytest.raises(clamav.NoAnswer):
        await clamav.is_clean(address, b"a")


async def test_one_that_hangs_is_waited_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    monkeypatch.setattr(clamav, "PATIENCE", 0.2)
    async with await asyncio.start_unix_server(hangs, str(tmp_path / "clamd.ctl")):
        with pytest.raises(clamav.NoAnswer):
            await clamav.is_clean(str(tmp_path / "clamd.ctl"), b"a")


async def test_what_it_refuses_or_does_not_judge_stays_behind(tmp_path: Path) -> None:
    """Pictures and documents alike, with a reason that both sides read; without an address nobody is asked."""
    content = b"\xff\xd8\xff picture"

    async def file(_: web.Request) -> web.Response:
        return web.Response(body=content)

    app = web.Application()
    app.router.add_get("/a", file)
    async with TestServer(app) as server, aiohttp.ClientSession() as http, clamd(tmp_path) as (_, address):

        async def fetched(scanner: str) -> bytes:
            files = Files(cast(Any, None), http, cast(Any, None), "http://127.0.0.1:1/method/", scanner)
            return await files._picture(str(server.make_url("/a")))

        assert await fetched(address) == content == await fetched("")
        with pytest.raises(Stuck) as stuck:
            await fetched(str(tmp_path / "nowhere"))
        assert stuck.value.why == "антивирус не отвечает, файл не проверен: пришлите ещё раз позже"
        content += EVIL
        assert await fetched("") == content
        with pytest.raises(Stuck) as stuck:
            await fetched(address)
        assert stuck.value.why == "антивирус нашёл вирус: такие файлы не передаём"


async def test_check_says_whether_it_answers(tmp_path: Path) -> None:
    def given(address: str) -> Any:
        return settings_for("http://127.0.0.1:1/method/", sqlite_url(tmp_path), clamav=address)

    assert await scanner(given("")) == []
    async with clamd(tmp_path) as (_, address):
        assert [finding.wrong for finding in await scanner(given(address))] == [False]
    (away,) = await scanner(given("/nowhere"))
    assert away.wrong and "BOT_CLAMAV" in away.todo


@pytest.mark.parametrize("says", ["that all is evil", "another protocol"])
async def test_both_sides_read_why_a_file_is_not_there(tmp_path: Path, region: Directory, says: str) -> None:
    """By the running bot, there and back; the words of both come."""
    told = clamav.UNSEEN if says == "another protocol" else "антивирус нашёл вирус: такие файлы не передаём"
    talk = [
        {"согласилась": "мария", "текст": "Большая яма на дороге, город Миасс, улица Ленина, дом 5"},
        {"мария": "Вот схема проезда", "files": ["doc:схема.pdf"]},
        {"ждать": 5},
        {"мария": "1"},
        {"мария слышит": ["[Отправить]"]},
        {"мария нажимает": "Отправить"},
        {"чат miass-gorod видит": ["Вот схема проезда", f"документ «схема.pdf» ({told})"]},
        {"чат miass-gorod отвечает": "Яму засыпали вчера, акт приложили", "files": ["doc:акт.pdf"]},
        {"ждать": 31},
        {"мария слышит": ["Яму засыпали вчера", f"документ «акт.pdf» ({told})"]},
        {
            "чат miass-gorod показывает": ["доставлен жителю", "Не удалось передать: документ «акт.pdf»"],
            "на": "✓ Ответ по №",
        },
    ]
    async with (
        clamd(tmp_path, says) as (here, address),
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), region, clamav=address) as stage,
    ):
        await Player(stage).play(talk)
        assert len(here.files) == 2
