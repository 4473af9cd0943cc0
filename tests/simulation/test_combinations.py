"""F8, G6: whatever VK does with a random_id and its history, nothing is lost, doubled or misdelivered; and a copy is
called unavoidable only where the bot looked and VK did not show it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.rig.stand import BOT
from tests.form import either
from tests.proof_file import git
from tests.simulation.asked import Asked, Look, Request
from tests.simulation.combinations import COMBINATIONS, plan_of, plans
from tests.simulation.kept_seeds import GUESSES, kept
from tests.simulation.loop import Mortal
from tests.simulation.many import outcomes
from vk_emulator.world.records import Message, Thread

PEER = 1001
OWN = int(git("rev-parse", "HEAD") or "0", 16) % 1000 + 1
"""A round that this commit chooses, for each night; the first is the same for all."""


def test_every_seed_that_failed_once() -> None:
    played = outcomes([plan_of(seed) for seed in kept(GUESSES)])
    assert {outcome.seed: outcome.wrong for outcome in played if outcome.wrong} == {}


@pytest.mark.parametrize("turn", either([0], [0, OWN]))
def test_every_combination(turn: int) -> None:
    played = plans(range(turn, turn + 1))
    assert len({(plan.echo, *plan.switches.items()) for plan in played}) >= len(COMBINATIONS) == 72
    wrong = {outcome.seed: outcome.wrong for outcome in outcomes(played) if outcome.wrong}
    assert wrong == {}, "python -m tests.simulation.combinations --replay SEED"


def copies(
    asked_at: tuple[float, float], *looks: Look, lasts: float = 1.0, form: int = 0, sent: Container[Any] = ()
) -> set[int]:
    """Two messages under one random_id, asked for at these times, with these looks; each request `lasts` so long.
    `form`: the second is a simpler one of the same; `sent`: what the bot calls its message."""
    thread = Thread((BOT, PEER))
    made = [Message(id=8, cmid=1, thread=thread, sender=BOT, date=0, text="", random_id=5)]
    made += [replace(made[0], id=9, cmid=2, random_id=5 + form)]
    asked = Asked(by={one.id: Request(at, over=at + lasts) for one, at in zip(made, asked_at, strict=True)})
    asked.looks[PEER] += looks
    return asked.copies([(PEER, made)], lambda _: "cause" if form else "", sent)


def look(at: float, *shown: int, told: bool = True) -> Look:
    return Look(at, PEER, frozenset(shown), told)


def test_what_was_shown_to_a_process_that_died_over_it_is_known_to_nobody() -> None:
    """Seed 300031: it was shown, the process died before it could note that, and the next one was shown nothing."""
    dead, alive = Mortal(), Mortal()
    dead.dead = True
    seen, unseen = replace(look(4.0, 1), sender=dead), replace(look(5.0), sender=alive)
    assert copies((1.0, 9.0), seen, unseen) == {9}
    assert copies((1.0, 9.0), replace(seen, sender=alive), unseen) == set()
    assert copies((1.0, 9.0), seen) == set(), "nobody has looked"


def test_what_vk_did_not_show_cannot_be_prevented() -> None:
    assert copies((1.0, 9.0), look(5.0)) == {9}
    # The first request may be carried out after the second: the copy is whatever came second.
    assert copies((9.0, 1.0), look(5.0)) == {9}


def test_a_simpler_form_of_what_vk_did_not_show_is_a_copy_too() -> None:
    """F16, seed 45916: the bot was put back into a chat of which VK shows nothing of before, and the form was refused.
    The copy is what the bot does not know."""
    assert copies((1.0, 9.0), look(5.0), form=1) == {9}
    assert copies((1.0, 9.0), look(5.0), form=1, sent={(PEER, 2)}) == {8}
    assert copies((1.0, 9.0), look(5.0, 1), form=1) == copies((1.0, 9.0), form=1) == set()


@pytest.mark.parametrize(
    "looks",
    [
        (),
        (look(0.5),),
        (look(9.5),),
        (look(5.0, 1),),
        (look(4.0), look(5.0, 1)),
        (look(5.0, told=False),),
    ],
    ids=["no look", "before", "after", "shown", "shown later", "answer lost"],
)
def test_what_was_shown_or_never_looked_for_is_a_violation(looks: tuple[Look, ...]) -> None:
    assert copies((1.0, 9.0), *looks) == set()


def test_who_looks_before_the_first_request_is_over_has_looked_too_early() -> None:
    assert copies((1.0, 9.0), look(5.0), lasts=4.0) == {9}
    assert copies((1.0, 9.0), look(5.0), lasts=4.5) == set()
