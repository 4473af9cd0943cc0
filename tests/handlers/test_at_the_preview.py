"""What is said before «Отправить»: a question is answered and stands on no card (I15), a further problem is offered
apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.decide import decide
from handlers.text.texts_wishes import TO_CARD
from states.decision import Decision
from states.dialogue import Draft, Preview
from states.lifecycle.appeal import Piece
from tests import example
from tests.handlers.given import dialogue, facts, said, wrote

DRAFT = Draft(
    (Piece(5, "Яма на дороге"),), topic="dorogi-yamy", place="miass", address="улица Мира, дом 9", settling_text=False
)


def says(text: str, draft: Draft = DRAFT) -> Decision:
    known = facts(dialogue(Preview(), draft), directory=example.region(), find=example.matcher())
    return decide(known, wrote(text, 11))


def draft_after(text: str, draft: Draft = DRAFT) -> Draft:
    after = says(text, draft).dialogue
    assert after is not None and isinstance(after.step, Preview)
    return after.draft


@pytest.mark.parametrize(
    "text",
    [
        "можно фото?", "фото можно?", "а фото можно прислать?", "фото нужно?", "видео можно?", "а кто ответит?",
        "кто это прочитает?", "кому это уйдёт?", "куда это отправится", "а потом можно дополнить?", "а это бесплатно?",
        "а анонимно можно?", "кто ответит",
    ],
)  # fmt: skip
def test_a_question_is_answered_and_stands_on_no_card(text: str) -> None:
    """I15: the words are kept beside the draft, in case they were about something else."""
    told, draft = said(says(text)), draft_after(text)
    assert draft.text == "Яма на дороге" and draft.meant is not None and draft.meant.text == text
    assert "Отправить" in told and "бот" not in told
    added = decide(facts(says(text).dialogue, directory=example.region(), find=example.matcher()), wrote(TO_CARD, 12))
    assert added.dialogue is not None and text in added.dialogue.draft.text


@pytest.mark.parametrize(
    "text",
    [
        "а может дом 14?", "ещё и фонари не горят, так?", "почему фонари не горят?", "яма глубокая", "а в Копейске?",
        "вы понимаете что там бабушки ходят?", "а дети как ходить будут?", "а почему рядом ещё одна?",
        "а почему вчера то же самое было?", "а в детский сад как идти?", "почему там дети падают?",
        "вы знаете что там третий раз падает ребёнок, нет?", "и как нам жить?",
    ],
)  # fmt: skip
def test_what_tells_more_goes_onto_it(text: str) -> None:
    known = decide(
        facts(dialogue(Preview(), DRAFT), directory=example.region(), find=example.matcher()), wrote(text, 11)
    ).dialogue
    assert known is not None and text in known.draft.text


def test_who_calls_for_a_person_hears_of_people() -> None:
    assert "сотрудник" in said(says("позовите человека"))


def test_a_further_problem_is_offered_apart() -> None:
    draft = draft_after("А ещё в подъезде не работает лифт")
    assert len(draft.offered_apart) == 2
    assert not draft_after("А ещё в подъезде не работает лифт", replace(DRAFT, whole=True)).offered_apart
