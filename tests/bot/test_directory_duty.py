"""Who is on duty for danger to life and the crisis lines: read, refused, kept, compared, asked for by `check` (R28)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.admin.own_findings import danger_findings
from bot.region.directory_difference import difference
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import examine_values, read
from bot.region.directory_json import from_json, to_json
from bot.region.directory_write import sections, to_yaml
from features.directory_editor import fields
from states.directory import CrisisLine, Duty, DutyOfficer
from states.people.chats import CUR, DUTY
from tests.bot.directory_source import GOOD, REGION, TODAY, told
from tests.bot.test_directory_office import DAY

ROWS = """\
duty:
  people:
    - {user: 11, name: Олег Петров}
    - {user: 12, name: Анна Лис}
  substitute: {user: 13, name: Вера Ким}
  schedule: {hours: {mon-sun: ["08:00-20:00"]}, works_on_holidays: true}
  handover: звонит оператору 112
  checked: 2026-11-24
crisis:
  - {who: Детский телефон, number: "8-800-2000-122", cost: бесплатно, source: Фонд, checked: 2026-11-24}
  - {who: Областная линия, needs_source: true, checked: 2026-11-24}
"""


def test_they_are_read_kept_and_written_again(file: Path) -> None:
    known = read(file, TODAY)
    assert known.duty.people == (DutyOfficer(11, "Олег Петров"), DutyOfficer(12, "Анна Лис"))
    assert known.duty.schedule is not None and known.duty.handover == "звонит оператору 112"
    assert [known.duty.name_of(user) for user in (11, 13, 99)] == ["Олег Петров", "Вера Ким", ""]
    assert known.crisis == (
        CrisisLine("Детский телефон", "8-800-2000-122", cost="бесплатно", source="Фонд", checked_on=DAY),
        CrisisLine("Областная линия", checked_on=DAY),
    )
    assert [(line.on, line.name) for line in known.crisis] == [(True, "8-800-2000-122, бесплатно"), (False, "")]
    assert from_json(to_json(known)) == known
    assert examine_values(sections(known), TODAY).directory == known
    again = file.parent / "again"
    again.mkdir()
    for name, text in to_yaml(known).items():
        (again / name).write_text(text, encoding="utf-8")
    assert read(again, TODAY) == known


def test_a_directory_of_the_format_before_names_nobody(file: Path) -> None:
    stored = json.loads(to_json(read(file, TODAY)))
    del stored["directory"]["duty"], stored["directory"]["crisis"]
    old = from_json(json.dumps({**stored, "format": 6}))
    assert old.duty == Duty() and old.crisis == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("user: 12", "user: 11", "11 стоит дважды"),
        ("user: 13", "user: 11", "дежурит сам"),
        ('number: "8-800-2000-122", ', "", "без number и source"),
        ("source: Фонд, ", "", "без number и source"),
        ("who: Областная линия", "who: Детский телефон", "уже занят"),
        ("user: 11", "user: 0", "слишком мало"),
        ('["08:00-20:00"]', '["20:00-08:00"]', "часы"),
    ],
)
def test_a_wrong_row_is_told(file: Path, old: str, new: str, words: str) -> None:
    lines = told(file, (GOOD + ROWS).replace(old, new, 1))
    assert any(words in line for line in lines), lines


def test_hours_without_people_are_told(file: Path) -> None:
    rows = 'duty:\n  schedule: {hours: {mon-fri: ["09:00-18:00"]}}\n  checked: 2026-11-24\n'
    file.write_text(GOOD + rows, encoding="utf-8")
    with pytest.raises(DirectoryErrors) as told:
        read(file, TODAY)
    assert "дежурных нет" in " ".join(told.value.lines)


def test_a_marked_line_is_off_even_with_a_number(file: Path) -> None:
    rows = 'crisis:\n  - {who: Линия, number: "112", source: Где-то, needs_source: true, checked: 2026-11-24}\n'
    file.write_text(GOOD + rows, encoding="utf-8")
    assert not read(file, TODAY).crisis[0].on


def test_the_difference_says_who_steps_in(file: Path) -> None:
    known = read(file, TODAY)
    file.write_text((GOOD + ROWS).replace("Вера Ким", "Ира Дым").replace("бесплатно", "платно"), encoding="utf-8")
    lines = difference(known, read(file, TODAY))
    assert any(line.startswith("~ дежурство") and "заместитель Ира Дым" in line for line in lines)
    assert any("телефон доверия" in line and "стало «платно»" in line for line in lines)


def test_check_asks_for_what_is_missing(file: Path) -> None:
    known = read(file, TODAY)
    (off,) = danger_findings(known, {CUR, DUTY}, TODAY)
    assert "Областная линия" in off.text
    told = [found.text for found in danger_findings(known, {CUR}, TODAY + timedelta(days=366))]
    assert any("Своего чата у дежурных нет" in line for line in told)
    assert any("Год не проверяли" in line and "Детский телефон" in line for line in told)
    file.write_text(GOOD, encoding="utf-8")
    told = [found.text for found in danger_findings(read(file, TODAY), {CUR}, TODAY)]
    assert any("Дежурные не названы" in line for line in told) and any("Нет ни одного" in line for line in told)
    file.write_text(GOOD + ROWS.replace("  handover: звонит оператору 112\n", ""), encoding="utf-8")
    told = [found.text for found in danger_findings(read(file, TODAY), {CUR, DUTY}, TODAY)]
    assert any("как дежурный передаёт" in line for line in told)


def test_the_example_region_ships_two_lines_switched_on() -> None:
    known = read(REGION)
    assert len([line for line in known.crisis if line.on]) == 2 and not known.duty.people


def test_the_editor_reads_people_a_line_each(file: Path) -> None:
    known = sections(read(file, TODAY))
    entry = fields.ENTRIES["duty"]
    form = fields.values_as_typed(entry, fields.find_entry(entry, known, "") or {})
    assert form["people"] == "11 Олег Петров\n12 Анна Лис" and form["substitute"] == "13 Вера Ким"
    made = fields.read(entry, form, {})[0]
    assert examine_values({**known, "duty": made}, TODAY).directory.duty == read(file, TODAY).duty
    _, wrong = fields.read(entry, {**form, "people": "Олег"}, {})
    assert "нужны номер страницы и имя" in wrong["people"] or "не число" in wrong["people"]
    line = fields.ENTRIES["crisis"]
    item = fields.find_entry(line, known, "Детский телефон")
    assert item is not None and fields.key_of(line, item) == "Детский телефон"
