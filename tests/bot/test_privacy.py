"""Twenty secrets through the real bot on the emulator: none on disk, none in a copy, none in the log.

Whoever is forgotten comes back from no copy (I10, R12–R15, R18, T15, T21, T22).
"""

from __future__ import annotations

import base64
import json
import resource
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import app
from bot.upkeep import audit_checkpoints
from storage.db import schema as tables
from storage.db.database import Database
from storage.db.errors import WrongKeys
from storage.db.schema import metadata
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.privacy import audit, erasures
from storage.privacy.subject_export import everything_about
from storage.records import appeals
from tests.transcripts.emulated import COMMUNITY, RESIDENTS, EmulatedStage
from tests.transcripts.script import Player
from tests.transcripts.stage import Words
from tests.world.said import card as is_card

MARIA, IVAN = RESIDENTS["мария"], RESIDENTS["иван"]
TEXT = (
    "Большая яма на дороге, город Миасс, улица Ленина, дом 5. Меня зовут Аполлинария Крутоверхова, телефон "
    "+7 912 345-67-89, паспорт 7512 345678, СНИЛС 112-233-445 95, почта krutoverkhova@post.example"
)
OTHERS = "Большая яма на дороге, город Миасс, улица Победы, дом 8. Сосед Евлампий Тихорецкий, 8 (351) 222-33-44"
ANSWER = "Аполлинария, выезжаем к вам, звоните Фёдору Берестову 8-922-111-22-33"
NOTE = "//у неё карта 2202 2002 1234 5678, пенсионерка Крутоверхова"
ADDED = "Ещё домофон 47К9913 и сын Святослав ждёт у подъезда"
SECRETS = (
    "Аполлинария", "Крутоверхова", "345-67-89", "7512 345678", "112-233-445", "krutoverkhova", "Евлампий", "Тихорецкий",
    "222-33-44", "Берестов", "111-22-33", "2202 2002", "пенсионерка", "47К9913", "Святослав", "Машины бьют",
    "смета-тайная", "55.123987", "61.654987", f"group-{COMMUNITY}",
)  # fmt: skip
ABOUT_MARIA = tuple(
    secret for secret in SECRETS if secret not in ("Евлампий", "Тихорецкий", "222-33-44", f"group-{COMMUNITY}")
)


def in_base64(whole: bytes, before: int) -> bytes:
    """The letters that these bytes alone decide, `before` bytes after the beginning. All of them: four are found by
    chance in a megabyte of what is sealed."""
    coded = base64.b64encode(b" " * before + whole)
    return coded[-(-before * 8 // 6) : (before + len(whole)) * 8 // 6]


def forms(secret: str) -> list[bytes]:
    """As it may stand in a file: UTF-8, UTF-16, escaped as JSON, base64 at each of three places."""
    whole = secret.encode()
    coded = [in_base64(whole, before) for before in range(3)]
    escaped = secret.encode("unicode_escape")
    return [whole, secret.encode("utf-16-le"), escaped, escaped.replace(b"\\", b"\\\\"), *coded]


def found_in(data: bytes, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    return [secret for secret in secrets if any(form in data for form in forms(secret))]


def files(folder: Path) -> dict[str, bytes]:
    """Everything that lies beside the database."""
    return {path.name: path.read_bytes() for path in folder.glob("bot.db*") if path.is_file()}


async def conversation(stage: EmulatedStage, player: Player) -> None:
    """All ways by which words come in and go out."""
    await player.line({"отправила": "мария", "текст": f"{TEXT}. Машины бьют колёса."})
    await player.line({"отправила": "иван", "текст": OTHERS})
    cmid = (await stage.chat("miass-gorod"))[-2].cmid
    await player.line({"чат miass-gorod отвечает": ANSWER, "на": "Аполлинария"})
    await player.line({"чат miass-gorod пишет": NOTE})
    await stage.wait(31)
    await player.line({"мария слышит": ["Ответ на сообщение №"]})
    await player.line({"мария нажимает": "Мои сообщения"})
    await player.line({"мария нажимает": "1."})
    await player.line({"мария нажимает": "Дополнить"})
    await stage.write("мария", Words(ADDED, ("doc:смета-тайная.pdf",), (55.123987, 61.654987)))
    await stage.wait(5)
    assert cmid


async def ask(stage: EmulatedStage, command: str, **arguments: Any) -> dict[str, Any]:
    assert stage.bot is not None
    said = await app.admin_service_of(stage.bot).carry_out(command, arguments)
    assert "error" not in said, said
    return said


async def in_bot(stage: EmulatedStage, body: Any) -> Any:
    assert stage.bot is not None
    return await stage.bot.db.run(body)


async def forgotten(stage: EmulatedStage, who: int) -> str:
    """A request by letter, and the minutes until it is done. Returns its code."""
    said = await ask(stage, "erasure_ask", resident=who, ground="withdrawn", due_at="2027-01-01T00:00:00+00:00")
    await stage.wait(11 * 60)
    for _ in range(100):
        (one,) = [row for row in (await ask(stage, "erasures"))["erasures"] if row["code"] == said["code"]]
        if one["done_at"] and "deleted" in one["remains"]:
            return str(said["code"])
        await stage.breathe()
    raise AssertionError(one)


async def rows_of(stage: EmulatedStage, who: int) -> dict[str, int]:
    """How many rows of each table name this person."""

    async def body(tx: Transaction) -> dict[str, int]:
        found = {}
        for name, table in metadata.tables.items():
            rows = await tx.rows(select(table))
            number = sum(who in row.values() or f"|{who}|" in repr(dict(row)) for row in rows)
            found.update({name: number} if number else {})
        return found

    found: dict[str, int] = await in_bot(stage, body)
    return found


class TestSecrets:
    async def test_none_is_on_disk_in_a_copy_or_in_the_log(
        self, stage: EmulatedStage, player: Player, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """I10, R18, T21: database, journal, keys, file copy, VACUUM INTO, and every log line before its filter."""
        await conversation(stage, player)
        for name, data in files(tmp_path).items():
            assert found_in(data) == [], name
        known = await in_bot(stage, lambda tx: everything_about(tx, MARIA))
        kept = [one for one in ABOUT_MARIA if one in repr(known)]
        assert len(kept) >= 13, "they are there, for whoever has the keys"
        await stage.bot.db.checkpoint()  # type: ignore[union-attr]
        await stage.stop()
        copy = tmp_path / "vacuumed"
        plain = sqlite3.connect(tmp_path / "bot.db")
        plain.execute("VACUUM INTO ?", (str(copy),))
        plain.close()
        assert len(copy.read_bytes()) > 50_000 and found_in(copy.read_bytes()) == []
        said = capsys.readouterr()
        assert "decided" in said.out + said.err and found_in((said.out + said.err).encode()) == []
        await stage.start()

    async def test_the_scan_would_find_them(self) -> None:
        """The teeth of the test above."""
        for secret in SECRETS:
            for data in (secret, repr(secret.encode("unicode_escape"))[2:-1]):
                assert secret in found_in(data.encode())
            for shift in range(3):
                assert secret in found_in(base64.b64encode(b"x" * shift + secret.encode() + b"yyy"))


class TestForgotten:
    @pytest.mark.virtual
    async def test_everything_of_one_goes_and_nothing_of_the_other(
        self, stage: EmulatedStage, player: Player, tmp_path: Path
    ) -> None:
        """R12–R14: the card is deleted in the chat, the act has its log, the audit log is whole."""
        await conversation(stage, player)
        cards = [one for one in await stage.chat("miass-gorod") if is_card(one.text)]
        before = await in_bot(stage, lambda tx: everything_about(tx, IVAN))
        code = await forgotten(stage, MARIA)
        assert await rows_of(stage, MARIA) == {}
        after = await in_bot(stage, lambda tx: everything_about(tx, IVAN))
        assert after["appeals"] == before["appeals"] and found_in(repr(after).encode(), ("Евлампий",))
        left = [one for one in await stage.chat("miass-gorod") if is_card(one.text)]
        assert (len(cards), len(left)) == (2, 1) and "Победы" in "".join((left[0].text, *left[0].forwards))
        said = await ask(stage, "erasure_act", code=code)
        assert [line["action"] for line in said["log"]] == ["erasure_asked", "erased"]
        assert said["erasure"]["remains"]["deleted"] >= 1 and said["erasure"]["remains"]["dialogue"] > 3
        assert str(MARIA) not in repr(said)
        assert (await ask(stage, "audit_verify", second_place=[]))["wrong"] == []
        assert (await ask(stage, "stats"))["balanced"]

    async def test_a_copy_from_before_opens_for_the_other_only(
        self, stage: EmulatedStage, player: Player, tmp_path: Path
    ) -> None:
        """T21: the copy with today's keys and the master key."""
        await conversation(stage, player)
        backup = await copied(stage, tmp_path)
        await forgotten(stage, MARIA)
        await stage.stop()
        for suffix in (".keys", ".master-key"):
            shutil.copy(tmp_path / f"bot.db{suffix}", f"{backup}{suffix}")
        db = await Database.open(f"sqlite+aiosqlite:///{backup}", community=COMMUNITY)
        known = await db.run(lambda tx: everything_about(tx, MARIA))
        assert found_in(repr(known).encode(), ABOUT_MARIA) == [] and known["appeals"] == []
        dialogues = await db.run(lambda tx: appeals.dialogues(tx, [MARIA, IVAN]))
        assert set(dialogues) == {IVAN}
        other = await db.run(lambda tx: everything_about(tx, IVAN))
        assert found_in(repr(other).encode(), ("Евлампий", "222-33-44"))
        await db.close()
        shutil.copy(backup, tmp_path / "stolen")
        shutil.copy(f"{backup}.keys", tmp_path / "stolen.keys")
        with pytest.raises(WrongKeys):  # without the master key there is nothing at all
            await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'stolen'}", community=COMMUNITY)
        await stage.start()

    async def test_a_copy_put_back_forgets_again_and_vk_brings_nothing(
        self, stage: EmulatedStage, player: Player, tmp_path: Path
    ) -> None:
        """R14: erase, restore an older copy, sweep VK's history: nothing of the forgotten, everything of the other."""
        await player.line({"отправила": "мария", "текст": f"{TEXT}."})
        backup = await copied(stage, tmp_path)
        await stage.write("мария", Words(ADDED))
        await player.line({"отправила": "иван", "текст": OTHERS})
        await forgotten(stage, MARIA)
        await stage.stop()
        for suffix in ("-wal", "-shm"):
            (tmp_path / f"bot.db{suffix}").unlink(missing_ok=True)
        shutil.copy(backup, tmp_path / "bot.db")
        await stage.start()
        await stage.wait(11 * 60)
        assert await in_bot(stage, lambda tx: inbox.next_events(tx, stage.bot.clock.now(), 99)) == []  # type: ignore[union-attr]
        for name, data in files(tmp_path).items():
            assert found_in(data) == [], name
        known = await in_bot(stage, lambda tx: everything_about(tx, MARIA))
        assert found_in(repr(known).encode(), ABOUT_MARIA) == []
        assert set(await rows_of(stage, MARIA)) <= {"peer", "inbox"}, "that VK told it again, without a word of it"
        events = select(tables.inbox.c.raw, tables.inbox.c.reason).where(tables.inbox.c.peer == MARIA)
        assert {tuple(row.values()) for row in await in_bot(stage, lambda tx: tx.rows(events))} <= {("", "erased")}
        other = await in_bot(stage, lambda tx: everything_about(tx, IVAN))
        assert other["resident"] == IVAN and other["events"], "the other's messages came again from VK's history"

    @pytest.mark.virtual
    async def test_a_resident_who_writes_again_is_asked_for_consent(self, stage: EmulatedStage, player: Player) -> None:
        await player.line({"отправила": "мария", "текст": f"{TEXT}."})
        await forgotten(stage, MARIA)
        player.agreed.discard("мария")
        player.heard["мария"] = len(await stage.dialogue("мария"))
        await stage.write("мария", Words("Снова яма, город Миасс, улица Мира, дом 3"))
        await player.line({"мария слышит": ["Согласие на обработку персональных данных", "[Даю согласие]"]})
        known = await in_bot(stage, lambda tx: everything_about(tx, MARIA))
        assert found_in(repr(known).encode(), ABOUT_MARIA) == []


async def copied(stage: EmulatedStage, folder: Path) -> Path:
    """A copy of the file, as a backup makes it."""
    await stage.settle()
    await stage.bot.db.checkpoint()  # type: ignore[union-attr]
    (folder / "backup").mkdir()
    return Path(shutil.copy(folder / "bot.db", folder / "backup" / "bot.db"))


class TestAuditLog:
    @pytest.mark.virtual
    async def test_the_second_place_is_written_once_a_day_and_shows_what_was_cut(
        self, stage: EmulatedStage, player: Player
    ) -> None:
        """T22: by the bot's own daily job; what is cut off in the database afterwards is found."""
        assert stage.bot is not None
        path = audit_checkpoints.path_of(stage.bot.settings)
        for _ in range(2):
            await ask(stage, "chat_unbind", agency="miass-gorod")
            await stage.wait(25 * 3600)
            await stage.bind()
        for _ in range(100):
            if len(audit_checkpoints.read(path, COMMUNITY)) >= 2:
                break
            await stage.breathe()
        second = audit_checkpoints.as_rows(audit_checkpoints.read(path, COMMUNITY))
        assert len(second) >= 2 and path.stat().st_mode & 0o777 == 0o600
        assert (await ask(stage, "audit_verify", second_place=second))["wrong"] == []
        shown = (await ask(stage, "audit_show", count=5))["lines"]
        assert [line["action"] for line in shown][:2] == ["chat_bound", "chat_unbound"]
        changed = update(tables.audit).where(tables.audit.c.number == 1).values(actor=7)
        await in_bot(stage, lambda tx: tx.execute(changed))
        (wrong,) = (await ask(stage, "audit_verify", second_place=second))["wrong"]
        assert "Строка 1" in wrong

    async def test_a_spoilt_file_is_said_to_be_spoilt(self, tmp_path: Path) -> None:
        path = tmp_path / "heads"
        audit_checkpoints.note(path, COMMUNITY, audit.Head(3, "a" * 64), app.Clock().now())
        audit_checkpoints.note(path, COMMUNITY, audit.Head(3, "a" * 64), app.Clock().now())
        audit_checkpoints.note(path, COMMUNITY + 1, audit.Head(9, "b" * 64), app.Clock().now())
        assert audit_checkpoints.read(path, COMMUNITY) == [audit.Head(3, "a" * 64)]
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b"aa", b"a~", 1))
        with pytest.raises(app.Refusal, match="строке 1"):
            audit_checkpoints.read(path, COMMUNITY)

    async def test_a_line_that_was_cut_off_is_none_and_the_next_one_is_whole(self, tmp_path: Path) -> None:
        """F4, F21: a full disk or a power loss in the middle of a line spoils neither the file nor what comes after."""
        path = tmp_path / "heads"
        for number in (3, 4):
            audit_checkpoints.note(path, COMMUNITY, audit.Head(number, "a" * 64), app.Clock().now())
        for cut in range(1, 40):
            path.write_bytes(path.read_bytes()[:-cut])
            assert audit_checkpoints.read(path, COMMUNITY) == [audit.Head(3, "a" * 64)]
            audit_checkpoints.note(path, COMMUNITY, audit.Head(4, "a" * 64), app.Clock().now())
            assert audit_checkpoints.read(path, COMMUNITY) == [audit.Head(number, "a" * 64) for number in (3, 4)]

    async def test_what_a_restore_took_back_is_not_missed(self, tmp_path: Path) -> None:
        """F24, T22: the copy's log is shorter, or has other lines under the same numbers; nobody has removed any."""
        path, at = tmp_path / "heads", app.Clock().now()
        audit_checkpoints.put_back(path, COMMUNITY, audit.Head(3, "a" * 64), at)
        assert not path.exists(), "a place where nothing was noted needs no word about it"
        noted = [audit.Head(number, str(number) * 64) for number in (3, 5, 7)]
        for head in noted:
            audit_checkpoints.note(path, COMMUNITY, head, at)
        audit_checkpoints.note(path, COMMUNITY + 1, noted[2], at)
        audit_checkpoints.put_back(path, COMMUNITY, audit.Head(4, "4" * 64), at)
        assert audit_checkpoints.read(path, COMMUNITY) == [noted[0], audit.Head(4, "4" * 64)]
        assert audit_checkpoints.read(path, COMMUNITY + 1) == [noted[2]], "another community's log is its own"
        audit_checkpoints.note(path, COMMUNITY, audit.Head(6, "6" * 64), at)
        audit_checkpoints.put_back(path, COMMUNITY, None, at)
        assert audit_checkpoints.read(path, COMMUNITY) == [], "the copy was from before the first line"

    async def test_a_place_that_cannot_be_written_is_one_sentence(self, tmp_path: Path) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))  # no file may grow
        try:
            for path in (tmp_path, tmp_path / "full"):
                with pytest.raises(app.Refusal, match="Файл отпечатков"):
                    audit_checkpoints.note(path, COMMUNITY, audit.Head(3, "a" * 64), app.Clock().now())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        audit_checkpoints.note(tmp_path / "full", COMMUNITY, audit.Head(3, "a" * 64), app.Clock().now())
        assert audit_checkpoints.read(tmp_path / "full", COMMUNITY) == [audit.Head(3, "a" * 64)]


@pytest.mark.virtual
async def test_an_incident_is_written_for_the_owner_only(stage: EmulatedStage, player: Player, tmp_path: Path) -> None:
    """R23: JSON and a readable table, and a line in the audit log (R24)."""
    await player.line({"отправила": "мария", "текст": f"{TEXT}."})
    assert stage.bot is not None
    now = stage.bot.clock.now().isoformat()
    out = tmp_path / "incident.json"
    span = {"since": "2020-01-01T00:00:00+00:00", "until": now, "timezone": "Asia/Yekaterinburg"}
    said = await ask(stage, "incident", **span, file=str(out))
    assert said["people"] >= 1 and {path.stat().st_mode & 0o777 for path in tmp_path.glob("incident.*")} == {0o600}

    (maria,) = [row for row in json.loads(out.read_text())["affected"] if row["resident"] == MARIA]
    assert "текст сообщения" in maria["fields"] and maria["appeals"] and maria["chats"]
    table = out.with_suffix(".txt").read_text()
    assert str(MARIA) in table and found_in(table.encode()) == []
    shown = (await ask(stage, "audit_show", count=1))["lines"]
    assert [(line["action"], line["detail"]) for line in shown] == [("exported", "incident")]
    assert await in_bot(stage, lambda tx: erasures.everything(tx)) == []
