"""Taking back one of several: whoever is left is answered all the same (R33, F32, R36)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.answering import LEAVE_TIMER, NEWS
from handlers.text import actions, texts_chat
from handlers.views.personal import stamp
from states.decision import Decision
from states.dialogue import Dialogue
from states.effects import SOURCE_TIMER, CancelSend, CancelTimer, Edit, Kind, LetGo, Source, StartTimer
from states.events import SourceRead, TimerFired
from states.lifecycle.answers import Approval, Held
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.lifecycle.tasks import Job, Task
from states.worktime.deadlines import TermClock
from tests.handlers.given import (
    ANNA,
    BORIS,
    CHATS,
    CUR_CHAT,
    ROADS_CHAT,
    appeal,
    dialogue,
    ended,
    facts,
    in_cur,
    labels,
    pushed,
    replied,
    said,
    sends,
    tapped,
)
from tests.handlers.given import of as effects_of
from tests.handlers.in_chat import TEAM
from tests.small import NEVER, NOW, POLICY

CODE, FIRST, SECOND = "1124-AAAA", "1124-BBBB", "1124-CCCC"
VERA = 1003


def member(code: str, resident: int, hours: int, **more: Any) -> Appeal:
    known: dict[str, Any] = {
        "code": code,
        "resident": resident,
        "status": Status.MERGED,
        "incident": CODE,
        "chat": None,
        "card": "",
        "created_at": NOW + timedelta(hours=hours),
    }
    return appeal(**known | more)


MEMBERS = (member(SECOND, VERA, 2), member(FIRST, BORIS, 1))
LEAD = appeal(incident=CODE)


def withdraws(held: Appeal = LEAD, members: tuple[Appeal, ...] = MEMBERS, **more: Any) -> Decision:
    known = facts(dialogue(), appeals=(held,), members=members, **more)
    return decide(known, tapped(actions.WITHDRAW_YES, held.code))


def of(decision: Decision, code: str) -> Appeal:
    return next(one for one in decision.appeals if one.code == code)


def test_the_oldest_of_the_others_leads_from_now_on() -> None:
    """R33: the trouble is still there; a card of its own, a clock, and the others follow."""
    decision = withdraws()
    heir, follower = of(decision, FIRST), of(decision, SECOND)
    assert of(decision, CODE).status is Status.WITHDRAWN
    assert (heir.status, heir.incident, heir.chat) == (Status.ROUTED, FIRST, ROADS_CHAT)
    assert heir.deadline is not None and heir.deadline.clock is TermClock.FIRST_ANSWER
    assert (follower.status, follower.incident, follower.version) == (Status.MERGED, FIRST, MEMBERS[0].version + 1)
    lines = [(entry.code, entry.action) for entry in decision.history]
    assert lines == [(CODE, Action.WITHDRAW), (FIRST, Action.SEPARATE), (FIRST, Action.ROUTE)]
    assert [entry.actor for entry in decision.history] == [ANNA, 0, 0] and heir.worker == 0, (
        "nobody moved his but the bot"
    )
    cards = sends(decision, ROADS_CHAT)
    assert "отозвал сообщение №1124-AAAA" in cards[0].text and f"\n№{FIRST}" in cards[1].text


def test_each_hears_of_his_own_only() -> None:
    """I4, R36."""
    decision = withdraws()
    assert FIRST in said(decision, BORIS) and CODE not in said(decision, BORIS)
    assert not sends(decision, VERA), "nothing has changed for her"
    assert FIRST not in said(decision, ANNA)


def test_one_who_is_left_alone_is_no_incident() -> None:
    decision = withdraws(members=(MEMBERS[1],))
    assert of(decision, FIRST).incident == "" and of(decision, FIRST).status is Status.ROUTED


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.ANSWERED, Status.CLOSED])
def test_who_has_gone_already_does_not_lead(status: Status) -> None:
    decision = withdraws(members=(member(FIRST, BORIS, 1, status=status), MEMBERS[0]))
    assert of(decision, SECOND).status is Status.ROUTED
    assert not any(one.code == FIRST for one in decision.appeals)
    assert len(withdraws(members=(member(FIRST, BORIS, 1, status=status),)).appeals) == 1


def test_what_the_cur_held_stays_with_the_cur() -> None:
    """R38: what a person was to decide a person decides."""
    decision = withdraws(in_cur(code=CODE, incident=CODE, by_hand=True, agency=None))
    heir = of(decision, FIRST)
    assert (heir.status, heir.chat, heir.by_hand) == (Status.WAITING, CUR_CHAT, True)
    assert not sends(decision, ROADS_CHAT)


def test_a_merged_one_leaves_quietly_but_for_the_chat_that_has_read_it() -> None:
    """F32; the card of the one that leads counts one less."""
    lead = appeal(code=FIRST, resident=BORIS, incident=FIRST)
    mine, other = member(CODE, ANNA, 0, incident=FIRST), member(SECOND, VERA, 0, incident=FIRST)
    decision = withdraws(mine, (mine, other), leads={FIRST: lead})
    (told,) = sends(decision, ROADS_CHAT)
    assert "отозвал сообщение №1124-AAAA" in told.text and told.appeal == CODE
    assert [one.code for one in decision.appeals] == [CODE, FIRST] and not sends(decision, BORIS)
    (card,) = [edit for edit in effects_of(Edit, decision) if edit.target == lead.card]
    assert "О том же написали и другие" in card.text and of(decision, FIRST).version == lead.version + 1
    waiting = appeal(code=FIRST, resident=BORIS, incident=FIRST, chat=None, card="")
    assert [send.peer for send in sends(withdraws(mine, (), leads={FIRST: waiting}))] == [ANNA]
    assert [send.peer for send in sends(withdraws(mine, (), chats=CHATS))] == [ANNA]


def test_being_forgotten_hands_an_incident_on_as_well() -> None:
    """R12, R33."""
    known = facts(dialogue(), appeals=(LEAD,), members=MEMBERS)
    decision = decide(known, tapped(actions.ERASE_YES, stamp(NOW)))
    assert decision.erasure is not None and of(decision, FIRST).status is Status.ROUTED


WORDS = "Едем завтра"
ANSWER = f"v1|101|answer|{ROADS_CHAT}|20|0"
SAID = Held(ANSWER, Action.ANSWER, 5001, NOW, ROADS_CHAT, 20, WORDS, seen="0a")
PARTS = frozenset({ANSWER, f"{ANSWER}.1"})


def theirs(code: str) -> str:
    return f"v1|101|answer|{ROADS_CHAT}|20.{code}|0"


def erases(mine: tuple[Appeal, ...], members: tuple[Appeal, ...] = (), **more: Any) -> Decision:
    return decide(facts(dialogue(), appeals=mine, members=members, **more), tapped(actions.ERASE_YES, stamp(NOW)))


def lines(decision: Decision) -> list[Edit]:
    """What stands under the words of officials now."""
    return [effect for effect in effects_of(Edit, decision) if "|offer|" in effect.target]


def cancelled(decision: Decision) -> list[str]:
    return [effect.cause for effect in effects_of(CancelSend, decision)]


@pytest.mark.parametrize("action", [Action.ANSWER, Action.DECLINE, Action.ASK, Action.INTERIM, Action.POSTPONE, NEWS])
def test_no_words_come_to_whoever_waits_no_more(action: str) -> None:
    """«отозвано», and half a minute later an answer; the official reads which text did not go, and why."""
    decision = withdraws(replace(LEAD, held=(replace(SAID, action=action),)), unsent=PARTS)
    assert of(decision, CODE).held == () and cancelled(decision) == sorted(PARTS)
    (line,) = lines(decision)
    assert line.text == f"Жителю это не ушло: он отозвал сообщение №1124-AAAA.\n\n«{WORDS}»" and line.keyboard is None
    assert "отправлен" not in said(decision, ANNA)


@pytest.mark.parametrize(
    ("text", "files", "words"), [("", True, "«(без слов, только вложение)»"), ("", False, "AAAA.")]
)
def test_without_words_nothing_is_quoted(text: str, files: bool, words: str) -> None:
    decision = withdraws(replace(LEAD, held=(replace(SAID, text=text, files=files),)), unsent=PARTS)
    assert lines(decision)[0].text.endswith(words)


@pytest.mark.parametrize("unsent", [frozenset(), frozenset({f"{ANSWER}.1"})], ids=["gone", "half of it"])
@pytest.mark.parametrize("ends", [withdraws, lambda held, unsent: erases((held,), unsent=unsent)])
def test_what_has_begun_to_leave_is_not_torn_and_told(ends: Any, unsent: frozenset[str]) -> None:
    decision = ends(replace(LEAD, held=(SAID,)), unsent=unsent)
    assert of(decision, CODE).held == (SAID,) and not cancelled(decision) and not lines(decision)
    assert "Один ответ уже отправлен." in said(decision, ANNA)


def test_several_that_have_left_are_counted() -> None:
    held = replace(LEAD, held=(SAID, replace(SAID, cause=theirs("x"))), incident="")
    assert "Уже отправили 2 ответа." in said(erases((held,)), ANNA)


# Whoever is to be erased.


def test_the_card_of_the_heir_repeats_none_of_the_words_of_whoever_led() -> None:
    """R14: the trouble goes on under another's words; nobody else reads the number of the erased."""
    lead = replace(LEAD, pieces=(Piece(3, "Тётя Зина видела"),), held=(replace(SAID, also=(FIRST, SECOND)),))
    heirs = tuple(replace(one, source=7, pieces=(Piece(7, f"Слова {one.code}"),)) for one in MEMBERS)
    decision = erases((lead,), heirs, unsent=PARTS)
    (card,) = [one for one in sends(decision, ROADS_CHAT) if one.appeal == FIRST and one.kind is Kind.CARD]
    assert card.source == Source(BORIS, (7,)) and f"\n№{FIRST}" in card.text
    others = [one for one in sends(decision) if one.peer != ANNA and one.appeal != CODE]
    assert not any("Зина" in one.text or CODE in one.text for one in others)
    assert (of(decision, FIRST).pieces, of(decision, CODE).status) == (heirs[1].pieces, Status.WITHDRAWN)


def test_the_incident_of_whoever_joined_lives_and_counts_one_less() -> None:
    """R14, R32."""
    lead = appeal(code=FIRST, resident=BORIS, incident=FIRST)
    mine = member(CODE, ANNA, 0, incident=FIRST, pieces=(Piece(3, "Тётя Зина видела"),))
    others = tuple(member(f"1124-DDD{n}", VERA + n, 1, incident=FIRST) for n in (1, 2))
    decision = erases((mine,), (mine, *others), leads={FIRST: lead})
    (card,) = [edit for edit in effects_of(Edit, decision) if edit.target == lead.card]
    assert "Вместе с ним: 2 сообщения о том же" in card.text and of(decision, FIRST).status is lead.status
    assert not any("Зина" in one.text for one in (card, *sends(decision)))
    assert {one.code for one in decision.appeals} == {CODE, FIRST} and not sends(decision, BORIS)


def test_of_whoever_is_erased_only_a_reply_to_the_official_says_why() -> None:
    """R14: no words, no number; it belongs to no appeal, so that the erasure leaves it there."""
    decision = erases((replace(LEAD, held=(SAID,), incident=""),), unsent=PARTS)
    assert of(decision, CODE).held == () and cancelled(decision) == sorted(PARTS)
    (line,) = lines(decision)
    assert line.text == "Жителю это не ушло: он попросил удалить свои данные." and line.keyboard is None
    (reply,) = [one for one in sends(decision, ROADS_CHAT) if one.reply_to == 20]
    assert (reply.text, reply.appeal) == (line.text, None) and CODE not in reply.cause
    assert not any(WORDS in one.text for one in sends(decision))


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.CLOSED])
def test_a_correction_of_an_answer_is_taken_back_as_well(status: Status) -> None:
    """T18: it is said about what is closed already."""
    done = appeal(status=status, held=(SAID,))
    decision = erases((done, appeal(code=FIRST, status=status)), unsent=PARTS)
    assert [(one.code, one.status, one.held, one.version) for one in decision.appeals] == [(CODE, status, (), 3)]
    assert cancelled(decision) == sorted(PARTS) and not decision.history and len(lines(decision)) == 1
    assert "Один ответ уже отправлен." in said(erases((done,)), ANNA)


def test_what_nobody_has_sent_yet_is_not_repeated_either() -> None:
    """R14: an answer whose kind is asked for, or that waits for a second person."""
    task = Task(ROADS_CHAT, 5001, Job.REPLY, NOW, prompt="p", cmid=21, text=WORDS)
    draft = Approval(5001, NOW, ROADS_CHAT, 22, Action.ANSWER, WORDS, line=f"v1|101|approve|{ROADS_CHAT}|22|0")
    waits = appeal(code=FIRST, source=4, status=Status.APPROVAL, approval=draft)
    note = replace(task, peer=CUR_CHAT, prompt="n", cmid=23, aside=True)  # its author has read that it did not go
    decision = erases((appeal(tasks=(task, note)), waits))
    (closed,) = [edit for edit in effects_of(Edit, decision) if edit.target == "n"]
    assert closed.text == texts_chat.closed_question(CODE)
    replies = [one for one in sends(decision, ROADS_CHAT) if one.reply_to in (21, 22)]
    assert [(one.text, one.appeal) for one in replies] == [(texts_chat.not_sent_to_forgotten(), None)] * 2
    assert len({one.cause for one in sends(decision)}) == len(sends(decision)), "I7"
    assert not any(WORDS in one.text for one in sends(decision)) and not sends(decision, CUR_CHAT)


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.CLOSED])
def test_a_further_answer_to_what_is_closed_does_not_leave_either(status: Status) -> None:
    """R12: between the request and the erasure; the official reads why, without words and number."""
    done = appeal(status=status)
    asked = facts(linked=done, appeals=(done,), chat=CHATS["roads"], theirs=Dialogue(ANNA))
    decision = decide(asked, replied("Двор почистили ещё раз сегодня"))
    assert [(one.peer, one.text) for one in sends(decision)] == [(ROADS_CHAT, texts_chat.not_sent_to_forgotten())]
    assert not decision.appeals


# An answer to several.

COPIES = frozenset({ANSWER, theirs(FIRST), theirs(SECOND)})


def heard(leading: Appeal = LEAD, **more: Any) -> tuple[Appeal, tuple[Appeal, ...]]:
    """The same answer on its way to all three of an incident."""
    first = replace(SAID, also=(FIRST, SECOND), **more)
    copies = (replace(one, held=(replace(SAID, cause=theirs(one.code), **more),)) for one in MEMBERS)
    return replace(leading, held=(first,)), tuple(copies)


@pytest.mark.parametrize("forgotten", [False, True])
def test_of_an_answer_to_several_only_his_copy_is_taken_back(forgotten: bool) -> None:
    """One of those who joined; the line is about all of them, and counts one less."""
    lead = appeal(code=FIRST, resident=BORIS, incident=FIRST, held=(replace(SAID, also=(CODE, SECOND)),))
    mine = member(CODE, ANNA, 0, incident=FIRST, held=(replace(SAID, cause=theirs(CODE)),))
    known: dict[str, Any] = {"leads": {FIRST: lead}, "unsent": frozenset({ANSWER, theirs(CODE), theirs(SECOND)})}
    decision = erases((mine,), (mine,), **known) if forgotten else withdraws(mine, (mine,), **known)
    assert cancelled(decision) == [theirs(CODE)] and not lines(decision)
    assert of(decision, CODE).held == () and of(decision, FIRST).held[0].also == (SECOND,)
    noticed = next(one for one in sends(decision, ROADS_CHAT) if one.appeal == CODE)
    assert (f"Ему не ушло: «{WORDS}»" in noticed.text) is not forgotten
    replies = [one for one in sends(decision, ROADS_CHAT) if one.reply_to == 20]
    assert [one.text for one in replies] == [texts_chat.not_sent_to_forgotten(several=True)] * forgotten
    assert not any(CODE in one.cause for one in replies)


@pytest.mark.parametrize("forgotten", [False, True])
def test_the_others_hear_it_though_whoever_leads_them_is_gone(forgotten: bool) -> None:
    """I8, T6: the oldest of them takes over what the chat is told, and that it is read again before it leaves."""
    lead, members = heard()
    decision = erases((lead,), members, unsent=COPIES) if forgotten else withdraws(lead, members, unsent=COPIES)
    assert cancelled(decision) == [ANSWER]
    heir, other = of(decision, FIRST), of(decision, SECOND)
    (taken,) = heir.held
    assert (taken.cause, taken.also, taken.leads) == (theirs(FIRST), (SECOND,), True)
    assert taken.line == f"v1|101|offer|{ROADS_CHAT}|20|0" and other.held == members[0].held
    (timer,) = [one for one in effects_of(StartTimer, decision) if one.name == SOURCE_TIMER]
    assert (timer.key, timer.at) == (f"{FIRST} 20 0a", NOW + POLICY.undo)
    assert CancelTimer(SOURCE_TIMER, f"{CODE} 20 0a") in decision.effects
    (line,) = lines(decision)
    assert labels(line) == ["Отменить"]
    assert "Остальным уйдёт." in line.text and (WORDS in line.text, CODE in line.text) == (not forgotten,) * 2


def after(decision: Decision, **more: Any) -> dict[str, Any]:
    """What is known of the two that are left."""
    left = (of(decision, FIRST), of(decision, SECOND))
    return {"appeals": left[:1], "members": left[1:], "unsent": COPIES - {ANSWER}, "chat": CHATS["roads"]} | more


def test_read_again_it_leaves_to_all_that_are_left() -> None:
    lead, members = heard()
    known = facts(**after(withdraws(lead, members, unsent=COPIES)))
    decision = decide(known, SourceRead(ROADS_CHAT, FIRST, 20, "0a", None, False, NOW))
    assert [one.cause for one in effects_of(LetGo, decision)] == [theirs(FIRST), theirs(SECOND)]


def test_words_that_stand_in_no_message_are_handed_on_with_their_timer() -> None:
    """From the panel: nothing is read again, yet they wait for a look at who may read them (joinable.py)."""
    lead, members = heard()
    unread = tuple(replace(one, held=tuple(replace(held, seen="") for held in one.held)) for one in (lead, *members))
    decision = withdraws(unread[0], unread[1:], unsent=COPIES)
    (timer,) = [one for one in effects_of(StartTimer, decision) if one.name == LEAVE_TIMER]
    assert (timer.key, timer.at) == (f"{FIRST} {theirs(FIRST)}", NOW + POLICY.undo)
    assert CancelTimer(LEAVE_TIMER, f"{CODE} {ANSWER}") in decision.effects
    left = decide(facts(**after(decision)), TimerFired(LEAVE_TIMER, timer.key, timer.peer, timer.at))
    assert [one.cause for one in effects_of(LetGo, left)] == [theirs(FIRST), theirs(SECOND)]


def test_what_was_not_written_to_him_never_leaves_where_one_answer_is_not_for_all() -> None:
    """R32: its author went away, and the topic is public no more."""
    lead, members = heard()
    known = after(withdraws(lead, members, unsent=COPIES), directory=NEVER)
    event = SourceRead(ROADS_CHAT, FIRST, 20, "0a", None, False, NOW)
    decision = decide(facts(**known), event)
    assert not effects_of(LetGo, decision) and cancelled(decision) == [theirs(FIRST), theirs(SECOND)]
    assert [(one.code, one.held) for one in decision.appeals] == [(FIRST, ()), (SECOND, ())]
    assert "остальным ответ нужен свой" in lines(decision)[0].text
    late = decide(facts(**known | {"unsent": frozenset({theirs(FIRST)})}), event)
    assert late.ignored == "ответ уже уходит" and not late.appeals


def test_taken_back_it_leaves_to_nobody() -> None:
    """T6: the button under the official's words belongs to the message of whoever is gone."""
    lead, members = heard()
    gone = withdraws(lead, members, unsent=COPIES)
    known = facts(**after(gone, linked=of(gone, CODE), officials=TEAM))
    decision = decide(known, pushed(actions.UNDO, theirs(FIRST)))
    assert cancelled(decision) == [theirs(FIRST), theirs(SECOND)]
    assert [(one.code, one.held) for one in decision.appeals] == [(FIRST, ()), (SECOND, ())]


def test_arrived_it_is_told_in_the_line_and_nobody_is_left_behind() -> None:
    lead, members = heard()
    known = facts(**after(withdraws(lead, members, unsent=COPIES), unsent=frozenset()))
    decision = decide(known, ended(theirs(FIRST), Kind.ANSWER, peer=BORIS, appeal=FIRST))
    assert [one.text for one in lines(decision)] == [
        "✓ Ответ по №1124-BBBB отправлен всем, кто об этом написал, в 14:00."
    ]
    assert [(one.code, one.status) for one in decision.appeals] == [(FIRST, Status.ANSWERED)]
    later = [one for one in effects_of(StartTimer, decision) if one.name == SOURCE_TIMER]
    assert [one.key for one in later] == [f"{FIRST} 20 +0a"]


def test_the_next_one_who_goes_hands_it_on_as_well() -> None:
    lead, members = heard()
    left = after(withdraws(lead, members, unsent=COPIES))
    mine = replace(left["appeals"][0], resident=ANNA)
    decision = decide(facts(dialogue(), **left | {"appeals": (mine,)}), tapped(actions.WITHDRAW_YES, FIRST))
    assert cancelled(decision) == [theirs(FIRST)]
    (taken,) = of(decision, SECOND).held
    assert (taken.cause, taken.also, taken.leads) == (theirs(SECOND), (), True)


def test_who_hears_it_and_is_in_no_incident_any_more_may_take_over() -> None:
    """I8: taken apart by the ЦУР while the words were held."""
    lead, members = heard()
    apart = replace(members[1], status=Status.WAITING, incident="", chat=CUR_CHAT)
    decision = withdraws(lead, (apart,), unsent=COPIES - {theirs(SECOND)})
    assert of(decision, FIRST).held[0].leads and of(decision, FIRST).version == apart.version + 1
    assert of(decision, FIRST).status is Status.WAITING


@pytest.mark.parametrize("more", [{"seen": ""}, {"read": True}])
def test_what_was_read_already_or_is_in_no_message_leaves_by_itself(more: dict[str, Any]) -> None:
    lead, members = heard(**more)
    decision = withdraws(lead, members, unsent=COPIES)
    assert not [one for one in effects_of(StartTimer, decision) if one.name == SOURCE_TIMER]


def test_words_that_the_copy_of_a_member_does_not_know_are_not_his() -> None:
    """A copy that VK refused, or of a bot of an earlier version: nobody takes it over."""
    lead, members = heard()
    decision = withdraws(lead, tuple(replace(one, held=()) for one in members), unsent=COPIES)
    assert lines(decision)[0].keyboard is None and of(decision, FIRST).held == ()
