"""Whose turn it is, as the issue says: what the life of a message is compared with."""

from __future__ import annotations

from states.lifecycle.appeal import ENDED, Appeal, Status
from states.lifecycle.life import Whose


def whose(appeal: Appeal) -> Whose:
    """Every appeal that has not ended has somebody."""
    if appeal.status in (Status.WAITING, Status.REOPENED):
        return Whose.CUR
    if appeal.status in (Status.ASKED, Status.ANSWERED):
        return Whose.RESIDENT
    if appeal.status is Status.MERGED:
        return Whose.INCIDENT
    return Whose.NOBODY if appeal.status in ENDED else Whose.AGENCY
