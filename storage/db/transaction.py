"""What may be done inside one transaction, on a connection of SQLAlchemy. It must never begin or end one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Executable, RowMapping

from states.lifecycle.appeal import Appeal
from storage.db.columns import OURS
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


class Rows(Protocol):
    """Rows by the names of their columns."""

    def all(self) -> Sequence[Any]:
        """All rows that were found, in the statement's order."""
        ...
    def first(self) -> Any:
        """The first row; None where nothing was found."""
        ...


class Result(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed."""
        ...
    def mappings(self) -> Rows:
        """The rows found, with columns by name."""
        ...


class Connected(Protocol):
    """A connection inside a transaction."""

    async def execute(self, statement: Executable, params: Params | Sequence[Params] | None = None, /) -> Result:
        """Runs a statement, once for each set of parameters where there are several."""
        ...


class Transaction(Protocol):
    """What storage functions may do inside one transaction (design.md §7).

    `key` makes random ids and appeal numbers (delivery.md §7), `keys` seal and open fields, `boot` is another number
    at each opening of the database; `count` adds to a counter when the transaction ends. `read` are
    appeals, by number, as they were first read in this transaction: only these may be written over (I6).

    `community`: new rows are of it, and each other statement is given it (`in_community`). Without one: LookupError.
    """

    @property
    def community(self) -> int:
        """The community whose rows this transaction reads and writes."""
        ...
    @property
    def dialect(self) -> str:
        """"sqlite" or "postgresql"."""
        ...
    @property
    def ids(self) -> Ids:
        """Makes the ids of new rows, without asking the database."""
        ...
    @property
    def key(self) -> bytes:
        """The key of the keyed hashes of this database; empty where the transaction only reads."""
        ...
    @property
    def boot(self) -> int:
        """The number of this start of the process; 0 where the transaction only reads."""
        ...
    @property
    def keys(self) -> Keys:
        """Seals and opens fields of this community."""
        ...
    @property
    def read(self) -> dict[str, Appeal]:
        """By code, the appeals that this transaction has read already."""
        ...

    async def execute(self, statement: Executable, params: Params | None = None) -> int:
        """Runs a statement for this community; how many rows it changed."""
        ...
    async def execute_many(self, statement: Executable, params: Sequence[Params]) -> None:
        """Runs a statement for each set of parameters, for this community; nothing is run for none."""
        ...
    async def rows(
        self, statement: Executable, params: Params | Sequence[Params] | None = None
    ) -> Sequence[RowMapping]:
        """The rows that the statement finds for this community."""
        ...
    async def row(self, statement: Executable, params: Params | None = None) -> RowMapping | None:
        """The first row that the statement finds for this community; None where there is none."""
        ...

    def count(self, name: str, amount: int) -> None:
        """Adds to a counter that is stored when the transaction ends."""
        ...
    def tally_of(self, name: str) -> int:
        """How much this transaction has added to the counter so far."""
        ...


class Runs(Protocol):
    """Whatever runs a transaction: an open database, or a copy that is only looked at."""

    def of(self, community: int) -> Runs:
        """The same, for transactions of this community."""
        ...

    async def run(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """Runs `body` in one transaction and returns its result; all of it is undone where `body` raises."""
        ...


@dataclass(slots=True, eq=False)
class OpenTransaction:
    """A transaction on a connection of SQLAlchemy."""

    connection: Connected
    dialect: str
    ids: Ids
    key: bytes
    boot: int
    keys: Keys
    read: dict[str, Appeal] = field(default_factory=dict)
    tally: Counter[str] = field(default_factory=Counter)

    @property
    def community(self) -> int:
        """The community whose rows this transaction reads and writes."""
        return self.keys.community

    async def execute(self, statement: Executable, params: Params | None = None) -> int:
        """Runs a statement for this community; how many rows it changed."""
        return (await self.connection.execute(statement, self._own(statement, params))).rowcount

    async def execute_many(self, statement: Executable, params: Sequence[Params]) -> None:
        """Runs a statement for each set of parameters, for this community; nothing is run for none."""
        if params:
            await self.connection.execute(statement, self._own(statement, params))

    async def rows(
        self, statement: Executable, params: Params | Sequence[Params] | None = None
    ) -> Sequence[RowMapping]:
        """The rows that the statement finds for this community."""
        return (await self.connection.execute(statement, self._own(statement, params))).mappings().all()

    async def row(self, statement: Executable, params: Params | None = None) -> RowMapping | None:
        """The first row that the statement finds for this community; None where there is none."""
        found = (await self.connection.execute(statement, self._own(statement, params))).mappings().first()
        row: RowMapping | None = found
        return row

    def _own(self, statement: Executable, params: Params | Sequence[Params] | None) -> Params | Sequence[Params] | None:
        """The parameters with the community: a column of each new row, a parameter of any other statement."""
        of = self.keys.of
        if of is None:
            return params
        name = "community_id" if statement.is_insert else OURS
        if isinstance(params, Sequence):
            return [{name: of, **param} for param in params]
        if params is None:
            return None if statement.is_insert else {name: of}
        return {name: of, **params}

    def count(self, name: str, amount: int) -> None:
        """Adds to a counter that is stored at the end of the transaction."""
        self.tally[name] += amount

    def tally_of(self, name: str) -> int:
        """How much this transaction has added to the counter so far, without what is stored."""
        return self.tally[name]
