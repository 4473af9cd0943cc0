"""What follows from a comment, at the core: marks, and those on duty called until somebody presses «Вижу»."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from features.comments.handlers import FRESH, INVITE, SEEN, TIMER
from features.comments.model.asked import CommentAsked, CommentFacts
from features.comments.rules import RULES
from handlers.decide import decide
from handlers.needs import needs
from handlers.system.recovery import rearm_timers
from states.decision import Decision
from states.effects import AnswerButton, CancelSend, CancelTimer, Edit, Kind, Send, StartTimer
from states.events import CommentChange, CommentTold, DeliveryEnded, DeliveryOutcome, TimerFired
from states.facts import Rules
from states.messages import is_chat, is_person
from states.people.comments import ANSWERS_LEFT, WALLS, Comment, CommentKind, CommentPolicy, Marks, post_of, wall_peer
from tests.handlers.given import ANNA, BORIS, CHATS, CUR_CHAT, OFFICIAL, cur, facts, labels, of, pushed, sends
from tests.handlers.in_chat import works
from tests.handlers.in_danger import NAMED, WITH_DUTY
from tests.small import COMMUNITY, NOW, POLICY

DANGER, PROBLEM = Marks(CommentKind.DANGER), Marks(CommentKind.PROBLEM, "pits", "miass")
POST, NUMBER = 5, 12
ANSWERS = replace(POLICY, comments=CommentPolicy())
LINK = f"https://vk.com/wall-{COMMUNITY}_{POST}?reply={NUMBER}"


def event(change: CommentChange = CommentChange.NEW, marks: Marks = PROBLEM, **more: Any) -> CommentTold:
    known: dict[str, Any] = {"comment": NUMBER, "post": POST, "author": ANNA, "at": NOW} | more
    return CommentTold(change=change, marks=marks, **known)


def kept(**more: Any) -> Comment:
    known: dict[str, Any] = {"post": POST, "author": ANNA, "at": NOW, "told_at": NOW, "marks": PROBLEM} | more
    return Comment(NUMBER, **known)


def alarm(**more: Any) -> Comment:
    return kept(**({"marks": DANGER, "alarm_at": NOW} | more))


def tells(told: CommentTold, before: Comment | None = None, **more: Any) -> Decision:
    known = CommentFacts(before, more.pop("official", False), more.pop("forgotten_at", None), held=more.pop("held", ""))
    return decide(facts(rules=RULES, answers={CommentAsked: known}, **more), told)


def fires(comment: Comment | None, now: datetime = NOW, **more: Any) -> Decision:
    fired = TimerFired(TIMER, str(NUMBER), wall_peer(POST), now)
    return decide(facts(rules=RULES, answers={CommentAsked: CommentFacts(comment)}, now=now, **more), fired)


def presses(comment: Comment | None, value: str = str(NUMBER), **more: Any) -> Decision:
    pressed = pushed(SEEN, value, peer=CUR_CHAT)
    known: dict[str, Any] = {"chat": cur(), "officials": {OFFICIAL: works(OFFICIAL, "Анна Лис", CUR_CHAT)}} | more
    return decide(facts(rules=RULES, answers={CommentAsked: CommentFacts(comment)}, **known), pressed)


def snack(decision: Decision) -> str:
    (answer,) = of(AnswerButton, decision)
    return str(answer.text)


def test_a_post_is_a_peer_of_its_own() -> None:
    peer = wall_peer(POST)
    assert not is_person(peer) and not is_chat(peer) and peer != wall_peer(POST + 1)
    assert peer in WALLS and post_of(peer) == POST and -COMMUNITY not in WALLS and CUR_CHAT not in WALLS


def test_its_marks_are_kept_and_nothing_is_said() -> None:
    decision = tells(event())
    assert decision.comments == (kept(),) and decision.effects == () and decision.ignored is None


def test_without_the_feature_nothing_follows() -> None:
    assert decide(facts(), event()).ignored == "комментарии не читаются"
    assert needs(event(), None).questions == ()


def test_the_same_event_by_another_way_is_known() -> None:
    assert tells(event(), kept()).ignored == "уже знаем"
    assert tells(event(CommentChange.EDITED), kept()).ignored == "ничего нового"
    assert tells(event(CommentChange.SEEN), kept()).ignored == "ничего нового"


@pytest.mark.parametrize("change", [CommentChange.EDITED, CommentChange.SEEN])
def test_the_newest_reading_counts(change: CommentChange) -> None:
    (after,) = tells(event(change, Marks(CommentKind.THANKS)), kept(told_at=NOW - timedelta(hours=1))).comments
    assert after.marks == Marks(CommentKind.THANKS) and after.told_at == NOW - timedelta(hours=1)


@pytest.mark.parametrize("change", [CommentChange.EDITED, CommentChange.SEEN])
def test_of_a_comment_that_no_event_told(change: CommentChange) -> None:
    assert tells(event(change)).comments == (kept(),)


def test_an_official_is_no_resident() -> None:
    assert tells(event(marks=DANGER), official=True).ignored == "написал сотрудник"


def test_what_was_written_before_an_erasure_comes_back_no_more() -> None:
    assert tells(event(CommentChange.SEEN), forgotten_at=NOW).ignored == "автора забыли"
    assert tells(event(), forgotten_at=NOW - timedelta(seconds=1)).comments == (kept(),)


# Deleted in VK is deleted here.


def test_of_a_deleted_one_only_the_number_stays() -> None:
    (after,) = tells(event(CommentChange.DELETED, Marks(), author=0), kept()).comments
    assert after == Comment(NUMBER, POST, 0, NOW, NOW, gone=True)
    assert tells(event(CommentChange.DELETED), after).ignored == "уже удалён"


@pytest.mark.parametrize("change", [CommentChange.NEW, CommentChange.EDITED, CommentChange.SEEN])
def test_an_event_that_comes_late_brings_it_back_no_more(change: CommentChange) -> None:
    gone = tells(event(CommentChange.DELETED, Marks(), author=0)).comments[0]
    assert gone.gone and tells(event(change), gone).ignored == "удалён в VK"


def test_a_restored_one_is_there_again() -> None:
    gone = kept(gone=True, author=0, marks=Marks())
    assert tells(event(CommentChange.RESTORED), gone).comments == (kept(),)


def test_what_we_said_under_it_is_not_said_again_after_it_is_restored() -> None:
    before = NOW - timedelta(hours=1)
    (gone,) = tells(event(CommentChange.DELETED, Marks(), author=0), kept(public_at=before)).comments
    (back,) = tells(event(CommentChange.RESTORED), gone).comments
    assert gone.gone and back.public_at == before


def test_an_answer_that_had_not_left_may_be_written_again() -> None:
    held = f"comment:{wall_peer(POST)}:{NUMBER}.answer"
    (gone,) = tells(event(CommentChange.DELETED, Marks(), author=0), kept(public_at=NOW), held=held).comments
    assert gone.public_at is None


# People in danger.


def test_those_on_duty_read_a_link_and_a_time() -> None:
    decision = tells(event(marks=DANGER, top=11))
    assert decision.comments == (alarm(top=11),)
    (card,) = sends(decision)
    assert card.peer == CUR_CHAT and f"{LINK}&thread=11" in card.text and labels(card) == ["Вижу"] and card.mentions
    assert "112" in card.text and str(ANNA) not in card.text
    (timer,) = of(StartTimer, decision)
    assert (timer.name, timer.key, timer.at) == (TIMER, str(NUMBER), NOW + timedelta(minutes=5))
    (other,) = sends(tells(event(marks=DANGER), chats=WITH_DUTY))
    assert other.peer == WITH_DUTY["duty"].peer


def test_a_chat_that_is_not_there_is_tried_again() -> None:
    decision = tells(event(marks=DANGER), chats={})
    assert sends(decision) == [] and len(of(StartTimer, decision)) == 1 and decision.comments == (alarm(),)


def test_nobody_is_called_for_what_is_long_past() -> None:
    decision = tells(event(CommentChange.SEEN, DANGER, at=NOW - FRESH))
    assert decision.effects == () and decision.comments[0].marks.said is CommentKind.DANGER


def test_danger_that_an_edit_tells_calls_once() -> None:
    decision = tells(event(CommentChange.EDITED, DANGER), kept())
    assert len(sends(decision)) == 1 and decision.comments == (alarm(),)
    again = tells(event(CommentChange.EDITED, replace(DANGER, files=True)), alarm())
    assert again.effects == () and again.comments[0].alarm_at == NOW


def test_other_words_do_not_end_an_alarm() -> None:
    (after,) = tells(event(CommentChange.EDITED, Marks(CommentKind.THANKS)), alarm()).comments
    assert after.alarming and after.marks.said is CommentKind.THANKS


def test_they_are_called_again_until_somebody_presses() -> None:
    later = NOW + timedelta(minutes=5)
    decision = fires(alarm(), later, directory=NAMED)
    (call,) = sends(decision)
    assert "[id71|Олег Петров]" in call.text and "Вера" not in call.text and LINK in call.text
    (timer,) = of(StartTimer, decision)
    assert timer.at == NOW + timedelta(minutes=10)
    assert call.cause != sends(fires(alarm(), NOW + timedelta(minutes=10)))[0].cause
    (substituted,) = sends(fires(alarm(), NOW + timedelta(minutes=20), directory=NAMED))
    assert "[id73|Вера Ким]" in substituted.text
    (nobody,) = sends(fires(alarm(), later))
    assert nobody.text.startswith("⚠ комментарий")


@pytest.mark.parametrize("comment", [None, kept(), alarm(seen_at=NOW, seen_by=OFFICIAL), alarm(gone=True)])
def test_a_timer_that_comes_late_calls_nobody(comment: Comment | None) -> None:
    assert fires(comment).ignored == "тревога уже не ждёт"


def test_somebody_sees_it() -> None:
    card = sends(tells(event(marks=DANGER)))[0]
    decision = presses(alarm(), replied=card.cause)
    (after,) = decision.comments
    assert (after.seen_at, after.seen_by, after.alarming) == (NOW, OFFICIAL, False)
    assert of(CancelTimer, decision) == [CancelTimer(TIMER, str(NUMBER))] and snack(decision) == "Вижу"
    (edit,) = of(Edit, decision)
    assert edit.target == card.cause and "Увидели: Анна Лис" in edit.text and edit.keyboard is None
    assert of(Edit, presses(alarm())) == [], "a message that is not known any more"


def test_the_first_press_counts() -> None:
    assert snack(presses(alarm(seen_at=NOW, seen_by=BORIS))).startswith("Уже увидели")
    for comment in (None, kept(), alarm(gone=True)):
        decision = presses(comment)
        assert decision.comments == () and "уже никого не зовут" in snack(decision)


# Under the post, where people are answered there.


def under_posts(decision: Decision) -> list[Send]:
    return [one for one in sends(decision) if one.peer in WALLS]


def test_its_author_reads_whom_to_call() -> None:
    decision = tells(event(marks=DANGER, top=11), policy=ANSWERS)
    (answer,) = under_posts(decision)
    assert (answer.peer, answer.reply_to, answer.thread) == (wall_peer(POST), NUMBER, 11)
    assert "Звоните 112" in answer.text and "вызываем" in answer.text and answer.report
    (card,) = [one for one in sends(decision) if one.peer == CUR_CHAT]
    assert "под ним пишет «Звоните 112»" in card.text
    (top,) = under_posts(tells(event(marks=DANGER), policy=ANSWERS))
    assert top.thread == NUMBER
    assert under_posts(tells(event(marks=DANGER))) == [], "BOT_COMMENTS=watch"
    assert under_posts(tells(event(CommentChange.EDITED, DANGER, at=NOW), alarm(), policy=ANSWERS)) == []
    assert under_posts(tells(event(CommentChange.SEEN, DANGER, at=NOW - FRESH), policy=ANSWERS)) == []


def test_a_deleted_one_is_answered_no_more() -> None:
    (answer,) = under_posts(tells(event(marks=DANGER), policy=ANSWERS))
    gone = tells(event(CommentChange.DELETED, Marks(), author=0), alarm(), policy=ANSWERS)
    assert CancelSend(answer.cause) in of(CancelSend, gone)


def ends(outcome: DeliveryOutcome, comment: Comment | None, **more: Any) -> Decision:
    (answer,) = under_posts(tells(event(marks=DANGER), policy=ANSWERS))
    ended = DeliveryEnded(answer.cause, Kind.COMMENT, answer.peer, "", outcome, NOW)
    known: dict[str, Any] = {"rules": RULES, "policy": ANSWERS} | more
    return decide(facts(answers={CommentAsked: CommentFacts(comment)}, **known), ended)


def test_what_did_not_reach_the_post_a_person_reads() -> None:
    (line,) = sends(ends(DeliveryOutcome.SET_ASIDE, alarm()))
    assert line.peer == CUR_CHAT and LINK in line.text and "не подтвердил" in line.text
    assert ends(DeliveryOutcome.SENT, alarm()).ignored == "стоит под комментарием"
    for comment in (None, alarm(gone=True)):
        assert ends(DeliveryOutcome.SET_ASIDE, comment).ignored == "комментария уже нет"
    assert ends(DeliveryOutcome.SENT, None, rules=Rules()).ignored == "комментарии не читаются"


def test_what_is_asked_when_it_ends() -> None:
    (answer,) = under_posts(tells(event(marks=DANGER), policy=ANSWERS))
    ended = DeliveryEnded(answer.cause, Kind.COMMENT, answer.peer, "", DeliveryOutcome.SENT, NOW)
    assert needs(ended, None, RULES).questions == (CommentAsked(NUMBER),) and needs(ended, None).questions == ()


def test_a_deleted_alarm_is_told_once_and_calls_no_more() -> None:
    decision = tells(event(CommentChange.DELETED, Marks(), author=0), alarm())
    (line,) = sends(decision)
    assert "удалили" in line.text and f"wall-{COMMUNITY}_{POST}" in line.text and line.keyboard is None
    assert of(CancelTimer, decision) == [CancelTimer(INVITE, str(NUMBER)), CancelTimer(TIMER, str(NUMBER))]
    seen = tells(event(CommentChange.DELETED, Marks(), author=0), alarm(seen_at=NOW, seen_by=OFFICIAL))
    assert sends(seen) == [] and CancelTimer(TIMER, str(NUMBER)) not in seen.effects


def test_after_a_restore_the_calls_go_on() -> None:
    dropped = [(TIMER, str(NUMBER), wall_peer(POST)), ("other", "", 1)]
    assert rearm_timers(POLICY, dropped, NOW, RULES) == [
        StartTimer(TIMER, str(NUMBER), wall_peer(POST), NOW + timedelta(minutes=5))
    ]
    assert rearm_timers(POLICY, dropped, NOW) == []


# What is loaded.


def test_what_is_asked_before() -> None:
    assert needs(event(), None, RULES).questions == (CommentAsked(NUMBER, ANNA, POST, invites=True),)
    assert needs(event(marks=DANGER), None, RULES).questions == (CommentAsked(NUMBER, ANNA, POST),)
    fired = TimerFired(TIMER, str(NUMBER), wall_peer(POST), NOW)
    assert needs(fired, None, RULES).questions == (CommentAsked(NUMBER),)
    assert needs(replace(fired, name="other"), None, RULES).questions == ()
    assert needs(pushed(SEEN, "12", peer=CUR_CHAT), None, RULES).questions == (CommentAsked(12),)
    for value in ("", "x", "-3", "1" * 16, "٣"):
        assert needs(pushed(SEEN, value, peer=CUR_CHAT), None, RULES).questions == ()
    assert needs(pushed("other", "12", peer=CUR_CHAT), None, RULES).questions == ()


def test_where_nothing_was_loaded_nothing_is_known() -> None:
    assert decide(facts(rules=RULES), event()).comments == (kept(),)
    assert decide(facts(rules=RULES), TimerFired(TIMER, "12", wall_peer(POST), NOW)).ignored == "тревога уже не ждёт"


def test_where_comments_are_only_watched_every_send_goes_to_a_chat() -> None:
    for decision in (tells(event(marks=DANGER)), fires(alarm()), tells(event(CommentChange.DELETED), alarm())):
        assert {one.peer for one in decision.effects if isinstance(one, Send)} <= {one.peer for one in CHATS.values()}


def test_whom_to_call_is_said_soon_or_never() -> None:
    (answer,) = under_posts(tells(event(marks=DANGER), policy=ANSWERS))
    assert answer.not_after == NOW + timedelta(hours=1)


def test_the_card_says_that_the_bot_writes_nothing_where_somebody_answered() -> None:
    answered = kept(answered_at=NOW - timedelta(minutes=3))
    decision = tells(event(CommentChange.EDITED, DANGER), answered, policy=ANSWERS)
    (card,) = sends(decision)
    assert card.peer == CUR_CHAT and "под ним пишет" not in card.text and "там уже ответил человек" in card.text
    (after,) = decision.comments
    (edit,) = of(Edit, presses(after, replied=card.cause, policy=ANSWERS))
    assert edit.text.startswith(card.text)
    # Answered after the alarm: «Звоните 112» stands there all the same.
    said = sends(tells(event(marks=DANGER), policy=ANSWERS))[1]
    later = alarm(answered_at=NOW + timedelta(minutes=3))
    (edit,) = of(Edit, presses(later, replied=said.cause, policy=ANSWERS))
    assert edit.text.startswith(said.text) and "под ним пишет" in said.text


def test_whom_nobody_can_be_asked_about_is_left() -> None:
    due = TimerFired(ANSWERS_LEFT, "7,9", wall_peer(POST), NOW)
    assert sends(decide(facts(rules=RULES, chats={}), due)) == []
