"""The smallest HTTP client for loopback: requests made beforehand, kept connections, answers by Content-Length.

It must cost less than what it measures, so it knows nothing else of HTTP.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote, urlencode


def post(method: str, token: str, **params: Any) -> bytes:
    """The bytes of one call."""
    body = urlencode({"v": "5.199", "access_token": token, **params}).encode()
    head = f"POST /method/{method} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def poll(path: str, key: str, ts: str, wait: int) -> bytes:
    """The bytes of a long poll's request."""
    query = f"act=a_check&key={quote(key)}&ts={ts}&wait={wait}"
    return f"GET {path}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


class Connection:
    """One kept connection; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def ask(self, request: bytes) -> None:
        """Sends the request; the answer is read by `heard`."""
        self.writer.write(request)

    async def heard(self) -> bytes:
        """The body of the next answer; AssertionError where its status is not 200."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:200]
        _, _, rest = head.lower().partition(b"content-length:")
        return await self.reader.readexactly(int(rest.partition(b"\r\n")[0]))

    async def said(self, request: bytes) -> Any:
        """Sends the request; what VK's answer holds under `response`. AssertionError for an error of VK."""
        self.ask(request)
        answer = json.loads(await self.heard())
        assert "error" not in answer, answer
        return answer.get("response", answer)

    def close(self) -> None:
        self.writer.close()


async def connected(port: int, limit: int = 64 * 1024 * 1024) -> Connection:
    """A connection to this port of the machine. `limit`: of what is buffered, in bytes."""
    return Connection(*await asyncio.open_connection("127.0.0.1", port, limit=limit))
