"""Copies of a PostgreSQL database by its own programs: sealed, never with their keys, put back whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from given import MASTER, NOW, C, ingest, message, say, send, states
from sqlalchemy import make_url, update

from states.audit import AuditAction, AuditLine
from storage.db import schema
from storage.db.database import Database
from storage.db.errors import BadCopy, WrongKeys, WrongSchema
from storage.db.master import Master
from storage.db.worker_number import WorkerNumber
from storage.ops import recovery_mark
from storage.ops.copies import dumps, restore_server
from storage.ops.copies.backup import HIDDEN, KEYS, Places, copies_in, make, make_keys, newest
from storage.ops.copies.dumps import DatabaseServer, Facts, conninfo, libpq_address, unfit
from storage.ops.copies.restore import put_back as put_back_file
from storage.ops.copies.restore_server import _empty, put_back
from storage.privacy import audit, forgetting
from tests.storage.conftest import _address, _sql

LATER = NOW + timedelta(minutes=10)
_TARGETS = count(1)


@pytest.fixture(params=["postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue("postgresql_template")
    return "postgresql"


@pytest.fixture(scope="session")
def programs(postgresql: str) -> str:
    """Those of the server that runs: the wheel brings several versions."""
    return str(Path((Path(postgresql) / "postmaster.opts").read_text().split()[0]).parent)


@pytest.fixture
def places(migrated: str, programs: str, tmp_path: Path) -> Places:
    server = DatabaseServer(migrated, programs)
    return Places(tmp_path / "nothing.db", tmp_path / "copies", tmp_path / "keys", server=server)


@pytest.fixture
async def filled(db: Database) -> Database:
    await ingest(db, message(5, 1, raw='{"text":"слова"}'))
    await say(db, send(5, "a"))
    await db.run(lambda tx: audit.append(tx, [AuditLine(0, AuditAction.EXPORTED, "", "x")], NOW))
    return db


@pytest.fixture
async def empty(postgresql: str) -> AsyncIterator[str]:
    name = f"put_back_{next(_TARGETS)}"
    await _sql(postgresql, f"CREATE DATABASE {name} TEMPLATE template0")
    yield _address(postgresql, name)
    await _sql(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


async def back(places: Places, url: str, copy: Path, keys: Path | None, master: Master = MASTER, **more: Any) -> Any:
    assert places.server is not None
    return await put_back(copy, keys, url, replace(places.server, url=url), master, LATER, **more)


async def test_a_copy_is_two_sealed_files_and_comes_back_marked(filled: Database, places: Places, empty: str) -> None:
    number = WorkerNumber(0)
    assert await filled.run(lambda tx: number.take(tx, ""))
    made = await make(filled, places, NOW)
    keys = newest(places.keys, KEYS, LATER)
    assert keys is not None and made.path.name == "priemnaya-20261125T090000Z.backup"
    for path in (made.path, keys):
        assert path.stat().st_mode & 0o777 == 0o600 and b"PGDMP" not in path.read_bytes()
    assert not [*places.folder.glob(f"{HIDDEN}*"), *places.keys.glob(f"{HIDDEN}*")]
    then, before = await filled.run(audit.head), await states(filled)
    assert (await back(places, empty, made.path, keys, only_check=True)).made_at == NOW.isoformat()
    done = await back(places, empty, made.path, keys)
    assert (done.waiting, done.made_at, done.forgotten, done.heads) == (1, NOW.isoformat(), 0, {C: then})
    again = await Database.open(empty, master=MASTER, community=C)
    mark = await again.run(recovery_mark.read_mark)
    assert mark is not None and mark.made_at == NOW.isoformat() and await states(again) == before
    assert await again.run(number.row_value) == "", "its holder has the database of before"
    await again.close()
    with pytest.raises(BadCopy, match="не пуста"):
        await back(places, empty, made.path, None)


async def test_whoever_was_forgotten_since_is_forgotten_in_it(
    filled: Database, places: Places, empty: str, migrated: str, postgresql: str
) -> None:
    """R14: by a later copy of the keys, or by the keys that are still in the database whose tables are gone."""
    made = await make(filled, places, NOW)
    await filled.run(lambda tx: forgetting.erase(tx, 5, LATER, force=True))
    assert await forgetting.destroy_keys(filled) == 1
    await make_keys(filled, places, LATER)
    keys = newest(places.keys, KEYS, LATER)
    assert keys is not None and len(copies_in(places.keys, KEYS)) == 2
    assert (await back(places, empty, made.path, keys)).forgotten == 1
    await filled.close()
    store_of = make_url(migrated).database
    assert store_of is not None
    await _wiped(postgresql, store_of)
    with pytest.raises(WrongKeys, match="уже есть ключи"):
        await back(places, migrated, made.path, keys)
    assert (await back(places, migrated, made.path, None)).forgotten == 1


async def _wiped(host: str, name: str) -> None:
    import asyncpg

    own = await asyncpg.connect(host=host, user="postgres", database=name)
    await own.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await own.close()


async def test_what_does_not_fit_leaves_the_database_empty(
    filled: Database, places: Places, empty: str, tmp_path: Path, sqlite_template: Path
) -> None:
    made = await make(filled, places, NOW)
    keys = newest(places.keys, KEYS, LATER)
    assert keys is not None
    strange = tmp_path / "strange.backup"
    strange.write_bytes(made.path.read_bytes()[:-5])

    async def refused(error: type[Exception], words: str, *given: Any) -> None:
        with pytest.raises(error, match=words):
            await back(places, empty, *given)

    await refused(WrongKeys, "--keys", made.path, None)
    await refused(BadCopy, "копия ключей", keys, keys)
    await refused(BadCopy, "не копия ключей", made.path, made.path)
    await refused(BadCopy, "повреждена", strange, keys)
    await refused(BadCopy, "другим ключом", made.path, keys, Master(bytes(32)))
    with pytest.raises(BadCopy, match="копия базы PostgreSQL"):
        await put_back_file(made.path, keys, tmp_path / "test.db", MASTER, LATER)
    # Killed when the rows are in: no bot starts on what is not marked. Marks and version come in one transaction.
    await _killed_after_loading(places, empty, made.path, keys)
    with pytest.raises(WrongSchema, match="оборвалось bot restore"):
        await Database.open(empty, master=MASTER)
    await _empty(empty, keys=True)
    # What does not balance is found when its rows are there, and taken out again.
    await filled.run(lambda tx: tx.execute(update(schema.counter).values(value=schema.counter.c.value + 1)))
    wrong = await make(filled, places, LATER)
    await refused(BadCopy, "Счёт сообщений не сходится", wrong.path, newest(places.keys, KEYS, LATER))
    assert (await back(places, empty, made.path, keys)).waiting == 1, "so nothing of it was left"


async def _killed_after_loading(places: Places, url: str, copy: Path, keys: Path) -> None:
    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    async def nobody(*_: object, **__: object) -> None:
        """A process that was killed cleans nothing up."""

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(restore_server, "_mark_communities", killed)
        patched.setattr(restore_server, "_empty", nobody)
        with pytest.raises(KeyboardInterrupt):
            await back(places, url, copy, keys)


async def test_why_there_can_be_no_copy(filled: Database, places: Places, tmp_path: Path) -> None:
    """One sentence with what to do; nothing is begun."""
    assert places.server is not None
    known = await filled.run(dumps.facts)
    assert await unfit(places.server, known) == ""
    old = tmp_path / "old" / "pg_dump"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    for folder, words in (("nowhere", "pg_dump на этом компьютере нет"), ("old", "pg_dump 9 старее сервера базы")):
        server = replace(places.server, programs=str(tmp_path / folder))
        assert words in await unfit(server, known) and "BOT_BACKUP_FOLDER=off" in await unfit(server, known)
        with pytest.raises(BadCopy, match=words):
            await make(filled, replace(places, server=server), NOW)
    assert "PgBouncer" in await unfit(places.server, Facts(known.version, 6432))
    assert copies_in(places.folder, ".backup") == []


async def test_a_server_that_refuses_is_said_without_the_password(places: Places, tmp_path: Path) -> None:
    assert places.server is not None
    url = "postgresql+asyncpg://bot:geheim@127.0.0.1:1/priemnaya"
    with pytest.raises(BadCopy, match="pg_dump не справился") as refused:
        await dumps.dump(replace(places.server, url=url), tmp_path / "dump", keys=False)
    assert "geheim" not in str(refused.value)


async def test_whoever_stops_waiting_ends_the_program(places: Places, tmp_path: Path) -> None:
    """A bot that is told to stop does not wait for a dump of an hour."""
    slow = tmp_path / "slow" / "pg_dump"
    slow.parent.mkdir()
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 600\n")
    slow.chmod(0o755)
    assert places.server is not None
    server = replace(places.server, programs=str(slow.parent))
    task = asyncio.create_task(dumps.dump(server, tmp_path / "dump", keys=True))
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_addresses_as_libpq_reads_them() -> None:
    """The password stands in a file alone, which is gone afterwards."""
    with libpq_address(r"postgresql+asyncpg://bot:a%3Ab%5Cc@db.local:5433/priemnaya?ssl=require") as said:
        file = Path(said.partition("passfile='")[2].partition("'")[0])
        assert file.read_text() == "*:*:*:*:a\\:b\\\\c\n" and file.stat().st_mode & 0o777 == 0o600
        assert said.replace(str(file), "F") == (
            f"host='db.local' port='5433' user='bot' dbname='priemnaya' passfile='F' sslmode='require' {WAITS}"
        )
    assert not file.exists()
    several = make_url("postgresql+asyncpg://bot@/it's?host=a:5432&host=b:5433&target_session_attrs=primary")
    assert conninfo(several, None) == (
        f"host='a,b' port='5432,5433' user='bot' dbname='it\\'s' target_session_attrs='primary' {WAITS}"
    )
    socket = conninfo(make_url("postgresql+asyncpg://bot@/x?host=/run/pg"), None)
    assert socket == f"host='/run/pg' user='bot' dbname='x' {WAITS}"


WAITS = " ".join(f"{name}='{value}'" for name, value in dumps.GIVEN_UP.items())
