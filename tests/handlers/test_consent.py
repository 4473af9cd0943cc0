"""Before consent nothing is kept and nothing is lost: the words wait in VK and are read again (R1, R6–R10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.decide import decide
from handlers.needs import needs
from handlers.resident.consent import ASK_AGAIN_AFTER
from handlers.resident.floods import MOST_PIECES
from handlers.text import actions, texts
from states.decision import Consent, Decision
from states.dialogue import (
    AskingConsent,
    AskingText,
    Dialogue,
    Draft,
    Idle,
    Preview,
    Refused,
    ShowingAppeal,
    Step,
)
from states.effects import Release, Reread, StartTimer
from states.events import ButtonPressed, MessageEdited, MessageNew, TimerFired
from states.lifecycle.appeal import Piece, Status
from states.messages import Command, Location
from states.people.chats import CUR
from states.people.languages import RUSSIAN, Language
from tests.handlers.given import (
    ANNA,
    EMPTY,
    IDLE,
    PHOTO,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    facts,
    labels,
    of,
    said,
    sends,
    tapped,
    wrote,
)
from tests.small import NOW, POLICY

ASKED = Dialogue(ANNA, AskingConsent((10, 11), NOW))
SECRET = "мой тайный рассказ"


def bare(cmid: int = 10, **more: object) -> MessageNew:
    """As it comes from the door: without its words."""
    return wrote("", cmid, content=False, **more)


def agrees(talk: Dialogue = ASKED, **more: object) -> Decision:
    return decide(facts(talk, **more), tapped(actions.CONSENT, cmid=20, content=False))


def test_a_first_message_gets_the_notice_and_then_the_consent_by_itself() -> None:
    """R1, R6: two messages; the second has the consent text and its two buttons and nothing else."""
    decision = decide(facts(), bare())
    notice, consent = sends(decision, ANNA)
    assert "Приёмная области" in notice.text and "https://www.gosuslugi.ru/" in notice.text and "112" in notice.text
    assert notice.keyboard is None
    assert consent.text == POLICY.consent
    assert labels(consent) == ["Даю согласие", "Не даю"]
    assert decision.dialogue == replace(ASKED, step=AskingConsent((10,), NOW, POLICY.consent_hash), touched_at=NOW)


LOUD = Language("xx", "ГРОМКИЙ", ("громко",), "СОГЛАСИЕ: {operator}, {address}, {days}, {email}")
MUTE = Language("yy", "ТИХИЙ", ("тихо",))
SPOKEN = replace(POLICY, languages=(RUSSIAN, LOUD, MUTE))
IN_LOUD, LOUD_HASH = SPOKEN.consent_in("xx")


def test_whoever_chose_a_language_agrees_to_the_text_in_it() -> None:
    """R8: the hash on record is that of the text that was shown; the present version of the consent is agreed to."""
    assert f"СОГЛАСИЕ: {POLICY.operator}, {POLICY.address}, 365, {POLICY.email}" == IN_LOUD
    asked = decide(facts(policy=SPOKEN), bare())
    assert labels(sends(asked)[1]) == ["Даю согласие", "Не даю", "ГРОМКИЙ", "ТИХИЙ"]
    chosen = decide(facts(asked.dialogue, policy=SPOKEN), tapped(actions.LANGUAGE, "xx", cmid=11, content=False))
    notice, consent = sends(chosen)
    assert "Приёмная области" in notice.text and texts.CONSENT_IN_RUSSIAN not in notice.text
    assert consent.text == IN_LOUD and labels(consent) == ["Даю согласие", "Не даю", "Русский", "ТИХИЙ"]
    assert chosen.dialogue is not None
    assert chosen.dialogue.step == AskingConsent((10,), NOW, LOUD_HASH) and chosen.dialogue.language == "xx"
    given = agrees(chosen.dialogue, policy=SPOKEN)
    assert given.consent == Consent(ANNA, True, LOUD_HASH, NOW, 20)
    assert given.dialogue is not None and given.dialogue.consent == POLICY.consent_hash
    refused = decide(facts(chosen.dialogue, policy=SPOKEN), tapped(actions.REFUSE, cmid=21, content=False))
    assert refused.consent == Consent(ANNA, False, LOUD_HASH, NOW, 21)
    assert refused.dialogue is not None and refused.dialogue.step == Refused(LOUD_HASH)


def test_a_language_without_the_text_says_that_the_russian_counts() -> None:
    """Also of somebody who has refused; what was shown in another language is agreed to no more (T26)."""
    refused = Dialogue(ANNA, Refused(POLICY.consent_hash))
    chosen = decide(facts(refused, policy=SPOKEN), tapped(actions.LANGUAGE, "yy", cmid=11, content=False))
    before, consent = sends(chosen)
    assert before.text.endswith(texts.CONSENT_IN_RUSSIAN) and consent.text == POLICY.consent
    assert chosen.dialogue is not None and chosen.dialogue.language == "yy"
    old = Dialogue(ANNA, AskingConsent((10,), NOW, POLICY.consent_hash), language="xx")
    assert agrees(old, policy=SPOKEN).consent is None


def test_a_language_that_is_not_there_is_not_chosen() -> None:
    decision = decide(facts(ASKED, policy=SPOKEN), tapped(actions.LANGUAGE, "zz", cmid=11, content=False))
    assert decision.dialogue is not None and decision.dialogue.language == ""
    assert sends(decision)[1].text == POLICY.consent


def test_a_community_without_a_name_has_one() -> None:
    here = facts()
    here = replace(here, directory=replace(here.directory, communities=()))
    assert "Это приёмная." in said(decide(here, bare()))


@pytest.mark.parametrize(
    "event",
    [
        wrote(SECRET, location=Location(1, 2, SECRET), attachments=(replace(PHOTO, title=SECRET),)),
        tapped("topic", SECRET),
        tapped(SECRET, SECRET),
    ],
)
@pytest.mark.parametrize("step", [Idle(), AskingConsent((5,), NOW), AskingConsent((5,)), Refused()])
def test_before_consent_no_decision_holds_the_words(event: MessageNew, step: object) -> None:
    """R7, even if the door had let them in."""
    decision = decide(facts(Dialogue(ANNA, step)), event)  # type: ignore[arg-type]
    assert SECRET not in repr(decision)
    assert decision.dialogue is not None and decision.dialogue.draft == Draft()


def test_a_story_in_several_messages_is_asked_once_and_all_of_it_is_remembered() -> None:
    """Not the words: only which messages to read again."""
    decision = decide(facts(ASKED, now=NOW + timedelta(seconds=5)), bare(12))
    assert not sends(decision)
    assert decision.dialogue is not None
    assert decision.dialogue.step == AskingConsent((10, 11, 12), NOW, POLICY.consent_hash)


def test_after_a_while_it_is_asked_again() -> None:
    """Never silent."""
    decision = decide(facts(ASKED, now=NOW + ASK_AGAIN_AFTER), bare(12))
    again, consent = sends(decision)
    assert again.text == texts.consent_again() and consent.text == POLICY.consent


def test_an_old_button_is_no_word_to_be_read_again() -> None:
    decision = decide(facts(replace(ASKED, step=AskingConsent((10,)))), tapped(actions.SEND, cmid=13, content=False))
    assert decision.dialogue is not None
    assert decision.dialogue.step == AskingConsent((10,), NOW, POLICY.consent_hash)


def test_consent_is_recorded_and_what_was_written_is_read_again_in_order() -> None:
    """R8; nobody types twice."""
    decision = agrees()
    assert decision.consent == Consent(ANNA, True, POLICY.consent_hash, NOW, 20)
    assert decision.dialogue is not None
    assert (decision.dialogue.consent, decision.dialogue.step) == (POLICY.consent_hash, AskingText())
    assert of(Reread, decision) == [Reread(ANNA, (10, 11))]
    assert [effect.name for effect in of(StartTimer, decision)] == ["pause"]
    assert not said(decision), "the answer is what comes of the words"


def test_consent_with_nothing_written_asks_what_happened() -> None:
    decision = agrees(replace(ASKED, step=AskingConsent((), NOW)))
    assert texts.ASK_TEXT in said(decision) and not of(Reread, decision)


def test_consent_after_a_refusal_asks_what_happened() -> None:
    """R10: what was refused is gone."""
    decision = agrees(Dialogue(ANNA, Refused()))
    assert texts.ASK_TEXT in said(decision) and not of(Reread, decision)


@pytest.mark.parametrize("text", ["Даю согласие", " даю согласие!", "ДАЮ СОГЛАСИЕ."])
def test_consent_may_be_typed(text: str) -> None:
    """Those words are the consent itself; the door lets them through (R7)."""
    assert decide(facts(ASKED), wrote(text, 20, content=False)).consent == Consent(
        ANNA, True, POLICY.consent_hash, NOW, 20
    )


@pytest.mark.parametrize("event", [tapped(actions.CONSENT), wrote("Даю согласие")])
def test_consent_to_what_was_never_shown_is_none(event: MessageNew) -> None:
    """R8, T3: a forged or ancient button."""
    decision = decide(facts(), event)
    assert decision.consent is None and POLICY.consent in said(decision)


@pytest.mark.parametrize("event", [tapped(actions.REFUSE, cmid=20), wrote("не даю", 20, content=False)])
def test_a_refusal_ends_politely_and_keeps_nothing(event: MessageNew) -> None:
    """R10."""
    decision = decide(facts(replace(ASKED, draft=READY)), event)
    assert decision.consent == Consent(ANNA, False, POLICY.consent_hash, NOW, 20)
    assert decision.dialogue == Dialogue(ANNA, Refused(POLICY.consent_hash), Draft(), touched_at=NOW)
    (told,) = sends(decision)
    assert "https://www.gosuslugi.ru/" in told.text and "112" in told.text
    assert labels(told) == ["Даю согласие"]
    assert not of(Reread, decision)


def test_after_a_refusal_another_message_asks_again_without_the_notice() -> None:
    decision = decide(facts(Dialogue(ANNA, Refused())), bare(30))
    assert said(decision).startswith(texts.consent_again())
    assert decision.dialogue is not None and decision.dialogue.step == AskingConsent((30,), NOW, POLICY.consent_hash)


# The text of the consent has changed.


def test_a_changed_text_asks_anew_and_keeps_the_draft() -> None:
    """R8."""
    decision = decide(facts(dialogue(Idle(), READY, consent="прежний")), bare(30))
    assert POLICY.consent in said(decision)
    assert decision.dialogue is not None and decision.dialogue.draft == READY


@pytest.mark.parametrize("step", [AskingConsent((5,), NOW, "прежний"), Refused("прежний")])
@pytest.mark.parametrize("agreed", ["button", "typed"])
def test_nobody_agrees_to_a_text_that_was_not_shown(step: Step, agreed: str) -> None:
    """T26, R8: the operator changed the text while it was being asked about; an old button asks about the new one."""
    talk = Dialogue(ANNA, step)
    event = tapped(actions.CONSENT, cmid=20) if agreed == "button" else wrote("Даю согласие", cmid=20)
    decision = decide(facts(talk), event)
    assert decision.consent is None and POLICY.consent in said(decision)
    assert decision.dialogue is not None and not decision.dialogue.consent
    again = decide(facts(decision.dialogue), tapped(actions.CONSENT, cmid=21))
    assert again.consent is not None and again.consent.text_hash == POLICY.consent_hash


@pytest.mark.parametrize("talk", [dialogue(AskingText(), consent="прежний"), Dialogue(ANNA, Refused("прежний"))])
def test_the_same_message_asks_about_the_new_text_though_it_has_asked_about_the_old_one(talk: Dialogue) -> None:
    """R8, T26, I2: the bot is started with a new text before a message that was wanted is read again."""
    old = facts(policy=replace(POLICY, consent="Прежний текст", consent_hash="прежний"))
    before = {send.cause for send in sends(decide(old, bare(10)))}
    again = decide(facts(talk), bare(10))
    assert POLICY.consent in said(again)
    assert before and not before & {send.cause for send in sends(again)}
    assert again.dialogue is not None and isinstance(again.dialogue.step, AskingConsent)
    assert again.dialogue.step.shown == POLICY.consent_hash


def test_a_draft_from_before_is_offered_after_the_new_consent() -> None:
    decision = agrees(dialogue(AskingConsent((), NOW), READY, consent="прежний"))
    assert texts.MENU_WITH_DRAFT in said(decision)
    assert decision.dialogue is not None and decision.dialogue.draft == READY


def test_words_written_before_the_new_consent_are_read_again_though_there_is_a_draft() -> None:
    """I1: no message of a resident is lost."""
    decision = agrees(dialogue(AskingConsent((30,), NOW), READY, consent="прежний"))
    assert of(Reread, decision) == [Reread(ANNA, (30,))]
    assert decision.dialogue is not None and decision.dialogue.draft.pieces == READY.pieces


@pytest.mark.parametrize("event", [wrote("мои сообщения", 12), tapped(actions.MINE, cmid=12)])
def test_what_lay_here_with_its_words_when_those_of_the_consent_changed_is_read_again(event: MessageNew) -> None:
    """I1: an update comes between the event and its decision; its row counts as read, and only a corrected one is read
    twice. Found by an update from 0.1.0 under load."""
    decision = decide(facts(dialogue(Idle(), consent="прежний")), event)
    assert decision.dialogue is not None
    assert decision.dialogue.step == AskingConsent((), NOW, POLICY.consent_hash, edited=(12,))
    given = agrees(decision.dialogue)
    assert of(Reread, given) == [Reread(ANNA, (), (12,))]


def test_a_message_that_came_to_the_door_just_before_the_consent_is_read_again() -> None:
    """I1: in one answer of the long poll stand the consent and the next message, whose words the door had to drop."""
    decision = decide(facts(dialogue(AskingText())), bare(21))
    assert of(Reread, decision) == [Reread(ANNA, (21,))]


def test_the_same_message_at_the_door_and_read_again_has_two_causes() -> None:
    """I7."""
    at_the_door = {send.cause for send in sends(decide(facts(), bare(10)))}
    again = decide(facts(dialogue(Idle())), wrote("привет", 10))
    assert sends(again) and not at_the_door & {send.cause for send in sends(again)}


def test_whoever_writes_can_be_written_to() -> None:
    """delivery.md §9."""
    assert of(Release, decide(facts(), bare())) == [Release(ANNA)]
    assert CUR not in said(decide(facts(), bare())), "no chat is told of a person without consent"


def test_edits_before_consent_are_ignored() -> None:
    """R7."""
    for talk, content in ((ASKED, True), (dialogue(Idle(), Draft((Piece(10, "а"),))), False)):
        event = MessageEdited(replace(wrote(SECRET).message, content=content))
        assert decide(facts(talk), event) == Decision(ignored="правка до согласия")


def test_behind_more_stands_the_long_text_and_the_question_stays() -> None:
    """R6: pressed or typed; where the operator's own text has nothing behind it, that text is said again."""
    for event in (tapped(actions.MORE_ON_CONSENT, cmid=21, content=False), wrote("Подробнее", 21, content=False)):
        decision = decide(facts(ASKED, policy=replace(POLICY, consent_more="Что делаем с данными")), event)
        (shown,) = sends(decision, ANNA)
        assert shown.text == "Что делаем с данными" and labels(shown) == ["Даю согласие", "Не даю", "Подробнее"]
        assert decision.dialogue is None, "nothing is agreed to, nothing forgotten"
    assert sends(decide(facts(ASKED), tapped(actions.MORE_ON_CONSENT, cmid=21, content=False)), ANNA)[0].text == (
        POLICY.consent
    )


# What whoever had agreed before presses, writes or changes meanwhile is carried out after the new consent.

OLD = "прежний"
REPLY = appeal(status=Status.ASKED)


def before(step: Step = IDLE, draft: Draft = EMPTY) -> Dialogue:
    """Somebody who has agreed to the text of before."""
    return dialogue(step, draft, consent=OLD)


def asking(decision: Decision) -> tuple[Dialogue, AskingConsent]:
    assert decision.dialogue is not None and isinstance(decision.dialogue.step, AskingConsent)
    return decision.dialogue, decision.dialogue.step


@pytest.mark.parametrize(
    "action",
    [
        actions.SOLVED, actions.NOT_SOLVED, actions.RATE, actions.ADD, actions.DONE, actions.WITHDRAW,
        actions.WITHDRAW_YES, actions.REOPEN_DRAFT, actions.ADD_DRAFT, actions.AS_WORDS, actions.HURRY, actions.APPEAL,
        actions.SEND, actions.TOPIC, actions.MINE, actions.HELP, actions.CANCEL, actions.PUBLISH_YES,
    ],
)  # fmt: skip
def test_a_press_is_read_again_after_the_new_consent(action: str) -> None:
    """Its number alone is kept (R7), in its order among the words."""
    talk, step = asking(decide(facts(before(ShowingAppeal("1124-AAAA"))), tapped(action, SECRET, 30, content=False)))
    assert step.pending == (30,) and talk.interrupted == ShowingAppeal("1124-AAAA")
    assert SECRET not in repr(talk)
    talk, step = asking(decide(facts(talk, now=NOW + timedelta(seconds=5)), bare(31)))
    assert step.pending == (30, 31) and talk.interrupted == ShowingAppeal("1124-AAAA")
    decision = agrees(talk)
    assert of(Reread, decision) == [Reread(ANNA, (30, 31))] and not said(decision)
    assert decision.dialogue is not None and decision.consent is not None
    assert (decision.dialogue.step, decision.dialogue.interrupted) == (ShowingAppeal("1124-AAAA"), None)


@pytest.mark.parametrize("action", [actions.START, actions.CONSENT, actions.MORE_ON_CONSENT])
def test_a_press_that_the_question_itself_answers_is_not(action: str) -> None:
    _, step = asking(decide(facts(before()), tapped(action, cmid=30, content=False)))
    assert step.pending == ()


def test_whoever_never_agreed_has_nothing_that_a_press_could_mean() -> None:
    talk, step = asking(decide(facts(), tapped(actions.SOLVED, "1124-AAAA", 30, content=False)))
    assert step.pending == () and talk.interrupted is None


def test_a_press_that_writes_nothing_has_no_number_to_be_read_by() -> None:
    """Its number is that of our own message."""
    press = ButtonPressed("e1", ANNA, ANNA, 7, Command(actions.SOLVED, "1124-AAAA"), NOW)
    _, step = asking(decide(facts(before()), press))
    assert step.pending == ()


def test_who_agreed_before_reads_why_he_is_asked_again() -> None:
    assert said(decide(facts(before()), bare(30))).startswith(texts.CONSENT_ANEW)


def test_the_answer_to_a_question_is_one_after_the_new_consent_too() -> None:
    """And not the beginning of another message."""
    talk, _ = asking(decide(facts(before(), appeals=(REPLY,)), bare(30)))
    agreed = agrees(talk, appeals=(REPLY,)).dialogue
    decision = decide(facts(agreed, appeals=(REPLY,)), wrote("У второго подъезда", 30))
    assert [after.status for after in decision.appeals] == [Status.IN_WORK]
    assert "У второго подъезда" in decision.appeals[0].text


def test_a_text_under_way_goes_on_with_its_pause() -> None:
    talk, _ = asking(decide(facts(before(AskingText(), Draft((Piece(10, "Яма"),)))), bare(30)))
    decision = agrees(talk)
    assert decision.dialogue is not None and decision.dialogue.step == AskingText()
    assert [effect.name for effect in of(StartTimer, decision)] == ["pause", "draft"]


def test_with_nothing_to_read_again_the_step_is_shown() -> None:
    talk, _ = asking(decide(facts(before(ShowingAppeal("1124-AAAA")), appeals=(appeal(),)), tapped(actions.START)))
    decision = agrees(talk, appeals=(appeal(),))
    assert "Сейчас: " in said(decision) and said(decision).startswith(texts.CONSENT_GIVEN)


def test_after_a_refusal_nothing_is_carried_out() -> None:
    talk, _ = asking(decide(facts(before(Preview(), READY)), tapped(actions.SEND, cmid=30, content=False)))
    refused = decide(facts(talk), tapped(actions.REFUSE, cmid=31)).dialogue
    assert refused is not None and isinstance(refused.step, Refused) and refused.interrupted is None
    decision = agrees(refused)
    assert not of(Reread, decision) and texts.ASK_TEXT in said(decision)


def test_the_step_of_before_is_loaded_with_its_message() -> None:
    talk, _ = asking(decide(facts(before(ShowingAppeal("1124-AAAA"))), bare(30)))
    assert "1124-AAAA" in needs(tapped(actions.CONSENT), talk).shown


def test_while_it_is_asked_a_draft_left_alone_forgets_nothing_that_waits() -> None:
    """The timer of the draft took the question away, and what waited for its answer with it."""
    talk, _ = asking(decide(facts(before(Preview(), READY)), tapped(actions.SOLVED, "1124-AAAA", 30, content=False)))
    late = facts(talk, now=NOW + timedelta(days=1))
    once = decide(late, TimerFired("draft", str(ANNA), ANNA, late.now)).dialogue
    assert once is not None and isinstance(once.step, AskingConsent) and once.step.pending == (30,)
    assert once.interrupted == Idle() and once.draft == READY
    again = decide(facts(once, now=late.now + timedelta(days=3)), TimerFired("draft", str(ANNA), ANNA, late.now))
    assert again.dialogue is not None and again.dialogue.draft == Draft()
    assert isinstance(again.dialogue.step, AskingConsent) and again.dialogue.step.pending == (30,)
    never = replace(talk, consent="", interrupted=None)
    kept = decide(facts(never, now=late.now), TimerFired("draft", str(ANNA), ANNA, late.now)).dialogue
    assert kept is not None and kept.interrupted is None and isinstance(kept.step, AskingConsent)


class TestAnEditOfWhatWasSent:
    """«Уточнение» (T18)."""

    EDIT = MessageEdited(replace(wrote(SECRET, 3).message, content=False))

    def test_is_asked_about_and_read_again(self) -> None:
        talk, step = asking(decide(facts(before(), appeals=(appeal(),)), self.EDIT))
        assert (step.pending, step.edited) == ((), (3,)) and SECRET not in repr(talk)
        soon = facts(talk, now=NOW + timedelta(seconds=5), appeals=(appeal(),))
        _, step = asking(decide(soon, self.EDIT))
        assert step.edited == (3,)
        assert of(Reread, agrees(talk)) == [Reread(ANNA, (), (3,))]

    def test_reaches_the_chat_then(self) -> None:
        decision = decide(facts(dialogue(), appeals=(appeal(),)), wrote("Снег во дворе школы", 3))
        assert "Уточнение" in said(decision, ROADS_CHAT) and "школы" in decision.appeals[0].text
        assert texts.EDIT_TAKEN in said(decision)

    def test_so_many_and_no_more_are_read_again(self) -> None:
        pieces = tuple(Piece(number, "а") for number in range(1, MOST_PIECES + 2))
        talk = replace(before(), step=AskingConsent((), NOW, POLICY.consent_hash, tuple(range(1, MOST_PIECES + 1))))
        edit = MessageEdited(replace(wrote("", MOST_PIECES + 1).message, content=False))
        _, step = asking(decide(facts(talk, appeals=(appeal(pieces=pieces),)), edit))
        assert len(step.edited) == MOST_PIECES

    def test_of_what_went_nowhere_is_no_reason_to_ask(self) -> None:
        assert decide(facts(before()), self.EDIT) == Decision(ignored="правка до согласия")
