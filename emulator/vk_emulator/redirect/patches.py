"""Sends what is meant for VK's hosts to the emulator, in this process: aiohttp, requests (so vk_api), httpx, urllib.

It must never import one of them by itself, nor anything but the standard library: it is also loaded into a stranger's
process.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

HOSTS = frozenset(("api.vk.ru", "api.vk.com", "api.vk.me"))
Undo = Callable[[], None]


class Redirection:
    """`base` is `http://127.0.0.1:PORT`. What was patched is undone by `end`."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.own = urlsplit(self.base).netloc
        self._undo: list[Undo] = []
        self._finder = OnImport(self)

    def begin(self) -> None:
        """What is loaded already at once, the rest when it is loaded."""
        sys.meta_path.insert(0, self._finder)
        for name in PATCHES:
            if name in sys.modules:
                self.patch(sys.modules[name])

    def end(self) -> None:
        sys.meta_path.remove(self._finder)
        while self._undo:
            self._undo.pop()()

    def patch(self, module: ModuleType) -> None:
        PATCHES[module.__name__](self, module)

    def address(self, url: str) -> str:
        """VK's hosts are the emulator. Clients put https before a long poll's bare server (vk-api.md 2.2)."""
        parts = urlsplit(url)
        if parts.hostname in HOSTS:
            return self.base + url[url.index(parts.netloc) + len(parts.netloc) :]
        return "http" + url[5:] if parts.scheme == "https" and parts.netloc == self.own else url

    def replace(self, owner: Any, name: str, made: Callable[..., Any]) -> None:
        before = getattr(owner, name)
        setattr(owner, name, made)
        self._undo.append(lambda: setattr(owner, name, before))


class OnImport(MetaPathFinder):
    def __init__(self, redirection: Redirection) -> None:
        self.redirection = redirection

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in PATCHES else None
        if spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module

        def then_patch(module: ModuleType) -> None:
            run(module)
            self.redirection.patch(module)

        spec.loader.exec_module = then_patch  # type: ignore[method-assign]
        return spec


def aiohttp(to: Redirection, module: ModuleType) -> None:
    session, url_of = module.ClientSession, module.URL
    request = session._request

    async def redirected(self: Any, method: str, url: Any, **more: Any) -> Any:
        there = to.address(str(url))
        return await request(self, method, url if there == str(url) else url_of(there), **more)

    to.replace(session, "_request", redirected)


def requests(to: Redirection, module: ModuleType) -> None:
    session = module.Session
    send = session.send

    def redirected(self: Any, request: Any, **more: Any) -> Any:
        request.url = to.address(request.url)
        return send(self, request, **more)

    to.replace(session, "send", redirected)


def httpx(to: Redirection, module: ModuleType) -> None:
    url_of = module.URL
    there, there_later = module.Client.send, module.AsyncClient.send

    def aimed(request: Any) -> Any:
        url = to.address(str(request.url))
        if url != str(request.url):
            request.url = url_of(url)
            request.headers["Host"] = to.own
        return request

    def send(self: Any, request: Any, **more: Any) -> Any:
        return there(self, aimed(request), **more)

    async def send_later(self: Any, request: Any, **more: Any) -> Any:
        return await there_later(self, aimed(request), **more)

    to.replace(module.Client, "send", send)
    to.replace(module.AsyncClient, "send", send_later)


def urllib(to: Redirection, module: ModuleType) -> None:
    opener = module.OpenerDirector
    opened = opener.open

    def redirected(self: Any, fullurl: Any, *more: Any, **named: Any) -> Any:
        if isinstance(fullurl, str):
            fullurl = to.address(fullurl)
        else:
            fullurl.full_url = to.address(fullurl.full_url)
        return opened(self, fullurl, *more, **named)

    to.replace(opener, "open", redirected)


PATCHES: dict[str, Callable[[Redirection, ModuleType], None]] = {
    "aiohttp.client": aiohttp,
    "requests.sessions": requests,
    "httpx._client": httpx,
    "urllib.request": urllib,
}
"""By the module that holds the class which opens connections."""


@contextmanager
def redirected(base: str) -> Iterator[Redirection]:
    redirection = Redirection(base)
    redirection.begin()
    try:
        yield redirection
    finally:
        redirection.end()
