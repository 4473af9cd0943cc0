"""Packs a text before it is sealed: what values of states say in every row, their names and defaults, takes no disk.

It must never change what it once wrote: `packing-1.txt` belongs to every row that was packed with it. Other words are a
new file and a new form of a sealed value (keyring.py).
"""

from __future__ import annotations

import zlib
from pathlib import Path

WORDS = (Path(__file__).parent / "packing-1.txt").read_bytes()
LEAST = 64
"""Bytes below which nothing is won."""
WINDOW = -13
"""Eight kilobytes, without a head: more is not to be found again, and would cost more to set up."""


def pack(text: bytes) -> bytes | None:
    """The compressed text; None where it would not become shorter."""
    if len(text) < LEAST:
        return None
    work = zlib.compressobj(6, zlib.DEFLATED, WINDOW, 6, zlib.Z_DEFAULT_STRATEGY, WORDS)
    found = work.compress(text) + work.flush()
    return found if len(found) < len(text) else None


def unpack(found: bytes) -> bytes:
    """The bytes that `pack` was given."""
    work = zlib.decompressobj(WINDOW, zdict=WORDS)
    return work.decompress(found) + work.flush()
