"""The short form with a second community: the process that runs both is killed under load, I1–I8 hold for each, and
nothing crosses. The same evidence, mixed up, must fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy

import pytest

from tests.form import either
from tests.kill.doctor import again, card, delivered
from tests.kill.evidence import Evidence, by_bot
from tests.kill.invariants import INVARIANTS, violations
from tests.kill.run import Figures, Plan, run

PLAN = Plan(kills=either(8, 40), seed=20261128, residents=4, faults=0.03, life=(0.2, 1.2), twins=True)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[Evidence, Figures]:
    return asyncio.run(run(PLAN, tmp_path_factory.mktemp("twins")))


@pytest.fixture
def evidence(result: tuple[Evidence, Figures]) -> Evidence:
    return deepcopy(result[0])


def beside(evidence: Evidence) -> Evidence:
    assert evidence.beside is not None
    return evidence.beside


def test_both_were_written_to_and_answered_by_the_same_people(evidence: Evidence) -> None:
    for one in (evidence, beside(evidence)):
        assert len(one.submitted()) >= 3, one.bot
        assert next(delivered(one), None) is not None, one.bot
    who = [{user for user, messages in one.private() if messages} for one in (evidence, beside(evidence))]
    assert who[0] == who[1]
    assert len({key for key, _, _ in evidence.chats()} & {key for key, _, _ in beside(evidence).chats()}) == 5


@pytest.mark.parametrize("name", INVARIANTS)
def test_invariant_holds_for_each(evidence: Evidence, name: str) -> None:
    for one in (evidence, beside(evidence)):
        assert list(INVARIANTS[name](one)) == [], f"зерно {PLAN.seed}, {one.bot}"


def test_nothing_crosses(evidence: Evidence) -> None:
    assert violations(evidence) == []


def with_the_homes_key(evidence: Evidence) -> None:
    """An answer to a number of the second leaves with the home's key."""
    messages, one = next(delivered(beside(evidence)))
    messages.remove(one)
    next(messages for _, messages in evidence.private()).append({**one, "from_id": evidence.bot})


def card_of_the_other(evidence: Evidence) -> None:
    """The home shows a card of the second in a chat of both."""
    _, one = card(beside(evidence))
    next(messages for _, _, messages in evidence.chats()).append({**again(one), "from_id": evidence.bot})


def row_of_the_other(evidence: Evidence) -> None:
    """What the home has said is in the rows of the second."""
    said = by_bot(next(messages for _, messages in evidence.private()), evidence.bot)[0]
    row = next(row for row in evidence.outbox if row["random_id"] == said["random_id"])
    evidence.outbox.remove(row)
    beside(evidence).outbox.append(row)


@pytest.mark.parametrize("doctored", [with_the_homes_key, card_of_the_other, row_of_the_other])
def test_what_has_crossed_is_caught(evidence: Evidence, doctored: Callable[[Evidence], None]) -> None:
    doctored(evidence)
    assert any(wrong.startswith("cross: ") for wrong in violations(evidence))
