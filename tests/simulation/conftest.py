"""What the simulation changes in its process, put back for the tests that follow in the same one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.process.log import log


@pytest.fixture(autouse=True, scope="module")
def log_as_before() -> Iterator[None]:
    """The simulation silences the bot's log (stage.py)."""
    before = log.level
    yield
    log.level = before
