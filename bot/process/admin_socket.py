"""A private socket beside the database file: the running bot carries out a command typed in another process.

SQLite allows one process (delivery.md §12), so the second process asks here and must never open the file.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Command = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]

LONGEST_LINE = 32 * 1024 * 1024


def socket_of(database_url: str) -> Path | None:
    """The socket beside an SQLite file; PostgreSQL needs none, every process may open it."""
    scheme, _, rest = database_url.partition(":///")
    if not scheme.startswith("sqlite") or not rest:
        return None
    path = Path(rest.split("?", 1)[0]).resolve()
    return path.with_name(path.name + ".sock")


async def open_socket(path: Path | None, carry_out: Command) -> asyncio.Server | None:
    """Listen for commands until the server is closed. The socket is for the owner of the process only."""
    if path is None:
        return None
    path.unlink(missing_ok=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Reads one command as a line of JSON, carries it out and writes back one line of JSON."""
        try:
            asked = json.loads(await reader.readline())
            said = await carry_out(str(asked["command"]), dict(asked["arguments"]))
        except (ValueError, KeyError, TypeError, asyncio.LimitOverrunError):
            said = {"error": "непонятная команда"}
        writer.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(answer, path, limit=LONGEST_LINE)
    path.chmod(0o600)
    return server


async def ask(path: Path | None, command: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    """The running bot's answer to a command; None when none is running."""
    if path is None or not path.exists():
        return None
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_LINE)
    except (ConnectionError, OSError):
        return None
    writer.write(json.dumps({"command": command, "arguments": arguments}, ensure_ascii=False).encode() + b"\n")
    await writer.drain()
    line = await reader.readline()
    writer.close()
    said = json.loads(line)
    return said if isinstance(said, dict) else {"error": "непонятный ответ"}
