"""Codes of reasons that officials give, stored in the history for ever: a code may be added, never renamed (R31, R41).

What people read for a code stands in handlers; why a resident may be refused is rules.md §3.4 and nothing else.
"""

from __future__ import annotations

from enum import StrEnum


class Decline(StrEnum):
    """Why a message is declined (R31, rules.md §3.4)."""

    OBSCENE = "obscene"
    UNREADABLE = "unreadable"
    UNCLEAR = "unclear"
    NO_PLACE = "no_place"
    SPAM = "spam"
    THIRD_PERSON = "third_person"
    HATRED = "hatred"
    OUTSIDE = "outside"
    COURT = "court"
    REPEATED = "repeated"


class Postpone(StrEnum):
    """Why an answer is put off (R41); a reason in own words is stored as words."""

    MONEY = "money"
    SEASON = "season"
    CONTRACT = "contract"
    CHECK = "check"
    OTHERS = "others"


class Note(StrEnum):
    """Why the ЦУР looks at a message before an agency gets it."""

    CRIME = "crime"
    OBSCENE = "obscene"
    COMPLAINT = "complaint"
    PAUSED = "paused"
