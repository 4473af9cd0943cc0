"""The same requests and worse over real HTTP: every way to encode a form, broken bodies, raw bytes on the socket."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import aiohttp

from tests.emulator.fuzz.calls import request
from tests.emulator.fuzz.values import HOSTILE, Values, hostile
from tests.emulator.smoke.director import picture
from vk_emulator.server import Emulator

KINDS = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=zzz",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "я" * 9,
    "application/json",
    "text/plain; charset=utf-16",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/mixed; boundary=x",
    "мусор",
    "",
    "application/json; charset=rot13",
)
PATHS = (
    "/",
    "/health",
    "/files/x",
    "/files/" + "a" * 300,
    "/files/%00",
    "/files/..%2f..%2fetc%2fpasswd",
    "/sandbox/" + "b" * 300,
    "/sandbox/..%2f__init__.py",
    "/sandbox/%00",
    "/longpoll/101",
    "/longpoll/x",
    "/userlongpoll/1001",
    "/upload/photo",
    "/upload/x",
    "/method/",
    "/method/" + "x" * 7000,
    "/method/%00",
    "/method/users.get/",
    "/ничего",
    "//",
    "/method/users.get?v=5.199&v=&v[]=1",
    "/live?accounts=x",
    "/live?accounts=" + "9" * 400,
)
RAW = (
    b"\r\n",
    b"GET",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01",
    b"GET /method/users.get\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
    b"POST /method/messages.send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\nv=5.199",
    b"POST /method/users.get HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /method/users.get HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /method/users.get HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 70000 + b"\r\n\r\n",
    b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"POST /upload/photo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b'Content-Length: 999\r\n\r\n--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n\x89PNG',
)
FILES = (
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\x89PNG\r\n\x1a\n" + b"\xff" * 16,
    b"GIF89a\x00",
    b"\xff\xd8",
    b"\xff\xd8\xff\xc0\x00\x00" + b"\x01" * 9,
    b"\xff\xd8\xff\xe0\x00\x00" * 9,
    b"\xff\xd8" + b"\xff\xe0\x00\x04ab" * 3 + b"\xff\xc0\x00\x11\x08\x00\x10\x00\x20",
    b"BM" * 50,
    b"x",
)
NAMES = (
    "a.png",
    "a",
    ".",
    "..",
    "../../x.png",
    "я.JPG",
    "a" * 300 + ".png",
    "a.p/n/g",
    "\u202e.png",
    "a.\x01",
    'a".png',
    "",
)


def word(value: Any) -> str:
    text = (
        value
        if isinstance(value, str)
        else json.dumps(value, default=str)
        if isinstance(value, (dict, list))
        else str(value)
    )
    return text.encode("utf-8", "replace").decode()


class Wire:
    def __init__(self, chance: random.Random, emulator: Emulator, http: aiohttp.ClientSession) -> None:
        self.chance = chance
        self.emulator = emulator
        self.http = http
        self.problems: list[str] = []
        self.storm = False
        self.kinds = (self.call, self.poll, self.upload, self.odd, self.raw, self.faulty)

    async def batch(self, size: int, *, storm: bool) -> None:
        """So many requests at once; only in a storm are there fault rules, so what comes in calm must be right."""
        self.storm = storm
        await asyncio.gather(*(self.one() for _ in range(size)))

    async def one(self) -> None:
        kind = self.chance.choices(self.kinds, (52, 12, 12, 8, 6, 10 if self.storm else 0))[0]
        patient = kind in (self.call, self.upload) and not self.storm
        try:
            async with asyncio.timeout(None if patient else 0.6):  # the client itself gives up after five minutes
                await kind()
        except TimeoutError:
            if patient:
                self.problems.append(f"{kind.__name__} hangs")
        except (aiohttp.ClientError, OSError, ValueError):
            pass  # a connection that a fault has cut, or a request that the client itself refuses to make

    async def seen(self, response: aiohttp.ClientResponse, *, json_wanted: bool) -> None:
        body = await response.read()
        faulty = self.storm and response.status == 502
        if response.status >= 500 and not faulty:
            self.problems.append(f"HTTP {response.status}: {response.url}"[:300])
        if b"Traceback" in body:
            self.problems.append(f"a traceback: {response.url}"[:300])
        if json_wanted and response.status == 200 and not self.storm:
            try:
                json.loads(body, parse_constant=lambda name: self.problems.append(f"{name} in JSON"))
            except ValueError:
                self.problems.append(f"no JSON: {response.url} {body[:80]!r}"[:400])

    # --- kinds of requests ----------------------------------------------------

    async def call(self) -> None:
        name, token, given = request(self.chance, self.emulator.vk)
        if name == "emulator.setFaults" and not self.storm:
            name, given = "emulator.clearFaults", {}
        url = f"{self.emulator.url}{quote(word(name), safe='.')}"
        pairs = [(key, word(value)) for key, value in given.items()]
        if self.chance.random() < 0.1 and pairs:
            pairs.append((pairs[-1][0], word(hostile(self.chance))))  # the same parameter twice
        if self.chance.random() < 0.5:
            pairs.append(("access_token", word(token)))
            headers = {}
        else:
            headers = {"Authorization": "Bearer " + word(token).encode("ascii", "replace").decode().replace("\0", "0")}
        await getattr(self, self.chance.choice(("form", "query", "multipart", "json", "bytes")))(
            url, pairs, given, headers
        )

    async def form(self, url: str, pairs: list[tuple[str, str]], given: Any, headers: dict[str, str]) -> None:
        async with self.http.post(
            url, data=urlencode(pairs), headers={**headers, "Content-Type": KINDS[0]}
        ) as response:
            await self.seen(response, json_wanted=True)

    async def query(self, url: str, pairs: list[tuple[str, str]], given: Any, headers: dict[str, str]) -> None:
        async with self.http.get(url, params=[(k, v[:2000]) for k, v in pairs], headers=headers) as response:
            await self.seen(response, json_wanted=True)

    async def multipart(self, url: str, pairs: list[tuple[str, str]], given: Any, headers: dict[str, str]) -> None:
        form = aiohttp.FormData(default_to_multipart=True)
        for key, value in pairs:
            if self.chance.random() < 0.1:
                form.add_field(key, value.encode(), filename="x")
            else:
                form.add_field(key, value)
        async with self.http.post(url, data=form, headers=headers) as response:
            await self.seen(response, json_wanted=True)

    async def json(self, url: str, pairs: list[tuple[str, str]], given: Any, headers: dict[str, str]) -> None:
        body = json.dumps(given if self.chance.random() < 0.9 else self.chance.choice(HOSTILE), default=str)
        async with self.http.post(url, data=body.encode(), headers={**headers, "Content-Type": KINDS[5]}) as response:
            await self.seen(response, json_wanted=True)

    async def bytes(self, url: str, pairs: list[tuple[str, str]], given: Any, headers: dict[str, str]) -> None:
        body = self.chance.choice(
            (
                self.chance.randbytes(200),
                b"%ff%zz&=&a=%00&peer_id=[]",
                b"--x\r\n\r\n--x--",
                b"--x\r\nContent-Disposition: form-data",
                b'{"a":' * 900,
            )
        )
        kind = self.chance.choice(KINDS).encode("utf-8").decode("latin-1")
        async with self.http.post(url, data=body, headers={**headers, "Content-Type": kind}) as response:
            await self.seen(response, json_wanted=True)

    async def poll(self) -> None:
        values = Values(self.chance, self.emulator.vk, -101)
        path = self.chance.choice(
            ("/longpoll/101", "/longpoll/101", "/userlongpoll/1001", "/longpoll/999", "/longpoll/%D9%A3")
        )
        params = {"act": "a_check", "key": word(values.of("key")), "ts": word(values.of("ts")), "wait": "0"}
        if self.chance.random() < 0.2:
            params["ts"] = str(self.emulator.world.queue(-101 if "longpoll/101" in path else 1001).last)
            params["wait"] = "1"  # parked, until somebody of the same batch writes
        elif self.chance.random() < 0.1:
            params["wait"] = word(hostile(self.chance))[:50]
        async with self.http.get(self.emulator.base + path, params=params) as response:
            await self.seen(response, json_wanted=True)

    async def faulty(self) -> None:
        """A call or a poll that a rule strikes."""
        rules = Values(self.chance, self.emulator.vk).rules()
        self.emulator.call("emulator.setFaults", rules=rules, add=self.chance.randrange(2))
        await self.chance.choice((self.call, self.poll))()

    async def upload(self) -> None:
        url = f"{self.emulator.base}/upload/{self.chance.choice(('photo', 'doc', 'audio_message', 'graffiti'))}"
        params = {"owner": word(hostile(self.chance))[:50]} if self.chance.random() < 0.5 else {}
        if self.chance.random() < 0.3:
            kind = self.chance.choice(KINDS[:5]).encode("utf-8").decode("latin-1")
            async with self.http.post(
                url, data=self.chance.randbytes(99), headers={"Content-Type": kind}, params=params
            ) as response:
                await self.seen(response, json_wanted=False)
            return
        form = aiohttp.FormData()
        data = self.chance.choice((*FILES, picture(), picture()[: self.chance.randrange(60)]))
        form.add_field(self.chance.choice(("photo", "file", "file1", "x")), data, filename=self.chance.choice(NAMES))
        async with self.http.post(url, data=form, params=params) as response:
            await self.seen(response, json_wanted=True)

    async def odd(self) -> None:
        method = self.chance.choice(("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"))
        path = self.chance.choice(PATHS)
        async with self.http.request(method, self.emulator.base + path) as response:
            if "event-stream" not in response.headers.get("Content-Type", ""):
                await self.seen(response, json_wanted=False)

    async def raw(self) -> None:
        parts = urlsplit(self.emulator.base)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            said = self.chance.choice((*RAW, self.chance.randbytes(300)))
            writer.write(said if self.chance.random() < 0.8 else said[: self.chance.randrange(len(said) + 1)])
            await writer.drain()
            if self.chance.random() < 0.5:
                async with asyncio.timeout(0.05):
                    if b" 500 " in (await reader.read(99)):
                        self.problems.append(f"HTTP 500 for raw {said[:60]!r}")
        except TimeoutError:
            pass
        finally:
            writer.transport.abort()
