"""What VK takes, and words that no message of the bot may have."""

from __future__ import annotations

import json

from bot.vk import render
from bot.vk.payload import Signer
from handlers.text.parts import LIMIT, units
from states.screen import LABEL_LIMIT, Keyboard
from tests.small import COMMUNITY

SIGNER = Signer(bytes(32), COMMUNITY)
FORBIDDEN = ("обращение зарегистрировано", "в соответствии с 59-фз", "30 дней", "30 календарных")


def fits(text: str, keyboard: Keyboard | None) -> None:
    """What VK takes: 4,000 units to be safe, and the limits of keyboards (vk-api.md §7)."""
    assert text.strip() and units(text) <= LIMIT
    if keyboard is None:
        return
    rows = keyboard.rows
    assert len(rows) <= (6 if keyboard.inline else 10) and all(len(row) <= 5 for row in rows)
    assert sum(map(len, rows)) <= (10 if keyboard.inline else 40)
    for one in (one for row in rows for one in row):
        assert 0 < len(one.label) <= LABEL_LIMIT
        payload = render.button(one, 2_000_000_001, SIGNER)["action"].get("payload", "{}")
        assert len(payload.encode()) <= 255 and isinstance(json.loads(payload), dict)
