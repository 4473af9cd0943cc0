"""Gives memory that was needed for a moment back to the machine. It must never be called where people wait often: it
takes milliseconds, with thousands of communities half a second.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress


def freeze_gc() -> None:
    """Freezes the objects that stay, so that the collector does not look them through again, and gives free memory
    back: when all is loaded, or other communities run."""
    sys.path_importer_cache.clear()  # the names of all files beside what was imported: half a MB
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    trim()


def trim() -> None:
    """Gives free memory back to the system, which the C library would keep: some 4 MB after a start or a copy."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
