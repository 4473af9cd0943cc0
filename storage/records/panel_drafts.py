"""What an official is writing in the panel: kept as it is typed, until it leaves or the message is forgotten.

Sealed with the key of the resident to whom it speaks, so it ends with the message. It must never be shown to anybody
but its author, nor told in the resident's export: words that were not sent are not theirs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.db.columns import in_community
from storage.db.keyring import DRAFT
from storage.db.schema import appeal, panel_draft
from storage.db.transaction import Transaction
from storage.db.upsert import upsert

FIELDS = ("text", "whom", "until")
"""What a form keeps."""


@dataclass(frozen=True, slots=True)
class PanelDraft:
    """`did`: the kind of its form."""

    did: str
    saved_at: datetime
    text: str = ""
    whom: str = ""
    until: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is typed or chosen in it."""
        return not (self.text.strip() or self.whom or self.until)


_OF = select(panel_draft).where(
    in_community(panel_draft), panel_draft.c.code == bindparam("named"), panel_draft.c.owner == bindparam("user")
)
_DROP = delete(panel_draft).where(
    in_community(panel_draft),
    panel_draft.c.code == bindparam("named"),
    panel_draft.c.owner == bindparam("user"),
    panel_draft.c.did == bindparam("kind"),
)
_RESIDENT = select(appeal.c.resident).where(in_community(appeal), appeal.c.code == bindparam("named"))


async def of(tx: Transaction, user: int, code: str) -> dict[str, PanelDraft]:
    """The drafts of this person about this message, by the kind of form."""
    rows = await tx.rows(_OF, {"named": code, "user": user})
    bodies = await tx.keys.unseal(DRAFT, [(_row(code, user, row["did"]), row["body"]) for row in rows])
    opened = zip(rows, bodies, strict=True)
    return {
        row["did"]: PanelDraft(row["did"], row["saved_at"], **json.loads(body))
        for row, body in opened
        if body is not None
    }


async def keep(tx: Transaction, user: int, code: str, draft: PanelDraft) -> None:
    """Stores a draft in place of the one before; an empty one is deleted, and of a message that is forgotten nothing is
    kept."""
    found = await tx.row(_RESIDENT, {"named": code})
    if draft.empty or found is None or found["resident"] <= 0:
        await drop(tx, user, code, draft.did)
        return
    body = json.dumps({name: getattr(draft, name) for name in FIELDS}, ensure_ascii=False)
    (sealed,) = await tx.keys.seal(DRAFT, [(found["resident"], _row(code, user, draft.did), body)])
    row = {"code": code, "owner": user, "did": draft.did, "body": sealed, "saved_at": draft.saved_at}
    await upsert(tx, panel_draft, [row])


async def drop(tx: Transaction, user: int, code: str, did: str) -> None:
    """Deletes the draft."""
    await tx.execute(_DROP, {"named": code, "user": user, "kind": did})


def _row(code: str, user: int, did: str) -> str:
    """The name by which a draft's sealed body is bound to it."""
    return f"{code}|{user}|{did}"
