"""Chats as such: bound by a code and by nothing else, told nothing before (I11, T4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.decide import decide
from handlers.text import texts_chat
from states.audit import AuditAction, AuditLine
from states.decision import Decision
from states.effects import Release
from states.events import ChatAction, ChatChanged
from states.people.chats import CODE_LOCK, CODE_TRIES, CUR, Chat, ChatCode
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


def test_a_chat_with_a_new_title_is_looked_at_by_the_cur() -> None:
    """T4: somebody may have taken it over."""
    told = changed(ChatAction.TITLE_CHANGED, ROADS_CHAT, roads())
    assert "Чат «Министерство дорог» переименовали" in said(told, CUR_CHAT)
    for chat in (Chat(ROADS_CHAT), cur()):
        assert changed(ChatAction.TITLE_CHANGED, chat.peer, chat).ignored
    alone = ChatChanged(ROADS_CHAT, 1, OFFICIAL, NOW, ChatAction.TITLE_CHANGED)
    assert decide(facts(chat=roads(), chats={}), alone).ignored


def test_what_a_found_chat_decides_about_another_is_kept() -> None:
    """The ЦУР's chat was thought lost, and pauses an agency by its first word."""
    lost = cur(lost=True)
    event = wrote("/пауза Миндор до завтра", peer=CUR_CHAT, author=OFFICIAL)
    decision = decide(facts(chat=lost, chats=CHATS | {CUR: lost}), event)
    assert decision.chat is not None and decision.chat.agency == "roads"
