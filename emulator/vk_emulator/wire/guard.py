"""Keeps strange web pages out: the emulator listens on loopback, but any page in the developer's browser could post to
it. It must never hinder a plain client, which sends no Origin."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """403 for a name that only leads here (DNS rebinding) and for a page of another site."""
    host, origin = request.headers.get("Host"), request.headers.get("Origin")
    if host is not None and not is_loopback(f"http://{host}"):
        return web.Response(status=403, text="Эмулятор отвечает только на 127.0.0.1 и localhost.")
    if origin is not None and not is_loopback(origin):
        return web.Response(status=403, text="Чужим страницам эмулятор не отвечает.")
    return await handler(request)


def is_loopback(address: str) -> bool:
    try:
        name = urlsplit(address).hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
