"""What many ask: read, refused, kept, compared, edited, asked for by `check` (R61)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.admin.own_findings import directory_findings, faq_findings
from bot.region.directory_difference import difference
from bot.region.directory_file import examine_values, read
from bot.region.directory_json import from_json, to_json
from bot.region.directory_write import sections, to_yaml
from features.directory_editor import fields
from features.directory_editor.pages.tables import contacts
from states.directory import KnownAnswer
from tests.bot.directory_source import GOOD, REGION, TODAY, told
from tests.bot.test_directory_office import DAY

ROWS = """\
faq:
  - code: clinic
    question: До скольки?
    answer: С 8 до 20.
    link: https://a.ru
    phone: "8 800"
    phrases: [скольки|часы поликлиник*]
    until: 2026-12-31
    source: сайт
    checked: 2026-11-24
  - {code: garden, question: Как записать?, needs_source: true, checked: 2026-11-24}
"""
CLINIC = KnownAnswer(
    "clinic", "До скольки?", "С 8 до 20.", "https://a.ru", "8 800", ("скольки|часы поликлиник*",), None,
    date(2026, 12, 31), "сайт", DAY,
)  # fmt: skip


def test_they_are_read_kept_and_written_again(file: Path) -> None:
    known = read(file, TODAY)
    assert known.faq == (CLINIC, KnownAnswer("garden", "Как записать?", checked_on=DAY))
    assert [one.on for one in known.faq] == [True, False]
    assert from_json(to_json(known)) == known
    assert examine_values(sections(known), TODAY).directory == known
    again = file.parent / "again"
    again.mkdir()
    for name, text in to_yaml(known).items():
        (again / name).write_text(text, encoding="utf-8")
    assert (again / "faq.yaml").exists() and read(again, TODAY) == known


def test_a_directory_of_the_format_before_has_none(file: Path) -> None:
    stored = json.loads(to_json(read(file, TODAY)))
    del stored["directory"]["faq"]
    assert from_json(json.dumps({**stored, "format": 7})).faq == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("code: garden", "code: clinic", "уже занят"),
        ("    source: сайт\n", "", "без answer и source"),
        ("    answer: С 8 до 20.\n", "", "без answer и source"),
        ("https://a.ru", "a.ru", "https://"),
        ("скольки|часы поликлиник*", "Скольки (часы)", "строчные буквы"),
        ("    until:", "    place: nowhere\n    until:", "муниципалитета с кодом «nowhere»"),
    ],
)
def test_a_wrong_row_is_told(file: Path, old: str, new: str, words: str) -> None:
    lines = told(file, (GOOD + ROWS).replace(old, new, 1))
    assert any(words in line for line in lines), lines


def test_a_marked_answer_is_off_even_with_a_source(file: Path) -> None:
    file.write_text((GOOD + ROWS).replace("source: сайт", "source: сайт\n    needs_source: true"), encoding="utf-8")
    assert not read(file, TODAY).faq[0].on


def test_the_difference_names_question_and_field(file: Path) -> None:
    known = read(file, TODAY)
    lines = difference(known, replace(known, faq=(replace(CLINIC, answer="Закрыта."),)))
    assert any("частый вопрос «До скольки?» (clinic), ответ" in line for line in lines)
    assert any(line.startswith("− частый вопрос «Как записать?»") for line in lines)


def test_check_asks_for_sources_and_for_what_is_over(file: Path) -> None:
    known = read(file, TODAY)
    (off,) = faq_findings(known, TODAY)
    assert "Как записать?" in off.text and "До скольки?" not in off.text
    _, over = faq_findings(known, date(2027, 1, 1))
    assert "Срок ответа вышел" in over.text and "До скольки?" in over.text
    assert faq_findings(replace(known, faq=(CLINIC,)), date(2026, 12, 31)) == []
    told = [one.text for one in directory_findings(known, {None}, TODAY + timedelta(days=365))]
    assert any("Давно не проверяли" in line for line in told) and any("Срок ответа вышел" in line for line in told)


def test_the_example_region_ships_only_what_has_a_source() -> None:
    known = read(REGION).faq
    assert {one.code for one in known if one.on} == {"official", "emergency", "dispatcher", "free", "anonymous"}
    assert all(one.phrases for one in known if one.code != "press")


def test_the_editor_reads_a_phrase_a_line(file: Path) -> None:
    known = sections(read(file, TODAY))
    entry = fields.ENTRIES["faq"]
    form = fields.values_as_typed(entry, fields.find_entry(entry, known, "clinic") or {})
    assert form["phrases"] == "скольки|часы поликлиник*" and form["until"] == "2026-12-31"
    made = fields.read(entry, form, {})[0]
    assert examine_values({**known, "faq": [made]}, TODAY).directory.faq == (CLINIC,)


def test_the_panel_lists_them_with_their_state(file: Path) -> None:
    known = read(file, TODAY)
    told = " ".join(str(one) for one in contacts(known, date(2027, 1, 1)))
    assert "частый вопрос, срок вышел" in told and "частый вопрос, выключен" in told
    assert "частый вопрос'" in " ".join(str(one) for one in contacts(known, TODAY))
