"""Who is in danger goes on telling, takes it back, despairs, has not consented yet; what remains after it (R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.decide import decide
from handlers.text import actions, texts, texts_danger
from handlers.text.parts import LIMIT, units
from handlers.views.alarm_card import text_of
from handlers.views.turn import DRAFT_ASKED_AFTER, DRAFT_FORGOTTEN_AFTER
from states.dialogue import (
    AskingConsent,
    AskingText,
    ConfirmingSafety,
    Draft,
    Idle,
    OfferingDuty,
    Preview,
    ReportingDanger,
    ShowingAppeal,
    Step,
)
from states.effects import Edit, Kind, StartTimer
from states.events import MessageEdited, TimerFired
from states.lifecycle.alerts import Ending
from states.lifecycle.appeal import Piece, Status
from states.messages import Location
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    PHOTO,
    READY,
    appeal,
    dialogue,
    facts,
    labels,
    marked,
    of,
    said,
    sends,
    step_of,
    tapped,
    wrote,
)
from tests.handlers.in_danger import CODE, FIRE, NAMED, alert_of, card_of, pressed, raised, seen, tells
from tests.small import NOW, POLICY, REGION

# Before consent.


def test_the_consent_alone_follows_with_what_its_button_does() -> None:
    """R6, R28."""
    decision = marked(None, directory=NAMED)
    first, asked = sends(decision, ANNA)
    assert first.text.startswith("Звоните 112") and asked.text == POLICY.consent
    assert labels(asked) == ["Даю согласие, передать дежурному", "Не даю"]
    assert labels(sends(marked(None), ANNA)[1]) == ["Даю согласие", "Не даю"]
    silent = replace(POLICY, tells_duty=False)
    assert labels(sends(marked(None, directory=NAMED, policy=silent), ANNA)[1])[0] == "Даю согласие"
    again = marked(decision.dialogue, 12, directory=NAMED)
    assert not sends(again) and again.dialogue is not None
    assert again.dialogue.step == AskingConsent((11, 12), NOW, POLICY.consent_hash, alarmed=True)


def test_an_alarm_seconds_after_the_greeting_is_asked_anew() -> None:
    greeted = decide(facts(), wrote("", 10, content=False)).dialogue
    decision = marked(greeted, 11, directory=NAMED)
    assert [labels(send)[:1] for send in sends(decision, ANNA)] == [[], ["Даю согласие, передать дежурному"]]


def test_a_refusal_promises_nothing() -> None:
    talk = marked(None).dialogue
    refused = decide(facts(talk), tapped(actions.REFUSE, cmid=12, content=False))
    assert "Звоните 112: отсюда никто не вызовет." in said(refused) and "передать" not in said(refused)


def test_the_words_that_were_read_again_are_the_alarm() -> None:
    talk = marked(None).dialogue
    agreed = decide(facts(talk), tapped(actions.CONSENT, cmid=12, content=False)).dialogue
    assert decide(facts(agreed), wrote(FIRE, 11)).appeals[0].alarming


# Told on.


def test_what_is_written_next_is_on_the_card_at_once() -> None:
    held = raised()
    talk = dialogue(ReportingDanger(CODE), touched_at=NOW)
    at = NOW + timedelta(minutes=1)
    decision = decide(facts(talk, appeals=(held,), now=at), wrote("третий подъезд, второй этаж", 11, at=at))
    (after,) = decision.appeals
    assert [piece.cmid for piece in after.pieces] == [9, 11] and after.version == held.version + 1
    (edit,) = of(Edit, decision)
    assert edit.target == held.card and "дописал в 14:01: «третий подъезд, второй этаж»" in edit.text
    assert sends(decision, ANNA)[0].text == texts_danger.ADDED and not sends(decision, CUR_CHAT)
    read = decide(facts(talk, appeals=(seen(held),), now=at), wrote("позвонил, едут", 11, at=at))
    assert sends(read, ANNA)[0].text == texts_danger.ADDED_LATER


def test_where_it_is_may_be_said_later() -> None:
    held = raised("Помогите, горит дом")
    talk = dialogue(ReportingDanger(CODE), touched_at=NOW)
    (after,) = decide(facts(talk, appeals=(held,)), wrote("Миасс, ул. Мира 7", 11)).appeals
    assert (after.place, after.address) == ("miass", "ул. Мира 7")


def test_a_second_danger_joins_the_first_wherever_the_dialogue_is() -> None:
    held = raised()
    decision = decide(facts(dialogue(ShowingAppeal(CODE)), appeals=(held,)), wrote("люди задыхаются", 11))
    assert [one.code for one in decision.appeals] == [CODE] and len(decision.appeals[0].pieces) == 2


def test_an_hour_of_silence_later_words_are_about_something_else() -> None:
    talk = dialogue(ReportingDanger(CODE), touched_at=NOW)
    later = NOW + timedelta(hours=1)
    decision = decide(facts(talk, appeals=(raised(),), now=later), wrote("Яма у дома", 11, at=later))
    assert not decision.appeals and decision.dialogue is not None and decision.dialogue.draft.text == "Яма у дома"


def test_of_many_messages_only_the_first_are_answered() -> None:
    held = replace(raised(), pieces=tuple(Piece(40 + number, "ещё") for number in range(10)))
    talk = dialogue(ReportingDanger(CODE), touched_at=NOW)
    decision = decide(facts(talk, appeals=(held,)), wrote("и ещё", 60))
    assert not sends(decision, ANNA) and len(decision.appeals[0].pieces) == 11
    full = replace(held, pieces=tuple(Piece(10 + number, "ещё") for number in range(100)))
    assert texts.APPEAL_FULL.format(code=CODE) in said(decide(facts(talk, appeals=(full,)), wrote("и ещё", 300)))


def test_a_long_story_keeps_the_card_in_one_message() -> None:
    words = tuple(Piece(10 + number, f"{number} " + "слово " * 100) for number in range(30))
    held = replace(raised(), pieces=words)
    text = text_of(held, facts())
    assert units(text) <= LIMIT and "«0 слово" in text and "«29 слово" in text and text.endswith(CODE)


def test_an_edit_of_its_words_changes_the_card() -> None:
    held = raised()
    decision = decide(facts(dialogue(), appeals=(held,)), MessageEdited(wrote("Горит дом на Мира 6", 9).message))
    assert decision.appeals[0].pieces[0].text == "Горит дом на Мира 6" and "Мира 6" in of(Edit, decision)[0].text


def test_a_reply_to_it_is_an_addition_without_an_author() -> None:
    """R21: by VK's own «Ответить», with the dialogue elsewhere."""
    held = raised()
    decision = decide(facts(dialogue(), appeals=(held,), linked=held), wrote("второй этаж", 11))
    assert not sends(decision, CUR_CHAT) and "второй этаж" in of(Edit, decision)[0].text


def test_a_draft_added_to_an_old_card_is_on_the_card_that_is_shown() -> None:
    """VK changes no card after a day: it is sent anew, once, with all the words."""
    held, later = raised(), NOW + timedelta(hours=23, minutes=30)
    draft = Draft((Piece(11, "второй этаж"), Piece(12, "код 5")))
    talk = dialogue(AskingText(), draft)
    decision = decide(facts(talk, appeals=(held,), now=later), tapped(actions.ADD_DRAFT, CODE, 13))
    (card,) = [send for send in sends(decision, CUR_CHAT) if send.kind == Kind.CARD]
    assert decision.appeals[0].card == card.cause and "второй этаж" in card.text and "код 5" in card.text
    assert not of(Edit, decision)


def test_a_photo_and_a_point_are_named_on_the_card() -> None:
    talk = dialogue(ReportingDanger(CODE), touched_at=NOW)
    with_photo = decide(facts(talk, appeals=(raised(),)), wrote("", 11, attachments=(PHOTO,)))
    (edit,) = of(Edit, with_photo)
    assert "«(фото или файлы)»" in edit.text and "Показать фото" in labels(edit)
    point = decide(facts(talk, appeals=(raised(),)), wrote("", 11, location=Location(55.0, 60.0)))
    assert "точка на карте 55.000000, 60.000000" in of(Edit, point)[0].text


def test_nothing_at_all_is_answered_as_ever() -> None:
    talk = dialogue(ReportingDanger(CODE), touched_at=NOW)
    decision = decide(facts(talk, appeals=(raised(),)), wrote("", 11))
    assert texts.LETTERS_ONLY in said(decision) and texts_danger.GO_ON in said(decision)


# «Отмена».


def test_a_cancel_asks_whether_there_is_no_danger() -> None:
    held, talk = raised(), dialogue(ReportingDanger(CODE), touched_at=NOW)
    asked = decide(facts(talk, appeals=(held,)), wrote("отмена", 11))
    assert said(asked) == "Уже сообщили в центр управления регионом. Опасности нет?" and not asked.appeals
    named = decide(facts(talk, appeals=(held,), directory=NAMED), tapped(actions.CANCEL))
    assert said(named) == "Уже сообщили дежурному. Опасности нет?"
    assert labels(sends(named)[0]) == ["Опасности нет", "Опасность есть"]
    safe = decide(facts(asked.dialogue, appeals=(held,)), tapped(actions.SAFE, CODE))
    assert safe.appeals[0].alarming and "автор пишет, что опасности нет" in of(Edit, safe)[0].text
    assert safe.dialogue is not None and safe.dialogue.step == Idle() and "звоните 112" in said(safe)
    still = decide(facts(asked.dialogue, appeals=(held,)), tapped(actions.STILL_DANGER, CODE))
    assert still.dialogue is not None and still.dialogue.step == ReportingDanger(CODE) and not still.appeals


def test_back_from_that_question_leads_to_the_alarm() -> None:
    held = raised()
    back = decide(facts(dialogue(ConfirmingSafety(CODE)), appeals=(held,)), tapped(actions.BACK))
    assert back.dialogue is not None and back.dialogue.step == ReportingDanger(CODE)
    out = decide(facts(dialogue(ReportingDanger(CODE)), appeals=(held,)), tapped(actions.BACK))
    assert out.dialogue is not None and out.dialogue.step == Idle()


def test_a_withdrawal_asks_the_same() -> None:
    """Those on duty know of it: it is not taken back in silence."""
    held = raised()
    decision = decide(facts(dialogue(), appeals=(held,)), tapped(actions.WITHDRAW_YES, CODE))
    assert decision.dialogue is not None and decision.dialogue.step == ConfirmingSafety(CODE) and not decision.appeals


def test_a_cancel_elsewhere_is_the_usual_one() -> None:
    decision = decide(facts(dialogue(AskingText(), READY), appeals=(raised(),)), tapped(actions.CANCEL))
    assert texts.CANCELLED in said(decision)
    nothing = decide(facts(dialogue(ReportingDanger(CODE))), tapped(actions.CANCEL))
    assert nothing.dialogue is not None and nothing.dialogue.step == Idle()


@pytest.mark.parametrize("action", [actions.SAFE, actions.STILL_DANGER, actions.WHAT_REMAINS])
def test_of_a_strange_or_an_old_alarm_nothing_is_done(action: str) -> None:
    assert texts.NOT_YOURS in said(decide(facts(dialogue()), tapped(action, "1124-ZZZZ")))
    over = seen()
    over = replace(over, alert=replace(alert_of(over), ending=Ending.FALSE, ended_at=NOW), status=Status.CLOSED)
    decision = decide(facts(dialogue(), appeals=(over,)), tapped(action, CODE))
    assert action == actions.WHAT_REMAINS or "уже закрыта" in said(decision)


# Despair, and a consent that does not say it.


def test_despair_is_asked_about_first() -> None:
    decision = tells("я не хочу жить")
    assert not decision.appeals and decision.dialogue is not None
    assert decision.dialogue.step == OfferingDuty((Piece(9, "я не хочу жить"),), despair=True)
    (asked,) = sends(decision, ANNA)
    assert asked.text == (
        "Вам очень тяжело. Поговорить: 8-800-2000-122, бесплатно. Опасно прямо сейчас: 112. "
        "Передать в центр управления регионом?"
    )
    assert labels(asked) == ["Передать", "Не нужно"]
    told = decide(facts(decision.dialogue), tapped(actions.TELL_DUTY, cmid=11))
    assert told.appeals[0].alarming and "я не хочу жить" in card_of(told).text
    left = decide(facts(decision.dialogue), tapped(actions.NO_DUTY, cmid=11))
    assert not left.appeals and "не передаём" in said(left) and "8-800" in said(left)


LETS = (
    "да|Да!|ага|угу|да пожалуйста|передайте|ну передайте|да передавай|помогите|помогите мне|да, помогите пожалуйста"
    "|давайте|конечно передайте|сообщите кому-нибудь|да нужна помощь|надо|прошу передайте"
)
REFUSES = (
    "нет|Нет!|не надо|нет, не надо|не нужно|нет спасибо|не хочу|нет не хочу|не передавайте|не надо передавать"
    "|не надо никому передавать|не говорите никому|опасности нет|Нет, опасности нет|все хорошо|нет, уже все нормально"
    "|не стоит|пока не надо|да нет|никому не надо|не надо никому сообщать|нет опасности никакой"
)
NEITHER = (
    "хорошо|ок|не знаю|плохо|нет сил|не могу|да какая разница|мне 16|никому не нужна|нет никого|а что будет?|да?"
    "|не хочу так|не надо было рождаться|хорошо бы уснуть|всё надоело|ничего не хочу|мне не хорошо"
)


@pytest.mark.parametrize(("texts_of_it", "expected"), [(LETS, True), (REFUSES, False), (NEITHER, None)])
def test_its_buttons_may_be_typed_in_words(texts_of_it: str, expected: bool | None) -> None:
    """Whoever has no strength to press is not asked the same again; what may be a cry is no answer."""
    step = OfferingDuty((Piece(10, "я не хочу жить"),), despair=True)
    for text in texts_of_it.split("|"):
        after = decide(facts(dialogue(step)), wrote(text, 11))
        stays = isinstance(step_of(after), OfferingDuty)
        assert (bool(after.appeals), stays) == (expected is True, expected is None), text
        assert expected is not False or "не передаём" in said(after)


@pytest.mark.parametrize("text", ["можно мне просто не быть", "я больше не могу, всё, конец", "смысла нет ни в чём"])
def test_what_may_be_despair_and_names_no_problem_is_asked_about_alone(text: str) -> None:
    """R28: no list of sections under it."""
    decision = tells(text, AskingText())
    assert step_of(decision) == OfferingDuty((Piece(9, text),), despair=True) and len(sends(decision, ANNA)) == 1
    begun = tells(text, AskingText(), READY)
    assert not isinstance(step_of(begun), OfferingDuty) and "больше" not in said(begun)


def test_more_words_under_that_question_belong_to_it_and_danger_ends_it() -> None:
    step = OfferingDuty((Piece(10, "я не хочу жить"),), despair=True)
    more = decide(facts(dialogue(step)), wrote("никому не нужна", 11))
    assert more.dialogue is not None and isinstance(more.dialogue.step, OfferingDuty) and not more.appeals
    assert [piece.cmid for piece in more.dialogue.step.pieces] == [10, 11]
    now = decide(facts(dialogue(step)), wrote("стою на крыше, прыгну", 11))
    (held,) = now.appeals
    assert held.alarming and [piece.cmid for piece in held.pieces] == [10, 11]
    assert decide(facts(dialogue(step)), tapped(actions.BACK)).dialogue is not None


def test_an_hour_after_that_question_words_are_about_something_else() -> None:
    step = OfferingDuty((Piece(10, "я не хочу жить"),), despair=True)
    later = decide(
        facts(dialogue(step, touched_at=NOW), now=NOW + timedelta(hours=2)), wrote("Яма на дороге, Миасс, Мира 5", 11)
    )
    assert later.dialogue is not None and not isinstance(later.dialogue.step, OfferingDuty)


def test_a_region_without_crisis_lines_names_112() -> None:
    bare = replace(REGION, crisis=())
    assert "Поговорить" not in said(tells("я не хочу жить", directory=bare))
    assert "Тяжело на душе" not in said(tells(directory=bare)) and "Тяжело на душе — 8-800" in said(tells())
    step = OfferingDuty((Piece(10, "не хочу жить"),), despair=True)
    assert "Поговорить" not in said(decide(facts(dialogue(step), directory=bare), tapped(actions.NO_DUTY)))


def test_without_the_sentence_of_the_consent_an_alarm_waits_for_a_press() -> None:
    """R8: an own BOT_CONSENT_FILE that does not say it."""
    policy = replace(POLICY, tells_duty=False)
    decision = tells(policy=policy)
    first, asked = sends(decision, ANNA)
    assert first.text.startswith("Звоните 112 прямо сейчас.") and not decision.appeals
    assert asked.text == "Передать это в центр управления регионом сейчас?"
    more = decide(facts(decision.dialogue, policy=policy), wrote("скорее, люди внутри, горим", 11))
    assert len(sends(more, ANNA)) == 1 and not more.appeals
    told = decide(facts(more.dialogue, policy=policy), tapped(actions.TELL_DUTY, cmid=12))
    assert told.appeals[0].alarming and len(told.appeals[0].pieces) == 2


@pytest.mark.parametrize("action", [actions.TELL_DUTY, actions.NO_DUTY])
def test_a_press_of_an_old_question_changes_nothing(action: str) -> None:
    decision = decide(facts(dialogue()), tapped(action))
    assert texts.STALE in said(decision) and not decision.appeals


# What remains.


def test_what_remains_to_mend_is_a_draft_sent_as_usual() -> None:
    over = pressed(actions.HANDED_OVER, seen()).appeals[0]
    decision = decide(facts(dialogue(ReportingDanger(CODE)), appeals=(over,)), tapped(actions.WHAT_REMAINS, CODE, 15))
    assert decision.dialogue is not None and not decision.appeals
    draft = decision.dialogue.draft
    assert draft.text == FIRE and draft.place == "miass" and draft.first == 15 and draft.different and draft.warned
    busy = decide(facts(dialogue(Preview(), READY), appeals=(over,)), tapped(actions.WHAT_REMAINS, CODE, 15))
    assert busy.dialogue is not None and busy.dialogue.draft == READY
    assert texts.NOT_YOURS in said(decide(facts(dialogue(), appeals=(appeal(),)), tapped(actions.WHAT_REMAINS, CODE)))


def test_it_is_no_repeat_of_the_alarm() -> None:
    over = pressed(actions.HANDED_OVER, seen()).appeals[0]
    ready = replace(READY, pieces=(Piece(16, FIRE),))
    decision = decide(facts(dialogue(Preview(), ready), appeals=(over,), number="1124-BBBB"), tapped(actions.SEND))
    assert decision.appeals and decision.appeals[0].code == "1124-BBBB"


def test_an_ended_alarm_that_is_opened_again_is_a_usual_message() -> None:
    over = pressed(actions.FALSE_ALARM, seen()).appeals[0]
    decision = decide(
        facts(dialogue(), appeals=(over,), now=NOW + timedelta(hours=1)), tapped(actions.NOT_SOLVED, CODE)
    )
    (after,) = decision.appeals
    assert after.status is Status.REOPENED and after.deadline is not None
    cards = [send for send in sends(decision, CUR_CHAT) if send.kind == Kind.CARD]
    assert all("Житель ещё пишет" not in card.text for card in cards)


def test_another_alarm_than_the_one_that_is_told_is_left_alone() -> None:
    other = replace(raised(), code="1124-BBBB")
    talk = dialogue(ReportingDanger(CODE), touched_at=NOW)
    decision = decide(facts(talk, appeals=(other,)), wrote("Яма у дома", 11))
    assert not decision.appeals and decision.dialogue is not None and decision.dialogue.draft.text == "Яма у дома"


# A draft left behind.


@pytest.mark.parametrize("step", [ReportingDanger(CODE), ConfirmingSafety(CODE), OfferingDuty((Piece(3, "Тяжело"),))])
def test_nobody_in_danger_is_asked_about_a_draft(step: Step) -> None:
    """R28: it is forgotten in its time, without a word."""
    talk = dialogue(step, READY, touched_at=NOW)
    at = NOW + DRAFT_ASKED_AFTER
    quiet = decide(facts(talk, now=at), TimerFired("draft", str(ANNA), ANNA, at))
    assert not sends(quiet) and of(StartTimer, quiet)[0].at == at + DRAFT_FORGOTTEN_AFTER - DRAFT_ASKED_AFTER
    over = of(StartTimer, quiet)[0].at
    gone = decide(facts(quiet.dialogue, now=over), TimerFired("draft", str(ANNA), ANNA, over))
    assert not sends(gone) and gone.dialogue is not None and gone.dialogue.draft == Draft()
