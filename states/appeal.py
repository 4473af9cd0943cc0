"""The life of one appeal: its statuses and the table of allowed moves. A move not in the table does not exist (R34)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from states.messages import Attachment, Location


class Status(StrEnum):
    """Where an appeal stands. Residents read these in words, never as they stand here (R36)."""

    WAITING = "waiting"
    ROUTED = "routed"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What is done with an appeal."""

    SUBMIT = "submit"
    ROUTE = "route"
    ACCEPT = "accept"
    ANSWER = "answer"
    ADD = "add"
    NOT_OURS = "not_ours"
    CHAT_LOST = "chat_lost"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move and the rule that allows it."""

    before: Status
    action: Action
    after: Status
    rule: str


MOVES: tuple[Move, ...] = (
    Move(Status.WAITING, Action.ROUTE, Status.ROUTED, "R35: registered at submission, then to the named agency"),
    Move(Status.WAITING, Action.ACCEPT, Status.IN_WORK, "R22: the ЦУР may take what has no route"),
    Move(Status.WAITING, Action.ANSWER, Status.ANSWERED, "R22: the ЦУР may answer itself"),
    Move(Status.WAITING, Action.ADD, Status.WAITING, "R26: more about the same problem"),
    Move(Status.WAITING, Action.WITHDRAW, Status.WITHDRAWN, "rules.md §3.1: withdrawn by the resident"),
    Move(Status.ROUTED, Action.ACCEPT, Status.IN_WORK, "features.md §3.2: the agency accepts responsibility"),
    Move(Status.ROUTED, Action.ANSWER, Status.ANSWERED, "R44: an answer to its author"),
    Move(Status.ROUTED, Action.ADD, Status.ROUTED, "R26: more about the same problem"),
    Move(Status.ROUTED, Action.NOT_OURS, Status.WAITING, "R37: back to the ЦУР"),
    Move(Status.ROUTED, Action.CHAT_LOST, Status.WAITING, "delivery.md §9: never re-routed by guess"),
    Move(Status.ROUTED, Action.WITHDRAW, Status.WITHDRAWN, "rules.md §3.1: withdrawn by the resident"),
    Move(Status.IN_WORK, Action.ANSWER, Status.ANSWERED, "R44: an answer to its author"),
    Move(Status.IN_WORK, Action.ADD, Status.IN_WORK, "R26: more about the same problem"),
    Move(Status.IN_WORK, Action.NOT_OURS, Status.WAITING, "R37: back to the ЦУР"),
    Move(Status.IN_WORK, Action.ROUTE, Status.ROUTED, "R22: the ЦУР took it, then found who must answer"),
    Move(Status.IN_WORK, Action.CHAT_LOST, Status.WAITING, "delivery.md §9: never re-routed by guess"),
    Move(Status.IN_WORK, Action.WITHDRAW, Status.WITHDRAWN, "rules.md §3.1: withdrawn by the resident"),
    Move(Status.ANSWERED, Action.ANSWER, Status.ANSWERED, "T18: a correction is a new answer"),
    Move(Status.ANSWERED, Action.ADD, Status.ANSWERED, "R26: more about the same problem"),
)

_AFTER = {(move.before, move.action): move.after for move in MOVES}

OPEN = frozenset({Status.WAITING, Status.ROUTED, Status.IN_WORK})


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of the resident inside an appeal.

    `reworded`: its text was replaced by a later one, so it is not forwarded any more, only its files are copied.
    """

    cmid: int
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None
    reworded: bool = False


@dataclass(frozen=True, slots=True)
class Appeal:
    """One problem of one resident. `code` is the number people see; `source` is its first message (delivery.md §4).

    `chat` is where its card is now: the agency's chat, or the ЦУР's; `card` is the cause of that card. `by_hand`: it
    was returned, only a person routes it on (R37). `version` grows by one with each change (I6).
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

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces if piece.text)


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


def allowed(status: Status, action: Action) -> bool:
    return (status, action) in _AFTER


def move(
    appeal: Appeal, action: Action, at: datetime, actor: int, reason: str = ""
) -> tuple[Appeal, History] | NotAllowed:
    """The appeal after an action, with its line of history, or a refusal."""
    after = _AFTER.get((appeal.status, action))
    if after is None:
        return NotAllowed(action, appeal.status)
    moved = replace(appeal, status=after, version=appeal.version + 1)
    return moved, History(appeal.code, moved.version, at, actor, action, appeal.status, after, reason)
