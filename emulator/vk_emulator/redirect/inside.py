"""The redirection of this process: the test's own. Other sites than VK's are left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vk_emulator.redirect.patches import Redirection
from vk_emulator.wire.authority import authority
from vk_emulator.wire.hosts import DOMAINS

REDIRECTION = Redirection(DOMAINS)


@contextmanager
def redirecting(base: str) -> Iterator[Redirection]:
    """Afterwards VK's hosts are a dead end until the process ends, or the next emulator stands."""
    REDIRECTION.begin(base, lambda: str(authority().pem))
    try:
        yield REDIRECTION
    finally:
        REDIRECTION.end(base)
