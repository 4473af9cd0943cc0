"""What must hold of comments: each is answered at most once by each kind of answer, nothing private reaches a thread,
no word of somebody who has not agreed is kept anywhere, an erasure takes the marks.

It judges by what stands on VK's wall and in the bot's file, never by the bot's reasons.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from benchmarks.rig.stand import BOT
from features.comments.handlers import INVITE, TIMER
from features.comments.model.inviting import TOLD
from handlers.text import actions
from states.cause import parse
from states.people.chats import DUTY
from states.people.comments import FIRST_WALL
from tests.simulation.acts_comments import PHONE, PUBLIC, SECRET
from tests.simulation.people import meant_by
from tests.simulation.record import Record
from tests.world import said
from vk_emulator.world.walls import Comment, Post

Found = Iterator[str]
DANGER, INVITATION, ANSWER, OTHER = "danger", "invitation", "answer", "other"
ENDED = ("sent", "cancelled", "dead")
RAGGED = tuple(wording.removeprefix("{about}")[1:40] for wording in TOLD)
SAID = re.compile(rf"{SECRET}(\d{{4,}})n\d+z")
"""Of four digits at least, as people's numbers are: in megabytes of sealed letters «Zq38n1z» stands by chance."""
NAMES = ("Житель", "Номер")
"""How residents of the simulation are called."""


@dataclass
class Wall:
    """`heard`: what was kept of people's words where it must not be; `answers`, `secrets`: numbers given so far.
    `read`: secret of a comment that began a message -> the mark of what its author wrote behind it."""

    record: Record
    posts: list[int] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    secrets: int = 0
    answers: int = 0

    def next_secret(self) -> int:
        self.secrets += 1
        return self.secrets

    def next_answer(self) -> int:
        self.answers += 1
        return self.answers

    def comments(self) -> Iterator[tuple[Post, Comment]]:
        wall = self.record.world.walls.get(BOT)
        for post in wall.posts.values() if wall is not None else ():
            for one in post.comments.values():
                yield post, one

    def ours(self) -> Iterator[tuple[Post, Comment]]:
        return ((post, one) for post, one in self.comments() if one.author == BOT)

    def people(self) -> list[tuple[int, int]]:
        """(post, comment) of what people wrote and has not gone."""
        return [(post.id, one.id) for post, one in self.comments() if one.author > 0 and not one.deleted]

    def fresh(self) -> Iterator[tuple[Post, Comment]]:
        """What came since it was asked last."""
        for post, one in self.comments():
            if one.id not in self.seen:
                self.seen.add(one.id)
                yield post, one

    # No word of who has not agreed.

    def reads(self, text: str, where: str, *, sealed: bool = False) -> None:
        """Something is kept there: open it must hold no secret, sealed only those of people who have agreed."""
        for author in map(int, SAID.findall(text)) if SECRET in text else ():
            if not (sealed and self.has_agreed(author)):
                self.heard.append(f"слова жителя {author} {where}")

    def has_agreed(self, user: int) -> bool:
        """Since they were forgotten last, if they ever were."""
        thread = self.record.world.private_thread(BOT, user)
        own = thread.messages[self.record.truth.erased.get(user, 0) :]
        return any(
            one.sender == user and (meant_by(one) == actions.CONSENT or one.text == "Даю согласие") for one in own
        )


def kind_of(text: str) -> str:
    if PUBLIC in text:
        return ANSWER
    if "112" in text:
        return DANGER
    return INVITATION if any(words in text for words in RAGGED) else OTHER


def answered_once(wall: Wall) -> Found:
    """A comment has at most one answer of each kind, and each word of an official stands once."""
    under: dict[int, list[str]] = defaultdict(list)
    for _, one in wall.ours():
        under[one.answers].append(kind_of(one.text))
        if kind_of(one.text) == OTHER or not one.answers:
            yield f"под записью стоит {one.text[:60]!r} в ответ на {one.answers}"
    for number, kinds in under.items():
        for kind, times in Counter(kinds).items():
            if times > 1:
                yield f"под комментарием {number} {kind}: {times} раза"
    marks = Counter(one.text.partition(f"{PUBLIC} ")[2] for _, one in wall.ours() if PUBLIC in one.text)
    yield from (f"ответ {mark} стоит {times} раза" for mark, times in marks.items() if times > 1)


def invited_once(wall: Wall) -> Found:
    """One invitation for a person and post, never the same words twice in a thread, nobody but people. Of whoever was
    forgotten nothing is known any more (R14), not even the words; of a comment that VK once called deleted, not
    whose it was."""
    people: Counter[tuple[int, int]] = Counter()
    threads: Counter[tuple[int, int, str]] = Counter()
    known = {row["comment"] for row in wall.record.ask("SELECT comment FROM comment WHERE author > 0")}
    for post, one in wall.ours():
        asked = post.comments.get(one.answers)
        if asked is not None and kind_of(one.text) == INVITATION and asked.author not in wall.record.truth.erased:
            people[post.id, asked.author] += asked.id in known
            words = next(words for words in RAGGED if words in one.text)
            threads[post.id, one.top, words] += 1
            if asked.author < 0:
                yield f"позвали сообщество {asked.author}"
    yield from (f"жителя {user} звали под записью {post} {n} раза" for (post, user), n in people.items() if n > 1)
    yield from (f"в ветке {top} одни слова {n} раза" for (_, top, _), n in threads.items() if n > 1)


def private(text: str) -> Found:
    """What no thread may show: numbers of messages, private answers, words of residents, names."""
    for what, pattern in (("номер", said.CODE), ("слова жителя", said.MARK), ("личный ответ", said.ANSWER)):
        if pattern.search(text):
            yield f"{what} под записью: {text[:80]!r}"
    if SECRET in text or PHONE in text or any(name in text for name in NAMES):
        yield f"слова или имя человека под записью: {text[:80]!r}"


def nothing_private(wall: Wall) -> Found:
    for _, one in wall.ours():
        yield from private(one.text)


def no_words(wall: Wall) -> Found:
    yield from dict.fromkeys(wall.heard)


def erased(wall: Wall) -> Found:
    """R14: of whoever was forgotten no mark of a comment from before that is left, no message that it led to, nor an
    event that may tell of one: whose a sealed one is nobody can see, so that each has to be empty."""
    record = wall.record
    kept = "SELECT key FROM inbox WHERE kind = 'comment' AND raw <> '' AND received_at <= ?"
    causes = [parse(row["cause"]) for row in record.ask("SELECT cause FROM outbox WHERE cause LIKE '%|comment|%'")]
    # Of one that was deleted in VK before the bot does not know whose it was, and VK shows nobody behind its link.
    deleted = {str(row["comment"]) for row in record.ask("SELECT comment FROM comment WHERE author = 0")}
    for user, at in record.gone_at.items():
        before = int((at - 1) * 1e6) if not record.clock_wrong else 0
        for row in record.ask("SELECT comment FROM comment WHERE author = ? AND at <= ?", user, before):
            yield f"пометки комментария {row['comment']} остались, автора {user} забыли"
        for row in record.ask(kept, before):
            yield f"событие {row['key']} осталось, автора {user} забыли"
        own = (one for _, one in wall.comments() if one.author == user and one.posted * 1e6 <= before)
        theirs = {str(one.id) for one in own} - deleted
        for cause in causes:
            if cause.kind == "comment" and cause.origin.partition(".")[0] in theirs:
                yield f"строка {cause} осталась, автора {user} забыли"


def deleted(wall: Wall) -> Found:
    """Deleted in VK is deleted here, once the bot has heard of it."""
    gone = {one.id for _, one in wall.comments() if one.deleted}
    for row in wall.record.ask("SELECT comment, author FROM comment WHERE author <> 0 AND gone = 1"):
        yield f"удалённый комментарий {row['comment']} ещё помнит автора {row['author']}"
    if wall.record.events_gone or not wall.record.calm:
        return  # told of by the next comparison with the wall
    for row in wall.record.ask("SELECT comment FROM comment WHERE gone = 0"):
        if row["comment"] in gone:
            yield f"комментарий {row['comment']} удалён в VK, а у бота нет"


def alarms_told(wall: Wall) -> Found:
    """R28: whoever is in danger reads whom to call under the comment, or those on duty read that it may be missing."""
    under = {one.answers for _, one in wall.ours() if kind_of(one.text) == DANGER}
    duty = (chat for _, chat in wall.record.chats() if chat.cur or chat.agency == DUTY)
    told = "\n".join(one.text for chat in duty for one in wall.record.own(chat.thread))
    # Where the chat had lost the bot, or the hour was over by a wrong clock, they are called again until «Вижу».
    later = wall.record.chats_lost or wall.record.clock_wrong
    called = {row["key"] for row in wall.record.ask("SELECT key FROM timer WHERE name = ?", TIMER) if later}
    for row in wall.record.ask("SELECT comment, answered_at, alarm_at FROM comment WHERE alarm_at > 0 AND gone = 0"):
        answered = row["answered_at"] is not None and row["answered_at"] <= row["alarm_at"]
        known = row["comment"] in under or answered or f"reply={row['comment']}" in told
        if not known and str(row["comment"]) not in called:
            yield f"о комментарии {row['comment']} об опасности не знает никто"


def stands_as_told(wall: Wall) -> Found:
    """What the bot calls sent stands there under that number, and what stands there the bot knows."""
    numbers = {one.id: one for _, one in wall.ours()}
    rows = wall.record.ask(f"SELECT cause, cmid, state FROM outbox WHERE effect = 'send' AND peer < {-FIRST_WALL}")
    for row in rows:
        if row["state"] == "sent" and row["cmid"] not in numbers:
            yield f"{row['cause']} считается отправленным как {row['cmid']}, на стене этого нет"
    sent = Counter(row["cmid"] for row in rows if row["cmid"] is not None)
    yield from (f"комментарий {number} — два сообщения бота" for number, times in sent.items() if times > 1)


def all_known(wall: Wall) -> Found:
    """I1: with a service key no comment of a person that stands there is missed, whatever VK forgot to tell."""
    known = {row["comment"] for row in wall.record.ask("SELECT comment FROM comment")}
    forgotten = wall.record.truth.erased.keys() | wall.record.truth.asked
    for post, one in wall.comments():
        if one.author > 0 and not (one.deleted or post.closed or one.author in forgotten) and one.id not in known:
            yield f"комментария {one.id} под записью {post.id} бот не знает"


def words_stand(wall: Wall) -> Found:
    """What was read of a comment, and sent, stands in a chat with the words behind it."""
    record = wall.record
    kept = "\n".join(said.words(one) for _, chat in record.chats() for one in record.own(chat.thread))
    for secret, mark in wall.read.items():
        sent = mark in record.truth.owner and f"Пометка {mark}" in kept
        if sent and secret not in kept and not record.is_forgotten(mark):
            yield f"слов комментария {secret} нет там, где стоит {mark}"


INVARIANTS: dict[str, Callable[[Wall], Found]] = {
    "comment once": answered_once,
    "invited once": invited_once,
    "comment private": nothing_private,
    "R7": no_words,
    "R14 comments": erased,
    "comment deleted": deleted,
    "R28 comments": alarms_told,
    "comment fact": stands_as_told,
    "I1 comments": all_known,
    "comment words": words_stand,
}


def violations(wall: Wall) -> list[str]:
    return [f"{name}: {what}" for name, check in INVARIANTS.items() for what in check(wall)]


def settled_down(wall: Wall) -> bool:
    """Nothing waits under any post: no word of ours, no invitation."""
    waits = f"SELECT 1 FROM outbox WHERE peer < {-FIRST_WALL} AND state NOT IN {ENDED}"
    due = "SELECT 1 FROM timer WHERE name = ?"
    asked: Any = wall.record.ask
    return not asked(waits) and not asked(due, INVITE) and not any(True for _ in all_known(wall))
