"""Windows: what lies between a copy of the database and the loss of the file that it was put in place of (§13).

Of the bot only what the copy itself holds is known; what people were shown of a window is asked in restores.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from states.lifecycle.appeal import Action, Status, is_allowed
from tests.simulation.people import Truth
from tests.world import said
from vk_emulator.world.records import Message

AFTERWARDS = 75.0
"""So long after our last message a window ends: what the lost process had asked for is carried out by then."""


@dataclass(frozen=True)
class Copy:
    """The database between two transactions. `newest`: VK's newest message by then."""

    data: Any
    newest: int
    at: float


@dataclass(frozen=True)
class Known:
    """What the copy holds. `handled`: messages (peer, cmid) that had come to an end; `codes`: number -> (resident,
    chat); `open`: those that may be added to; `waiting`: causes of what was still to be sent; `consented`: residents
    whose consent it has."""

    handled: frozenset[tuple[int, int]]
    codes: dict[str, tuple[int, int | None]]
    waiting: frozenset[str]
    consented: frozenset[int]
    chats: frozenset[int]
    open: frozenset[str] = frozenset()


def known_of(ask: Callable[[str], list[Any]]) -> Known:
    done = "SELECT peer, cmid FROM inbox WHERE kind = 'message' AND state IN ('done', 'ignored')"
    waits = "SELECT cause FROM outbox WHERE effect = 'send' AND state NOT IN ('sent', 'cancelled', 'dead')"
    return Known(
        frozenset((row["peer"], row["cmid"]) for row in ask(done)),
        {row["code"]: (row["resident"], row["chat"]) for row in ask("SELECT code, resident, chat FROM appeal")},
        frozenset(said.bare(row["cause"]) for row in ask(waits)),
        frozenset(row["resident"] for row in ask("SELECT resident FROM consent")),
        frozenset(row["peer"] for row in ask("SELECT peer FROM chat WHERE agency IS NOT NULL")),
        frozenset(row["code"] for row in ask("SELECT code, status FROM appeal") if addable(row["status"])),
    )


def addable(status: str) -> bool:
    return is_allowed(Status(status), Action.ADD) or is_allowed(Status(status), Action.REPLY)


@dataclass
class Window:
    """`newest`: VK's newest message when the copy was put back, which was at `at`. `void`: numbers that it does not
    know and VK shows, whose they are; `told`: those that their resident read; `gone`: all that it does not know.
    `over`: when the ЦУР read that all of it was settled."""

    copy: Copy
    known: Known
    newest: int
    at: float
    loop_at: float
    last_said: float
    void: dict[str, int] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    over: float = float("inf")
    loop_over: float = float("inf")

    @property
    def told_cur(self) -> bool:
        return self.over < float("inf")

    def holds(self, peer: int, message: Message) -> bool:
        """Whether this message of a person is certainly an event of the window."""
        early = message.id <= self.newest and message.date <= self.last_said + AFTERWARDS
        return early and (peer, message.cmid) not in self.known.handled

    def may_hold(self, message: Message) -> bool:
        """Whether it is of the window or was handled before, and not after it."""
        return message.posted <= self.over


def given_back(window: Window, truth: Truth) -> None:
    """Whatever was sent under a number that is void is its author's again."""
    for mark, code in list(truth.owner.items()):
        if code not in window.known.codes:
            del truth.owner[mark]
            truth.added.pop(mark, None)
    truth.dropped.clear()  # a draft that was given up in the window stands in the copy, or its words come back to it
    truth.withdrawn &= window.known.codes.keys()


__all__ = ["Copy", "Known", "Window", "given_back", "known_of"]
