"""Named crash points (delivery.md §14): a simulation ends the process at one, a test counts the passes.

In production nobody listens and a point costs one comparison. It must never receive data, only its name.
"""

from __future__ import annotations

from collections.abc import Callable

_listener: Callable[[str], None] | None = None


def crash_point(point: str) -> None:
    """Tells the listener that this line is reached; it may raise, and the process ends here."""
    if _listener is not None:
        _listener(point)


def listen_to_points(listener: Callable[[str], None] | None) -> None:
    """Lets the listener be called at each point from now on, for the simulation only; None ends it."""
    global _listener
    _listener = listener
