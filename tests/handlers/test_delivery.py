"""What became of what was sent is told truly, and nothing is sent elsewhere by guess (R36, F16, I4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.incidents import INCIDENTS_TIMER
from states.decision import Decision
from states.effects import CancelSend, Edit, Kind, StartTimer
from states.events import DeliveryOutcome, RoutesChanged
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, Status
from states.people.chats import CUR, Doubt
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    ended,
    facts,
    in_cur,
    of,
    roads,
    said,
    sends,
)
from tests.small import COMMUNITY, NOW

ANSWER = f"v1|{COMMUNITY}|answer|{ROADS_CHAT}|20|0"
NOTHING_MOVES = Decision(effects=(StartTimer(INCIDENTS_TIMER, INCIDENTS_TIMER, 0, NOW),))
"""Only who may read one answer is looked at anew (mixed.py)."""
OFFER = f"v1|{COMMUNITY}|offer|{ROADS_CHAT}|20|0"


def answered(outcome: DeliveryOutcome, held: Appeal | None = None, cause: str = ANSWER, **more: Any) -> Decision:
    return decide(facts(appeals=(held or appeal(),)), ended(cause, Kind.ANSWER, outcome, **more))


def lost(held: Appeal, cause: str, kind: Kind = Kind.CARD, **more: Any) -> Decision:
    known: dict[str, Any] = {"chat": roads(lost=True), "appeals": (held,)} | more
    peer = known["chat"].peer if known["chat"] else ROADS_CHAT
    return decide(facts(**known), ended(cause, kind, DeliveryOutcome.CHAT_LOST, peer=peer, code=917))


@pytest.mark.parametrize("cause", [ANSWER, f"{ANSWER}.2", f"{ANSWER}|d1", f"{ANSWER}.11|d3"])
def test_a_delivered_answer_is_told_under_it_and_moves_the_appeal(cause: str) -> None:
    """R36: whole, in parts or in a simpler form, it is the same line in the chat."""
    decision = answered(DeliveryOutcome.SENT, cause=cause)
    (moved,) = decision.appeals
    assert (moved.status, moved.answers, moved.version) == (Status.ANSWERED, 1, 3)
    assert [(entry.action, entry.actor) for entry in decision.history] == [(Action.ANSWER, 0)]
    line, card = of(Edit, decision)
    assert (line.peer, line.target) == (ROADS_CHAT, OFFER)
    assert line.text == "✓ Ответ по №1124-AAAA доставлен жителю в 14:00."
    assert card.target == appeal().card and "Состояние: есть ответ" in card.text
    assert not sends(decision), "the resident has the answer itself, and with it the question (R42)"


def test_a_second_answer_is_counted_too() -> None:
    """T18: a correction is a new answer."""
    decision = answered(DeliveryOutcome.SENT, appeal(status=Status.ANSWERED, answers=1))
    assert decision.appeals[0].answers == 2


def test_an_answer_that_lost_files_says_which() -> None:
    assert "Не удалось передать: видео." in of(Edit, answered(DeliveryOutcome.SENT, lost=("видео",)))[0].text


@pytest.mark.parametrize(
    "outcome, code, words",
    [
        (DeliveryOutcome.RECIPIENT_CLOSED, 901, "житель закрыл сообщения от сообщества"),
        (DeliveryOutcome.SET_ASIDE, 100, "ВКонтакте его не принял"),
        (DeliveryOutcome.CHAT_LOST, 917, "ВКонтакте его не принял"),
    ],
)
def test_an_answer_that_did_not_arrive_says_why_and_changes_nothing(
    outcome: DeliveryOutcome, code: int, words: str
) -> None:
    """The official sees why not (900, 901, 902 …)."""
    decision = answered(outcome, code=code)
    (line,) = of(Edit, decision)
    assert line.target == OFFER and line.text.startswith("✗") and words in line.text and f"(ошибка {code})" in line.text
    assert not decision.appeals


def test_each_fate_of_one_answer_is_a_line_of_its_own() -> None:
    """I7: first parked, later delivered."""
    closed = of(Edit, answered(DeliveryOutcome.RECIPIENT_CLOSED))[0].cause
    at_last = of(Edit, answered(DeliveryOutcome.SENT, at=NOW + timedelta(hours=1)))[0].cause
    assert closed != at_last


def test_an_answer_to_a_withdrawn_appeal_reopens_nothing() -> None:
    """R34."""
    decision = answered(DeliveryOutcome.SENT, appeal(status=Status.WITHDRAWN))
    assert not decision.appeals and len(of(Edit, decision)) == 1


@pytest.mark.parametrize("cause", ["v0", "v1|101|answer|не число|20|0"])
def test_a_cause_without_a_chat_is_no_failure(cause: str) -> None:
    """No line in a chat can tell of it, so the ЦУР hears."""
    decision = answered(DeliveryOutcome.RECIPIENT_CLOSED, cause=cause)
    (told,) = decision.effects
    assert told.peer == CUR_CHAT and "Не доставлен ответ по №1124-AAAA" in told.text


def test_a_report_about_an_appeal_that_is_not_there_is_ignored() -> None:
    """I1."""
    assert decide(facts(), ended(ANSWER, Kind.ANSWER)) == Decision(ignored="сообщения с таким номером нет")


def test_a_card_that_arrived_needs_nothing_and_lost_files_are_told_to_the_resident() -> None:
    here = facts(appeals=(appeal(),))
    assert decide(here, ended(appeal().card, Kind.CARD)).ignored == "доставлено"
    told = decide(here, ended(appeal().card, Kind.CARD, lost=("видео", "ещё файлов: 2")))
    assert said(told) == "№1124-AAAA: Не удалось передать: видео, ещё файлов: 2."


# A chat that lost the bot.


def test_a_card_that_no_chat_takes_goes_to_the_cur_with_the_reason() -> None:
    """delivery.md §9, F16: told, never re-routed by guess; nothing before it is known that the chat is lost."""
    assert lost(appeal(), appeal().card, chat=roads()).ignored == "ещё неизвестно, потерян ли чат"
    decision = lost(appeal(), appeal().card)
    (waiting,) = decision.appeals
    assert (waiting.status, waiting.chat, waiting.by_hand) == (Status.WAITING, CUR_CHAT, False)
    assert [entry.action for entry in decision.history] == [Action.CHAT_LOST]
    assert "Чат органа недоступен боту: Министерство дорог" in said(decision, CUR_CHAT)
    assert "центр управления регионом" in said(decision)
    assert not sends(decision, ROADS_CHAT)


def test_a_card_that_a_chat_shown_by_vk_does_not_take_is_routed_there_by_people_only() -> None:
    """Whatever it takes next, this card would be refused again each time the chat is found."""
    mute = roads(lost=True, doubt=Doubt(NOW, failed=2, refused=True, mute=True))
    decision = lost(appeal(), appeal().card, chat=mute)
    (waiting,) = decision.appeals
    assert waiting.by_hand and "не принял карточку: Министерство дорог" in said(decision, CUR_CHAT)


@pytest.mark.parametrize("form", ["", "|d1"])
def test_of_a_long_card_that_no_chat_takes_no_part_is_sent_later(form: str) -> None:
    """I4: when the chat comes back, what was parked is released; a part of this card must not be among it."""
    card = appeal().card
    decision = lost(appeal(), f"{card}.2{form}")
    assert {effect.cause for effect in of(CancelSend, decision)} >= {card, f"{card}.1", f"{card}.2"}


def test_what_was_added_waits_in_no_chat_that_has_the_appeal_no_more() -> None:
    """I4, seed 17761: in one that is lost, in one that is bound no more."""
    more = f"v1|{COMMUNITY}|addition|{ANNA}|12|0"
    unread = {appeal().code: frozenset({more})}
    assert CancelSend(more) in lost(appeal(), appeal().card, unread=unread).effects
    assert CancelSend(more) in routes(appeal(chat=77), unread=unread).effects


@pytest.mark.parametrize(
    "held, cause, kind",
    [
        (appeal(), f"v1|{COMMUNITY}|addition|{ANNA}|12|0", Kind.ADDITION),
        (appeal(), f"v1|{COMMUNITY}|card|{ANNA}|3.roads|1", Kind.CARD),
        (in_cur(), appeal().card, Kind.CARD),
        (appeal(status=Status.ANSWERED), appeal().card, Kind.CARD),
    ],
    ids=["an addition", "an older card", "moved on meanwhile", "answered meanwhile"],
)
def test_only_the_present_card_moves_the_appeal(held: Appeal, cause: str, kind: Kind) -> None:
    """R34: what is parked waits for the chat."""
    decision = lost(held, cause, kind)
    assert decision.ignored and not decision.appeals and not decision.effects


def test_the_appeals_of_a_lost_cur_stay_with_it() -> None:
    assert lost(in_cur(), in_cur().card, chat=cur(lost=True)).ignored == "это подождёт в чате"


def test_of_a_chat_nobody_knows_any_more_nothing_follows() -> None:
    assert lost(appeal(), appeal().card, chat=None).ignored


# What a chat may not have seen.


def unseen(held: Appeal, cause: str, kind: Kind = Kind.CARD, peer: int = ROADS_CHAT, **more: Any) -> Decision:
    known: dict[str, Any] = {"appeals": (held,)} | more
    return decide(facts(**known), ended(cause, kind, DeliveryOutcome.SET_ASIDE, peer=peer, code=100))


@pytest.mark.parametrize("form", ["", "|d1", ".1"])
def test_a_card_that_vk_shows_to_nobody_is_decided_by_the_cur(form: str) -> None:
    """F16, Q2, seed 27583: it may stand there, so it is not said again by itself, not even when routes change."""
    card = appeal().card
    decision = unseen(appeal(), f"{card}{form}", unsent=frozenset({f"{card}.2", "v1|101|other|5|3|0"}))
    (waiting,) = decision.appeals
    assert decision.chat is None, "the chat itself is not lost"
    assert (waiting.status, waiting.chat, waiting.by_hand) == (Status.WAITING, CUR_CHAT, True)
    assert routes(waiting) == NOTHING_MOVES
    assert [entry.action for entry in decision.history] == [Action.CHAT_LOST]
    assert "Не видно, дошла ли карточка до чата органа: Министерство дорог" in said(decision, CUR_CHAT)
    assert "центр управления регионом" in said(decision)
    assert of(CancelSend, decision) == [CancelSend(f"{card}.2")], "I4: no further part of it leaves"
    assert [effect.target for effect in of(Edit, decision)] == [card], (
        "where a first part is there, it says where it went"
    )
    assert not sends(decision, ROADS_CHAT)


@pytest.mark.parametrize(
    ("held", "cause", "kind", "peer", "text"),
    [
        (in_cur(), in_cur().card, Kind.CARD, CUR_CHAT, "Карточку №1124-AAAA бот в этом чате не видит"),
        (appeal(), "v1|101|addition|5|12|0", Kind.ADDITION, ROADS_CHAT, "Не видно, дошло ли до чата то, что житель"),
    ],
)
def test_of_the_curs_own_card_and_of_what_was_added_it_reads_a_line(
    held: Appeal, cause: str, kind: Kind, peer: int, text: str
) -> None:
    decision = unseen(held, cause, kind, peer)
    (line,) = decision.effects
    assert not decision.appeals and (line.peer, line.appeal) == (CUR_CHAT, "1124-AAAA") and text in line.text
    assert not unseen(held, cause, kind, peer, chats={"roads": roads(), CUR: cur(lost=True)}).effects


@pytest.mark.parametrize(
    ("held", "cause"),
    [
        (appeal(), f"v1|{COMMUNITY}|card|{ANNA}|3.roads|1"),
        (appeal(status=Status.ANSWERED), appeal().card),
        (appeal(status=Status.WITHDRAWN), appeal().card),
        (appeal(status=Status.REOPENED), appeal().card),
    ],
    ids=["an older card", "answered", "withdrawn", "back with the ЦУР"],
)
def test_a_card_that_nobody_needs_any_more_troubles_nobody(held: Appeal, cause: str) -> None:
    assert not unseen(held, cause).effects and unseen(held, cause).ignored


# Routes changed.


def routes(*waiting: Appeal, **more: Any) -> Decision:
    return decide(facts(waiting=waiting, **more), RoutesChanged(ROADS_CHAT, NOW))


def test_nothing_waits() -> None:
    """I1."""
    assert routes() == NOTHING_MOVES
    assert routes(in_cur(), in_cur(topic="snow", by_hand=True)) == NOTHING_MOVES


def test_what_waited_for_its_agency_goes_there_and_the_old_card_is_closed() -> None:
    """R36: the resident hears where it is."""
    decision = routes(in_cur(topic="snow", agency="roads"))
    (moved,) = decision.appeals
    assert (moved.status, moved.agency, moved.chat, moved.version) == (Status.ROUTED, "roads", ROADS_CHAT, 2)
    assert [(entry.action, entry.version, entry.actor) for entry in decision.history] == [(Action.ROUTE, 2, 0)]
    assert said(decision) == "Ответит Миндор завтра до 13:00.\nСообщение №1124-AAAA"
    (closed,) = of(Edit, decision)
    assert (closed.peer, closed.target) == (CUR_CHAT, in_cur().card)
    assert [send.kind for send in sends(decision, ROADS_CHAT)] == [Kind.CARD]


def test_a_route_that_the_directory_names_now_is_followed() -> None:
    decision = routes(in_cur(topic="snow", agency=None, chat=None, card=""))
    assert decision.appeals[0].agency == "roads" and not of(Edit, decision)


def test_what_no_chat_held_goes_at_least_to_the_cur() -> None:
    decision = routes(in_cur(chat=None, card=""))
    (moved,) = decision.appeals
    assert (moved.status, moved.chat, moved.version) == (Status.WAITING, CUR_CHAT, 2)
    assert "Не нашли, кто отвечает" in said(decision, CUR_CHAT)
    assert "центр управления регионом" in said(decision)


def test_without_a_cur_it_goes_on_waiting() -> None:
    nobody = {"roads": roads(lost=True), CUR: cur(lost=True)}
    assert routes(in_cur(topic="snow", agency="roads", chat=None, card=""), chats=nobody) == NOTHING_MOVES


def test_a_card_of_a_lost_cur_is_left_behind_too() -> None:
    decision = routes(in_cur(topic="snow", agency="roads"), chats={"roads": roads(), CUR: cur(lost=True)})
    assert decision.appeals[0].chat == ROADS_CHAT
    assert [effect.peer for effect in of(Edit, decision)] == [CUR_CHAT], (
        "it waits there until the chat takes the bot back"
    )


@pytest.mark.parametrize("agency", [None, "roads"])
def test_a_returned_appeal_is_never_routed_by_itself(agency: str | None) -> None:
    """R37: only a person routes it on, even where its agency's chat works; one change, one version (I6)."""
    decision = routes(in_cur(topic="snow", agency=agency, by_hand=True, chat=None, card=""))
    (moved,) = decision.appeals
    assert (moved.status, moved.chat, moved.version) == (Status.WAITING, CUR_CHAT, 2)
    assert not sends(decision, ROADS_CHAT)


def test_many_are_moved_at_once_with_causes_of_their_own() -> None:
    """I7."""
    waiting = [
        in_cur(code=f"1124-AAA{n}", resident=1001 + n, source=3 + n, topic="snow", agency="roads", card=f"card{n}")
        for n in range(5)
    ]
    decision = routes(*waiting)
    causes = [send.cause for send in (*sends(decision), *of(Edit, decision))]
    assert len(decision.appeals) == 5 and len(set(causes)) == len(causes)


def test_without_a_cur_nobody_but_the_chat_hears_what_did_not_arrive() -> None:
    here = facts(appeals=(appeal(),), chats={"roads": roads()})
    decision = decide(here, ended(ANSWER, Kind.ANSWER, DeliveryOutcome.RECIPIENT_CLOSED))
    assert [type(effect) for effect in decision.effects] == [Edit]


@pytest.mark.parametrize("status", [Status.ROUTED, Status.IN_WORK, Status.ASKED, Status.INTERIM, Status.APPROVAL])
def test_an_agency_with_a_new_chat_finds_its_open_messages_there(status: Status) -> None:
    """Nothing has moved, so nobody is told; the clock runs on."""
    decision = routes(appeal(status=status, chat=77))
    (moved,) = decision.appeals
    assert (moved.status, moved.chat, moved.version) == (status, ROADS_CHAT, 3) and not decision.history
    (card,) = sends(decision)
    assert (card.peer, card.cause) == (ROADS_CHAT, moved.card)


def test_without_a_chat_of_its_own_the_cur_gets_it() -> None:
    assert routes(appeal(status=Status.IN_WORK, chat=77, agency=None)).appeals[0].chat == CUR_CHAT
    nobody = {"roads": roads(lost=True), CUR: cur(lost=True)}
    assert routes(appeal(status=Status.IN_WORK, chat=77), chats=nobody) == NOTHING_MOVES


def test_what_is_where_it_should_be_stays() -> None:
    assert routes(appeal(status=Status.IN_WORK)) == NOTHING_MOVES


def test_what_waited_in_the_old_chat_of_the_cur_waits_in_the_new_one_for_the_same_reason() -> None:
    """R37, R42."""
    waits = in_cur(chat=77, by_hand=True, why="Похоже на сообщение о преступлении: решает ЦУР.")
    decision = routes(waits)
    assert decision.appeals[0].chat == CUR_CHAT and "Похоже на сообщение о преступлении" in said(decision, CUR_CHAT)
    opened = routes(in_cur(chat=None, card="", status=Status.REOPENED, by_hand=True))
    assert opened.appeals[0].chat == CUR_CHAT


@pytest.mark.parametrize("action, after", [(Action.ASK, Status.ASKED), (Action.ANSWER, Status.ANSWERED)])
def test_what_vk_refused_and_had_all_the_same_does_what_it_was_meant_to(action: Action, after: Status) -> None:
    """delivery.md §9: a fact is a fact, even one that comes late; a question never becomes an answer by it."""
    held = appeal(status=Status.IN_WORK, held=(Held(ANSWER, action, OFFICIAL, NOW, ROADS_CHAT, 20, "Где?"),))
    (refused,) = answered(DeliveryOutcome.SET_ASIDE, held, code=100).appeals
    assert refused.status is Status.IN_WORK and refused.held[0].refused and not refused.leaving
    (late,) = answered(DeliveryOutcome.SENT, refused).appeals
    assert late.status is after and late.held == ()
