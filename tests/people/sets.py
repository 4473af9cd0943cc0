"""Measuring sets of what people write, sealed by their check sums before anybody opened them.

A set that is still closed lies here packed; it is unpacked once, and the first result is the one that counts.
"""

from __future__ import annotations

import lzma
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.yaml_text import yaml_of

SEALED = Path(__file__).parent / "sealed"


def seals() -> dict[str, str]:
    told = [line.split() for line in (SEALED / "SEALS").read_text(encoding="utf-8").splitlines() if line.strip()]
    return {name: checksum for checksum, name in told}


def as_sealed(name: str) -> bytes:
    path = SEALED / name
    return path.read_bytes() if path.exists() else lzma.decompress(path.with_name(f"{name}.xz").read_bytes())


def is_unchanged(name: str) -> bool:
    return sha256(as_sealed(name)).hexdigest() == seals()[name]


def read_set(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml_of(as_sealed(name).decode("utf-8"))
    return found
