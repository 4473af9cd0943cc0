"""«Отправляйте» is the button under the preview, elsewhere no word of a story; a question is no address (R25, I15)."""

from __future__ import annotations

import pytest

from handlers.decide import decide
from handlers.text import texts, texts_wishes
from screening.acts.written import says_send
from states.dialogue import AskingAddress, AskingText, Draft, Preview
from states.lifecycle.appeal import Piece
from tests.handlers.given import appeal, dialogue, draft_of, facts, said, wrote

READY = Draft((Piece(3, "Яма"),), topic="pits", place="miass", address="Ленина, 5", settling_text=False)
LACKING = Draft((Piece(3, "Яма"),), topic="pits", place="miass", settling_text=False)


@pytest.mark.parametrize(
    "text",
    [
        "отправить", "Отправляй", "отправляйте!", "отправьте", "Отправь", "да, отправить", "да отправляйте пожалуйста",
        "можно отправлять", "всё верно, отправляйте", "ок, шлите", "шли", "отправляем", "отправляйте уже",
        "передайте", "передавайте, спасибо", "отправь это", "хорошо отправь", "готово, отправляй", "ну отправляйте",
        "пожалуйста отправьте обращение",
    ],
)  # fmt: skip
def test_it_is_said_in_twenty_ways(text: str) -> None:
    assert says_send(text)
    decision = decide(facts(dialogue(Preview(), READY)), wrote(text, 20))
    assert decision.appeals and decision.appeals[0].pieces[0].text == "Яма", text


@pytest.mark.parametrize(
    "text",
    [
        "не отправляй", "не надо отправлять", "отправить?", "отправляйте машину", "отправьте бригаду на Ленина 5",
        "отправить позже", "куда отправить", "передайте главе привет", "мусор не отправляют", "да", "всё верно", "ок",
    ],
)  # fmt: skip
def test_what_is_more_or_less_sends_nothing(text: str) -> None:
    assert not says_send(text)
    assert not decide(facts(dialogue(Preview(), READY)), wrote(text, 20)).appeals


@pytest.mark.parametrize("text", ["да", "верно", "всё верно", "ок", "хорошо"])
def test_who_agrees_hears_which_button_sends(text: str) -> None:
    """«Ок» never means «Отправить»."""
    assert said(decide(facts(dialogue(Preview(), READY)), wrote(text, 20))) == texts.PRESS_SEND


def test_before_the_preview_it_is_no_word_of_the_story() -> None:
    """I15: the question stands, and nothing of it is on the card."""
    after = decide(facts(dialogue(AskingAddress(), LACKING)), wrote("отправляйте", 20)).dialogue
    assert after is not None and after.draft.pieces == LACKING.pieces and isinstance(after.step, AskingAddress)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("зачем вам адрес?", texts.ADDRESS_FOR),
        ("а можно позвонить?", texts.ADDRESS_FOR),
        ("скажите ваш телефон", texts.ADDRESS_FOR),
        ("напиши сам", texts.ADDRESS_FOR),
        ("это анонимно?", texts.ADDRESS_FOR),
        ("в моей квартире", texts.ADDRESS_UNSEEN),
        ("по месту прописки", texts.ADDRESS_UNSEEN),
        ("где живу", texts.ADDRESS_UNSEEN),
    ],
)
def test_a_question_is_no_address(text: str, answer: str) -> None:
    decision = decide(facts(dialogue(AskingAddress(), LACKING)), wrote(text, 20))
    assert answer in said(decision)
    assert decision.dialogue is not None and not decision.dialogue.draft.address


@pytest.mark.parametrize(
    "text",
    [
        "возле магазина?",
        "какой-то переулок",
        "как раз за школой",
        "когда едешь из города слева",
        "за гаражами",
        "Ленина 5?",
        "весь посёлок",
    ],
)
def test_a_place_told_somehow_is_taken(text: str) -> None:
    after = decide(facts(dialogue(AskingAddress(), LACKING)), wrote(text, 20)).dialogue
    assert after is not None and after.draft.address


TO_THE_BOT = ("вы вообще читаете?", "Вы меня слышите", "вы нас игнорируете?", "да вы там живы?", "вы хоть работаете")
OF_ALL = (
    "кто-нибудь это читает?", "никто не отвечает", "опять тишина", "и тишина", "ноль реакции", "никакой реакции",
    "ни ответа ни привета", "вам все равно", "вам пофиг?", "глухо", "реакции ноль", "никто не работает",
)  # fmt: skip


@pytest.mark.parametrize("text", (*TO_THE_BOT, *OF_ALL))
def test_impatience_behind_the_number_is_told_where_it_stands(text: str) -> None:
    told = decide(facts(dialogue(), appeals=(appeal(),)), wrote(text, 20))
    assert "отвечает Миндор" in said(told)
    assert not draft_of(told).pieces


@pytest.mark.parametrize("text", OF_ALL)
def test_while_a_story_is_told_it_is_a_part_of_it(text: str) -> None:
    """I14: «третий раз звоню в поликлинику», «никто не отвечает»."""
    story = Draft((Piece(3, "третий раз звоню в поликлинику"),))
    told = decide(facts(dialogue(AskingText(), story)), wrote(text, 20))
    assert [piece.text for piece in draft_of(told).pieces] == ["третий раз звоню в поликлинику", text]


def test_who_asks_when_before_sending_hears_that_nothing_is_sent() -> None:
    assert said(decide(facts(dialogue(Preview(), READY)), wrote("когда ответят?", 20))) == texts_wishes.NOTHING_SENT


def test_under_the_question_whether_words_belong_there_it_is_asked_when_of_that_message() -> None:
    """«Забыл, 2 подъезд», «когда сделаете яму»: the second was the story of a new message."""
    asked = Draft((Piece(12, "забыл сказать, второй подъезд"),), offered=True)
    told = decide(facts(dialogue(AskingText(), asked), appeals=(appeal(),)), wrote("когда заделают яму", 20))
    assert told.dialogue is not None and told.dialogue.draft.pieces == asked.pieces and "Сейчас ни" not in said(told)
    more = decide(facts(dialogue(AskingText(), asked), appeals=(appeal(),)), wrote("яма у школы", 20)).dialogue
    assert more is not None and len(more.draft.pieces) == 2
