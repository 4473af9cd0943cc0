"""Own sentences for residents as entries of the directory: read, refused, kept, compared, edited, spoken at once."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.admin.own_findings import wording_findings
from bot.region.directory_difference import difference
from bot.region.directory_file import examine_values, read
from bot.region.directory_json import from_json, to_json
from bot.region.directory_write import sections, to_yaml
from bot.region.voices import fitting
from features.directory_editor import fields
from features.directory_editor.pages.entry import as_read
from features.directory_editor.pages.tables import wordings
from states.directory import Wording
from tests import example
from tests.bot.directory_source import GOOD, TODAY, told
from tests.transcripts.emulated import emulated, sqlite_url
from tests.transcripts.script import Player
from vk_emulator.server import running

ROWS = """\
wordings:
  - code: taken
    was: "Сообщение №{code} приняли в работу: {agency}."
    now: "Сообщение №{code} взяли в работу: {agency}."
"""
TAKEN = Wording("taken", "Сообщение №{code} приняли в работу: {agency}.", "Сообщение №{code} взяли в работу: {agency}.")
SEND = Wording("send", "Отправить", "Послать")


def test_they_are_read_kept_and_written_again(file: Path) -> None:
    known = read(file, TODAY)
    assert known.wordings == (TAKEN,) and from_json(to_json(known)) == known
    assert examine_values(sections(known), TODAY).directory == known
    assert "wordings.yaml" in to_yaml(known)
    stored = json.loads(to_json(known))
    del stored["directory"]["wordings"]
    assert from_json(json.dumps({**stored, "format": 8})).wordings == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("взяли в работу: {agency}", "взяли в работу", "пропало место {agency}"),
        ("взяли", "взяли обращение", "нельзя сказать «обращение»"),
        ("приняли в работу:", "приняли на работу:", "Есть похожая: «Сообщение №{code} приняли в работу: {agency}.»"),
        ('was: "Сообщение №{code} приняли в работу: {agency}."', "was: Абракадабра", "фразы «Абракадабра» у бота нет."),
        ('was: "Сообщение №{code} приняли в работу: {agency}."', 'was: ""', "was"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told(file: Path, old: str, new: str, words: str) -> None:
    lines = told(file, (GOOD + ROWS).replace(old, new, 1))
    assert any(words in line for line in lines), lines


def test_the_difference_says_both_words(file: Path) -> None:
    known = read(file, TODAY)
    (line,) = difference(known, replace(known, wordings=(replace(TAKEN, now="Взяли №{code}: {agency}."),)))
    assert "фраза «Сообщение №{code} приняли" in line and "(taken), как надо: было «" in line
    assert Wording("long", "и" * 90, "а").name == "и" * 60 + "…"


def test_the_editor_shows_it_as_it_will_be_read(file: Path) -> None:
    known = read(file, TODAY)
    entry = fields.ENTRIES["wording"]
    form = fields.values_as_typed(entry, fields.find_entry(entry, sections(known), "taken") or {})
    assert fields.read(entry, form, {})[0] == {"code": "taken", "was": TAKEN.was, "now": TAKEN.now}
    assert as_read(known, "№{code}, {agency}, {count}") == f"№1127-K7QF, {known.agencies[0].short}, …"
    (listed,) = wordings(known, TODAY)
    assert listed.cells == (TAKEN.name, TAKEN.now)


def test_what_an_update_has_changed_keeps_nobody_waiting() -> None:
    """Spaces at the edges are the sentence's own: a form keeps none."""
    found = fitting(
        (replace(TAKEN, was="Так бот говорил прежде."), Wording("x", "Отозвали {what}: {named}.", "{what}; {named}."))
    )
    assert {(change.was, change.now) for change in found} == {(" Отозвали {what}: {named}.", " {what}; {named}.")}


def test_what_an_update_has_changed_stops_no_change_and_is_named(file: Path) -> None:
    """By the preview, by the table and by `bot check`; a file that is loaded now is refused (above)."""
    known = replace(read(file, TODAY), wordings=(replace(TAKEN, was="Так бот говорил прежде."), SEND))
    reading = examine_values({**sections(known), "faq": []}, TODAY)
    (line,) = [line for line in reading.warnings if "taken" in line]
    assert reading.directory.wordings == known.wordings
    assert "фраза «taken»: фразы «Так бот говорил прежде.» у бота нет" in line and "удалите запись" in line
    assert [row.cells[1].startswith("Не читает: фразы «Так") for row in wordings(known, TODAY)] == [True, False]
    (finding,) = wording_findings(known)
    assert "«taken»" in finding.text and "удалите запись" in finding.todo
    assert wording_findings(replace(known, wordings=())) == wording_findings(replace(known, wordings=(SEND,))) == []


async def test_a_file_that_cannot_be_read_just_now_costs_nobody_the_directory(tmp_path: Path) -> None:
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), example.region(), region_folder=str(tmp_path)) as stage,
    ):
        assert stage.bot is not None
        (tmp_path / "texts.xx.yaml").write_text("- half", encoding="utf-8")
        await stage.bot.take(replace(stage.bot.directory, wordings=(TAKEN,)))
        assert stage.bot.directory.wordings == (TAKEN,) and stage.bot.voices == {}


async def test_of_two_changes_the_later_one_is_spoken(tmp_path: Path) -> None:
    """Both are made in threads."""
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), example.region()) as stage,
    ):
        bot = stage.bot
        assert bot is not None
        first, second = (replace(bot.directory, wordings=rows) for rows in ((TAKEN, SEND), (TAKEN,)))
        await asyncio.gather(bot.take(first), bot.take(second))
        assert bot.directory == second and "послать" not in bot.voices[""].heard


async def test_they_are_spoken_without_a_restart(tmp_path: Path) -> None:
    """As soon as the bot takes the directory; without them it speaks as before, and officials read ours throughout."""
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), example.region()) as stage,
    ):
        player, bot = Player(stage), stage.bot
        assert bot is not None and bot.voices == {}
        await bot.take(replace(bot.directory, wordings=(TAKEN, SEND)))
        await player.play(
            [
                {"согласилась": "мария", "текст": "Большая яма на дороге, город Миасс, улица Ленина, дом 5"},
                {"мария слышит": ["[Послать]"]},
                {"мария": "послать"},
                {"мария слышит": ["Приняли."]},
                {"чат miass-gorod нажимает": "Принять", "видно": "Приняли"},
                {"мария слышит": ["взяли в работу: Администрация Миасского"]},
            ]
        )
        assert bot.policy.languages == ()
        await bot.take(replace(bot.directory, wordings=()))
        assert bot.voices == {}
