"""The page of threats and faults is whole, true to its table, and every test that it names exists (G16)."""

from __future__ import annotations

import re

import pytest

from tests.hostile.table import PAGE, ROOT, page, proving, table
from tests.simulation import acts_official, acts_resident
from tests.simulation.troubles import TROUBLES

ROWS = [(name, row) for part in table().values() for name, row in part.items()]


def test_every_threat_and_every_fault_has_its_row() -> None:
    assert list(table()["threats"]) == [f"T{number}" for number in range(1, 30)]
    assert list(table()["faults"]) == [f"F{number}" for number in range(1, 34)]


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[name for name, _ in ROWS])
def test_whatever_a_row_names_exists(name: str, row: dict[str, list[str]]) -> None:
    assert row.get("tests") or row.get("runs"), f"{name} is proved by nothing"
    for test in proving(row):
        file, _, function = test.partition("::")
        path = ROOT / file
        assert path.exists(), test
        if function:
            assert re.search(rf"^\s*(async )?def {function}\(", path.read_text(encoding="utf-8"), re.M), test
    assert set(row.get("runs", ())) <= set(TROUBLES), name
    assert set(row.get("acts", ())) <= set(acts_resident.ACTS) | set(acts_official.ACTS), name


def test_the_page_is_what_the_table_says() -> None:
    """`python -m tests.hostile.table` writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()
