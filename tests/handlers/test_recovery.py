"""What people are told and asked after an older copy was put back (delivery.md §13): decided from plain facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.lifecycle.acting import EXPIRE_TIMER
from handlers.lifecycle.coordinator import RESUME_TIMER
from handlers.lifecycle.void_cards import told_cur
from handlers.system.recovery import (
    CHECKED_AT_ONCE,
    HELD_AT_ONCE,
    LATE,
    UndeliveredMessage,
    end_of_window,
    mark_held_answers,
    rearm_timers,
    summed_up,
    to_check,
    unsent,
    void_replies,
)
from handlers.system.window import WindowLine, WindowState, awaiting_consent, carried_out, read, tell_resident
from handlers.text import actions, texts_recovery
from handlers.views.personal import stamp
from handlers.views.screens import show
from handlers.views.turn import DRAFT_ASKED_AFTER, DRAFT_TIMER, PAUSE_TIMER
from states.cause import Cause, parse
from states.decision import Consent
from states.dialogue import (
    AddingTo,
    AskingConsent,
    AskingPublication,
    AskingText,
    ChoosingTopic,
    Dialogue,
    Draft,
    ListingAppeals,
    Preview,
    Refused,
)
from states.directory import Scene
from states.effects import CancelTimer, Kind, Reread, StartTimer
from states.lifecycle.alerts import Alert
from states.lifecycle.answers import Held as Words
from states.lifecycle.appeal import Action, Piece, Status
from states.lifecycle.rights import ErasureRequest
from states.messages import Command, Location, Reply
from tests.handlers.given import (
    ANNA,
    BORIS,
    CHATS,
    CUR_CHAT,
    LOOSE_CHAT,
    OFFICIAL,
    PHOTO,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    facts,
    in_cur,
    labels,
    said,
    sends,
)
from tests.handlers.window_lines import ours, theirs
from tests.small import COMMUNITY, NOW, POLICY

AT_FIVE = NOW + timedelta(seconds=5)
DUE = datetime(2026, 12, 24, 18, 59, 59, tzinfo=UTC)
CODE, VOID = "1124-AAAA", "1124-ZZZZ"
ASKED = show(AskingConsent(), Dialogue(ANNA), facts()).text
OFFERED = show(AskingPublication(), Dialogue(ANNA), facts()).text
NEW = Dialogue(ANNA)


def found(talk: Dialogue | None, *lines: WindowLine, known: set[str] = {CODE}, **more: Any) -> WindowState:  # noqa: B006
    return read(facts(talk, **more), ANNA, lines, known)


def words(one: WindowState) -> list[str]:
    return [message.text for message in one.words]


def text_of(one: WindowState, *, waits: bool = False, **more: Any) -> str:
    decision = tell_resident(facts(one.dialogue, **more), one, "r1", waits=waits)
    return "" if decision is None else said(decision)


class TestTheWindow:
    def test_it_ends_75_seconds_after_the_last_thing_we_said(self) -> None:
        late = NOW + timedelta(hours=1)
        assert end_of_window([ours(5), theirs(900), ours(7)], None, late) == NOW + timedelta(seconds=7) + LATE
        assert end_of_window([ours(5)], NOW + timedelta(seconds=60), late) == NOW + timedelta(seconds=60) + LATE
        assert end_of_window([theirs(5)], None, late) is None

    def test_never_after_the_reading(self) -> None:
        assert end_of_window([ours(5)], None, NOW + timedelta(seconds=6)) == NOW + timedelta(seconds=6)


class TestWordsAndNumbers:
    def test_the_words_of_a_void_number_are_in_the_draft_with_what_was_chosen(self) -> None:
        one = found(
            dialogue(),
            theirs(3, "Яма на дороге, Миасс, ул. Мира", attachments=(PHOTO,)),
            ours(4, "О чём?"),
            theirs(5, "Ямы на дороге", actions.TOPIC, "pits"),
            theirs(6, "Отправить", actions.SEND),
            ours(7, f"✅ Приняли. Ответит Миндор.\n№{VOID}"),
        )
        assert (one.void, words(one)) == ((VOID,), ["Яма на дороге, Миасс, ул. Мира"])
        decision = tell_resident(facts(one.dialogue), one, "r1", waits=False)
        assert decision is not None and decision.dialogue is not None
        assert isinstance(decision.dialogue.step, Preview)
        draft = decision.dialogue.draft
        assert (draft.topic, draft.place, draft.pieces[0].attachments) == ("pits", "miass", (PHOTO,))
        (send,) = sends(decision, ANNA)
        assert send.text.startswith(
            f"Мы восстановили бота после сбоя. Сообщение не сохранилось: №{VOID}. Проверьте черновик и нажмите "
            "„Отправить“ ещё раз. Ответы, которые вы уже получили, остаются в силе."
        )
        assert "Отправить" in labels(send) and parse(send.cause).kind == "recovered"
        assert CancelTimer(PAUSE_TIMER, str(ANNA)) in decision.effects

    def test_of_several_numbers_all_are_named_once(self) -> None:
        one = found(dialogue(draft=READY), ours(3, VOID), ours(4, f"№{VOID}, №1124-YYYY и №{CODE}"))
        assert one.void == (VOID, "1124-YYYY")
        assert f"Сообщения не сохранились: №{VOID}; №1124-YYYY. " in text_of(one)
        cards = {VOID: f"Снег · Миасс, Мира, 3, №{VOID}"}
        decision = tell_resident(facts(one.dialogue), one, "r1", waits=False, cards=cards)
        assert decision is not None and f"не сохранились: Снег · Миасс, Мира, 3, №{VOID}; №1124-YYYY." in said(decision)

    def test_several_alarms_are_named_together(self) -> None:
        told_of = texts_recovery.in_danger((VOID, "1124-YYYY"), "", "112")
        assert f"Тревоги №{VOID}, №1124-YYYY передаём ещё раз, номера больше не действуют. Звоните 112" in told_of

    def test_other_words_go_into_the_draft_too(self) -> None:
        one = found(dialogue(AddingTo(CODE)), theirs(3, "И ещё снег не убирают"))
        decision = tell_resident(facts(one.dialogue), one, "r1", waits=False)
        assert decision is not None and decision.dialogue is not None and "в черновике" in said(decision)
        assert isinstance(decision.dialogue.step, ChoosingTopic) and "снег" in decision.dialogue.draft.text

    def test_a_point_on_the_map_is_the_address(self) -> None:
        one = found(dialogue(), theirs(3, "Яма"), theirs(4, location=Location(55.1, 60.1)))
        decision = tell_resident(facts(one.dialogue), one, "r1", waits=False)
        assert decision is not None and decision.dialogue is not None
        assert "55.1" in decision.dialogue.draft.address

    @pytest.mark.parametrize(
        "text", ["", "Отправить", " отправить! ", "1", "привет", "Мои сообщения", "Да", "нет", "ок"]
    )
    def test_a_typed_button_and_a_bare_answer_are_no_words(self, text: str) -> None:
        one = found(dialogue(), theirs(3, text))
        assert words(one) == [] and "Последние нажатия" in text_of(one)

    def test_but_with_a_photo_it_is(self) -> None:
        assert words(found(dialogue(), theirs(3, "1", attachments=(PHOTO,)))) == ["1"]

    def test_a_photo_alone_asks_for_words(self) -> None:
        one = found(dialogue(), theirs(3, attachments=(PHOTO,)))
        decision = tell_resident(facts(one.dialogue), one, "r1", waits=False)
        assert decision is not None and decision.dialogue is not None
        assert isinstance(decision.dialogue.step, AskingText) and decision.dialogue.draft.files == 1

    def test_who_only_pressed_reads_where_they_are(self) -> None:
        one = found(dialogue(ListingAppeals()), theirs(3, "Помощь", actions.HELP))
        decision = tell_resident(facts(one.dialogue), one, "r1", waits=False)
        assert decision is not None and decision.dialogue is not None
        assert isinstance(decision.dialogue.step, ListingAppeals) and "Последние нажатия" in said(decision)

    def test_who_was_telling_something_when_the_copy_was_made_is_asked_on(self) -> None:
        draft = Draft((Piece(1, "Яма на дороге"),))
        one = found(dialogue(AskingText(), draft))
        assert text_of(one) == "" and "О чём" in text_of(one, waits=True)

    def test_who_did_nothing_hears_nothing(self) -> None:
        assert (
            tell_resident(facts(dialogue()), found(dialogue(), ours(3, f"№{CODE}: приняли")), "r1", waits=False) is None
        )

    @pytest.mark.parametrize(
        ("action", "value", "field"),
        [
            (actions.PLACE, "miass", {"place": "miass"}),
            (actions.AGENCY, "roads", {"named": "roads", "settled": False}),
            (actions.GIVE_TO, "roads", {"named": "roads", "settled": True}),
            (actions.NO_ADDRESS, "", {"address_unknown": True}),
            (actions.SCENE, "yard", {"scene": Scene.YARD, "scene_asked": True}),
            (actions.SCENE, "moon", {}),
            (actions.TOPIC, "nothing", {"topic": None}),
            (actions.PLACE, "nowhere", {"place": None}),
            (actions.AGENCY, "nobody", {"named": None}),
        ],
    )
    def test_what_was_chosen_stays_chosen(self, action: str, value: str, field: dict[str, Any]) -> None:
        draft = found(dialogue(), theirs(3, "…", action, value)).draft
        assert draft == replace(Draft(), **field)


class TestConsent:
    def test_given_to_the_text_that_was_shown(self) -> None:
        one = found(None, theirs(3, "Яма"), ours(4, ASKED), theirs(5, "Даю согласие", actions.CONSENT), ours(6))
        ((cmid, decision),) = one.carried
        assert decision.consent == Consent(ANNA, True, POLICY.consent_hash, NOW + timedelta(seconds=5), 5)
        assert (cmid, one.dialogue.consent, words(one)) == (5, POLICY.consent_hash, ["Яма"])

    @pytest.mark.parametrize("shown", ["Другой текст", ""])
    def test_never_to_another_text(self, shown: str) -> None:
        one = found(None, ours(4, shown), theirs(5, "Даю согласие"))
        assert one.carried == () and one.dialogue == NEW

    def test_to_the_text_that_the_copy_knows_to_be_shown(self) -> None:
        step = AskingConsent((2,), NOW, POLICY.consent_hash)
        one = found(Dialogue(ANNA, step), theirs(2, "Яма"), theirs(5, "даю согласие"))
        assert one.dialogue.consent == POLICY.consent_hash and words(one) == ["Яма"]

    def test_refused(self) -> None:
        one = found(None, theirs(3, "Яма"), ours(4, ASKED), theirs(5, "Не даю", actions.REFUSE), ours(6))
        ((_, decision),) = one.carried
        assert decision.consent is not None and not decision.consent.given and words(one) == []
        assert isinstance(one.dialogue.step, Refused)

    def test_without_one_the_words_stay_in_vk_and_the_question_stands(self) -> None:
        before = Dialogue(ANNA, AskingConsent((2,), NOW, POLICY.consent_hash))
        one = found(before, theirs(3, "Яма"), theirs(4, "", actions.HELP), ours(5, "Помощь"))
        assert awaiting(one) == ((2, 3), "")

    @pytest.mark.parametrize(("answered", "waiting"), [(True, (3,)), (False, (3, 4))])
    def test_a_button_that_was_typed_waits_only_until_it_was_answered(
        self, answered: bool, waiting: tuple[int, ...]
    ) -> None:
        """Who agreed to the text of before had «Помощь» in the window; twice under one cause nobody needs it (I7)."""
        before = dialogue(consent="прежний текст")
        lines = [theirs(3, "Яма"), theirs(4, "Помощь"), *([ours(5, "Напишите, что случилось")] if answered else [])]
        one = found(before, *lines)
        assert awaiting(one)[0] == waiting

    @pytest.mark.parametrize(
        "lines", [[theirs(3, "Яма"), theirs(5, "И ещё")], [theirs(3, "Яма"), ours(4, ASKED), theirs(5, "И ещё")]]
    )
    def test_whom_nobody_has_answered_is_asked_again(self, lines: list[WindowLine]) -> None:
        pending, text = awaiting(found(None, *lines))
        assert pending == (3, 5) and ASKED in text

    def test_so_is_who_was_owed_the_question(self) -> None:
        pending, text = awaiting(found(None), waits=True)
        assert pending == () and ASKED in text

    def test_what_the_copy_knows_to_wait_is_not_asked_for_again(self) -> None:
        before = Dialogue(ANNA, AskingConsent((2,), NOW, POLICY.consent_hash))
        assert awaiting(found(before, theirs(2, "Яма"))) == ((2,), "")

    def test_nothing_written_changes_nothing(self) -> None:
        one = found(Dialogue(ANNA, Refused(POLICY.consent_hash)))
        assert awaiting_consent(facts(), one, "r1", waits=False) is None

    @pytest.mark.parametrize(
        ("lines", "given"),
        [
            ([ours(3, OFFERED), theirs(4, "Да", actions.PUBLISH_YES)], [True]),
            ([ours(3, OFFERED), theirs(4, "Да", actions.PUBLISH_YES), theirs(5, "", actions.UNPUBLISH)], [True, False]),
            ([theirs(4, "Нет", actions.PUBLISH_NO)], [False]),
            ([theirs(4, "Да", actions.PUBLISH_YES)], []),
        ],
    )
    def test_to_publication(self, lines: list[WindowLine], given: list[bool]) -> None:
        records = [decision.consent for _, decision in found(dialogue(), *lines).carried]
        assert [
            record.given for record in records if record is not None and record.text_hash == POLICY.publish_hash
        ] == given


def awaiting(one: WindowState, *, waits: bool = False) -> tuple[tuple[int, ...], str]:
    """Which messages wait in VK for a consent, and what is said."""
    decision = awaiting_consent(facts(), one, "r1", waits=waits)
    assert decision is not None and decision.dialogue is not None and decision.dialogue.draft.text == ""
    assert isinstance(decision.dialogue.step, AskingConsent)
    assert all(parse(send.cause).kind == "recovered" for send in sends(decision))
    return decision.dialogue.step.pending, said(decision)


class TestWithdrawing:
    def test_an_appeal_is_withdrawn_and_its_chat_reads_of_it_in_its_list(self) -> None:
        one = found(dialogue(), theirs(3, "Да", actions.WITHDRAW_YES, CODE), ours(4, "Отозвали"), appeals=(appeal(),))
        (decision,) = carried_out(one)
        assert [after.status for after in decision.appeals] == [Status.WITHDRAWN] and not sends(decision)
        assert [line.action for line in decision.history] == [Action.WITHDRAW]

    def test_an_alarm_is_ended_by_those_on_duty_alone(self) -> None:
        """R28: it goes before them once more."""
        alarm = appeal(status=Status.WAITING, alert=Alert(NOW))
        assert alarm.alarming
        assert found(dialogue(), theirs(3, "Да", actions.WITHDRAW_YES, CODE), appeals=(alarm,)).carried == ()

    @pytest.mark.parametrize("known", [(), (appeal(resident=BORIS),), (appeal(status=Status.CLOSED),)])
    def test_only_ones_own_and_only_what_is_open(self, known: Any) -> None:
        assert found(dialogue(), theirs(3, "Да", actions.WITHDRAW_YES, CODE), appeals=known).carried == ()


class TestErasure:
    def test_what_was_asked_is_carried_out_and_nothing_of_before_is_kept(self) -> None:
        yes = theirs(5, "Да, удалить", actions.ERASE_YES, stamp(NOW))
        one = found(dialogue(draft=READY), theirs(3, "Яма"), yes, ours(6), theirs(7, "Ещё"), appeals=(appeal(),))
        ((cmid, decision),) = one.carried
        assert decision.erasure is not None and decision.erasure.resident == ANNA and cmid == 5
        assert (words(one), one.draft, one.dialogue.consent) == (["Ещё"], Draft(), "")
        assert sends(carried_out(one)[0], ANNA) == [] and ASKED in awaiting(one)[1]

    def test_it_knows_its_cut(self) -> None:
        """What the window holds after it is spared."""
        one = found(dialogue(), theirs(5, "Да, удалить", actions.ERASE_YES, stamp(NOW)))
        assert one.carried[0][1].erasure == ErasureRequest(ANNA, AT_FIVE, DUE, cut=5)

    @pytest.mark.parametrize("in_window", [True, False])
    def test_a_consent_after_it_carries_it_out_first(self, in_window: bool) -> None:
        """Whether it was asked for in the window, or stands in the copy."""
        yes = theirs(5, "Да, удалить", actions.ERASE_YES, stamp(NOW))
        before = dialogue() if in_window else NEW
        request = None if in_window else ErasureRequest(ANNA, NOW, DUE, cut=2)
        lines = (theirs(7, "Ещё яма"), ours(8, ASKED), theirs(9, "Даю согласие", actions.CONSENT), theirs(10, "Мост"))
        one = found(before, *((yes, ours(6)) if in_window else ()), *lines, erasure=request, appeals=(appeal(),))
        assert [decision.erases for _, decision in one.carried] == [False, True][-len(one.carried) :]
        assert words(one) == ["Ещё яма", "Мост"] and one.dialogue.consent == POLICY.consent_hash
        assert [kept.erases for kept in carried_out(one)] == [decision.erases for _, decision in one.carried]

    def test_an_edit_from_before_it_is_not_read_again(self) -> None:
        """R14."""
        talk = Dialogue(ANNA, AskingConsent(edited=(2, 4), shown=POLICY.consent_hash))
        agrees = theirs(9, "Даю согласие", actions.CONSENT)
        one = found(talk, agrees, erasure=ErasureRequest(ANNA, NOW, DUE, cut=3))
        assert one.carried[0][1].effects == (Reread(ANNA, (), (4,)),)

    def test_once(self) -> None:
        """A second consent, after a refusal, has nothing to carry out any more."""
        agree, refuse = actions.CONSENT, actions.REFUSE
        request = ErasureRequest(ANNA, NOW, DUE, cut=2)
        given = (theirs(9, "Даю согласие", agree), theirs(10, "Не даю", refuse), theirs(11, "Даю согласие", agree))
        one = found(NEW, ours(8, ASKED), *given, erasure=request)
        assert [decision.erases for _, decision in one.carried] == [True]

    def test_who_has_not_heard_so_hears_it(self) -> None:
        one = found(dialogue(), ours(4), theirs(5, "Да, удалить", actions.ERASE_YES, stamp(NOW)))
        (decision,) = carried_out(one)
        assert "Удалим ваши данные" in said(decision)

    def test_an_old_offer_erases_nothing(self) -> None:
        one = found(dialogue(), theirs(5, "Да, удалить", actions.ERASE_YES, "1"))
        assert one.carried == () and one.last == 5


class TestListsOfChats:
    def test_each_chat_checks_its_own_and_the_cur_the_homeless(self) -> None:
        known = facts(chats={**CHATS, "secret": replace(CHATS["secret"], lost=True)})
        lost = appeal(code="1124-CCCC", chat=CHATS["secret"].peer)
        sent = to_check(known, [in_cur(code="1124-BBBB"), appeal(), lost], "r1")
        assert [(one.peer, one.text.count("№")) for one in sent] == [(ROADS_CHAT, 1), (CUR_CHAT, 2)]
        assert labels(sent[0]) == ["1. Уже отвечено", "1. Осталось"] and parse(sent[0].cause).kind == "to_check"
        assert f"1. Снег на дороге · Миасс, Мира, 1: передано, ждёт ответа. №{CODE}" in sent[0].text

    def test_as_many_as_a_keyboard_holds(self) -> None:
        many = [appeal(code=f"1124-AA{n:02}") for n in range(22, 22 + CHECKED_AT_ONCE + 1)]
        first, second = to_check(facts(), many, "r1")
        assert (len(labels(first)), len(labels(second))) == (10, 2) and first.cause != second.cause

    def test_without_a_cur_nobody_is_told_of_the_homeless(self) -> None:
        assert to_check(facts(chats={}), [appeal()], "r1") == []
        assert unsent(facts(chats={}), [held()], {}, "r1") == []

    def test_what_vk_does_not_show_waits_for_a_press(self) -> None:
        answer = held(kind=Kind.ANSWER, cause=str(Cause(COMMUNITY, "answer", ROADS_CHAT, "20")), text="Яму  засыпали")
        card = held(row=6, peer=ROADS_CHAT, kind=Kind.CARD)
        status = held(row=7, kind=Kind.STATUS)
        sent = unsent(facts(), [answer, card, status], {CODE: appeal()}, "r1")
        assert [(one.peer, parse(one.cause).kind) for one in sent] == [(ROADS_CHAT, "unsent")]
        assert f"1. Снег на дороге · Миасс, Мира, 1: ответ жителю «Яму засыпали». №{CODE}" in sent[0].text
        for words in ("2. Снег на дороге · Миасс, Мира, 1: карточка.", "3. Снег на дороге · Миасс, Мира, 1: известие"):
            assert words in sent[0].text
        assert labels(sent[0]) == ["Отправить 1", "Отправить 2", "Отправить 3"]
        keyboard = sent[0].keyboard
        assert keyboard is not None and keyboard.rows[0][0].command == Command(actions.SEND_IT, f"{CODE} 5")

    def test_an_edit_that_vk_takes_no_more_waits_too(self) -> None:
        """Its words are said anew, as a message whose stored kind is still that of an edit."""
        (sent,) = unsent(facts(), [held(peer=ROADS_CHAT, kind="edit")], {CODE: appeal()}, "r1")
        assert f"Мира, 1: правка прежнего сообщения. №{CODE}" in sent.text and labels(sent) == ["Отправить 1"]

    def test_what_has_no_number_goes_to_the_cur_without_its_words(self) -> None:
        line = held(kind=Kind.STATUS, code="", text="Ваш черновик: тайна")
        (sent,) = unsent(facts(), [line], {}, "r1")
        assert sent.peer == CUR_CHAT and "тайна" not in sent.text and "1. известие жителю" in sent.text
        keyboard = sent.keyboard
        assert keyboard is not None and keyboard.rows[0][0].command.value == "- 5"

    def test_a_screen_is_shown_anew_and_a_strange_chat_is_not_greeted(self) -> None:
        held_ones = [held(kind=Kind.SCREEN, code=""), held(kind=Kind.NOTICE, code="", peer=LOOSE_CHAT)]
        assert unsent(facts(), held_ones, {}, "r1") == []

    def test_a_long_answer_shows_how_it_begins(self) -> None:
        long = held(kind=Kind.ANSWER, text="слово " * 50)
        (sent,) = unsent(facts(), [long], {CODE: appeal()}, "r1")
        assert "…»" in sent.text and len(sent.text) < 500

    def test_ten_rows_a_message(self) -> None:
        first, second = unsent(facts(), [held(row=n) for n in range(HELD_AT_ONCE + 1)], {}, "r1")
        assert (len(labels(first)), len(labels(second))) == (10, 1)

    def test_an_answer_that_waits_for_people_is_not_on_its_way(self) -> None:
        cause = str(Cause(COMMUNITY, "answer", ROADS_CHAT, "20"))
        words = Words(cause, Action.ANSWER, OFFICIAL, NOW, ROADS_CHAT, 20, "Яму засыпали")
        mine, other = appeal(held=(words,)), appeal(code="1124-BBBB")
        waits = [held(kind=Kind.ANSWER, cause=str(replace(parse(cause), piece=1, level=2))), held()]
        (after,) = mark_held_answers([mine, other], waits)
        assert (after.held[0].refused, after.version, after.leaving) == (True, mine.version + 1, ())
        assert mark_held_answers([after], waits) == []


def held(**more: Any) -> UndeliveredMessage:
    known: dict[str, Any] = {"row": 5, "peer": ANNA, "cause": "x", "kind": Kind.STATUS, "code": CODE, "text": ""}
    return UndeliveredMessage(**known | more)


class TestVoidCards:
    def test_who_answered_one_in_the_window_hears_it_and_so_does_the_cur(self) -> None:
        lines = [
            ours(7, f"Снег · Миасс\n№{VOID}", ROADS_CHAT),
            theirs(20, "Сделано", peer=ROADS_CHAT, author=OFFICIAL, reply=Reply(7, -COMMUNITY)),
            theirs(21, "Сделано", peer=ROADS_CHAT, author=OFFICIAL, reply=Reply(8, -COMMUNITY)),
            theirs(22, "Разговор", peer=ROADS_CHAT, author=OFFICIAL),
        ]
        hint, line = void_replies(facts(), lines, {(ROADS_CHAT, 7): VOID})
        assert (hint.peer, hint.reply_to) == (ROADS_CHAT, 20) and f"недействительна: №{VOID}." in hint.text
        assert "не видно" in hint.text and "не видно" in line.text, "VK shows nothing of its resident"
        assert line.peer == CUR_CHAT and VOID in line.text and "Министерство дорог" in line.text
        assert parse(line.cause).kind == "void_reply"

    def replies(self, *words: str) -> list[WindowLine]:
        known: dict[str, Any] = {"peer": ROADS_CHAT, "author": OFFICIAL, "reply": Reply(7, -COMMUNITY)}
        return [theirs(20 + n, text, **known) for n, text in enumerate(words)]

    def said_of(self, lines: list[WindowLine]) -> list[Any]:
        card = ours(7, f"Снег · Миасс, Мира, 3 · до вт 24 ноября, 18:00\nСостояние: в работе\n№{VOID}", ROADS_CHAT)
        return void_replies(facts(), [card, *lines], {(ROADS_CHAT, 7): VOID}, {VOID: card.card})

    def test_of_four_replies_to_one_card_one_line_tells(self) -> None:
        """Four equal lines stood in the ЦУР's chat, and «Жителю это не ушло» was said of what had been read."""
        lines = self.replies("Снег убрали вчера", "/ответ Тротуар тоже", "", "И остановку")
        read = [ours(30, f"✅ Приняли.\n№{VOID}")]
        read += [
            ours(31 + n, f"Ответ на сообщение №{VOID}\nМиндор:\n\n{text}")
            for n, text in enumerate(("Снег убрали вчера", "Тротуар тоже", "Ответ во вложении.", "И остановку"))
        ]
        hint, line = self.said_of([*lines, *read])
        assert hint.text == (
            f"Карточка недействительна: Снег · Миасс, Мира, 3, №{VOID}. Бота восстановили из копии, и этого сообщения "
            "он не помнит. Ваш ответ житель уже прочитал. Когда житель отправит сообщение заново, придёт новая "
            "карточка."
        )
        assert "Ответ житель уже прочитал." in line.text and "Снег · Миасс, Мира, 3" in line.text
        assert hint.reply_to == 23

    def test_what_did_not_arrive_is_named(self) -> None:
        lines = self.replies("Снег убрали вчера", "Тротуар тоже убрали")
        hint, line = self.said_of([*lines, ours(30, f"Ответ на сообщение №{VOID}\nМиндор:\n\nСнег убрали вчера")])
        assert (
            "Из 2 ответов на неё жителю не ушло 1; последний из них — этот." in hint.text
            and "уже прочитал" not in hint.text
        )
        assert hint.reply_to == 21 and "Жителю это не ушло" in line.text
        hint, line = self.said_of([*lines, ours(30, f"✅ Приняли.\n№{VOID}")])
        assert "Жителю это не ушло. Когда" in hint.text and hint.reply_to == 21
        assert "Жителю это не ушло" in line.text

    def test_a_later_reply_is_the_same_line_for_the_cur(self) -> None:
        """Storage says each cause once."""
        (_, line) = self.said_of([*self.replies("Уберём"), ours(30, f"✅ Приняли.\n№{VOID}")])
        later = [told_cur(facts(), ROADS_CHAT, VOID)[0].cause for _ in range(2)]
        assert {line.cause, *later} == {line.cause}
        (_, read) = self.said_of([*self.replies("Убрали"), ours(30, f"Ответ на сообщение №{VOID}\nУбрали")])
        assert read.cause not in later, "what was read is another matter"


class TestClocks:
    def test_they_go_on_from_now(self) -> None:
        dropped = [(DRAFT_TIMER, "1001", ANNA), (EXPIRE_TIMER, CODE, ANNA), (RESUME_TIMER, "roads", ROADS_CHAT)]
        dropped += [("due_breach", CODE, ANNA), (PAUSE_TIMER, "1001", ANNA)]
        assert rearm_timers(POLICY, dropped, NOW) == [
            StartTimer(DRAFT_TIMER, "1001", ANNA, NOW + DRAFT_ASKED_AFTER),
            StartTimer(EXPIRE_TIMER, CODE, ANNA, NOW + POLICY.close_after),
            StartTimer(RESUME_TIMER, "roads", ROADS_CHAT, NOW + timedelta(seconds=1)),
        ]


class TestTheSummary:
    def test_it_counts_and_has_the_list_as_a_file_or_in_words(self) -> None:
        listed = texts_recovery.RecoveryReport(void=(CODE, VOID), checked=(CODE,) * 3, unread=(7,))
        text = texts_recovery.summary("24 ноября", "25 ноября", listed)
        assert "больше не действуют: 2" in text and "3 сообщения" in text and "не показал: 1" in text
        (with_file,) = summed_up(COMMUNITY, CUR_CHAT, text, "№1", ("doc1_2",), "r1")
        assert with_file.attachments == ("doc1_2",) and "№1" not in with_file.text
        assert parse(with_file.cause).kind == "summary" and "в файле" in with_file.text
        (in_words,) = summed_up(COMMUNITY, CUR_CHAT, text, "№1", (), "r1")
        assert in_words.attachments == () and "№1" in in_words.text

    def test_the_list_names_numbers_and_ids_and_no_words(self) -> None:
        listed = texts_recovery.RecoveryReport(void=(VOID,), residents=((ANNA, (VOID,)), (BORIS, ())), unread=(7,))
        text = texts_recovery.whole_list(listed)
        assert f"№{VOID}" in text and f"{ANNA}: №{VOID}" in text and f"{BORIS}: слова или нажатия" in text
        assert "прочитайте сами:\n7" in text and "Ждёт кнопки «Отправить»:\nнет" in text


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Ямы · Миасс\nПовтор сообщения №1107-6XTV\nСостояние: в работе\n№1107-TKGM\n\nЯма №1107-AAAA", "1107-TKGM"),
        ("Ответ по №1107-ZZZZ уйдёт жителю; было №1107-AAAA", "1107-ZZZZ"),
        ("Бот снова в чате", ""),
    ],
)
def test_a_card_is_about_its_own_number_and_not_about_the_one_that_it_repeats(text: str, about: str) -> None:
    """Seed 15465: an answer to the card of a lost repeat was said to be one to the first message."""
    assert ours(7, text, ROADS_CHAT).about == about
