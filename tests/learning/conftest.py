"""A bot on an emulator, a prepared folder, and one model that was learned from made-up messages."""

from __future__ import annotations

import pytest

from matching import Matcher
from matching.learned.example import Trained
from matching.learned.training import train
from tests.bot.conftest import ground, player, stage  # noqa: F401
from tests.learning.made import examples
from tests.operation.conftest import template  # noqa: F401


@pytest.fixture(scope="session")
def made(matcher: Matcher) -> Trained:
    return train(examples(), named=matcher.scores)
