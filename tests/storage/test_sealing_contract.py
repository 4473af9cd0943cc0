"""What people write lies sealed, opens only where it was sealed, and only with both files and the master key (T21)."""

from __future__ import annotations

import asyncio
import base64
import random
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from given import CHAT, MASTER, NOW, C, appeal, at, decide, heads, ingest, message, say, send, sent, submitted, take
from sqlalchemy import Connection, inspect, select, text, update

from states.dialogue import Dialogue, Draft
from states.effects import Kind
from states.lifecycle.appeal import Action, History, Piece, Status
from states.messages import Attachment, Location
from storage.db import keyring
from storage.db.database import Database, connect
from storage.db.errors import WrongKeys
from storage.db.keyring import RAW, subject_of
from storage.db.master import Master, load, load_or_make, make
from storage.db.migrations import migrate
from storage.db.schema import appeal as appeal_table
from storage.db.schema import dialogue as dialogue_table
from storage.db.schema import inbox as inbox_table
from storage.db.schema import metadata
from storage.db.schema import outbox as outbox_table
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.inbox.inbox import Arrived
from storage.outbox import outcomes
from storage.records import appeals

SECRETS = ("секретная яма", "Тайная улица, 7", "+7 912 345-67-89", "паспорт.jpg", "ответ шёпотом", "запись чиновника")
OTHER = Master(bytes(32))


async def planted(db: Database) -> None:
    """Every secret through the function that keeps it."""
    raw = f'{{"text":"{SECRETS[0]} {SECRETS[2]}"}}'
    await ingest(db, message(5, 1, raw=raw), Arrived("message", CHAT, "m:1", f'{{"text":"{SECRETS[5]}"}}', 9, 1, NOW))
    pieces = (Piece(1, SECRETS[0], (Attachment("doc", SECRETS[3]),), Location(55.123456, 61.654321)),)
    one, line = appeal("1125-AAAA", pieces=pieces, address=SECRETS[1])
    line = History(line.code, 1, NOW, 5, Action.SUBMIT, None, Status.WAITING, SECRETS[2])
    draft = Draft(pieces=(Piece(2, SECRETS[0]),), address=SECRETS[1])
    card = send(CHAT, "card", kind=Kind.CARD, appeal="1125-AAAA")
    said = (send(5, "screen"), card, send(CHAT, "notice"))
    effects = tuple(replace(one, text=words) for one, words in zip(said, SECRETS[3:], strict=True))
    await decide(db, submitted((one, line), dialogue=Dialogue(5, draft=draft), effects=effects), peer=6)
    (row,) = [row for row in await take(db) if row.peer == 5]
    await db.run(lambda tx: outcomes.record_sent(tx, row.id, 70, NOW, (SECRETS[3],)))


async def cells(db: Database) -> list[str]:
    """Every value of every table, as text."""

    async def body(tx: Transaction) -> list[str]:
        rows = [row for table in metadata.sorted_tables for row in await tx.rows(select(table))]
        return [str(value) for row in rows for value in row.values()]

    return await db.run(body)


def plain(found: str, secrets: Sequence[str] = SECRETS) -> list[str]:
    escaped = [secret.encode("unicode_escape").decode() for secret in secrets]
    return [secret for secret in (*secrets, *escaped, "55.123456") if secret in found]


class TestSealed:
    async def test_no_word_stands_in_any_column(self, db: Database) -> None:
        """I10, security.md §3: texts, names of files, places, reasons, bodies."""
        await planted(db)
        found = await cells(db)
        assert len(found) > 100 and [cell for cell in found if plain(cell)] == []

    async def test_what_was_written_is_read(self, db: Database) -> None:
        await planted(db)
        known = await db.run(lambda tx: appeals.by_code(tx, ["1125-AAAA"]))
        assert known["1125-AAAA"].address == SECRETS[1] and known["1125-AAAA"].text == SECRETS[0]
        dialogues = await db.run(lambda tx: appeals.dialogues(tx, [5]))
        assert dialogues[5].draft.address == SECRETS[1]
        raws = {row.peer: row.raw for row in await heads(db)}
        assert SECRETS[2] in raws[5] and SECRETS[5] in raws[CHAT]

    async def test_the_same_words_never_look_the_same(self, db: Database) -> None:
        """A nonce of chance for every value."""
        await ingest(db, *(message(5, number, raw='{"same":1}') for number in range(1, 40)))
        rows = await db.run(lambda tx: tx.rows(select(inbox_table.c.raw)))
        assert len({row["raw"][-30:] for row in rows}) == len(rows) == 39

    async def test_what_a_chat_wrote_is_dropped_when_it_is_handled(self, db: Database) -> None:
        """0010: whom it concerns may never be known; a resident's own is kept for its term (R15)."""
        await ingest(db, message(5, 1), message(CHAT, 1))
        await db.run(_end_all)
        rows = await db.run(lambda tx: tx.rows(select(inbox_table.c.peer, inbox_table.c.raw)))
        assert {row["peer"]: bool(row["raw"]) for row in rows} == {5: True, CHAT: False}

    async def test_only_an_answer_keeps_its_words_when_it_is_sent(self, db: Database) -> None:
        """R18: what else was said is made anew from the dialogue and the appeal, or concerns nobody who is known."""
        answer = send(5, "answer", kind=Kind.ANSWER)
        await say(db, send(CHAT, "notice"), send(5, "screen"), send(6, "first"), replace(answer, peer=7))
        for number, row in enumerate(await take(db)):
            await sent(db, row, 10 + number)
        rows = await db.run(lambda tx: tx.rows(select(outbox_table.c.cause, outbox_table.c.body)))
        assert {row["cause"]: bool(row["body"]) for row in rows} == {
            "notice": False,
            "screen": False,
            "first": False,
            "answer": True,
        }


async def _end_all(tx: Transaction) -> None:
    rows = await inbox.next_events(tx, NOW, 50)
    await inbox.finish(tx, [(row, None) for row in rows], NOW)


class TestMoved:
    """A value under another row, column or key is not there (AAD); the batch goes on."""

    async def swap(self, db: Database, table: Any, column: str, key: str, one: Any, other: Any) -> None:
        async def body(tx: Transaction) -> None:
            rows = await tx.rows(select(table.c[key], table.c[column]).where(table.c[key].in_([one, other])))
            values = {row[key]: row[column] for row in rows}
            for name, taken in ((one, other), (other, one)):
                await tx.execute(update(table).where(table.c[key] == name).values({column: values[taken]}))

        await db.run(body)

    async def test_two_appeals_of_one_resident(self, db: Database) -> None:
        made = [appeal(f"1125-AAA{letter}", source=number) for number, letter in enumerate("ABC", 1)]
        await decide(db, submitted(*made))
        await self.swap(db, appeal_table, "body", "code", "1125-AAAA", "1125-AAAB")
        known = await db.run(lambda tx: appeals.of_residents(tx, [5]))
        assert [one.code for one in known[5]] == ["1125-AAAC"]

    async def test_two_dialogues(self, db: Database) -> None:
        for who in (5, 6, 7):
            await decide(db, submitted(dialogue=Dialogue(who)), peer=who)
        await self.swap(db, dialogue_table, "body", "resident", 5, 6)
        assert set(await db.run(lambda tx: appeals.dialogues(tx, [5, 6, 7]))) == {7}

    async def test_two_events_are_asked_of_vk_again(self, db: Database) -> None:
        await ingest(db, message(5, 1), message(6, 1), message(7, 1))
        rows = await heads(db)
        await self.swap(db, inbox_table, "raw", "id", rows[0].id, rows[1].id)
        assert [row.peer for row in await heads(db)] == [7]
        rows = await db.run(lambda tx: tx.rows(select(inbox_table.c.peer, inbox_table.c.state)))
        assert {row["peer"]: row["state"] for row in rows} == {5: "wanted", 6: "wanted", 7: "new"}
        await ingest(db, message(5, 1, raw='{"again":1}'))
        assert {row.peer: row.raw for row in await heads(db)} == {5: '{"again":1}', 7: "{}"}

    async def test_two_messages_are_not_sent(self, db: Database) -> None:
        await say(db, send(5, "one"), send(6, "two"), send(7, "three"))
        await self.swap(db, outbox_table, "body", "cause", "one", "two")
        assert [row.cause for row in await take(db)] == ["three"]

    async def test_another_column_of_the_same_row(self, db: Database) -> None:
        (sealed,) = await db.run(lambda tx: tx.keys.seal(keyring.LOST, [(5, "row", "слова")]))

        async def opened(of: int, field: keyring.Field, row: str) -> list[str | None]:
            return await db.of(of).run(lambda tx: tx.keys.unseal(field, [(row, sealed)]))

        assert await opened(C, keyring.LOST, "row") == ["слова"]
        for other in ((C, keyring.BODY, "row"), (C, keyring.LOST, "row2"), (C + 1, keyring.LOST, "row")):
            assert await opened(*other) == [None]

    async def test_any_changed_byte_is_noticed(self, db: Database) -> None:
        async def body(tx: Transaction) -> None:
            (sealed,) = await tx.keys.seal(keyring.BODY, [(5, "row", "слова")])
            whole = base64.b64decode(sealed[2:])
            flipped = [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in range(len(whole))]
            changed = ["1." + base64.b64encode(one).decode() for one in flipped] + ["2" + sealed[1:], sealed[:-1]]
            assert set(await tx.keys.unseal(keyring.BODY, [("row", one) for one in changed])) == {None}
            strange = [("row", '{"@":"send.1"}'), ("row", ""), ("row", "1.")]
            assert await tx.keys.unseal(keyring.BODY, strange) == [None] * 3

        await db.run(body)


class TestKeys:
    async def test_a_batch_asks_for_keys_twice_at_most(self, db: Database) -> None:
        """Bulk: whatever the number of people, few statements (design.md §6)."""
        calls = 0
        ring = db._ring
        real = ring.store.call

        async def counted(work: Any) -> Any:
            nonlocal calls
            calls += 1
            return await real(work)

        ring.store.call = counted  # type: ignore[method-assign]
        await ingest(db, *(message(who, 1) for who in range(1, 201)))
        assert calls == 2, "the erasure list, and the keys: those there are and those made"
        ring._opened.clear()
        calls = 0
        assert len(await heads(db, limit=200)) == 200 and calls == 1

    async def test_a_key_is_on_disk_before_what_it_seals(self, migrated: str, tmp_path: Path) -> None:
        """T21: seen by another connection while the transaction is still open, and kept when that is undone."""
        if not migrated.startswith("sqlite"):
            pytest.skip("on PostgreSQL the schema of keys has its own connection; the next test covers it")
        db = await Database.open(migrated, master=MASTER, community=C)

        async def body(tx: Transaction) -> None:
            await inbox.ingest(tx, [message(5, 1)], now=NOW)
            other = sqlite3.connect(tmp_path / "test.db.keys")
            assert other.execute("SELECT count(*) FROM data_key WHERE subject = 5").fetchone() == (1,)
            other.close()
            raise RuntimeError

        with pytest.raises(RuntimeError):
            await db.run(body)
        assert await ingest(db, message(5, 1, raw='{"kept":1}')) == 1
        await db.close()
        db = await Database.open(migrated, master=MASTER, community=C)
        assert [row.raw for row in await heads(db)] == ['{"kept":1}']
        await db.close()

    async def test_a_key_outlives_the_transaction_that_made_it(self, db: Database) -> None:
        async def body(tx: Transaction) -> None:
            await tx.keys.seal(RAW, [(5, "1", "слова")])
            raise RuntimeError

        with pytest.raises(RuntimeError):
            await db.run(body)
        first = await db.run(lambda tx: tx.keys.ring.current(C, [5]))
        again = await db.run(lambda tx: tx.keys.ring.current(C, [5]))
        assert first[5].id == again[5].id

    async def test_two_workers_make_one_key(self, migrated: str) -> None:
        if migrated.startswith("sqlite"):
            pytest.skip("SQLite has one process")
        opened = [await Database.open(migrated, worker=number, master=MASTER, community=C) for number in range(3)]
        found = set()
        for who in range(30):
            keys = await asyncio.gather(*(db.run(lambda tx: tx.keys.ring.current(C, [who + 1])) for db in opened))  # noqa: B023
            found |= {(who, key[who + 1].id) for key in keys}
        assert len(found) == 30
        for database in opened:
            await database.close()

    async def test_rotation_keeps_everything_and_shuts_the_old_key_out(self, migrated: str) -> None:
        db = await Database.open(migrated, master=MASTER, community=C)
        await ingest(db, *(message(who, 1, raw=f'{{"n":{who}}}') for who in range(1, 60)))
        before = await db.run(_pseudonym)
        assert await db.run(lambda tx: tx.keys.ring.rotate(OTHER)) == 59
        await ingest(db, message(60, 1))
        await db.close()
        with pytest.raises(WrongKeys, match="BOT_MASTER_KEY_FILE"):
            await Database.open(migrated, master=MASTER, community=C)
        db = await Database.open(migrated, master=OTHER, community=C)
        assert len(await heads(db, limit=100)) == 60
        assert await db.run(_pseudonym) == before, "the erasure list and the audit log go on"
        await db.close()

    async def test_a_worker_with_the_old_key_makes_no_new_one(self, migrated: str) -> None:
        if migrated.startswith("sqlite"):
            pytest.skip("SQLite has one process")
        one = await Database.open(migrated, worker=1, master=MASTER, community=C)
        two = await Database.open(migrated, worker=2, master=MASTER, community=C)
        await one.run(lambda tx: tx.keys.ring.rotate(OTHER))
        with pytest.raises(WrongKeys, match="Запустите бота снова"):
            await ingest(two, message(5, 1))
        await one.close()
        await two.close()

    async def test_files_that_do_not_belong_together_are_refused(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            await migrate(f"sqlite+aiosqlite:///{tmp_path / name}", master=MASTER)
        (tmp_path / "two.keys").rename(tmp_path / "one.keys")
        for name, words in (("one", "от другой базы"), ("two", "рядом с базой нет")):
            with pytest.raises(WrongKeys, match=words):
                await Database.open(f"sqlite+aiosqlite:///{tmp_path / name}", master=MASTER, community=C)


async def _pseudonym(tx: Transaction) -> str:
    return tx.keys.ring.pseudonym(C, 5)


class TestMaster:
    def test_a_new_file_is_for_its_owner_only(self, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "master.key"
        make(path)
        assert path.stat().st_mode & 0o777 == 0o600 and len(load(path).key) == 32
        with pytest.raises(WrongKeys, match="уже есть"):
            make(path)
        assert load_or_make(path) == load(path)
        assert load(path).key.hex() not in repr(load(path)) and load(path).name not in load(path).key.hex()

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
    def test_a_file_that_others_can_read_is_refused(self, tmp_path: Path, mode: int) -> None:
        make(tmp_path / "key")
        (tmp_path / "key").chmod(mode)
        with pytest.raises(WrongKeys, match="chmod 600"):
            load(tmp_path / "key")

    @pytest.mark.parametrize("content", ["", "не ключ", "c2hvcnQ=", "A" * 44 + "!"])
    def test_a_file_without_a_key_is_refused(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "key").write_text(content)
        (tmp_path / "key").chmod(0o400)
        with pytest.raises(WrongKeys, match="не главный ключ"):
            load(tmp_path / "key")
        with pytest.raises(WrongKeys, match="не читается"):
            load(tmp_path / "nowhere")


class TestMigration:
    """0002: an old, plain database is sealed in place; down again it is as it was."""

    async def test_everything_is_sealed_and_comes_back(self, url: str, tmp_path: Path) -> None:
        await migrate(url, "0001", master=MASTER)
        before = await on_connection(url, _fill)
        await migrate(url, master=MASTER)
        sealed = await on_connection(url, lambda connection: str(_texts(connection)))
        assert "слова" not in sealed and "файл" not in sealed
        for path in tmp_path.iterdir():
            assert "слова".encode() not in path.read_bytes(), path.name
        db = await Database.open(url, master=MASTER, community=C)
        assert len(await heads(db, limit=2000)) == 1200, "the pending ones, of people and of chats"
        assert len(await take(db, limit=1200)) == 600
        await db.close()
        await migrate(url, "0001", master=MASTER)
        assert await on_connection(url, _texts) == before


async def on_connection(url: str, work: Any) -> Any:
    store = connect(url)
    try:
        return await store.on_connection(work)
    finally:
        await store.close()


def _fill(connection: Connection) -> dict[tuple[str, str], str]:
    """1800 rows of a database as 0001 kept them, of two communities."""
    from states.effects import Send
    from storage.db.codec import encode

    chance = random.Random(3)
    peer = "INSERT INTO peer VALUES (:c, :p, 9, 9, :yes, 0)"
    rows = (
        "INSERT INTO inbox VALUES"
        " (:c, :i, :p, :k, 'message', 5, 1, 2, :yes, :raw, NULL, 'new', NULL, 0, 0, 0, NULL, 1, NULL)"
    )
    out = (
        "INSERT INTO outbox (community_id, id, peer, lane, seq, cause, origin, level, effect, kind, priority, body,"
        " report, upload, lost, state, salt, epoch, attempts, looks, created_at)"
        " VALUES (:c, :i, :p, :p, 1, :k, :k, 0, 'send', 'screen', 0, :body, :no, :no, :lost, 'ready', 0, 0, 0, 0, 1)"
    )
    for number in range(1, 1201):
        who = number if number % 3 else CHAT + number
        of = {"c": C, "i": number, "p": who, "k": f"m:{chance.randrange(10**9)}", "yes": True, "no": False}
        connection.execute(text(peer), of)
        connection.execute(text(rows), {**of, "raw": f'{{"text":"слова {number}"}}'})
        if number % 2:
            body = encode(Send(who, of["k"], f"слова {number}"))
            connection.execute(text(out), {**of, "body": body, "lost": '["файл"]' if number % 4 == 1 else "[]"})
            lane = "INSERT INTO lane (community_id, lane, seq, epoch) VALUES (:c, :p, 1, 0)"
            connection.execute(text(lane), of)
    return _texts(connection)


def _texts(connection: Connection) -> dict[tuple[str, str], str]:
    found = {}
    for table, columns in {"inbox": "id, raw", "outbox": "id, body || lost"}.items():
        for key, value in connection.execute(text(f"SELECT {columns} FROM {table}")):
            found[table, str(key)] = value
    assert inspect(connection).has_table("inbox")
    return found


def test_a_person_has_a_key_and_a_chat_has_not() -> None:
    assert [subject_of(peer) for peer in (5, CHAT, -101, 0)] == [5, 0, 0, 0]
    assert at(0) == NOW
