"""A small directory as a region writes it, and what a wrong one is told: for all tests of the directory's files."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import examine

REGION = Path(__file__).parents[2] / "regions" / "chelyabinsk"
TODAY = date(2026, 11, 28)

GOOD = """\
region:
  name: Область
  formal_channel: https://www.gosuslugi.ru/
  places_count: 2
  checked: 2026-11-24
emergency:
  - {number: "112", about: единый номер, checked: 2026-11-24}
communities:
  - {id: 101, name: Приёмная, checked: 2026-11-24}
agencies:
  - code: roads
    name: Министерство дорог
    short: Миндор
    level: region
    checked: 2026-11-24
  - code: miass-gorod
    name: Администрация Миасса
    short: Миасс
    level: municipality
    place: miass
    checked: 2026-11-24
groups:
  - code: dorogi
    name: Дороги
    checked: 2026-11-24
    topics:
      - code: yamy
        name: Ямы
        about: Ямы на дороге.
        joinable: true
        words: [яма, выбоина]
      - code: sneg
        name: Снег
        about: Снег на дороге.
places:
  - code: miass
    kind: city_okrug
    name: Миасский городской округ
    short: Миасс
    centre: Миасс
    settlements: [Тургояк]
    checked: 2026-11-24
  - code: sosnovsky
    kind: municipal_okrug
    name: Сосновский муниципальный округ
    short: Сосновский округ
    centre: Долгодеревенское
    checked: 2026-11-24
routes:
  - {agency: roads, groups: [dorogi], checked: 2026-11-24}
  - {agency: miass-gorod, place: miass, topics: [yamy], checked: 2026-11-24}
"""


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def told(file: Path, text: str | bytes) -> tuple[str, ...]:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DirectoryErrors) as caught:
        examine(file, TODAY)
    for line in caught.value.lines:
        assert re.match(r"^(файл|папка|справочник)", line), line
        assert re.search(r"[А-Яа-яё]", line) and line.rstrip().endswith((".", "?")), line
        assert "Traceback" not in line and "Error" not in line
    assert str(caught.value) == "\n".join(caught.value.lines)
    return caught.value.lines
