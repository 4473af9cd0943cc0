"""Keeps strange web pages out: the emulator listens on loopback, but any page in the developer's browser could post to
it, or name one of its addresses as a picture. It must never hinder a plain client, which sends neither Origin nor
Sec-Fetch-Site, nor one that a proxy brings here by a name of VK.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from vk_emulator.wire.answers import json_answer
from vk_emulator.wire.front import Strangers
from vk_emulator.wire.hosts import is_loopback, is_vk
from vk_emulator.world.tongue import either

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

API = ("/method/", "/longpoll/", "/userlongpoll/", "/upload/", "/files/")
"""What is served under a name of VK: not the page."""
FOR_ALL = (*API, "/health")
"""What is served to other machines, where `--host` lets them in: neither the page nor `emulator.*`."""
CONTROLS = "/method/emulator."
SHOWN_ANYWHERE = ("/files/", "/health")
"""What a page of another site may show or ask for: nothing is done by it."""


def guard(strangers: Strangers) -> Middleware:
    """The middleware that refuses strange pages."""

    @web.middleware
    async def answer_guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        """403 for a name that is not ours (a proxy's, or DNS rebinding) and for a page of another site."""
        host, origin = request.headers.get("Host"), request.headers.get("Origin")
        name = hostname(f"http://{host}") if host is not None else "localhost"
        if not strangers.is_own(name) and not is_vk(name):
            return web.Response(status=403, text=strangers.refuse(name))
        if not is_loopback(request.remote or "localhost") and is_for_here(request.path):
            return web.Response(
                status=403,
                text=either(
                    "The page and emulator.* are open from this machine only.",
                    "Страница и emulator.* открыты только с этой машины.",
                ),
            )
        if origin is not None and not is_loopback(hostname(origin)):
            return web.Response(status=403, text=not_for_others())
        if origin is None and request.headers.get("Sec-Fetch-Site") == "cross-site" and not is_harmless(request):
            return web.Response(status=403, text=not_for_others())
        if is_vk(name) and not request.path.startswith(API):
            said = strangers.not_served(f"{name}{request.path}")
            return json_answer({"error": "vk_emulator", "error_description": said}, 404)
        return await handler(request)

    return answer_guarded


def not_for_others() -> str:
    """What a page of another site reads."""
    return either("The emulator answers no page of another site.", "Чужим страницам эмулятор не отвечает.")


def is_harmless(request: web.Request) -> bool:
    """Whether a request is harmless though a page of another site makes a browser do it without an Origin: what it
    shows, and a link to our page."""
    followed = (request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest")) == (
        "navigate",
        "document",
    )
    return request.path.startswith(SHOWN_ANYWHERE) or (followed and not request.path.startswith(API))


def is_for_here(path: str) -> bool:
    """Whether the path is for this machine only: the controls, and all that is neither VK's API nor `/health`."""
    return path.startswith(CONTROLS) or not path.startswith(FOR_ALL)


@lru_cache(1024)
def hostname(address: str) -> str:
    """The host of the address; "" where it cannot be read."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
