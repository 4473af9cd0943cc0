"""Compares the wall with what is known of it, by the service key: VK's events may be missing (a lost batch, a day of
downtime), and a community's own key reads no thread. New posts every few minutes, those of the last month once a day.

It must never keep a word: what the wall shows goes through the same door as VK's events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot.delivery.intake import reading_of
from bot.delivery.walls import HIDDEN, PAGE, Wall, wall_of
from bot.process.log import log
from bot.runtime import Runtime
from bot.vk import comments
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import list_or_empty, mapping, moment, whole
from states.events import CommentTold
from states.people.comments import Comment
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.inbox.inbox import Arrived
from storage.records import comments as rows

EVERY = 300.0
NEW, OLD = timedelta(days=3), timedelta(days=30)
BELOW = 10
"""Answers that stand with a comment in `wall.getComments` (vk-api.md §6)."""


@dataclass(slots=True)
class Compared:
    """How many comments each post had when it was read last, what was told of it, and on which day all were read. Lost
    with the process: then everything is read once more."""

    counts: dict[int, int] = field(default_factory=dict)
    posts: dict[int, str] = field(default_factory=dict)
    day: date | None = None


@dataclass(slots=True)
class Round:
    """The tools of one round."""

    bot: Runtime
    wall: Wall
    reading: comments.CommentReading


async def compare_wall(bot: Runtime) -> None:
    """The loop that compares the walls of all communities of this process, until told to stop. Without a service key,
    or where comments are not listened to, there is nothing to do."""
    compared: defaultdict[int, Compared] = defaultdict(Compared)
    while not bot.stopping.is_set():
        for running in (bot, *bot.others.values()):
            try:
                await compare_posts(running, compared[running.community])
            except (VkError, NotReached, Uncertain) as error:
                code = error.code if isinstance(error, VkError) else 0
                log.warning("wall_unseen", loop="comments", error=type(error).__name__, code=code)
        await bot.bell("comments").wait(EVERY)


async def compare_posts(bot: Runtime, compared: Compared) -> None:
    """Reads the newest posts and compares the threads of those that are due; nothing without a service key. Once a day
    all of the last month are due."""
    reading, wall = reading_of(bot.settings, bot.rules, lambda: bot.find), wall_of(bot)
    if reading is None or wall is None:
        return
    tools = Round(bot, wall, reading)
    now = bot.clock.now()
    today = now.astimezone(bot.policy.zone).date()
    posts = [mapping(post) for post in list_or_empty((await wall.ask("wall.get", {"count": PAGE})).get("items"))]
    await tell_posts(tools, compared, posts)
    for post in posts:
        if bot.stopping.is_set():
            return
        due = is_due(post, compared, now, everything=compared.day != today)
        if due and await compare_thread(tools, whole(post.get("id"))):
            compared.counts[whole(post.get("id"))] = count_of(post)
    compared.day = today


async def tell_posts(tools: Round, compared: Compared, posts: Sequence[Mapping[str, Any]]) -> None:
    """Stores under which of these posts people may be invited; a post whose words have changed is read anew."""
    found = [row for post in posts if (row := comments.row_of_post(post, tools.reading)) is not None]
    fresh = [row for row in found if compared.posts.get(row.peer) != row.raw]
    if fresh:
        await tools.bot.db.run(lambda tx: inbox.ingest(tx, fresh, now=tools.bot.clock.now()))
        compared.posts |= {row.peer: row.raw for row in fresh}
        tools.bot.events.notify()


def is_due(post: Mapping[str, Any], compared: Compared, now: datetime, *, everything: bool) -> bool:
    """Whether the post's comments must be read: once a day all of the last month; meanwhile a new one whose number of
    comments is another than before."""
    written, number = moment(post.get("date")), whole(post.get("id"))
    if written is None or number <= 0 or now - written > OLD:
        return False
    return everything or (now - written <= NEW and compared.counts.get(number) != count_of(post))


def count_of(post: Mapping[str, Any]) -> int:
    """How many comments VK counts under this post."""
    return whole(mapping(post.get("comments")).get("count"))


async def compare_thread(tools: Round, post: int) -> bool:
    """What the wall shows and nobody has told becomes a row of the inbox, and so does what it shows no more. Whether VK
    showed it: what it refuses is asked for again in the next round."""
    try:
        items, complete = await comments_under(tools.wall, post)
    except VkError as error:
        if error.code not in HIDDEN:
            raise
        return False
    found = await tools.bot.db.run(lambda tx: ingest_differences(tx, tools, post, items, complete))
    if found:
        log.info("arrived", loop="comments", count=found)
        tools.bot.events.notify()
    return True


async def comments_under(wall: Wall, post: int) -> tuple[list[Mapping[str, Any]], bool]:
    """All comments under a post, and whether these are really all."""
    found, complete = await wall.read_pages({"post_id": post, "thread_items_count": BELOW})
    below: list[Mapping[str, Any]] = []
    for top in found:
        answers = mapping(top.get("thread"))
        shown = [mapping(wall_post) for wall_post in list_or_empty(answers.get("items"))]
        if whole(answers.get("count")) > len(shown):
            shown, whole_thread = await wall.read_pages({"post_id": post, "comment_id": whole(top.get("id"))})
            complete = complete and whole_thread
        below += shown
    return [*found, *below], complete


async def ingest_differences(
    tx: Transaction, tools: Round, post: int, items: Sequence[Mapping[str, Any]], complete: bool
) -> int:
    """Puts what differs into the inbox: new and changed comments, and deleted ones where `complete` says that the whole
    thread was read. Returns how many events that made."""
    known = {comment.id: comment for comment in await rows.under(tx, post)}
    answered = {whole(item.get("reply_to_comment")) for item in items if whole(item.get("from_id")) < 0}
    rows_shown = (
        comments.row_of_shown(item, tools.reading, answered=whole(item.get("id")) in answered) for item in items
    )
    seen = [row for row in rows_shown if row is not None]
    fresh = [row for row in seen if is_news(row, known)]
    shown = {whole(item.get("id")) for item in items if not item.get("deleted")}
    now = tools.bot.clock.now()
    missing = [comment for comment in known.values() if complete and not comment.gone and comment.id not in shown]
    lost = [comments.row_of_missing(comment.id, post) for comment in missing if has_had_time(comment, now)]
    return await inbox.ingest(tx, [*fresh, *lost], now=now)


def is_news(row: Arrived, known: Mapping[int, Comment]) -> bool:
    """Whether the row says anything that is not kept yet."""
    told = comments.event_of(row.raw)
    assert isinstance(told, CommentTold), "it was made here"
    if told.author < 0:
        replied = known.get(told.replies_to)
        return replied is not None and not replied.gone and replied.answered_at is None
    before = known.get(told.comment)
    return before is None or (not before.gone and before.marks != told.marks)


def has_had_time(comment: Comment, now: datetime) -> bool:
    """Whether the comment was told of long enough ago to be on the wall by now, had it not been deleted: VK's lists may
    lag."""
    return now - comment.told_at > timedelta(seconds=EVERY)
