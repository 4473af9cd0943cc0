"""A finder that answers as a learned model would, by words of a transcript; all else is asked of the real matcher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from states.directory import Scene, Where
from states.finder import Finder, PlaceGuess, Problems, TopicGuess


@dataclass
class LearnedFinder:
    """`says`: rules, the first that fits holds: words of the text, the scene that was told, the model in use; and
    `sure`, `likely`, `ask` or `list` with topics. `model` changes while a transcript is played."""

    beneath: Finder
    model: int
    says: Sequence[Mapping[str, Any]]

    def topic(self, text: str, limit: int = 3, *, place: str | None = None, scene: Scene | None = None) -> TopicGuess:
        for rule in self.says:
            if rule["words"] in text.casefold() and rule.get("model", self.model) == self.model:
                if "scene" in rule and rule["scene"] != scene:
                    continue
                verdict = next(one for one in ("sure", "likely", "ask", "list") if one in rule)
                asks = verdict == "ask" and scene is None
                return TopicGuess(tuple(rule[verdict]), verdict == "sure", verdict == "likely", asks, self.model)
        return self.beneath.topic(text, limit, place=place, scene=scene)

    def topics(self, text: str, limit: int = 3) -> tuple[str, ...]:
        return self.beneath.topics(text, limit)

    def place(self, text: str) -> PlaceGuess:
        return self.beneath.place(text)

    def search_places(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        return self.beneath.search_places(typed, limit)

    def search_topics(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        return self.beneath.search_topics(typed, limit)

    def search_agencies(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        return self.beneath.search_agencies(typed, limit)

    def elsewhere(self, text: str) -> str:
        return self.beneath.elsewhere(text)

    def address(self, text: str) -> str | None:
        return self.beneath.address(text)

    def spot(self, text: str, where: Where) -> str:
        return self.beneath.spot(text, where)

    def rest(self, text: str) -> str:
        return self.beneath.rest(text)

    def problems(self, text: str) -> Problems:
        return self.beneath.problems(text)

    def named_topic(self, text: str, among: Sequence[str]) -> str | None:
        return self.beneath.named_topic(text, among)
