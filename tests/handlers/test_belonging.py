"""What was said and pressed in a window about messages that the copy knows goes to those messages (delivery.md §13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.system.belonging import at_another
from handlers.system.window import WindowState, awaiting_consent, carried_out, led_on, place_next, read, tell_resident
from handlers.text import actions, texts, texts_stages, texts_waiting
from handlers.views.personal import stamp
from handlers.views.screens import show
from states.cause import Cause, parse
from states.decision import Decision
from states.dialogue import AddingTo, AskingConsent, AskingText, Dialogue, Draft, Idle, Preview, Rating, ShowingAppeal
from states.effects import Reread
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.messages import Reply
from tests.handlers.given import (
    ANNA,
    BORIS,
    CUR_CHAT,
    OFFICIAL,
    PHOTO,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    facts,
    of,
    said,
    sends,
)
from tests.handlers.window_lines import ours, theirs
from tests.small import COMMUNITY, NOW, POLICY

CODE, OTHER = "1124-AAAA", "1124-BBBB"
LATER = NOW + timedelta(hours=2)
"""When the copy is put back."""

ASKED = appeal(status=Status.ASKED)
ANSWERED = appeal(status=Status.ANSWERED, answered_at=NOW, chat=ROADS_CHAT)
ANSWER = ours(2, texts.answer(CODE, "Миндор", "Убрали вчера") + "\n\n" + texts.SOLVED_OR_NOT)
ADDING = ours(2, show(AddingTo(CODE), dialogue(), facts()).text)
QUESTION = ours(2, texts_stages.asked(CODE, "Миндор", "У какого подъезда?"))


class Window:
    """Read, and carried out: `appeals` as they stand then, by number; `found` what is left; `decisions` in order."""

    def __init__(
        self,
        *lines: Any,
        talk: Dialogue | None = None,
        of: tuple[Appeal, ...] = (ASKED,),
        linked: Any = None,
        **more: Any,
    ) -> None:
        self.talk = talk or dialogue()
        self.appeals = {one.code: one for one in of}
        self.more = more
        self.decisions: list[Decision] = []
        found = read(self.facts(), ANNA, lines, self.appeals.keys(), linked or {})
        self.keep(carried_out(found))
        while found.belongs:
            placed, found = place_next(self.facts(), found)
            self.keep(placed)
        led, self.found = led_on(self.facts(), found)
        self.keep(led)

    def facts(self) -> Any:
        return facts(self.talk, appeals=tuple(self.appeals.values()), now=LATER, **self.more)

    def keep(self, decisions: list[Decision]) -> None:
        self.decisions += decisions
        for one in decisions:
            for changed in one.appeals:
                assert changed.version == self.appeals[changed.code].version + 1
                self.appeals[changed.code] = changed
            self.talk = one.dialogue or self.talk

    @property
    def told(self) -> str:
        decision = tell_resident(self.facts(), self.found, "r1", waits=False)
        return said(decision) if decision is not None else ""

    @property
    def draft(self) -> str:
        """What the text to the resident leaves there."""
        decision = tell_resident(self.facts(), self.found, "r1", waits=False)
        return decision.dialogue.draft.text if decision is not None and decision.dialogue is not None else ""

    def said(self, peer: int = ANNA) -> list[str]:
        return [send.text for one in self.decisions for send in sends(one, peer)]

    def text(self, code: str = CODE) -> str:
        return self.appeals[code].text

    def status(self, code: str = CODE) -> Status:
        return self.appeals[code].status


class TestWords:
    def test_the_answer_to_what_the_copy_has_asked(self) -> None:
        """Its clocks go on from now, its chat reads it, and of what was answered then nothing is said anew."""
        seen = Window(theirs(3, "У второго"), ours(4, f"Передали ваш ответ по сообщению №{CODE}."))
        assert seen.status() is Status.IN_WORK and "У второго" in seen.text()
        assert ["Житель ответил на вопрос" in text for text in seen.said(ROADS_CHAT)] == [True]
        assert seen.said() == [] and seen.told == ""
        assert {line.at for one in seen.decisions for line in one.history} == {LATER}

    def test_what_nothing_of_the_bots_follows_is_answered_now(self) -> None:
        seen = Window(theirs(3, "У второго"))
        (send,) = [send for one in seen.decisions for send in sends(one, ANNA)]
        assert "Передали ваш ответ" in send.text and parse(send.cause).kind == "recovered"
        assert (parse(send.cause).peer, parse(send.cause).origin) == (ANNA, "3") and seen.told == ""

    @pytest.mark.parametrize("question", [QUESTION, ours(2, texts.asked_still([f"Снег, №{CODE}"])), ADDING])
    def test_words_after_a_question_of_the_window(self, question: Any) -> None:
        seen = Window(question, theirs(3, "У второго"), of=(appeal(),))
        assert "У второго" in seen.text() and "Дополнение" in "".join(seen.said(ROADS_CHAT))

    def test_a_question_has_one_answer_and_adding_goes_on_until_it_is_done(self) -> None:
        seen = Window(QUESTION, theirs(3, "У второго"), theirs(4, "Ещё снег у школы"), of=(appeal(),))
        assert "школы" not in seen.text() and "школы" in seen.draft
        seen = Window(ADDING, theirs(3, "Раз"), theirs(4, "Два"), theirs(5, "Готово", actions.DONE), theirs(6, "Снег"))
        assert "Раз\nДва" in seen.text() and "Снег\n" not in seen.text() and "Снег" in seen.draft

    def test_a_reply_goes_to_what_it_replies_to(self) -> None:
        to_known = theirs(3, "У второго", reply=Reply(1, -COMMUNITY))
        to_seen = theirs(4, "И у третьего", reply=Reply(2, -COMMUNITY))
        receipt = ours(2, f"Приняли в работу\n№{CODE}")
        seen = Window(receipt, to_known, to_seen, of=(appeal(), appeal(code=OTHER, source=9)), linked={1: OTHER})
        assert "У второго" in seen.text(OTHER) and "И у третьего" in seen.text()

    @pytest.mark.parametrize(
        ("lines", "known"),
        [
            ([ours(2, "Напишите, что случилось и где."), theirs(3, "Яма")], (ASKED,)),
            ([theirs(3, "Написать", actions.WRITE), theirs(4, "Яма")], (ASKED,)),
            ([theirs(3, "Яма")], (ASKED, appeal(code=OTHER, status=Status.ASKED))),
            ([theirs(3, "Яма")], (appeal(),)),
            ([ours(2, f"№{CODE} и №{OTHER}"), theirs(3, "Яма")], (ASKED, appeal(code=OTHER))),
            ([ANSWER, theirs(3, "Яма")], (ASKED,)),
            ([theirs(3, "Яма", reply=Reply(1, -COMMUNITY))], (appeal(status=Status.CLOSED, answered_at=NOW),)),
            ([theirs(3, "Яма")], (replace(ASKED, resident=BORIS),)),
            ([ours(2, f"Вопрос по сообщению №{OTHER}\nКто?"), theirs(3, "Яма")], (ASKED,)),
        ],
        ids=["asked what", "begins", "two ask", "none asks", "two named", "solved?", "closed", "another's", "void"],
    )
    def test_all_else_is_in_the_draft(self, lines: Any, known: Any) -> None:
        seen = Window(*lines, of=known, linked={1: CODE})
        assert "Яма" in seen.draft and "черновик" in seen.told
        assert not any("Яма" in one.text for one in seen.appeals.values())

    def test_a_greeting_is_no_answer_and_takes_no_question_away(self) -> None:
        seen = Window(theirs(3, "Здравствуйте"), theirs(4, "У второго"))
        assert "У второго" in seen.text() and "Здравствуйте" not in seen.text()

    def test_who_is_writing_a_new_message_writes_it(self) -> None:
        seen = Window(theirs(3, "Миасс"), talk=dialogue(Preview(), READY))
        assert seen.status() is Status.ASKED and "Миасс" in seen.draft

    def test_what_was_added_when_the_copy_was_made(self) -> None:
        seen = Window(theirs(3, "И у школы"), talk=dialogue(AddingTo(CODE)), of=(appeal(),))
        assert "И у школы" in seen.text()

    def test_thanks_go_there_once(self) -> None:
        seen = Window(ANSWER, theirs(3, "Спасибо большое!"), of=(replace(ANSWERED, first_answer_at=NOW),))
        assert seen.appeals[CODE].thanked and "благодарит" in "".join(seen.said(ROADS_CHAT)) and seen.told == ""

    def test_taken_back_since_nothing_of_it_is_left(self) -> None:
        seen = Window(theirs(3, "У второго"), theirs(4, "Да", actions.WITHDRAW_YES, CODE))
        assert seen.status() is Status.WITHDRAWN and seen.draft == ""

    def test_forgotten_since_nothing_of_it_is_kept(self) -> None:
        yes = theirs(4, "Да, удалить", actions.ERASE_YES, stamp(NOW))
        seen = Window(theirs(3, "У второго"), yes)
        assert "У второго" not in seen.text() and seen.found.belongs == ()

    def test_what_is_too_long_already_is_in_the_draft(self) -> None:
        seen = Window(theirs(3, "Ещё"), of=(replace(ASKED, pieces=(Piece(3, "а" * 30_000),)),))
        assert "Ещё" in seen.draft

    def test_of_who_is_blocked_only_what_an_official_asked_for(self) -> None:
        blocked = dialogue(blocked_until=LATER + timedelta(days=1))
        assert "У второго" in Window(theirs(3, "У второго"), talk=blocked).text()
        seen = Window(ADDING, theirs(3, "Ещё"), of=(appeal(),), talk=blocked)
        assert "Ещё" not in seen.text()
        seen = Window(theirs(3, "Дополнить", actions.ADD, CODE), theirs(4, "Ещё"), of=(appeal(),), talk=blocked)
        assert "Ещё" not in seen.text()


class TestSolvedOrNot:
    @pytest.mark.parametrize("known", [ANSWERED, appeal(), ASKED], ids=["answered", "in the window", "asked"])
    def test_not_solved_opens_it_again_with_the_words_after_it(self, known: Appeal) -> None:
        """R42: the press proves that there was an answer, and VK shows it."""
        press = theirs(3, "Не решено", actions.NOT_SOLVED, CODE)
        seen = Window(ANSWER, press, theirs(4, "Снег на месте", attachments=(PHOTO,)), of=(known,))
        assert seen.status() is Status.REOPENED and seen.appeals[CODE].chat == CUR_CHAT
        assert "Снег на месте" in seen.text() and seen.appeals[CODE].reopened == 1
        assert ["Дополнение" in text for text in seen.said(CUR_CHAT)][-1] and seen.talk.step == AddingTo(CODE)

    @pytest.mark.parametrize("known", [ANSWERED, appeal()])
    @pytest.mark.parametrize("typed", [False, True])
    def test_solved_closes_it_and_the_mark_is_its(self, known: Appeal, typed: bool) -> None:
        solved = theirs(3, "Решено!") if typed else theirs(3, "Решено", actions.SOLVED, CODE)
        asks = ours(4, f"Рады, что вопрос решён. Сообщение №{CODE} закрыли.\n\n" + texts.ASK_RATING.format(code=CODE))
        mark = theirs(5, "5") if typed else theirs(5, "5", actions.RATE, f"{CODE}:5")
        seen = Window(ANSWER, solved, asks, mark, ours(6, "Спасибо, оценку записали: 5."), of=(known,))
        assert (seen.status(), seen.appeals[CODE].rating) == (Status.CLOSED, 5)
        assert seen.said() == [] and seen.told == ""

    @pytest.mark.parametrize("text", ["Не решено", "нет, не решено!", "Вопрос не решён"])
    def test_not_solved_may_be_said(self, text: str) -> None:
        for line in (theirs(3, text), theirs(3, text, reply=Reply(2, -COMMUNITY))):
            assert Window(ANSWER, line, of=(appeal(),)).status() is Status.REOPENED

    def test_what_was_asked_when_the_copy_was_made(self) -> None:
        assert Window(theirs(3, "не решено"), of=(ANSWERED,)).status() is Status.REOPENED
        seen = Window(theirs(3, "4"), talk=dialogue(Rating(CODE)), of=(replace(ANSWERED, status=Status.CLOSED),))
        assert seen.appeals[CODE].rating == 4
        seen = Window(theirs(3, "Лучше бы раньше"), talk=dialogue(Rating(CODE)), of=(ANSWERED,))
        assert seen.draft == "Лучше бы раньше"

    @pytest.mark.parametrize(
        ("line", "known"),
        [
            (theirs(3, "Решено", actions.SOLVED, CODE), appeal()),
            (theirs(3, "Решено", actions.SOLVED, OTHER), appeal()),
            (theirs(3, "Не решено", actions.NOT_SOLVED, CODE), replace(ANSWERED, reopened=9)),
            (theirs(3, "Оценить ответ", actions.RATE, CODE), ANSWERED),
        ],
        ids=["no answer there", "not known", "too often", "no mark"],
    )
    def test_what_changes_nothing_is_told(self, line: Any, known: Appeal) -> None:
        seen = Window(line, of=(known,))
        assert seen.appeals[CODE] == known and "Последние нажатия могли не сохраниться" in seen.told

    @pytest.mark.parametrize(
        "answer",
        [
            texts.NOT_NOW.format(code=CODE, status="в работе"),
            texts.REOPENED_ENOUGH.format(code=CODE, times="2 раза", formal="сайт"),
        ],
    )
    def test_what_was_refused_then_is_not_decided_again(self, answer: str) -> None:
        seen = Window(ANSWER, theirs(3, "Не решено", actions.NOT_SOLVED, CODE), ours(4, answer), of=(appeal(),))
        assert seen.status() is Status.ROUTED and seen.found.belongs == ()
        seen = Window(ANSWER, ours(3, answer), theirs(4, "Не решено", actions.NOT_SOLVED, CODE), of=(appeal(),))
        assert seen.status() is Status.REOPENED, "but what was pressed after that is"

    def test_words_that_another_chat_has_read_leave_for_a_cause_of_their_own(self) -> None:
        """I7: the copy has the message in another chat than the window."""
        of_words = str(Cause(COMMUNITY, "addition", ANNA, "19"))
        assert at_another(of_words, CUR_CHAT) == str(Cause(COMMUNITY, "addition", ANNA, f"19.{CUR_CHAT}"))
        card = str(Cause(COMMUNITY, "card", ANNA, "3.cur.2"))
        assert at_another(card, CUR_CHAT) == card

    def test_the_words_of_what_cannot_be_done_are_not_lost(self) -> None:
        seen = Window(ANSWER, theirs(3, "Не решено"), of=(replace(ANSWERED, reopened=9),))
        assert seen.draft == "Не решено"

    def test_an_incident_that_was_answered_goes_on_with_its_heir(self) -> None:
        lead = appeal(incident=CODE)
        member = appeal(code=OTHER, resident=BORIS, status=Status.MERGED, incident=CODE)
        more = {"members": (member,)}
        seen = read(
            facts(dialogue(), appeals=(lead,), **more), ANNA, [ANSWER, theirs(3, "", actions.SOLVED, CODE)], {CODE}
        )
        placed, _ = place_next(facts(dialogue(), appeals=(lead,), now=LATER, **more), seen)
        assert [[one.code for one in decision.appeals] for decision in placed] == [[CODE, OTHER], [CODE]]

    def test_an_answer_that_the_copy_holds_is_not_twice_one(self) -> None:
        """What became of what was on its way is known before (bot/delivery/recovery.py), so its status says it."""
        held = replace(ANSWERED, held=(Held("c", Action.ANSWER, OFFICIAL, NOW),))
        seen = Window(ANSWER, theirs(3, "", actions.NOT_SOLVED, CODE), of=(held,))
        assert [line.action for one in seen.decisions for line in one.history] == [Action.REOPEN]


class TestOtherPresses:
    def test_adding_and_done_lead_where_they_led(self) -> None:
        press, done = theirs(3, "Дополнить", actions.ADD, CODE), theirs(5, "Готово", actions.DONE, CODE)
        seen = Window(press, ADDING, of=(appeal(),))
        assert seen.talk.step == AddingTo(CODE) and seen.told == ""
        seen = Window(
            press, theirs(4, "Ещё"), done, ours(6, "Меню"), of=(appeal(),), talk=dialogue(ShowingAppeal(CODE))
        )
        assert seen.talk.step == Idle() and "Ещё" in seen.text() and seen.told == ""

    def test_a_press_that_nobody_has_answered_is(self) -> None:
        seen = Window(theirs(3, "Дополнить", actions.ADD, CODE), of=(appeal(),))
        (text,) = seen.said()
        assert "Когда закончите, нажмите «Готово»" in text

    def test_another_step_is_kept_while_something_is_written(self) -> None:
        seen = Window(theirs(3, "Дополнить", actions.ADD, CODE), of=(appeal(),), talk=dialogue(Preview(), READY))
        assert seen.talk.step == Preview()

    def test_done_where_nothing_is_added_is_a_press_as_any(self) -> None:
        assert "Последние нажатия" in Window(theirs(3, "Пропустить", actions.DONE), of=(appeal(),)).told

    def test_hurry_reaches_those_who_answer(self) -> None:
        seen = Window(theirs(3, "Поторопить", actions.HURRY, CODE), ours(4, texts_waiting.HURRIED), of=(appeal(),))
        assert seen.appeals[CODE].hurried_at == LATER and "торопит" in "".join(seen.said(ROADS_CHAT))
        assert seen.said() == []

    @pytest.mark.parametrize("action", [actions.ADD_DRAFT, actions.REOPEN_DRAFT])
    def test_what_was_told_goes_where_it_was_said_to_belong(self, action: str) -> None:
        known = ANSWERED if action == actions.REOPEN_DRAFT else appeal()
        draft = Draft((Piece(1, "Снег"),))
        seen = Window(
            theirs(3, "У школы"), theirs(4, "…", action, CODE), of=(known,), talk=dialogue(AskingText(), draft)
        )
        assert "Снег\nУ школы" in seen.text() and seen.talk.draft == Draft() and seen.told == ""

    @pytest.mark.parametrize("known", [appeal(status=Status.DECLINED), appeal(resident=BORIS)])
    def test_or_it_stays_in_the_draft(self, known: Appeal) -> None:
        lines = theirs(3, "У школы"), theirs(4, "…", actions.ADD_DRAFT, CODE), theirs(5, "И у сада")
        seen = Window(*lines, of=(known,), talk=dialogue(AskingText(), Draft((Piece(1, "Снег"),))))
        assert seen.draft == "Снег\nУ школы\nИ у сада"

    def test_with_nothing_told_it_is_a_press_as_any(self) -> None:
        assert "Последние нажатия" in Window(theirs(4, "…", actions.ADD_DRAFT, CODE), of=(appeal(),)).told


class TestANewText:
    """The text of the consent has changed, and the answer to the question lies in the window."""

    SHOWN = ours(5, show(AskingConsent(), dialogue(), facts()).text)
    YES = theirs(6, "Даю согласие", actions.CONSENT)

    def test_what_waited_for_the_consent_is_carried_out_after_it(self) -> None:
        lines = (
            theirs(3, "Не решено", actions.NOT_SOLVED, CODE),
            theirs(4, "Снег на месте"),
            self.SHOWN,
            self.YES,
            ours(7),
        )
        seen = Window(*lines, of=(ANSWERED,), talk=dialogue(consent="прежний"))
        assert seen.status() is Status.REOPENED and "Снег на месте" in seen.text()
        assert seen.talk.consent == POLICY.consent_hash

    def test_the_step_that_was_interrupted_goes_on(self) -> None:
        asking = AskingConsent((2,), NOW, POLICY.consent_hash, edited=(1,))
        talk = dialogue(asking, consent="прежний", interrupted=AddingTo(CODE))
        seen = Window(theirs(2, "Ещё у школы"), self.YES, ours(7), of=(appeal(),), talk=talk)
        assert "Ещё у школы" in seen.text() and seen.talk.interrupted is None
        assert [one for decision in seen.decisions for one in of(Reread, decision)] == [Reread(ANNA, (), (1,))]

    def test_after_a_refusal_nothing_is(self) -> None:
        lines = theirs(3, "", actions.NOT_SOLVED, CODE), self.SHOWN, theirs(6, "Не даю", actions.REFUSE), ours(7)
        seen = Window(*lines, of=(ANSWERED,), talk=dialogue(consent="прежний"))
        assert seen.status() is Status.ANSWERED and seen.found.belongs == ()

    def test_without_an_answer_presses_wait_for_it_too(self) -> None:
        press = theirs(3, "", actions.SOLVED, CODE)
        seen = Window(press, self.SHOWN, of=(ANSWERED,), talk=dialogue(ShowingAppeal(CODE), consent="прежний"))
        decision = awaiting_consent(seen.facts(), seen.found, "r1", waits=True)
        assert decision is not None and decision.dialogue is not None
        assert isinstance(decision.dialogue.step, AskingConsent) and decision.dialogue.step.pending == (3,)
        assert decision.dialogue.interrupted == ShowingAppeal(CODE) and texts.CONSENT_ANEW in said(decision)

    def test_what_waits_gets_a_number_of_its_own_and_is_sent_by_nobody_but_its_author(self) -> None:
        """I7 (seed 9312036 with a new consent): «Отправить» of the window gave its void number once more."""
        lines = theirs(3, "Яма"), theirs(5, "Отправить", actions.SEND), ours(6, f"✅ Приняли.\n№{OTHER}"), self.SHOWN
        seen = Window(*lines, of=(), talk=dialogue(consent="прежний"))
        decision = awaiting_consent(seen.facts(), seen.found, "r1", waits=False)
        assert decision is not None and decision.dialogue is not None
        assert isinstance(decision.dialogue.step, AskingConsent) and decision.dialogue.step.pending == (3,)
        assert decision.dialogue.draft.source == 5


def test_the_window_of_nobody_holds_nothing() -> None:
    assert read(facts(None), ANNA, [], set()) == WindowState(Dialogue(ANNA))
