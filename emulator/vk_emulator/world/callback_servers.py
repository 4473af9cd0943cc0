"""Servers that VK calls back, what is due to them and what happened lately, as data. It decides nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from vk_emulator.world.records import Json

LOGGED = 200


@dataclass(slots=True, eq=False)
class Delivery:
    """One event on its way to one server."""

    number: int
    body: Json  # all but the secret, which is the one of the moment of sending
    attempt: int = 0  # how often it failed: X-Retry-Counter
    behind: int = 0  # the fault out_of_order: so many younger events go first
    postponed: bool = False  # a fault has held it back already


@dataclass(slots=True, eq=False)
class Server:
    """A server that VK posts events to: its address, what it confirmed, which events it wants and what waits for it."""

    id: int
    group: int
    title: str
    url: str
    secret: str
    creator: int
    status: str = "wait"  # wait (for the confirmation), ok or failed; unconfigured needs an empty address
    edition: int = 1
    confirming: bool = False
    api_version: str = "5.199"
    events: dict[str, int] = field(default_factory=dict)
    waiting: list[tuple[float, int, Delivery]] = field(default_factory=list)  # a heap: due, number
    flying: list[Delivery] = field(default_factory=list)
    failures: int = 0  # in a row
    silent_until: float = 0.0


@dataclass
class Callbacks:
    """All servers of the world and what happened to them lately."""

    servers: dict[int, list[Server]] = field(default_factory=dict)  # community -> its servers
    next_server: int = 1
    next_number: int = 1
    codes: dict[int, int] = field(default_factory=dict)  # community -> how often its code has changed
    log: deque[Json] = field(default_factory=lambda: deque(maxlen=LOGGED))


@dataclass(frozen=True, slots=True)
class Post:
    """What has to be sent now. Without a delivery it asks for the confirmation string."""

    server: Server
    delivery: Delivery | None
    edition: int
    url: str
    body: Json
    headers: dict[str, str]
    copies: int = 1
    unheard: bool = False  # the fault accept_drop: it arrives, the answer does not


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered to a post; status 0 where the emulator itself did not send it."""

    status: int
    text: str = ""
    retry_after: str = ""
    not_sent: str = ""  # why the emulator itself did not send it; VK would have
