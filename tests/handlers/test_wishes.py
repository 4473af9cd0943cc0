"""What is said to the bot itself in natural words: asked back with a button at every step, nothing is lost (R12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.resident.consent import let_in
from handlers.text import actions, texts, texts_personal, texts_wishes
from states.decision import Decision
from states.dialogue import (
    AddingTo,
    AskingAddress,
    AskingConsent,
    AskingText,
    ChoosingAgency,
    ChoosingGroup,
    ChoosingPlace,
    ChoosingTopic,
    Dialogue,
    Draft,
    Idle,
    ListingAppeals,
    Preview,
    Rating,
    ShowingAppeal,
    Step,
)
from states.effects import StartTimer
from states.events import TimerFired
from states.lifecycle.appeal import Piece, Status
from states.lifecycle.rights import ErasureRequest
from tests.handlers.given import ANNA, PHOTO, READY, appeal, dialogue, facts, labels, of, said, sends, tapped, wrote
from tests.small import NOW

STEPS = [
    Idle(),
    AskingText(),
    ChoosingTopic(("pits",)),
    ChoosingGroup(),
    ChoosingPlace(),
    AskingAddress(),
    Preview(),
    ListingAppeals(),
    Rating("1124-AAAA"),
]


def says(text: str, step: Step = STEPS[0], draft: Draft | None = None, **more: Any) -> Decision:
    return decide(facts(dialogue(step, draft or Draft()), **more), wrote(text))


def talk(decision: Decision) -> Dialogue:
    assert decision.dialogue is not None
    return decision.dialogue


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("text", "button"),
    [
        ("Удалите все мои данные", "Да, удалить"),
        ("Отзываю согласие на обработку персональных данных", "Да, удалить"),
        ("что вы обо мне знаете", "Мои данные"),
        ("не хочу больше", "Удалить мои данные"),
        ("что с моей заявкой?", "Мои сообщения"),
        ("Когда уже ответите?", "Мои сообщения"),
        ("Куда обратиться?", "Написать конкретному органу"),
        ("Позовите человека", "Написать сообщение"),
    ],
)
def test_at_every_step_it_is_asked_back_with_a_button_and_nothing_is_lost(step: Step, text: str, button: str) -> None:
    draft = READY if isinstance(step, ChoosingTopic | ChoosingPlace | AskingAddress | Preview) else Draft()
    decision = says(text, step, draft)
    (asked,) = sends(decision, ANNA)
    assert button in labels(asked) and "Это о другом" in labels(asked)
    assert talk(decision).step == step and talk(decision).draft.pieces == draft.pieces
    assert talk(decision).draft.meant == Piece(10, text)
    assert not decision.appeals and decision.erasure is None


def test_another_thing_was_meant() -> None:
    """«Это о другом»: the words go on as any others."""
    asked = says("Позовите человека", AskingText())
    decision = decide(facts(asked.dialogue), tapped(actions.AS_WORDS, cmid=11))
    assert talk(decision).draft.text == "Позовите человека" and talk(decision).draft.meant is None
    stale = decide(facts(decision.dialogue), tapped(actions.AS_WORDS, cmid=12))
    assert texts.STALE in said(stale)
    typed = decide(facts(asked.dialogue), wrote("Это о другом", 11))
    assert talk(typed).draft.text == "Позовите человека"


def test_words_taken_for_a_wish_are_forgotten_after_a_day() -> None:
    asked = says("Позовите человека")
    (timer,) = of(StartTimer, asked)
    assert timer.at - NOW == timedelta(days=1)
    later = decide(facts(asked.dialogue, now=timer.at), TimerFired(timer.name, timer.key, ANNA, timer.at))
    assert talk(later).draft == Draft() and not later.effects


def test_a_wish_beside_a_draft_leaves_its_reminder_alone() -> None:
    (timer,) = of(StartTimer, says("Когда ответите?", Preview(), READY))
    assert timer.name == "draft"


def test_erasure_that_was_asked_for_already_says_when() -> None:
    due = NOW + timedelta(days=10)
    decision = says("удалите мои данные", erasure=ErasureRequest(ANNA, NOW, due))
    assert "Вы попросили удалить" in said(decision) and "Да, удалить" not in labels(sends(decision, ANNA)[0])


def test_a_withdrawn_consent_says_what_it_means() -> None:
    assert said(says("отзываю согласие")).startswith("Отозвать согласие значит удалить ваши данные. Удалить всё")


def test_stop_with_a_draft_offers_to_drop_it() -> None:
    decision = says("Стоп!", Preview(), READY)
    assert texts_wishes.STOP_DRAFT in said(decision) and "Отмена" in labels(sends(decision, ANNA)[0])
    assert texts_wishes.STOP in said(says("Стоп!"))


def test_when_names_the_only_open_message_and_its_state() -> None:
    decision = says("когда ответите?", appeals=(appeal(), appeal(code="1124-BBBB", status=Status.CLOSED)))
    assert said(decision) == "Снег на дороге · Миасс, Мира, 1: отвечает Миндор."
    assert labels(sends(decision, ANNA)[0]) == ["Поторопить", "Открыть №1124-AAAA", "Мои сообщения", "Это о другом"]
    opened = decide(facts(decision.dialogue, appeals=(appeal(),)), tapped(actions.APPEAL, "1124-AAAA", cmid=11))
    assert talk(opened).step == ShowingAppeal("1124-AAAA")


def test_when_of_several_and_of_none() -> None:
    several = says("где ответ?", appeals=(appeal(), appeal(code="1124-BBBB")))
    assert said(several).count("отвечает Миндор") == 2
    assert texts_wishes.NOTHING_OPEN in said(says("где ответ?"))


def test_done_goes_on_with_what_was_told() -> None:
    told = replace(READY, topic=None, settling_text=True)
    assert isinstance(talk(says("Всё", AskingText(), told)).step, ChoosingTopic)
    assert talk(says("готово", AskingText())).step == AskingText()
    assert talk(says("Готово!", Preview(), READY)).step == Preview()
    adding = says("это всё", AddingTo("1124-AAAA"), appeals=(appeal(),))
    assert talk(adding).step == Idle() and not adding.appeals


def test_thanks_while_something_is_asked_are_no_part_of_the_draft() -> None:
    decision = says("Спасибо!", AskingAddress(), READY)
    assert said(decision).startswith(texts.THANKS) and talk(decision).draft == READY


def test_thanks_at_rest_are_passed_on_as_before() -> None:
    assert texts.THANKS in said(says("Спасибо!"))


@pytest.mark.parametrize("text", ["всё готово", "так и не сделали", "куда обратиться?", "стоп"])
def test_an_answer_to_a_question_is_no_wish(text: str) -> None:
    """An official waits for it."""
    decision = says(text, appeals=(appeal(status=Status.ASKED),))
    assert decision.appeals and decision.appeals[0].pieces[-1].text == text


def test_a_right_is_heard_even_then() -> None:
    """R12."""
    decision = says("удалите мои данные", appeals=(appeal(status=Status.ASKED),))
    assert not decision.appeals and "Да, удалить" in labels(sends(decision, ANNA)[0])


def test_a_reply_to_what_was_said_of_a_message_belongs_to_it() -> None:
    decision = says("когда ответите?", linked=appeal(), appeals=(appeal(),))
    assert decision.appeals and decision.appeals[0].pieces[-1].text == "когда ответите?"
    others = says("когда ответите?", linked=appeal(resident=5))
    assert texts_wishes.NOTHING_OPEN in said(others)


def test_a_word_that_is_looked_up_is_no_wish() -> None:
    """«Оператор» is the name of an agency."""
    assert isinstance(talk(says("оператор", ChoosingAgency())).step, ChoosingAgency)
    assert "не нашли" in said(says("оператор", ChoosingAgency()))


@pytest.mark.parametrize("more", [{"attachments": (PHOTO,)}, {"forwarded": 1}])
def test_with_a_file_it_is_a_message(more: dict[str, Any]) -> None:
    decision = decide(facts(dialogue(AskingText())), wrote("удалите мои данные", **more))
    assert talk(decision).draft.pieces and talk(decision).draft.meant is None


def test_who_may_send_nothing_new_still_has_rights_and_own_messages() -> None:
    blocked = dialogue(Idle(), blocked_until=NOW + timedelta(days=2))

    def hears(text: str) -> Decision:
        return decide(facts(blocked, appeals=(appeal(),)), wrote(text))

    assert labels(sends(hears("удалите мои данные"), ANNA)[0]) == ["Да, удалить"]
    assert "отвечает Миндор" in said(hears("когда ответите?"))
    assert "не принимаем от вас новых сообщений" in said(hears("позовите человека"))


@pytest.mark.parametrize(
    ("said_before", "kept"),
    [
        ("Удалите, пожалуйста, все мои данные", "удалить мои данные"),
        ("отзываю своё согласие", "удалить мои данные"),
        ("что вы обо мне храните?", "мои данные"),
        ("позовите человека", "помощь"),
        ("стоп", "не даю"),
        (" Мои данные ", "Мои данные"),
        ("когда ответите?", ""),
        ("Яма на дороге", ""),
    ],
)
def test_before_consent_the_door_keeps_our_words_for_theirs(said_before: str, kept: str) -> None:
    """R7, R12."""
    assert let_in(said_before) == kept


def test_before_consent_what_was_meant_works() -> None:
    asked = Dialogue(ANNA, AskingConsent((10,), NOW))
    erase = decide(facts(asked), wrote(let_in("удалите всё обо мне"), 11, content=False))
    assert "Да, удалить" in labels(sends(erase, ANNA)[0])
    data = decide(facts(asked), wrote(let_in("что вы обо мне знаете"), 11, content=False))
    assert texts_personal.PROFILE in said(data)
