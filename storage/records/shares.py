"""Which worker of a shared database runs which community: an equal share each, and what a worker leaves is taken over.

Nothing may rely on it: two workers that run one community for a while do each message once all the same (F26), so
clocks of two machines may be compared here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, func, select, update

from storage.db.columns import in_community
from storage.db.schema import community, meta
from storage.db.transaction import Transaction
from storage.db.upsert import upsert
from storage.db.worker_number import NAMED

AT_WORK = f"{NAMED}is here "
"""The row with this name and a number says until when that worker is believed to run communities. A panel apart has a
number and no such row; a copy that is put back begins without them."""
NOBODY = -1

_HERE = select(meta.c.name).where(in_community(meta), meta.c.name.startswith(AT_WORK), meta.c.value > bindparam("now"))
_OTHERS = (community.c.state == "active", community.c.community_id != bindparam("home", type_=BigInteger))
_EACH = select(community.c.worker, func.count().label("many")).where(*_OTHERS).group_by(community.c.worker)
_FREE = (
    select(community.c.community_id)
    .where(*_OTHERS, community.c.worker.not_in(bindparam("workers", expanding=True)))
    .order_by(community.c.community_id)
    .limit(bindparam("many"))
    .with_for_update(skip_locked=True)
)
_MINE = (
    select(community.c.community_id)
    .where(*_OTHERS, community.c.worker == bindparam("worker_now"))
    .order_by(community.c.community_id.desc())
    .limit(bindparam("many"))
)
_TAKE = update(community).where(community.c.community_id.in_(_FREE)).values(worker=bindparam("to"))
_GIVE = update(community).where(community.c.community_id.in_(_MINE)).values(worker=bindparam("to"))


async def rebalance(tx: Transaction, worker: int, now: datetime, until: datetime) -> None:
    """Renews this worker's lease until then; claims communities that nobody runs, or releases what is more than its
    share."""
    each = {row["worker"]: row["many"] for row in await tx.rows(_EACH, {"home": tx.community})}
    if not each:
        return  # of one community alone there is nothing to share
    name = f"{AT_WORK}{worker}"
    await upsert(tx, meta, [{"community_id": tx.community, "name": name, "value": until.isoformat()}])
    here = {int(row["name"].removeprefix(AT_WORK)) for row in await tx.rows(_HERE, {"now": now.isoformat()})}
    mine, share = each.get(worker, 0), -(-sum(each.values()) // max(1, len(here)))
    known = {"home": tx.community, "many": abs(share - mine)}
    if mine > share:
        await tx.execute(_GIVE, {**known, "worker_now": worker, "to": NOBODY})
    elif mine < share and each.keys() - here:
        await tx.execute(_TAKE, {**known, "workers": sorted(here), "to": worker})


async def leave(tx: Transaction, worker: int) -> None:
    """Ends this worker's lease: what it ran is free at once."""
    await tx.execute(delete(meta).where(in_community(meta), meta.c.name == f"{AT_WORK}{worker}"))
