"""Thanks that name somebody are handed on if their author wants it (I14); a formula is answered and not kept (I15)."""

from __future__ import annotations

import pytest

from handlers.decide import decide
from handlers.text import texts, texts_wishes
from screening.acts.written import thanks_somebody
from states.dialogue import Draft, Idle
from states.lifecycle.appeal import Status
from tests.handlers.given import appeal, dialogue, draft_of, facts, labels, said, sends, wrote
from tests.small import NOW

NAMED = (
    "огромное спасибо хирургу Петрову", "Спасибо дворнику нашего дома!", "благодарю бригаду за ремонт дороги",
    "Спасибо воспитателям детского сада Солнышко", "спасибо скорой, приехали быстро", "спасибо медсёстрам",
    "спасибо администрации за новую площадку", "выражаю благодарность коллективу поликлиники",
    "спасибо вам за отремонтированный тротуар", "Спасибо за тёплые батареи", "спасибо мастеру участка Сидорову",
    "спасибо участковому", "большое спасибо нашей управляющей", "благодарим школу за праздник",
    "спасибо коммунальщикам!!", "низкий поклон и спасибо врачам", "Спасибо пожарным, спасли дом",
    "спасибо тем кто почистил двор", "Спасибо главе города", "спасибо дорожникам, сделали отлично",
)  # fmt: skip
FORMULA = (
    "спасибо", "спасибо большое за ответ", "благодарю вас", "спасибо за помощь", "спасибо за оперативность",
    "спасибо вам огромное", "🙏", "спс", "спасибо за работу", "спасибо за быстрый ответ", "ой спасибо",
    "благодарю за внимание", "спасибочки", "спасибо добрые люди", "спасибо что ответили", "всем спасибо",
    "Спасибо вам, добрые люди! Всё сделали", "огромное человеческое спасибо", "спасибо, жду", "Молодцы, спасибо",
    "от души спасибо", "спасибо, вопрос решён",
)  # fmt: skip


@pytest.mark.parametrize("text", NAMED)
def test_thanks_to_somebody_are_offered_to_be_handed_on(text: str) -> None:
    decision = decide(facts(dialogue(Idle(), Draft())), wrote(text))
    (shown,) = sends(decision)
    assert shown.text == texts_wishes.THANKS and texts_wishes.HAND_ON_THANKS in labels(shown)
    assert (meant := draft_of(decision).meant) is not None and meant.text == text


@pytest.mark.parametrize("text", NAMED)
def test_behind_the_number_they_may_be_about_what_was_mended(text: str) -> None:
    decision = decide(facts(dialogue(Idle(), Draft()), appeals=(appeal(),)), wrote(text))
    assert said(decision) in (texts_wishes.THANKS, texts_wishes.SOLVED_ALREADY)
    assert (meant := draft_of(decision).meant) is not None and meant.text == text


@pytest.mark.parametrize("text", FORMULA)
def test_a_formula_is_answered_with_a_kind_word(text: str) -> None:
    assert not thanks_somebody(text)
    assert said(decide(facts(dialogue(Idle(), Draft())), wrote(text))) == texts.THANKS


def test_thanks_for_an_answer_go_to_whoever_gave_it() -> None:
    answered = appeal(status=Status.ANSWERED, answered_at=NOW, first_answer_at=NOW)
    decision = decide(facts(dialogue(Idle(), Draft()), appeals=(answered,)), wrote("спасибо бригаде"))
    assert said(decision).startswith(texts.THANKS) and answered.code in said(decision)
