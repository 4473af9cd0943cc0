"""Opens the database and runs whole transactions. It must never leave half a transaction, whoever is cancelled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, RowMapping, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.db import schema, sqlite, sqlstate, version
from storage.db.errors import Conflict, Unavailable, WrongKeys
from storage.db.ids import WORKERS, Ids
from storage.db.keyring import Keyring, Keys
from storage.db.keystore import KeyStore
from storage.db.master import Master, beside, load_or_make
from storage.db.upsert import add_to_counters

T = TypeVar("T")
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Own:
    """A message that the community itself wrote, as VK shows it. `random_id` is 0 where VK does not tell it, `reply` is
    the number of the message replied to, or 0; `text` is None where it has been edited since."""

    peer: int
    cmid: int
    random_id: int = 0
    reply: int = 0
    text: str | None = None


class Restored(dict[int, datetime]):
    """By community, when an older copy was put back; nothing where none was. Of our messages of before, as far as VK
    has shown them while this process lives: `said`, when it got each, by community, peer and number; `numbers` by
    community, peer and `random_id`; `lines`, what chats were told, by community and peer, then by number (places.py).
    `late`: the moment of an event of the inbox, by community and id, that turned out to have been handled later than it
    happened (bot/delivery/relive.py). `unsure`, by community and peer: by how much what is taken for that moment may be late."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[tuple[int, int], dict[int, datetime]] = {}
        self.numbers: dict[tuple[int, int, int], int] = {}
        self.lines: dict[tuple[int, int], dict[int, Own]] = {}
        self.late: dict[tuple[int, int], datetime] = {}
        self.unsure: dict[tuple[int, int], timedelta] = {}


_RUNS = 3


class Connected(Protocol):
    """A connection inside a transaction."""

    async def execute(
        self, statement: Executable, params: Params | Sequence[Params] | None = None, /
    ) -> CursorResult[Any]: ...


class Transaction(Protocol):
    """What storage functions may do inside one transaction (design.md §7).

    `key` makes random ids and appeal numbers (delivery.md §7), `keys` seal and open fields, `boot` is another number
    at each opening of the database, `restored` says when an older copy was put back (restored.py); `count` adds to a
    counter when the transaction ends. `versions` are those of appeals (community, code) as they were first read in this
    transaction: only these may be written over (I6).
    """

    @property
    def dialect(self) -> str: ...
    @property
    def ids(self) -> Ids: ...
    @property
    def key(self) -> bytes: ...
    @property
    def boot(self) -> int: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def restored(self) -> Restored: ...
    @property
    def versions(self) -> dict[tuple[int, str], int]: ...

    async def execute(self, statement: Executable, params: Params | None = None) -> int: ...
    async def execute_many(self, statement: Executable, params: Sequence[Params]) -> None: ...
    async def rows(
        self, statement: Executable, params: Params | Sequence[Params] | None = None
    ) -> Sequence[RowMapping]: ...
    async def row(self, statement: Executable, params: Params | None = None) -> RowMapping | None: ...

    def count(self, community: int, name: str, amount: int) -> None: ...
    def counted(self, community: int, name: str) -> int: ...


class Store(Protocol):
    """What the two engines do each in its own way (sqlite.py, postgresql.py)."""

    @property
    def dialect(self) -> str: ...
    @property
    def keys(self) -> KeyStore: ...

    async def transaction(self, body: Callable[[Connected], Awaitable[T]]) -> T:
        """Run body between BEGIN and COMMIT, or roll back whatever it raised."""
        ...

    async def on_connection(self, work: Callable[[Connection], T]) -> T:
        """Run synchronous work in a transaction of its own: migrations."""
        ...

    async def checkpoint(self) -> None:
        """What was overwritten is overwritten on disk too (R14)."""
        ...

    async def copy_to(self, path: str) -> None:
        """The whole database, or its keys, into a new file; `BadCopy` where the engine has its own way."""
        ...

    async def copy_keys_to(self, path: str) -> None: ...
    async def close(self) -> None: ...


class Runs(Protocol):
    """Whatever runs a transaction: an open database, or a copy that is only looked at."""

    async def run(self, body: Callable[[Transaction], Awaitable[T]]) -> T: ...


class OpenTransaction:
    """A transaction on a connection of SQLAlchemy."""

    def __init__(
        self, connection: Connected, dialect: str, ids: Ids, key: bytes, boot: int, keys: Keys, restored: Restored
    ) -> None:
        self._connection = connection
        self._tally: Counter[tuple[int, str]] = Counter()
        self.dialect = dialect
        self.ids = ids
        self.key = key
        self.boot = boot
        self.keys = keys
        self.restored = restored
        self.versions: dict[tuple[int, str], int] = {}

    async def execute(self, statement: Executable, params: Params | None = None) -> int:
        return (await self._connection.execute(statement, params)).rowcount

    async def execute_many(self, statement: Executable, params: Sequence[Params]) -> None:
        if params:
            await self._connection.execute(statement, params)

    async def rows(
        self, statement: Executable, params: Params | Sequence[Params] | None = None
    ) -> Sequence[RowMapping]:
        return (await self._connection.execute(statement, params)).mappings().all()

    async def row(self, statement: Executable, params: Params | None = None) -> RowMapping | None:
        return (await self._connection.execute(statement, params)).mappings().first()

    def count(self, community: int, name: str, amount: int) -> None:
        self._tally[community, name] += amount

    def counted(self, community: int, name: str) -> int:
        return self._tally[community, name]

    async def finish(self) -> None:
        """Counters last: on PostgreSQL their rows are the most wanted ones and are held for the shortest time."""
        await add_to_counters(self, self._tally)


class Database:
    """One open database. On SQLite a single connection for the life of the process (delivery.md §12)."""

    def __init__(self, store: Store, worker: int, master: Master) -> None:
        self._store = store
        self._ring = Keyring(store.keys, master, shared=store.dialect == "postgresql")
        self._ids = Ids(worker)
        self._key = b""
        self._boot = 0
        self._restored = Restored()
        self.copying = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, *, worker: int = 0, master: Master | None = None) -> Database:
        """Open a migrated database. `worker` must differ between processes that share a PostgreSQL database.

        Without a `master` key the one beside the database is used, made at need: for an emulator's bot and for tests.
        """
        store = connect(url)
        try:
            return await cls.over(store, url, worker=worker, master=master or load_or_make(beside(url)))
        except BaseException:
            await store.close()
            raise

    @classmethod
    async def over(cls, store: Store, url: str, *, worker: int = 0, master: Master) -> Database:
        """Over a store that is open already."""
        opened = cls(store, worker, master)
        await opened._prepare(url)
        return opened

    @property
    def dialect(self) -> str:
        return self._store.dialect

    def derived(self, purpose: str) -> bytes:
        """A key for keyed hashes outside of transactions; the same as long as this database lives."""
        return self._ring.derived(purpose)

    async def run(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run body in one transaction. A cancelled caller waits for its end, then is cancelled (style.md §7.1).

        Body may await nothing but `tx`: on SQLite it runs in the database's own thread. After a deadlock between
        workers it runs again from the start, so it must change nothing but the database.
        """
        task = asyncio.ensure_future(self._whole(body))  # noqa: TID251 - waited for to its end, below
        cancelled = False
        while not task.done():
            try:
                await _end_of(task)
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            if not task.cancelled():
                task.exception()  # seen, though the caller will only hear of its own end
            raise asyncio.CancelledError
        return task.result()

    async def checkpoint(self) -> None:
        """After an erasure: nothing of what was overwritten is left in the files of SQLite (R14).

        Raises:
            Unavailable: the disk would not take it (F21).
        """
        await self._store.checkpoint()

    async def copy_to(self, path: str) -> None:
        """Everything that is committed, into a new file (delivery.md §12.4)."""
        await self._store.copy_to(path)

    async def copy_keys_to(self, path: str) -> None:
        await self._store.copy_keys_to(path)

    @property
    def ring(self) -> Keyring:
        return self._ring

    async def close(self) -> None:
        await self._store.close()

    async def _whole(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        async def inside(connection: Connected) -> T:
            keys = self._ring.view()
            known = (self._ids, self._key, self._boot, keys, self._restored)
            transaction = OpenTransaction(connection, self.dialect, *known)
            result = await body(transaction)
            await transaction.finish()
            return result

        for run in range(1, _RUNS + 1):
            try:
                return await self._store.transaction(inside)
            except IntegrityError as error:
                if not (sqlstate.is_taken(error) or sqlite.is_taken(error)):
                    raise
                raise Conflict(str(error.orig)) from error
            except DBAPIError as error:
                if sqlstate.is_down(error):
                    raise Unavailable(f"База данных сейчас не пишет и не читает ({error.orig}).") from error
                if not sqlstate.should_run_again(error):
                    raise
                if run == _RUNS:
                    raise Conflict(str(error.orig)) from error
        raise AssertionError("unreachable")

    async def _prepare(self, url: str) -> None:
        await self.run(lambda tx: version.check(tx, url))

        async def load(tx: Transaction) -> tuple[bytes, int, int]:
            named = await tx.row(select(schema.meta.c.value).where(schema.meta.c.name == "keys"))
            if named is None or not self._store.keys.exists():
                raise WrongKeys("Файла ключей (….keys) рядом с базой нет. Верните его из копии не старше 7 дней.")
            await self._ring.open(named["value"])
            await add_to_counters(tx, {(0, "boots"): 1})
            opened = await tx.row(
                select(schema.counter.c.value).where(
                    schema.counter.c.name == "boots", schema.counter.c.worker == tx.ids.worker
                )
            )
            key = await tx.row(select(schema.meta.c.value).where(schema.meta.c.name == "key"))
            floor = 0
            for row in await tx.rows(select(schema.counter.c.community_id).distinct()):
                for table in (schema.inbox, schema.outbox):
                    mine = table.c.community_id == row["community_id"]
                    highest = await tx.row(select(func.max(table.c.id).label("id")).where(mine))
                    floor = max(floor, (highest and highest["id"]) or 0)
            named_at = select(schema.meta).where(schema.meta.c.name == "restored_at")
            for row in await tx.rows(named_at):
                self._restored[row["community_id"]] = datetime.fromisoformat(row["value"])
            assert key is not None and opened is not None, "the first migration makes the key"
            return bytes.fromhex(key["value"]), floor, opened["value"] * WORKERS + tx.ids.worker

        self._key, floor, self._boot = await self.run(load)
        self._ids.raise_to(floor)


async def _end_of(task: asyncio.Future[Any]) -> None:
    """Until it has ended, whatever it ended in. Being cancelled here does not cancel the task. What `asyncio.wait` does
    for many, for the one of each transaction."""
    ended = asyncio.get_running_loop().create_future()
    task.add_done_callback(lambda _: None if ended.done() else ended.set_result(None))
    await ended


def connect(url: str) -> Store:
    """The store for a URL. On SQLite it is locked against any other process from here on (F27)."""
    if url.startswith("sqlite"):
        return sqlite.OneConnection(url)
    if url.startswith("postgresql"):
        from storage.db import postgresql

        return postgresql.Pool(url)
    raise ValueError(f"BOT_DATABASE_URL: нужен адрес sqlite+aiosqlite:///… или postgresql+asyncpg://…, а не «{url}»")
