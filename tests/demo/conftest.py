"""A year of three thousand messages, made once."""

from __future__ import annotations

import pytest
from made import given_of

from features.demo.year import Told, Year
from states.directory import Directory


@pytest.fixture(scope="session")
def year(region: Directory) -> Year:
    return Year(given_of(region))


@pytest.fixture(scope="session")
def told(year: Year) -> list[Told]:
    return [one for number in range(len(year)) for one in year.day(number)]
