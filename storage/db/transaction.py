"""What may be done inside one transaction, on a connection of SQLAlchemy. It must never begin or end one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import CursorResult, Executable, RowMapping

from storage.db.ids import Ids
from storage.db.keyring import Keys

T = TypeVar("T")
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Own:
    """A message that the community itself wrote, as VK shows it. `random_id` is 0 where VK does not tell it."""

    peer: int
    cmid: int
    random_id: int = 0


class Connected(Protocol):
    """A connection inside a transaction."""

    async def execute(
        self, statement: Executable, params: Params | Sequence[Params] | None = None, /
    ) -> CursorResult[Any]: ...


class Transaction(Protocol):
    """What storage functions may do inside one transaction (design.md §7).

    `key` makes random ids and appeal numbers (delivery.md §7), `keys` seal and open fields, `boot` is another number
    at each opening of the database; `count` adds to a counter when the transaction ends. `versions` are those of
    appeals (community, code) as they were first read in this transaction: only these may be written over (I6).
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
    def versions(self) -> dict[tuple[int, str], int]: ...

    async def execute(self, statement: Executable, params: Params | None = None) -> int: ...
    async def execute_many(self, statement: Executable, params: Sequence[Params]) -> None: ...
    async def rows(
        self, statement: Executable, params: Params | Sequence[Params] | None = None
    ) -> Sequence[RowMapping]: ...
    async def row(self, statement: Executable, params: Params | None = None) -> RowMapping | None: ...

    def count(self, community: int, name: str, amount: int) -> None: ...
    def counted(self, community: int, name: str) -> int: ...


class Runs(Protocol):
    """Whatever runs a transaction: an open database, or a copy that is only looked at."""

    async def run(self, body: Callable[[Transaction], Awaitable[T]]) -> T: ...


@dataclass(slots=True, eq=False)
class OpenTransaction:
    """A transaction on a connection of SQLAlchemy."""

    connection: Connected
    dialect: str
    ids: Ids
    key: bytes
    boot: int
    keys: Keys
    versions: dict[tuple[int, str], int] = field(default_factory=dict)
    tally: Counter[tuple[int, str]] = field(default_factory=Counter)

    async def execute(self, statement: Executable, params: Params | None = None) -> int:
        return (await self.connection.execute(statement, params)).rowcount

    async def execute_many(self, statement: Executable, params: Sequence[Params]) -> None:
        if params:
            await self.connection.execute(statement, params)

    async def rows(
        self, statement: Executable, params: Params | Sequence[Params] | None = None
    ) -> Sequence[RowMapping]:
        return (await self.connection.execute(statement, params)).mappings().all()

    async def row(self, statement: Executable, params: Params | None = None) -> RowMapping | None:
        return (await self.connection.execute(statement, params)).mappings().first()

    def count(self, community: int, name: str, amount: int) -> None:
        self.tally[community, name] += amount

    def counted(self, community: int, name: str) -> int:
        return self.tally[community, name]
