"""Notices that a failover lost rows, and marks it as a restore (delivery.md §13, T22): at a start by the last audit
checkpoint, while the bot runs by what it has counted itself.

It must never import what puts copies back: a running bot does not need it, nor the memory of its migrations.
"""

from __future__ import annotations

from bot.process.advice import Refusal
from bot.process.log import log
from bot.runtime import Runtime
from bot.upkeep import audit_checkpoints
from storage.db.errors import RowsLost
from storage.ops import recovery_mark
from storage.privacy import audit

LOST = (
    "Сервер базы сменился, и последние записи с прежним пропали. Бот перезапустится и сверится с ВКонтакте, "
    "как после возврата копии. Чтобы записи не терялись, нужна синхронная реплика: docs/reference/high-availability.md"
)


async def failed_over(bot: Runtime) -> None:
    """Sets the mark of recovery at a start where the audit log ends before its last checkpoint: a failover has lost
    rows as an older copy would, and the same step follows (T22)."""
    path = audit_checkpoints.path_of(bot.settings)
    try:
        noted = audit_checkpoints.read(path, bot.community)
        head = await bot.db.run(audit.head)
        if not noted or (head is not None and head.number >= noted[-1].number):
            return
        await mark_lost_rows(bot, noted[-1].number - (head.number if head is not None else 0))
        audit_checkpoints.put_back(path, bot.community, head, bot.clock.now())
    except Refusal as refusal:
        log.warning("checkpoints_unread", loop="recovery", reason=str(refusal))


async def still_whole(bot: Runtime) -> None:
    """Checks, whenever the database works again, that all that this process has kept is there.

    Raises:
        RowsLost: or another worker has seen that it is not; whoever starts next waits for the step to be done.
    """
    if lost := await bot.db.missing():
        await mark_lost_rows(bot, lost)
    if await bot.db.run(recovery_mark.read_mark) is not None:
        raise RowsLost(LOST)


async def mark_lost_rows(bot: Runtime, lost: int) -> None:
    """Logs how many audit lines are gone, and marks the database so that a recovery runs as after a restore."""
    log.error("rows_lost", loop="recovery", count=lost)
    await bot.db.run(lambda tx: recovery_mark.mark(tx, bot.clock.now()))
