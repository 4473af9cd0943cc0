"""Classifies error codes of VK (delivery.md §9, design.md §12) and says how long to wait. It only answers."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Class(StrEnum):
    """What to do with a message that VK answered with an error."""

    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    DEGRADE = "degrade"
    RECIPIENT = "recipient"
    CHAT = "chat"
    HALT = "halt"


# What happens then is told by docs/reference/errors.md in these words (`python -m tools.reference_tables`).
NOT_SENT = {6, 9, 29, 32, 944}
"""Again: after 1 s (6), minutes (9), hours (29, 944); 6 also slows all calls by a quarter."""
UNKNOWN = {1, 10, 13, 36, 43}
"""As where there is no answer, HTTP 5xx, no JSON: looked up in the history after 2, 4, 8 … 300 s, then again with the
same id; 10 six times: a simpler form."""
DEGRADE = {100, 104, 113, 910, 911, 913, 914, 921, 940, 943, 962, 969, 979, 995, 1017}
"""Unless its id is there (100) a simpler form: without forward, then keyboard, then files, then the bare words."""
RECIPIENT = {18, 30, 900, 901, 902, 936, 950, 985, 987, 988, 1021}
"""Parked; the official sees why; goes when the resident writes or allows messages."""
CHAT = {917, 922, 925, 945, 946, 983, 1012}
"""Parked; the appeal waits for the control centre, which is told; never sent elsewhere."""
RIGHTS = {5, 14, 17, 24, 27, 28, 37, 38, 40, 42, 203, 912, 984, 1117, 3609}
"""The sender waits 30 s and tries again, with an alarm in the log; nothing is dropped."""
SETTINGS = {3, 8, 12, 23}
"""The same."""
DOUBTFUL = {7, 15}
"""This chat first, the sender when three chats in a row say so."""

LOOKS = 6
"""Looks after an unknown code before it is set aside with an alarm; after error 10, before the content is suspected."""


def classify(code: int) -> Class:
    """The class of a code that `messages.send` gave."""
    if code in NOT_SENT:
        return Class.NOT_SENT
    if code in DEGRADE:
        return Class.DEGRADE
    if code in RECIPIENT:
        return Class.RECIPIENT
    if code in CHAT or code in DOUBTFUL:
        return Class.CHAT
    if code in RIGHTS or code in SETTINGS:
        return Class.HALT
    return Class.UNKNOWN


def wait_before(code: int, attempts: int) -> timedelta:
    """Back-off before the next try of a message that was certainly not sent."""
    if code == 6:
        return timedelta(seconds=1)
    if code == 9:
        return timedelta(minutes=min(2 ** min(attempts, 5), 30))
    if code in (29, 944):
        return timedelta(hours=min(attempts + 1, 6))
    return look_after(attempts)


LAG, SOON_LOOKS = timedelta(minutes=5), 2
"""For so long VK's lists of comments may not show what it has taken, and so often they are looked at before."""


def look_under_post_after(looks: int) -> timedelta:
    """How long after so many looks a post is read again; comments may show late."""
    return look_after(looks) if looks < SOON_LOOKS else LAG


def look_after(looks: int) -> timedelta:
    """2, 4, 8 … 300 seconds (delivery.md §8)."""
    return timedelta(seconds=min(300, 2 ** (min(looks, 9) + 1)))
