"""Where an appeal goes: the chat the directory names, else the ЦУР, else it waits; its card always tells the state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.lifecycle.routing import EDITABLE, current, left_behind, refresh, route, told_where, untold
from handlers.text import texts
from handlers.text.parts import LIMIT, units
from states.effects import CancelSend, Edit, Kind, Send, Source, StartTimer
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.people.chats import CUR, Chat
from tests.handlers.given import (
    ANNA,
    CHATS,
    CUR_CHAT,
    PHOTO,
    ROADS_CHAT,
    SECRET_CHAT,
    appeal,
    cur,
    facts,
    in_cur,
    labels,
    roads,
)
from tests.small import NOW

FRESH = replace(appeal(status=Status.WAITING, version=1, chat=None, card=""), pieces=(Piece(3, "Снег", (PHOTO,)),))
HIDDEN = appeal(agency="secret", topic="fire", chat=SECRET_CHAT)


def card_of(effects: tuple[object, ...]) -> Send:
    found = [effect for effect in effects if isinstance(effect, Send)]
    assert [one.kind for one in found] == [Kind.CARD] * len(found)
    return found[0]


def edited(held: Appeal) -> Edit:
    (edit,) = refresh(facts(), held)
    assert isinstance(edit, Edit)
    return edit


def left(before: Appeal, after: Appeal) -> Edit:
    (edit,) = left_behind(facts(), before, after)
    assert isinstance(edit, Edit) and edit.target == before.card
    return edit


def test_a_card_is_known_by_its_place_among_the_cards_whatever_else_has_changed() -> None:
    """I7, F24: after a restore additions and clicks may come in another order; a card that is there stays the one."""
    first = route(facts(), FRESH, "roads", 0).appeal
    others = replace(first, version=first.version + 5)
    cards = [route(facts(), one, "roads", 0).appeal.card for one in (first, others)]
    assert cards[0] == cards[1] != first.card


def test_a_card_goes_to_the_chat_of_the_agency_with_the_originals() -> None:
    """R22, I2."""
    routed = route(facts(), FRESH, "roads", 0)
    card = card_of(routed.effects)
    assert (routed.appeal.status, routed.appeal.chat, routed.appeal.card) == (Status.ROUTED, ROADS_CHAT, card.cause)
    assert [entry.action for entry in routed.history] == [Action.ROUTE]
    assert (card.peer, card.forward, card.copy, card.report) == (ROADS_CHAT, Source(ANNA, (3,)), None, True)
    assert card.fallback == "Снег" and "\n\nСнег" not in card.text, "the words are seen in the original"
    assert labels(card) == ["Принять", "Ответить", "Не наше", "Ещё"]
    assert card.source == Source(ANNA, (3,)), "T27"


@pytest.mark.parametrize(
    "agency, chats, reason",
    [
        (None, CHATS, "Не нашли, кто отвечает за эту тему и место."),
        ("health", CHATS, "Чат органа не подключён: Министерство здоровья."),
        ("roads", CHATS | {"roads": roads(lost=True)}, "Чат органа недоступен боту: Министерство дорог."),
    ],
)
def test_without_a_working_chat_the_cur_gets_it_with_the_reason(agency: str | None, chats: dict, reason: str) -> None:
    """R22, F16."""
    routed = route(facts(chats=chats), FRESH, agency, 0)
    card = card_of(routed.effects)
    assert (routed.appeal.status, routed.appeal.chat, routed.appeal.agency) == (Status.WAITING, CUR_CHAT, agency)
    assert card.peer == CUR_CHAT and reason in card.text and labels(card) == ["Направить", "Принять", "Ответить", "Ещё"]
    assert routed.history == ()


def test_a_reason_of_its_own_is_told_instead_and_stays_on_the_card() -> None:
    routed = route(facts(), FRESH, None, 0, "Просили вручную")
    assert "Просили вручную" in card_of(routed.effects).text
    assert "Просили вручную" in edited(replace(routed.appeal, status=Status.IN_WORK)).text
    sent_on = route(facts(), routed.appeal, "roads", 0)
    assert "Просили вручную" not in card_of(sent_on.effects).text, "it was why the ЦУР had it"


def test_without_a_cur_it_waits() -> None:
    """F16."""
    for chats in ({}, {CUR: cur(lost=True)}):
        routed = route(facts(chats=chats), FRESH, None, 0)
        assert (routed.appeal.chat, routed.appeal.card) == (None, "")
        assert {type(effect) for effect in routed.effects} == {StartTimer}, "the ЦУР's clock runs all the same"


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.MERGED, Status.WITHDRAWN])
def test_what_may_not_be_routed_stays_as_it_is(status: Status) -> None:
    """R34."""
    held = replace(FRESH, status=status)
    assert route(facts(), held, "roads", 0).appeal == replace(held, agency="roads")
    assert route(facts(), held, "roads", 0).effects == ()


def test_an_anonymous_card_shows_words_and_files_but_not_who() -> None:
    """design.md §12, R21."""
    card = card_of(route(facts(), replace(FRESH, topic="fire"), "secret", 0).effects)
    assert card.peer == SECRET_CHAT and card.forward is None and card.copy == Source(ANNA, (3,))
    assert "Снег" in card.text and str(ANNA) not in card.text


def test_the_cur_sees_the_originals_of_an_anonymous_topic() -> None:
    card = card_of(route(facts(), replace(FRESH, topic="doctor"), "health", 0).effects)
    assert card.peer == CUR_CHAT and card.forward == Source(ANNA, (3,))


def test_a_reworded_piece_is_told_in_words_and_not_forwarded() -> None:
    """T18: the old text of that message must not be shown."""
    pieces = (Piece(3, "Снег"), Piece(4, "", (PHOTO,), reworded=True))
    card = card_of(route(facts(), replace(FRESH, pieces=pieces), "roads", 0).effects)
    assert card.forward == Source(ANNA, (3,)) and card.copy == Source(ANNA, (4,))


def test_one_card_for_each_time_it_changes_hands() -> None:
    """I2, I7."""
    first = route(facts(), FRESH, "roads", 0).appeal
    again = route(facts(), replace(first, status=Status.WAITING, version=5), "roads", 0).appeal
    assert first.card != again.card


# The card is renewed.


def test_an_old_card_that_has_not_left_never_does_once_it_is_sent_anew() -> None:
    """R36: it waits for a chat that is lost; the day that chat is back one card tells the state, all parts of it."""
    old = appeal(status=Status.ANSWERED, card_at=NOW - EDITABLE - timedelta(minutes=1), pieces=(Piece(3, "я" * 5000),))
    lost = {"roads": roads(lost=True)}
    renewed, effects = current(facts(chats=lost), old)
    cards = [effect.cause for effect in effects if isinstance(effect, Send)]
    assert cards == [renewed.card, f"{renewed.card}.1"] and renewed.card != old.card
    cancelled = [effect.cause for effect in effects if isinstance(effect, CancelSend)]
    assert cancelled == [old.card, f"{old.card}.1"], "nothing happens to what has left"
    young = replace(old, card_at=NOW)
    assert [type(one) for one in current(facts(chats=lost), young)[1]] == [Edit], "it follows the card"


def test_a_card_is_renewed_where_it_stands() -> None:
    edit = edited(appeal(status=Status.IN_WORK))
    assert (edit.peer, edit.target) == (ROADS_CHAT, appeal().card)
    assert "Состояние: в работе" in edit.text
    assert edit.keyboard is not None
    assert [one.label for one in edit.keyboard.rows[0]] == ["Ответить", "Промежуточный ответ"]


def test_the_card_of_the_cur_has_the_buttons_of_the_cur() -> None:
    keyboard = edited(in_cur()).keyboard
    assert keyboard is not None and [one.label for one in keyboard.rows[0]] == ["Направить", "Принять"]


@pytest.mark.parametrize(
    "after, where",
    [
        (in_cur(version=4), "Теперь в центре управления регионом"),
        (in_cur(version=4, status=Status.REOPENED, agency="roads"), "Теперь в центре управления регионом"),
        (appeal(version=4, agency="secret", chat=SECRET_CHAT, card="x"), "Передано: Служба доверия"),
        (appeal(version=4, status=Status.MERGED, chat=None, card="", incident="1124-BBBB"), "вместе с №1124-BBBB"),
    ],
)
def test_a_card_that_stays_behind_says_where_it_went_and_no_more(after: Appeal, where: str) -> None:
    """R22, R36: no state, which changes without it, no words of the resident and no buttons."""
    edit = left(appeal(), after)
    assert (edit.peer, edit.keyboard) == (ROADS_CHAT, None) and edit.text.endswith(f"{where}\n№1124-AAAA")
    assert "Состояние" not in edit.text and "Снег во дворе" not in edit.text and edit.fallback == ""


def test_the_cur_goes_on_reading_what_it_has_sent_on() -> None:
    """It may send it on once more from there."""
    edit = left(in_cur(), appeal())
    assert edit.keyboard is not None and [one.label for row in edit.keyboard.rows for one in row] == ["Ещё"]
    assert "Снег во дворе" not in edit.text and edit.fallback == "Снег во дворе", "the original stands below it"
    reworded = (Piece(3, "Снег во дворе", reworded=True),)
    assert "Снег во дворе" in left(in_cur(pieces=reworded), appeal(pieces=reworded)).text


def test_a_new_card_in_the_same_chat_is_pointed_to() -> None:
    edit = left(in_cur(), in_cur(card="x", version=2))
    assert edit.text.endswith("Новая карточка ниже\n№1124-AAAA") and edit.keyboard is None


@pytest.mark.parametrize("before", [appeal(chat=None), appeal(card=""), appeal(chat=77)])
def test_where_no_card_was_none_stays_behind(before: Appeal) -> None:
    assert left_behind(facts(), before, in_cur(version=4)) == ()


def test_a_card_that_has_not_left_never_comes_to_who_has_it_no_more() -> None:
    """I4, R22: with its further parts; the ЦУР may see what it once had."""
    before, unsent = appeal(), frozenset({appeal().card, f"{appeal().card}.1", "v1|101|card|9|other|0"})
    after = in_cur(version=4)
    cancelled = left_behind(facts(unsent=unsent), before, after)
    assert cancelled == (CancelSend(before.card), CancelSend(f"{before.card}.1"))
    for part_only in (frozenset({f"{before.card}.1"}), frozenset({"v1|101|card|9|other|0"})):
        assert [type(one) for one in left_behind(facts(unsent=part_only), before, after)] == [Edit]
    of_cur = left_behind(facts(unsent=frozenset({in_cur().card})), in_cur(), appeal(version=4, card="x"))
    assert [type(one) for one in of_cur] == [Edit]


def added(kind: str = "addition", who: int = ANNA) -> frozenset[str]:
    return frozenset({f"v1|101|{kind}|{who}|19|0", f"v1|101|{kind}|{who}|19|0.1"})


@pytest.mark.parametrize("kind", ["addition", "correction"])
@pytest.mark.parametrize("bound", [CHATS, {"cur": cur()}])
def test_what_was_added_and_not_read_yet_is_read_by_the_next_who_has_it(kind: str, bound: dict[str, Chat]) -> None:
    """I4, R22: it stands on the next card, also where the chat is bound no more (seed 17761)."""
    before, causes = appeal(), added(kind)
    unread = {before.code: causes, "1124-ZZZZ": frozenset({f"v1|101|{kind}|{ANNA}|9|0"})}
    cancelled = left_behind(facts(chats=bound, unread=unread), before, in_cur(version=4))
    assert [one for one in cancelled if isinstance(one, CancelSend)] == [CancelSend(cause) for cause in sorted(causes)]


def test_words_that_are_still_to_be_read_where_they_were_to_be() -> None:
    """In the same chat, and by the ЦУР."""
    unread = {appeal().code: added()}
    assert untold(facts(unread=unread), appeal(), appeal(card="x", version=3)) == ()
    assert untold(facts(unread=unread), in_cur(), appeal(version=4)) == ()


def test_the_present_card_is_not_left_behind() -> None:
    assert left_behind(facts(), appeal(), appeal(version=3)) == ()


@pytest.mark.parametrize("held", [appeal(chat=None), appeal(card="")])
def test_where_there_is_no_card_nothing_is_renewed(held: Appeal) -> None:
    assert refresh(facts(), held) == ()


def test_renewing_a_card_whose_originals_were_refused_keeps_the_words() -> None:
    """I2: the words stand in its text then (delivery.md §9); with the originals they are not said twice."""
    assert (edited(appeal()).fallback, "Снег во дворе" in edited(appeal()).text) == ("Снег во дворе", False)
    assert edited(HIDDEN).fallback == ""


@pytest.mark.parametrize("status", list(Status))
def test_renewing_an_anonymous_card_keeps_the_words_of_the_resident(status: Status) -> None:
    """An edit replaces the whole text: without the words the agency would have nothing to answer to."""
    assert "Снег во дворе" in edited(replace(HIDDEN, status=status)).text


def test_renewing_keeps_the_words_of_what_is_not_forwarded_and_repeats_no_other() -> None:
    pieces = (Piece(3, "Снег"), Piece(4, "Новые слова", (PHOTO,), reworded=True))
    assert "Новые слова" in edited(appeal(pieces=pieces)).text
    assert "Снег" not in edited(appeal(topic="odd")).text


def test_renewing_a_long_anonymous_card_fits_into_its_first_part() -> None:
    long = replace(HIDDEN, pieces=(Piece(3, "слово " * 2000),))
    assert units(edited(long).text) <= LIMIT


# Where it is, for the resident.


def test_the_resident_hears_who_has_it() -> None:
    """R36, R22."""
    here = facts()
    assert told_where(here, appeal()) == "Ответит Миндор."
    assert "центр управления регионом" in told_where(here, in_cur())
    assert "центр управления регионом" in told_where(here, in_cur(agency="roads")), "whoever should have had it"
    assert told_where(here, in_cur(chat=None)) == texts.WAITS
    assert told_where(facts(chats={"roads": roads()}), appeal()) == "Ответит Миндор."
