"""The region that stands in the repository as an example, and its matcher: read once in a process of tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.region.directory_file import read
from matching import Matcher
from states.directory import Directory

REGION = Path(__file__).parents[1] / "regions" / "chelyabinsk"


@cache
def region() -> Directory:
    return read(REGION)


@cache
def matcher() -> Matcher:
    return Matcher(region())
