"""What was put off by a clock that was ahead and has been set (F23): nothing waits longer than it ever may.

It must never bring a term of people forward, nor what waits as long as it should.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Text, and_, bindparam, not_, type_coerce, update

from states.effects import SOURCE_TIMER, WORDS_TIMER
from storage.db.columns import in_community
from storage.db.schema import OPEN, PENDING, Moment, inbox, one_of, outbox, timer
from storage.db.transaction import Transaction

HALF, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
LONGEST = {
    "pause": timedelta(minutes=1), SOURCE_TIMER: HOUR, WORDS_TIMER: HOUR, "spikes": HOUR, "digest": HOUR,
    "alert": HALF, "comment_alarm": HALF, "leave": HOUR, "several": HOUR, "comment_answers_left": HOUR,
    "incidents": DAY, "rights": DAY, "doubt": DAY, "comment_invite": 3 * DAY, "draft": 3 * DAY,
}  # fmt: skip
"""How far ahead a timer of this name is ever set; a term of people is in none of them."""
ARRIVED, LAST_LOOK = " +", DAY
"""In the key of a look at words that have arrived, and how far ahead the last of them is (answering.py `LOOKS`)."""
RETRIED = HOUR
"""An event is tried again sooner than that, a message within a day."""
WRONG = timedelta(minutes=5)
"""What was made so much later than now was made by a wrong clock."""

_LOOK = and_(timer.c.name == SOURCE_TIMER, timer.c.key.contains(ARRIVED))
_LATE = (
    update(timer)
    .where(in_community(timer), timer.c.at > bindparam("latest", type_=Moment))
    .values(at=bindparam("latest", type_=Moment))
)
_TIMERS = _LATE.where(timer.c.name == bindparam("named", type_=Text), not_(_LOOK))
_LOOKS = _LATE.where(_LOOK)
_EVENTS = (
    update(inbox)
    .where(in_community(inbox), one_of(inbox.c.state, PENDING), inbox.c.next_at > bindparam("latest", type_=Moment))
    .values(next_at=bindparam("now", type_=Moment))
)
_TRIES = (
    update(outbox)
    .where(in_community(outbox), one_of(outbox.c.state, OPEN), outbox.c.next_at > bindparam("latest", type_=Moment))
    .values(next_at=bindparam("now", type_=Moment))
)
_AHEAD = type_coerce(outbox.c.created_at, BigInteger) - bindparam("micros", type_=BigInteger)
_HELD = (
    update(outbox)
    .where(in_community(outbox), one_of(outbox.c.state, OPEN), outbox.c.created_at > bindparam("latest", type_=Moment))
    .values(
        not_before=type_coerce(outbox.c.not_before, BigInteger) - _AHEAD,
        created_at=bindparam("now", type_=Moment),
    )
)


async def bring_back(tx: Transaction, now: datetime) -> int:
    """Brings back what was put off by a clock that was ahead, after a start and when the clock was set back; how much
    that was."""
    moved = 0
    for name, longest in sorted(LONGEST.items()):
        moved += await tx.execute(_TIMERS, {"named": name, "latest": now + longest})
    moved += await tx.execute(_LOOKS, {"latest": now + LAST_LOOK})
    moved += await tx.execute(_EVENTS, {"latest": now + RETRIED, "now": now})
    moved += await tx.execute(_TRIES, {"latest": now + DAY, "now": now})
    return moved + await tx.execute(_HELD, {"latest": now + WRONG, "now": now, "micros": _micros(now)})


def _micros(now: datetime) -> int:
    """The moment as the column stores it, in microseconds."""
    return int(Moment().process_bind_param(now, None) or 0)  # type: ignore[arg-type]
