"""How many connections this process may have: each community listens by one of its own.

It must never take a limit that the system would not give.
"""

from __future__ import annotations

import resource
from contextlib import suppress

MOST = 1_048_576
RESERVE = 256
"""Files, sockets of the panel and of commands, and calls beside those that listen."""


def raise_file_limit() -> int:
    """The soft limit of open files becomes the hard one; how many there may be now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else hard
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return soft


def connections() -> int:
    """How many of them may be connections to VK."""
    return max(100, raise_file_limit() - RESERVE)


def files_needed(communities: int) -> int:
    """Files for so many: one connection each to listen, a quarter more for what they say."""
    return communities + communities // 4 + RESERVE
