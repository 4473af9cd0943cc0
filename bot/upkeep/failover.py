"""Notices by the last audit checkpoint that a failover lost rows, and marks it as a restore (delivery.md §13, T22).

It must never import what puts copies back: a running bot does not need it, nor the memory of its migrations.
"""

from __future__ import annotations

from bot.process.advice import Refusal
from bot.process.log import log
from bot.runtime import Runtime
from bot.upkeep import audit_checkpoints
from storage.ops import recovery_mark
from storage.privacy import audit


async def failed_over(bot: Runtime) -> None:
    """At every start: where the audit log ends before its last checkpoint, a failover has lost rows as an older copy
    would, and the same step follows (T22)."""
    path = audit_checkpoints.path_of(bot.settings)
    try:
        noted = audit_checkpoints.read(path, bot.community)
        head = await bot.db.run(audit.head)
        if not noted or (head is not None and head.number >= noted[-1].number):
            return
        log.error("rows_lost", loop="recovery", count=noted[-1].number - (head.number if head is not None else 0))
        await bot.db.run(lambda tx: recovery_mark.mark(tx, bot.clock.now()))
        audit_checkpoints.put_back(path, bot.community, head, bot.clock.now())
    except Refusal as refusal:
        log.warning("checkpoints_unread", loop="recovery", reason=str(refusal))
