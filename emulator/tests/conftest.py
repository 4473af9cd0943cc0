"""The emulator's own tests stand in its own world, whatever the bot beside them asks for."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def its_own_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VK_EMULATOR_WORLD", raising=False)
    monkeypatch.setenv("VK_EMULATOR_LANG", "ru")
