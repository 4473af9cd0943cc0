"""Gives memory that was needed for a moment back to the machine. It must never be called while people wait: it takes
milliseconds.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def started() -> None:
    """Once, when all is loaded: what starting up has freed goes back, and what stays is never looked through again."""
    gc.collect()
    gc.freeze()
    trim()


def trim() -> None:
    """What is free, which the C library would keep: some 4 MB after a start or a copy."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
