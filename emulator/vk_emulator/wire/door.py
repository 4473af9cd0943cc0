"""Asks whoever stands beside the emulator through a private socket: one JSON line there, one back. It must never know
who that is, and never wait long: a silent neighbour is no answer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from vk_emulator.wire.longpoll import json_bytes
from vk_emulator.world.records import Json

LONGEST_LINE = 1024 * 1024


async def ask(socket: Path, command: str, within: float = 1.0, arguments: Json | None = None) -> Json | None:
    """The answer, also when it is an error; None when there is none."""
    try:
        async with asyncio.timeout(within):
            reader, writer = await asyncio.open_unix_connection(socket, limit=LONGEST_LINE)
            try:
                writer.write(json_bytes({"command": command, "arguments": arguments or {}}) + b"\n")
                said = json.loads(await reader.readline())
            finally:
                writer.close()
    except (OSError, ValueError, asyncio.LimitOverrunError):  # TimeoutError is an OSError
        return None
    return said if isinstance(said, dict) else None
