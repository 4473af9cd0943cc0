"""What officials do at once: taking, giving back, closing; each tells the resident once (R36, R37)."""

from __future__ import annotations

from datetime import timedelta

from handlers.text import actions, texts_chat
from states.effects import CancelTimer, Edit, Send
from states.lifecycle.appeal import Action, Status
from states.people.chats import CUR
from tests.handlers.given import ANNA, CUR_CHAT, OFFICIAL, ROADS_CHAT, appeal, cur, in_cur, of, roads, said, sends
from tests.handlers.in_chat import CODE, given_back, pick, press, say, snack, task_of, the
from tests.small import NOW


def test_taken_to_work_the_resident_hears_by_whom() -> None:
    decision = press(actions.ACCEPT)
    after = the(decision)
    assert (after.status, after.worker) == (Status.IN_WORK, OFFICIAL)
    assert "Министерство дорог" in said(decision) and snack(decision) == texts_chat.TAKEN
    (card,) = of(Edit, decision)
    assert "Состояние: в работе" in card.text
    by_cur = press(actions.ACCEPT, held=in_cur(agency="roads"), chat=cur())
    assert "Центр управления регионом" in said(by_cur)


def test_a_card_of_more_than_a_day_is_sent_anew() -> None:
    """vk-api.md §6.1: VK does not let us edit it any more (909)."""
    old = appeal(card_at=NOW - timedelta(hours=25))
    decision = press(actions.ACCEPT, held=old)
    (card,) = sends(decision, ROADS_CHAT)
    assert "Состояние: в работе" in card.text and the(decision).card == card.cause != old.card
    assert not of(Edit, decision) and the(decision).card_at == NOW


def test_in_a_chat_that_was_lost_the_card_waits_for_its_return() -> None:
    """F16: what comes back with the bot must be true then."""
    old = appeal(card_at=NOW - timedelta(hours=25))
    lost = {"roads": roads(lost=True), CUR: cur()}
    assert sends(press(actions.ACCEPT, held=old, chat=roads(lost=True), chats=lost), ROADS_CHAT)


def test_pressed_twice_nothing_changes() -> None:
    decision = press(actions.ACCEPT, held=appeal(status=Status.IN_WORK))
    assert not decision.appeals and "в работе" in snack(decision)


def test_what_is_answered_is_not_given_back() -> None:
    decision = say("/не наше", appeal(status=Status.ANSWERED))
    assert not decision.appeals and "Сейчас так сделать нельзя: есть ответ" in said(decision, ROADS_CHAT)


def test_closed_after_an_answer_nothing_more_is_waited_for() -> None:
    decision = press(actions.CLOSE, held=appeal(status=Status.ANSWERED))
    assert the(decision).status is Status.CLOSED and snack(decision) == texts_chat.CLOSED
    assert CancelTimer("expire", CODE) in decision.effects
    assert [entry.action for entry in decision.history] == [Action.CLOSE]


def test_not_ours_tells_the_resident_once() -> None:
    """R36, R37."""
    begun = press(actions.NOT_OURS)
    assert not sends(begun, ANNA)
    decision = given_back(pick("whom cur", the(begun), replied=task_of(begun).prompt))
    told = [effect for effect in decision.effects if isinstance(effect, Send) and effect.peer == ANNA]
    assert len(told) == 1 and "центр управления регионом" in told[0].text
    assert "Вернули как «не наше»: Министерство дорог." in said(decision, CUR_CHAT)
