"""Asks the running bot for its numbers, or for a link to its panel, through the private socket beside its database:
one JSON line there, one back. It must never import the bot, and never wait long: a bot that is down is no answer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from emulator.records import Json
from emulator.wire import dumped

LONGEST_LINE = 1024 * 1024


async def ask(socket: Path, command: str, within: float = 1.0, arguments: Json | None = None) -> Json | None:
    """The answer of the bot; None when there is none, or it is an error."""
    try:
        async with asyncio.timeout(within):
            reader, writer = await asyncio.open_unix_connection(socket, limit=LONGEST_LINE)
            try:
                writer.write(dumped({"command": command, "arguments": arguments or {}}) + b"\n")
                said = json.loads(await reader.readline())
            finally:
                writer.close()
    except (OSError, ValueError, asyncio.LimitOverrunError):  # TimeoutError is an OSError
        return None
    return said if isinstance(said, dict) and "error" not in said else None
