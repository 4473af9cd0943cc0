"""Tells systemd that the bot is ready and alive (sd_notify(3)). Without systemd nothing happens here; it must never
say «alive» for a bot whose loops stand.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


def notify(*said: str) -> bool:
    """Whether there is a service manager that was told."""
    address = os.environ.get("NOTIFY_SOCKET", "")  # noqa: TID251 - systemd's own way, no setting
    if not address.startswith(("/", "@")):
        return False
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
        manager.connect("\0" + address[1:] if address.startswith("@") else address)
        manager.sendall("\n".join(said).encode())
        return True
    return False


def watchdog_seconds() -> float | None:
    """How long systemd waits for a sign of life; None where it waits for none."""
    asked = os.environ.get("WATCHDOG_USEC", "")  # noqa: TID251
    ours = os.environ.get("WATCHDOG_PID", str(os.getpid()))  # noqa: TID251
    return int(asked) / 1e6 if asked.isdecimal() and int(asked) and ours == str(os.getpid()) else None
