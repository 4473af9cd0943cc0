"""Lines of a window, as VK shows them after an older copy was put back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.system.window import WindowLine
from states.messages import Command, Message
from tests.handlers.given import ANNA
from tests.small import NOW


def ours(cmid: int, text: str = "…", peer: int = ANNA) -> WindowLine:
    return WindowLine(peer, cmid, NOW + timedelta(seconds=cmid), text)


def theirs(cmid: int, text: str = "", action: str = "", value: str = "", **more: Any) -> WindowLine:
    at = NOW + timedelta(seconds=cmid)
    command = Command(action, value) if action else None
    known: dict[str, Any] = {"peer": ANNA, "author": ANNA, "at": at, "command": command} | more
    message = Message(cmid=cmid, text=text, **known)
    return WindowLine(message.peer, cmid, at, text, message)
