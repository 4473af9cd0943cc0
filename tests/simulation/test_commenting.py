"""Comments under posts beside all else: they are really played, and what must hold of them is looked at (walls.py)."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.rig.stand import BOT
from tests.form import either
from tests.simulation import ci, walls
from tests.simulation.acts_comments import PHONE, secret_of
from tests.simulation.chance import Chance
from tests.simulation.commenting import Commenting, commented
from tests.simulation.kept_seeds import COMMENTS, kept
from tests.simulation.loop import run
from tests.simulation.many import outcomes, stage
from tests.simulation.plan import drawn
from tests.simulation.stage import set_out
from tests.simulation.store import Files
from tests.simulation.walls import ANSWER, DANGER, INVITATION, Wall, kind_of

QUIET: dict[str, Any] = {"troubles": (), "focus": "", "raising": 0.0, "storm": 240.0}


def played(seed: int, **fixed: Any) -> Commenting:
    plan = commented(seed, **QUIET, **fixed)
    with set_out(stage(), Chance(seed), Files(), approvals=plan.approvals, numbers=plan.settings) as scene:
        director = Commenting(plan, scene)
        run(scene.loop, director.play)
        assert director.life is not None and director.wrong == []
        director.life.store.drop()
    return director


@pytest.fixture(scope="module")
def director() -> Commenting:
    return played(3, resident_acts=("comes_by_link",), official_acts=("answers",), residents=3)


def test_every_seed_that_failed_once_and_some_of_this_commit() -> None:
    seeds = [*range(4), *kept(COMMENTS), *either((), range(ci.of_commit(), ci.of_commit() + 8))]
    wrong = {outcome.seed: outcome.wrong for outcome in outcomes([commented(seed) for seed in seeds]) if outcome.wrong}
    assert wrong == {}, "python -m tests.simulation --comments --replay SEED"


def test_they_are_played_again_exactly() -> None:
    plans = [commented(seed) for seed in range(2)]
    assert [one.trace for one in outcomes(plans)] == [one.trace for one in outcomes(plans)]


def test_every_kind_of_answer_stands_under_some_post_and_some_come_by_the_link() -> None:
    kinds, acts = set[str](), set[str]()
    for seed in range(6):
        one = played(seed, resident_acts=("comes_by_link",), official_acts=("answers",), residents=3)
        kinds |= {kind_of(own.text) for _, own in one.wall.ours()}
        acts |= one.truth.acts.keys()
    assert kinds == {DANGER, INVITATION, ANSWER}
    assert {"comment is read", "comment: edit", "comment: delete"} <= acts


def test_a_seed_without_comments_is_what_it_was() -> None:
    plan = drawn(5)
    assert not plan.comments and "comments" not in plan.settings and "comment_guid" not in plan.switches


def test_words_are_heard_wherever_they_are_kept(director: Commenting) -> None:
    """R7: the ear itself."""
    wall = Wall(director.record)
    stranger, resident = 1001, 20_001
    wall.reads("INSERT INTO inbox VALUES ('Яма')", "в базе")
    assert not wall.heard
    wall.reads(f"Яма {secret_of(stranger, 1)}", "запечатаны", sealed=True)
    wall.reads(f"Яма {secret_of(resident, 2)}", "запечатаны", sealed=True)
    assert wall.heard == [f"слова жителя {stranger} запечатаны"], "the other one has agreed"
    wall.reads(f"Яма {secret_of(resident, 2)}", "в журнале")
    assert len(wall.heard) == 2, "open they stand nowhere"


@pytest.mark.parametrize(
    "text", ["№2026-ABCD уже в работе", "Пометка 20001х3", "Ответ 1010о1н2", PHONE, "Житель просил"]
)
def test_nothing_private_may_stand_there(text: str) -> None:
    assert list(walls.private(text))
    assert not list(walls.private("Передали в дорожную службу."))


def test_a_second_answer_of_a_kind_is_seen(director: Commenting) -> None:
    (post, own), *_ = director.wall.ours()
    twice = type(own)(own.id + 10**6, BOT, own.date, own.text, [], own.answers, own.top)
    post.comments[twice.id] = twice
    assert any("2 раза" in what for what in walls.answered_once(director.wall))
    del post.comments[twice.id]
    assert not list(walls.answered_once(director.wall))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (("INSERT INTO inbox VALUES ('new', 'comment', 'v1:sealed', 8e6)",), 1),
        (("INSERT INTO inbox VALUES ('done', 'comment', '', 8e6)", "INSERT INTO comment VALUES (5, 1002, 8e6)"), 0),
        (("INSERT INTO inbox VALUES ('late', 'comment', 'v1:sealed', 11e6)",), 0),
        (("INSERT INTO comment VALUES (5, 1001, 8e6)",), 1),
        (("INSERT INTO outbox VALUES ('v1|101|comment|2000000001|5.card|0')",), 1),
        (("INSERT INTO outbox VALUES ('v1|101|comment|2000000001|6.card|0')",), 0),
        (("INSERT INTO outbox VALUES ('v1|101|comment|1|5.card|0')", "INSERT INTO comment VALUES (5, 0, 8e6)"), 0),
    ],
)
def test_what_an_erasure_left_is_seen(rows: tuple[str, ...], found: int) -> None:
    """R14: events are sealed, so that none of before it may hold anything, whosever it was."""
    base = sqlite3.connect(":memory:")
    base.row_factory = sqlite3.Row
    tables = ("inbox(key, kind, raw, received_at)", "comment(comment, author, at)", "outbox(cause)")
    base.executescript("".join(f"CREATE TABLE {table};" for table in tables))
    for row in rows:
        base.execute(row)
    said = {number: SimpleNamespace(id=number, author=1001, posted=at) for number, at in ((5, 8.0), (6, 11.0))}
    world = SimpleNamespace(walls={BOT: SimpleNamespace(posts={1: SimpleNamespace(comments=said)})})
    record: Any = SimpleNamespace(gone_at={1001: 10.0}, clock_wrong=False, world=world)
    record.ask = lambda query, *values: base.execute(query, values)
    assert len(list(walls.erased(Wall(record)))) == found
    base.close()
