"""The quick way of a plain call: what it answers is to the byte what the web framework answers, and what is not plain
goes there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest

from tests.emulator.conftest import BOT, PERSON
from vk_emulator.server import Emulator
from vk_emulator.wire import quick
from vk_emulator.wire.quick import plain_form, plain_head

FORM = b"application/x-www-form-urlencoded"
ASKED = b"v=5.199&access_token=group-101&user_ids=1001"
BARE = b"v=5.199&user_ids=1001"
HERE = b"127.0.0.1"
PATIENCE = 20.0
CHANGING = re.compile(rb"(Date|X-Emulator-Clock): [^\r]*\r\n")


def post(body: bytes, *more: bytes, name: bytes = b"users.get", kind: bytes = FORM, host: bytes = HERE) -> bytes:
    lines = [b"POST /method/" + name + b" HTTP/1.1", b"Host: " + host, b"Content-Type: " + kind, *more]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", b""]) + body


def by_framework(request: bytes) -> bytes:
    """The same with a header that the quick way does not know."""
    return request.replace(b"\r\n", b"\r\nX-Any: 1\r\n", 1)


async def tell(emulator: Emulator, request: bytes, pieces: int = 1) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(emulator.base.rpartition(":")[2]))
    try:
        async with asyncio.timeout(PATIENCE):
            return await exchange(reader, writer, request, pieces)
    finally:
        writer.close()


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, pieces: int) -> bytes:
    size = -(-len(request) // pieces)
    for start in range(0, len(request), size):
        writer.write(request[start : start + size])
        await asyncio.sleep(0.001 if pieces > 1 else 0)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return CHANGING.sub(b"", head) + await reader.readexactly(length)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What the quick way answered."""
    bodies: list[bytes] = []
    answer = quick.http_answer

    def hear(now: float, body: bytes) -> bytes:
        bodies.append(body)
        return answer(now, body)

    monkeypatch.setattr("vk_emulator.server.http_answer", hear)
    yield bodies


PLAIN = (
    post(ASKED),
    post(BARE, b"Authorization: Bearer group-101"),
    post(BARE, b"authorization: bearer group-101 "),
    post(ASKED, b"Authorization: Bearer"),
    post(ASKED, b"Authorization: Basic eDp5"),
    post(ASKED, b"User-Agent: x", b"Accept: */*", b"Accept-Encoding: gzip, deflate", b"Connection: keep-alive"),
    post(ASKED, b"accept-language: *", b"sec-fetch-mode: cors", kind=FORM + b"; charset=utf-8"),
    post(ASKED, host=b"localhost:8010"),
    post(ASKED, host=b"api.vk.ru"),
    post(b"v=5.199&access_token=user-1001&peer_id=-101&q=%D0%AF+%D0%AF%26", name=b"messages.search"),
    post("v=5.199&access_token=user-1001&peer_id=-101&q=Ямы".encode(), name=b"messages.search"),
    post(ASKED + b"&user_ids=1002&&fields=&lang"),
    post(ASKED + b"&q=%zz%2&=5&x=%"),
    post(ASKED + b"\r\n"),
    post(b""),
    post(b"v=5.199"),
    post(ASKED, name=b"no.such"),
    post(b"v=5.199&access_token=user-1001", name=b"messages.sendMessageEvent"),
)
ODD = (
    post(ASKED, b"Connection: close"),
    post(ASKED, b"Cookie: a=b"),
    post(ASKED, b"Accept: 1", b"Accept: 2"),
    post(ASKED, b"User-Agent: \ta"),
    post(ASKED, b"User-Agent: \xff"),
    post(ASKED, b"User-Agent: " + b"a" * 9000),
    post(ASKED, kind=b"text/plain"),
    post(ASKED, kind=FORM + b"; charset=cp1251"),
    post(ASKED + b"&q=%ff"),
    post(ASKED + b"&q=\xff"),
    post(ASKED + b"&q=%EF%BF%BD"),
    post(ASKED + b"&q=" + b"a" * 70_000),
    post(ASKED + b"&q=" * 1000),
    post(ASKED, host=b"evil.example"),
    post(ASKED, host=b"192.168.0.7"),
    post(ASKED, b"Sec-Fetch-Site: same-origin"),
    post(ASKED, b"Sec-Fetch-Site: cross-site"),
    post(ASKED, b"Origin: https://evil.example"),
    post(ASKED, name=b"users.get/"),
    post(ASKED, name=b"users.get?v=5.131"),
    post(b"", name=b"emulator.setSwitches"),
    post(ASKED, b"Transfer-Encoding: chunked"),
    post(ASKED).replace(b"POST", b"GET", 1),
    post(ASKED).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
    post(ASKED).replace(b"\r\n", b"\n"),
    post(ASKED).replace(b"Content-Length: ", b"Content-Length: +"),
)


@pytest.mark.parametrize("request_", PLAIN)
async def test_a_plain_call_is_answered_as_by_the_framework(
    emulator: Emulator, quickly: list[bytes], request_: bytes
) -> None:
    swift = await tell(emulator, request_)
    assert len(quickly) == 1 and swift.endswith(quickly[0])
    assert swift == await tell(emulator, by_framework(request_)) and len(quickly) == 1
    first, second = emulator.journal.find()
    assert (first.by, first.params, first.token, first.raw) == (second.by, second.params, second.token, second.raw)


@pytest.mark.parametrize("request_", ODD)
async def test_what_is_not_plain_goes_to_the_framework(
    emulator: Emulator, quickly: list[bytes], request_: bytes
) -> None:
    try:
        slow = await tell(emulator, by_framework(request_))
    except asyncio.IncompleteReadError:
        with pytest.raises(asyncio.IncompleteReadError):
            await tell(emulator, request_)
    else:
        assert await tell(emulator, request_) == slow
    assert quickly == []


async def test_it_comes_in_pieces_and_several_at_once(emulator: Emulator, quickly: list[bytes]) -> None:
    whole = await tell(emulator, post(ASKED))
    assert await tell(emulator, post(ASKED), pieces=60) == whole and len(quickly) == 2
    reader, writer = await asyncio.open_connection("127.0.0.1", int(emulator.base.rpartition(":")[2]))
    writer.write(post(ASKED) * 3 + by_framework(post(ASKED)) + post(ASKED))
    answers = b""
    while answers.count(b"HTTP/1.1 200") < 5 or not answers.endswith(quickly[0]):
        answers += await reader.read(65536)
    writer.close()
    assert CHANGING.sub(b"", answers) == whole * 5 and len(quickly) == 5


async def test_a_bad_day_is_the_frameworks(emulator: Emulator, quickly: list[bytes]) -> None:
    emulator.call("emulator.setFaults", rules=[{"method": "users.get", "mode": "html502"}])
    assert b"502 Bad Gateway" in await tell(emulator, post(ASKED))
    emulator.call("emulator.setFaults", up=0)
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await tell(emulator, post(ASKED))
    emulator.call("emulator.clearFaults")
    assert quickly == [] and b'"id":1001' in await tell(emulator, post(ASKED)) and quickly


async def test_who_does_not_read_is_not_answered_further(emulator: Emulator, quickly: list[bytes]) -> None:
    """Requests without end from a client that reads nothing fill no memory."""
    for _ in range(40):
        emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="я" * 4000)
    history = f"v=5.199&access_token={BOT}&peer_id=1001&count=40".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(emulator.base.rpartition(":")[2]))
    writer.write(post(history, name=b"messages.getHistory") * 200)
    for _ in range(200):
        await asyncio.sleep(0.001)
    assert len(quickly) < 200
    (waiting,) = (front for front in emulator._fronts if isinstance(front, quick.Quick))
    assert waiting.transport is not None and not waiting.transport.is_reading()
    heard = 0
    while heard < 200:
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]))
        heard += 1
    writer.close()
    assert len(quickly) == 200


async def test_the_end_closes_what_is_open(emulator: Emulator) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(emulator.base.rpartition(":")[2]))
    writer.write(post(ASKED)[:-5])
    await asyncio.sleep(0.05)
    await emulator.stop()
    assert await reader.read() == b""
    writer.close()


def test_heads_and_forms() -> None:
    head = post(ASKED, b"Authorization: Bearer t").partition(b"\r\n\r\n")[0]
    assert plain_head(head) == quick.Head("users.get", "127.0.0.1", "t", len(ASKED))
    assert plain_head(head.replace(b"Host: 127.0.0.1\r\n", b"")) is None
    assert plain_head(head.replace(b"Content-Length: 4", b"Content-Length: 99999994")) is None
    assert plain_form(b"a=1&b=%D1%8F+x&a=2&&c") == {"a": "2", "b": "я x", "c": ""} and plain_form(b"a=%ff") is None
