"""Every action of the chats in the panel, each with everything said at once; notes and contacts (R21, R24, R31–R41)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.official import contact
from handlers.official.panel import LONGEST_NOTE
from handlers.text import texts_chat, texts_panel
from states.audit import AuditAction, AuditLine
from states.cause import Cause
from states.decision import Decision
from states.dialogue import Dialogue
from states.effects import CancelSend, Kind, Send
from states.events import Did, PanelActed
from states.lifecycle.answers import Approval
from states.lifecycle.appeal import REMARKS, Action, Appeal, History, Remark, Status
from states.people.chats import Chat
from tests.handlers.given import ANNA, CUR_CHAT, OFFICIAL, ROADS_CHAT, appeal, cur, facts, in_cur, of, roads, said
from tests.handlers.in_chat import COLLEAGUE, RICH, STRICT, TEAM, press, say
from tests.small import COMMUNITY, NOW

CODE = "1124-AAAA"
FACTS = ("directory", "unsent", "theirs", "appeals", "leads", "members")
WORK = appeal(status=Status.IN_WORK)
SOON = NOW + timedelta(days=3)
DRAFT = Approval(COLLEAGUE, NOW, ROADS_CHAT, 20, Action.ANSWER, "Почистили", number=3)
WAITS = appeal(status=Status.APPROVAL, version=3, approval=DRAFT)


def acted(did: Did, one: Appeal = WORK, chat: Chat | None = None, **more: Any) -> Decision:
    known: dict[str, Any] = {"directory": RICH, "appeals": (one,), "officials": TEAM}
    known |= {
        name: more.pop(name)
        for name in ("directory", "unsent", "theirs", "appeals", "leads", "members")
        if name in more
    }
    here = chat or roads()
    return decide(facts(chat=here, linked=one, **known), PanelActed(here.peer, OFFICIAL, one.code, did, NOW, **more))


def words_to(decision: Decision, resident: int = ANNA) -> str:
    return "\n".join(one.text for one in of(Send, decision) if one.peer == resident and one.kind is Kind.ANSWER)


@pytest.mark.parametrize(
    ("did", "more", "words"),
    [
        (Did.POSTPONE, {"whom": "check", "until": SOON}, "проверк"),
        (Did.POSTPONE, {"text": "Ждём кран", "until": SOON}, "Ждём кран"),
        (Did.DECLINE, {"whom": "unreadable"}, "не"),
        (Did.OUTSIDE, {"whom": "rail"}, "8 800 000-00-00"),
        (Did.TEMPLATE, {"whom": "Почистим", "until": SOON}, "почистят 27 ноября"),
        (Did.TEMPLATE, {"whom": "Не сейчас", "text": "мороз"}, "Сейчас нельзя: мороз"),
    ],
)
def test_words_that_leave_by_a_form(did: Did, more: dict[str, Any], words: str) -> None:
    decision = acted(did, **more)
    assert words in words_to(decision) and not decision.ignored
    assert "|task|" not in "".join(one.cause for one in of(Send, decision)), "nothing is asked in the chat"


@pytest.mark.parametrize(
    ("did", "more", "why"),
    [
        (Did.POSTPONE, {"whom": "check"}, texts_panel.NO_DAY),
        (Did.POSTPONE, {"until": SOON}, texts_panel.NO_REASON),
        (Did.POSTPONE, {"whom": "check", "until": NOW - timedelta(days=2)}, texts_chat.DATE_PAST),
        (Did.INTERIM, {"text": "Сделаем", "until": NOW + timedelta(days=900)}, texts_chat.DATE_TOO_FAR),
        (Did.DECLINE, {"whom": "outside"}, texts_panel.NO_CHOICE),
        (Did.OUTSIDE, {"whom": "nobody"}, texts_panel.NO_CHOICE),
        (Did.TEMPLATE, {"whom": "Нет такого"}, texts_panel.NO_CHOICE),
        (Did.TEMPLATE, {"whom": "Почистим"}, texts_panel.NO_DAY),
        (Did.NOT_OURS, {"whom": "roads"}, texts_chat.GAVE_IT_BACK),
        (Did.NOT_OURS, {"whom": "nobody"}, texts_panel.NO_CHOICE),
        (Did.REPEAT, {"whom": "1124-BBBB"}, texts_chat.BUTTON_STALE),
        (Did.APPROVE, {"whom": "3"}, texts_chat.NOTHING_TO_APPROVE),
        (Did.SEND_BACK, {"whom": "3"}, texts_chat.NOTHING_TO_APPROVE),
        (Did.UNDO, {"whom": "что-то"}, texts_chat.TOO_LATE),
        (Did.SEPARATE, {}, texts_chat.NOT_MERGED),
        (Did.NOTE, {"text": " "}, texts_panel.NO_NOTE),
        (Did.NOTE, {"text": "я" * (LONGEST_NOTE + 1)}, texts_panel.LONG_NOTE),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_not_asked_for(did: Did, more: dict[str, Any], why: str) -> None:
    decision = acted(did, **more)
    assert decision.ignored is not None and not decision.effects
    assert decision.ignored.startswith(why.partition("{")[0])


@pytest.mark.parametrize("did", [Did.ASSIGN, Did.MERGE])
def test_a_choice_that_was_left_empty(did: Did) -> None:
    decision = acted(did, in_cur(), cur())
    assert decision.ignored in (texts_panel.NO_CHOICE, texts_panel.NO_NUMBER)


def test_not_ours_can_be_taken_back_in_the_chat() -> None:
    """R37: it goes when the time to undo is over, as from the chat."""
    decision = acted(Did.NOT_OURS)
    (kept,) = decision.appeals
    assert kept.status is Status.IN_WORK and kept.tasks[0].due is not None
    assert "Отменить" in [
        one.label for send in of(Send, decision) if send.keyboard for row in send.keyboard.rows for one in row
    ]
    (named,) = acted(Did.NOT_OURS, whom="miass-gorod").appeals
    assert named.tasks[0].whom == "miass-gorod"


def test_a_second_person_agrees_or_sends_back() -> None:
    """R39."""
    assert "Почистили" in words_to(acted(Did.APPROVE, WAITS, whom="3", directory=STRICT))
    (back,) = acted(Did.SEND_BACK, WAITS, whom="3", directory=STRICT).appeals
    assert back.approval is None and back.status is Status.IN_WORK


def test_what_waits_can_be_taken_back() -> None:
    held = acted(Did.ANSWER, text="Почистили").appeals[0]
    (words,) = held.held
    decision = acted(Did.UNDO, held, whom=words.cause, unsent=frozenset({words.cause}))
    assert not decision.appeals[0].held and of(CancelSend, decision)


def test_closed_after_an_answer_without_a_reason() -> None:
    (closed,) = acted(Did.CLOSE, appeal(status=Status.ANSWERED)).appeals
    assert closed.status is Status.CLOSED


def test_of_the_control_centre() -> None:
    """R32, T9: a repeat, news to everybody of an incident, one taken out of it, an author blocked and let in again."""
    earlier = appeal(code="1120-BBBB", status=Status.CLOSED, source=1)
    repeat = acted(Did.REPEAT, in_cur(), cur(), whom="№1120-BBBB ".upper(), appeals=(in_cur(), earlier))
    assert repeat.appeals[0].repeat_of == earlier.code
    lead = appeal(status=Status.IN_WORK, incident=CODE)
    member = appeal(code="1124-BBBB", resident=1002, source=9, status=Status.MERGED, incident=CODE, chat=None)
    told = acted(Did.BROADCAST, lead, cur(), text="Едем", members=(member,))
    assert "Едем" in words_to(told) and "Едем" in words_to(told, 1002)
    apart = acted(Did.SEPARATE, member, cur(), leads={CODE: lead}, appeals=(member,))
    assert apart.appeals[0].status is Status.WAITING
    known = Dialogue(ANNA, consent="hash")
    blocked = acted(Did.BLOCK, in_cur(), cur(), until=NOW + timedelta(days=7), theirs=known)
    assert blocked.dialogue is not None and blocked.dialogue.blocked_until is not None
    assert blocked.dialogue.consent == "hash", "nothing else of the resident is touched"
    free = acted(Did.UNBLOCK, in_cur(), cur(), theirs=blocked.dialogue)
    assert free.dialogue is not None and free.dialogue.blocked_until is None
    assert acted(Did.BLOCK, until=SOON).ignored and acted(Did.UNBLOCK).ignored, "an agency blocks nobody"


def test_two_messages_of_two_people_are_joined() -> None:
    other = in_cur(code="1124-BBBB", resident=1002, source=9)
    decision = acted(Did.MERGE, in_cur(), cur(), whom=other.code, appeals=(in_cur(), other))
    assert {one.code: one.status for one in decision.appeals} == {CODE: Status.MERGED, other.code: Status.WAITING}


def test_a_note_is_kept_logged_and_never_said_to_the_resident() -> None:
    decision = acted(Did.NOTE, text="Звонили подрядчику\u202e, будет в среду")
    (kept,) = decision.appeals
    assert kept.remarks == (Remark(NOW, OFFICIAL, "Звонили подрядчику, будет в среду"),)
    assert kept.version == WORK.version + 1 and not decision.effects and not decision.history
    assert decision.audit == (AuditLine(OFFICIAL, AuditAction.NOTED, CODE),)
    full = replace(WORK, remarks=kept.remarks * REMARKS)
    assert acted(Did.NOTE, full, text="ещё").ignored == texts_panel.MANY_NOTES


def test_the_history_in_the_chat_has_the_notes() -> None:
    noted = replace(WORK, remarks=(Remark(NOW + timedelta(hours=1), COLLEAGUE, "Ждём [id1|кран], тел. 89001234567"),))
    line = History(CODE, 1, NOW, 0, Action.SUBMIT, None, Status.WAITING)
    later = History(CODE, 2, NOW + timedelta(hours=2), 0, Action.ROUTE, Status.WAITING, Status.ROUTED)
    told = said(say("/история", noted, history=(line, later), officials=TEAM), ROADS_CHAT)
    assert told.index("отправлено") < told.index("заметка, [id5002|Иван]: «Ждём (кран)") < told.index("направлено")
    assert "89001234567" not in told, "T12"


def test_who_wrote_is_told_by_an_audit_line() -> None:
    """R21."""
    decision = acted(Did.CONTACT)
    assert decision.audit == (AuditLine(OFFICIAL, AuditAction.SHOWED_CONTACT, CODE, "profile"),)
    assert not decision.effects and decision.ignored is None
    assert contact.profile(WORK) == f"https://vk.com/id{ANNA}", "where the panel's link leads"
    assert press("who", CODE, WORK).effects and CUR_CHAT != ROADS_CHAT


def test_words_on_their_way_of_another_chat_stay() -> None:
    """T3."""
    cause = str(Cause(COMMUNITY, "answer", CUR_CHAT, "5"))
    assert acted(Did.UNDO, whom=cause, unsent=frozenset({cause})).ignored == texts_chat.TOO_LATE
