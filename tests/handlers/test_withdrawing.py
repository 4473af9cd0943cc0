"""Taking back one of several: whoever is left is answered all the same (R33, F32, R36)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.answering import NEWS
from handlers.text import actions
from handlers.views.personal import stamp
from states.decision import Decision
from states.effects import CancelSend, Edit
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, Status
from states.worktime.deadlines import Clock
from tests.handlers.given import (
    ANNA,
    BORIS,
    CHATS,
    CUR_CHAT,
    ROADS_CHAT,
    appeal,
    dialogue,
    facts,
    in_cur,
    said,
    sends,
    tapped,
)
from tests.handlers.given import of as effects_of
from tests.small import NOW

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
    assert heir.deadline is not None and heir.deadline.clock is Clock.FIRST_ANSWER
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
    """F32."""
    lead = appeal(code=FIRST, resident=BORIS, incident=FIRST)
    mine = member(CODE, ANNA, 0, incident=FIRST)
    decision = withdraws(mine, (), leads={FIRST: lead})
    (told,) = sends(decision, ROADS_CHAT)
    assert "отозвал сообщение №1124-AAAA" in told.text and told.appeal == CODE
    assert [one.code for one in decision.appeals] == [CODE] and not sends(decision, BORIS)
    waiting = appeal(code=FIRST, resident=BORIS, incident=FIRST, chat=None, card="")
    assert [send.peer for send in sends(withdraws(mine, (), leads={FIRST: waiting}))] == [ANNA]
    assert [send.peer for send in sends(withdraws(mine, (), chats=CHATS))] == [ANNA]


def test_being_forgotten_hands_an_incident_on_as_well() -> None:
    """R12, R33."""
    known = facts(dialogue(), appeals=(LEAD,), members=MEMBERS)
    decision = decide(known, tapped(actions.ERASE_YES, stamp(NOW)))
    assert decision.erasure is not None and of(decision, FIRST).status is Status.ROUTED


PROMISE = Held("v1|101|answer|2000000001|20|0", Action.INTERIM, 5001, NOW, ROADS_CHAT, 20, "Едем")
PARTS = frozenset({PROMISE.cause, f"{PROMISE.cause}.1"})


@pytest.mark.parametrize("action", [Action.ASK, Action.INTERIM, Action.POSTPONE, NEWS])
def test_a_question_or_a_promise_comes_to_nobody_who_waits_no_more(action: str) -> None:
    """R36: «Ждём вашего ответа», half a minute after «отозвано»; the official reads why under his words."""
    decision = withdraws(replace(LEAD, held=(replace(PROMISE, action=action),)), unsent=PARTS)
    assert of(decision, CODE).held == ()
    assert [effect.cause for effect in effects_of(CancelSend, decision)] == sorted(PARTS)
    lines = [effect.text for effect in effects_of(Edit, decision) if "|offer|" in effect.target]
    assert lines == ["Жителю это не ушло: он отозвал сообщение №1124-AAAA."]


def test_of_an_incident_the_others_still_hear_it() -> None:
    """R32: the line is about the leading one, which goes on."""
    cause = f"v1|101|answer|{ROADS_CHAT}|20.{CODE}|0"
    held = replace(LEAD, status=Status.MERGED, incident=FIRST, held=(replace(PROMISE, cause=cause),))
    decision = withdraws(held, (), unsent=PARTS | {cause})
    assert [effect.cause for effect in effects_of(CancelSend, decision)] == [cause]
    assert not [effect for effect in effects_of(Edit, decision) if "|offer|" in effect.target]


@pytest.mark.parametrize(
    "held, unsent", [(PROMISE, frozenset()), (replace(PROMISE, action=Action.ANSWER), PARTS)], ids=["gone", "an answer"]
)
def test_a_final_answer_and_what_is_on_its_way_arrive(held: Held, unsent: frozenset[str]) -> None:
    """I3: what an official has answered reaches its resident."""
    decision = withdraws(replace(LEAD, held=(held,)), unsent=unsent)
    assert of(decision, CODE).held == (held,) and not effects_of(CancelSend, decision)
