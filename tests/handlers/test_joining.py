"""Many who join at once: the first are read, the others counted on the card and read by a press (R32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.incidents import SHOWN_BY_PRESS, join, lead_gone
from handlers.lifecycle.routing import AT_ONCE
from handlers.text import actions, texts, texts_chat
from handlers.views.card_buttons import button
from handlers.views.cards import card
from states.decision import Decision
from states.dialogue import ChoosingSame
from states.effects import Edit
from states.lifecycle.appeal import Appeal, Piece, Status
from tests.handlers.given import (
    CUR_CHAT,
    READY,
    ROADS_CHAT,
    appeal,
    cur,
    dialogue,
    facts,
    of,
    roads,
    said,
    sends,
    tapped,
)
from tests.handlers.in_chat import CODE, RICH, TEAM, press, snack, the
from tests.small import NOW

LEAD = appeal(incident=CODE, resident=2000, status=Status.IN_WORK)


def joined(count: int, *, ago: timedelta = timedelta(minutes=1)) -> tuple[Appeal, ...]:
    return tuple(
        appeal(
            code=f"1124-BBB{n}", resident=3000 + n, status=Status.MERGED, incident=CODE, chat=None, card="",
            created_at=NOW - ago, pieces=(Piece(9, f"И у нас, подъезд {n}"),), agency=None,
        )
        for n in range(2, count + 2)
    )  # fmt: skip


def joins(members: tuple[Appeal, ...], lead: Appeal = LEAD) -> Decision:
    """Anna has told the same and presses «Присоединиться»."""
    talk = dialogue(ChoosingSame(CODE, own=False), replace(READY, settling_text=False))
    known: dict[str, Any] = {"similar": (lead, *members), "members": members, "number": "1124-NEWW"}
    return decide(facts(talk, **known), tapped(actions.JOIN, CODE))


def test_who_joins_hears_who_answers_and_until_when() -> None:
    alone, among = said(joins(())), said(joins(joined(2)))
    assert texts.JOINED in alone and "Ответит Миндор" in alone
    assert "Таких сообщений уже 4, ответ придёт всем. Ответит" in among


def test_the_first_are_read_at_once_and_the_others_counted_on_the_card() -> None:
    few = joins(joined(AT_ONCE - 1))
    assert any("присоединился ещё один житель" in one.text for one in sends(few, ROADS_CHAT))
    many = joins(joined(AT_ONCE))
    assert not sends(many, ROADS_CHAT) and the(many).not_shown == ("1124-NEWW",)
    (card,) = [one for one in of(Edit, many) if one.target == LEAD.card]
    assert "+1 житель о том же: «Ещё» → «Что пишут другие»" in card.text
    after = joins(joined(AT_ONCE, ago=timedelta(hours=1)))
    assert sends(after, ROADS_CHAT), "they joined long ago"
    still = joins(joined(1, ago=timedelta(hours=1)), replace(LEAD, not_shown=("1124-BBB2",)))
    assert not sends(still, ROADS_CHAT) and len(the(still).not_shown) == 2, "who came before is not read either"


def shows(lead: Appeal, members: tuple[Appeal, ...]) -> Decision:
    return press(actions.OTHERS, held=lead, members=members, officials=TEAM)


def test_a_press_shows_the_next_few_each_in_his_own_message() -> None:
    members = joined(7)
    codes = tuple(one.code for one in members)
    decision = shows(replace(LEAD, not_shown=codes), members)
    told = sends(decision, ROADS_CHAT)
    assert [one.appeal for one in told] == list(codes[:SHOWN_BY_PRESS]) and "подъезд 2" in told[0].text
    assert the(decision).not_shown == codes[SHOWN_BY_PRESS:]
    rest = shows(the(decision), members)
    assert len(sends(rest, ROADS_CHAT)) == 2 and the(rest).not_shown == ()
    assert not {one.cause for one in told} & {one.cause for one in sends(rest, ROADS_CHAT)}


def head_of(lead: Appeal, members: tuple[Appeal, ...]) -> str:
    return card(lead, facts(members=members, chat=roads()))


def test_who_left_meanwhile_is_shown_to_nobody() -> None:
    assert snack(shows(replace(LEAD, not_shown=("1124-GONE",)), ())) == texts_chat.SHOWN_ALL
    left = (replace(joined(1)[0], incident="", status=Status.ROUTED), replace(joined(2)[1], status=Status.WITHDRAWN))
    gone = replace(LEAD, not_shown=tuple(member.code for member in left))
    assert snack(shows(gone, left)) == texts_chat.SHOWN_ALL and "о том же: «Ещё»" not in head_of(gone, left)
    assert not shows(LEAD, ()).appeals, "no button for it"
    assert button(actions.OTHERS, LEAD).label == "Что пишут другие"


def test_answered_meanwhile_they_are_still_counted_and_shown() -> None:
    """The answer to all came before their words were asked for."""
    members = tuple(replace(member, status=Status.ANSWERED, answers=1) for member in joined(2))
    lead = replace(LEAD, status=Status.ANSWERED, answers=1, not_shown=tuple(member.code for member in members))
    assert "+2 жителя о том же" in head_of(lead, members)
    assert [send.appeal for send in sends(shows(lead, members), ROADS_CHAT)] == [member.code for member in members]


def merges(lead: Appeal, newcomer: Appeal, members: tuple[Appeal, ...]) -> Appeal:
    """The lead after the newcomer, with those that it leads, has joined it."""
    decision = join(facts(members=members), newcomer, lead, 0)
    assert decision is not None
    assert the(decision, newcomer.code).not_shown == (), "the lead's card counts them"
    return the(decision, lead.code)


OTHER_LEAD = replace(LEAD, code="1124-CCCC", incident="1124-CCCC", resident=2001)


def led_by_other(count: int) -> tuple[Appeal, ...]:
    return tuple(
        replace(
            member, code=member.code.replace("BBB", "CCD"), resident=member.resident + 900, incident=OTHER_LEAD.code
        )
        for member in joined(count, ago=timedelta(hours=1))
    )


def test_where_two_incidents_of_a_chat_become_one_whom_it_has_not_read_stays_counted() -> None:
    followers = led_by_other(3)
    newcomer = replace(OTHER_LEAD, not_shown=(followers[1].code,))
    assert merges(LEAD, newcomer, followers).not_shown == (followers[1].code,)
    own = joined(1)
    waiting = replace(LEAD, not_shown=(own[0].code,))
    assert merges(waiting, newcomer, (*own, *followers)).not_shown == (own[0].code, newcomer.code, followers[1].code)


def test_of_an_incident_of_another_chat_the_first_are_read_and_the_others_counted() -> None:
    followers = led_by_other(5)
    elsewhere = replace(OTHER_LEAD, chat=CUR_CHAT, agency=None, not_shown=(followers[0].code,))
    decision = join(facts(members=followers), elsewhere, LEAD, 0)
    assert decision is not None
    told = [send.appeal for send in sends(decision, ROADS_CHAT)]
    assert len(told) == AT_ONCE
    assert sorted((*told, *the(decision).not_shown)) == sorted(one.code for one in (elsewhere, *followers))


def test_a_merge_of_twelve_is_one_line_in_the_chat() -> None:
    found = tuple(replace(one, status=Status.ROUTED, incident="", chat=ROADS_CHAT, agency="roads") for one in joined(8))
    lead = replace(LEAD, incident="", created_at=NOW - timedelta(hours=2))
    asked = press("merge", held=lead, chat=cur(), similar=found, officials=TEAM)
    prompt = the(asked).tasks[0].prompt
    done = press("pick", f"{CODE} number all", the(asked), chat=cur(), similar=found, officials=TEAM, replied=prompt)
    assert len(sends(done, ROADS_CHAT)) == AT_ONCE and len(the(done).not_shown) == 8 - AT_ONCE
    lines = [one for one in (*sends(done, CUR_CHAT), *of(Edit, done)) if "объединили ещё 8 сообщений" in one.text]
    assert len(lines) == 1 and "Ответит" in said(done, 3002)


def test_another_chat_reads_the_first_of_many() -> None:
    members = joined(6)
    done = press("assign", held=replace(LEAD, chat=CUR_CHAT, agency=None), chat=cur(), members=members, officials=TEAM)
    prompt = the(done).tasks[0].prompt
    known: dict[str, Any] = {"chat": cur(), "members": members, "officials": TEAM, "replied": prompt, "directory": RICH}
    moved = press("pick", f"{CODE} whom roads", the(done), **known)
    told = [one for one in sends(moved, ROADS_CHAT) if "присоединился" in one.text]
    assert len(told) == AT_ONCE and len(the(moved).not_shown) == 6 - AT_ONCE


@pytest.mark.parametrize("gone", [0, 4])
def test_the_next_one_that_leads_keeps_who_was_not_shown(gone: int) -> None:
    members = joined(5)
    lead = replace(LEAD, not_shown=(members[gone].code, members[1].code))
    heirs = lead_gone(facts(members=members), lead, 0, members)
    assert set(the(heirs, members[0].code).not_shown) == {members[1].code, *([members[4].code] if gone else [])}
