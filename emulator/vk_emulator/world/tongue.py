"""English or Russian: what the emulator says to whoever runs it, side by side. It must never touch what VK says."""

from __future__ import annotations

import os

LANGUAGES = ("en", "ru")
NAMED_BY = "VK_EMULATOR_LANG"
"""Of the environment: for pytest, and where `--lang` does not say it."""
_chosen: list[str] = []


def speak(language: str) -> None:
    """Chooses the language, "en" or "ru"."""
    _chosen[:] = [language]


def either(english: str, russian: str) -> str:
    """The sentence in the chosen language."""
    return russian if (_chosen or [os.environ.get(NAMED_BY, "")])[0] == "ru" else english
