"""Asks a ClamAV on this computer or beside it what it thinks of a file, in its own protocol (INSTREAM), a connection
for each.

It must never call a file clean of which ClamAV has not said so, nor keep people's words waiting for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

PATIENCE = 60.0
"""Seconds for a file of the largest size on a slow machine."""
CHUNK = 65536
LONGEST = 4096
VIRUS = "антивирус нашёл вирус"
UNSEEN = "антивирус не отвечает, файл не проверен: пришлите ещё раз позже"


class NoAnswer(Exception):
    """ClamAV is away, busy for too long, or speaks otherwise."""


async def is_clean(address: str, content: bytes) -> bool:
    """Whether ClamAV finds nothing in the file. `address`: the path of a socket, or host and port.

    Raises:
        NoAnswer: it has not said.
    """
    parts = (content[at : at + CHUNK] for at in range(0, len(content), CHUNK))
    said = await _ask(address, b"zINSTREAM\0", (len(part).to_bytes(4, "big") + part for part in parts), bytes(4))
    if said == "stream: OK":
        return True
    if said.endswith(" FOUND"):
        return False
    raise NoAnswer  # it has a limit of its own, or a fault


async def is_there(address: str) -> bool:
    """Whether ClamAV answers at this address."""
    try:
        return await _ask(address, b"zPING\0") == "PONG"
    except NoAnswer:
        return False


async def _ask(address: str, command: bytes, parts: Iterable[bytes] = (), end: bytes = b"") -> str:
    """clamd's answer to one command, without the closing zero byte; NoAnswer if there is none in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await _open(address)
            try:
                writer.write(command)
                for part in parts:
                    writer.write(part)
                    await writer.drain()
                writer.write(end)
                return (await reader.readuntil(b"\0"))[:-1].decode(errors="replace")
            finally:
                writer.close()
    except (OSError, EOFError, ValueError, OverflowError, asyncio.LimitOverrunError) as error:
        raise NoAnswer from error


async def _open(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to clamd: by a socket file if the address begins with «/», else by host:port."""
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address, limit=LONGEST)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port), limit=LONGEST)
