"""Each column says whose it is, how it is sealed and how it ends, and it is so: on a database in which one person has
everything that a person can have (R12–R15, T21)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from given import CHAT, NOW, C, appeal, at, decide, ingest, message, say, send, submitted, take
from sqlalchemy import Column, Table, Text, select

from features.official_pages import sql as registry
from features.official_pages.model.page import BodyKind as PageKind
from features.official_pages.model.page import Network, OfficialPage, PageState
from states.audit import AuditAction, AuditLine
from states.decision import Consent, Decision
from states.dialogue import Dialogue, Draft
from states.effects import Kind, Source, StartTimer
from states.lifecycle.appeal import Action, Piece, move
from states.lifecycle.counted import Counted, Outcome
from states.lifecycle.rights import ErasureRequest
from states.messages import Attachment, Location
from states.people.chats import Chat
from states.people.comments import Comment, CommentKind, Marks, Silence, WallPost
from states.people.notices import Notice
from states.people.officials import Official, Standing
from states.people.viewers import Role, Viewer
from states.worktime.deadlines import Deadline, TermClock
from storage.db import keyring, keystore, schema
from storage.db.database import Database
from storage.db.keyring import key_of
from storage.db.master import Master
from storage.db.transaction import Transaction
from storage.db.whose import Ends, Names, Of, RetentionTerm, Sealed, Whose, columns_of, empty_values, of
from storage.inbox import inbox
from storage.ops.copies import moving
from storage.outbox import outcomes
from storage.privacy import audit, community_key, erasures, forgetting, retention
from storage.privacy.subject_export import KEPT_BACK, everything_about, plain
from storage.records import (
    api_keys,
    chats,
    comments,
    communities,
    leads,
    notices,
    officials,
    panel_drafts,
    viewers,
)
from storage.records.api_keys import ApiKey
from storage.records.communities import RegisteredCommunity
from storage.records.leads import Lead
from storage.records.panel_drafts import PanelDraft
from storage.unit_of_work import decisions

WHO, OFFICIAL = 500_123_457, 500_765_433
CODE, LEAD = "1125-AAAA", "1125-BBBB"
DAY, LATER = NOW.date(), at(99)
COUNTED = Counted(DAY, DAY, DAY, DAY, DAY, DAY, DAY, DAY, 5, 6, True, Outcome.SOLVED, DAY)
Cells = Mapping[str, list[Any]]
"""What stands in each column, by its name with the table."""

COLUMNS = [column for one in (schema, keystore) for table in one.metadata.sorted_tables for column in table.columns]


class TestEachColumn:
    def test_says_whose_it_is(self) -> None:
        """What storage/db/whose.py asks of it, and nothing else in passing."""
        assert len(COLUMNS) > 300
        assert [str(one) for one in COLUMNS if not isinstance(one.info.get("of"), Of) or len(one.info) > 1] == []

    def test_one_that_says_nothing_is_found(self) -> None:
        with pytest.raises(KeyError):
            of(Column("new", Text))

    def test_what_has_to_go_can_be_emptied(self) -> None:
        for table in schema.metadata.sorted_tables:
            ends = {column.name for column in table.columns if of(column).ends is Ends.EMPTIED}
            assert empty_values(table).keys() == ends

    def test_what_ends_after_a_term_names_it(self) -> None:
        assert {one.value for one in RetentionTerm} < {one.name for one in fields(retention.RetentionTerms)}
        assert all(of(column).term for column in COLUMNS if of(column).ends is Ends.TERM)

    def test_each_field_of_the_ring_is_a_sealed_column(self) -> None:
        told = {f"{one.table}.{one.column}" for one in vars(keyring).values() if isinstance(one, keyring.Field)}
        ours = (Sealed.PERSON, Sealed.CONCERNED, Sealed.COMMUNITY)
        assert told == {str(column) for column in COLUMNS if of(column).sealed in ours}


async def lived(db: Database) -> None:
    """Everything that a person can have: messages handled and not, an appeal that joined an incident, an answer with
    files, screens sent and waiting, a draft, a key of an application, a request, a look of an official."""
    await ingest(db, *(message(WHO, number, raw=f'{{"text":"тайна {number}"}}') for number in (1, 2, 3)))
    await ingest(db, message(CHAT, 1, raw='{"text":"ответ"}'))
    await db.run(_heard)
    await db.run(lambda tx: chats.keep(tx, [Chat(CHAT, "roads", NOW, OFFICIAL, recent=("digest",))]))
    place = Location(55.123456, 61.654321)
    one, line = appeal(
        CODE, WHO, 3, pieces=(Piece(3, "тайна", (Attachment("doc", "смета.pdf"),), place),), address="адрес",
        place="miass", agency="roads", incident=LEAD, repeat_of=LEAD, door="qr", chat=CHAT, urgent=True, rating=5,
        deadline=Deadline(TermClock.ROUTE, NOW, at(9)), first_answer_at=at(5), answered_at=at(6),
        chosen_by_resident=True, counted=COUNTED,
    )  # fmt: skip
    draft = Draft(pieces=(Piece(9, "ещё тайна"),), topic="pits")
    talk = Dialogue(WHO, draft=draft, consent="hash", touched_at=NOW, blocked_until=at(99_999))
    card = send(CHAT, f"v1|{C}|card|{WHO}|1|0", kind=Kind.CARD, appeal=CODE, report=True)
    effects = (send(WHO, f"v1|{C}|screen|{WHO}|1|0"), card, StartTimer("draft", str(WHO), WHO, at(9**6)))
    agreed = Consent(WHO, True, "hash", NOW, 2)
    await decide(db, submitted((one, line), dialogue=talk, effects=effects, consent=agreed), peer=WHO)
    moved = move(one, Action.ANSWER, at(60), OFFICIAL, "готово")
    assert isinstance(moved, tuple)
    answer = send(WHO, f"v1|{C}|answer|{CODE}|1|0", kind=Kind.ANSWER, appeal=CODE, copy=Source(CHAT, (1,)))
    await decide(db, submitted(moved, effects=(answer,)), peer=WHO)
    unsent = PanelDraft("answer", NOW, "ещё не отправлено")
    await db.run(lambda tx: panel_drafts.keep(tx, OFFICIAL, CODE, unsent))
    await db.run(lambda tx: leads.keep(tx, [Lead(CODE, "cur", OFFICIAL, OFFICIAL, NOW)]))
    for number in range(3):
        for row in await take(db):
            await _leaves(db, row, 50 + number)
    await say(db, send(WHO, f"v1|{C}|screen|{WHO}|2|0"), send(CHAT, "notice"))
    await ingest(db, message(WHO, 60, raw='{"text":"тайна за пробелом"}'))
    await db.run(_known_elsewhere)


async def _heard(tx: Transaction) -> None:
    rows = [row for row in await inbox.next_events(tx, NOW, 100) if row.peer == WHO]
    await decisions.keep_decisions(tx, [(row, Decision()) for row in rows], NOW)


async def _leaves(db: Database, row: Any, cmid: int) -> None:
    async def body(tx: Transaction) -> None:
        if row.effect.copy is not None:
            await outcomes.record_uploaded(tx, row.id, ["doc1"], ["фото"], row.fencing_token)
        await outcomes.record_sent(tx, row.id, cmid, NOW, ("смета",))

    await db.run(body)


async def _known_elsewhere(tx: Transaction) -> None:
    marks = Marks(CommentKind.DANGER, "pits", "miass", files=True)
    said = Comment(12, 5, WHO, NOW, NOW, 11, marks, alarm_at=NOW, seen_at=NOW, seen_by=OFFICIAL)
    answered = {
        "answered_at": NOW,
        "invited_at": NOW,
        "wording": 2,
        "came_at": NOW,
        "public_at": NOW,
        "dropped_at": NOW,
        "appeal": CODE,
    }
    await comments.keep(tx, [replace(said, **answered)])  # type: ignore[arg-type]
    await comments.keep_posts(tx, [WallPost(5, NOW, NOW, Silence.MUTED, OFFICIAL)])
    given = Notice("1.2", "pits", "miass", "Мира", "Ремонт", at(60), CHAT, OFFICIAL, NOW, since=NOW, ended=NOW)
    await notices.keep(tx, [given])
    await api_keys.give(tx, ApiKey("digest of a key", WHO, "Приложение", NOW))
    await audit.append(tx, [AuditLine(OFFICIAL, AuditAction.SHOWED_CONTACT, CODE, "подробность")], NOW)
    done = await erasures.record_erased(tx, WHO, "request", {"dialogue": 1}, at(-9), keys=None)
    await erasures.finish(tx, [done], at(-8))
    await erasures.ask(tx, ErasureRequest(WHO, NOW, at(30 * 86_400)), NOW, spread=True)
    await tx.keys.ring.block(tx.community, WHO, at(99_999))
    # What the community key seals: officials, the panel, pages, this very community among others.
    await officials.keep(tx, [Official(CHAT, OFFICIAL, Standing.GONE, NOW, NOW, name="Ольга П.")])
    await viewers.grant(tx, Viewer(OFFICIAL, Role.CUR, "", "Ольга П."), NOW)
    await viewers.keep_secret(tx, OFFICIAL, "secret")
    page = OfficialPage(
        1, "Школа", PageKind.SCHOOL, "", "", Network.VK, "vk.com/a", PageState.EXISTS, "Имя", NOW.date()
    )
    await registry.keep(tx, [page], {1: "школа"})
    await communities.keep(tx, RegisteredCommunity(C, "Город", NOW), "token", NOW)


async def cells(db: Database) -> dict[str, list[Any]]:
    async def body(tx: Transaction) -> dict[str, list[Any]]:
        found = {}
        for table in schema.metadata.sorted_tables:
            rows = [row for row in await tx.rows(select(table)) if not of_a_chat(table, row)]
            found.update({str(column): [row[column.name] for row in rows] for column in table.columns})
        return found

    return await db.run(body)


def of_a_chat(table: Table, row: Any) -> bool:
    """What names a chat and no appeal is nobody's."""
    named = {one: [row[column.name] for column in table.columns if of(column).names is one] for one in Names}
    return CHAT in named[Names.PERSON] and not any(named[Names.APPEAL])


def full(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value not in (None, "", "[]", 0)]


def wrong(before: Cells, after: Cells, ends: Mapping[str, Ends], person: set[Any]) -> list[str]:
    """Columns in which there is something that is over, or nothing of what stays."""
    found = []
    for name, end in ends.items():
        left = full(after[name])
        over = end in (Ends.GONE, Ends.CUT, Ends.EMPTIED) and left
        named = end is Ends.RENAMED and any(str(one) in str(value) for value in left for one in person)
        lost = end is Ends.UNNAMED and len(after[name]) < len(before[name])
        found += [f"{name}: {end.name}, {left}"] if over or named or lost else []
    return found


OF_RESIDENT = [
    column
    for table in schema.metadata.sorted_tables
    for column in table.columns
    if column.name != "community_id" and Whose.RESIDENT in {of(one).whose for one in table.columns}
]
"""All of their tables; on this database all of them is of one person."""
ENDS = {str(column): of(column).ends for column in OF_RESIDENT}


async def forgotten(db: Database, now: datetime = LATER) -> None:
    assert await db.run(lambda tx: forgetting.erase(tx, WHO, now, force=True))
    await community_key.finish(db, now + community_key.GRACE)


class TestForgetting:
    async def test_what_ends_with_a_person_is_over_when_they_are_forgotten(self, db: Database) -> None:
        """R14: and there was something in each column before, so that nothing is proven of an empty one."""
        await lived(db)
        before = await cells(db)
        whose = [str(column) for column in OF_RESIDENT if of(column).whose is Whose.RESIDENT]
        assert [name for name in whose if not full(before[name])] == []
        await forgotten(db)
        assert wrong(before, await cells(db), ENDS, {WHO, CODE, LEAD}) == []

    @pytest.mark.parametrize("name", ["appeal.topic", "consent.text_hash", "audit.detail", "history.action"])
    async def test_a_column_that_says_it_goes_and_stays_is_found(self, db: Database, name: str) -> None:
        """The teeth of the test above."""
        await lived(db)
        before = await cells(db)
        await forgotten(db)
        (found,) = wrong(before, await cells(db), {**ENDS, name: Ends.EMPTIED}, {WHO, CODE, LEAD})
        assert found.startswith(f"{name}: EMPTIED")

    async def test_a_table_that_is_left_out_is_found(self, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        """The same of what forgetting does: keys of applications stood in no list once."""
        await lived(db)
        before, listed = await cells(db), forgetting._GONE_WITH_PERSON
        monkeypatch.setattr(forgetting, "_GONE_WITH_PERSON", [one for one in listed if one.table is not schema.api_key])
        await forgotten(db)
        found = wrong(before, await cells(db), ENDS, {WHO, CODE, LEAD})
        assert {one.partition(".")[0] for one in found} == {"api_key"}

    async def test_what_is_past_its_term_is_over(self, db: Database) -> None:
        """R15: each column that names a term is empty so long after."""
        await lived(db)
        await ingest(db, *(message(WHO, number, content=False, raw="") for number in range(4, 60)))
        while await db.run(_end_some):
            pass
        await _is_past(db, RetentionTerm.RAW, NOW)
        await _is_past(db, RetentionTerm.KEPT, NOW)
        await forgotten(db, later := at(400 * 86_400))  # the request itself has its term from then on
        await _is_past(db, RetentionTerm.AUDIT, later)


async def _is_past(db: Database, term: RetentionTerm, since: datetime) -> None:
    now, terms = since + getattr(retention.RetentionTerms(), term.value) + timedelta(days=1), retention.RetentionTerms()
    for job in retention.JOBS:
        await db.run(lambda tx: job(tx, None, now, terms))  # noqa: B023
    found = await cells(db)
    named = [str(column) for column in COLUMNS if column.table.schema is None and of(column).term is term]
    assert named and [name for name in named if full(found[name])] == []


async def _end_some(tx: Transaction) -> int:
    rows = await inbox.next_events(tx, NOW, 100)
    await decisions.keep_decisions(tx, [(row, Decision()) for row in rows], NOW)
    return len(rows)


class TestExport:
    async def test_what_is_a_persons_is_told_or_kept_back_with_a_reason(self, db: Database) -> None:
        """R12: by the name of its column, or what it holds when it is opened."""
        await lived(db)
        found = await cells(db)
        told = await db.run(lambda tx: everything_about(tx, WHO))
        heard = {name for name, value in _pairs(told) if value not in (None, "", [], ())}
        missing = []
        for column in COLUMNS:
            name = str(column)
            if of(column).whose is not Whose.RESIDENT or of(column).names is Names.PERSON or name in KEPT_BACK:
                continue
            said = {repr(value) for value in plain(dict(enumerate(full(found.get(name, []))))).values()}
            stands = {repr(value) for key, value in _pairs(told) if key == column.name}
            whole = OPENED[name] in heard if name in OPENED else said and said <= stands
            missing += [] if whole else [name]
        assert missing == []

    def test_nothing_is_kept_back_that_is_nobodys(self) -> None:
        known = {str(column) for column in COLUMNS if of(column).whose is Whose.RESIDENT}
        assert KEPT_BACK.keys() <= known and all(KEPT_BACK.values())

    async def test_a_key_of_an_application_is_told_and_never_what_opens(self, db: Database) -> None:
        await lived(db)
        told = await db.run(lambda tx: everything_about(tx, WHO))
        assert told["keys"] == [{"name": "Приложение", "given_at": NOW.isoformat()}]
        assert "digest of a key" not in repr(told)

    async def test_a_block_that_outlives_the_dialogue_is_told(self, db: Database) -> None:
        """T9: it stands with the keys then."""
        await lived(db)
        await forgotten(db)
        told = await db.run(lambda tx: everything_about(tx, WHO))
        assert told["blocked_until"] == at(99_999).isoformat() and told["keys"] == told["appeals"] == []


OPENED = {
    "appeal.body": "pieces",
    "dialogue.body": "draft",
    "history.reason": "reason",
    "outbox.body": "text",
    "outbox.attachments": "files",
    "outbox.lost": "not_passed_on",
    "api_key.name": "name",
    "blocked.until": "blocked_until",
}
"""Under which word it is told, where not under the column's: what is sealed, and what stands beside the keys."""


def _pairs(told: Any) -> Iterator[tuple[str, Any]]:
    """Each name in it with its value, at any depth."""
    parts = told.items() if isinstance(told, dict) else [("", one) for one in told]
    for name, value in parts:
        yield name, value
        if isinstance(value, (dict, list, tuple)):
            yield from _pairs(value)


class TestSealing:
    async def test_whatever_the_community_key_seals_is_sealed_anew(self, db: Database) -> None:
        """Decision 0010: else it could be read by nobody when the old key is destroyed."""
        await lived(db)
        before = await _sealed(db)
        newest = await db.run(community_key.renew)
        after = await _sealed(db)
        for column in columns_of(schema.metadata, sealed=Sealed.COMMUNITY):
            assert after[str(column)] == {newest} != before[str(column)], column
        old = {key for name in before for key in before[name] if key not in await _persons(db)}
        assert old and not {key for name in after for key in after[name]} & old

    async def test_whatever_the_master_key_wraps_is_wrapped_anew(self, db: Database) -> None:
        await lived(db)
        before = await _wrapped(db)
        await db.run(lambda tx: tx.keys.ring.rotate(Master(bytes(32))))
        after = await _wrapped(db)
        assert all(before.values()) and before.keys() == after.keys()
        same = {name: before[name] & after[name] for name in before}
        assert same == {"data_key.wrapped": set(), "ring.value": {await db.run(_ring)}}, "its own name stays"

    async def test_each_sealed_column_says_with_whose_key(self, db: Database) -> None:
        await lived(db)
        found, persons = await _sealed(db), await _persons(db)
        for column in OURS:
            kinds = {key in persons for key in found[str(column)]}
            allowed = {Sealed.PERSON: {True}, Sealed.COMMUNITY: {False}}.get(of(column).sealed, {True, False})
            assert kinds and kinds <= allowed, column


OURS = [
    column
    for how in (Sealed.PERSON, Sealed.CONCERNED, Sealed.COMMUNITY)
    for column in columns_of(schema.metadata, sealed=how)
]


async def _sealed(db: Database) -> dict[str, set[int]]:
    """By which keys each sealed column is sealed; of what comes and goes what waits."""

    async def body(tx: Transaction) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for column in OURS:
            rows = await tx.rows(select(column.label("text")))
            found[str(column)] = {key for row in rows if row["text"] and (key := key_of(row["text"])) is not None}
        return found

    return await db.run(body)


async def _wrapped(db: Database) -> dict[str, set[str]]:
    columns = columns_of(keystore.metadata, sealed=Sealed.MASTER)

    async def body(tx: Transaction) -> dict[str, set[str]]:
        call = tx.keys.ring.store.call
        return {str(one): set(await call(lambda c, one=one: c.execute(select(one)).scalars().all())) for one in columns}  # type: ignore[misc]

    return await db.run(body)


async def _ring(tx: Transaction) -> str:
    return (await tx.keys.ring.store.call(keystore.names))["ring"]


async def _persons(db: Database) -> set[int]:
    return await db.run(lambda tx: tx.keys.ring.keys_of(tx.community, WHO))


def test_what_is_moved_is_not_written_over_what_is_a_persons() -> None:
    """Each table by whose rows people are found."""
    former = {"inbox", "outbox", "appeal", "dialogue", "consent", "history", "data_key", "erased"}
    assert former < {table.name for table in moving.LIVED_IN}
    assert {"api_key", "timer", "link", "blocked"} < {table.name for table in moving.LIVED_IN}
    assert not {"meta", "chat", "directory", "audit", "official"} & {table.name for table in moving.LIVED_IN}
