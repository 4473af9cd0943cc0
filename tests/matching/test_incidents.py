"""Of what is offered as one incident at least 0.87 is one, on pairs written by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from handlers.views.similar import same_other
from matching.judge import TextJudge
from states.lifecycle.appeal import Piece
from tests import example
from tests.handlers.given import READY, appeal, facts
from tests.yaml_text import yaml_of

ROOT = Path(__file__).parents[2]
PAIRS = yaml_of((ROOT / "tests" / "matching" / "incidents.yaml").read_text(encoding="utf-8"))
REGION = example.region()
FIND, JUDGE = example.matcher(), TextJudge(REGION)
RIGHT, FOUND = 0.87, 0.75
"""Of what is offered so much is one incident; of incidents so many are noticed. The rest reach the ЦУР as they are."""


def offered(one: str, other: str) -> bool:
    """As the bot would: the addresses that it hears, then the words."""
    draft = replace(READY, pieces=(Piece(3, one),), address=FIND.address(one) or "")
    known = appeal(pieces=(Piece(9, other),), address=FIND.address(other) or "")
    return same_other(facts(judge=JUDGE, find=FIND, directory=REGION), draft, known)


@pytest.fixture(scope="module")
def counted() -> tuple[int, int]:
    return tuple(sum(offered(*pair) for pair in PAIRS[kind]) for kind in ("same", "different"))  # type: ignore[return-value]


def test_what_is_offered_is_one(counted: tuple[int, int]) -> None:
    same, different = counted
    assert same / (same + different) >= RIGHT


def test_most_incidents_are_noticed(counted: tuple[int, int]) -> None:
    assert counted[0] / len(PAIRS["same"]) >= FOUND


def test_there_are_enough_pairs() -> None:
    assert min(map(len, PAIRS.values())) >= 40
