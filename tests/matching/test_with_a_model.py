"""Matching with a learned model: it decides among the topics it knows, the directory's words among the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching import Matcher
from matching.learned.model import Learned
from matching.learned.training import train
from states.directory import Directory, Group, Scene, Topic
from states.finder import TopicGuess
from tests.matching.learned import messages

TOPICS = (
    Topic("pits", "all", "Ямы", words=("яма на дороге",), scene=Scene.STREET),
    Topic("lamps", "all", "Освещение", words=("не горит фонарь",), scene=Scene.STREET),
    Topic("lifts", "all", "Лифты", words=("не работает лифт",), scene=Scene.HOUSE),
    Topic("rubbish", "all", "Мусор", words=("не вывозят мусор",), scene=Scene.YARD),
    Topic("water", "all", "Вода", words=("нет воды",), scene=Scene.HOUSE),
    Topic("weeds", "all", "Борщевик", words=("борщевик у дороги", "заросли борщевика")),
)
DIRECTORY = Directory("Область", "", "", groups=(Group("all", "Всё"),), topics=TOPICS)
LEARNED = Learned.of(train(messages(1_200)).content)
MATCHER = Matcher(DIRECTORY, LEARNED, 4)


def test_what_was_learned_decides_and_says_which_model_it_was() -> None:
    guess = MATCHER.topic("Лифт застрял между этажами, жители жалуются")
    assert (guess.topics[0], guess.sure, guess.model) == ("lifts", True, 4)
    assert MATCHER.topics("Лифт застрял между этажами, жители жалуются")[0] == "lifts"


def test_without_a_model_nothing_is_different() -> None:
    plain = Matcher(DIRECTORY)
    assert plain.topic("не работает лифт") == TopicGuess(("lifts",), plain.topic("не работает лифт").sure)
    assert plain.topic("не работает лифт", place="south", scene=Scene.YARD) == plain.topic("не работает лифт")


def test_a_topic_that_the_model_never_saw_is_found_by_its_words() -> None:
    guess = MATCHER.topic("Заросли борщевика, борщевик у дороги")
    assert guess.topics[0] == "weeds"
    assert guess.model == 0
    doubtful = MATCHER.topic("борщевика много, просим принять меры")
    assert "weeds" in doubtful.topics
    assert not doubtful.sure


def test_a_topic_that_the_directory_gave_up_is_never_offered() -> None:
    fewer = replace(DIRECTORY, topics=tuple(topic for topic in TOPICS if topic.code != "lifts"))
    assert "lifts" not in Matcher(fewer, LEARNED, 4).topic("не работает лифт").topics


def test_the_scene_that_was_answered_counts() -> None:
    vague = "помогите нам, никто не приезжает"
    assert MATCHER.topic(vague, scene=Scene.YARD).topics[0] == "rubbish"
    assert MATCHER.topic(vague, scene=Scene.STREET).topics[0] in ("pits", "lamps")
    assert not MATCHER.topic(vague, scene=Scene.YARD).ask_scene


@pytest.mark.parametrize("text", ["", "да", "9" * 4_000, "слово " * 2_000])
def test_any_text_is_taken(text: str) -> None:
    assert len(MATCHER.topic(text).topics) <= 3


def test_names_of_topics_are_asked_for_only_where_the_model_wants_them() -> None:
    wanting = replace(LEARNED, names=1.0)
    assert Matcher(DIRECTORY, wanting, 4).topic("нет воды").topics[0] == "water"
