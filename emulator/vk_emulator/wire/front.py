"""The emulator's port speaks to whatever comes: plain HTTP, TLS, and a proxy's CONNECT; the first bytes say which. What
is meant for VK ends here, everything else is refused and named: nothing may ever be passed on to another machine.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

from vk_emulator.wire.authority import authority
from vk_emulator.wire.hosts import is_loopback, is_vk
from vk_emulator.world.tongue import either

TLS = b"\x16"
CONNECT = b"CONNECT "
LONGEST_HEAD = 16 * 1024
HANDSHAKE = 10.0
MOST_NAMES = 100
REFUSED = "HTTP/1.1 403 Refused by vk-emulator\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"


def printable(name: str) -> str:
    """A stranger's words, cut, for an answer and a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:100])


class Strangers:
    """Hosts that were asked for and are not VK's, and clients that do not believe the certificate, with how often."""

    def __init__(self) -> None:
        self._context: ssl.SSLContext | None = None
        self.hosts: dict[str, int] = {}
        self.distrust: dict[str, int] = {}
        self.unserved: dict[str, int] = {}  # of VK, but not of its API
        self.own: set[str] = set()  # by which names this machine is reached from others, beside loopback
        self.told: Callable[[str], None] = lambda sentence: None

    def forget(self) -> None:
        """Forgets all hosts that were asked for so far."""
        for counts in (self.hosts, self.distrust, self.unserved):
            counts.clear()

    def counts_json(self) -> dict[str, dict[str, int]]:
        """How often clients wanted other hosts, did not trust the certificate, or asked VK's hosts for what is not
        played."""
        return {"hosts": self.hosts, "distrust": self.distrust, "unserved": self.unserved}

    def is_own(self, host: str) -> bool:
        """Whether the host is this machine, or a name that was given to the emulator."""
        return is_loopback(host) or host in self.own

    def refuse(self, host: str) -> str:
        """Counts a host that is not VK; the sentence that refuses it."""
        host = printable(host)
        sentence = either(
            f"{host} is not VK: the emulator lets nobody go there.",
            f"«{host}» — не ВКонтакте: эмулятор туда не пускает.",
        )
        self._count(self.hosts, host, sentence)
        return sentence

    def note_distrust(self, reason: str) -> None:
        """Counts a client that does not trust the emulator's certificate, and says so once for each reason."""
        self._count(
            self.distrust,
            reason,
            either(
                f"A client does not trust the certificate of the emulator: {reason}.",
                f"Клиент не верит сертификату эмулятора: {reason}.",
            ),
        )

    def not_served(self, address: str) -> str:
        """Counts an address of VK that is not played; the sentence that says so."""
        address = printable(address)
        sentence = either(f"{address} is not played by the emulator.", f"«{address}» эмулятор не изображает.")
        self._count(self.unserved, address, sentence)
        return sentence

    def context(self) -> ssl.SSLContext:
        """The TLS settings, made when the first client speaks TLS."""
        if self._context is None:
            self._context = authority().context()
            self._context.sni_callback = self._check_name
        return self._context

    def _check_name(self, plug: Any, host: str | None, context: ssl.SSLContext) -> int | None:
        """By the name in the hello; without one the certificate of all of VK's hosts is shown."""
        if host is None or is_vk(host.lower()) or self.is_own(host.lower()):
            return None
        self.refuse(host)
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    def _count(self, counts: dict[str, int], key: str, sentence: str) -> None:
        """Counts by key; a new key is told once."""
        if key not in counts and len(counts) < MOST_NAMES:
            counts[key] = 0
            self.told(sentence)
        if key in counts:
            counts[key] += 1


class Front(asyncio.Protocol):
    """One connection until it is known what it is; then `serve` makes who goes on with it. `inner` is what stands in a
    CONNECT or in TLS."""

    def __init__(self, serve: Callable[[], Any], strangers: Strangers, waiting: set[Any], *, inner: str = "") -> None:
        self.serve, self.strangers, self.waiting, self.inner = serve, strangers, waiting, inner
        self.transport: asyncio.Transport | None = None
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Waits for the first bytes, or looks at those that came with the handshake."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting.add(self)
        if self._head:  # what came together with the end of a handshake
            self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self.waiting.discard(self)

    def end(self) -> None:
        """Ends the connection."""
        if self.transport is not None:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Adds the bytes, and looks whether they say yet what is spoken."""
        self._head += data
        if self.transport is not None:
            self._look()

    def _look(self) -> None:
        """Decides by the first bytes what the client speaks."""
        head = self._head
        if head[:1] == TLS and self.inner != "tls":
            self._secure()
        elif CONNECT.startswith(head[: len(CONNECT)]) and not self.inner:
            self._connect()
        else:
            self._hand_over(self.serve())

    def _hand_over(self, to: Any) -> None:
        """Hands the transport over to another protocol, which learns what has come so far."""
        assert self.transport is not None
        self.waiting.discard(self)
        self.transport.set_protocol(to)
        to.connection_made(self.transport)
        if self._head:
            to.data_received(self._head)

    # --- CONNECT ---------------------------------------------------------------------

    def _connect(self) -> None:
        """Answers CONNECT: yes for VK and the emulator, no for other hosts."""
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end and len(self._head) < LONGEST_HEAD:
            return  # more is to come
        assert self.transport is not None
        words = head.split() if end else []
        host, _, port = (words[1].decode("latin-1").lower() if len(words) > 1 else "?:").rpartition(":")
        own = str(self.transport.get_extra_info("sockname")[1])
        if not is_vk(host) and not (self.strangers.is_own(host.strip("[]")) and port == own):
            self.transport.write(REFUSED.encode() + self.strangers.refuse(host).encode())
            self.transport.close()
            return
        self.transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self._head = rest
        self._hand_over(Front(self.serve, self.strangers, self.waiting, inner="connect"))

    # --- TLS --------------------------------------------------------------------------

    def _secure(self) -> None:
        """Begins TLS on this connection."""
        assert self.transport is not None
        self.transport.pause_reading()  # nothing more for this protocol
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._handshake())
        self.waiting.discard(self)
        _TASKS.add(task)
        task.add_done_callback(_TASKS.discard)
        loop.call_soon(loop.call_soon, self._feed)  # behind the first steps of start_tls

    async def _handshake(self) -> None:
        """Waits for the TLS handshake; that a client distrusts the certificate is noted."""
        assert self.transport is not None
        within = Front(self.serve, self.strangers, self.waiting, inner="tls")
        try:
            secured = await asyncio.get_running_loop().start_tls(
                self.transport, within, self.strangers.context(), server_side=True, ssl_handshake_timeout=HANDSHAKE
            )
        except ssl.SSLError as error:
            if "ALERT" in (error.reason or ""):
                self.strangers.note_distrust(error.reason.replace("_", " ").lower())
        except OSError:
            pass  # gone before the handshake ended
        else:
            if secured is not None:
                within.connection_made(secured)

    def _feed(self) -> None:
        """The hello that was read already, for who answers it now."""
        assert self.transport is not None
        to: Any = self.transport.get_protocol()
        data = self._head
        while data:
            place = to.get_buffer(len(data))
            size = min(len(place), len(data))
            place[:size] = data[:size]
            to.buffer_updated(size)
            data = data[size:]


_TASKS: set[asyncio.Task[None]] = set()
