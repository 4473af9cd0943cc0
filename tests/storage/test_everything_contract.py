"""A resident is told everything that is kept (R12); an incident names whom it affected, in minutes (R23)."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import datetime

from given import CHAT, NOW, C, appeal, at, decide, ingest, message, say, send, submitted, take
from given import sent as sent_one
from sqlalchemy import insert

from states.audit import AuditAction, AuditLine
from states.decision import Consent
from states.dialogue import Dialogue, Doubted, Draft
from states.effects import Kind
from states.lifecycle.answers import Approval
from states.lifecycle.appeal import Action, Appeal, Piece, Status, move
from states.messages import Attachment, Location
from states.people.officials import Official, Standing
from storage.db.codec import encode
from storage.db.database import Database
from storage.db.keyring import APPEAL, DIALOGUE
from storage.db.schema import appeal as appeal_table
from storage.db.schema import dialogue as dialogue_table
from storage.db.transaction import Transaction
from storage.privacy import audit, incident
from storage.privacy.incident import Affected
from storage.privacy.subject_export import everything_about
from tests.cost import of_that_machine

WHO, OTHER = 500_123_457, 500_765_433


async def filled(db: Database) -> None:
    await ingest(db, message(WHO, 1))
    pieces = (Piece(1, "яма", (Attachment("doc", "смета.pdf"),), Location(55.5, 61.5)),)
    one, line = appeal("1125-AAAA", resident=WHO, pieces=pieces, address="улица Ленина, 1", chat=CHAT)
    dialogue = Dialogue(WHO, draft=Draft(pieces=(Piece(3, "ещё"),)), consent="hash", touched_at=NOW)
    dialogue = replace(dialogue, doubted=Doubted((Piece(3, "ещё"), Piece(4, "крики"))))
    effects = (send(WHO, "screen"), send(CHAT, "card", kind=Kind.CARD, appeal="1125-AAAA"))
    answer = replace(send(WHO, "answer", kind=Kind.ANSWER, appeal="1125-AAAA"))
    consent = Consent(WHO, True, "hash", NOW, 2)
    await decide(db, submitted((one, line), dialogue=dialogue, effects=effects, consent=consent), peer=WHO)
    moved = move(one, Action.ANSWER, at(60), 1010, "готово")
    assert isinstance(moved, tuple)
    await decide(db, submitted(moved, effects=(answer,)), peer=WHO)
    other = Dialogue(OTHER, touched_at=at(3600))
    later = submitted(appeal("1125-BBBB", resident=OTHER, created_at=at(3600)), dialogue=other)
    await decide(db, later, OTHER, at(3600))
    for number in range(3):
        for row in await take(db):
            await sent_one(db, row, 10 + number)
    lines = [AuditLine(1010, AuditAction.SHOWED_CONTACT, "1125-AAAA"), AuditLine(1011, AuditAction.EXPORTED, str(WHO))]
    await db.run(lambda tx: audit.append(tx, lines, NOW))


class TestEverything:
    async def test_all_of_one_resident_and_nothing_of_another(self, db: Database) -> None:
        await filled(db)
        found = await db.run(lambda tx: everything_about(tx, WHO))
        json.dumps(found)
        assert found["consents"] == [{"given": True, "text_hash": "hash", "at": NOW.isoformat(), "cmid": 2}]
        (one,) = found["appeals"]
        assert (one["code"], one["address"], one["status"]) == ("1125-AAAA", "улица Ленина, 1", "answered")
        piece = {"cmid": 1, "text": "яма", "files": ["смета.pdf"], "point": [55.5, 61.5]}
        assert one["pieces"] == [piece]
        assert [(line["action"], line["reason"]) for line in found["history"]] == [("submit", ""), ("answer", "готово")]
        assert {(said["to"], said["text"]) for said in found["messages"]} == {
            ("resident", ""),
            ("agency", ""),
            ("resident", "текст answer"),
        }
        assert [line["actor"] for line in found["seen_by"]] == [1010, 1011]
        assert found["draft"]["texts"] == ["ещё", "крики"] and found["events"] and found["erasures"] == []
        assert "1125-BBBB" not in json.dumps(found) and str(OTHER) not in json.dumps(found)

    async def test_words_of_others_and_talk_of_officials_are_not_ones_own(self, db: Database) -> None:
        """I4: whoever joins an incident is told of under the number of the leading message (R32)."""
        await filled(db)
        joined = send(CHAT, f"v1|{C}|joined|{CHAT}|1125-BBBB.2|0", kind=Kind.ADDITION, appeal="1125-AAAA")
        own = send(CHAT, f"v1|{C}|addition|{CHAT}|4|0", kind=Kind.ADDITION, appeal="1125-AAAA")
        asked = send(CHAT, f"v1|{C}|task|{CHAT}|9|0", kind=Kind.STATUS, appeal="1125-AAAA")
        await say(db, *(replace(one, text=f"слова {number}") for number, one in enumerate((joined, own, asked))))
        found = await db.run(lambda tx: everything_about(tx, WHO))
        texts = [said["text"] for said in found["messages"]]
        assert "слова 1" in texts and not {"слова 0", "слова 2"} & set(texts)

    async def test_of_a_stranger_there_is_nothing(self, db: Database) -> None:
        found = await db.run(lambda tx: everything_about(tx, 999))
        assert {name for name, value in found.items() if value} == {"resident"}


async def all_of(db: Database, since: datetime, until: datetime) -> dict[int, Affected]:
    return {one.resident: one async for page in incident.affected_people(db, since, until) for one in page}


class TestIncident:
    async def test_who_which_fields_when(self, db: Database) -> None:
        """R23."""
        await filled(db)
        found = await all_of(db, NOW, at(100))
        assert set(found) == {WHO}, "whoever came later was not affected"
        one = found[WHO]
        assert one.fields == {"идентификатор ВКонтакте", "текст сообщения", "фото и файлы", "точка на карте", "адрес"}
        assert one.chats == {CHAT} and one.appeals == ["1125-AAAA"]
        assert (one.since, one.first, one.last) == (NOW, NOW, at(60)) and one.active >= 3

    async def test_officials_are_people_too(self, db: Database) -> None:
        """R23: a leak of the table of officials concerns them; words prepared about a resident are named."""
        await filled(db)
        olga = Official(CHAT, 1010, Standing.WORKS, at(-50), name="Ольга П.")
        gone = Official(CHAT + 1, 1010, Standing.GONE, at(-90), at(20))
        later = Official(CHAT, 1011, Standing.WORKS, at(999), name="Иван С.")
        one, line = appeal("1125-CCCC", resident=WHO, source=9, chat=CHAT)
        drafted = replace(one, approval=Approval(1010, NOW, CHAT, 5, "answer", "слова"), rating=4)
        await decide(db, submitted((drafted, line), officials=(olga, gone, later)), peer=WHO)
        found = await all_of(db, NOW, at(100))
        assert set(found) == {WHO, 1010}
        staff = found[1010]
        assert staff.fields == {"идентификатор ВКонтакте", "имя сотрудника", "чат органа"}
        assert staff.chats == {CHAT, CHAT + 1} and (staff.since, staff.active, staff.last) == (at(-90), 1, at(20))
        assert {"подготовленный ответ", "оценка ответа"} <= found[WHO].fields

    async def test_data_that_lay_here_before_is_affected_too(self, db: Database) -> None:
        await filled(db)
        found = await all_of(db, at(5000), at(9000))
        assert set(found) == {WHO, OTHER}
        assert found[WHO].active == 0 and found[WHO].since == NOW

    async def test_thousands_in_seconds(self, db: Database) -> None:
        """R23: minutes for 100,000; here 4,000, with one appeal each."""
        people = range(1, 4001)

        async def body(tx: Transaction) -> None:
            dialogues = [Dialogue(who, touched_at=NOW) for who in people]
            made = [Appeal(f"n{who}", who, 1, Status.WAITING, 1, "pits", NOW, (Piece(1, "яма"),)) for who in people]
            values = [(dialogue.resident, str(dialogue.resident), encode(dialogue)) for dialogue in dialogues]
            bodies = await tx.keys.seal(DIALOGUE, values)
            rows = [
                {"community_id": C, "resident": one.resident, "consent": "", "touched_at": NOW, "body": text}
                for one, text in zip(dialogues, bodies, strict=True)
            ]
            await tx.execute_many(insert(dialogue_table), rows)
            bodies = await tx.keys.seal(APPEAL, [(one.resident, one.code, encode(one)) for one in made])
            await tx.execute_many(insert(appeal_table), [
                {"community_id": C, "code": one.code, "resident": one.resident, "source": 1, "status": "waiting",
                 "version": 1, "topic": "pits", "created_at": NOW, "body": text}
                for one, text in zip(made, bodies, strict=True)
            ])  # fmt: skip

        await db.run(body)
        begun = time.process_time()
        found = await all_of(db, NOW, at(1))
        seconds = of_that_machine(time.process_time() - begun)
        print(f"{len(found)} residents in {seconds:.2f} s")
        assert len(found) == 4000 and seconds < 20
        assert found[17].fields == {"идентификатор ВКонтакте", "текст сообщения"}
