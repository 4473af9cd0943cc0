"""Hours, terms, regimes, numbers and canned answers in directory files: read, refused, kept, compared."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.admin.own_findings import unconfirmed_term_findings
from bot.region.directory_difference import difference, schedule_in_words, terms_in_words
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import examine, read
from bot.region.directory_json import from_json, to_json
from bot.region.findings import FindingMark
from states.directory import Appeal59, Phone, Regime
from states.lifecycle.templates import Template
from states.worktime.calendar import LastDay
from states.worktime.deadlines import Term, Terms, Unit
from states.worktime.schedule import CLOSED, OFFICE, OwnDay, Schedule, Span
from tests.bot.directory_source import GOOD, REGION, TODAY, line_of, told
from tests.small import ALWAYS

DAY = date(2026, 11, 24)
OWN = """\
    schedule:
      hours:
        mon-thu: [08:30-12:30, 13:15-17:30]
        fri: [08:30-12:30]
      own_days:
        - {day: 2026-12-30}
        - {day: 2026-12-26, hours: [10:00-14:00]}
      confirmed: true
    terms:
      first_answer: {working_days: 2, source: приказ № 7, confirmed: true}
      last_day: none
    approval: true
    regime: appeal59
    act: приказ № 1
    identification: ЕСИА
    phones:
      - {number: "263-00-00", about: приёмная, checked: 2026-11-24}
    templates:
      - name: Ямы
        text: По адресу {адрес} работы проведут {дата}.
"""
OFFICE_ROW = """\
office:
  schedule:
    hours: {mon-sun: [00:00-24:00]}
    works_on_holidays: true
  terms:
    route: {minutes: 30}
    last_day: next
  checked: 2026-11-24
"""
WHOLE = GOOD.replace("    level: region\n", f"    level: region\n{OWN}", 1) + OFFICE_ROW


def test_an_agency_of_its_own(file: Path) -> None:
    file.write_text(WHOLE)
    reading = examine(file, TODAY)
    known, roads = reading.directory, reading.directory.agency_by_code["roads"]
    assert reading.warnings == ()
    day, friday = (Span(510, 750), Span(795, 1050)), (Span(510, 750),)
    assert roads.schedule == Schedule(
        (day, day, day, day, friday, CLOSED, CLOSED),
        (OwnDay(date(2026, 12, 30)), OwnDay(date(2026, 12, 26), (Span(600, 840),))),
        confirmed=True,
    )
    assert known.schedule == ALWAYS and known.schedule_of("miass-gorod") == ALWAYS
    assert known.terms == replace(Terms(), route=Term(30, Unit.MINUTES), last_day=LastDay.NEXT)
    assert roads.terms == replace(
        known.terms, first_answer=Term(2, Unit.WORKING_DAYS, "приказ № 7", True), last_day=LastDay.NONE
    )
    assert (roads.approval, roads.appeal59, roads.regime) == (True, Appeal59("приказ № 1", "ЕСИА"), Regime.APPEAL59)
    assert roads.phones == (Phone("263-00-00", "приёмная", None, DAY),)
    assert roads.templates == (Template("Ямы", "По адресу {адрес} работы проведут {дата}."),)


def test_without_them_the_defaults_hold(file: Path) -> None:
    file.write_text(GOOD + "office: {checked: 2026-11-24}\n")
    known = read(file)
    assert known.schedule == Schedule() and known.terms == Terms()
    assert all(agency.schedule is agency.terms is agency.appeal59 is None for agency in known.agencies)
    assert known.numbers == (Phone("112", "единый номер", None, DAY),) and known.checked_on == DAY


WRONG = [
    # what is replaced, by what, words of the sentence
    ("08:30-12:30, ", "8:30-12:30, ", ["mon-thu — «8:30-12:30»", "Часы пишутся как 09:00-13:00"]),
    ("13:15-17:30", "12:15-17:30", ["орган «Министерство дорог»", "часы (пн) идут не по порядку"]),
    ("[10:00-14:00]", "[14:00-10:00]", ["часы (сб) идут не по порядку"]),
    ("00:00-24:00", "00:00-24:30", ["часы (пн)", "за полночь"]),
    ("mon-thu", "thu-mon", ["дни «thu-mon» стоят наоборот"]),
    ("mon-thu", "monday", ["«monday»", "Дни пишутся как mon"]),
    ("        fri:", "        thu:", ["чт в часах работы стоит дважды"]),
    ("{day: 2026-12-30}", "{day: 2026-12-26}", ["26.12.2026 среди особых дней стоит дважды"]),
    ("{mon-sun: [00:00-24:00]}", "{mon-sun: []}", ["нет ни одного рабочего часа"]),
    ("{mon-sun: [00:00-24:00]}", "{}", ["hours", "список пуст"]),
    ("{mon-sun: [00:00-24:00]}", "всегда", ["ожидаются строки «mon-fri"]),
    ("works_on_holidays", "works_on_holiday", ["такого ключа нет", "«works_on_holidays»?"]),
    ("{minutes: 30}", "{minutes: 30, hours: 1}", ["terms, route", "ровно одна единица"]),
    ("{minutes: 30}", "{source: приказ}", ["terms, route", "ровно одна единица"]),
    ("{minutes: 30}", "{minute: 30}", ["такого ключа нет", "«minutes»?"]),
    ("{minutes: 30}", "{minutes: 0}", ["число от 1"]),
    ("{minutes: 30}", "{minutes: 999}", ["число до 365"]),
    ("source: приказ № 7, ", "", ["terms, first_answer — чем подтверждён срок?"]),
    ("last_day: next", "last_day: later", ["later", "prev, next или none"]),
    ("    act: приказ № 1\n", "", ["59-ФЗ нельзя включить без акта"]),
    ("    identification: ЕСИА\n", "", ["59-ФЗ нельзя включить без акта"]),
    ("    regime: appeal59\n", "", ["act и identification нужны только"]),
    ("regime: appeal59", "regime: 59", ["message", "appeal59"]),
    ("{адрес}", "{адресс}", ["шаблон «Ямы»", "{адресс} не заполнить", "{адрес}"]),
    ("{адрес}", "{адрес", ["шаблон «Ямы»", "{ не заполнить"]),
    ("name: Ямы\n        text: По", f"name: {'Я' * 41}\n        text: По", ["длиннее 40"]),
    ("    templates:\n", "    templates:\n      - {name: ямы, text: а}\n", ["шаблон «Ямы» стоит дважды"]),
    ('"263-00-00"', '"звоните"', ["Номер — цифры"]),
    ("about: приёмная, checked: 2026-11-24", "about: приёмная, checked: 2027-01-01", ["телефон 263-00-00", "ещё не"]),
    ("about: единый номер,", "about: единый номер, place: mias,", ["муниципалитета с кодом «mias»"]),
    ("about: единый номер,", "about: единый номер, place: miass,", ["хотя бы один номер для всех"]),
    ("office:\n", "office: {checked: 2026-11-24}\nofice:\n", ["раздел «ofice» неизвестен", "«office»?"]),
]


@pytest.mark.parametrize(("old", "new", "words"), WRONG)
def test_a_wrong_line_is_told(file: Path, old: str, new: str, words: list[str]) -> None:
    assert old in WHOLE
    lines = told(file, WHOLE.replace(old, new, 1))
    assert any(all(word in line for word in words) for line in lines), lines


def test_the_place_of_a_fault_is_its_line(file: Path) -> None:
    text = WHOLE.replace("{minutes: 30}", "{minute: 30}")
    (line,) = told(file, text)
    assert line.startswith(f"файл {file}, строка {line_of(text, '{minute: 30}')}: minute")


def test_two_offices_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WHOLE)
    (tmp_path / "b.yaml").write_text(OFFICE_ROW)
    with pytest.raises(DirectoryErrors, match="раздел office уже есть"):
        read(tmp_path)


def test_an_old_number_is_a_warning(file: Path) -> None:
    """R61."""
    file.write_text(WHOLE.replace("приёмная, checked: 2026-11-24", "приёмная, checked: 2025-01-01"))
    (line,) = examine(file, TODAY, timedelta(days=365)).warnings
    assert "телефон 263-00-00: проверено 01.01.2025" in line


def test_kept_as_json_and_read_again(file: Path) -> None:
    file.write_text(WHOLE)
    known = read(file)
    again = from_json(to_json(known))
    assert again == known and again.version == known.version and to_json(again) == to_json(known)


def test_a_text_of_the_first_format_is_still_read(file: Path) -> None:
    """What a database of the version before holds: no hours, terms, numbers, approval, templates."""
    file.write_text(GOOD)
    known = read(file)
    whole = json.loads(to_json(known))["directory"]
    for key in ("schedule", "terms", "numbers", "checked_on"):
        del whole[key]
    for agency in whole["agencies"]:
        for key in ("schedule", "terms", "approval", "appeal59", "phones", "templates"):
            del agency[key]
    for topic in whole["topics"]:
        del topic["approval"]
    old = from_json(json.dumps({"format": 1, "directory": whole}))
    assert old == replace(known, numbers=(), checked_on=None)
    assert from_json(to_json(old)) == old


def test_a_term_that_an_older_program_did_not_know_keeps_its_default(file: Path) -> None:
    file.write_text(WHOLE)
    stored = json.loads(to_json(read(file)))
    del stored["directory"]["terms"]["postponed"]
    assert from_json(json.dumps(stored)).terms.postponed == Terms().postponed


def test_the_difference_is_told_in_words(file: Path) -> None:
    file.write_text(GOOD)
    old = read(file)
    file.write_text(WHOLE)
    new = read(file)
    lines = "\n".join(difference(old, new))
    for said in (
        "~ часы работы: было «пн–пт 09:00–13:00, 14:00–18:00; не подтверждено», "
        "стало «пн–вс 00:00–24:00; без праздников; не подтверждено»",
        "передать 30 раб. мин (не подтверждено)",
        "(roads), часы работы: было пусто, стало «пн–чт 08:30–12:30, 13:15–17:30; пт 08:30–12:30; 30.12.2026 закрыто; "
        "26.12.2026 10:00–14:00; подтверждено»",
        "первый ответ 2 раб. дн. (по акту: приказ № 7)",
        "(roads), второй взгляд на ответ: было нет, стало да",
        "(roads), обращения по 59-ФЗ: было пусто, стало «приказ № 1; ЕСИА»",
        "(roads), телефоны: было пусто, стало «263-00-00 — приёмная (24.11.2026)»",
        "(roads), шаблоны: было пусто, стало «Ямы: По адресу {адрес} работы проведут {дата}.»",
    ):
        assert said in lines, said
    assert "miass-gorod" not in lines
    assert difference(new, new) == ()
    assert "номера: было пусто, стало «112»" in "\n".join(difference(replace(old, numbers=()), replace(
        old, numbers=(Phone("112"),))))  # fmt: skip


def test_hours_and_terms_in_words() -> None:
    assert schedule_in_words(Schedule((OFFICE, CLOSED, OFFICE, *(CLOSED,) * 4))).startswith("пн 09:00–13:00")
    assert terms_in_words(Terms()).endswith("вопрос жителю 5 дн. (не подтверждено), выходной переносится назад")


def test_the_example_region_has_the_terms_of_r46_and_says_that_no_act_fixes_them() -> None:
    known = read(REGION)
    assert known.schedule == Schedule()
    assert [(term.amount, term.unit) for term in (known.terms.route, known.terms.first_answer, known.terms.urgent)] == [
        (1, Unit.HOURS), (8, Unit.HOURS), (4, Unit.HOURS),
    ]  # fmt: skip
    assert (known.terms.after_interim.amount, known.terms.after_interim.unit) == (7, Unit.WORKING_DAYS)
    assert known.terms.unconfirmed_names and all(agency.regime is Regime.MESSAGE for agency in known.agencies)
    assert known.numbers_for(None)[0].number == "112" and len(known.numbers_for("chelyabinsk")) == 13
    assert "263-21-21" not in known.emergency
    assert all(phone.checked_on for phone in known.numbers)
    (said,) = unconfirmed_term_findings(known)
    assert (
        said.mark is FindingMark.LOOK
        and "Сроки не подтверждены региональным актом: передать, первый ответ" in said.text
    )
    act = {name: replace(getattr(known.terms, name), confirmed=True) for name in known.terms.unconfirmed_names}
    assert unconfirmed_term_findings(replace(known, terms=replace(known.terms, **act))) == []
