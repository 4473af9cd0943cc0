"""One port for plain HTTP, TLS and a proxy's CONNECT: what is VK's is served, everything else refused and named."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
import requests

from vk_emulator.server import Emulator, running
from vk_emulator.wire.authority import authority

GET = "GET /method/groups.getLongPollServer?v=5.199&access_token=group-101&group_id=101 HTTP/1.1\r\nHost: {}\r\n\r\n"


@pytest_asyncio.fixture
async def wire(emulator: Emulator) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(emulator.base.rpartition(":")[2]))
    yield reader, writer
    writer.close()


Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def head(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(b"\r\n\r\n")).decode()


async def body(reader: asyncio.StreamReader) -> dict[str, str]:
    size = next(line for line in (await head(reader)).split("\r\n") if line.lower().startswith("content-length"))
    found: dict[str, str] = json.loads(await reader.readexactly(int(size.split(":")[1])))["response"]
    return found


def believing() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority().pem))


@pytest.mark.parametrize("host", ["api.vk.ru", "api.vk.com", "vk.com", "sun9-1.userapi.com", "lp.vk.com", "127.0.0.1"])
async def test_tls_is_answered_and_stays_in_the_addresses(emulator: Emulator, host: str) -> None:
    """A client keeps one agent for all of VK (vk-io): who came by TLS is sent to TLS."""
    port = int(emulator.base.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=believing(), server_hostname=host)
    writer.write(GET.format(host).encode())
    assert (await body(reader))["server"] == f"https://127.0.0.1:{port}/longpoll/101"
    writer.close()


async def test_plain_http_stays_plain(emulator: Emulator, wire: Wire) -> None:
    reader, writer = wire
    writer.write(GET.format("127.0.0.1").encode())
    assert (await body(reader))["server"] == f"{emulator.base}/longpoll/101"


@pytest.mark.parametrize("pieces", [1, 7, 1000])
async def test_a_proxy_connects_to_vk(emulator: Emulator, wire: Wire, pieces: int) -> None:
    """However the request is cut into packets."""
    reader, writer = wire
    asked = b"CONNECT api.vk.com:443 HTTP/1.1\r\nHost: api.vk.com:443\r\n\r\n"
    for start in range(0, len(asked), pieces):
        writer.write(asked[start : start + pieces])
        await writer.drain()
        await asyncio.sleep(0)
    assert (await head(reader)).startswith("HTTP/1.1 200")
    await writer.start_tls(believing(), server_hostname="api.vk.com")
    writer.write(GET.format("api.vk.com").encode())
    assert (await body(reader))["server"].startswith("https://")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("CONNECT site.example:443 HTTP/1.1\r\n\r\n", "site.example"),
        ("CONNECT api.vk.com.site.example:443 HTTP/1.1\r\n\r\n", "api.vk.com.site.example"),
        ("CONNECT 127.0.0.1:5432 HTTP/1.1\r\n\r\n", "127.0.0.1"),
        ("CONNECT  \r\n\r\n", "?"),
        ("CONNECT " + "x" * 20_000, "?"),
        ("GET / HTTP/1.1\r\nHost: a\udcd0b\r\n\r\n", "a?b"),
        ("GET http://site.example/ HTTP/1.1\r\nHost: site.example\r\n\r\n", "site.example"),
    ],
)
async def test_other_sites_are_refused_and_named(emulator: Emulator, wire: Wire, asked: str, named: str) -> None:
    reader, writer = wire
    writer.write(asked.encode("utf-8", "surrogateescape"))
    assert (await head(reader)).startswith("HTTP/1.1 403")
    assert list(emulator.strangers.hosts) == [named]
    assert emulator.vk.call("emulator.state", "")["response"]["strangers"]["hosts"] == {named: 1}


def shake_hands(port: int, name: str, context: ssl.SSLContext) -> None:
    """As most clients do: an alert is sent before the connection is closed."""
    with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(plain, server_hostname=name):
        raise AssertionError("the handshake succeeded")


async def test_a_name_of_another_site_ends_the_handshake(emulator: Emulator) -> None:
    port = int(emulator.base.rpartition(":")[2])
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await asyncio.to_thread(shake_hands, port, "site.example", believing())
    assert emulator.strangers.hosts == {"site.example": 1}


async def test_a_client_that_does_not_believe_is_told_of(emulator: Emulator) -> None:
    port = int(emulator.base.rpartition(":")[2])
    sure = ssl.create_default_context(cafile=requests.certs.where())
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.to_thread(shake_hands, port, "lp.vk.ru", sure)
    for _ in range(1000):
        if emulator.strangers.distrust:
            break
        await asyncio.sleep(0.01)
    assert [reason for reason in emulator.strangers.distrust if "unknown ca" in reason]


async def test_what_vk_has_beside_its_api_is_named(emulator: Emulator, wire: Wire) -> None:
    reader, writer = wire
    writer.write(b"GET /durov HTTP/1.1\r\nHost: vk.com\r\n\r\n")
    assert (await head(reader)).startswith("HTTP/1.1 404")
    assert emulator.strangers.unserved == {"vk.com/durov": 1}


async def test_it_ends_with_connections_that_have_said_nothing() -> None:
    async with running() as emulator:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(emulator.base.rpartition(":")[2]))
        while not emulator._fronts:
            await asyncio.sleep(0.01)
    with suppress(ConnectionResetError):
        assert await reader.read() == b""
    assert not emulator._fronts
    writer.close()


def test_the_key_that_signed_it_is_nowhere() -> None:
    """What lies in the folder is public: whoever reads it can vouch for nothing."""
    made = authority()
    made.context()
    assert sorted(path.name for path in made.folder.iterdir() if path.is_file()) == [
        "vk-emulator.jks",
        "vk-emulator.pem",
    ]
    assert b"PRIVATE" not in made.pem.read_bytes()
