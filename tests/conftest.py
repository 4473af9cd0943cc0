"""What many tests share: the example region, read once, and its matcher."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.directory_file import read
from matching import Matcher
from states.directory import Directory

REGION = Path(__file__).parent.parent / "regions" / "chelyabinsk"


@pytest.fixture(scope="session")
def region() -> Directory:
    return read(REGION)


@pytest.fixture(scope="session")
def matcher(region: Directory) -> Matcher:
    return Matcher(region)
