"""PostgreSQL's own programs: pg_dump writes the two files that copies are sealed from, pg_restore puts them back.

A password must never stand on a command line, nor a row in what is said of a failure.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, func, make_url, select

from storage.db.engines.lifted import VERSION
from storage.db.errors import BadCopy
from storage.db.keystore import SCHEMA
from storage.db.transaction import Transaction

DUMP, RESTORE = "pg_dump", "pg_restore"
COMMON = ("--no-owner", "--no-privileges")
PATIENCE = "60s"
"""A table that somebody changes just now is waited for so long."""
GIVEN_UP = {"connect_timeout": "10", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"}
"""A machine that is gone closes no connection: who waits for it must notice, or there are no copies any more."""
TOLD = 200


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """The address of a server, for its own programs. `programs`: their folder; empty: they are on PATH."""

    url: str = field(repr=False)
    programs: str = ""


def program(name: str, folder: str) -> str | None:
    """The path of one of PostgreSQL's programs; None where it is not installed."""
    return shutil.which(name, path=folder or None)


async def dump(server: DatabaseServer, target: Path, *, keys: bool) -> None:
    """The schema of keys, or all but that, as of one moment; proven to be readable to its end. The version of the
    tables is left out: without it no bot starts on rows that are not marked yet (restore_server.py).

    Raises:
        BadCopy: no such program, an older one than the server, or it has failed.
    """
    part = (f"--schema={SCHEMA}",) if keys else (f"--exclude-schema={SCHEMA}", f"--exclude-table-data={VERSION.name}")
    options = ("--format=custom", f"--lock-wait-timeout={PATIENCE}", *COMMON, *part)
    with libpq_address(server.url) as address:
        await _run(server, DUMP, (*options, f"--dbname={address}"), target)
    await readable(server, target)


async def readable(server: DatabaseServer, file: Path) -> None:
    """The whole of it is read and unpacked."""
    await _run(server, RESTORE, ("--file=/dev/null", str(file)))


async def load(server: DatabaseServer, file: Path) -> None:
    """All of it or nothing, into a database that has none of it."""
    options = ("--exit-on-error", "--single-transaction", *COMMON)
    with libpq_address(server.url) as address:
        await _run(server, RESTORE, (*options, f"--dbname={address}", str(file)))


async def rows_of(server: DatabaseServer, file: Path, table: str) -> list[list[str]]:
    """The rows of one small table of the dumped keys, as text; without a database."""
    options = ("--data-only", f"--schema={SCHEMA}", f"--table={table}", "--file=-", str(file))
    lines = (await _run(server, RESTORE, options)).splitlines()
    begin = next((at for at, line in enumerate(lines) if line.startswith("COPY ")), len(lines))
    end = lines.index(r"\.", begin) if begin < len(lines) else begin
    return [line.split("\t") for line in lines[begin + 1 : end]]


async def _run(server: DatabaseServer, name: str, options: Sequence[str], out: Path | None = None) -> str:
    """What PostgreSQL's program printed, or nothing where that goes into a new file for its owner only. Whoever stops
    waiting ends it."""
    path = program(name, server.programs)
    if path is None:
        raise BadCopy(f"Программы {name} нет. Поставьте клиент PostgreSQL или впишите его папку в BOT_PG_FOLDER.")
    handle = asyncio.subprocess.PIPE if out is None else _new(out)
    try:
        process = await asyncio.create_subprocess_exec(
            path, *options, stdin=asyncio.subprocess.DEVNULL, stdout=handle, stderr=asyncio.subprocess.PIPE
        )
    finally:
        if out is not None:
            os.close(handle)
    try:
        printed, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise BadCopy(f"{name} не справился: {first_line(said.decode(errors='replace'))}")
    return (printed or b"").decode()


def first_line(said: str) -> str:
    """What it says first is what went wrong; values of rows come only in later lines."""
    line = next((line for line in said.splitlines() if line.strip()), "без объяснений")
    return line.removeprefix("pg_dump: ").removeprefix("pg_restore: ").removeprefix("error: ")[:TOLD]


def _new(path: Path) -> int:
    """A new empty file that only its owner may read; its descriptor."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)


@contextmanager
def libpq_address(url: str) -> Iterator[str]:
    """The address as libpq reads it; the password lies in a file for its owner only, while this lasts."""
    address = make_url(url)
    with TemporaryDirectory(prefix="priemnaya-pg-") as folder:
        secret = Path(folder) / "password"
        if address.password is not None:
            with os.fdopen(_new(secret), "w") as file:
                file.write("*:*:*:*:" + re.sub(r"([:\\])", r"\\\1", str(address.password)) + "\n")
        yield conninfo(address, secret if address.password is not None else None)


def conninfo(url: URL, secret: Path | None) -> str:
    """The connection string for PostgreSQL's programs. `secret`: the file of the password."""
    hosts, ports = _hosts(url)
    given = {
        "host": ",".join(hosts),
        "port": ",".join(ports),
        "user": url.username,
        "dbname": url.database,
        "passfile": str(secret) if secret is not None else None,
        "sslmode": _query_value(url, "ssl") or _query_value(url, "sslmode"),
        "target_session_attrs": _query_value(url, "target_session_attrs"),
        **GIVEN_UP,
    }
    return " ".join(f"{name}='{_quote(value)}'" for name, value in given.items() if value)


def _hosts(url: URL) -> tuple[list[str], list[str]]:
    """The hosts and ports of the address: one, or several in the query as SQLAlchemy has it:
    `?host=a:5432&host=b:5432`."""
    asked = url.query.get("host", ())
    pairs = [address.rpartition(":") for address in ([asked] if isinstance(asked, str) else asked)]
    several = [(host, port) if colon and port.isdigit() else (host + colon + port, "") for host, colon, port in pairs]
    if not several:
        return ([url.host] if url.host else []), ([str(url.port)] if url.port else [])
    return [host for host, _ in several], [port for _, port in several] if any(port for _, port in several) else []


def _query_value(url: URL, name: str) -> str:
    value = url.query.get(name, "")
    return value if isinstance(value, str) else value[-1]


def _quote(value: str) -> str:
    """The value as a string of a connection file."""
    return value.replace("\\", "\\\\").replace("'", "\\'")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server says of itself: its main version, and the port on which it listens."""

    version: int
    port: int


async def facts(tx: Transaction) -> Facts:
    """The server's major version and its port."""
    names = ("server_version_num", "port")
    row = await tx.row(select(*(func.current_setting(name).label(name) for name in names)))
    assert row is not None
    return Facts(int(row["server_version_num"]) // 10000, int(row["port"]))


def between(server: DatabaseServer, known: Facts) -> bool:
    """Whether somebody stands between, such as PgBouncer: a dump through it would spoil its connections."""
    url = make_url(server.url)
    ports = _hosts(url)[1] or [str(_query_value(url, "port") or 5432)]
    return str(known.port) not in ports


async def version_of(server: DatabaseServer) -> int | None:
    """The main version of pg_dump; None where there is none."""
    if program(DUMP, server.programs) is None:
        return None
    found = re.search(r"\) (\d+)", await _run(server, DUMP, ("--version",)))
    return int(found[1]) if found else 0


async def unfit(server: DatabaseServer, known: Facts) -> str:
    """Why no copy can be made, and what to do, in one sentence; empty where nothing is in the way."""
    version = await version_of(server)
    todo = (
        f"Поставьте клиент PostgreSQL версии {known.version} или новее и, если он не на PATH, впишите его папку "
        "в BOT_PG_FOLDER, или копируйте базу сами: BOT_BACKUP_FOLDER=off."
    )
    if version is None:
        return f"Программы pg_dump на этом компьютере нет. {todo}"
    if version < known.version:
        return f"Программа pg_dump {version} старее сервера базы {known.version}. {todo}"
    if between(server, known):
        return (
            f"Сервер базы слушает порт {known.port}, а бот ходит через другой: между ними PgBouncer? "
            "Впишите в BOT_BACKUP_DATABASE_URL адрес самого сервера."
        )
    return ""
