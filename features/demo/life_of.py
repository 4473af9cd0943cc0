"""One message on its way: each move is made by the bot's own rules, and nothing later than the present has happened.

It must never change an appeal otherwise than by `step`: what statistics count of the demo is what the bot would have
counted.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from features.demo.given import YearInputs
from states.lifecycle.appeal import Action, Appeal, History, NotAllowed, Status
from states.lifecycle.life import step
from states.worktime.deadlines import TermClock, start
from states.worktime.schedule import Office


class Present(Exception):
    """What comes next has not happened yet."""


@dataclass(slots=True)
class Life:
    """An appeal, its history so far and the time it has reached."""

    given: YearInputs
    appeal: Appeal
    rng: random.Random
    at: datetime
    lines: list[History] = field(default_factory=list)

    @property
    def office(self) -> Office:
        """The office whose working time runs: that of the agency that has the appeal."""
        return self.given.office(self.appeal.agency)

    def record_birth(self) -> None:
        """Records that the author sent the message; as long as nobody has it, the ЦУР's clock runs (acting.py)."""
        appeal = self.appeal
        self.lines.append(
            History(
                appeal.code,
                1,
                appeal.created_at,
                appeal.resident,
                Action.SUBMIT,
                None,
                Status.WAITING,
                appeal.repeat_of,
            )
        )

    def waits(self) -> None:
        """The message waits for the ЦУР, whose clock starts."""
        clocks = self.given.clocks(None)
        deadline = start(TermClock.ROUTE, clocks.cur_terms, clocks.cur, self.at)
        number = self.appeal.round + 1
        clock = replace(deadline, number=number)
        self.appeal = replace(self.appeal, chat=self.given.cur_chat, deadline=clock, round=number)

    def does(
        self, action: Action, at: datetime, actor: int, reason: str = "", until: datetime | None = None, **values: Any
    ) -> datetime:
        """Makes this move at that time, or as soon as what was before it allows; when it was. `values` are set before
        it, with it.

        Raises:
            Present: that has not come yet, and nothing is changed.
        """
        at = max(at, self.at)
        if at > self.given.now:
            raise Present
        before = replace(self.appeal, **values) if values else self.appeal
        in_cur = before.chat is not None and before.chat == self.given.cur_chat
        clocks = self.given.clocks(None if in_cur else before.agency)
        moved = step(before, action, clocks, at, actor, reason, until)
        if isinstance(moved, NotAllowed):
            raise ValueError(f"{moved.action} of a message that is {moved.status}")
        after, line = moved
        if actor not in (0, after.resident):
            after = replace(after, worker=actor, answers=after.answers + (action is Action.ANSWER))
        self.appeal, self.at = after, at
        self.lines.append(line)
        return at

    def held_by(self, agency: str | None) -> dict[str, Any]:
        """What a move to this agency sets."""
        return {"agency": agency, "chat": self.given.chats.get(agency or "")}

    @property
    def to_cur(self) -> dict[str, Any]:
        """The changes of an appeal that goes to the ЦУР."""
        return {"chat": self.given.cur_chat, "by_hand": True}

    # --- times ----------------------------------------------------------------

    def minutes(self, usual: float, spread: float = 0.8) -> timedelta:
        """A time as people take it: mostly about the usual one, now and then much longer."""
        return timedelta(minutes=usual * math.exp(self.rng.gauss(0, spread)))

    def works(self, usual: float, spread: float = 0.8, office: Office | None = None) -> datetime:
        """The moment after about so many working minutes."""
        return (office or self.office).add(self.at, self.minutes(usual, spread))

    def days_later(self, days: int) -> datetime:
        """The end of the agency's work so many working days later."""
        office = self.office
        return office.end_of(office.calendar.add_working_days(office.day(self.at), days), self.at)

    # --- chance -----------------------------------------------------------------

    def official(self) -> int:
        """One of the three officials of the agency."""
        return self.given.official(self.appeal.agency, self.rng.randrange(3))

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return self.rng.random() < share
