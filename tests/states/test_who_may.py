"""Only a person in the bound chat that holds an appeal may act on it; only the ЦУР assigns (R24, I4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from states.lifecycle.answers import Approval
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.reasons import Note
from states.people.chats import CUR, Chat
from states.people.officials import Official, Standing
from states.people.who_may import may, may_approve, may_see_contact, may_speak
from tests.small import NOW

HERE = Chat(2_000_000_001, "roads")
CENTRE = Chat(2_000_000_003, CUR)
ELSEWHERE = Chat(2_000_000_002, "health")
HOUR = timedelta(hours=1)
APPEAL = Appeal("1", 1001, 3, Status.ROUTED, 2, "snow", NOW, chat=HERE.peer)


# Who is here (T5).


def test_before_the_members_are_known_everybody_in_a_bound_chat_speaks() -> None:
    assert may_speak(HERE, 7, {}, NOW, NOW)
    assert not may_speak(replace(HERE, listed_at=NOW), 7, {}, NOW, NOW)


@pytest.mark.parametrize("chat, author", [(None, 7), (replace(HERE, agency=None), 7), (HERE, -5)])
def test_nobody_speaks_outside_and_no_bot(chat: Chat | None, author: int) -> None:
    assert not may_speak(chat, author, {}, NOW, NOW)


def test_an_official_is_checked_when_it_was_written_and_now() -> None:
    """T5: neither what was written before the admission counts, nor anything after the leaving."""
    here = {7: Official(HERE.peer, 7, Standing.WORKS, NOW, NOW + HOUR)}
    listed = replace(HERE, listed_at=NOW)
    assert may_speak(listed, 7, here, NOW, NOW)
    assert not may_speak(listed, 7, here, NOW - HOUR, NOW)
    assert not may_speak(listed, 7, here, NOW, NOW + HOUR)
    assert not may_speak(HERE, 7, {7: Official(HERE.peer, 7, Standing.ASKED, NOW)}, NOW, NOW), "asked about: not yet"


# What the people of a chat may do (R24, R30, R31).

CUR_ONLY = (Action.ROUTE, Action.REPEAT, Action.MERGE, Action.SEPARATE)
WORDS = (Action.ANSWER, Action.ASK, Action.INTERIM, Action.POSTPONE, Action.ACCEPT)


@pytest.mark.parametrize("action", CUR_ONLY)
def test_only_the_cur_sends_on_and_binds_together(action: Action) -> None:
    assert may(CENTRE, APPEAL, action) and not may(HERE, APPEAL, action) and not may(ELSEWHERE, APPEAL, action)


@pytest.mark.parametrize("action", WORDS)
def test_words_come_from_whoever_holds_it(action: Action) -> None:
    """I4: the ЦУР too only where it holds it."""
    assert may(HERE, APPEAL, action) and not may(ELSEWHERE, APPEAL, action) and not may(CENTRE, APPEAL, action)
    assert may(CENTRE, replace(APPEAL, chat=CENTRE.peer), action)


@pytest.mark.parametrize("action", [Action.DECLINE, Action.CLOSE, Action.OUTSIDE])
def test_the_cur_may_end_whatever_it_is(action: Action) -> None:
    assert may(CENTRE, APPEAL, action) and not may(ELSEWHERE, APPEAL, action)


def test_a_crime_is_not_declined_by_an_agency() -> None:
    """R30."""
    assert may(HERE, APPEAL, Action.DECLINE)
    crime = replace(APPEAL, notes=(Note.CRIME,))
    assert not may(HERE, crime, Action.DECLINE) and may(CENTRE, crime, Action.DECLINE)


def test_an_agency_ends_only_what_is_answered() -> None:
    assert not may(HERE, APPEAL, Action.CLOSE)
    assert may(HERE, replace(APPEAL, status=Status.ANSWERED), Action.CLOSE)


@pytest.mark.parametrize("action", [Action.NOT_OURS, Action.PASS])
def test_the_cur_does_not_give_back_to_itself(action: Action) -> None:
    assert may(HERE, APPEAL, action) and not may(CENTRE, replace(APPEAL, chat=CENTRE.peer), action)


def test_only_another_person_approves_here_or_in_the_cur() -> None:
    """R39."""
    draft = replace(APPEAL, approval=Approval(7, NOW, HERE.peer, 3, Action.ANSWER, "слова"))
    assert may_approve(HERE, 8, draft) and may_approve(CENTRE, 8, draft)
    assert not may_approve(HERE, 7, draft) and not may_approve(CENTRE, 7, draft)
    assert not may_approve(ELSEWHERE, 8, draft) and not may_approve(HERE, 8, APPEAL)


def test_who_wrote_is_seen_where_it_is_held_and_in_the_cur() -> None:
    """R21, R22."""
    assert may_see_contact(HERE, APPEAL) and may_see_contact(CENTRE, APPEAL)
    assert not may_see_contact(ELSEWHERE, APPEAL) and not may_see_contact(None, APPEAL)
