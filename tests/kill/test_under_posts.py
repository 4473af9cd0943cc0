"""The short form with comments: the process is killed while people comment and the ЦУР answers there; what holds of
comments holds, and I1–I8 beside it. The same evidence, doctored, must fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.form import either
from tests.kill.evidence import Evidence
from tests.kill.invariants import violations
from tests.kill.run import Figures, Plan, run
from tests.kill.under_posts import EVERY_KIND, UNDER_POSTS, kinds, ours
from tests.simulation.acts_comments import PUBLIC
from tests.simulation.walls import DANGER, INVITATION, kind_of

PLAN = Plan(kills=either(8, 40), seed=20261201, residents=3, faults=0.05, life=(0.3, 1.5), comments=True)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[Evidence, Figures]:
    return asyncio.run(run(PLAN, tmp_path_factory.mktemp("comments")))


@pytest.fixture
def evidence(result: tuple[Evidence, Figures]) -> Evidence:
    return deepcopy(result[0])


def test_people_were_answered_in_each_way(evidence: Evidence) -> None:
    assert kinds(evidence).keys() >= EVERY_KIND, kinds(evidence)


@pytest.mark.parametrize("name", UNDER_POSTS)
def test_it_holds_under_posts(evidence: Evidence, name: str) -> None:
    assert list(UNDER_POSTS[name](evidence)) == [], f"зерно {PLAN.seed}"


def test_all_else_holds_beside_it(evidence: Evidence) -> None:
    assert violations(evidence) == [], f"зерно {PLAN.seed}"


def of_kind(evidence: Evidence, kind: str) -> dict[str, Any]:
    return next(said for said in ours(evidence) if kind_of(said["text"]) == kind)


def said_twice(evidence: Evidence) -> None:
    evidence.wall.append({**of_kind(evidence, DANGER)})


def invited_twice(evidence: Evidence) -> None:
    invited = of_kind(evidence, INVITATION)
    author = next(said["author"] for said in evidence.wall if said["id"] == invited["answers"])
    evidence.wall.append({**invited, "id": 10**6, "author": author})
    evidence.wall.append({**invited, "answers": 10**6, "top": 10**6})


def telephone(evidence: Evidence) -> None:
    said = next(said for said in ours(evidence) if PUBLIC in said["text"])
    said["text"] += " Звоните: +7 912 345-67-89"


def missed(evidence: Evidence) -> None:
    evidence.comments.pop()


def not_warned(evidence: Evidence) -> None:
    evidence.wall.remove(of_kind(evidence, DANGER))


def kept(evidence: Evidence) -> None:
    evidence.leaks.append("Zq1n1z")


DOCTORED: tuple[tuple[str, Callable[[Evidence], None]], ...] = (
    ("comment once", said_twice),
    ("invited once", invited_twice),
    ("comment private", telephone),
    ("I1 comments", missed),
    ("I1 comments", not_warned),
    ("R7", kept),
)


@pytest.mark.parametrize(("name", "doctored"), DOCTORED, ids=lambda named: getattr(named, "__name__", named))
def test_a_doctored_wall_is_caught(evidence: Evidence, name: str, doctored: Callable[[Evidence], None]) -> None:
    doctored(evidence)
    assert any(wrong.startswith(f"{name}: ") for wrong in violations(evidence))
