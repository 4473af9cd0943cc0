"""Who writes without end is heard and kept, is told so once in ten minutes, and sends nothing on (T9, F30, T8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.resident.floods import MOST_LETTERS, MOST_PIECES
from handlers.text import actions, texts
from states.decision import Decision
from states.dialogue import AddingTo, AskingConsent, AskingText, Dialogue, Draft, Idle, Preview
from states.effects import AnswerButton
from states.events import ButtonPressed, MessageEdited
from states.facts import CommunityPolicy
from states.lifecycle.appeal import Appeal, Piece, Status
from states.people.paces import Pace
from tests.handlers.given import ANNA, READY, appeal, dialogue, facts, pushed, said, sends, tapped, wrote
from tests.small import NOW, POLICY

LIMITED = replace(POLICY, messages_a_minute=20, appeals_a_day=10, open_appeals=5)
FULL = Pace(NOW, 60)
"""Twenty messages were written in this minute."""


def hears(event: Any, talk: Dialogue | None, *mine: Appeal, policy: CommunityPolicy = LIMITED) -> Decision:
    at = event.at if isinstance(event, ButtonPressed) else event.message.at
    return decide(facts(talk, appeals=mine, policy=policy, now=at), event)


def test_every_message_counts_and_a_button_counts_a_third() -> None:
    callback = pushed(actions.HELP, peer=ANNA, user=ANNA)
    for event, weight in ((wrote("Яма"), 3), (tapped(actions.HELP), 1), (callback, 1)):
        after = hears(event, dialogue())
        assert after.dialogue is not None and (after.dialogue.pace.since, after.dialogue.pace.weight) == (NOW, weight)


def test_what_leaves_no_trace_is_counted_all_the_same() -> None:
    """A message that only asks VK for its words changes nothing else."""
    after = hears(wrote(content=False), dialogue())
    assert after.dialogue is not None and after.dialogue.pace.weight == 3
    assert hears(MessageEdited(wrote("x").message), None).dialogue is None, "and nobody begins by an edit"


@pytest.mark.parametrize(
    "event",
    [
        wrote("Мои сообщения"),
        tapped(actions.HELP, at=NOW),
        pushed(actions.HELP, peer=ANNA, user=ANNA),
    ],
)
def test_the_twenty_first_is_told_that_it_is_too_much_and_the_next_hear_nothing(event: Any) -> None:
    first = hears(event, dialogue(pace=FULL))
    assert said(first).startswith(texts.TOO_OFTEN[:30]) and first.dialogue is not None
    assert first.dialogue.pace.told_at == NOW and not first.appeals
    again = hears(event, first.dialogue)
    assert not sends(again)
    if not isinstance(event, type(pushed(actions.HELP))):
        assert again.ignored == "слишком часто" and not again.effects


def test_it_is_told_again_ten_minutes_later_and_a_minute_later_all_is_as_ever() -> None:
    minute, ten = NOW + timedelta(minutes=1), NOW + timedelta(minutes=10)
    talk = dialogue(pace=replace(FULL, told_at=NOW))
    assert texts.HELP[:10] in said(hears(tapped(actions.HELP, at=minute), talk))
    still = replace(talk, pace=Pace(ten - timedelta(seconds=1), 60, NOW))
    assert texts.TOO_OFTEN in said(hears(tapped(actions.HELP, at=ten), still))


def test_an_answering_machine_is_answered_three_times() -> None:
    """T20: two programs that answer each other would never end."""
    words = "Абонент недоступен, перезвоните позже"
    assert answered(*(wrote(words, cmid=10 + number) for number in range(8))) == [True] * 3 + [False] * 5
    for short in ("1", "Ещё →", "да"):
        assert answered(*(wrote(short, cmid=10 + number) for number in range(5))) == [True] * 5, "people do type so"
    later = wrote(words, cmid=30, at=NOW + timedelta(minutes=2))
    again = [*(wrote(words, cmid=10 + number) for number in range(5)), later]
    assert answered(*again)[-1], "a minute later it may be a person again"


def answered(*events: Any) -> list[bool]:
    """Of each whether it led to anything; before each the resident is where every word is answered."""
    talk: Dialogue | None = dialogue()
    found = []
    for event in events:
        after = hears(event, replace(talk or dialogue(), step=Preview(), draft=READY))
        found.append(after.ignored is None)
        talk = after.dialogue or talk
    return found


def test_a_date_from_the_future_does_not_stop_the_count() -> None:
    """T25: VK's date counts, but never a later one than ours."""
    late = decide(facts(dialogue(), policy=LIMITED), wrote("Яма", at=NOW + timedelta(days=3000)))
    assert late.dialogue is not None and late.dialogue.pace.since == NOW


def test_the_spinner_of_a_button_is_stopped_even_so() -> None:
    after = hears(pushed(actions.HELP, peer=ANNA, user=ANNA), dialogue(pace=replace(FULL, told_at=NOW)))
    assert [type(effect) for effect in after.effects] == [AnswerButton]


def test_a_story_in_many_short_messages_is_not_cut() -> None:
    """While the text is being told nothing is said anyway; the draft takes all of it."""
    draft = Draft(tuple(Piece(cmid, "слово") for cmid in range(1, 25)))
    after = hears(wrote("и ещё слово", cmid=30), dialogue(AskingText(), draft, pace=FULL))
    assert after.dialogue is not None and len(after.dialogue.draft.pieces) == 25
    assert not sends(after) and after.ignored is None


def test_nothing_reaches_an_agency_meanwhile() -> None:
    """Neither an addition nor an edit nor a new appeal."""
    mine = appeal()
    for event, talk in (
        (wrote("ещё", cmid=30), dialogue(AddingTo(mine.code), pace=FULL)),
        (MessageEdited(wrote("иначе", cmid=3).message), dialogue(pace=FULL)),
        (tapped(actions.SEND), dialogue(Preview(), READY, pace=FULL)),
    ):
        after = hears(event, talk, mine)
        assert not after.appeals and [send.peer for send in sends(after)] == [ANNA]
        assert texts.TOO_OFTEN in said(after)


def test_112_is_shown_however_much_is_written() -> None:
    """R28."""
    after = hears(wrote("Открытый люк!"), dialogue(AskingText(), pace=replace(FULL, told_at=NOW)))
    assert "112" in said(after)
    alarm = hears(wrote("Пожар, горит дом, внутри люди!"), dialogue(AskingText(), pace=replace(FULL, told_at=NOW)))
    assert "112" in said(alarm) and alarm.appeals[0].alarming


@pytest.mark.parametrize("told_at", [None, NOW])
def test_112_is_shown_also_where_the_rest_is_left_unsaid(told_at: datetime | None) -> None:
    """R28: at a step that would answer with a screen."""
    after = hears(wrote("Открытый люк!"), dialogue(Preview(), READY, pace=replace(FULL, told_at=told_at)))
    assert "звоните 112" in sends(after, ANNA)[0].text and after.ignored is None
    assert (texts.TOO_OFTEN in said(after)) is (told_at is None) and "Проверьте: " not in said(after)


def test_a_consent_is_taken_however_much_was_written_before() -> None:
    step = AskingConsent(tuple(range(1, 25)), NOW)
    after = hears(tapped(actions.CONSENT, cmid=30), dialogue(step, consent="", pace=FULL))
    assert after.consent is not None and after.consent.given
    refused = hears(tapped(actions.REFUSE, cmid=30), dialogue(step, consent="", pace=FULL))
    assert refused.consent is None and texts.TOO_OFTEN in said(refused)


def test_before_the_consent_so_much_is_remembered_as_can_be_read_again() -> None:
    pending = tuple(range(1, MOST_PIECES + 1))
    after = decide(facts(dialogue(AskingConsent(pending, NOW), consent="")), wrote(content=False, cmid=500))
    assert after.dialogue is not None and after.dialogue.step == AskingConsent(pending, NOW, POLICY.consent_hash)


def test_without_a_limit_nothing_is_counted() -> None:
    after = hears(wrote("Яма"), dialogue(), policy=POLICY)
    assert after.dialogue is not None and after.dialogue.pace == Pace()


# How many appeals.


def many(count: int, **more: Any) -> list[Appeal]:
    return [appeal(code=f"1124-AAA{number}", **more) for number in range(2, 2 + count)]


@pytest.mark.parametrize("action", [actions.SEND, actions.DIFFERENT])
def test_the_eleventh_of_a_day_stays_a_draft(action: str) -> None:
    mine = many(10, status=Status.ANSWERED)
    after = hears(tapped(action), dialogue(Preview(), READY), *mine)
    assert "10 сообщений" in said(after) and after.dialogue is not None
    assert after.dialogue.draft == READY and not after.appeals
    ready = dialogue(Preview(), replace(READY, different=True))
    assert hears(tapped(action), ready, *mine[1:]).appeals, "the tenth is sent"
    yesterday = many(10, status=Status.ANSWERED, created_at=NOW - timedelta(days=1))
    assert hears(tapped(action), ready, *yesterday).appeals
    ahead = many(10, status=Status.ANSWERED, created_at=NOW + timedelta(days=300))
    assert hears(tapped(action), ready, *ahead).appeals, "a clock that was wrong (F23)"


def test_the_sixth_that_waits_stays_a_draft_until_one_is_answered() -> None:
    before = NOW - timedelta(days=40)
    mine = many(5, created_at=before)
    after = hears(tapped(actions.SEND), dialogue(Preview(), READY), *mine)
    assert "5 сообщений без ответа" in said(after) and not after.appeals
    answered = (replace(mine[0], status=Status.ANSWERED), *mine[1:])
    assert hears(tapped(actions.DIFFERENT), dialogue(Preview(), READY), *answered).appeals


# How much in one (T8).


@pytest.mark.parametrize("pieces", [MOST_PIECES, 1])
def test_a_draft_that_is_full_says_so_and_keeps_what_it_has(pieces: int) -> None:
    text = "ё" * (MOST_LETTERS if pieces == 1 else 1)
    draft = replace(READY, pieces=tuple(Piece(cmid, text) for cmid in range(1, pieces + 1)))
    for step in (AskingText(), Preview(), Idle()):
        after = hears(wrote("ещё", cmid=500), dialogue(step, draft))
        assert texts.DRAFT_FULL in said(after)
        assert after.dialogue is not None and after.dialogue.draft == draft


def test_an_appeal_that_is_full_says_so() -> None:
    mine = appeal(pieces=tuple(Piece(cmid, "ё") for cmid in range(3, 3 + MOST_PIECES)))
    after = hears(wrote("ещё", cmid=500), dialogue(AddingTo(mine.code)), mine)
    assert texts.APPEAL_FULL.format(code=mine.code) in said(after)
    assert not after.appeals and [send.peer for send in sends(after)] == [ANNA]


def test_what_was_written_before_the_bot_spoke_is_not_answered_alike_twice() -> None:
    """F10: five minutes of messages that come at once, when VK is back. What is asked again after that is answered."""
    talk, later, read = dialogue(), NOW + timedelta(minutes=5), list[str]()
    asked = ("Мои сообщения", "Мои данные", "Мои сообщения", "Мои данные")
    for minute, words in enumerate(asked):
        event = wrote(words, cmid=minute + 1, at=NOW + timedelta(minutes=minute))
        after = decide(facts(talk, policy=POLICY, now=later), event)
        read += [one.text for one in sends(after, ANNA)]
        talk = after.dialogue or talk
    assert len(read) == 2 == len(set(read)), read
    again = decide(facts(talk, policy=POLICY, now=later), wrote(asked[0], cmid=9, at=later))
    assert [one.text for one in sends(again, ANNA)] == read[:1]


def test_a_clock_that_runs_ahead_leaves_nobody_without_an_answer() -> None:
    """F24: by our clock all was written long ago; the numbers tell that the bot has spoken in between."""
    talk, ahead = dialogue(), NOW + timedelta(hours=1)
    for number, cmid in enumerate((1, 3, 5)):
        event = wrote("Мои сообщения", cmid=cmid, at=NOW + timedelta(minutes=number))
        after = decide(facts(talk, policy=POLICY, now=ahead), event)
        assert len(sends(after, ANNA)) == 1
        talk = after.dialogue or talk
