"""What people write beside the question: another region, a street instead of a town."""

from __future__ import annotations

import pytest

from handlers.decide import decide
from handlers.text import actions, texts, texts_wishes
from handlers.views.turn import PAUSE_TIMER
from states.dialogue import AskingText, ChoosingPlace, Dialogue, Draft, Preview, Step
from states.events import TimerFired
from states.lifecycle.appeal import Piece, Status
from tests.handlers.given import ANNA, appeal, dialogue, facts, labels, said, sends, tapped, wrote
from tests.small import NOW

TOLD = Draft((Piece(3, "Большая яма"),), topic="pits", settling_text=False)


def types(text: str, step: Step, draft: Draft = TOLD) -> tuple[str, Dialogue]:
    decision = decide(facts(dialogue(step, draft)), wrote(text))
    assert decision.dialogue is not None
    return said(decision), decision.dialogue


def test_another_region_is_named() -> None:
    words, after = types("Курган", ChoosingPlace())
    assert words.startswith("Курган — другой регион") and isinstance(after.step, ChoosingPlace)
    assert after.draft.place is None


def test_a_story_of_another_region_is_told_so_too() -> None:
    _, told = types("в кургане яма", AskingText(), Draft())
    decision = decide(facts(told), TimerFired(PAUSE_TIMER, str(ANNA), ANNA, NOW))
    assert "Курган — другой регион" in said(decision)
    assert decision.dialogue is not None and decision.dialogue.draft.text == "в кургане яма"


def test_a_street_instead_of_a_town_is_kept_as_the_address() -> None:
    words, after = types("Чичерина", ChoosingPlace())
    assert texts.STREET_KEPT.format(street="Чичерина") in words and after.draft.address == "Чичерина"
    decision = decide(facts(after), wrote("Миасс", 11))
    assert decision.dialogue is not None and isinstance(decision.dialogue.step, Preview)


@pytest.mark.parametrize("text", ["хз", "Нск", "там за рекой у моста направо"])
def test_what_may_be_no_street_is_none(text: str) -> None:
    assert types(text, ChoosingPlace())[1].draft.address == ""


def test_the_same_words_are_on_the_card_once() -> None:
    for step in (AskingText(), Preview(), ChoosingPlace()):
        _, after = types("Большая  яма!", step)
        assert after.draft.text == "Большая яма"
    asked = appeal(status=Status.ASKED)
    repeated = decide(facts(dialogue(AskingText(), TOLD), appeals=(asked,)), wrote("большая яма"))
    assert repeated.dialogue is not None and repeated.dialogue.draft.text == "Большая яма"


def test_what_has_been_sent_already_is_not_sent_again() -> None:
    """The third «Пишу третий раз: …» began a third message."""
    sent = appeal(pieces=(Piece(3, "Снег у дома не чистят"),))
    decision = decide(facts(dialogue(), appeals=(sent,)), wrote("снег у дома не чистят!!!"))
    assert said(decision).startswith(texts_wishes.ALREADY_SENT) and "отвечает Миндор" in said(decision)
    assert {"Поторопить", "Это о другом"} <= set(labels(sends(decision, ANNA)[0]))
    meant = decide(facts(decision.dialogue, appeals=(sent,)), tapped(actions.AS_WORDS, cmid=11))
    assert meant.dialogue is not None and meant.dialogue.draft.text == "снег у дома не чистят!!!"


@pytest.mark.parametrize("text", ["снег", "Снег у школы не чистят"])
def test_other_words_are_another_message(text: str) -> None:
    sent = appeal(pieces=(Piece(3, "Снег у дома не чистят"), Piece(4, "снег")))
    decision = decide(facts(dialogue(), appeals=(sent,)), wrote(text))
    assert decision.dialogue is not None and decision.dialogue.draft.text == text
