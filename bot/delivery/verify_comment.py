"""Looks under the comment that was answered whether an unconfirmed answer of ours stands there. It must never guess;
what nobody can look up a person is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.delivery.send_outcome import SendOutcome, Verdict
from bot.delivery.walls import wall_of
from bot.process import retry
from bot.runtime import Runtime
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import whole
from states.degraded import form
from states.effects import Send
from states.people.comments import post_of
from storage.outbox import enqueue
from storage.outbox.enqueue import Outgoing

SURE_AFTER = retry.SOON_LOOKS + 1
"""Looks in vain, the last one when VK's lists can't lag behind any more: twice under a post is worse than late."""


async def verify_comment(bot: Runtime, row: Outgoing) -> SendOutcome:
    """SENT with its number, ABSENT when the whole thread was read several times, SET_ASIDE where nobody can look."""
    shape, wall = form(row.effect, row.level), wall_of(bot)
    if wall is None or not isinstance(shape, Send):
        return SendOutcome(Verdict.SET_ASIDE, reason="нечем посмотреть")
    try:
        shown, complete = await wall.read_pages({"post_id": post_of(shape.peer), "comment_id": shape.thread})
    except VkError as error:
        later = error.code in retry.NOT_SENT | retry.UNKNOWN
        return SendOutcome(Verdict.UNKNOWN if later else Verdict.SET_ASIDE, reason="нельзя посмотреть")
    except (NotReached, Uncertain):
        return SendOutcome(Verdict.UNKNOWN, reason="нельзя посмотреть")
    alike = [whole(item.get("id")) for item in shown if is_ours(bot, item, shape)]
    taken = await bot.db.run(lambda tx: enqueue.numbers_taken(tx, row.peer, alike)) if alike else set()
    for number in alike:
        if number not in taken:
            return SendOutcome(Verdict.SENT, cmid=number, own=True)
    return SendOutcome(Verdict.ABSENT if complete and is_sure(bot, row) else Verdict.UNKNOWN)


def is_sure(bot: Runtime, row: Outgoing) -> bool:
    """Whether a comment that VK does not show is surely absent: looked at often enough, by a bot that was not started
    lately."""
    awake = bot.started_at is None or bot.clock.now() - bot.started_at > retry.LAG
    return row.looks >= SURE_AFTER and awake


def is_ours(bot: Runtime, item: Mapping[str, Any], shape: Send) -> bool:
    """The community answered this very comment, in these words; with or without the link behind them."""
    answers = whole(item.get("reply_to_comment")) == shape.reply_to
    return answers and whole(item.get("from_id")) == -bot.community and shape.text in str(item.get("text", ""))
