"""Acts that the voters hear: what is asked back, what loses no word, and where it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.resident.floods import MOST_PIECES
from handlers.text import actions, texts, texts_wishes
from states.decision import Decision
from states.dialogue import (
    AddingTo,
    AskingAddress,
    AskingText,
    ChoosingAgency,
    ChoosingGroup,
    ChoosingPlace,
    ChoosingTopic,
    Dialogue,
    Draft,
    Idle,
    Preview,
    Step,
)
from states.lifecycle.appeal import Appeal, Piece, Status
from tests.handlers.given import ANNA, PHOTO, READY, appeal, dialogue, facts, labels, said, sends, tapped, wrote
from tests.small import NOW

TOLD = Draft((Piece(3, "не горит"),), settling_text=False)
SENT = appeal()
DONE = appeal(status=Status.ANSWERED, answered_at=NOW - timedelta(days=1))


def says(text: str, step: Step = Idle(), draft: Draft = Draft(), *own: Appeal, **more: Any) -> Decision:  # noqa: B008
    return decide(facts(dialogue(step, draft), appeals=own, **more), wrote(text))


def talk(decision: Decision) -> Dialogue:
    assert decision.dialogue is not None
    return decision.dialogue


@pytest.mark.parametrize("own", [(), (SENT,)])
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("во сколько открывается паспортный стол", texts_wishes.QUESTION),
        ("козлы вы все там", texts_wishes.WHAT_HAPPENED),
        ("займ без отказа на карту, пишите в личку", texts_wishes.ADVERTISING),
        ("редакция газеты просит комментарий главы для публикации", texts_wishes.PRESS),
    ],
)
def test_what_is_no_problem_is_asked_back_and_kept(text: str, answer: str, own: tuple[Appeal, ...]) -> None:
    decision = says(text, Idle(), Draft(), *own)
    assert answer in said(decision) and talk(decision).draft.meant == Piece(10, text)
    meant = decide(facts(decision.dialogue, appeals=own), tapped(actions.AS_WORDS, cmid=11))
    assert talk(meant).draft.text == text


@pytest.mark.parametrize("text", ["козлы вы все там", "во сколько открывается паспортный стол"])
def test_while_a_story_is_told_it_is_a_part_of_it(text: str) -> None:
    assert talk(says(text, AskingText(), TOLD)).draft.text == f"не горит\n{text}"


@pytest.mark.parametrize(
    "text", ["и сколько ждать ещё", "вы вообще работаете или нет", "ну что там слышно по моему вопросу"]
)
def test_impatience_hears_where_it_stands(text: str) -> None:
    assert "отвечает Миндор" in said(says(text, Idle(), Draft(), SENT))


@pytest.mark.parametrize("text", ["когда почистят снег у дома в Миассе", "когда почините точно эти ямы?"])
def test_who_names_a_place_or_a_topic_tells_a_problem(text: str) -> None:
    assert talk(says(text, Idle(), Draft(), SENT)).draft.text == text


def test_who_asks_when_his_own_trouble_is_mended_hears_where_it_stands() -> None:
    """«Когда дадут воду?» a minute after the number was a second message."""
    asked = "ну когда уже точно уберут снег"
    assert "отвечает Миндор" in said(says(asked, Idle(), Draft(), SENT))
    assert talk(says(asked)).draft.text == asked, "who has sent nothing tells a problem"
    other = replace(SENT, topic="pits")
    assert talk(says(asked, Idle(), Draft(), other)).draft.text == asked
    elsewhere = "когда точно уберут снег в Миассе"
    assert talk(says(elsewhere, Idle(), Draft(), SENT)).draft.text == elsewhere


def test_it_is_done() -> None:
    """«Всё починили»: a mark for what was answered, a withdrawal for what waits."""
    answered = says("приехали, всё убрали", Idle(), Draft(), DONE)
    assert {"Решено", "Не решено"} & {one.split(" №")[0] for one in labels(sends(answered, ANNA)[0])}
    waits = says("приехали, всё убрали", Idle(), Draft(), SENT)
    assert texts_wishes.SOLVED_ALREADY in said(waits) and not waits.appeals


def test_what_sounds_like_thanks_is_passed_on_to_nobody() -> None:
    thanked = says("Не благодарю", Idle(), Draft(), DONE)
    assert not thanked.appeals and "Это о другом" in labels(sends(thanked, ANNA)[0])


def test_what_sounds_like_thanks_in_a_story_is_a_part_of_it() -> None:
    assert talk(says("Не благодарю", Preview(), READY)).draft.text.endswith("Не благодарю")
    assert said(says("спасибо", Preview(), READY)).startswith(texts.THANKS)


def test_what_sounds_like_a_greeting_is_kept() -> None:
    text = "здравия желаю, хочу обратиться"
    begun = says(text)
    assert talk(begun).draft.text == text and isinstance(talk(begun).step, AskingText)
    assert "Пишите дальше" in said(begun)
    assert talk(says(text, AskingText(), TOLD)).draft.text == f"не горит\n{text}"


def test_what_sounds_like_the_end_is_told() -> None:
    text = "больше ничего не ходит"
    assert talk(says(text, AskingText(), TOLD)).draft.text == f"не горит\n{text}"
    (added,) = says(text, AddingTo(SENT.code), Draft(), SENT).appeals
    assert added.pieces[-1].text == text
    assert isinstance(talk(says(text, Preview(), READY)).step, Preview)


def test_a_doubtful_yes_takes_the_topic_and_an_unknown_address_is_none() -> None:
    taken = says("ага оно самое", ChoosingTopic(("pits",)), TOLD)
    assert talk(taken).draft.topic == "pits" and talk(taken).draft.text == "не горит"
    unknown = says("без понятия какой там дом", AskingAddress(), READY)
    assert talk(unknown).draft.address_unknown


def test_who_does_not_know_the_town_is_asked_for_the_nearest() -> None:
    decision = says("без понятия", ChoosingPlace(), TOLD)
    assert texts.TOWN_NEEDED in said(decision) and talk(decision).draft == TOLD


def test_ok_in_other_words_is_not_met_with_silence() -> None:
    assert texts_wishes.NOTED in said(says("хорошо, буду ждать вестей от вас", Idle(), Draft(), SENT))
    assert says("ок", Idle(), Draft(), SENT).ignored is not None


def test_signs_alone_are_impatience_only_behind_the_number() -> None:
    """«???» was a greeting, and was met with «Напишите, что случилось»."""
    assert "отвечает Миндор" in said(says("???", Idle(), Draft(), SENT))
    assert talk(says("???", Preview(), READY)).draft == READY


@pytest.mark.parametrize("text", ["да да", "ну да конечно"])
def test_a_yes_of_several_little_words_is_one(text: str) -> None:
    taken = says(text, ChoosingTopic(("pits",)), TOLD)
    assert talk(taken).draft.topic == "pits" and talk(taken).draft.text == "не горит"


def test_behind_the_number_a_story_is_rarer() -> None:
    """What is a story to whoever has sent nothing is more to what was sent, or asks after it."""
    text = "ну и долго нам этого дожидаться всем подъездом"
    assert "отвечает Миндор" in said(says(text, Idle(), Draft(), SENT))


def test_whatever_is_clear_is_heard_where_a_name_was_asked_for() -> None:
    assert texts_wishes.STOP_DRAFT in said(
        says("раздумал, не буду ничего писать", ChoosingTopic(("pits", "snow")), TOLD)
    )


def test_nothing_told_yet_is_no_story() -> None:
    assert texts_wishes.QUESTION in said(says("во сколько открывается паспортный стол", AskingText()))
    assert texts.SOLVED_OR_NOT in said(says("ок", AskingText(), Draft(), DONE))


def test_a_greeting_under_a_question_of_an_official_is_no_answer() -> None:
    asked = appeal(status=Status.ASKED)
    greeted = says("добрый день", Idle(), Draft(), asked)
    assert not greeted.appeals and isinstance(talk(greeted).step, Idle)
    assert says("да", Idle(), Draft(), asked).appeals and says("тут такое дело", Idle(), Draft(), asked).appeals


@pytest.mark.parametrize("step", [ChoosingAgency(), ChoosingPlace(), ChoosingGroup()])
def test_a_photo_where_a_name_is_asked_for_is_a_part_of_the_story(step: Step) -> None:
    decision = decide(facts(dialogue(step, TOLD)), wrote("вот фото", attachments=(PHOTO,)))
    assert talk(decision).draft.text == "не горит\nвот фото" and talk(decision).draft.files


@pytest.mark.parametrize("step", [AskingAddress(), ChoosingPlace(), ChoosingGroup(), Preview()])
def test_a_full_draft_takes_no_more(step: Step) -> None:
    full = replace(TOLD, pieces=tuple(Piece(number, f"{number} яма") for number in range(1, MOST_PIECES + 1)))
    assert said(says("ул. Мира, 5, а ещё вот что расскажу вам", step, full)).startswith(texts.DRAFT_FULL)


def test_more_than_a_name_where_a_body_is_looked_for_begins_a_story() -> None:
    assert talk(says("фонарь уже неделю мигает", ChoosingAgency())).draft.text == "фонарь уже неделю мигает"
