"""Incidents of which one answer is not for all any more: copies taken back, the ЦУР told once, nobody left (R32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.answering import of_member
from handlers.lifecycle.incidents import INCIDENTS_TIMER
from handlers.system.mixed import AGAIN, OPENED
from handlers.text import actions, texts_chat
from states.decision import Decision
from states.effects import CancelSend, StartTimer
from states.events import RoutesChanged, TimerFired
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.reasons import Note
from states.people.chats import CUR
from tests.handlers.given import CHATS, CUR_CHAT, OFFICIAL, ROADS_CHAT, appeal, cur, facts, of, said, sends
from tests.handlers.in_chat import CODE, OTHER, member, the
from tests.small import COMMUNITY, NEVER, NOW

THIRD, VERA = "1124-CCCC", 1003
ANSWER = f"v1|{COMMUNITY}|answer|{ROADS_CHAT}|20|0"
LEAD = appeal(status=Status.IN_WORK, incident=CODE)
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def held(code: str = "", **more: Any) -> Held:
    cause = of_member(ANSWER, code) if code else ANSWER
    return Held(**{"cause": cause, "action": "answer", "actor": OFFICIAL, "at": NOW, "peer": ROADS_CHAT} | more)


def looks(*members: Appeal, lead: Appeal = LEAD, **more: Any) -> Decision:
    known: dict[str, Any] = {"leads": {lead.code: lead}, "members": members, "directory": NEVER} | more
    return decide(facts(**known), TimerFired(INCIDENTS_TIMER, INCIDENTS_TIMER, 0, NOW))


def again(decision: Decision) -> datetime:
    (timer,) = [one for one in of(StartTimer, decision) if one.name == INCIDENTS_TIMER]
    return timer.at


def test_the_cur_reads_one_list_by_titles_and_can_open_each() -> None:
    crime = member(THIRD, VERA, notes=(Note.CRIME.value,), address="ул. Мира, 7")
    decision = looks(member(), crime)
    (send,) = sends(decision, CUR_CHAT)
    assert send.text.splitlines() == [
        *texts_chat.MIXED.splitlines(),
        "",
        f"Снег на дороге · Миасс, Мира, 1, №{CODE}: тема «Снег на дороге» не общая для всех",
        f"— вместе с ним: Снег на дороге · Миасс, Мира, 5, №{OTHER}",
        f"— вместе с ним: Снег на дороге · Миасс, Мира, 7, №{THIRD}",
    ]
    rows = send.keyboard.rows if send.keyboard else ()
    assert [(one.command.action, one.command.value) for row in rows for one in row if one.command] == [
        (actions.OPEN, OTHER),
        (actions.OPEN, THIRD),
    ]
    assert the(decision).told_apart and the(decision).version == LEAD.version + 1
    assert again(decision) == NOW + AGAIN


def test_it_is_told_once() -> None:
    told = looks(member())
    assert sends(told, CUR_CHAT)
    after = looks(member(), lead=the(told))
    assert not sends(after) and not after.appeals and again(after) == NOW + AGAIN


def test_only_whoever_is_personal_is_named() -> None:
    crime = member(THIRD, VERA, notes=(Note.CRIME.value,))
    decision = looks(member(), crime, directory=facts().directory)
    text = said(decision, CUR_CHAT)
    assert f"№{THIRD}" in text and f"№{OTHER}" not in text and "похоже на преступление" in text


def test_public_troubles_are_left_alone() -> None:
    decision = looks(member(), directory=facts().directory)
    assert not decision.appeals and not sends(decision) and again(decision) == NOW + AGAIN
    assert again(looks(leads={})) == NOW + AGAIN


def test_nobody_is_told_at_night_but_in_the_morning() -> None:
    """R51."""
    decision = looks(member(), now=NIGHT)
    assert not sends(decision) and not decision.appeals and again(decision) == MORNING
    assert sends(looks(member(), now=MORNING), CUR_CHAT)


def test_without_a_chat_of_the_cur_it_is_told_when_there_is_one() -> None:
    nobody = {key: chat for key, chat in CHATS.items() if key != CUR} | {CUR: cur(lost=True)}
    decision = looks(member(), chats=nobody)
    assert not sends(decision) and not decision.appeals and again(decision) == NOW + AGAIN


def test_many_are_told_in_one_list_with_as_many_buttons_as_vk_takes() -> None:
    members = [member(f"1124-CC{letter}{letter}", 2000 + n) for n, letter in enumerate("ABCDEFGHJK")]
    (send, *more) = sends(looks(*members), CUR_CHAT)
    assert send.keyboard is not None and sum(map(len, send.keyboard.rows)) == OPENED
    assert all(one.code in "".join(part.text for part in (send, *more)) for one in members)


# Copies on their way.


def test_a_copy_that_has_not_left_never_leaves() -> None:
    """Also one that waits for a resident who has closed the dialogue, and one of an older program (T6)."""
    copy = of_member(ANSWER, OTHER)
    lead = replace(LEAD, held=(held(also=(OTHER,)),))
    unsent = frozenset({ANSWER, copy, f"{copy}.1"})
    decision = looks(member(held=(held(OTHER),)), lead=lead, unsent=unsent)
    assert [one.cause for one in of(CancelSend, decision)] == [copy, f"{copy}.1"]
    assert the(decision, OTHER).held == () and the(decision, OTHER).version == member().version + 1
    assert the(decision).held[0].also == () and the(decision).held[0].cause == ANSWER, "the author still gets it"


def test_at_night_too() -> None:
    unsent = frozenset({of_member(ANSWER, OTHER)})
    decision = looks(member(held=(held(OTHER),)), unsent=unsent, now=NIGHT)
    assert len(of(CancelSend, decision)) == 1 and not the(decision, OTHER).held and not sends(decision)


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.CLOSED])
def test_whoever_waited_for_it_waits_under_the_next_lead(status: Status) -> None:
    """R33: the leading one has had its answer already."""
    lead = replace(LEAD, status=status)
    copies = {OTHER: held(OTHER), THIRD: held(THIRD)}
    members = (member(held=(copies[OTHER],)), member(THIRD, VERA, held=(copies[THIRD],)))
    decision = looks(*members, lead=lead, unsent=frozenset(one.cause for one in copies.values()))
    heir, follower = the(decision, OTHER), the(decision, THIRD)
    assert (heir.status, heir.incident, heir.held) == (Status.ROUTED, OTHER, ())
    assert (follower.incident, follower.held, follower.version) == (OTHER, (), members[1].version + 1)
    assert [line.action for line in decision.history] == [Action.SEPARATE, Action.ROUTE]
    assert sends(decision, ROADS_CHAT) and not sends(decision, CUR_CHAT), "of what has ended the ЦУР hears nothing"


def test_what_may_have_left_is_let_alone() -> None:
    """In flight, or its outcome unknown: he may have read it, so he is not asked to wait for another one."""
    lead = replace(LEAD, status=Status.ANSWERED)
    decision = looks(member(held=(held(OTHER),)), lead=lead)
    assert not decision.appeals and not of(CancelSend, decision)


# When it is looked at.


def test_a_change_of_the_directory_is_looked_at_at_once() -> None:
    decision = decide(facts(), RoutesChanged(0, NOW))
    assert of(StartTimer, decision) == [StartTimer(INCIDENTS_TIMER, INCIDENTS_TIMER, 0, NOW)]
