"""What the core may ask about texts is exactly what matching answers (R32, R38)."""

from __future__ import annotations

import inspect

import pytest

from matching.judge import TextJudge
from states.finder import Judge
from tests.small import REGION


@pytest.mark.parametrize("question", ["blames", "alike", "same_place", "same_street"])
def test_matching_answers_what_the_core_asks(question: str) -> None:
    asked = inspect.signature(getattr(Judge, question).__get__(object()))
    assert asked == inspect.signature(getattr(TextJudge(REGION), question))
    assert {name for name in vars(Judge) if not name.startswith("_")} >= {question}
