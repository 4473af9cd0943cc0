"""Sends what is meant for VK's hosts to the emulator, in this process: aiohttp, requests (so vk_api), httpx and urllib
by their addresses, everything else where it looks a name up and where TLS begins.

It must never import one of them by itself, nor anything but the standard library: it is also loaded into a stranger's
process, by Python 3.8 too. What it has turned never turns back: a thread that outlives its test finds a dead end.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

DEAD_END = "vk-emulator-has-ended.invalid"
WEB = (80, 443, "80", "443", "http", "https")


class Redirection:
    """One for the process. `domains` are VK's; `closed` also keeps a command away from all other sites."""

    def __init__(self, domains: tuple[str, ...], *, closed: bool = False) -> None:
        self.domains, self.closed = domains, closed
        self.bases: list[str] = []  # the emulators that stand; the last one is spoken to
        self.own: set[str] = set()  # host and port of every emulator so far
        self.authority: Callable[[], str] = str  # the file to trust, made when it is needed
        self.ended: WeakSet[threading.Thread] = WeakSet()
        self._turned = False

    def begin(self, base: str, authority: Callable[[], str] = str) -> None:
        """Lets requests to VK's hosts go to this address from now on."""
        self.bases.append(base.rstrip("/"))
        self.own.add(urlsplit(base).netloc)
        self.authority = authority
        if not self._turned:
            self._turn()

    def end(self, base: str) -> None:
        """Calls no longer go to this emulator."""
        self.bases.remove(base.rstrip("/"))

    def _turn(self) -> None:
        """Patches what is loaded already at once, the rest when it is loaded."""
        self._turned = True
        sys.meta_path.insert(0, OnImport(self))
        names(self)
        trust(self)
        for name in PATCHES:
            if name in sys.modules:
                PATCHES[name](self, sys.modules[name])

    def is_vk(self, host: str) -> bool:
        """Whether the host is one of VK's domains or below one."""
        return any(host == domain or host.endswith("." + domain) for domain in self.domains)

    def address(self, url: str) -> str:
        """VK's hosts are the emulator. Clients put https before a long poll's bare server (vk-api.md 2.2)."""
        parts = urlsplit(url)
        if self.is_vk((parts.hostname or "").lower()):
            return self._base() + url[url.index(parts.netloc) + len(parts.netloc) :]
        return "http" + url[5:] if parts.scheme == "https" and parts.netloc in self.own else url

    def place(self, host: str, port: Any) -> tuple[str, Any]:
        """The host and port to which a connection goes that somebody opens by name."""
        name = host.rstrip(".").lower()
        if self.is_vk(name) or (self.closed and port in WEB and is_public(name)):
            parts = urlsplit(self._base())
            return parts.hostname or "", parts.port or port
        return host, port

    def _base(self) -> str:
        """The emulator that calls go to now; a dead end where none is up."""
        if threading.current_thread() in self.ended:
            raise SystemExit("the test of this bot is over")  # of its thread alone
        return self.bases[-1] if self.bases else "http://" + DEAD_END


def is_public(name: str) -> bool:
    """Neither digits nor a name of this machine or of its network."""
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return "." in name and not name.endswith((".localhost", ".local", ".internal"))
    return False


class OnImport(MetaPathFinder):
    """Patches a client for HTTP right after the bot has imported it, never before."""

    def __init__(self, redirection: Redirection) -> None:
        self.redirection = redirection

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module's own way to load, followed by its patch; None for modules without one."""
        spec = PathFinder.find_spec(name, path, target) if name in PATCHES else None
        if spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module

        def then_patch(module: ModuleType) -> None:
            run(module)
            PATCHES[name](self.redirection, module)

        spec.loader.exec_module = then_patch  # type: ignore[method-assign]
        return spec


# --- sockets ------------------------------------------------------------------------


def names(to: Redirection) -> None:
    """http.client, a bare urllib3, asyncio, and whoever else looks a name up by Python."""
    found, first, every = socket.getaddrinfo, socket.gethostbyname, socket.gethostbyname_ex

    def aim_host(host: Any, port: Any = None) -> tuple[Any, Any]:
        text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        there = to.place(text, port) if isinstance(text, str) else (host, port)
        if there[0] == DEAD_END:
            raise socket.gaierror(socket.EAI_NONAME, f"{text}: its emulator has ended, nothing leaves")
        return (host, port) if there == (text, port) else there

    def getaddrinfo(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        host, port = aim_host(host, port)
        return found(host, port, *more, **named)

    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = lambda host: first(aim_host(host)[0])
    socket.gethostbyname_ex = lambda host: every(aim_host(host)[0])


def trust(to: Redirection) -> None:
    """A context made long before, or with a bundle of its own, believes the emulator where it plays VK."""
    socket_of, pair_of = ssl.SSLContext.wrap_socket, ssl.SSLContext.wrap_bio

    def believe(context: ssl.SSLContext, host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if to.bases and to.is_vk(name.lower()) and (file := to.authority()):
            context.load_verify_locations(file)

    def wrap_socket(self: ssl.SSLContext, *given: Any, **named: Any) -> Any:
        believe(self, named.get("server_hostname", given[4] if len(given) > 4 else None))
        return socket_of(self, *given, **named)

    def wrap_bio(self: ssl.SSLContext, *given: Any, **named: Any) -> Any:
        believe(self, named.get("server_hostname", given[3] if len(given) > 3 else None))
        return pair_of(self, *given, **named)

    ssl.SSLContext.wrap_socket = wrap_socket  # type: ignore[method-assign]
    ssl.SSLContext.wrap_bio = wrap_bio  # type: ignore[method-assign]


# --- clients that are told another address ------------------------------------------------


def aiohttp(to: Redirection, module: ModuleType) -> None:
    """Sends the calls of aiohttp to the emulator."""
    session, url_of = module.ClientSession, module.URL
    request = session._request

    async def redirect(self: Any, method: str, url: Any, **more: Any) -> Any:
        there = to.address(str(url))
        return await request(self, method, url if there == str(url) else url_of(there), **more)

    session._request = redirect


def requests(to: Redirection, module: ModuleType) -> None:
    """Sends the calls of requests to the emulator."""
    send = module.Session.send

    def redirect(self: Any, request: Any, **more: Any) -> Any:
        request.url = to.address(request.url)
        return send(self, request, **more)

    module.Session.send = redirect


def httpx(to: Redirection, module: ModuleType) -> None:
    """Sends the calls of httpx to the emulator."""
    url_of = module.URL
    there, there_later = module.Client.send, module.AsyncClient.send

    def aim_request(request: Any) -> Any:
        url = to.address(str(request.url))
        if url != str(request.url):
            request.url = url_of(url)
            request.headers["Host"] = urlsplit(url).netloc
        return request

    def send(self: Any, request: Any, **more: Any) -> Any:
        return there(self, aim_request(request), **more)

    async def send_later(self: Any, request: Any, **more: Any) -> Any:
        return await there_later(self, aim_request(request), **more)

    module.Client.send, module.AsyncClient.send = send, send_later


def urllib(to: Redirection, module: ModuleType) -> None:
    """Sends the calls of urllib to the emulator."""
    opened = module.OpenerDirector.open

    def redirect(self: Any, fullurl: Any, *more: Any, **named: Any) -> Any:
        if isinstance(fullurl, str):
            fullurl = to.address(fullurl)
        else:
            fullurl.full_url = to.address(fullurl.full_url)
        return opened(self, fullurl, *more, **named)

    module.OpenerDirector.open = redirect


PATCHES: dict[str, Callable[[Redirection, ModuleType], None]] = {
    "aiohttp.client": aiohttp,
    "requests.sessions": requests,
    "httpx._client": httpx,
    "urllib.request": urllib,
}
"""By the module that holds the class which opens connections."""
