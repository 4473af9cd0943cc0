"""Acts out faults on the socket: lost, reset, hanging, slow and mutilated answers (delivery.md §16). It
must never decide which fault strikes, and never let broken input become an HTTP 500."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from vk_emulator.api.faults import Rule
from vk_emulator.api.params import parse_json
from vk_emulator.wire.longpoll import json_bytes
from vk_emulator.world.clock import pause
from vk_emulator.world.records import Json

HTML502 = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Gone(web.Response):
    """Stands for "no answer": the connection is closed before anything is written."""


def json_answer(body: Any, status: int = 200) -> web.Response:
    """The body as a JSON answer in UTF-8."""
    return web.Response(body=json_bytes(body), status=status, content_type="application/json", charset="utf-8")


def cut(request: web.Request, *, reset: bool = False) -> web.StreamResponse:
    """Close the connection without an answer; with `reset` the other side sees ECONNRESET."""
    transport = request.transport
    if transport is not None:
        plug = transport.get_extra_info("socket")
        if reset and plug is not None:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        else:
            transport.close()
    return Gone()


async def act_out(request: web.Request, rule: Rule, body: Json | None) -> web.StreamResponse:
    """The answer under a fault. `body` is None when the call was not applied."""
    mode = rule.mode
    if mode.endswith("_reset"):
        return cut(request, reset=True)
    if mode.endswith("_drop") or mode in ("late", "drop"):
        return cut(request)
    if mode.endswith("_hang") or mode == "silent":
        await pause(rule.seconds)
        return cut(request)
    if mode.endswith("html502"):
        return web.Response(text=HTML502, status=502, content_type="text/html")
    data = json_bytes(body)
    if mode == "wrong_type":
        return json_answer(["unexpected"])
    if mode == "duplicate_header":
        return _double_headers(request, data)
    if mode == "truncated":
        return web.Response(body=data[: max(len(data) // 2, 1)], content_type="application/json")
    if mode == "slow":
        return await _trickle(request, data, rule.seconds)
    return web.Response(body=data, content_type="application/json")


def _double_headers(request: web.Request, data: bytes) -> web.StreamResponse:
    """Each header twice: a strict client refuses the answer, a lenient one reads it."""
    headers = f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n" * 2
    if request.transport is not None:
        request.transport.write(f"HTTP/1.1 200 OK\r\n{headers}\r\n".encode() + data)
        request.transport.close()
    return Gone()


async def _trickle(request: web.Request, data: bytes, seconds: float) -> web.StreamResponse:
    """Sends the answer in ten pieces over so many seconds."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(data)
    step = max(len(data) // 10, 1)
    with suppress(ConnectionError):  # a client that has no patience
        await response.prepare(request)
        for start in range(0, len(data), step):
            await pause(seconds / 10)
            await response.write(data[start : start + step])
        await response.write_eof()
    return response


async def parameters(request: web.Request, *, json_body: bool = False) -> Json:
    """Query, form, multipart or (for `emulator.*` only) JSON; VK itself takes no JSON body (vk-api.md §1)."""
    found: Json = dict(request.query)
    if request.method != "POST":
        return found
    kind = request.content_type
    try:
        if kind == "application/json":
            if json_body:
                value = parse_json((await request.read()).decode("utf-8", "replace") or "{}")
                found.update(value if isinstance(value, dict) else {})
        elif kind == "application/x-www-form-urlencoded" or kind.startswith("multipart/"):
            for name, part in (await request.post()).items():
                found[name] = part if isinstance(part, str) else ""
    except (ValueError, LookupError, AssertionError, KeyError, web.HTTPException, OSError):
        found["_broken"] = "1"
    return found


def file_in(folder: Path, name: str) -> Path | None:
    """The file of that name right inside the folder. A name too long for the disk is no file."""
    path = folder / Path(name).name
    try:
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def token_of(request: web.Request, params: Json) -> str:
    """The token of a request: from the header, else from the parameters, out of which it is taken."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    given = params.pop("access_token", "")
    return value.strip() if kind.lower() == "bearer" and value.strip() else str(given)
