"""Small things the bot remembers of itself, by name: when it last checked, what it found. Never a word of a person."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, select

from storage.db.columns import in_community
from storage.db.schema import meta
from storage.db.transaction import Transaction
from storage.db.upsert import upsert

CAUGHT_UP = "caught_up"
"""What the last start had to take in."""
CHECKED = "checked"
"""What the last night's look found."""
AUDITED = "audited"
"""When the audit log was last verified, and how much was wrong with it."""
DRILLED = "drilled"
"""When a copy was last put back for practice, and whether that went well."""
WALLS = "walls"
"""How many walls of official pages VK was asked for on the last day."""
MODELS = "models"
"""The number of the newest model that there ever was: none has the number of one that is gone."""
UNHEARD = "unheard"
"""Chats that VK did not show when an older copy was put back, each with the moment until which its words are over."""
PAGES_LOADED = "pages_loaded"
"""What the last table has changed in the registry of official pages, for an hour."""
DEMO = "demo"
"""By what the demo year is made, and how far it has come."""

_OF = select(meta.c.value).where(in_community(meta), meta.c.name == bindparam("named"))


async def get(tx: Transaction, name: str) -> dict[str, Any]:
    """The values of this note; empty where there is none."""
    row = await tx.row(_OF, {"named": name})
    return {} if row is None else dict(json.loads(row["value"]))


async def put(tx: Transaction, name: str, values: dict[str, Any]) -> None:
    """Writes the note, in place of the earlier one."""
    await upsert(tx, meta, [{"name": name, "value": json.dumps(values)}])
