"""Chats as such: bound by a code and by nothing else, told nothing before (I11, T4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.system.chat import RIGHTS_AGAIN, RIGHTS_TIMER, RIGHTS_WAIT
from handlers.text import texts_chat
from states.audit import AuditAction, AuditLine
from states.decision import Decision
from states.effects import CancelTimer, Release, StartTimer
from states.events import ChatAction, ChatChanged, MembersListed, TimerFired
from states.people.chats import CODE_LOCK, CODE_TRIES, CUR, Chat, ChatCode
from states.people.officials import Member
from tests.handlers.given import (
    CHATS,
    CUR_CHAT,
    LOOSE_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    cur,
    facts,
    of,
    roads,
    said,
    sends,
    wrote,
)
from tests.small import NOW

CODE = ChatCode("digest", "health", NOW + timedelta(minutes=10))


def changed(action: ChatAction, peer: int = LOOSE_CHAT, chat: Chat | None = None) -> Decision:
    return decide(facts(chat=chat), ChatChanged(peer, 1, OFFICIAL, NOW, action))


def typed(text: str, *, author: int = OFFICIAL, peer: int = LOOSE_CHAT, **more: object) -> Decision:
    return decide(facts(**more), wrote(text, peer=peer, author=author))


def test_an_unknown_chat_hears_one_neutral_line_once() -> None:
    """I11: no data, and never a second time."""
    first = changed(ChatAction.BOT_INVITED)
    assert said(first, LOOSE_CHAT) == texts_chat.chat_not_bound()
    assert first.chat == Chat(LOOSE_CHAT, greeted=True)
    again = changed(ChatAction.BOT_INVITED, chat=first.chat)
    assert again.ignored and not again.effects


def shown(chat: Chat | None, *members: Member, **more: Any) -> Decision:
    peer = chat.peer if chat is not None else ROADS_CHAT
    return decide(facts(chat=chat, **more), MembersListed(peer, members, NOW))


@pytest.mark.parametrize("lost", [True, False])
def test_a_bound_chat_that_takes_the_bot_back_is_lost_until_vk_shows_who_is_there(lost: bool) -> None:
    """F16, T5: without administrator's rights nobody would hear its answers."""
    back = changed(ChatAction.BOT_INVITED, ROADS_CHAT, roads(lost=lost))
    assert back.chat == roads(lost=True)
    assert back.effects == (StartTimer(RIGHTS_TIMER, "roads", ROADS_CHAT, NOW + RIGHTS_WAIT),)
    found = shown(roads(lost=True), Member(OFFICIAL, "Ольга"))
    assert found.chat == roads(lost=False, listed_at=NOW)
    assert found.effects[:2] == (Release(ROADS_CHAT), CancelTimer(RIGHTS_TIMER, "roads"))
    assert said(found, ROADS_CHAT) == texts_chat.RIGHTS_THERE and found.officials


def test_both_sides_are_told_what_to_click_as_long_as_rights_are_missing() -> None:
    """Once a day."""
    fired = TimerFired(RIGHTS_TIMER, "roads", ROADS_CHAT, NOW)
    lost = roads(lost=True)
    decision = decide(facts(chat=lost, chats=CHATS | {"roads": lost}), fired)
    assert "«Назначить администратором»" in said(decision, ROADS_CHAT)
    assert "Министерство дорог" in said(decision, CUR_CHAT) and "«Назначить администратором»" in said(
        decision, CUR_CHAT
    )
    assert decision.chat == lost and of(Release, decision) == [Release(ROADS_CHAT)]
    assert of(StartTimer, decision) == [StartTimer(RIGHTS_TIMER, "roads", ROADS_CHAT, NOW + RIGHTS_AGAIN)]
    for there in (roads(), None, Chat(ROADS_CHAT, lost=True)):
        assert decide(facts(chat=there), fired).ignored == "права уже есть"


def test_a_chat_that_vk_does_not_show_any_more_is_lost_too() -> None:
    """Somebody took the rights away."""
    decision = shown(roads())
    assert decision.chat == roads(lost=True) and "он не администратор" in said(decision, ROADS_CHAT)
    assert "Сообщения пока приходят вам" in said(decision, CUR_CHAT)
    assert shown(roads(lost=True)).ignored == "чат и так потерян"


def test_the_cur_that_is_not_shown_stays_and_is_told() -> None:
    """Nothing could go anywhere else."""
    decision = shown(cur())
    assert decision.chat == cur() and len(sends(decision, CUR_CHAT)) == 1 and not of(StartTimer, decision)


def test_without_a_cur_its_own_chat_is_told() -> None:
    assert {one.peer for one in sends(shown(roads(), chats={"roads": roads()}))} == {ROADS_CHAT}


def test_a_bound_chat_that_removes_the_bot_is_lost_and_an_unbound_one_is_nothing() -> None:
    """F16."""
    assert changed(ChatAction.BOT_REMOVED, ROADS_CHAT, roads()).chat == roads(lost=True)
    assert changed(ChatAction.BOT_REMOVED).ignored


@pytest.mark.parametrize("action", [ChatAction.MEMBER_CAME, ChatAction.MEMBER_LEFT, ChatAction.OTHER])
def test_other_service_messages_are_ignored_with_a_reason(action: ChatAction) -> None:
    """I1."""
    assert changed(action, ROADS_CHAT, roads()) == Decision(ignored="служебное сообщение чата")


def test_a_right_code_binds_the_chat_once() -> None:
    """T4: single use; who bound it is kept."""
    bound = typed("/код AAAA-BBBB", code=CODE)
    assert bound.chat == Chat(LOOSE_CHAT, "health", NOW, OFFICIAL)
    assert bound.used_code == "digest"
    assert bound.audit == (AuditLine(OFFICIAL, AuditAction.CHAT_BOUND, "health"),)
    assert "Министерство здоровья" in said(bound, LOOSE_CHAT)


def test_the_cur_is_bound_in_the_same_way() -> None:
    bound = typed("/КОД x", code=replace(CODE, agency=CUR), chats={})
    assert bound.chat is not None and bound.chat.agency == CUR
    assert "Центр управления регионом" in said(bound, LOOSE_CHAT)


@pytest.mark.parametrize("code", [None, replace(CODE, expires_at=NOW), replace(CODE, expires_at=NOW - timedelta(1))])
def test_a_wrong_or_expired_code_is_counted(code: ChatCode | None) -> None:
    """T4: ten minutes, five tries."""
    wrong = typed("/код x", code=code, chat=Chat(LOOSE_CHAT, tries=2))
    assert wrong.chat == Chat(LOOSE_CHAT, tries=3)
    assert wrong.used_code is None
    assert said(wrong, LOOSE_CHAT) == texts_chat.CODE_WRONG


def test_after_five_wrong_codes_even_the_right_one_is_not_answered() -> None:
    """T4."""
    late = typed("/код x", code=CODE, chat=Chat(LOOSE_CHAT, paused_until=NOW + timedelta(minutes=1)))
    assert late == Decision(ignored="слишком много неверных кодов")


def test_the_fifth_wrong_code_locks_a_chat_for_an_hour_and_the_cur_hears_of_it() -> None:
    """T4: not for ever, and not in silence."""
    fifth = typed("/код x", chat=Chat(LOOSE_CHAT, tries=CODE_TRIES - 1))
    assert fifth.chat == Chat(LOOSE_CHAT, paused_until=NOW + CODE_LOCK)
    assert said(fifth, LOOSE_CHAT) == texts_chat.CODE_LOCKED
    assert f"chat unlock {LOOSE_CHAT - 2_000_000_000}" in said(fifth, CUR_CHAT)
    assert [line.action for line in fifth.audit] == [AuditAction.CHAT_LOCKED]
    after = typed("/код x", code=CODE, chat=replace(fifth.chat, paused_until=NOW))
    assert after.chat == Chat(LOOSE_CHAT, "health", NOW, OFFICIAL)
    alone = typed("/код x", chat=Chat(LOOSE_CHAT, tries=CODE_TRIES - 1), chats={})
    assert {one.peer for one in sends(alone)} == {LOOSE_CHAT}


def test_an_agency_has_one_chat() -> None:
    """I2: a second chat would get what is meant for the first."""
    second = typed("/код x", code=replace(CODE, agency="roads"))
    assert second.chat is None and second.used_code is None
    assert "уже есть чат: Министерство дорог" in said(second, LOOSE_CHAT)


def test_its_own_chat_may_be_bound_anew() -> None:
    """After it was taken off on the command line."""
    loose = replace(CHATS["roads"], agency=None)
    again = typed("/код x", peer=ROADS_CHAT, chat=loose, code=replace(CODE, agency="roads"))
    assert again.chat is not None and again.chat.agency == "roads"


@pytest.mark.parametrize("text", ["", "привет", "/помощь", "код AAAA", "//код AAAA"])
def test_in_an_unbound_chat_nothing_else_is_heard(text: str) -> None:
    """I11."""
    assert typed(text, code=CODE) == Decision(ignored="чат не подключён")


def test_a_bot_cannot_bind_a_chat() -> None:
    """T4."""
    assert typed("/код x", author=-55, code=CODE).ignored


def test_nothing_said_in_an_unbound_chat_names_a_resident() -> None:
    """I11."""
    for decision in (changed(ChatAction.BOT_INVITED), typed("/код x"), typed("/код x", code=CODE)):
        assert [send.appeal for send in sends(decision)] == [None]
        assert not of(Release, decision)


def test_after_a_message_from_a_chat_that_was_thought_lost_vk_is_asked_who_is_there() -> None:
    """What names the bot it sees without rights too, so the words prove nothing."""
    decision = decide(facts(chat=roads(lost=True)), wrote("обычный разговор", peer=ROADS_CHAT, author=OFFICIAL))
    assert decision.chat == roads(lost=True) and not decision.effects


def test_a_chat_with_a_new_title_is_looked_at_by_the_cur() -> None:
    """T4: somebody may have taken it over."""
    told = changed(ChatAction.TITLE_CHANGED, ROADS_CHAT, roads())
    assert "Чат «Министерство дорог» переименовали" in said(told, CUR_CHAT)
    for chat in (Chat(ROADS_CHAT), cur()):
        assert changed(ChatAction.TITLE_CHANGED, chat.peer, chat).ignored
    alone = ChatChanged(ROADS_CHAT, 1, OFFICIAL, NOW, ChatAction.TITLE_CHANGED)
    assert decide(facts(chat=roads(), chats={}), alone).ignored


def test_the_cur_hears_that_a_chat_has_lost_the_bot_once() -> None:
    """F16: what is there waits."""
    told = changed(ChatAction.BOT_REMOVED, ROADS_CHAT, roads())
    assert "Чат органа недоступен боту: Министерство дорог" in said(told, CUR_CHAT)
    for chat in (roads(lost=True), cur()):
        again = changed(ChatAction.BOT_REMOVED, chat.peer, chat)
        assert again.effects == (CancelTimer(RIGHTS_TIMER, chat.agency or ""),)


def test_what_a_found_chat_decides_about_another_is_kept() -> None:
    """The ЦУР's chat was thought lost, and pauses an agency by its first word."""
    lost = cur(lost=True)
    event = wrote("/пауза Миндор до завтра", peer=CUR_CHAT, author=OFFICIAL)
    decision = decide(facts(chat=lost, chats=CHATS | {CUR: lost}), event)
    assert decision.chat is not None and decision.chat.agency == "roads"
