"""Keeps events on this machine and its private networks: a bot's own example may name a public site as its server. It
must look at the addresses that are connected to, not at a name that may lead anywhere.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import ThreadedResolver

if TYPE_CHECKING:
    from aiohttp.abc import ResolveResult

PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


class TooFar(OSError):
    """Its text says which host, and how it is allowed."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is neither loopback nor private: not sent (--callback-host {host} allows it)")


class NearResolver(ThreadedResolver):
    """Gives near addresses only; the hosts in `named` may be anywhere."""

    def __init__(self, named: Collection[str]) -> None:
        super().__init__()
        self.named = named

    async def resolve(self, host: str, port: int = 0, *family: int, **more: int) -> list[ResolveResult]:
        """The addresses of the host on this machine or in private networks; TooFar where it has none."""
        found = await super().resolve(host, port, *family, **more)  # type: ignore[arg-type]
        near = (
            found
            if host in self.named
            else [typed_dict_type for typed_dict_type in found if is_near(typed_dict_type["host"])]
        )
        if not near:
            raise TooFar(host)
        return near


def check_literal(url: str, named: Collection[str]) -> None:
    """A resolver is not asked about an address in digits."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    if host not in named and not is_near(host):
        raise TooFar(host)


def is_near(address: str) -> bool:
    """Loopback and the ranges of private networks. What only routers and clouds use (169.254.0.0/16) is not."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or found
    return inner.is_loopback or any(inner in network for network in PRIVATE if network.version == inner.version)
