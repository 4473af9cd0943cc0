"""By the probabilities: taken, offered alone, the scene asked, or three topics; never surer than they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.probable import GAIN, beside, fitting, gain, guess, shares_after_answer
from states.directory import Scene
from states.finder import TopicGuess

SCENES = {"lift": Scene.HOUSE, "snow": Scene.YARD, "pits": Scene.STREET, "lamp": Scene.STREET, "wages": None}


@pytest.mark.parametrize(
    ("shares", "wanted"),
    [
        ({"lift": 0.9, "snow": 0.1}, TopicGuess(("lift", "snow"), sure=True, model=7)),
        ({"lift": 0.8, "snow": 0.2}, TopicGuess(("lift", "snow"), likely=True, model=7)),
        ({"snow": 0.5, "pits": 0.49, "lift": 0.01}, TopicGuess(("snow", "pits"), ask_scene=True, model=7)),
        ({"pits": 0.5, "lamp": 0.5}, TopicGuess(("lamp", "pits"), model=7)),
        ({"wages": 0.6, "lift": 0.01, "snow": 0.4}, TopicGuess(("wages", "snow"), ask_scene=True, model=7)),
        ({"pits": 0.4, "snow": 0.3, "lift": 0.2}, TopicGuess(("pits", "snow", "lift"), ask_scene=True, model=7)),
        ({"gone": 0.95, "lift": 0.05}, TopicGuess(("lift",), model=7)),
        ({"gone": 1.0}, TopicGuess(model=7)),
        ({}, TopicGuess(model=7)),
    ],
)  # fmt: skip
def test_what_is_asked(shares: dict[str, float], wanted: TopicGuess) -> None:
    assert guess(shares, SCENES, None, 3, 7) == wanted


def test_nothing_is_offered_where_nothing_is_wanted() -> None:
    assert guess({"lift": 0.9}, SCENES, None, 0, 7) == TopicGuess(model=7)


def test_an_answer_decides_and_is_not_asked_again() -> None:
    shares = {"snow": 0.5, "pits": 0.49, "lift": 0.01}
    told = guess(shares, SCENES, Scene.STREET, 3, 7)
    assert told.topics[0] == "pits"
    assert told.sure
    assert not told.ask_scene
    assert guess(shares, SCENES, Scene.OTHER, 3, 7).topics[0] == "snow"
    assert not guess(shares, SCENES, Scene.OTHER, 3, 7).ask_scene


def test_an_answer_about_nothing_changes_nothing() -> None:
    assert shares_after_answer({}, SCENES, Scene.YARD) == {}
    assert gain({}, SCENES) == 0
    assert shares_after_answer({"wages": 0.5}, SCENES, Scene.YARD) == {"wages": pytest.approx(0.5)}


@given(st.dictionaries(st.sampled_from(sorted(SCENES)), st.floats(0.001, 1.0)), st.sampled_from(Scene))
def test_an_answer_keeps_the_sum_and_is_never_expected_to_harm(shares: dict[str, float], scene: Scene) -> None:
    told = shares_after_answer(shares, SCENES, scene)
    assert sum(told.values()) == pytest.approx(sum(shares.values()))
    assert gain(shares, SCENES) >= -1e-9
    assert sum(fitting(Scene.YARD, one) for one in Scene) == pytest.approx(1)
    assert sum(fitting(None, one) for one in Scene) == pytest.approx(1)
    assert GAIN > 0


def test_a_topic_that_the_model_never_saw_stands_last_and_nothing_is_likely() -> None:
    said = TopicGuess(("pits", "snow", "lift"), likely=True, model=7)
    assert beside(said, ("new",), 3) == TopicGuess(("pits", "snow", "new"), model=7)
    assert beside(said, (), 3) == said
    sure = TopicGuess(("pits",), sure=True, model=7)
    assert beside(sure, ("new",), 3) == sure
