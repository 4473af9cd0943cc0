"""The tester as a person with a phone: the screen of the computer and the dialogue itself say what to do next.

It must never write anywhere but into the tester's own dialogue.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from features.probe.stage import CHAT_BASE, DONE, SKIP, Act
from features.probe.wire import Wire


class Phone:
    """Before the tester is known only the screen speaks."""

    def __init__(self, wire: Wire, says: Callable[[str], None]) -> None:
        self.wire, self.says = wire, says

    async def do(self, act: Act) -> None:
        """Tells the tester what to do, on the screen and in the dialogue."""
        self.says(f"→ {act.words}")
        for peer in [peer for peer in self.wire.own if peer < CHAT_BASE]:
            given = {"random_id": self.wire.new_key(), "message": f"▶ {act.words}", "keyboard": buttons(act)}
            await self.wire.call("messages.send", peer_ids=peer, **given)


def buttons(act: Act) -> str:
    """«Готово» only where it says something: pressed out of habit it would end the next act."""
    words = [DONE, SKIP] if act.held else [SKIP]
    row = [{"action": {"type": "text", "label": word.capitalize(), "payload": "{}"}} for word in words]
    return json.dumps({"inline": True, "buttons": [row]}, ensure_ascii=False)
