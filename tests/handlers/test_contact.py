"""Who wrote and what the card hides: to one official who asks, in a line only he sees, and logged (R21, R24, T22)."""

from __future__ import annotations

from handlers.decide import decide
from handlers.lifecycle.routing import card_and_words
from handlers.official.contact import SNACKBAR, profile
from handlers.text import actions
from states.audit import AuditAction, AuditLine
from states.decision import Decision
from states.effects import AnswerButton
from states.lifecycle.appeal import Appeal, Piece
from tests.handlers.given import ANNA, CUR_CHAT, OFFICIAL, SECRET_CHAT, appeal, cur, facts, of, pushed, roads, sends

CALL = appeal(pieces=(Piece(3, "Снег, звоните 8 912 345-67-89"),), address="ул. Мира, 1, тел. 8 912 345-67-80")


def asks(held: Appeal = CALL, **more: object) -> Decision:
    known = facts(chat=more.pop("chat", roads()), linked=held)  # type: ignore[arg-type]
    return decide(known, pushed(actions.CONTACT, held.code, **more))


def seen(decision: Decision) -> str:
    (answer,) = of(AnswerButton, decision)
    return str(answer.text)


def test_neither_profile_nor_phone_stands_on_a_card_or_under_it() -> None:
    """R21, T12: also not in what is said where the original cannot be forwarded."""
    for hidden in (True, False):
        shown, _ = card_and_words(facts(), CALL, hidden=hidden)
        assert str(ANNA) not in shown and "912" not in shown and "скрыт" in shown


def test_who_asks_sees_it_alone_and_it_is_logged_by_name_of_the_appeal() -> None:
    """R21, R24: nothing is sent to the chat, where others would read it."""
    decision = asks()
    assert f"vk.com/id{ANNA}" in seen(decision) and "8 912 345-67-89" in seen(decision)
    assert len(seen(decision)) <= SNACKBAR and not sends(decision)
    assert decision.audit == (AuditLine(OFFICIAL, AuditAction.SHOWED_CONTACT, CALL.code, "numbers"),)


def test_the_log_holds_what_kind_was_shown_and_not_the_thing() -> None:
    """R18, T22."""
    assert asks(appeal()).audit[0].detail == "profile"
    assert "912" not in repr(asks().audit)


def test_another_chat_is_shown_nothing_and_nothing_is_logged() -> None:
    """R22, R24."""
    decision = asks(appeal(chat=SECRET_CHAT))
    assert "vk.com" not in seen(decision) and not decision.audit
    allowed = asks(chat=cur(), peer=CUR_CHAT)
    assert "vk.com" in seen(allowed), "the ЦУР may"


def test_a_long_list_of_numbers_is_cut_where_vk_cuts() -> None:
    many = " ".join(f"8 912 345-67-{number}" for number in range(10, 30))
    decision = asks(appeal(pieces=(Piece(3, many),)))
    assert len(seen(decision)) == SNACKBAR and seen(decision).endswith("…") and decision.audit


def test_the_panel_opens_the_page_of_the_author() -> None:
    assert profile(appeal()) == f"https://vk.com/id{ANNA}"
