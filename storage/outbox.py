"""The outbox as others use it. Everything said goes out through here; nothing is sent that is not here first.

The parts: outgoing.py (states, adding, taking back), lanes.py (taking, looking), fates.py (what became of it).
"""

from __future__ import annotations

from storage.degrading import degrade
from storage.fates import (
    Delivered,
    absent,
    heard,
    later,
    park,
    release,
    sent,
    sent_all,
    set_aside,
    settle,
    uploaded,
)
from storage.lanes import LEASE, recover, renew, soonest, take, to_look
from storage.outgoing import EDGES, Outgoing, State, add, cancel

__all__ = [
    "EDGES",
    "LEASE",
    "Delivered",
    "Outgoing",
    "State",
    "absent",
    "add",
    "cancel",
    "degrade",
    "heard",
    "later",
    "park",
    "recover",
    "release",
    "renew",
    "sent",
    "sent_all",
    "set_aside",
    "settle",
    "soonest",
    "take",
    "to_look",
    "uploaded",
]
