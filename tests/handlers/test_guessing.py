"""What a learned model says in the dialogue: sure, likely, or a question first; without one all stays as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from handlers.decide import decide
from handlers.resident import guessing
from handlers.text import actions, texts
from handlers.views.screens import OTHER_TOPIC
from states.decision import Decision
from states.dialogue import (
    AskingAddress,
    AskingScene,
    AskingText,
    ChoosingChange,
    ChoosingGroup,
    ChoosingPlace,
    ChoosingTopic,
    Draft,
    Idle,
    Preview,
)
from states.directory import Directory, Scene
from states.events import TimerFired
from states.finder import TopicGuess
from states.lifecycle.appeal import Piece
from states.messages import Location
from tests.handlers.given import (
    ANNA,
    PHOTO,
    READY,
    dialogue,
    draft_of,
    facts,
    labels,
    said,
    sends,
    step_of,
    tapped,
    wrote,
)
from tests.small import BY_SCENE, NOW, REGION, LearnedFinder, SmallFinder

SURE, LIKELY, DOUBTFUL = "Точно яма", "Вроде яма, снег", "Где-то снег и яма"
POINT = Location(55.1, 60.1)


def settles(text: str, draft: Draft | None = None, **more: Any) -> Decision:
    told = replace(draft or Draft(), pieces=(Piece(3, text),))
    known = {"find": LearnedFinder()} | more
    return decide(facts(dialogue(AskingText(), told), **known), TimerFired("pause", str(ANNA), ANNA, NOW))


def presses(before: Decision, action: str, value: str = "", **more: Any) -> Decision:
    known = {"find": LearnedFinder()} | more
    return decide(facts(before.dialogue, **known), tapped(action, value))


def says(before: Decision, text: str = "", find: SmallFinder | None = None, **more: Any) -> Decision:
    return decide(facts(before.dialogue, find=find or LearnedFinder()), wrote(text, 11, **more))


def test_a_sure_topic_is_taken_and_shown_before_sending() -> None:
    taken = settles(f"{SURE}, Миасс, ул. Мира 1")
    assert step_of(taken) == Preview() and draft_of(taken).topic == "pits" and draft_of(taken).topic_by == 3
    assert "ямы на дороге" in said(taken)
    sent = presses(taken, actions.SEND)
    assert sent.appeals[0].topic == "pits" and sent.appeals[0].topic_by == 3
    changed = presses(presses(taken, actions.CHANGE), actions.CHANGE_TOPIC)
    other = presses(changed, actions.TOPIC, "snow")
    assert draft_of(other).topic == "snow" and draft_of(other).topic_by == 0, "the resident chose it"


def test_a_likely_topic_is_offered_alone() -> None:
    offered = settles(LIKELY)
    assert step_of(offered) == ChoosingTopic(("pits",), True, 3)
    assert said(offered) == "Похоже, это «Ямы на дороге». Верно?"
    assert labels(sends(offered)[-1]) == ["Да, верно", "Другая тема", "Отмена"]
    for yes in (presses(offered, actions.TOPIC, "pits"), says(offered, "Да, верно"), says(offered, "да!")):
        assert draft_of(yes).topic == "pits" and draft_of(yes).topic_by == 3
        assert isinstance(step_of(yes), ChoosingPlace) and draft_of(yes).text == LIKELY


def test_a_likely_topic_that_is_declined_is_never_offered_again() -> None:
    offered = settles(LIKELY)
    for no in (presses(offered, actions.OTHER_TOPIC), says(offered, "нет")):
        assert step_of(no) == ChoosingTopic(("snow",), False, 3) and draft_of(no).declined == "pits"
        more = says(no, "точно говорю, вроде яма")
        assert step_of(more) == ChoosingTopic(("snow",), False, 3) and draft_of(more).topic is None
        assert isinstance(step_of(presses(no, actions.OTHER_TOPIC)), ChoosingGroup)
    alone = settles("Вроде яма")
    assert isinstance(step_of(presses(alone, actions.OTHER_TOPIC)), ChoosingGroup), "nothing else is likely"


def test_words_instead_of_yes_or_no_are_a_part_of_the_story() -> None:
    more = says(settles(LIKELY), "глубиной по колено, третью неделю никто не едет")
    assert step_of(more) == ChoosingTopic(("pits",), True, 3) and "по колено" in draft_of(more).text
    listed = Draft((Piece(3, "снег и яма"),), settling_text=False)
    plain = decide(facts(dialogue(ChoosingTopic(("pits", "snow")), listed)), wrote("да", 11))
    assert draft_of(plain).topic is None, "«да» answers nothing where several are offered"


@pytest.mark.parametrize(
    ("scene", "label"),
    [(Scene.HOUSE, "В доме"), (Scene.YARD, "Во дворе"), (Scene.STREET, "На улице"), (Scene.OTHER, "Другое")],
)
def test_the_scene_is_asked_once_and_its_answer_tells_the_topic(scene: Scene, label: str) -> None:
    asked = settles(DOUBTFUL)
    assert step_of(asked) == AskingScene() and said(asked) == texts.ASK_SCENE
    assert labels(sends(asked)[-1]) == ["В доме", "Во дворе", "На улице", "Другое", "Назад", "Отмена"]
    for told in (presses(asked, actions.SCENE, scene), says(asked, label.lower())):
        assert draft_of(told).topic == BY_SCENE[scene] and draft_of(told).scene is scene
        assert draft_of(told).topic_by == 3 and draft_of(told).text == DOUBTFUL


def test_a_scene_that_does_not_exist_is_an_old_button() -> None:
    asked = settles(DOUBTFUL)
    assert texts.STALE in said(presses(asked, actions.SCENE, "moon"))
    assert step_of(says(asked, "2")) != AskingScene(), "answered by its number"
    assert draft_of(says(asked, "2")).scene is Scene.YARD


def test_words_instead_of_a_press_are_kept_and_the_question_is_not_repeated() -> None:
    asked = settles(DOUBTFUL)
    plain = says(asked, "уже неделю, дети падают, никто ничего не делает")
    assert step_of(plain) == ChoosingTopic(("pits", "snow"), False, 3)
    assert "дети падают" in draft_of(plain).text and texts.TEXT_ADDED in said(plain)
    named = says(asked, "снег лежит во дворе уже неделю")
    assert draft_of(named).topic == "snow" and draft_of(named).text.endswith("уже неделю")
    bare = says(asked, "двор")
    assert draft_of(bare).topic == "snow" and draft_of(bare).scene is Scene.YARD


def test_a_file_keeps_the_question_and_a_point_ends_it() -> None:
    asked = settles(DOUBTFUL)
    photo = says(asked, attachments=(PHOTO,))
    assert step_of(photo) == AskingScene() and draft_of(photo).files == 1
    point = says(asked, location=POINT)
    assert step_of(point) == ChoosingTopic(("pits", "snow"), False, 3)
    assert draft_of(point).address.startswith("точка на карте") and draft_of(point).scene is None


def test_back_leads_to_the_text_and_back_to_a_scene_that_was_told() -> None:
    asked = settles(DOUBTFUL)
    text = presses(asked, actions.BACK)
    assert step_of(text) == AskingText()
    again = decide(facts(text.dialogue, find=LearnedFinder()), TimerFired("pause", str(ANNA), ANNA, NOW))
    assert isinstance(step_of(again), ChoosingTopic), "it was asked once"
    told = presses(asked, actions.SCENE, Scene.STREET)
    assert isinstance(step_of(told), ChoosingPlace)
    topics = presses(told, actions.BACK)
    assert step_of(topics) == ChoosingTopic(("pits",), False, 3) and draft_of(topics).topic_by == 0
    scene = presses(topics, actions.BACK)
    assert step_of(scene) == AskingScene() and draft_of(scene).scene is None
    assert step_of(presses(scene, actions.BACK)) == AskingText()


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        (f"{DOUBTFUL} во дворе", Piece(3)),
        (DOUBTFUL, Piece(4, location=POINT)),
    ],
)
def test_what_says_where_it_is_spares_the_question(text: str, piece: Piece) -> None:
    draft = Draft((Piece(3, text), piece) if piece.location else (Piece(3, text),), settling_text=False)
    known = facts(dialogue(), find=LearnedFinder())
    found = guessing.take_sure_topic(known, draft)
    step = guessing.next_choice(known, found) if found.topic is None else None
    assert not isinstance(step, AskingScene)


@dataclass(frozen=True)
class OneScene(LearnedFinder):
    directory: Directory = REGION

    def topic(self, text: str, limit: int = 3, *, place: str | None = None, scene: Scene | None = None) -> TopicGuess:
        return TopicGuess(("pits", "snow"), ask_scene=True, model=3)


@pytest.mark.parametrize(
    ("scenes", "asked"),
    [
        ((Scene.STREET, Scene.STREET), False),
        ((Scene.STREET, Scene.YARD), True),
        ((Scene.STREET, None), True),
        ((None, None), True),
    ],
)
def test_topics_of_one_scene_need_no_question(scenes: tuple[Scene | None, ...], asked: bool) -> None:
    own = dict(zip(("pits", "snow"), scenes, strict=True))
    topics = tuple(replace(topic, scene=own.get(topic.code)) for topic in REGION.topics)
    known = facts(dialogue(), find=OneScene(), directory=replace(REGION, topics=topics))
    step = guessing.next_choice(known, Draft((Piece(3, "беда"),)))
    assert isinstance(step, AskingScene) is asked


def test_matching_hears_the_place_and_the_scene() -> None:
    heard: list[tuple[str | None, Scene | None]] = []

    @dataclass(frozen=True)
    class Listening(SmallFinder):
        def topic(
            self, text: str, limit: int = 3, *, place: str | None = None, scene: Scene | None = None
        ) -> TopicGuess:
            heard.append((place, scene))
            return TopicGuess(("pits",), scene is not None, ask_scene=scene is None)

    offered = settles("Беда в подъезде, Миасс", find=Listening())
    assert set(heard) == {("miass", None), ("miass", Scene.HOUSE)}
    assert step_of(offered) == ChoosingTopic(("pits",), True), "nothing is sure by words that were read already"
    heard.clear()
    settles("Беда, Миасс", replace(Draft(), scene=Scene.YARD), find=Listening())
    assert set(heard) == {("miass", Scene.YARD)}


def test_a_confirmed_topic_is_never_guessed_anew_by_another_model() -> None:
    taken = settles(f"{SURE}, Миасс, ул. Мира 1")
    other = LearnedFinder(model=4)
    for later in (
        says(taken, "и снег точно", find=other),
        says(presses(taken, actions.CHANGE), "и снег точно", find=other),
        says(presses(taken, actions.CHANGE_ADDRESS), "ул. Труда 5", find=other),
    ):
        assert draft_of(later).topic == "pits" and draft_of(later).topic_by == 3


def test_what_stood_on_the_screen_stays_valid() -> None:
    """The model is another one by the time the button is pressed."""
    offered = settles(LIKELY)
    yes = presses(offered, actions.TOPIC, "pits", find=LearnedFinder(model=4))
    assert draft_of(yes).topic == "pits" and draft_of(yes).topic_by == 3
    listed = says(offered, "точно снег, а не яма", find=LearnedFinder(model=4))
    old = presses(listed, actions.TOPIC, "doctor", find=LearnedFinder(model=4))
    assert draft_of(old).topic == "doctor" and draft_of(old).topic_by == 0, "an old screen's topic is taken as it stood"


def test_a_topic_in_words_is_the_models_where_it_offered_it() -> None:
    offered = settles(LIKELY)
    declined = presses(offered, actions.OTHER_TOPIC)
    named = says(declined, "Снег на дороге")
    assert draft_of(named).topic == "snow" and draft_of(named).topic_by == 3


def test_without_a_model_nothing_is_new() -> None:
    for text in (SURE, LIKELY, DOUBTFUL):
        step = step_of(settles(text, find=SmallFinder()))
        assert not isinstance(step, AskingScene) and not (
            isinstance(step, ChoosingTopic) and (step.alone or step.model)
        )


def test_an_old_other_topic_shows_all_groups() -> None:
    pressed = decide(facts(dialogue(Preview(), READY)), tapped(OTHER_TOPIC.command.action))
    assert isinstance(step_of(pressed), ChoosingGroup) and draft_of(pressed).topic == READY.topic
    assert isinstance(
        step_of(decide(facts(dialogue(ChoosingChange(), READY)), tapped(actions.CHANGE_TOPIC))), ChoosingGroup
    )
    assert step_of(decide(facts(dialogue(AskingAddress(), READY)), tapped(actions.SCENE, Scene.YARD))) == Preview()
    assert step_of(decide(facts(dialogue(Idle(), Draft())), tapped(actions.SCENE, Scene.YARD))) == Idle()
