"""The calendar file: what an operator may have slipped in is told with its place, and nothing in doubt is loaded."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.admin.own_findings import calendar_findings
from bot.cli.check import FindingMark
from bot.config.calendar_file import CALENDAR, CalendarErrors, read, warnings
from states.worktime.calendar import WEEKENDS, Calendar
from tests.form import examples

BUNDLED = json.loads(CALENDAR.read_text(encoding="utf-8"))


def told(file: Path, text: str | bytes) -> tuple[str, ...]:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CalendarErrors) as caught:
        read(file)
    for line in caught.value.lines:
        assert line.startswith(f"файл {file}") and line.endswith((".", "]")), line
        assert re.search(r"[А-Яа-яё]", line) and "Error" not in line
    assert str(caught.value) == "\n".join(caught.value.lines)
    return caught.value.lines


def changed(year: str, **values: Any) -> str:
    whole = deepcopy(BUNDLED)
    whole["years"][year].update(values)
    return json.dumps(whole, ensure_ascii=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "calendar.json"


def test_the_bundled_calendar_is_right() -> None:
    """R49: four years, the last of them unverified."""
    known = read()
    assert known.years == {2024, 2025, 2026, 2027} and known.unverified == {2027}
    assert known.is_working(date(2025, 11, 1)) and not known.is_working(date(2026, 1, 9))


def test_an_operator_adds_a_year(file: Path) -> None:
    whole = deepcopy(BUNDLED)
    whole["years"]["2028"] = {"verified": True, "source": "постановление", "working_days": 260, "off": [],
                              "working": [], "short": ["12-29"]}  # fmt: skip
    file.write_text(json.dumps(whole), encoding="utf-8")
    known = read(file)
    assert known.is_verified(2028) and date(2028, 12, 29) in known.short


OFF, WORKING = BUNDLED["years"]["2026"]["off"], BUNDLED["years"]["2025"]["working"]
WRONG = [
    ("2026", {"off": [*OFF, "11-28"]}, "2026 год, off: 11-28 — и так выходной"),
    ("2025", {"working": [*WORKING, "11-05"]}, "2025 год, working: 11-05 — будний день"),
    ("2026", {"short": ["11-04"]}, "2026 год, short: 11-04 — не рабочий день"),
    ("2026", {"off": OFF[1:]}, "2026 год, working_days: указано 247, а по спискам выходит 248"),
    ("2026", {"off": [*OFF, OFF[0]]}, "день «01-01» стоит дважды"),
    ("2026", {"off": [*OFF, "02-30"]}, "дня «02-30» в 2026 году нет"),
    ("2026", {"off": ["9 января"]}, "2026 год, off: «9 января» не подходит"),
    ("2026", {"off": "01-01"}, "2026 год, off: должно быть списком"),
    ("2026", {"off": [101]}, "2026 год, off: должно быть в кавычках, а стоит «101»"),
    ("2026", {"verified": "да"}, "2026 год, verified: «да» — не true и не false"),
    ("2026", {"working_days": "247"}, "2026 год, working_days: «247» — не число"),
    ("2026", {"working_days": 20}, "2026 год, working_days: 20 — слишком мало"),
    ("2026", {"working_days": 365}, "2026 год, working_days: 365 — слишком много"),
    ("2026", {"source": " "}, "2026 год, source: пусто"),
    ("2026", {"source": "я" * 301}, "2026 год, source: слишком длинно"),
    ("2026", {"extra": 1}, "2026 год, extra: такого ключа нет"),
]


@pytest.mark.parametrize(("year", "values", "said"), WRONG)
def test_a_slip_is_told_with_its_place(file: Path, year: str, values: dict[str, Any], said: str) -> None:
    lines = told(file, changed(year, **values))
    assert any(said in line for line in lines), lines


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{\n"years": {]\n}', "строка 2: JSON не читается"),
        (b'{"years": {}, "years": {}}', "«years» стоит дважды"),
        (b"{}", "years: не указано"),
        (b'{"years": {}}', "нет ни одного года"),
        (b'{"years": {"26": {}}}', "Год пишется как 2026"),
        (b'{"years": {"2026": []}}', "2026 год: ожидаются строки"),
        (b"[]", ": ожидаются строки"),
        (b'{"years": {"2026": {}}}', "2026 год, verified: не указано"),
        ('{"about": "я"}'.encode("cp1251"), "кодировка не UTF-8"),
        (b"[" * 100_000, "вложений"),
        (b" " * 200_001, "слишком велик"),
    ],
)
def test_what_is_no_calendar_is_refused(file: Path, text: bytes, said: str) -> None:
    assert any(said in line for line in told(file, text))


def test_a_file_that_is_not_there(file: Path) -> None:
    with pytest.raises(CalendarErrors, match="не читается"):
        read(file)


@settings(max_examples=examples(100), deadline=None, print_blob=True)
@given(st.integers(0, 3000), st.text(alphabet='{}[]",:0129-а', max_size=6))
def test_a_damaged_file_is_refused_or_still_a_calendar(
    tmp_path_factory: pytest.TempPathFactory, at: int, damage: str
) -> None:
    file = tmp_path_factory.mktemp("any") / "calendar.json"
    text = CALENDAR.read_text(encoding="utf-8")
    file.write_text(text[:at] + damage + text[at + len(damage) :], encoding="utf-8")
    try:
        assert isinstance(read(file), Calendar)
    except CalendarErrors as error:
        assert error.lines


def test_a_year_without_a_verified_table_is_said() -> None:
    """R50: this year, and from the first of October on the next."""
    assert warnings(read(), date(2025, 3, 1)) == ()
    (unverified,) = warnings(read(), date(2026, 11, 25))
    assert "на 2027 год не сверен" in unverified and "regions/calendar.json" in unverified
    assert warnings(read(), date(2026, 9, 30)) == () and len(warnings(read(), date(2026, 10, 1))) == 1
    assert len(warnings(read(), date(2027, 9, 30))) == 1
    one, two = warnings(read(), date(2027, 10, 1))
    assert "2027 год не сверен" in one and "на 2028 год нет" in two
    assert len(warnings(WEEKENDS, date(2026, 12, 1))) == 2


def test_the_check_tells_it(file: Path) -> None:
    found = calendar_findings(date(2026, 11, 25))
    assert [one.mark for one in found] == [FindingMark.LOOK] and "2027" in found[0].text
    assert [finding.mark for finding in calendar_findings(date(2025, 11, 25))] == [FindingMark.GOOD]
    assert [finding.mark for finding in calendar_findings(date(2025, 11, 25), file)] == [FindingMark.BAD]


OWN = """{"2026": {"source": "закон республики", "off": ["06-15", "06-20", "01-10"], "working": ["02-23", "03-01"],
 "short": ["06-11", "06-16"]}}"""


def test_days_of_the_region_overrule_those_of_the_country(tmp_path: Path) -> None:
    """R49: what a region rests by its own act no deadline counts, and the federal table stays as it is."""
    (tmp_path / "calendar.json").write_text(OWN, encoding="utf-8")
    country, region = read(), read(own=tmp_path)
    assert country.is_working(date(2026, 6, 15)) and not region.is_working(date(2026, 6, 15))
    assert not country.is_working(date(2026, 2, 23)) and region.is_working(date(2026, 2, 23))
    assert region.is_working(date(2026, 3, 1)) and not region.is_working(date(2026, 6, 20))
    assert date(2026, 6, 16) in region.short and region.years == country.years
    assert region.add_working_days(date(2026, 6, 11), 1) > country.add_working_days(date(2026, 6, 11), 0)
    assert read(own=tmp_path / "nowhere") == country


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN.replace("06-15", "06-31"), "дня «06-31» в 2026 году нет"),
        (OWN.replace('"02-23"', '"06-15"'), "день 2026-06-15 и рабочий, и нет"),
        (OWN.replace('"source": "закон республики", ', ""), "source: не указано"),
        (OWN.replace("short", "shrot"), "такого ключа нет"),
        ("{", "JSON не читается"),
    ],
)
def test_a_wrong_day_of_the_region_is_said(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "calendar.json").write_text(text, encoding="utf-8")
    with pytest.raises(CalendarErrors, match=re.escape(said)):
        read(own=tmp_path)
    (finding,) = calendar_findings(date(2025, 11, 25), own=tmp_path)
    assert finding.mark is FindingMark.BAD and said in finding.todo
