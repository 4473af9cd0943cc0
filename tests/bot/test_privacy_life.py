"""What the life of a message adds: questions, answers that wait, an incident, officials, an export. Twenty secrets
through the real bot; none is in the database, its journal, a backup or the log, and after an erasure none comes back
from a backup made before it (I10, R14, T15, T21, T22)."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import app
from storage.db import keyring, master
from storage.db import schema as tables
from storage.db.database import Database
from storage.db.keyring import Field
from storage.db.transaction import Transaction
from storage.ops.copies.restore import put_back
from storage.outbox.forms import first_form
from storage.privacy.subject_export import everything_about
from storage.records.officials import row_of
from tests.bot.test_privacy import ask, files, forgotten, found_in, in_bot
from tests.transcripts.emulated import COMMUNITY, RESIDENTS, EmulatedStage
from tests.transcripts.script import Player, describe

MARIA, IVAN = RESIDENTS["мария"], RESIDENTS["иван"]
PLACE = "Третий день нет воды, Миасс, улица Лихачёва, дом 21"
SECRETS = {
    "мария": (
        "внучка Зинаиды", "+7 912 345-67-89", "код двери 77К41", "болею астмой", "Кузнечикова", "дочь Устинья",
        "паспорт 7512 345678",
    ),
    "иван": ("сосед Порфирий", "8 922 111-22-33", "ключ под ковриком"),
    "чат": (
        "позвонить Агафье", "смета Тимофеева", "бригада Евстигнея", "номер 240-15-16", "приём у Клавдии",
        "договор 77-ОПФ", "внутренний 4471",
    ),
}  # fmt: skip
ABOUT_MARIA = (*SECRETS["мария"], *SECRETS["чат"])
ALL = (*ABOUT_MARIA, *SECRETS["иван"])


async def life(stage: EmulatedStage, player: Player) -> None:
    """Question, reply, incident, a draft that waits for a second person, an export."""
    maria, ivan, chat = SECRETS["мария"], SECRETS["иван"], SECRETS["чат"]
    for line in (
        {"отправила": "мария", "текст": f"{PLACE}. Пишет {maria[0]}, {maria[1]}, {maria[2]}"},
        {"согласилась": "иван", "текст": f"{PLACE}. Ждёт {ivan[0]}, {ivan[1]}"},
        {"иван": "1"},
        {"иван слышит": "[Отправить]"},
        {"иван нажимает": "Отправить"},
        {"иван нажимает": "Присоединиться"},
        {"иван слышит": "✅ Приняли"},
        {"иван нажимает": "Мои сообщения"},
        {"иван нажимает": "1."},
        {"иван нажимает": "Дополнить"},
        {"иван": ivan[2]},
        {"чат minzhkh отвечает": f"/вопрос Кому {chat[0]}? {chat[1]}"},
        {"ждать": 31},
        {"мария слышит": "Вопрос по сообщению №"},
        {"мария": f"На имя {maria[4]}; {maria[3]}, платит {maria[5]}, {maria[6]}"},
        {"мария слышит": "Передали ваш ответ"},
        {"чат minzhkh пишет": f"// {chat[6]}"},
    ):
        await player.line(dict(line))
    assert stage.bot is not None
    agencies = tuple(
        replace(agency, approval=True) if agency.code == "minzhkh" else agency
        for agency in stage.bot.directory.agencies
    )
    stage.bot.directory = replace(stage.bot.directory, agencies=agencies)
    drafted = f"Приедет {chat[2]}, {chat[3]}, {chat[4]}, {chat[5]}"
    await player.line({"чат minzhkh отвечает": drafted})
    await player.line({"чат minzhkh нажимает": "Всем", "на": "похоже, это для одного"})
    await player.line({"чат minzhkh видит": chat[2]})
    for line in (
        {"мария": "Мои данные"},
        {"мария нажимает": "Прислать мне всё"},
        {"мария слышит": ["<doc>", "[Прислать мне всё]"]},
    ):
        await player.line(dict(line))
    await stage.settle()


async def backed_up(stage: EmulatedStage, folder: Path) -> tuple[Path, Path]:
    """By the bot's own command: a copy of the database and one of the keys, each in its folder."""
    places = {"database": str(folder / "bot.db"), "folder": str(folder / "copies"), "keys": str(folder / "copies-keys")}
    said = await ask(stage, "backup", **places)
    (keys,) = (folder / "copies-keys").iterdir()
    return Path(said["file"]), keys


FIELDS: tuple[tuple[Any, Field, Any], ...] = (
    (tables.inbox, keyring.RAW, lambda row: f"{row['peer']}|{row['key']}"),
    (tables.dialogue, keyring.DIALOGUE, lambda row: str(row["resident"])),
    (tables.appeal, keyring.APPEAL, lambda row: row["code"]),
    (tables.history, keyring.REASON, lambda row: f"{row['code']}|{row['version']}"),
    (tables.outbox, keyring.BODY, first_form),
    (tables.outbox, keyring.ATTACHMENTS, first_form),
    (tables.outbox, keyring.LOST, first_form),
    (tables.official, keyring.NAME, row_of),
)


async def everything_opened(tx: Transaction) -> str:
    """Whatever the keys that there are still open, whoever it is about."""
    found = []
    for table, field, name in FIELDS:
        rows = await tx.rows(select(table))
        values = [(name(row), row[field.column] or "") for row in rows]
        found += [text for text in await tx.keys.unseal(field, values) if text]
    return "\n".join(found)


@pytest.mark.virtual
async def test_no_secret_is_on_disk_in_a_backup_or_in_the_log(
    stage: EmulatedStage, player: Player, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(ALL) >= 17
    await life(stage, player)
    copy, keys = await backed_up(stage, tmp_path)
    opened = await in_bot(stage, everything_opened)
    names = [row["name"] for row in await in_bot(stage, lambda tx: tx.rows(select(tables.official)))]
    officials = {part for part in opened.splitlines() if part.endswith(".") and len(part) < 40}
    there = {*ALL} - {SECRETS["чат"][6]}
    assert set(found_in(opened.encode(), ALL)) >= there, "for whoever has the keys they are there"
    assert names and all(name.startswith("1.") for name in names) and officials
    wanted = (*ALL, *officials)
    for name, data in {**files(tmp_path), copy.name: copy.read_bytes(), keys.name: keys.read_bytes()}.items():
        assert found_in(data, wanted) == [], name
    said = capsys.readouterr()
    assert "decided" in said.out + said.err and found_in((said.out + said.err).encode(), wanted) == []


@pytest.mark.parametrize(
    ("gone", "stays", "secrets", "others"),
    [(MARIA, IVAN, ABOUT_MARIA, SECRETS["иван"]), (IVAN, MARIA, SECRETS["иван"], SECRETS["мария"])],
    ids=["who-leads", "who-joined"],
)
async def test_after_an_erasure_no_backup_brings_anything_back(
    stage: EmulatedStage,
    player: Player,
    tmp_path: Path,
    gone: int,
    stays: int,
    secrets: tuple[str, ...],
    others: tuple[str, ...],
) -> None:
    """R14: the incident goes on without the forgotten, and knows nothing of them; nor does a backup put back."""
    await life(stage, player)
    copy, _ = await backed_up(stage, tmp_path)
    await forgotten(stage, gone)
    opened = await in_bot(stage, everything_opened)
    assert found_in(opened.encode(), secrets) == [] and len(found_in(opened.encode(), others)) == len(others)
    (left,) = (await in_bot(stage, lambda tx: everything_about(tx, stays)))["appeals"]
    assert left["status"] == ("routed" if gone == MARIA else "approval"), "the other's message goes on its own way"
    await stage.stop()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for suffix in (".keys", ".master-key"):
        shutil.copy(tmp_path / f"bot.db{suffix}", elsewhere / f"bot.db{suffix}")
    key = master.load(tmp_path / "bot.db.master-key")
    done = await put_back(copy, None, elsewhere / "bot.db", key, app.Clock().now())
    assert done.forgotten == 1
    for path in elsewhere.iterdir():
        assert found_in(path.read_bytes(), ALL) == [], path.name
    db = await Database.open(f"sqlite+aiosqlite:///{elsewhere / 'bot.db'}", community=COMMUNITY)
    again = await db.run(everything_opened)
    assert found_in(again.encode(), secrets) == [] and found_in(again.encode(), others)
    nothing = await db.run(lambda tx: everything_about(tx, gone))
    assert nothing["appeals"] == [] and nothing["messages"] == [] and nothing["draft"] is None
    await db.close()
    await stage.start()


@pytest.mark.virtual
async def test_any_changed_line_of_the_log_is_found(stage: EmulatedStage, player: Player) -> None:
    """T22: lines that the life of a message leaves; every byte is tried in tests/storage/test_audit_contract.py."""
    await life(stage, player)
    await player.line({"мария": "Мои данные"})
    rows = await in_bot(stage, lambda tx: tx.rows(select(tables.audit)))
    assert {row["action"] for row in rows} >= {"exported"} and len(rows) >= 2
    assert (await ask(stage, "audit_verify", second_place=[]))["wrong"] == []
    for row in rows:
        for name, changed in (("actor", row["actor"] + 1), ("subject", row["subject"][:-1] + "~"), ("action", "x")):
            one = tables.audit.c.number == row["number"]
            await in_bot(stage, lambda tx: tx.execute(update(tables.audit).where(one).values({name: changed})))  # noqa: B023
            assert (await ask(stage, "audit_verify", second_place=[]))["wrong"], (row["number"], name)
            await in_bot(stage, lambda tx: tx.execute(update(tables.audit).where(one).values({name: row[name]})))  # noqa: B023
    assert (await ask(stage, "audit_verify", second_place=[]))["wrong"] == []


JOINS = ("иван", "ольга")
WRITERS = ("мария", *JOINS)
TOLD = {"мария": "тётя Зинаида", "иван": "сосед Порфирий", "ольга": "кум Евлампий"}


@pytest.mark.virtual
@pytest.mark.parametrize("gone", ["мария", "иван"], ids=["who-leads", "who-joined"])
async def test_words_of_the_erased_leave_the_chat_and_the_incident_lives(
    stage: EmulatedStage, player: Player, gone: str
) -> None:
    """R14, R32: what the chat shows then has none of them; the others are counted and answered together."""
    await player.line({"отправила": "мария", "текст": f"{PLACE}. Видел {TOLD['мария']}"})
    for who in JOINS:
        for line in (
            {"согласилась": who, "текст": f"{PLACE}. Видел {TOLD[who]}"},
            {who: "1"},
            {f"{who} слышит": "[Отправить]"},
            {f"{who} нажимает": "Отправить"},
            {f"{who} нажимает": "Присоединиться"},
            {f"{who} слышит": "✅ Приняли"},
        ):
            await player.line(dict(line))
    await player.line({"чат minzhkh показывает": ["Вместе с ним: 2 сообщения о том же"]})
    assert TOLD["мария"] in await shown(stage)
    number = {who: await number_of(stage, who) for who in WRITERS}
    for line in ({gone: "Удалить мои данные"}, {f"{gone} нажимает": "Да, удалить"}, {f"{gone} слышит": "Удалим ваши"}):
        await player.line(dict(line))
    await stage.wait(11 * 60)
    await player.line({"чат minzhkh показывает": ["О том же написали и другие"]})
    assert TOLD[gone] not in await shown(stage)
    lead = "мария" if gone == "иван" else "иван"
    (card,) = [one for one in map(describe, await stage.chat("minzhkh")) if "Состояние: " in one]
    assert TOLD[lead] in card and f"№{number[lead]}" in card and number[gone] not in card
    await player.line({"чат minzhkh отвечает": "Воду дали, авария устранена", "на": "О том же написали и другие"})
    await player.line({"ждать": 31})
    for who in WRITERS:
        await player.line({f"{who} {'не слышит' if who == gone else 'слышит'}": ["Воду дали, авария устранена"]})


async def number_of(stage: EmulatedStage, who: str) -> str:
    said = "\n".join(one.text for one in await stage.dialogue(who))
    return re.findall(r"№(\d{4}-\w{4})", said)[-1]


async def shown(stage: EmulatedStage) -> str:
    """All that VK still shows in that chat and in the ЦУР's."""
    return "\n".join(describe(one) for one in [*await stage.chat("minzhkh"), *await stage.chat("cur")])
