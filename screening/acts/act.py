"""The acts of a message. Their names are stored in phrases and in the readings that a replay counts: they stay."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """`STORY`: a problem or a request, and all that is nothing else. `WHEN`: when an own message is answered. `AGAIN`:
    what was answered is not done, or has come back. `ACKNOWLEDGE`: has read it, and nobody expects a word. `GREETING`:
    says nothing yet. `DONE`: has told all. `CANCEL`: not to write after all. `WHERE`: to whom one complains. `DATA`,
    `ERASE`, `WITHDRAW`: rights (R12). `NOTICE`: somebody announces planned work."""

    STORY = "story"
    QUESTION = "question"
    WHEN = "when"
    STATUS = "status"
    AGAIN = "again"
    SOLVED = "solved"
    THANKS = "thanks"
    ACKNOWLEDGE = "acknowledge"
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    GREETING = "greeting"
    DONE = "done"
    ADDITION = "addition"
    CORRECTION = "correction"
    CANCEL = "cancel"
    TAKE_BACK = "take_back"
    PERSON = "person"
    WHERE = "where"
    DATA = "data"
    ERASE = "erase"
    WITHDRAW = "withdraw"
    INSULT = "insult"
    PRESS = "press"
    PLACE = "place"
    NOTICE = "notice"
    SPAM = "spam"
