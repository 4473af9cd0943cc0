"""Two communities in one process and one database: nothing crosses, and both are really played (decision 0022)."""

from __future__ import annotations

import pytest

from tests.form import either
from tests.simulation import ci
from tests.simulation.acts_resident import FORGET
from tests.simulation.chance import Chance
from tests.simulation.kept_seeds import TWINS, kept
from tests.simulation.loop import run
from tests.simulation.many import outcomes, stage
from tests.simulation.plan import Plan, twin
from tests.simulation.stage import set_out
from tests.simulation.store import Files
from tests.simulation.twins import Twins
from tests.world import said
from tests.world.two import MARKS, SECOND, of_one

QUIET = {"troubles": (), "focus": "", "resident_acts": ("story",), "official_acts": ("answers",), "raising": 0.0}


def played(plan: Plan) -> Twins:
    with set_out(
        stage(twins=True), Chance(plan.seed), Files(), approvals=plan.approvals, numbers=plan.settings
    ) as scene:
        director = Twins(plan, scene)
        run(scene.loop, director.play)
        assert director.life is not None and director.wrong == []
        director.life.store.drop()
    return director


def test_every_seed_that_failed_once_and_each_night_some_of_this_commit() -> None:
    seeds = [*kept(TWINS), *either((), range(ci.of_commit(), ci.of_commit() + 4))]
    wrong = {outcome.seed: outcome.wrong for outcome in outcomes([twin(seed) for seed in seeds]) if outcome.wrong}
    assert wrong == {}, "python -m tests.simulation --twins --replay SEED"


def test_the_same_residents_and_officials_are_in_both_and_each_has_its_answers() -> None:
    director = played(twin(1, **QUIET, residents=2, acts_each=2, apart=False, approvals=False))
    home, second = director.records
    shared = {chat.id for _, chat in home.chats()} & {chat.id for _, chat in second.chats()}
    assert len(shared) == 5
    for record in (home, second):
        who = {user for user, _ in record.dialogues()}
        reached = {mark for _, one in record.everything() for mark in said.ANSWER.findall(one.text)}
        assert who == {20_001, 20_002} and reached, record.community
        assert all((int(mark.rpartition("н")[2]) > MARKS) is (record is second) for mark in reached)
    numbers = [{peer: chat.id for peer, chat in record.chats()} for record in (home, second)]
    assert any(numbers[0][peer] != numbers[1][peer] for peer in numbers[0].keys() & numbers[1].keys())


@pytest.mark.parametrize(("apart", "acts"), [(False, 3), (True, 1)])
def test_an_erasure_reaches_the_other_one_of_the_same_operator_only(apart: bool, acts: int) -> None:
    """Where everybody does one thing, some ask to be forgotten in one of them only."""
    quiet = {**QUIET, "resident_acts": ("story", FORGET), "acts_each": acts, "residents": 2}
    erased = [set[int](), set[int]()]
    for seed in range(4 if apart else 2):
        director = played(twin(seed, **quiet, apart=apart))
        for known, record in zip(erased, director.records, strict=True):
            known |= {seed * 10**6 + user for user in record.truth.erased}
    assert erased[0] and erased[1] and (erased[0] == erased[1]) is not apart


def test_it_is_played_again_exactly() -> None:
    plans = [twin(seed) for seed in range(2)]
    assert [one.trace for one in outcomes(plans)] == [one.trace for one in outcomes(plans)]


def test_a_question_about_one_is_answered_from_its_rows() -> None:
    assert of_one("SELECT code FROM appeal WHERE code = ?", SECOND) == (
        "SELECT code FROM (SELECT * FROM appeal WHERE community_id = 202) AS appeal WHERE code = ?"
    )
