"""The hash that ties an upload to its save. It must never depend on anything but the world's address and the text."""

from __future__ import annotations

import hashlib

from vk_emulator.world.world import World


def seal(world: World, text: str) -> str:
    """The hash that ties an upload to its save; stable for a seed."""
    return hashlib.sha256(f"{world.base_url}|{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
