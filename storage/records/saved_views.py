"""Views of the queue under a name, of one person or of everybody with the same role. It must never hold words that were
searched for: they may be somebody's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, select

from states.people.viewers import Viewer
from storage.db.columns import in_community
from storage.db.errors import Conflict
from storage.db.schema import saved_view
from storage.db.transaction import Transaction
from storage.db.upsert import upsert

MOST = 12
"""Views of one person; shared ones among them."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view of the queue: its name, the filter as an address, whose it is, and whether all with the same role see
    it."""

    owner: int
    name: str
    address: str
    shared: bool


_OF = (
    select(saved_view)
    .where(
        in_community(saved_view),
        saved_view.c.role == bindparam("role"),
        saved_view.c.scope == bindparam("scope"),
        or_(saved_view.c.shared, saved_view.c.owner == bindparam("user")),
    )
    .order_by(saved_view.c.name, saved_view.c.owner)
)
_REMOVE = delete(saved_view).where(
    in_community(saved_view), saved_view.c.owner == bindparam("whose"), saved_view.c.name == bindparam("called")
)
_MANY = select(func.count().label("many")).where(in_community(saved_view), saved_view.c.owner == bindparam("user"))


async def of(tx: Transaction, viewer: Viewer) -> list[SavedView]:
    """The viewer's own views, and the shared ones of their role: who has another role now sees neither."""
    rows = await tx.rows(_OF, {"role": viewer.role.value, "scope": viewer.scope, "user": viewer.user})
    return [SavedView(row["owner"], row["name"], row["address"], row["shared"]) for row in rows]


async def keep(tx: Transaction, viewer: Viewer, view: SavedView, now: datetime) -> None:
    """A new one, or another filter under the same name.

    Raises:
        Conflict: there are as many as one person may have.
    """
    known = {view.name for view in await of(tx, viewer) if view.owner == viewer.user}
    row = await tx.row(_MANY, {"user": viewer.user})
    if view.name not in known and row is not None and row["many"] >= MOST:
        raise Conflict("as many saved views as one person may have")
    values = {
        "owner": viewer.user, "name": view.name, "role": viewer.role.value, "scope": viewer.scope,
        "shared": view.shared, "address": view.address, "created_at": now,
    }  # fmt: skip
    await upsert(tx, saved_view, [values])


async def remove(tx: Transaction, viewer: Viewer, owner: int, name: str) -> SavedView | None:
    """Deletes a view, and gives it; whoever sees a shared one may do so. None where they see none of that name."""
    found = [view for view in await of(tx, viewer) if (view.owner, view.name) == (owner, name)]
    if not found:
        return None
    await tx.execute(_REMOVE, {"whose": owner, "called": name})
    return found[0]


async def rename(tx: Transaction, viewer: Viewer, owner: int, names: Sequence[str], now: datetime) -> bool:
    """(old, new). A shared one then belongs to who renamed it.

    Raises:
        Conflict: there are as many as one person may have.
    """
    old, new = names
    found = await remove(tx, viewer, owner, old)
    if found is None:
        return False
    await keep(tx, viewer, SavedView(viewer.user, new, found.address, found.shared), now)
    return True
