"""What was found so far, and the file that keeps it.

It must never hold a token, nor a word or a name of anybody.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.process.advice import Refusal
from features.probe.found import Found, Slow, bracket
from features.probe.slow import SLOW
from features.probe.wire import Json

STATE = "state.json"


@dataclass(slots=True)
class Played:
    """`quick`: by name what was found, noted, or why not. `slow`: when it was begun, what is remembered, what was seen
    at which age."""

    group: int = 0
    user: int = 0
    chat: int = 0
    quick: dict[str, Json] = field(default_factory=dict)
    slow: dict[str, Json] = field(default_factory=dict)

    def answers(self) -> dict[str, Found]:
        """By name of the probe, what is known so far."""
        found: dict[str, Found] = {
            name: {
                switch: tuple(value) if isinstance(value, list) else value for switch, value in answer["found"].items()
            }
            for name, answer in self.quick.items()
            if "found" in answer
        }
        slow = {name: [*zip(*begun["seen"], strict=True)] for name, begun in self.slow.items() if begun["seen"]}
        return found | {name: {SLOW[name].switch(): bracket(ages, held)} for name, (ages, held) in slow.items()}

    def due(self, slow: Slow) -> float | None:
        """When the next look is, in seconds of the clock; None where nothing is left to see."""
        begun = self.slow.get(slow.name)
        if begun is None or len(begun["seen"]) == len(slow.places) or not all(held for _, held in begun["seen"]):
            return None
        return float(begun["at"]) + slow.places[len(begun["seen"])]


def read_kept(folder: Path) -> Played:
    """What was found so far, nothing at the first time; Refusal for a file that cannot be read."""
    try:
        return Played(**json.loads((folder / STATE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Played()
    except (ValueError, TypeError):
        raise Refusal(f"Файл {folder / STATE} испорчен: удалите его и начните заново.") from None


def keep(folder: Path, played: Played) -> None:
    """Writes what was played into a file for its owner only: it holds numbers of the tester and of the chat."""
    folder.mkdir(parents=True, exist_ok=True)
    whole: dict[str, Any] = {name: getattr(played, name) for name in Played.__slots__}
    new = folder / f"{STATE}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(whole, file, ensure_ascii=False)
    new.replace(folder / STATE)
