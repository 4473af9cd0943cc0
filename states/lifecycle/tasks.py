"""Small dialogues with officials in a chat: a reason, a day, words, step by step. Each is of one person and one appeal.

What is asked next is a function of what is still missing, as in the resident's dialogue (states/dialogue.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LIFE = timedelta(hours=1)
"""A dialogue that nobody goes on with is over after so long: without words it is forgotten, with words laid aside."""


class Job(StrEnum):
    """What the official is about to do."""

    REPLY = "reply"  # words are there, their kind is not
    ANSWER = "answer"
    ASK = "ask"
    INTERIM = "interim"
    POSTPONE = "postpone"
    DECLINE = "decline"
    OUTSIDE = "outside"
    NOT_OURS = "not_ours"
    TEMPLATE = "template"
    ASSIGN = "assign"
    REPEAT = "repeat"
    MERGE = "merge"
    CLOSE = "close"
    BLOCK = "block"
    BROADCAST = "broadcast"


WRITTEN = frozenset({Job.ANSWER, Job.ASK, Job.INTERIM})
"""Dialogues whose words are the official's own, from the first to the last."""

ANYWAY = "anyway"
"""In `Task.added`: the words go as they are, whatever the resident has added."""
CHANGE = "change"
"""In `Task.added`: others are written in their place."""


class Ask(StrEnum):
    """What is asked of the official now."""

    KIND = "kind"
    TEMPLATE = "template"
    REASON = "reason"
    WHOM = "whom"
    NUMBER = "number"
    DAY = "day"
    TEXT = "text"
    BESIDE = "beside"
    SHARE = "share"
    ADDED = "added"


WAITING = frozenset({Ask.BESIDE, Ask.SHARE, Ask.ADDED})
"""What is asked about words that lack nothing else."""

NEEDS: dict[Job, tuple[Ask, ...]] = {
    Job.REPLY: (Ask.KIND,),
    Job.ANSWER: (Ask.TEXT,),
    Job.ASK: (Ask.TEXT,),
    Job.INTERIM: (Ask.DAY, Ask.TEXT),
    Job.POSTPONE: (Ask.REASON, Ask.DAY),
    Job.DECLINE: (Ask.REASON,),
    Job.OUTSIDE: (Ask.WHOM,),
    Job.NOT_OURS: (Ask.WHOM,),
    Job.TEMPLATE: (Ask.TEMPLATE,),
    Job.ASSIGN: (Ask.WHOM,),
    Job.REPEAT: (Ask.NUMBER,),
    Job.MERGE: (Ask.NUMBER,),
    Job.CLOSE: (Ask.REASON,),
    Job.BLOCK: (Ask.DAY,),
    Job.BROADCAST: (Ask.TEXT,),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One small dialogue. `prompt` is the cause of the bot's message in which it goes on, edited from question to
    question and at last into its result; `asked` that of the last question, where it had to be said anew. Only a reply
    to it goes on with the task.

    `cmid` is the official's message whose words and files are to go to the resident; `more` is what a template still
    lacks (templates.py). `due`: all is said, and until then it can be taken back. `seen`: the digest of that message.
    `aside`: nobody went on with it for an hour, its author was told, and the words wait until he sends them or takes
    them back. `beside`: how they go where an answer is on its way already (answers.py), which is asked as one `more`.
    `share`: to whom of an incident they go where they speak to one, asked in the same way; `about`: the one of it whose
    own words were replied to. `stopped`: what its resident said while these words had not left, `added`: what becomes
    of them therefore, asked in the same way.
    """

    peer: int
    user: int
    job: Job
    at: datetime
    prompt: str = ""
    cmid: int = 0
    text: str = ""
    files: bool = False
    until: datetime | None = None
    reason: str = ""
    whom: str = ""
    template: str = ""
    more: tuple[Ask, ...] = ()
    asked: str = ""
    due: datetime | None = None
    seen: str = ""
    aside: bool = False
    beside: str = ""
    share: str = ""
    about: str = ""
    stopped: str = ""
    added: str = ""

    def of(self, peer: int, user: int) -> bool:
        """Whether this official was asked it, in this chat."""
        return (self.peer, self.user) == (peer, user)

    @property
    def has_words(self) -> bool:
        """Whether words to the resident wait in it: an answer, a reason of his own, all that lacks only its place."""
        return bool(self.words) or self.files or not WAITING.isdisjoint(self.more)

    @property
    def words(self) -> str:
        """What the official wrote; "" where only a button was pressed, whose reason is a code."""
        return self.text or (self.reason if self.cmid else "")

    def over(self, now: datetime) -> bool:
        """Whether nobody is at it any more."""
        return self.aside or self.stale(now)

    def stale(self, now: datetime) -> bool:
        """Whether the dialogue was left for longer than `LIFE`; one put aside never is."""
        return not self.aside and now - self.at > LIFE


def missing(task: Task) -> Ask | None:
    """The first thing still missing; None when all is there."""
    have = {
        Ask.KIND: task.job is not Job.REPLY,
        Ask.TEMPLATE: bool(task.template),
        Ask.REASON: bool(task.reason),
        Ask.WHOM: bool(task.whom),
        Ask.NUMBER: bool(task.whom),
        Ask.DAY: task.until is not None,
        Ask.TEXT: bool(task.text) or task.files,
        Ask.BESIDE: bool(task.beside),
        Ask.SHARE: bool(task.share),
        Ask.ADDED: task.added == ANYWAY,
    }
    return next((ask for ask in (*NEEDS[task.job], *task.more) if not have[ask]), None)
