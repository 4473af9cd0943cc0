"""«Мои данные» and «Удалить мои данные» in any state; publication apart and off by default (R9, R12, R13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.resident.my_data import OFFER_LIVES
from handlers.text import actions, texts, texts_chat, texts_personal
from handlers.views.personal import stamp
from states.audit import AuditAction, AuditLine
from states.decision import Consent, Decision
from states.dialogue import (
    AddingTo,
    AskingConsent,
    AskingPublication,
    AskingText,
    ChoosingPlace,
    ConfirmingErasure,
    Dialogue,
    Draft,
    Idle,
    Preview,
    Refused,
    ShowingData,
    Step,
)
from states.effects import DATA, CancelSend, CancelTimer, Reread
from states.events import ErasureAsked
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.lifecycle.rights import ErasureRequest, Ground
from states.lifecycle.tasks import Job, Task
from tests.handlers.given import (
    ANNA,
    BORIS,
    CUR_CHAT,
    PHOTO,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    facts,
    in_cur,
    labels,
    of,
    said,
    sends,
    step_of,
    tapped,
    wrote,
)
from tests.handlers.test_screens import STEPS
from tests.small import NOW, POLICY

STRANGERS = [None, Dialogue(ANNA), Dialogue(ANNA, AskingConsent((5,), NOW)), Dialogue(ANNA, Refused())]
DUE = datetime(2026, 12, 24, 18, 59, 59, tzinfo=UTC)
ASKED = ErasureRequest(ANNA, NOW, DUE)
OTHER = in_cur(code="1124-BBBB", source=7)


def tap(action: str, value: str = "", talk: Dialogue | None = None, **more: Any) -> Decision:
    return decide(facts(talk or dialogue(), **more), tapped(action, value))


# Seeing.


@pytest.mark.parametrize("step", STEPS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("words", ["Мои данные", "мои данные!"])
def test_it_may_be_typed_at_every_step_and_the_draft_stays(step: Step, words: str) -> None:
    """R12."""
    decision = decide(facts(dialogue(step, READY), appeals=(appeal(),)), wrote(words))
    assert said(decision).startswith("Что у нас о вас хранится:")
    assert decision.dialogue is not None and decision.dialogue.draft == READY
    assert step_of(decision) == ShowingData()


@pytest.mark.parametrize("talk", STRANGERS)
@pytest.mark.parametrize("event", [wrote("Мои данные", content=False), tapped(actions.DATA, content=False)])
def test_it_works_before_consent_and_forgets_nothing_that_waits(talk: Dialogue | None, event: Any) -> None:
    """R12; R7: nothing is kept of it, the words that wait in VK still wait."""
    decision = decide(facts(talk), event)
    (shown,) = sends(decision)
    assert "Что у нас о вас хранится" in shown.text and "согласие на обработку данных: не дано" in shown.text
    assert shown.keyboard is not None and shown.keyboard.inline
    assert labels(shown) == ["Прислать мне всё", "Разрешить публикацию", "Удалить мои данные"]
    assert decision.dialogue is None and decision.consent is None


def test_what_is_kept_is_told_in_counts_and_no_words_are_shown() -> None:
    pieces = (Piece(3, "Тайна", (PHOTO, PHOTO)),)
    text = said(tap(actions.DATA, talk=dialogue(Idle(), READY), appeals=(appeal(pieces=pieces), OTHER)))
    assert "2 сообщения" in text and "2 файла" in text and texts_personal.DRAFT in text
    assert "согласие на обработку данных: дано" in text and "публикацию: не дано" in text
    assert "Тайна" not in text
    assert "публикацию: дано" in said(tap(actions.DATA, publishes=True))


def test_a_block_and_a_request_are_told() -> None:
    """R12, R13."""
    talk = dialogue(blocked_until=NOW + timedelta(days=2))
    text = said(tap(actions.DATA, talk=talk, erasure=ASKED))
    assert "до 26 ноября" in text and "Удалим не позднее 24 декабря." in text


def test_without_a_text_there_is_nothing_to_publish() -> None:
    """R9."""
    quiet = replace(POLICY, publish="")
    decision = tap(actions.DATA, policy=quiet)
    assert "публикац" not in said(decision)
    assert labels(sends(decision)[0])[:2] == ["Прислать мне всё", "Удалить мои данные"]
    assert texts.STALE in said(tap(actions.PUBLISH, policy=quiet))


# Being sent everything.


@pytest.mark.parametrize("talk", [dialogue(), *STRANGERS])
def test_everything_is_sent_as_a_file_and_noted(talk: Dialogue | None) -> None:
    """R12, T22."""
    decision = decide(facts(talk), tapped(actions.EXPORT, content=talk is not None and talk.consent != ""))
    file, _ = sends(decision)
    assert (file.document, file.peer, file.text) == (DATA, ANNA, texts_personal.EXPORTED)
    assert decision.audit == (AuditLine(ANNA, AuditAction.EXPORTED, str(ANNA)),)


# Publishing.


def test_consent_to_publish_is_a_message_of_its_own_with_its_own_two_buttons() -> None:
    """R9, R6."""
    decision = tap(actions.PUBLISH)
    (asked,) = sends(decision)
    assert asked.text == POLICY.publish and labels(asked) == ["Разрешаю публикацию", "Не разрешаю"]
    assert step_of(decision) == AskingPublication(POLICY.publish_hash) and decision.consent is None


@pytest.mark.parametrize("event", [tapped(actions.PUBLISH_YES), wrote("Разрешаю публикацию")])
def test_agreeing_is_recorded_with_the_text(event: Any) -> None:
    """R8, R9."""
    decision = decide(facts(dialogue(AskingPublication(), READY)), event)
    assert decision.consent == Consent(ANNA, True, POLICY.publish_hash, NOW, 10)
    assert texts_personal.PUBLISHED in said(decision) and "публикацию: дано" in said(decision)
    assert decision.dialogue is not None and decision.dialogue.consent == POLICY.consent_hash
    assert decision.dialogue.draft == READY


def test_refusing_blocks_nothing() -> None:
    """R9."""
    decision = tap(actions.PUBLISH_NO, talk=dialogue(AskingPublication(), READY))
    assert decision.consent == Consent(ANNA, False, POLICY.publish_hash, NOW, 10)
    assert texts_personal.NOT_PUBLISHED in said(decision)
    sent = decide(facts(decision.dialogue), tapped(actions.SEND))
    assert sent.appeals and "✅ Приняли" in said(sent)


def test_it_is_off_by_default_and_taken_back_with_one_button() -> None:
    """R9."""
    assert "Разрешить публикацию" in labels(sends(tap(actions.DATA))[0])
    agreed = tap(actions.DATA, publishes=True)
    assert "Отозвать разрешение" in labels(sends(agreed)[0])
    decision = tap(actions.UNPUBLISH, publishes=True)
    assert decision.consent == Consent(ANNA, False, POLICY.publish_hash, NOW, 10)
    assert texts_personal.UNPUBLISHED in said(decision) and "публикацию: не дано" in said(decision)


@pytest.mark.parametrize("action", [actions.PUBLISH_YES, actions.PUBLISH_NO, actions.UNPUBLISH])
def test_a_consent_to_what_was_not_shown_is_none(action: str) -> None:
    """T3, R8: an old or a forged button."""
    decision = tap(action)
    assert decision.consent is None and said(decision).startswith(texts.STALE)


def test_who_has_agreed_is_not_asked_again() -> None:
    assert said(tap(actions.PUBLISH, publishes=True)).startswith(texts.STALE)


def test_before_consent_there_is_nothing_to_publish() -> None:
    """R7: the other consent first."""
    decision = decide(facts(), tapped(actions.PUBLISH, content=False))
    assert POLICY.consent in said(decision) and decision.consent is None


# Being forgotten.


@pytest.mark.parametrize("step", STEPS, ids=lambda one: type(one).__name__)
def test_erasure_is_asked_for_at_every_step_and_confirmed_once(step: Step) -> None:
    """R12, R13: the day is told before."""
    decision = decide(facts(dialogue(step, READY), appeals=(appeal(), OTHER)), wrote("Удалить мои данные"))
    assert step_of(decision) == ConfirmingErasure() and decision.erasure is None
    assert "не позднее 24 декабря" in said(decision) and "отзовём 2 открытых сообщения" in said(decision)
    assert labels(sends(decision)[0]) == ["Да, удалить", "Назад"]


@pytest.mark.parametrize(
    "held, words",
    [
        ((appeal(),), "Отозвали открытое сообщение: Снег на дороге · Миасс, Мира, 1, №1124-AAAA."),
        (
            (appeal(), OTHER),
            "Отозвали открытые сообщения: Снег на дороге · Миасс, Мира, 1, №1124-AAAA; Прочее · Миасс, Мира, 1, "
            "№1124-BBBB.",
        ),
    ],
)
def test_one_and_several_are_told_in_good_russian(held: tuple[Appeal, ...], words: str) -> None:
    """R12, R36."""
    assert words in said(yes(appeals=held)) and "по ним" not in said(tap(actions.ERASE, "", appeals=held))


def yes(talk: Dialogue | None = None, value: str = stamp(NOW), **more: Any) -> Decision:
    return tap(actions.ERASE_YES, value, talk or dialogue(ConfirmingErasure(), READY), **more)


def test_a_confirmed_request_withdraws_what_is_open_and_begins_anew() -> None:
    """R12, R13, R14, F32: the chats hear of it, the due date is told, consent is withdrawn and on record."""
    done = appeal(code="1124-CCCC", source=9, status=Status.ANSWERED)
    decision = yes(appeals=(appeal(), OTHER, done))
    assert decision.erasure == ErasureRequest(ANNA, NOW, DUE, Ground.WITHDRAWN, cut=10)
    assert decision.dialogue == Dialogue(ANNA, touched_at=NOW)
    assert decision.consent == Consent(ANNA, False, POLICY.consent_hash, NOW, 10)
    assert [(one.code, one.status) for one in decision.appeals] == [
        ("1124-AAAA", Status.WITHDRAWN),
        ("1124-BBBB", Status.WITHDRAWN),
    ]
    assert {entry.action for entry in decision.history} == {Action.WITHDRAW}
    assert "отозвал" in said(decision, ROADS_CHAT) and "отозвал" in said(decision, CUR_CHAT)
    assert "не позднее 24 декабря" in said(decision) and "№1124-AAAA; Прочее" in said(decision)
    assert {"pause", "draft"} <= {effect.name for effect in of(CancelTimer, decision)}
    assert len({send.cause for send in sends(decision)}) == len(sends(decision)), "I7"


def test_a_card_that_waits_is_not_sent_any_more() -> None:
    """R14: caches and queues."""
    decision = yes(appeals=(appeal(),), unsent=frozenset({appeal().card}))
    assert of(CancelSend, decision) and not sends(decision, ROADS_CHAT)


def test_with_nothing_open_only_the_day_is_told() -> None:
    decision = yes()
    assert "Отозвали" not in said(decision) and decision.erasure is not None
    assert "отзовём" not in said(tap(actions.ERASE))


@pytest.mark.parametrize("talk", STRANGERS)
def test_it_may_be_asked_and_confirmed_before_consent(talk: Dialogue | None) -> None:
    """R12: the VK id and the step are data too."""
    asked = decide(facts(talk), wrote("удалить мои данные", content=False))
    (shown,) = sends(asked)
    assert labels(shown) == ["Да, удалить"] and asked.dialogue is None and asked.erasure is None
    command = shown.keyboard.rows[0][0].command if shown.keyboard else None
    done = decide(facts(talk), wrote("", 11, command=command, content=False))
    assert done.erasure == ErasureRequest(ANNA, NOW, DUE, cut=11) and done.dialogue == Dialogue(ANNA, touched_at=NOW)
    assert done.consent is None, "there was none to withdraw"


def test_asked_twice_it_says_when_it_is_due() -> None:
    """R12: once."""
    for decision in (tap(actions.ERASE, erasure=ASKED), yes(erasure=ASKED)):
        assert decision.erasure is None and not decision.appeals
        assert "Удалим не позднее 24 декабря." in said(decision) and step_of(decision) == ShowingData()


@pytest.mark.parametrize(
    "value", ["", "вчера", "٢٤", "9" * 30, stamp(NOW - timedelta(minutes=OFFER_LIVES + 1)), stamp(NOW + timedelta(1))]
)
def test_an_old_yes_asks_again(value: str) -> None:
    """features.md I: a button pressed by mistake months later deletes nothing."""
    decision = yes(value=value, appeals=(appeal(),))
    assert decision.erasure is None and not decision.appeals and step_of(decision) == ConfirmingErasure()


def test_a_yes_of_the_same_day_counts_wherever_the_dialogue_is() -> None:
    later = yes(dialogue(ChoosingPlace(), READY), now=NOW + timedelta(minutes=OFFER_LIVES))
    assert later.erasure is not None


def test_a_block_is_not_escaped_by_being_forgotten() -> None:
    until = NOW + timedelta(days=3)
    decision = yes(dialogue(ConfirmingErasure(), blocked_until=until))
    assert decision.dialogue is not None and decision.dialogue.blocked_until == until


def test_anothers_appeals_are_not_touched() -> None:
    """I4: facts hold only one's own; nothing else can be withdrawn here."""
    decision = yes(appeals=(appeal(),), similar=(appeal(code="1124-DDDD", resident=BORIS),))
    assert {one.resident for one in decision.appeals} == {ANNA}


def agrees(*pending: int, edited: tuple[int, ...] = (), **more: Any) -> Decision:
    asking = Dialogue(ANNA, AskingConsent(pending, NOW, edited=edited))
    return decide(facts(asking, **more), tapped(actions.CONSENT, cmid=12))


def test_a_consent_carries_the_erasure_out_first() -> None:
    """What is accepted a minute after «Да, удалить» does not go with it ten minutes later."""
    decision = agrees(erasure=ASKED)
    assert decision.erases and decision.consent is not None and decision.consent.given
    assert said(decision).startswith(f"Спасибо! {texts_personal.ERASED}") and step_of(decision) == AskingText()
    usual = agrees()
    assert not usual.erases and texts_personal.ERASED not in said(usual)


def test_then_what_follows_the_cut_is_read_and_nothing_before_it() -> None:
    """R14: the cut is the number of «Да, удалить»."""
    decision = agrees(9, 11, edited=(8, 10), erasure=replace(ASKED, cut=9))
    (reread,) = of(Reread, decision)
    assert (reread.cmids, reread.edited) == ((11,), (10,)) and decision.erases
    assert said(decision) == f"Спасибо! {texts_personal.ERASED}"


def test_a_refusal_carries_nothing_out() -> None:
    """R10: the request stands, and is done by its day."""
    asking = Dialogue(ANNA, AskingConsent((11,), NOW))
    assert not decide(facts(asking, erasure=ASKED), tapped(actions.REFUSE)).erases


# Asked for by letter, or in another community of the operator.


def asked(talk: Dialogue | None, **more: Any) -> Decision:
    return decide(facts(talk, **{"erasure": ASKED} | more), ErasureAsked(ANNA, NOW))


def test_a_request_from_elsewhere_ends_the_consent_at_once() -> None:
    """What is written from now on stands under a new one, and is not erased with it."""
    until = NOW + timedelta(days=3)
    talk = dialogue(Preview(), READY, blocked_until=until)
    decision = asked(talk, appeals=(appeal(),))
    assert decision.dialogue == Dialogue(ANNA, touched_at=NOW, blocked_until=until) and decision.erasure is None
    assert decision.consent == Consent(ANNA, False, POLICY.consent_hash, NOW, 0)
    assert [(one.code, one.status) for one in decision.appeals] == [("1124-AAAA", Status.WITHDRAWN)]
    assert said(decision).startswith("Вы попросили удалить ваши данные. Удалим не позднее 24 декабря. Отозвали")
    assert "отозвал" in said(decision, ROADS_CHAT)


def test_words_of_officials_are_not_repeated_then_either() -> None:
    """R14."""
    task = Task(ROADS_CHAT, 5001, Job.REPLY, NOW, prompt="p", cmid=21, text="Едем")
    decision = asked(dialogue(), appeals=(appeal(tasks=(task,)),))
    assert not any("Едем" in one.text for one in sends(decision))
    assert [one.text for one in sends(decision) if one.reply_to == 21] == [texts_chat.not_sent_to_forgotten()]


@pytest.mark.parametrize("talk, more", [(None, {}), (dialogue(), {"erasure": None})], ids=["a stranger", "done"])
def test_nobody_is_told_who_never_wrote_or_is_erased_already(talk: Dialogue | None, more: dict[str, Any]) -> None:
    decision = asked(talk, **more)
    assert decision.ignored and not decision.effects and decision.dialogue is None


def test_nobody_agrees_to_publish_under_a_text_that_was_not_shown() -> None:
    """T26, R9."""
    decision = tap(actions.PUBLISH_YES, talk=dialogue(AskingPublication("прежний")))
    assert decision.consent is None and texts.STALE in said(decision)


@pytest.mark.parametrize("step", [ConfirmingErasure(), AskingPublication()])
def test_back_leads_to_the_data_and_from_there_out(step: Step) -> None:
    first = tap(actions.BACK, talk=dialogue(step, READY))
    assert step_of(first) == ShowingData()
    assert step_of(decide(facts(first.dialogue), tapped(actions.BACK))) == Idle()


def test_words_at_these_steps_begin_or_go_on_with_a_message() -> None:
    """Never silent, never stuck."""
    for step in (ShowingData(), ConfirmingErasure(), AskingPublication()):
        decision = decide(facts(dialogue(step)), wrote("Яма во дворе"))
        assert decision.dialogue is not None and decision.dialogue.draft.text == "Яма во дворе"
    kept = decide(facts(dialogue(AddingTo("1124-AAAA"), Draft())), tapped(actions.DATA))
    assert step_of(kept) == ShowingData() and step_of(tap(actions.DATA, talk=dialogue(Preview()))) == ShowingData()


# Help before consent.


def test_help_before_consent_is_help_and_first_of_all_the_notice() -> None:
    """R1, R12."""
    asked = Dialogue(ANNA, AskingConsent((5,), NOW))
    decision = decide(facts(asked), wrote("помощь", content=False))
    assert said(decision).startswith("Напишите, что случилось и где, и нажмите") and decision.dialogue is None
    first = decide(facts(), wrote("помощь", content=False))
    assert POLICY.consent in said(first) and "Приёмная области" in said(first)
    assert first.dialogue is not None and first.dialogue.step == AskingConsent((), NOW, POLICY.consent_hash)
