"""What residents hear where a learned model judges: sure, likely, the question, and a model that changes meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from matching import Matcher
from states.directory import Directory
from tests.transcripts.learned_finder import LearnedFinder
from tests.transcripts.pure import RESIDENTS, PureStage
from tests.transcripts.script import FOLDER, Player, read

TRANSCRIPTS = sorted((FOLDER / "learned").glob("*.yaml"))


class LearnedPlayer(Player):
    """Beside everything else `{модель: 4}` puts another model in the place of the one in use."""

    def __init__(self, stage: PureStage, model: LearnedFinder) -> None:
        super().__init__(stage)
        self.model = model

    def events(self) -> dict[str, Callable[[Any, dict[str, Any]], Coroutine[Any, Any, None]]]:
        return {**super().events(), "модель": lambda value, _: self.exchanged(value)}

    async def exchanged(self, number: int) -> None:
        self.model.model = number


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
async def test_a_learned_model_in_the_dialogue(path: Path, region: Directory, matcher: Matcher) -> None:
    script = read(path)
    model = LearnedFinder(matcher, script["model"]["number"], script["model"]["says"])
    named = {code for rule in model.says for key in ("sure", "likely", "ask", "list") for code in rule.get(key, ())}
    assert named <= set(region.topic_by_code)
    stage = PureStage(region, model)
    await LearnedPlayer(stage, model).play(script["talk"])
    sent = sorted(stage.appeals.values(), key=lambda one: one.created_at)
    people = {peer: name for name, peer in RESIDENTS.items()}
    assert [[people[one.resident], one.topic, one.topic_by] for one in sent] == script["sent"]
