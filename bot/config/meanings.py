"""What each setting means, in the words of config.example.env, and which are secret. It must never hold a value."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from bot.config.settings import NAMES, Settings

_SHIPPED = Path(__file__).with_name("config.example.env")
EXAMPLE = _SHIPPED if _SHIPPED.exists() else Path(__file__).parents[2] / "config.example.env"
"""Beside this file in a wheel, else at the root of the project."""
_SETTING = re.compile(r"#?(BOT_[A-Z_0-9]+)=")
_SECRET = re.compile(r"(token|password|secret|master_key|database_url|alarm_)")


@cache
def meanings(file: Path = EXAMPLE) -> dict[str, str]:
    """By field of `Settings`, what it means. Settings that stand together share the words above them."""
    found: dict[str, str] = {}
    said: list[str] = []
    above = False
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        setting = _SETTING.match(line)
        if setting is not None:
            found.setdefault(NAMES.get(setting[1], ""), " ".join(said))
        elif line.startswith("#"):
            said = [*said, line.lstrip("# ")] if above else [line.lstrip("# ")]
        above = line.startswith("#") and setting is None
    return {name: words for name, words in found.items() if name in Settings.model_fields}


def is_secret(name: str) -> bool:
    """What is never shown: keys, and addresses that hold a password."""
    return _SECRET.search(name) is not None
