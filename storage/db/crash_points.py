"""Named points at which a simulation may end this process (delivery.md §14); a test counts how often each is passed.

In production nobody listens and a point is one comparison. It must never be given data, only its name.
"""

from __future__ import annotations

from collections.abc import Callable

_listener: Callable[[str], None] | None = None


def crash_point(point: str) -> None:
    """This line is reached. Whoever listens may raise, and the process ends here."""
    if _listener is not None:
        _listener(point)


def listen_to_points(listener: Callable[[str], None] | None) -> None:
    """For the simulation only: called at each point from now on; None ends it."""
    global _listener
    _listener = listener
