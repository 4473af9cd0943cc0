"""Comments under posts and what is asked before something follows from one, on both engines (R7)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from features.comments import loads
from features.comments.handlers import INVITE
from features.comments.model.asked import CommentAsked, CommentFacts, Room
from features.comments.rules import RULES
from states.effects import WORDS_TIMER, Kind, Send, StartTimer
from states.events import (
    CommentChange,
    CommentTold,
    DeliveryEnded,
    DeliveryOutcome,
    Event,
    MessageNew,
    PostTold,
    TimerFired,
)
from states.lifecycle.digest import Count
from states.messages import Message
from states.people.comments import Comment, CommentKind, Marks, Silence, WallPost, wall_peer
from states.people.officials import Official, Standing
from storage.db import codec
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.inbox import timers
from storage.inbox.watermarks import high_watermarks
from storage.outbox import claim, enqueue
from storage.outbox.outcomes import defer, record_absent, record_sent
from storage.privacy import forgetting, retention
from storage.records import comments, officials, what_waits
from storage.unit_of_work import facts
from tests.storage.given import CUR_CHAT, MASTER, NOW, C, heads, load, statements_seen, waiting_of
from tests.storage.scenes import CHAT

POST, WALL = 5, wall_peer(5)
ANNA, BORIS, OFFICIAL = 1001, 1002, 5001
SECOND = timedelta(seconds=1)
PROBLEM = Marks(CommentKind.PROBLEM, "pits", "miass", files=True)


def comment(number: int, **more: Any) -> Comment:
    known: dict[str, Any] = {"post": POST, "author": ANNA, "at": NOW, "told_at": NOW, "marks": PROBLEM} | more
    return Comment(number, **known)


def in_chat(text: str) -> MessageNew:
    return MessageNew(Message(CUR_CHAT, 7, OFFICIAL, NOW, text))


def comment_told(number: int, **more: Any) -> CommentTold:
    return CommentTold(number, 6, ANNA, NOW, CommentChange.NEW, **more)


async def keep(db: Database, *kept: Comment) -> None:
    await db.run(lambda tx: comments.keep(tx, kept))


async def known(db: Database, asked: CommentAsked) -> CommentFacts:
    found: CommentFacts = await db.run(lambda tx: loads()[CommentAsked](tx, asked))
    return found


async def test_whatever_is_kept_is_read_again(db: Database) -> None:
    later = NOW + timedelta(minutes=3)
    full = comment(
        12, top=11, alarm_at=NOW, seen_at=later, seen_by=OFFICIAL, answered_at=later, invited_at=later, wording=3,
        came_at=NOW, public_at=later, dropped_at=NOW, appeal="1124-ABCD",
    )  # fmt: skip
    await keep(db, full, comment(13), comment(2**40, post=2**39))
    found = await db.run(lambda tx: comments.these(tx, [12, 13, 14, 2**40]))
    assert found[12] == full and set(found) == {12, 13, 2**40}
    assert [one.id for one in await db.run(lambda tx: comments.under(tx, POST))] == [12, 13]
    gone = replace(comment(12), author=0, marks=Marks(), gone=True)
    await keep(db, full, gone)
    assert (await db.run(lambda tx: comments.these(tx, [12])))[12] == gone, "of the same comment the last counts"


async def test_what_nobody_has_answered_is_counted_for_the_morning(db: Database) -> None:
    earlier, long_ago = NOW - timedelta(hours=2), NOW - timedelta(days=9)
    done = {name: {name: NOW} for name in ("answered_at", "public_at", "came_at", "dropped_at")}
    answered = [comment(20 + turn, **more) for turn, more in enumerate(done.values())]
    idle = comment(30, marks=Marks(CommentKind.THANKS))
    waiting = (comment(12), comment(13, at=earlier), comment(14, at=long_ago))
    await keep(db, *waiting, comment(15, gone=True), idle, *answered)
    digest = await db.run(lambda tx: what_waits.count_waiting(tx, CHAT, NOW, NOW, everywhere=True))
    assert digest.comments == Count(2, earlier)
    theirs = await db.run(lambda tx: what_waits.count_waiting(tx, CHAT, NOW, NOW, everywhere=False))
    assert theirs.comments == Count()


async def test_posts_are_kept_too(db: Database) -> None:
    muted = WallPost(POST, NOW, NOW, Silence.MUTED, OFFICIAL)
    await db.run(lambda tx: comments.keep_posts(tx, [replace(muted, silence=Silence.NONE), muted]))
    assert await db.run(lambda tx: comments.post_of(tx, POST)) == muted
    assert await db.run(lambda tx: comments.post_of(tx, 6)) is None
    assert (await known(db, CommentAsked(12, post=POST, silence=True))).post == muted
    told = replace(muted, id=6, silence=Silence.NONE, muted_by=0)
    await db.run(lambda tx: comments.keep_posts(tx, [told]))
    await db.run(lambda tx: retention.comments(tx, None, NOW + timedelta(days=31), retention.RetentionTerms()))
    assert await db.run(lambda tx: comments.post_of(tx, 6)) is None
    assert await db.run(lambda tx: comments.post_of(tx, POST)) == muted, (
        "what a person has said lasts as their other acts"
    )
    await db.run(
        lambda tx: retention.comments(tx, None, NOW + retention.RetentionTerms().kept, retention.RetentionTerms())
    )
    assert await db.run(lambda tx: comments.post_of(tx, POST)) is None


async def test_what_is_asked_of_a_comment(db: Database) -> None:
    await keep(db, comment(12), comment(11, author=BORIS))
    await db.run(lambda tx: officials.keep(tx, [Official(CHAT, OFFICIAL, Standing.WORKS, NOW, name="Ольга П.")]))
    found = await known(db, CommentAsked(12, ANNA, POST, 11))
    assert found == CommentFacts(comment(12), replied=comment(11, author=BORIS))
    assert (await known(db, CommentAsked(14, OFFICIAL))).official
    await db.run(lambda tx: forgetting.erase(tx, ANNA, NOW, force=True))
    await forgetting.destroy_keys(db)
    erased = await known(db, CommentAsked(12, ANNA))
    assert erased.comment is None and erased.forgotten_at == NOW


async def test_whether_there_is_room_for_an_invitation(db: Database) -> None:
    minute = timedelta(minutes=1)
    said = [
        comment(21, author=BORIS, top=11, invited_at=NOW, wording=1),
        comment(11, author=1003, invited_at=NOW - minute, wording=2),
        comment(31, author=1004, invited_at=NOW + minute, wording=3),
        comment(41, author=1005, post=6, invited_at=NOW, wording=4),
    ]
    waits = [StartTimer(INVITE, str(number), WALL, NOW) for number in (51, 52)]
    waits += [StartTimer(INVITE, "61", wall_peer(6), NOW), StartTimer("other", "51", WALL, NOW)]
    await keep(db, comment(12, top=11), *said)
    await db.run(lambda tx: timers.change(tx, waits))
    asked = CommentAsked(12, post=POST, invites=True)
    found = (await known(db, asked)).room
    assert found == Room(2, (NOW + minute, NOW, NOW - minute), False, frozenset({1, 2}))
    await keep(db, comment(12, author=1004, top=31))
    assert (await known(db, asked)).room == replace(found, invited=True, wordings=frozenset({3}))
    assert (await known(db, replace(asked, comment=99))).room == Room(2)


@pytest.mark.parametrize("level", ["", "|d1"])
async def test_what_the_bot_has_said_itself(db: Database, level: str) -> None:
    cause = f"v1|{C}|comment|{WALL}|12.invite|0"
    said = Send(WALL, cause + level, "Напишите нам", Kind.COMMENT, reply_to=12, thread=12, report=True)
    asked = CommentAsked(77, -C, POST, 12)
    assert not (await known(db, asked)).own
    await db.run(lambda tx: enqueue.enqueue(tx, [said], NOW))
    assert not (await known(db, asked)).own, "it has not left yet"
    (row,) = await db.run(lambda tx: claim.claim_due(tx, "0", NOW, 10))
    assert (await known(db, asked)).own, "VK tells of it before it answers"
    assert not (await known(db, replace(asked, replies_to=13))).own
    assert await db.run(lambda tx: record_sent(tx, row.id, 77, NOW))
    assert (await known(db, asked)).own and not (await known(db, replace(asked, comment=78))).own


async def test_a_number_of_a_comment_makes_no_gap_and_its_end_is_told(db: Database) -> None:
    said = Send(WALL, "cause", "Звоните 112", Kind.COMMENT, reply_to=12, thread=12, report=True)
    await db.run(lambda tx: enqueue.enqueue(tx, [said], NOW))
    (row,) = await db.run(lambda tx: claim.claim_due(tx, "0", NOW, 10))
    assert await db.run(lambda tx: record_sent(tx, row.id, 9_000, NOW))
    assert await db.run(lambda tx: high_watermarks(tx, WALL)) == 0
    (told,) = [one for one in await heads(db) if one.peer == WALL]
    ended = codec.decode(Event, told.raw)
    assert isinstance(ended, DeliveryEnded) and (ended.cause, ended.cmid) == ("cause", 9_000)


async def test_an_answer_that_waits_is_found(db: Database) -> None:
    await keep(db, comment(12))
    asked, waits = CommentAsked(12, held=True), NOW + timedelta(seconds=30)
    causes = [f"v1|{C}|comment|{WALL}|{origin}|0" for origin in ("12.invite", "121.answer.7", "12.answer.10")]
    said = [Send(WALL, cause, "Засыпем", Kind.COMMENT, reply_to=12, not_before=waits) for cause in causes]
    await db.run(lambda tx: enqueue.enqueue(tx, said, NOW))
    assert (await known(db, asked)).held == causes[-1] and (await known(db, CommentAsked(12))).held == ""
    await db.run(lambda tx: claim.claim_due(tx, "0", waits, 10))
    await db.run(lambda tx: enqueue.cancel_all(tx, causes[:2], waits))
    await db.run(lambda tx: claim.claim_due(tx, "0", waits, 10))
    assert (await known(db, CommentAsked(99, held=True))).held == ""


async def test_an_answer_that_was_tried_may_be_under_way_and_is_not_taken_back(db: Database) -> None:
    await keep(db, comment(12))
    said = Send(WALL, f"v1|{C}|comment|{WALL}|12.answer.10|0", "Засыпем", Kind.COMMENT, reply_to=12)
    await db.run(lambda tx: enqueue.enqueue(tx, [said], NOW))
    (row,) = await db.run(lambda tx: claim.claim_due(tx, "0", NOW, 10))
    await db.run(lambda tx: defer(tx, row.id, row.fencing_token, NOW, unknown=True, reason=""))
    (row,) = await db.run(lambda tx: claim.claim_unverified(tx, "0", NOW + timedelta(hours=1), 10))
    await db.run(lambda tx: record_absent(tx, row.id, row.fencing_token, NOW + timedelta(hours=1)))
    assert (await known(db, CommentAsked(12, held=True))).held == ""


async def test_what_is_decided_about_one_comment_or_post_is_not_decided_twice_in_a_batch(db: Database) -> None:
    """A timer's invitation, «/под» and a link that its author opens come from three peers."""
    await keep(db, comment(12), comment(13))
    invites = (waiting_of(WALL), TimerFired(INVITE, "12", WALL, NOW))
    answers = (waiting_of(CUR_CHAT, "message", 7), in_chat(f"/под https://vk.com/wall-{C}_{POST}?reply=12 Засыпем"))
    other = (waiting_of(CUR_CHAT + 1, "message", 7), in_chat(f"/под https://vk.com/wall-{C}_{POST}?reply=13 Засыпем"))
    comes = (waiting_of(ANNA, "message", 7), MessageNew(Message(ANNA, 7, ANNA, NOW, ref=f"k{POST}-12")))
    told = (waiting_of(wall_peer(6)), comment_told(77, replies_to=13))
    everything = await load(db, invites, answers, other, comes, told, rules=RULES, loaders=loads())
    assert facts.conflicting(everything) == {1, 3, 4}
    posted = (waiting_of(WALL), PostTold(POST, NOW, Silence.NONE))
    muted = (waiting_of(CUR_CHAT, "message", 8), in_chat(f"/тихо https://vk.com/wall-{C}_{POST}"))
    both = await load(db, posted, muted, rules=RULES, loaders=loads())
    assert facts.conflicting(both) == {1}


async def test_two_workers_decide_about_a_comment_one_after_another(migrated: str) -> None:
    """On PostgreSQL each has its own pool; on SQLite there is one writer anyway."""
    first = await Database.open(migrated, worker=1, master=MASTER, community=C)
    second = await Database.open(migrated, worker=2, master=MASTER, community=C) if "postgres" in migrated else first
    await keep(first, comment(12))
    read = asyncio.Event()

    async def decide(db: Database, name: str, *, waits: bool) -> None:
        async def body(tx: Transaction) -> None:
            before = (await loads()[CommentAsked](tx, CommentAsked(12))).comment
            read.set()
            if waits and tx.dialect == "postgresql":
                await asyncio.sleep(0.2)  # the other begins
            await comments.keep(tx, [replace(before, **{name: NOW})])

        await db.run(body)

    async def later() -> None:
        await read.wait()
        await decide(second, "public_at", waits=False)

    await asyncio.gather(decide(first, "invited_at", waits=True), later())
    after = (await first.run(lambda tx: comments.these(tx, [12])))[12]
    await first.close()
    if second is not first:
        await second.close()
    assert (after.invited_at, after.public_at) == (NOW, NOW)


async def test_what_a_person_says_of_a_post_stands_above_its_words_in_any_order(db: Database) -> None:
    muted, told = WallPost(POST, NOW, NOW, Silence.MUTED, OFFICIAL), WallPost(POST, NOW, NOW)
    await db.run(lambda tx: comments.keep_posts(tx, [told]))
    await db.run(lambda tx: comments.keep_posts(tx, [muted]))
    await db.run(lambda tx: comments.keep_posts(tx, [replace(told, silence=Silence.MOURNING)]))
    assert await db.run(lambda tx: comments.post_of(tx, POST)) == muted
    opened = replace(muted, silence=Silence.NONE)
    await db.run(lambda tx: comments.keep_posts(tx, [opened]))
    assert await db.run(lambda tx: comments.post_of(tx, POST)) == opened


async def test_what_is_late_is_said_no_more_told_of_and_holds_up_nothing(db: Database) -> None:
    """VK took no comment for an hour: whom to call is no help by then, and the others of the post go on."""
    hour = timedelta(hours=1)
    danger = Send(WALL, "danger", "Звоните 112", Kind.COMMENT, reply_to=12, report=True, not_after=NOW + hour)
    other = Send(WALL, "answer", "Засыпем", Kind.COMMENT, reply_to=13)
    taken_back = Send(ANNA, "back", "Ответ", Kind.ANSWER, report=True)
    await db.run(lambda tx: enqueue.enqueue(tx, [danger, other, taken_back], NOW))
    rows = {row.cause: row for row in await db.run(lambda tx: claim.claim_due(tx, "0", NOW, 10))}
    await db.run(lambda tx: enqueue.cancel_all(tx, ["back"], NOW))
    for row in rows.values():
        await db.run(lambda tx: defer(tx, row.id, row.fencing_token, NOW + 6 * hour, unknown=False, reason="29"))  # noqa: B023
    assert await db.run(lambda tx: claim.claim_due(tx, "0", NOW + hour - SECOND, 10)) == []
    (row,) = await db.run(lambda tx: claim.claim_due(tx, "0", NOW + hour, 10))
    assert row.cause == "answer"
    (told,) = await heads(db)
    ended = codec.decode(Event, told.raw)
    assert isinstance(ended, DeliveryEnded) and (ended.cause, ended.outcome) == ("danger", DeliveryOutcome.SET_ASIDE)


async def test_of_a_post_with_many_comments_only_what_is_asked_is_read(db: Database, engine: str) -> None:
    if engine == "postgresql":
        pytest.skip("its planner reads a small table whole")
    await keep(db, comment(12))
    with statements_seen() as seen:
        await known(db, CommentAsked(12, post=POST, invites=True))
        await db.run(lambda tx: comments.under(tx, POST))
    asked = [one for one in seen if "comment.post = ?" in one or "its.post = ?" in one]
    assert len(asked) == 2
    for one in asked:
        plan = await db.run(lambda tx: tx.rows(text(f"EXPLAIN QUERY PLAN {one.replace('?', '1')}")))  # noqa: B023
        read = [str(row["detail"]) for row in plan if "comment" in str(row["detail"])]
        assert read and not [line for line in read if line.endswith("(community_id=?)")], read


async def test_a_comment_that_is_to_be_read_waits_for_vk_and_no_event_comes_of_it(db: Database) -> None:
    asked = StartTimer(WORDS_TIMER, "k5-12", ANNA, NOW)
    await db.run(lambda tx: timers.change(tx, [asked, StartTimer(INVITE, "13", WALL, NOW)]))
    assert await db.run(lambda tx: timers.fire(tx, NOW, 10)) == 1
    assert await db.run(timers.next_due_at) is None
    assert await db.run(lambda tx: timers.to_read(tx, 10)) == []
    (one,) = await db.run(lambda tx: timers.to_read(tx, 10, WORDS_TIMER))
    assert (one.key, one.peer, one.at) == ("k5-12", ANNA, NOW)
    later = replace(asked, at=NOW + SECOND)
    await db.run(lambda tx: timers.change(tx, [later]))
    await db.run(lambda tx: timers.end(tx, WORDS_TIMER, one))
    (again,) = await db.run(lambda tx: timers.to_read(tx, 10, WORDS_TIMER))
    assert again.at == later.at, "the link was opened once more meanwhile"
    await db.run(lambda tx: timers.end(tx, WORDS_TIMER, again))
    assert await db.run(lambda tx: timers.to_read(tx, 10, WORDS_TIMER)) == []
