"""«Решено», «Не решено», one to five: for years, at every step, and no draft is lost (R42, R5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.acting import EXPIRE_TIMER
from handlers.text import actions, texts, texts_stages
from states.decision import Decision
from states.dialogue import (
    AddingTo,
    AskingText,
    ChoosingPlace,
    Draft,
    Idle,
    Preview,
    Rating,
    ShowingAppeal,
    Step,
)
from states.effects import CancelTimer, Edit, Send, StartTimer
from states.events import RoutesChanged, TimerFired
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, Status
from states.screen import ButtonKind
from states.worktime.deadlines import TermClock
from tests.handlers.given import (
    ANNA,
    BORIS,
    CHATS,
    CUR_CHAT,
    PHOTO,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    ended,
    facts,
    labels,
    of,
    said,
    sends,
    tapped,
    the,
    wrote,
)
from tests.handlers.in_chat import say
from tests.small import NOW, POLICY

CODE = "1124-AAAA"
FORMAL = "https://www.gosuslugi.ru/"
DONE = appeal(status=Status.ANSWERED, answered_at=NOW, first_answer_at=NOW, card_at=NOW, answers=1)
CLOSED = replace(DONE, status=Status.CLOSED)
WRITING = [AskingText(), ChoosingPlace(), Preview()]


def taps(action: str, *mine: Appeal, value: str = CODE, step: Step | None = None, draft: Draft | None = None,
         **more: Any) -> Decision:  # fmt: skip
    talk = dialogue(step or Idle(), draft or Draft(), **{k: more.pop(k) for k in ("blocked_until",) if k in more})
    return decide(facts(talk, appeals=mine, **more), tapped(action, value, at=more.get("now", NOW)))


# Being asked.


def leaving(held: Appeal) -> Send:
    (answer,) = sends(say("Снег вчера убрали, двор чистый", held), ANNA)
    return answer


def test_with_the_answer_it_is_asked_whether_it_is_solved() -> None:
    """R42: one message; buttons on it that write, so that they are never lost (vk-api.md §7)."""
    answer = leaving(appeal(status=Status.IN_WORK))
    assert answer.text.endswith(f"двор чистый\n\n{texts.SOLVED_OR_NOT}") and answer.appeal == CODE
    assert answer.keyboard is not None and answer.keyboard.inline
    buttons = [one for row in answer.keyboard.rows for one in row]
    assert [(button.label, button.kind) for button in buttons] == [
        ("Решено", ButtonKind.TEXT),
        ("Не решено", ButtonKind.TEXT),
    ]


def test_once_the_answer_is_there_its_term_begins() -> None:
    held = appeal(status=Status.IN_WORK)
    decision = decide(facts(appeals=(held,)), ended(f"v1|101|answer|{ROADS_CHAT}|20|0", "answer"))
    assert not sends(decision, ANNA)
    assert any(
        effect.name == EXPIRE_TIMER and effect.at == NOW + POLICY.close_after for effect in of(StartTimer, decision)
    )


@pytest.mark.parametrize("held", [DONE, CLOSED])
def test_a_correction_is_no_second_question(held: Appeal) -> None:
    """T18: a correction is a new answer."""
    answer = leaving(held)
    assert answer.keyboard is None and texts.SOLVED_OR_NOT not in answer.text


# Solved.


@pytest.mark.parametrize("event", [tapped(actions.SOLVED, CODE), wrote("Решено")])
def test_solved_closes_and_asks_for_a_rating(event: Any) -> None:
    """R42."""
    decision = decide(facts(dialogue(ShowingAppeal(CODE)), appeals=(DONE,)), event)
    assert the(decision).status is Status.CLOSED
    assert [(entry.action, entry.actor) for entry in decision.history] == [(Action.SOLVED, ANNA)]
    assert said(decision).startswith(texts.SOLVED.format(code=CODE))
    assert decision.dialogue is not None and decision.dialogue.step == Rating(CODE)
    assert labels(sends(decision, ANNA)[0])[:5] == ["1", "2", "3", "4", "5"]
    assert any(effect.name == EXPIRE_TIMER for effect in of(CancelTimer, decision))
    (card,) = of(Edit, decision)
    assert "Состояние: закрыто" in card.text


@pytest.mark.parametrize("step", WRITING)
def test_in_the_middle_of_another_message_nothing_of_it_is_lost(step: Step) -> None:
    """features.md I: an old message's button, months later."""
    first = taps(actions.SOLVED, DONE, step=step, draft=READY, now=NOW + timedelta(days=200))
    assert the(first).status is Status.CLOSED and first.dialogue is None
    (asked,) = sends(first, ANNA)
    assert asked.keyboard is not None and asked.keyboard.inline and labels(asked) == ["1", "2", "3", "4", "5"]
    marked = taps(actions.RATE, the(first), value=f"{CODE}:5", step=step, draft=READY)
    assert the(marked).rating == 5 and marked.dialogue is None
    assert said(marked) == texts.RATED.format(mark=5)


def test_solved_again_asks_for_the_rating_only() -> None:
    decision = taps(actions.SOLVED, CLOSED)
    assert not decision.appeals and decision.dialogue is not None and decision.dialogue.step == Rating(CODE)
    assert texts.SOLVED.format(code=CODE) not in said(decision)
    beside = taps(actions.SOLVED, CLOSED, step=Preview(), draft=READY)
    assert said(beside) == texts.ASK_RATING.format(code=CODE)


@pytest.mark.parametrize("action", [actions.SOLVED, actions.RATE])
def test_what_has_no_answer_is_not_solved_and_not_rated(action: str) -> None:
    """R34: an old button after «Не решено»."""
    for value in (CODE, f"{CODE}:5"):
        decision = taps(action, appeal(status=Status.REOPENED), value=value)
        assert not decision.appeals and "этого сейчас сделать нельзя" in said(decision)


# Rating.


@pytest.mark.parametrize("mark", ["1", "3", "5"])
@pytest.mark.parametrize("held", [DONE, CLOSED])
def test_a_mark_may_be_typed_or_pressed_and_the_last_one_counts(mark: str, held: Appeal) -> None:
    """R42."""
    for event in (wrote(mark), tapped(actions.RATE, f"{CODE}:{mark}")):
        decision = decide(facts(dialogue(Rating(CODE)), appeals=(replace(held, rating=4),)), event)
        assert the(decision).rating == int(mark) and the(decision).status is held.status
        assert [(entry.action, entry.reason) for entry in decision.history] == [(Action.RATE, mark)]
        assert said(decision).startswith(texts.RATED.format(mark=mark))
        assert decision.dialogue is not None and decision.dialogue.step == Idle()


@pytest.mark.parametrize("mark, told", [("1", True), ("2", True), ("3", False)])
def test_after_a_bad_mark_the_formal_way_is_told(mark: str, told: bool) -> None:
    """R5."""
    assert (FORMAL in said(taps(actions.RATE, DONE, value=f"{CODE}:{mark}"))) is told


def test_a_mark_is_shown_on_the_card_while_it_can_be_edited() -> None:
    young = taps(actions.RATE, DONE, value=f"{CODE}:5")
    assert "Оценка жителя: 5 из 5" in of(Edit, young)[0].text
    old = taps(actions.RATE, DONE, value=f"{CODE}:5", now=NOW + timedelta(days=2))
    assert not of(Edit, old) and not sends(old, ROADS_CHAT), "no new card for a mark"


def test_rating_from_the_message_itself_and_skipping_it() -> None:
    opened = taps(actions.RATE, CLOSED)
    assert opened.dialogue is not None and opened.dialogue.step == Rating(CODE)
    skipped = decide(facts(opened.dialogue, appeals=(CLOSED,)), wrote("Пропустить"))
    assert skipped.dialogue is not None and skipped.dialogue.step == Idle() and not skipped.appeals
    back = decide(facts(opened.dialogue, appeals=(CLOSED,)), wrote("Назад"))
    assert back.dialogue is not None and back.dialogue.step == ShowingAppeal(CODE)


@pytest.mark.parametrize("mark", ["0", "6", "10", "-1", "٥", "пять", "5:5"])
def test_other_marks_are_none(mark: str) -> None:
    """T3."""
    decision = taps(actions.RATE, DONE, value=f"{CODE}:{mark}")
    assert not decision.appeals and said(decision).startswith(texts.STALE)


def test_what_was_closed_without_an_answer_has_nothing_to_rate() -> None:
    decision = taps(actions.RATE, appeal(status=Status.CLOSED), value=f"{CODE}:5")
    assert not decision.appeals and "этого сейчас сделать нельзя" in said(decision)


@pytest.mark.parametrize("action", [actions.SOLVED, actions.NOT_SOLVED, actions.RATE])
@pytest.mark.parametrize("mine", [(), (replace(DONE, resident=BORIS),)])
def test_anothers_answer_is_not_yours_to_judge(action: str, mine: tuple[Appeal, ...]) -> None:
    """I4, T3."""
    decision = taps(action, *mine, value=f"{CODE}:1" if action == actions.RATE else CODE)
    assert not decision.appeals and said(decision).startswith(texts.NOT_YOURS)


# Not solved.


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.CLOSED, Status.DECLINED, Status.OUTSIDE])
def test_not_solved_opens_again_with_a_card_for_the_cur(status: Status) -> None:
    """R42: to the moderator, with a clock; the old card shows that it has gone on."""
    decision = taps(actions.NOT_SOLVED, replace(DONE, status=status, rating=5, incident=CODE))
    after = the(decision)
    assert (after.status, after.chat, after.reopened, after.by_hand) == (Status.REOPENED, CUR_CHAT, 1, True)
    assert after.deadline is not None and after.deadline.clock is TermClock.ROUTE
    assert (after.rating, after.answered_at, after.incident) == (0, None, "")
    assert [(entry.action, entry.actor) for entry in decision.history] == [(Action.REOPEN, ANNA)]
    (card,) = sends(decision, CUR_CHAT)
    assert "Житель пишет, что не решено. Прежний ответ дал: Министерство дорог." in card.text
    (old,) = of(Edit, decision)
    assert old.peer == ROADS_CHAT and "Теперь в центре управления" in old.text and old.keyboard is None
    assert said(decision).startswith(texts_stages.reopened(CODE)) and texts.WHAT_IS_LEFT in said(decision)
    assert decision.dialogue is not None and decision.dialogue.step == AddingTo(CODE)


def test_what_is_left_goes_to_the_cur() -> None:
    """features.md H: «not fixed» must reach somebody."""
    first = taps(actions.NOT_SOLVED, DONE)
    told = decide(facts(first.dialogue, appeals=first.appeals), wrote("Лёд остался"))
    assert "Дополнение к №1124-AAAA" in said(told, CUR_CHAT) and not sends(told, ROADS_CHAT)


def test_only_a_person_sends_it_to_an_agency_again() -> None:
    """R42: goes to the moderator, whatever chat is bound meanwhile."""
    held = the(taps(actions.NOT_SOLVED, DONE))
    assert not sends(decide(facts(waiting=(held,)), RoutesChanged(ROADS_CHAT, NOW)), ROADS_CHAT)


@pytest.mark.parametrize("step", WRITING)
def test_a_draft_is_kept_meanwhile(step: Step) -> None:
    decision = taps(actions.NOT_SOLVED, DONE, step=step, draft=READY)
    assert decision.dialogue is not None and decision.dialogue.draft == READY


def test_so_many_times_as_the_house_allows_and_then_the_formal_way() -> None:
    """R42 (CFG), R5."""
    enough = replace(DONE, reopened=POLICY.reopens)
    decision = taps(actions.NOT_SOLVED, enough)
    assert not decision.appeals and "уже открывали снова 2 раза" in said(decision) and FORMAL in said(decision)
    assert "Подать официально" in labels(sends(decision)[0])
    beside = taps(actions.NOT_SOLVED, enough, step=Preview(), draft=READY)
    assert FORMAL in said(beside) and beside.dialogue is None
    assert the(taps(actions.NOT_SOLVED, replace(DONE, reopened=1))).reopened == 2


@pytest.mark.parametrize("status", [Status.REOPENED, Status.ROUTED, Status.WITHDRAWN])
def test_what_is_open_is_not_opened_again(status: Status) -> None:
    """R34: pressed twice."""
    decision = taps(actions.NOT_SOLVED, appeal(status=status, reopened=2 if status is Status.REOPENED else 0))
    assert not decision.appeals and "этого сейчас сделать нельзя" in said(decision)


def test_in_the_cur_itself_the_old_card_points_to_the_new_one() -> None:
    decision = taps(actions.NOT_SOLVED, replace(DONE, chat=CUR_CHAT))
    (old,) = of(Edit, decision)
    assert "Новая карточка ниже" in old.text and old.keyboard is None and sends(decision, CUR_CHAT)
    lost = taps(actions.NOT_SOLVED, replace(DONE, chat=99))
    assert not of(Edit, lost) and sends(lost, CUR_CHAT), "its chat is bound no more"


def test_without_a_cur_it_waits_for_one() -> None:
    decision = taps(actions.NOT_SOLVED, DONE, chats={"roads": CHATS["roads"]})
    assert the(decision).status is Status.REOPENED and the(decision).chat is None


def test_a_blocked_author_is_heard_here_too_but_adds_nothing() -> None:
    decision = taps(actions.NOT_SOLVED, DONE, blocked_until=NOW + timedelta(days=1))
    assert the(decision).status is Status.REOPENED
    assert decision.dialogue is not None and decision.dialogue.step == ShowingAppeal(CODE)


# Nobody objected.


def test_after_the_time_it_is_closed_and_told_in_one_line() -> None:
    """R42."""
    later = NOW + POLICY.close_after
    decision = decide(facts(appeals=(DONE,), now=later), TimerFired(EXPIRE_TIMER, CODE, ANNA, later))
    assert the(decision).status is Status.CLOSED and said(decision) == texts_stages.expired(CODE)
    assert [(entry.action, entry.actor) for entry in decision.history] == [(Action.EXPIRE, 0)]
    again = decide(facts(appeals=(the(decision),), now=later), TimerFired(EXPIRE_TIMER, CODE, ANNA, later))
    assert again.ignored and not again.effects
    reopened = taps(actions.NOT_SOLVED, the(decision), now=later + timedelta(days=300))
    assert the(reopened).status is Status.REOPENED, "«Не решено» works after that too"


class TestInWords:
    """The button's word, typed (R42)."""

    @pytest.mark.parametrize(("text", "status"), [("Не решено!", Status.REOPENED), ("решено", Status.CLOSED)])
    def test_to_the_answer_that_waits_for_it_or_is_replied_to(self, text: str, status: Status) -> None:
        other = replace(CLOSED, code="1124-BBBB", source=8, answered_at=NOW - timedelta(days=1))
        decision = decide(facts(dialogue(), appeals=(other, DONE)), wrote(text))
        assert [(one.code, one.status) for one in decision.appeals] == [(CODE, status)]
        writing = facts(dialogue(Preview(), READY), appeals=(DONE,), linked=DONE)
        assert [one.status for one in decide(writing, wrote(text)).appeals] == [status]

    @pytest.mark.parametrize(
        "known",
        [
            facts(dialogue(), appeals=(CLOSED,)),
            facts(dialogue(), appeals=()),
            facts(dialogue(Preview(), READY), appeals=(DONE,)),
            facts(dialogue(), appeals=(DONE, appeal(code="1124-BBBB", source=8, status=Status.ASKED))),
            facts(dialogue(), appeals=(appeal(),), linked=appeal()),
        ],
        ids=["closed", "nothing", "writing", "asked", "no answer"],
    )
    def test_else_it_is_told_as_any_words(self, known: Facts) -> None:
        decision = decide(known, wrote("Не решено"))
        assert not any(one.status is Status.REOPENED for one in decision.appeals)

    def test_with_a_photo_it_says_more(self) -> None:
        decision = decide(facts(dialogue(), appeals=(DONE,)), wrote("Не решено", attachments=(PHOTO,)))
        assert decision.appeals == ()
