"""Which hosts are VK's, and which are this machine's own. A name that only looks like one of VK's is none."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

DOMAINS = (
    "vk.com",
    "vk.ru",
    "vk.me",
    "vk.cc",
    "vkontakte.ru",
    "userapi.com",
    "vkuser.net",
    "vkuservideo.net",
    "vkuseraudio.net",
    "vk-cdn.net",
)
"""api, lp, upload, oauth, id, login, static and all other names below them."""


@lru_cache(1024)  # each request asks
def is_vk(host: str) -> bool:
    """Whether the host is one of VK's domains or below one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in DOMAINS)


@lru_cache(1024)
def is_loopback(host: str) -> bool:
    """Whether the host is this machine: localhost, a name below it, or a loopback address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
