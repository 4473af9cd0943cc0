"""People who comment under posts while the bot is killed, the ЦУР that answers there, and what must hold on VK's own
wall: each comment is answered at most once by each kind, nothing private reaches a thread, no word is kept.

They use VK's methods over HTTP with their own tokens. Whoever comments here never writes to the bot.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import BOT, COMMUNITY
from bot.process.retry import LAG
from bot.vk.comments import EVENTS
from tests.kill.evidence import Evidence, rows
from tests.kill.people import Wire
from tests.simulation.acts_comments import DANGERS, POSTS, PROBLEMS, PUBLIC, QUIET, secret_of
from tests.simulation.walls import ANSWER, DANGER, INVITATION, OTHER, RAGGED, kind_of, private
from tests.simulation.walls import SAID as SECRETS
from vk_emulator.server import Emulator

PEOPLE = 4
"""They come after the residents of a plan."""
SETTINGS = {"comments": "answer", "vk_service_token": "service-1", "comments_pause": 0, "comments_per_minute": 60}
MINUTE = 60
FORENOON = 5
"""Ten o'clock in Chelyabinsk, by UTC: at night nobody is invited."""
TIRED = 0.2
"""Seconds more after each: how long many deaths take is the machine's, and nobody comments for ever."""
SAID = (*PROBLEMS, *PROBLEMS, *QUIET, *DANGERS)

Found = Iterator[str]


def open_wall(emulator: Emulator) -> list[int]:
    """The posts. VK tells of comments from now on; it is forenoon, before the bot is installed."""
    now = datetime.fromtimestamp(emulator.world.clock.now(), UTC)
    morning = (now + timedelta(days=now.hour >= FORENOON)).replace(hour=FORENOON, minute=0, second=0)
    emulator.call("emulator.advanceClock", seconds=int((morning - now).total_seconds()))
    switched_on = dict.fromkeys(EVENTS, 1)
    emulator.call("groups.setLongPollSettings", f"group-{COMMUNITY}", group_id=COMMUNITY, **switched_on)
    return [emulator.call("emulator.addPost", group_id=COMMUNITY, text=text) for text in POSTS]


@dataclass
class Commentator:
    """Comments, answers others in their threads, and sometimes writes it otherwise; each time with a secret that stands
    nowhere else."""

    wire: Wire
    user: int
    posts: Sequence[int]
    written: list[tuple[int, int]]
    said: int = 0

    async def live(self, enough: asyncio.Event) -> None:
        while not enough.is_set():
            await self.comment()
            await asyncio.sleep(self.wire.chance.uniform(0.3, 1.5) + TIRED * self.said)

    async def comment(self) -> None:
        chance, post = self.wire.chance, self.wire.chance.choice(self.posts)
        others = [number for under, number in self.written if under == post]
        more = {"reply_to_comment": chance.choice(others)} if others and chance.random() < 0.3 else {}
        made = await self.call("wall.createComment", post_id=post, message=self.words(), **more)
        number = int(made["comment_id"])
        self.written.append((post, number))
        if chance.random() < 0.2:
            await self.call("wall.editComment", comment_id=number, message=self.words())

    def words(self) -> str:
        self.said += 1
        return f"{self.wire.chance.choice(SAID)} {secret_of(self.user, self.said)}"

    async def call(self, method: str, **params: Any) -> Any:
        self.wire.acts += 1
        return await self.wire.call(method, self.user, owner_id=BOT, **params)


@dataclass
class Centre:
    """Somebody of the ЦУР who answers under posts by a command in its chat."""

    wire: Wire
    user: int
    peer: int
    written: list[tuple[int, int]]
    said: int = 0

    async def live(self, enough: asyncio.Event) -> None:
        while not enough.is_set():
            await asyncio.sleep(self.wire.chance.uniform(0.5, 2.0) + TIRED * self.said)
            if self.written:
                self.said += 1
                post, number = self.wire.chance.choice(self.written)
                link = f"https://vk.com/wall-{COMMUNITY}_{post}?reply={number}"
                await self.wire.write(self.user, self.peer, f"/под {link} Передали службе. {PUBLIC} {self.said}")


@dataclass
class Crowd:
    """All of them, for `run.crowd`."""

    commentators: list[Commentator] = field(default_factory=list)
    centre: list[Centre] = field(default_factory=list)


def crowd_of(emulator: Emulator, wire: Wire, users: list[int], posts: Sequence[int]) -> Crowd:
    written: list[tuple[int, int]] = []
    chats = [chat for chat in emulator.call("emulator.state")["chats"] if chat["cur"]]
    centre = [Centre(wire, chat["owner_id"], chat["peer_ids"][f"user-{chat['owner_id']}"], written) for chat in chats]
    return Crowd([Commentator(wire, user, posts, written) for user in users], centre)


async def look_again(emulator: Emulator) -> None:
    """What was in flight when the bot was killed is sure to stand there, or not to, when VK's lists can't lag any more
    (bot/delivery/verify_comment.py): that much time passes for all."""
    for _ in range(2 * int(LAG.total_seconds()) // MINUTE):
        emulator.call("emulator.advanceClock", seconds=MINUTE)
        await asyncio.sleep(1.0)


# What is left.


def read_wall(evidence: Evidence, emulator: Emulator, folder: Path) -> None:
    """VK's own record of the wall, what the bot knows of it, and whose words lie in its files."""
    posts = emulator.world.walls[BOT].posts.values()
    evidence.wall = [
        {
            "id": said.id,
            "post": post.id,
            "author": said.author,
            "answers": said.answers,
            "top": said.top,
            "text": said.text,
        }
        for post in posts
        for said in post.comments.values()
    ]
    evidence.comments = rows(folder / "bot.db", "SELECT comment, author, alarm_at, answered_at FROM comment")
    on_disk = b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
    people = {said["author"] for said in evidence.wall}
    found = SECRETS.finditer(on_disk.decode("latin-1"))  # what an edit took from the wall is looked for too
    evidence.leaks = sorted({secret[0] for secret in found if int(secret[1]) in people})


def ours(evidence: Evidence) -> list[dict[str, Any]]:
    return [said for said in evidence.wall if said["author"] == evidence.bot]


def answered_once(evidence: Evidence) -> Found:
    """A comment has at most one answer of each kind, and each word of an official stands once."""
    answers = Counter((said["answers"], kind_of(said["text"])) for said in ours(evidence))
    for (number, kind), times in answers.items():
        if times > 1 or kind == OTHER or not number:
            yield f"под комментарием {number} {kind}: {times} раза"
    marks = Counter(said["text"].partition(f"{PUBLIC} ")[2] for said in ours(evidence) if PUBLIC in said["text"])
    yield from (f"ответ {mark} стоит {times} раза" for mark, times in marks.items() if times > 1)


def invited_once(evidence: Evidence) -> Found:
    """One invitation for a person and post, never the same words twice in a thread."""
    theirs = {said["id"]: said for said in evidence.wall}
    people: Counter[tuple[int, int]] = Counter()
    threads: Counter[tuple[int, str]] = Counter()
    for said in ours(evidence):
        if kind_of(said["text"]) == INVITATION:
            people[said["post"], theirs[said["answers"]]["author"]] += 1
            threads[said["top"], next(words for words in RAGGED if words in said["text"])] += 1
    yield from (f"жителя {user} звали под записью {post} {n} раза" for (post, user), n in people.items() if n > 1)
    yield from (f"в ветке {top} одни слова {n} раза" for (top, _), n in threads.items() if n > 1)


def nothing_private(evidence: Evidence) -> Found:
    for said in ours(evidence):
        yield from private(said["text"])


def nothing_missed(evidence: Evidence) -> Found:
    """I1: the bot knows each comment; whoever is in danger reads whom to call, unless somebody had answered (R28)."""
    known = {row["comment"] for row in evidence.comments}
    theirs = [said for said in evidence.wall if said["author"] > 0]
    yield from (f"комментария {said['id']} бот не знает" for said in theirs if said["id"] not in known)
    told = {said["answers"] for said in ours(evidence) if kind_of(said["text"]) == DANGER}
    for row in evidence.comments:
        before = (
            row["answered_at"] is not None and row["alarm_at"] is not None and row["answered_at"] <= row["alarm_at"]
        )
        if row["alarm_at"] is not None and not before and row["comment"] not in told:
            yield f"под комментарием {row['comment']} об опасности не сказано, куда звонить"


def no_word_kept(evidence: Evidence) -> Found:
    """R7: neither in the file nor in the log."""
    yield from (f"слова «{secret}» лежат у бота" for secret in evidence.leaks)


UNDER_POSTS: dict[str, Callable[[Evidence], Found]] = {
    "comment once": answered_once,
    "invited once": invited_once,
    "comment private": nothing_private,
    "I1 comments": nothing_missed,
    "R7": no_word_kept,
}


def kinds(evidence: Evidence) -> Counter[str]:
    """How many answers of each kind stand there."""
    return Counter(kind_of(said["text"]) for said in ours(evidence))


EVERY_KIND = {DANGER, INVITATION, ANSWER}
