"""Words that an official is writing in the panel: one's own, sealed, gone with the message."""

from __future__ import annotations

from datetime import timedelta

from given import NOW, appeal, decide, submitted
from sqlalchemy import select

from storage.db.database import Database
from storage.db.schema import panel_draft
from storage.privacy import forgetting
from storage.records import panel_drafts
from storage.records.panel_drafts import PanelDraft

WHO, ANNA, BORIS, CODE = 500_123_457, 5001, 5002, "1125-AAAA"
DRAFT = PanelDraft("answer", NOW, "Урну поставим\nдо пятницы", until="2026-11-27")


async def given(db: Database) -> None:
    await decide(db, submitted(appeal(CODE, WHO, 3)), peer=WHO)
    await db.run(lambda tx: panel_drafts.keep(tx, ANNA, CODE, DRAFT))


async def of(db: Database, user: int = ANNA) -> dict[str, PanelDraft]:
    return await db.run(lambda tx: panel_drafts.of(tx, user, CODE))


class TestPanelDrafts:
    async def test_each_has_his_own_by_the_kind_of_form(self, db: Database) -> None:
        await given(db)
        note = PanelDraft("note", NOW + timedelta(minutes=1), "Ждём кран")
        await db.run(lambda tx: panel_drafts.keep(tx, ANNA, CODE, note))
        assert await of(db) == {"answer": DRAFT, "note": note} and await of(db, BORIS) == {}
        later = PanelDraft("answer", NOW + timedelta(minutes=2), "Поставили")
        await db.run(lambda tx: panel_drafts.keep(tx, ANNA, CODE, later))
        assert (await of(db))["answer"] == later

    async def test_an_emptied_one_is_none(self, db: Database) -> None:
        await given(db)
        await db.run(lambda tx: panel_drafts.keep(tx, ANNA, CODE, PanelDraft("answer", NOW, "  ")))
        assert await of(db) == {}

    async def test_it_is_sealed_and_goes_with_the_message(self, db: Database) -> None:
        """R14, T21."""
        await given(db)
        (row,) = await db.run(lambda tx: tx.rows(select(panel_draft)))
        assert "Урну" not in row["body"]
        assert await db.run(lambda tx: forgetting.erase(tx, WHO, NOW + timedelta(hours=1), force=True))
        assert await db.run(lambda tx: tx.rows(select(panel_draft))) == []
        await db.run(lambda tx: panel_drafts.keep(tx, ANNA, CODE, DRAFT))
        assert await db.run(lambda tx: tx.rows(select(panel_draft))) == [], "of what is forgotten nothing is kept"
