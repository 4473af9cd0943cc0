"""What several people do together is really played: incidents of two residents, answers that somebody looks over."""

from __future__ import annotations

from typing import Any

from tests.simulation.chance import Chance
from tests.simulation.director import Director
from tests.simulation.incidents import Incidents
from tests.simulation.loop import run
from tests.simulation.many import stage
from tests.simulation.mutants import INCIDENT, LOOKED_OVER
from tests.simulation.plan import drawn
from tests.simulation.stage import set_out
from tests.simulation.store import Files
from tests.world import said


def played(seed: int, fixed: dict[str, Any]) -> Director:
    plan = drawn(seed, **fixed)
    with set_out(stage(), Chance(seed), Files(), approvals=plan.approvals, numbers=plan.settings) as scene:
        director = Director(plan, scene)
        run(scene.loop, director.play)
        assert director.life is not None and director.wrong == []
        director.life.store.drop()
    return director


def answers(director: Director) -> dict[str, set[int]]:
    """Of each reply that has arrived, whom it reached."""
    found: dict[str, set[int]] = {}
    for user, thread in director.record.dialogues():
        for one in director.record.own(thread):
            for mark in said.ANSWER.findall(one.text):
                found.setdefault(mark, set()).add(user)
    return found


def test_two_residents_read_one_answer_and_one_of_them_what_is_meant_for_him() -> None:
    """R32, I3."""
    reached = [who for seed in (7, 13) for who in answers(played(seed, INCIDENT)).values()]
    assert {1, 2} <= {len(who) for who in reached}


def test_an_answer_leaves_when_a_second_person_has_agreed() -> None:
    """R39."""
    for seed in range(4):
        director = played(seed, LOOKED_OVER)
        (cur,) = (chat.owner for chat in director.world.chats.values() if chat.cur)
        arrived = {mark: who for mark, who in answers(director).items() if not mark.startswith(f"{cur}о")}
        assert arrived.keys() <= director.truth.agreed.keys(), "nothing of an agency leaves without it"
        if arrived:
            return
    raise AssertionError("nothing was agreed to in four seeds")


def test_who_led_whom_is_known_for_each_moment() -> None:
    known = Incidents()
    for at, lead in ((1.0, ""), (2.0, "A"), (3.0, "A"), (5.0, "B"), (8.0, "")):
        known.note(at, "C", lead)
    assert list(known.spans("C")) == [(2.0, 5.0, "A"), (5.0, 8.0, "B")]
    assert [known.head("C", at) for at in (1.0, 2.0, 5.0, 8.0)] == ["C", "A", "B", "C"]
    assert known.leads("C", 6.0) == {"B"} and known.followers("A", 5.0) == {"C"} and not known.followers("A", 5.1)
    assert known.faithful("A", 2.0, 4.9) == {"C"} and not known.faithful("A", 2.0, 5.0)
