"""Reads the comment of whoever came by its link and has agreed: its words begin the message, so nobody types twice.

It must read nothing before the consent, nothing of another author, and add to no story that is being told already (R7).
"""

from __future__ import annotations

import re
from datetime import timedelta

from bot.delivery.walls import Wall, wall_of
from bot.process import retry
from bot.process.log import log
from bot.runtime import Runtime
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, moment, whole
from features.comments.handlers import behind_link
from states.dialogue import AskingText, Dialogue
from states.effects import WORDS_TIMER
from states.events import MessageNew
from states.messages import Message
from states.people.comments import Comment
from storage.db.transaction import Transaction
from storage.inbox import inbox, timers
from storage.inbox.timers import ToRead
from storage.records import appeals, comments

AT_ONCE = 25
AGAIN, LONGEST = 5.0, 300.0
GIVEN_UP_AFTER = timedelta(minutes=2)
"""Whoever waits longer has typed it."""
ADDRESSED = re.compile(r"\[(?:id|club)\d{1,12}\|[^\]]{1,100}\],?\s*")
"""What VK puts before an answer to somebody."""


async def read_words(bot: Runtime) -> None:
    """The loop that reads the words of waiting comments, until told to stop, of each community that this process
    runs."""
    bell = bot.bell(WORDS_TIMER)
    while not bot.stopping.is_set():
        bell.clear_signal()
        done = [await read_waiting(running) for running in (bot, *bot.others.values())]
        await bell.wait(LONGEST if all(done) else AGAIN)


async def read_waiting(bot: Runtime) -> bool:
    """Reads comments of people who agreed, a few at a time; whether all of them are done."""
    waiting = await bot.db.run(lambda tx: timers.to_read(tx, AT_ONCE, WORDS_TIMER))
    return all([await read_one(bot, to_read) for to_read in waiting])


async def read_one(bot: Runtime, to_read: ToRead) -> bool:
    """Whether nothing is left to ask for."""
    found, wall = behind_link(to_read.key), wall_of(bot)
    comment = (await bot.db.run(lambda tx: comments.these(tx, [found[1]]))).get(found[1]) if found else None
    try:
        said = await words_of(wall, comment) if wall is not None and comment is not None else None
    except (VkError, NotReached, Uncertain) as error:
        later = not isinstance(error, VkError) or error.code in retry.NOT_SENT | retry.UNKNOWN
        if later and bot.clock.now() - to_read.at < GIVEN_UP_AFTER:
            return False
        log.warning("comment_unread", loop="comments", error=type(error).__name__)
        said = None
    if await bot.db.run(lambda tx: keep_words(tx, bot, to_read, said)):
        bot.events.notify()
    return True


async def words_of(wall: Wall, comment: Comment) -> Message | None:
    """The comment's words as a message; None where VK does not show it any more."""
    under = {"post_id": comment.post, "start_comment_id": comment.id, "count": 1}
    under |= {"comment_id": comment.top} if comment.top else {}
    items = (await wall.ask("wall.getComments", under)).get("items") or [{}]
    item = mapping(items[0])
    if (whole(item.get("id")), whole(item.get("from_id"))) != (comment.id, comment.author) or item.get("deleted"):
        return None
    text = ADDRESSED.sub("", str(item.get("text", "")), count=1)
    at = moment(item.get("date")) or comment.at
    return Message(comment.author, -comment.id, comment.author, at, text) if text.strip() else None


async def keep_words(tx: Transaction, bot: Runtime, to_read: ToRead, said: Message | None) -> bool:
    """The timer ends in the transaction that tells the words; of one comment they are told once."""
    await timers.end(tx, WORDS_TIMER, to_read)
    talk = (await appeals.dialogues(tx, [to_read.peer])).get(to_read.peer)
    if said is None or said.author != to_read.peer or not waits_for_words(talk, bot.policy.consent_hash, to_read.key):
        return False
    key = f"words|{to_read.key}"
    return await inbox.enqueue_internal(tx, [(to_read.peer, key, MessageNew(said))], bot.clock.now()) > 0


def waits_for_words(talk: Dialogue | None, consent: str, code: str) -> bool:
    """Whether this resident agreed to the present consent, came by this link and has not begun to write."""
    if talk is None or talk.consent != consent or talk.door != code:
        return False
    return isinstance(talk.step, AskingText) and not talk.draft.pieces
