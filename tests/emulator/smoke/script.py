"""What every Python driver shares: the conversation, and lines of JSON about what its client saw."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

CONVERSATION = Path(__file__).parent / "conversation.json"
RECORD = Path(__file__).parent / "record.json"
Step = dict[str, Any]


def conversation() -> Any:
    return json.loads(CONVERSATION.read_text(encoding="utf-8"))


def told(step: Step, saw: dict[str, Any], read: list[str] | None = None) -> None:
    """Only after everything was done: the director goes on when it has read this line."""
    shown = {name: value for name, value in saw.items() if value not in (None, [])}
    sys.stdout.write(json.dumps({"step": step["name"], "saw": shown, "read": read}) + "\n")
    sys.stdout.flush()
