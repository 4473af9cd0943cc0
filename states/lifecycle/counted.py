"""What statistics count of one appeal: the local days on which things happened to it, working minutes, how it ended.

Statistics are sums of this over appeals and nothing else, so every figure can be counted again (R53, R54, R57). It must
never hold a word of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """How a message ended; none while it is open or waits for what its author says (R57).

    `EXPLAINED`: it was answered, and nobody said that it is solved. `UNANSWERED`: the ЦУР ended it without an answer.
    """

    NONE = ""
    SOLVED = "solved"
    EXPLAINED = "explained"
    DECLINED = "declined"
    OUTSIDE = "outside"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Counted:
    """Days are those of the region (R45); None: it has not happened, or does not hold any more.

    `first` is the first answer of any kind but the notice that it was accepted, `final` the answer that holds; minutes
    are working ones of the agency from the moment the resident sent it, 0 where there is none. `late`: a term of the
    agency passed without its word. `returned` and `reopened` are the last times of each.

    `term` is the day of the term by which it is judged, once: the one that passed; else the one that ran when it was
    answered, or runs now. None while no agency's clock runs, and of what ended without an answer in good time.
    """

    received: date | None = None
    accepted: date | None = None
    first: date | None = None
    final: date | None = None
    returned: date | None = None
    reopened: date | None = None
    rated: date | None = None
    ended: date | None = None
    first_minutes: int = 0
    final_minutes: int = 0
    late: bool = False
    outcome: Outcome = Outcome.NONE
    term: date | None = None
