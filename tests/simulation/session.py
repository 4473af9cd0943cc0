"""What stands in for `aiohttp.ClientSession`: the same two methods, the same exceptions, no socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from aiohttp.client_reqrep import ConnectionKey

from tests.simulation.loop import Mortal
from tests.simulation.net import HANGS, REFUSED, RESET, Net, Reply

KEY = ConnectionKey("127.0.0.1", 80, False, True, None, None, None)


class Content:
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), size):
            yield self._body[start : start + size]


class Response:
    """A whole answer."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self.headers = {"Content-Type": reply.kind}
        self.content = Content(reply.body)
        self.content_length = len(reply.body)
        self._body = reply.body

    async def read(self) -> bytes:
        return self._body


class Exchange:
    """`async with session.post(…) as response`."""

    def __init__(self, travel: Callable[[], Any], seconds: float) -> None:
        self._travel = travel
        self._seconds = seconds

    async def __aenter__(self) -> Response:
        async with asyncio.timeout(self._seconds):
            reply: Reply = await self._travel()
            if reply.gone == HANGS:
                await asyncio.get_running_loop().create_future()
        if reply.gone == REFUSED:
            raise aiohttp.ClientConnectorError(KEY, OSError(111, "refused"))
        if reply.gone == RESET:
            raise aiohttp.ClientOSError(104, "reset")
        if reply.gone:
            raise aiohttp.ServerDisconnectedError
        return Response(reply)

    async def __aexit__(self, *_: object) -> None:
        return None


class Session:
    """The bot's HTTP client. `point` is told of the two crash points that lie inside a request."""

    def __init__(self, net: Net, life: Mortal, point: Callable[[str], None]) -> None:
        self._net = net
        self._life = life
        self._point = point

    def post(self, url: str, *, data: Any, timeout: aiohttp.ClientTimeout, **more: Any) -> Exchange:
        parts = urlsplit(url)
        if parts.path.startswith("/method/"):
            token = more["headers"]["Authorization"].removeprefix("Bearer ")
            return Exchange(lambda: self._method(parts.path[8:], token, dict(data)), float(timeout.total or 60))
        kind, query = parts.path.removeprefix("/upload/"), dict(parse_qsl(parts.query))
        options, _, content = data._fields[0]
        name = options["filename"]
        upload = self._net.upload
        return Exchange(lambda: upload(kind, query.get("owner", ""), name, content), float(timeout.total or 60))

    def get(self, url: str, *, timeout: aiohttp.ClientTimeout, **more: Any) -> Exchange:
        parts = urlsplit(url)
        seconds = float(timeout.total or 60)
        if parts.path.startswith("/longpoll/"):
            account = -int(parts.path.removeprefix("/longpoll/"))
            return Exchange(lambda: self._net.poll(account, more["params"]), seconds)
        return Exchange(lambda: self._net.file(parts.path.rpartition("/")[2]), seconds)

    async def _method(self, name: str, token: str, params: dict[str, Any]) -> Reply:
        sends = name == "execute" and any(said in params["code"] for said in ("messages.send", "wall.createComment"))
        if sends:
            self._point("net: partly written")
        reply = await self._net.method(name, token, params)
        if sends:
            self._point("net: no answer yet")
        return reply
