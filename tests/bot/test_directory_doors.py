"""Links with a code in the directory: read, refused, kept and compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.region.directory_difference import difference
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import read
from bot.region.directory_json import from_json, to_json
from states.directory import Door
from tests.bot.directory_source import GOOD, REGION, TODAY
from tests.bot.test_directory_office import DAY

ROWS = """\
doors:
  - {code: stop, name: Остановка, about: "Где автобус?", topic: yamy, place: miass, address: Ленина,
     agency: miass-gorod, page: "https://vk.com/stop", checked: 2026-11-24}
  - {code: old, name: Старый плакат, closed: true, checked: 2026-11-24}
"""


def test_they_are_read_kept_and_compared(file: Path) -> None:
    file.write_text(GOOD + ROWS)
    known = read(file, TODAY)
    assert known.doors == (
        Door(
            "stop",
            "Остановка",
            "Где автобус?",
            "yamy",
            "miass",
            "Ленина",
            "miass-gorod",
            "https://vk.com/stop",
            False,
            DAY,
        ),
        Door("old", "Старый плакат", closed=True, checked_on=DAY),
    )
    assert from_json(to_json(known)) == known and known.door_by_code["old"].closed
    file.write_text(GOOD + ROWS.replace("address: Ленина", "address: Мира"))
    (line,) = difference(known, read(file, TODAY))
    assert line == "~ ссылка «Остановка» (stop), адрес: было «Ленина», стало «Мира»"
    assert "+ ссылок: 2" in difference(None, known)


def test_a_directory_of_the_format_before_has_none(file: Path) -> None:
    file.write_text(GOOD)
    known = read(file, TODAY)
    stored = json.loads(to_json(known))
    del stored["directory"]["doors"]
    for one in stored["directory"]["communities"]:
        del one["screen_name"]
    assert from_json(json.dumps({**stored, "format": 4})) == known


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: old", "code: stop", "код «stop» уже занят"),
        ("topic: yamy", "topic: yamka", "темы с кодом «yamka» в справочнике нет"),
        ("place: miass", "place: mias", "муниципалитета с кодом «mias»"),
        ("agency: miass-gorod", "agency: miass-goro", "органа с кодом «miass-goro»"),
        ("place: miass, ", "", "address без place"),
        ("code: old", "code: Старый", "Код — латинские строчные буквы"),
        ("https://vk.com/stop", "vk.com/stop", "Адрес начинается с https"),
        ("closed: true", "closed: да", "closed — "),
        ("name: Старый плакат", f"name: {'Плакат' * 11}", "длиннее 60 знаков"),
    ],
)
def test_what_is_wrong_is_told(file: Path, old: str, new: str, said: str) -> None:
    assert old in ROWS
    file.write_text(GOOD + ROWS.replace(old, new))
    with pytest.raises(DirectoryErrors, match=said):
        read(file, TODAY)


def test_an_agency_of_one_place_stands_for_no_other(file: Path) -> None:
    file.write_text(GOOD + ROWS.replace("place: miass, address: Ленина", "place: sosnovsky"))
    with pytest.raises(DirectoryErrors, match="отвечает за miass, а не за sosnovsky"):
        read(file, TODAY)


def test_the_example_has_open_links_and_a_closed_one() -> None:
    doors = read(REGION, TODAY).doors
    assert {one.closed for one in doors} == {True, False} and any(one.address for one in doors)
