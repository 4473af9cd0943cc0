"""The environment of a process whose calls of VK go to the emulator. It must never change the one of this process."""

from __future__ import annotations

import os
from pathlib import Path

HOOK = Path(__file__).parent / "hook"


def environment(base: str) -> dict[str, str]:
    """`VK_EMULATOR` is the emulator's address, for whoever wants it; Python reads `PYTHONPATH`."""
    before = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "VK_EMULATOR": base, "PYTHONPATH": os.pathsep.join(filter(None, (str(HOOK), before)))}
