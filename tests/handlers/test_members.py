"""Officials come, are admitted or not, leave and come back (T5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts_chat
from states.audit import AuditAction, AuditLine
from states.decision import Decision
from states.events import ChatAction, ChatChanged, MembersListed
from states.people.chats import CUR, Chat, ChatCode
from states.people.officials import Member, Official, Standing
from tests.handlers.given import (
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    facts,
    labels,
    pushed,
    replied,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import COLLEAGUE, TEAM, snack, works
from tests.small import NOW

LISTED = roads(listed_at=NOW - timedelta(days=1), bound_at=NOW - timedelta(days=9))
NEW = 5003
ASKED = Official(ROADS_CHAT, NEW, Standing.ASKED, NOW, name="Пётр")


def lists(*people: Member, chat: Chat | None = LISTED, **more: Any) -> Decision:
    known = {"officials": TEAM} | more
    return decide(facts(chat=chat, **known), MembersListed(ROADS_CHAT, people, NOW))


def comes(user: int, chat: Chat | None = LISTED, officials: dict[int, Official] | None = None) -> Decision:
    event = ChatChanged(ROADS_CHAT, 3, user, NOW, ChatAction.MEMBER_CAME, user)
    return decide(facts(chat=chat, officials=TEAM if officials is None else officials), event)


def goes(user: int, officials: dict[int, Official] = TEAM) -> Decision:
    event = ChatChanged(ROADS_CHAT, 3, user, NOW, ChatAction.MEMBER_LEFT, user)
    return decide(facts(chat=LISTED, officials=officials), event)


# The list of members.


def test_the_first_list_after_binding_admits_everybody_who_is_here() -> None:
    fresh = replace(LISTED, listed_at=None)
    decision = lists(Member(OFFICIAL, "Ольга", admin=True), Member(-101, "Приёмная"), chat=fresh)
    since = NOW - timedelta(days=9)
    assert decision.officials == (Official(ROADS_CHAT, OFFICIAL, Standing.WORKS, since, name="Ольга"),)
    assert decision.chat is not None and decision.chat.listed_at == NOW
    assert [one.peer for one in sends(decision)] == [CUR_CHAT], "and the ЦУР is told"


def test_an_empty_list_proves_nothing_of_people() -> None:
    """vk-api.md §6.1: VK shows none to a bot that is no administrator. Of the chat it may (system/hearing.py)."""
    decision = lists(chat=LISTED)
    assert not decision.officials and decision.chat is not None and decision.chat.doubt is not None
    for chat in (None, Chat(ROADS_CHAT)):
        assert lists(Member(OFFICIAL), chat=chat).ignored


def test_who_is_not_there_any_more_has_no_voice() -> None:
    decision = lists(Member(OFFICIAL, "Ольга"))
    assert decision.officials == (replace(TEAM[COLLEAGUE], standing=Standing.GONE, until=NOW),)


def test_who_is_new_is_asked_about_in_the_cur() -> None:
    decision = lists(Member(OFFICIAL, "Ольга"), Member(COLLEAGUE, "Иван"), Member(NEW, "Пётр"))
    assert decision.officials == (ASKED,)
    (question,) = sends(decision, CUR_CHAT)
    assert f"В чате «Министерство дорог» новый участник: [id{NEW}|Пётр]" in question.text
    assert labels(question) == ["Допустить", "Не допускать"]


def test_a_new_name_is_kept() -> None:
    gone = replace(works(9, "Кто-то"), standing=Standing.GONE)
    decision = lists(Member(OFFICIAL, "Ольга Ивановна"), Member(COLLEAGUE, ""), officials=TEAM | {9: gone})
    assert decision.officials == (replace(TEAM[OFFICIAL], name="Ольга Ивановна"),)


@pytest.mark.parametrize(
    "known, asked",
    [(Standing.GONE, True), (Standing.ASKED, False), (Standing.REFUSED, False), (Standing.WORKS, False)],
)
def test_who_was_asked_about_or_refused_is_not_asked_about_every_day(known: Standing, asked: bool) -> None:
    there = {NEW: replace(ASKED, standing=known)}
    assert bool(sends(lists(Member(NEW, "Пётр"), officials=there), CUR_CHAT)) is asked
    assert bool(sends(comes(NEW, officials=there), CUR_CHAT)) is asked


# One by one.


def test_who_comes_is_asked_about_at_once() -> None:
    decision = comes(NEW)
    assert decision.officials == (replace(ASKED, name=""),)
    assert f"[id{NEW}|новый участник]" in said(decision, CUR_CHAT)


def test_before_the_first_list_nobody_is_asked_about() -> None:
    for chat in (replace(LISTED, listed_at=None), None, Chat(ROADS_CHAT)):
        assert comes(NEW, chat=chat).ignored
    assert comes(-55).ignored, "a bot is no official"


def test_where_there_is_no_cur_those_who_are_here_are_asked() -> None:
    event = ChatChanged(ROADS_CHAT, 3, NEW, NOW, ChatAction.MEMBER_CAME, NEW)
    decision = decide(facts(chat=LISTED, chats={"roads": LISTED}, officials=TEAM), event)
    assert sends(decision, ROADS_CHAT)
    alone = {"chat": LISTED, "chats": {"roads": LISTED}, "officials": TEAM, "asked": ASKED}
    assert decide(facts(**alone), pushed(actions.ADMIT, f"{ROADS_CHAT} {NEW}")).officials


def test_who_has_left_is_gone_once() -> None:
    assert goes(OFFICIAL).officials == (replace(TEAM[OFFICIAL], standing=Standing.GONE, until=NOW),)
    assert goes(NEW).ignored and goes(9, {9: replace(ASKED, standing=Standing.GONE)}).ignored


def test_the_cur_itself_has_members_too() -> None:
    chat = cur(listed_at=NOW)
    event = ChatChanged(CUR_CHAT, 3, NEW, NOW, ChatAction.MEMBER_CAME, NEW)
    assert "Центр управления регионом" in said(decide(facts(chat=chat), event), CUR_CHAT)


def test_the_cur_hears_who_has_bound_which_chat() -> None:
    """T4: with its title, owner and people, and a button that undoes it."""
    fresh = replace(LISTED, listed_at=None, bound_by=OFFICIAL, bound_at=NOW)
    people = (Member(OFFICIAL, "Ольга П."), Member(COLLEAGUE, ""))
    event = MembersListed(ROADS_CHAT, people, NOW, "Дороги 2026", NEW)
    decision = decide(facts(chat=fresh, officials={}), event)
    (notice,) = sends(decision, CUR_CHAT)
    for words in (
        "«Дороги 2026»: Министерство дорог",
        f"[id{OFFICIAL}|Ольга П.]",
        f"[id{NEW}|",
        "Участники (2): Ольга П., id",
    ):
        assert words in notice.text, notice.text
    assert "Отключить" in str(notice.keyboard)
    bare = decide(
        facts(chat=fresh), MembersListed(ROADS_CHAT, tuple(Member(number, "А") for number in range(1, 25)), NOW)
    )
    (notice,) = sends(bare, CUR_CHAT)
    assert "«№ " in notice.text and "Владелец чата: не виден" in notice.text and notice.text.count("А,") == 19
    assert not sends(decide(facts(chat=replace(cur(), listed_at=None)), MembersListed(CUR_CHAT, people, NOW)))


def unbinds(*, bound: Chat | None, chat: Chat | None = None, value: str = "") -> Decision:
    chat = chat or cur()
    event = pushed(actions.UNBIND, value or f"roads {ROADS_CHAT}", peer=chat.peer)
    chats = {CUR: cur(), **({"roads": bound} if bound is not None else {})}
    return decide(facts(chat=chat, chats=chats, officials=TEAM), event)


def test_the_cur_undoes_a_binding_for_a_day() -> None:
    """T4."""
    bound = replace(LISTED, bound_at=NOW - timedelta(hours=23), told="x")
    decision = unbinds(bound=bound)
    assert decision.chat == replace(bound, agency=None, listed_at=None, told="")
    assert decision.audit == (AuditLine(OFFICIAL, AuditAction.CHAT_UNBOUND, "roads"),)
    assert "отключил этот чат" in said(decision, ROADS_CHAT) and "Чат отключён" in said(decision, CUR_CHAT)
    late = unbinds(bound=replace(bound, bound_at=NOW - timedelta(hours=25)))
    assert late.chat is None and snack(late) == texts_chat.UNBIND_LATE
    for other in (None, replace(bound, peer=ROADS_CHAT + 1), replace(bound, bound_at=None)):
        over = unbinds(bound=other)
        assert over.chat is None and snack(over) == texts_chat.UNBIND_OVER
    assert unbinds(bound=bound, chat=bound).chat is None, "an agency unbinds nobody"


# The ЦУР decides.


def decides(action: str, asked: Official | None = ASKED, *, chat: Chat | None = None, value: str = "") -> Decision:
    chat = chat or cur()
    event = pushed(action, value or f"{ROADS_CHAT} {NEW}", peer=chat.peer)
    return decide(facts(chat=chat, asked=asked, officials=TEAM), event)


def test_who_is_admitted_works_from_now_on() -> None:
    decision = decides(actions.ADMIT)
    (official,) = decision.officials
    assert official == replace(ASKED, standing=Standing.WORKS, since=NOW, by=OFFICIAL) and official.name == "Пётр"
    assert f"[id{NEW}|Пётр]: допущен к ответам." in said(decision, CUR_CHAT)
    (line,) = decision.audit
    assert (line.actor, line.action, line.subject) == (OFFICIAL, AuditAction.OFFICIAL_ADMITTED, str(NEW))


def test_who_is_refused_stays_without_a_voice() -> None:
    (official,) = decides(actions.REFUSE_MEMBER).officials
    assert (official.standing, official.until, official.works(NOW)) == (Standing.REFUSED, NOW, False)
    assert [line.action for line in decides(actions.REFUSE_MEMBER).audit] == [AuditAction.OFFICIAL_REFUSED]
    assert "к ответам не допущен" in said(decides(actions.REFUSE_MEMBER), CUR_CHAT)


def test_the_cur_may_change_its_mind() -> None:
    (admitted,) = decides(actions.ADMIT, replace(ASKED, standing=Standing.REFUSED, until=NOW)).officials
    assert admitted.works(NOW) and admitted.until is None
    (dismissed,) = decides(actions.REFUSE_MEMBER, works(NEW)).officials
    assert not dismissed.works(NOW)


@pytest.mark.parametrize(
    "action, asked",
    [
        (actions.ADMIT, None),
        (actions.ADMIT, replace(ASKED, standing=Standing.GONE)),
        (actions.REFUSE_MEMBER, replace(ASKED, standing=Standing.GONE)),
        (actions.ADMIT, works(NEW)),
        (actions.REFUSE_MEMBER, replace(ASKED, standing=Standing.REFUSED)),
        (actions.ADMIT, replace(ASKED, user=NEW + 1)),
    ],
    ids=["unknown", "gone", "gone, refused", "admitted already", "refused already", "another one"],
)
def test_what_is_settled_is_not_settled_again(action: str, asked: Official | None) -> None:
    """T5: nobody is admitted who has left meanwhile."""
    decision = decides(action, asked)
    assert not decision.officials and snack(decision) == texts_chat.MEMBER_SETTLED


def test_an_agency_admits_nobody_by_itself() -> None:
    """T3, T4: only the ЦУР, as long as there is one."""
    decision = decides(actions.ADMIT, chat=LISTED)
    assert not decision.officials and "не у этого чата" in snack(decision)


# Without a voice.


def test_words_of_who_is_not_admitted_do_not_reach_the_resident() -> None:
    here = facts(chat=LISTED, linked=appeal(), officials=TEAM)
    decision = decide(here, replied("Сделали вчера, двор чистый", author=NEW))
    assert said(decision, ROADS_CHAT) == texts_chat.NOT_ADMITTED and not decision.appeals
    pressed = decide(here, pushed(actions.ACCEPT, "1124-AAAA", user=NEW))
    assert not pressed.appeals and snack(pressed) == texts_chat.NOT_ADMITTED_SHORT


def test_a_chat_bound_anew_admits_whoever_is_in_it_then() -> None:
    code = ChatCode("digest", "roads", NOW + timedelta(minutes=5))
    before = Chat(ROADS_CHAT, None, listed_at=NOW, recent=("x",))
    event = replied("/код AAAA", reply=None)
    bound = decide(facts(chat=before, chats={CUR: cur()}, code=code), event).chat
    assert bound is not None and (bound.agency, bound.listed_at, bound.recent) == ("roads", None, ())
