"""Who may come into the panel: by the chat a person works in, or by the administrator.

The role is computed anew whenever it is asked for. Names and secrets are sealed with the community key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, select, update

from states.people.chats import CUR, DUTY
from states.people.officials import Standing
from states.people.viewers import Role, Viewer
from storage.db.columns import in_community
from storage.db.errors import Conflict
from storage.db.keyring import COMMUNITY_KEY, NAME, VIEWER_NAME, VIEWER_SECRET
from storage.db.schema import chat, official, viewer
from storage.db.transaction import Transaction
from storage.db.upsert import storable, upsert
from storage.records import officials

MOST_WRONG = 10
APART = "|"
"""Between the parts of a sealed secret; an older program kept the first one alone."""

_GRANTED = select(viewer).where(in_community(viewer))
_OF_USER = _GRANTED.where(viewer.c.user_id == bindparam("user", type_=BigInteger))

# A chat that has lost the bot still says who works for an agency; one that is not bound says nothing.
_IN_CHATS = (
    select(official, chat.c.agency)
    .join(chat, (chat.c.community_id == official.c.community_id) & (chat.c.peer == official.c.peer))
    .where(
        in_community(official),
        official.c.user_id == bindparam("user", type_=BigInteger),
        official.c.standing == Standing.WORKS,
        chat.c.agency.is_not(None),
    )
    .order_by(official.c.since, official.c.peer)
)


@dataclass(frozen=True, slots=True)
class Secret:
    """What makes the codes of an administrator's telephone; `step` is the number of the last code that was taken.
    `wrong`: codes that were wrong since; `spare`: codes for a telephone that is lost, each taken once."""

    text: str
    step: int
    wrong: int = 0
    spare: tuple[str, ...] = ()

    @property
    def is_locked(self) -> bool:
        """Whether so many codes were wrong that nobody mistypes so often: only a spare code opens, or a new
        telephone."""
        return self.wrong >= MOST_WRONG


async def of_user(tx: Transaction, user: int, now: datetime) -> Viewer | None:
    """Who this person is in the panel just now. What the administrator granted counts before the chats."""
    row = await tx.row(_OF_USER, {"user": user})
    if row is not None:
        return (await _viewers(tx, [row]))[0]
    found = [row for row in await tx.rows(_IN_CHATS, {"user": user}) if row["since"] <= now]
    if not found:
        return None
    best = next((row for row in found if row["agency"] in (CUR, DUTY)), found[-1])
    (name,) = await tx.keys.unseal(NAME, [(officials.row_of(best), best["name"])])
    role = Role.CUR if best["agency"] in (CUR, DUTY) else Role.AGENCY
    return Viewer(user, role, "" if role is Role.CUR else best["agency"], name or "")


async def granted_viewers(tx: Transaction) -> list[Viewer]:
    """Everybody whom the administrator lets in."""
    return await _viewers(tx, await tx.rows(_GRANTED.order_by(viewer.c.user_id)))


async def granted_at(tx: Transaction) -> dict[int, datetime]:
    """Since when, by person."""
    return {row["user_id"]: row["granted_at"] for row in await tx.rows(_GRANTED)}


async def _viewers(tx: Transaction, rows: Sequence[Any]) -> list[Viewer]:
    """The viewers from their rows, their names opened."""
    names = await tx.keys.unseal(VIEWER_NAME, [(str(row["user_id"]), row["name"]) for row in rows])
    return [
        Viewer(row["user_id"], Role(row["role"]), row["scope"], name or "")
        for row, name in zip(rows, names, strict=True)
    ]


async def grant(tx: Transaction, granted: Viewer, now: datetime) -> None:
    """A new role; the telephone of an administrator stays what it was."""
    before = await tx.row(_OF_USER, {"user": granted.user})
    (name,) = await tx.keys.seal(VIEWER_NAME, [(COMMUNITY_KEY, str(granted.user), storable(granted.name))])
    known = {"secret": before["secret"], "step": before["step"]} if before is not None else {"secret": "", "step": 0}
    row = {
        "user_id": granted.user,
        "role": granted.role.value,
        "scope": granted.scope,
        "name": name,
        "granted_at": now,
        **known,
    }
    await upsert(tx, viewer, [row])


async def revoke(tx: Transaction, user: int) -> bool:
    """Whether there was anything to take away. A person who works in a chat still comes in by it."""
    gone = delete(viewer).where(in_community(viewer), viewer.c.user_id == bindparam("user", type_=BigInteger))
    return await tx.execute(gone, {"user": user}) > 0


async def secret(tx: Transaction, user: int) -> Secret | None:
    """None where none was made yet, or where it can't be opened any more: a new one is set up."""
    row = await tx.row(_OF_USER, {"user": user})
    if row is None or not row["secret"]:
        return None
    (text,) = await tx.keys.unseal(VIEWER_SECRET, [(str(user), row["secret"])])
    if text is None:
        return None
    made, _, rest = text.partition(APART)
    wrong, _, spare = rest.partition(APART)
    return Secret(made, row["step"], int(wrong or 0), tuple(spare.split()))


_SET = update(viewer).where(in_community(viewer), viewer.c.user_id == bindparam("user", type_=BigInteger))


async def keep_secret(tx: Transaction, user: int, text: str, spare: Sequence[str] = ()) -> None:
    """A new telephone: nothing counts before its first code is taken."""
    await _seal(tx, user, Secret(text, 0, 0, tuple(spare)))


async def _seal(tx: Transaction, user: int, kept: Secret) -> None:
    """Stores the sealed secret of the second factor and its last step."""
    text = APART.join((kept.text, str(kept.wrong), " ".join(kept.spare)))
    (sealed,) = await tx.keys.seal(VIEWER_SECRET, [(COMMUNITY_KEY, str(user), text)])
    await tx.execute(_SET.values(secret=sealed, step=kept.step), {"user": user})


async def count_wrong(tx: Transaction, user: int) -> int:
    """Counts one more wrong code; how many there were since the last right one."""
    kept = await secret(tx, user)
    if kept is None or kept.is_locked:
        return 0
    await _seal(tx, user, replace(kept, wrong=kept.wrong + 1))
    return kept.wrong + 1


async def take_spare(tx: Transaction, user: int, code: str) -> None:
    """Uses up a spare code and resets the count of wrong ones. Raises Conflict where it was taken meanwhile."""
    kept = await secret(tx, user)
    if kept is None or code not in kept.spare:
        raise Conflict("the code was taken meanwhile")
    await _seal(
        tx, user, replace(kept, wrong=0, spare=tuple(spare_code for spare_code in kept.spare if spare_code != code))
    )


async def take_code(tx: Transaction, user: int, step: int) -> None:
    """Each code is taken once.

    Raises:
        Conflict: it was taken meanwhile, or a later one.
    """
    taken = _SET.where(viewer.c.step < bindparam("number", type_=BigInteger)).values(
        step=bindparam("number", type_=BigInteger)
    )
    if await tx.execute(taken, {"user": user, "number": step}) != 1:
        raise Conflict("the code was taken meanwhile")
    kept = await secret(tx, user)
    if kept is not None and kept.wrong:
        await _seal(tx, user, replace(kept, wrong=0))
