"""What speaks to one of several is heard, what all may read is not; written before the rule (R32)."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.personal_answer import Sign, signs
from tests.yaml_text import yaml_of

PHRASES = yaml_of((Path(__file__).parent / "to_one.yaml").read_text(encoding="utf-8"))
ONE = [(kind, text) for kind, both in PHRASES.items() for text in both["one"]]
ALL = [(kind, text) for kind, both in PHRASES.items() for text in both["all"]]
ENOUGH = 20


def test_there_are_enough_of_each_kind_and_no_two_are_the_same() -> None:
    assert set(PHRASES) == {sign.value for sign in Sign}
    assert all(len(both[side]) >= ENOUGH for both in PHRASES.values() for side in ("one", "all"))
    assert len({text.casefold() for _, text in (*ONE, *ALL)}) == len(ONE) + len(ALL)


@pytest.mark.parametrize(("kind", "text"), ONE)
def test_what_speaks_to_one(kind: str, text: str) -> None:
    assert Sign(kind) in signs(text)


@pytest.mark.parametrize(("kind", "text"), ALL)
def test_what_all_may_read(kind: str, text: str) -> None:
    assert signs(text) == (), kind
