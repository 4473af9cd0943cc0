"""The life of one appeal: its statuses and the table of allowed moves. A move not in the table does not exist (R34)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from states.lifecycle.alerts import Alert
from states.lifecycle.answers import Approval, Held, Watch
from states.lifecycle.counted import Counted
from states.lifecycle.tasks import Task
from states.messages import Attachment, Location
from states.worktime.deadlines import Deadline, Stopped


class Status(StrEnum):
    """Where an appeal stands. Residents read these in words, never as they stand here (R36)."""

    WAITING = "waiting"
    ROUTED = "routed"
    IN_WORK = "in_work"
    APPROVAL = "approval"
    ASKED = "asked"
    INTERIM = "interim"
    POSTPONED = "postponed"
    REPEAT = "repeat"
    MERGED = "merged"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"
    DECLINED = "declined"
    OUTSIDE = "outside"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What is done with an appeal."""

    SUBMIT = "submit"
    ROUTE = "route"
    ACCEPT = "accept"
    ASK = "ask"
    REPLY = "reply"
    NO_REPLY = "no_reply"
    INTERIM = "interim"
    POSTPONE = "postpone"
    DRAFT = "draft"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    ANSWER = "answer"
    ADD = "add"
    NOT_OURS = "not_ours"
    PASS = "pass"  # noqa: S105 - to pass an appeal on
    CHAT_LOST = "chat_lost"
    DECLINE = "decline"
    OUTSIDE = "outside"
    REPEAT = "repeat"
    MERGE = "merge"
    SEPARATE = "separate"
    SOLVED = "solved"
    RATE = "rate"
    REOPEN = "reopen"
    CLOSE = "close"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move and the rule that allows it."""

    before: Status
    action: Action
    after: Status
    rule: str


_WAITS = (Status.WAITING, Status.REOPENED)
_HELD = (Status.ROUTED, Status.IN_WORK, Status.ASKED, Status.INTERIM, Status.POSTPONED, Status.REPEAT)
_WORKED = (*_WAITS, *_HELD)
_OPEN = (*_WORKED, Status.APPROVAL, Status.MERGED)
_ADDED_TO = tuple(status for status in _OPEN if status not in (Status.ASKED, Status.APPROVAL))
_ANSWERED = (Status.ANSWERED, Status.CLOSED)


def _rows(befores: Iterable[Status], action: Action, after: Status | None, rule: str) -> Iterator[Move]:
    """A row for each status before; without `after` the status stays."""
    return (Move(before, action, before if after is None else after, rule) for before in befores)


MOVES: tuple[Move, ...] = (
    *_rows((*_WORKED, Status.APPROVAL), Action.ROUTE, Status.ROUTED, "R35: to the named agency; the ЦУР may reassign"),
    *_rows((*_WAITS, Status.ROUTED, Status.REPEAT), Action.ACCEPT, Status.IN_WORK, "features.md §3.2: taken to work"),
    *_rows(_WORKED, Action.ASK, Status.ASKED, "rules.md §3.1: the resident is asked"),
    *_rows((Status.ASKED,), Action.REPLY, Status.IN_WORK, "rules.md §3.1: the resident has answered"),
    *_rows((Status.ASKED,), Action.NO_REPLY, Status.IN_WORK, "features.md §3.1: the resident did not answer in time"),
    *_rows(_WORKED, Action.INTERIM, Status.INTERIM, "R40: an interim answer with a promised day"),
    *_rows(_WORKED, Action.POSTPONE, Status.POSTPONED, "R41: with a reason and a new day"),
    *_rows(_WORKED, Action.DRAFT, Status.APPROVAL, "R39: a second person looks at the answer"),
    *_rows((Status.APPROVAL,), Action.APPROVE, Status.IN_WORK, "R39: approved by another person; it leaves"),
    *_rows((Status.APPROVAL,), Action.SEND_BACK, Status.IN_WORK, "R39: back to be written anew"),
    *_rows(_OPEN, Action.ANSWER, Status.ANSWERED, "R44: an answer to its author"),
    *_rows(_ANSWERED, Action.ANSWER, None, "T18: a correction is a new answer"),
    *_rows((*_ADDED_TO, Status.ANSWERED), Action.ADD, None, "R26: more about the same problem"),
    *_rows((Status.APPROVAL,), Action.ADD, Status.IN_WORK, "R39: its author reads first what was added"),
    *_rows((*_HELD, Status.APPROVAL), Action.NOT_OURS, Status.WAITING, "R37: back to the ЦУР"),
    *_rows((*_HELD, Status.APPROVAL), Action.PASS, Status.ROUTED, "R37: straight to whom the directory names"),
    *_rows((*_HELD, Status.APPROVAL), Action.CHAT_LOST, Status.WAITING, "delivery.md §9: never re-routed by guess"),
    *_rows((*_WORKED, Status.MERGED), Action.DECLINE, Status.DECLINED, "R31: with a reason code"),
    *_rows((*_WORKED, Status.MERGED), Action.OUTSIDE, Status.OUTSIDE, "rules.md §3.1: handed outside, contact given"),
    *_rows((*_WAITS, Status.ROUTED, Status.IN_WORK), Action.REPEAT, Status.REPEAT, "R32: a repeat of an earlier one"),
    *_rows(_WORKED, Action.MERGE, Status.MERGED, "R32: one incident of several authors"),
    *_rows((Status.MERGED,), Action.SEPARATE, Status.WAITING, "R32: another problem after all"),
    *_rows((Status.ANSWERED,), Action.SOLVED, Status.CLOSED, "R42: the resident says that it is solved"),
    *_rows(_ANSWERED, Action.RATE, None, "R42: the resident rates the answer"),
    *_rows((*_ANSWERED, Status.DECLINED, Status.OUTSIDE), Action.REOPEN, Status.REOPENED, "R42: «не решено»"),
    *_rows((Status.ANSWERED,), Action.CLOSE, Status.CLOSED, "rules.md §3.1: closed after the answer"),
    *_rows((*_WORKED, Status.MERGED), Action.CLOSE, Status.CLOSED, "rules.md §3.1: the ЦУР ends it without an answer"),
    *_rows((Status.ANSWERED,), Action.EXPIRE, Status.CLOSED, "R42: nobody objected in time"),
    *_rows(_OPEN, Action.WITHDRAW, Status.WITHDRAWN, "rules.md §3.1: withdrawn by the resident"),
)

_AFTER = {(move.before, move.action): move.after for move in MOVES}

OPEN = frozenset(_OPEN)
"""Somebody must still do something before the resident has an answer."""

WITH_AGENCY = OPEN - {Status.WAITING, Status.REOPENED, Status.ASKED, Status.MERGED}
"""Under a clock of the agency, whose delay alone is called overdue: of `ASKED` the resident's runs, else the ЦУР's."""

ENDED = frozenset({Status.CLOSED, Status.DECLINED, Status.OUTSIDE, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of the resident inside an appeal.

    `reworded`: VK shows something else than this text: an older one, hidden characters, messages of others inside. So
    it is not forwarded, only its files are copied (T1, T2, T18). `at`: when it was written, which is no part of what it
    says; None of pieces that were stored before this was kept.
    """

    cmid: int
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None
    reworded: bool = False
    at: datetime | None = field(default=None, compare=False)


REMARKS = 30
"""Remarks that one appeal keeps: each is read and stored with it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What an official wrote about an appeal for the others who have it. Its resident never hears of it."""

    at: datetime
    actor: int
    text: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """One problem of one resident. `code` is the number people see; `source` is its first message (delivery.md §4).

    `chat` is where its card is now: the agency's chat, or the ЦУР's; `card` is the cause of that card. `by_hand`: it
    was returned, only a person routes it on (R37). `version` grows by one with each change (I6). `cards`: how many
    cards it has had, so that each has a cause of its own (I7).

    `deadline` is the clock that runs, `stopped` the agency's clock while the resident is asked; `round` counts the
    clocks that were started, so that each has a number. `held` are words on their way to the resident, `approval`
    those that wait for a second person, `tasks` the small dialogues with officials about it. `repeat_of` and
    `incident` are codes of other appeals; the leading appeal of an incident has its own code there. `notes` are the
    reasons for which the ЦУР looks at it first, `why` says in words why it came to the ЦУР. `worker` is the official
    who did something with it last. `thanked`: the resident's thanks were passed on, which happens once
    (features.md E). `hurried_at`: when its author last asked to hurry. `returned` are the agencies that gave it back as
    not theirs. `door`: by which link it came. `counted`: what statistics count of it. `remarks`: what officials noted
    for each other, never to the resident. `topic_by`: the number of the learned model that took or offered the topic
    that its resident sent it with, 0 where none did. `alert`: an alarm of danger to life, told before «Отправить».
    `told_apart`: the ЦУР was told that one answer is not for all whom it leads. `was_at`: where it was before its
    resident put that right. `not_shown`: whom it leads, and whose words its chat has not seen.
    """

    code: str
    resident: int
    source: int
    status: Status
    version: int
    topic: str
    created_at: datetime
    pieces: tuple[Piece, ...] = ()
    place: str | None = None
    address: str = ""
    agency: str | None = None
    chosen_by_resident: bool = False
    chat: int | None = None
    card: str = ""
    answers: int = 0
    by_hand: bool = False
    card_at: datetime | None = None
    urgent: bool = False
    deadline: Deadline | None = None
    stopped: Stopped | None = None
    round: int = 0
    held: tuple[Held, ...] = ()
    approval: Approval | None = None
    tasks: tuple[Task, ...] = ()
    repeat_of: str = ""
    incident: str = ""
    notes: tuple[str, ...] = ()
    first_answer_at: datetime | None = None
    answered_at: datetime | None = None
    rating: int = 0
    reopened: int = 0
    postponed: int = 0
    worker: int = 0
    thanked: bool = False
    why: str = ""
    cards: int = 0
    hurried_at: datetime | None = None
    returned: tuple[str, ...] = ()
    door: str = ""
    counted: Counted = Counted()
    remarks: tuple[Remark, ...] = ()
    topic_by: int = 0
    watches: tuple[Watch, ...] = ()
    alert: Alert | None = None
    told_apart: bool = False
    was_at: str = ""
    not_shown: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All that the resident told, a line for each message."""
        return "\n".join(piece.text for piece in self.pieces if piece.text)

    @property
    def leaving(self) -> tuple[Held, ...]:
        """The answers on their way that will arrive: those that were not refused."""
        return tuple(answer for answer in self.held if not answer.refused)

    @property
    def alarming(self) -> bool:
        """Whether it is an alarm that nobody has ended yet."""
        return self.alert is not None and self.alert.ending is None and self.status in _WAITS

    @property
    def leads(self) -> bool:
        """Whether other appeals are answered together with this one."""
        return bool(self.incident) and self.incident == self.code


@dataclass(frozen=True, slots=True)
class History:
    """One line of an appeal's history, append-only (R34). `actor` is a VK id, or 0 for the bot itself."""

    code: str
    version: int
    at: datetime
    actor: int
    action: Action
    before: Status | None
    after: Status
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """A refusal: this cannot be done with an appeal in this status."""

    action: Action
    status: Status


def is_allowed(status: Status, action: Action) -> bool:
    """Whether the table of moves has this one for this state; who may make it is asked elsewhere (who_may.py)."""
    return (status, action) in _AFTER


def move(
    appeal: Appeal, action: Action, at: datetime, actor: int, reason: str = ""
) -> tuple[Appeal, History] | NotAllowed:
    """The appeal after an action, with its line of history, or a refusal. Clocks are `life.py`'s business."""
    found = _AFTER.get((appeal.status, action))
    if found is None or (appeal.alarming and action is not Action.WITHDRAW):  # an alarm ends by its own buttons (R28)
        return NotAllowed(action, appeal.status)
    moved = replace(appeal, status=found, version=appeal.version + 1)
    return moved, History(appeal.code, moved.version, at, actor, action, appeal.status, found, reason)
