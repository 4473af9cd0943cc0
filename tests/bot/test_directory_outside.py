"""Who answers but is no agency here: read, refused, kept and compared (rules.md §3.1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.region.directory_difference import difference
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import read
from bot.region.directory_json import from_json, to_json
from states.directory import Outside
from tests.bot.directory_source import GOOD, REGION, TODAY
from tests.bot.test_directory_office import DAY

ROWS = """\
outside:
  - {code: uk, name: Управляющая компания, contact: Телефон стоит на квитанции., checked: 2026-11-24}
  - {code: sfr, name: Социальный фонд, contact: Сайт sfr.gov.ru, checked: 2026-11-24}
"""


def test_they_are_read_kept_and_compared(file: Path) -> None:
    file.write_text(GOOD + ROWS)
    known = read(file, TODAY)
    assert known.outside == (
        Outside("uk", "Управляющая компания", "Телефон стоит на квитанции.", DAY),
        Outside("sfr", "Социальный фонд", "Сайт sfr.gov.ru", DAY),
    )
    assert from_json(to_json(known)) == known
    file.write_text(GOOD + ROWS.replace("Сайт sfr.gov.ru", "Сайт другой"))
    (line,) = difference(known, read(file, TODAY))
    assert "внешний контакт «Социальный фонд»" in line and "было «Сайт sfr.gov.ru», стало «Сайт другой»" in line
    assert "+ внешних контактов: 2" in difference(None, known)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: sfr", "code: uk", "код «uk» уже занят"),
        ("contact: Сайт sfr.gov.ru, ", "", "contact — не указано"),
        ("2026-11-24}\n  - {code: sfr", "2027-11-24}\n  - {code: sfr", "ещё не наступила"),
        ("name: Социальный фонд", f"name: {'Фонд' * 11}", "длиннее 40 знаков"),
    ],
)
def test_what_is_wrong_is_told(file: Path, old: str, new: str, said: str) -> None:
    assert old in ROWS
    file.write_text(GOOD + ROWS.replace(old, new))
    with pytest.raises(DirectoryErrors, match=said):
        read(file, TODAY)


def test_the_example_region_names_some_and_a_ready_answer_reads_well() -> None:
    """A template of the example is a sentence, with an address and without one."""
    known = read(REGION)
    assert {"uk", "rospotrebnadzor", "rosreestr", "socfond", "drugoy-region"} <= {one.code for one in known.outside}
    for template in known.agency_by_code["miass-gorod"].templates:
        assert not template.strange and "адрес" in {blank.value for blank in template.blanks}
