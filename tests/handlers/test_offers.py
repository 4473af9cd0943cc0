"""Offered once before any question: to open an answered message again, and who answers outside the region."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.resident.floods import MOST_LETTERS
from handlers.text import actions, texts
from states.decision import Decision
from states.dialogue import AskingText, ChoosingGroup, ChoosingTopic, Dialogue, Draft, Idle, ShowingAppeal
from states.directory import Outside
from states.events import TimerFired
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from tests.handlers.given import ANNA, CUR_CHAT, appeal, dialogue, facts, labels, said, sends, tapped, wrote
from tests.small import NOW, REGION

SFR = Outside("sfr", "Социальный фонд", "8 800 100-00-01.", words=("сфр", "социальный_фонд"))
WITH_SFR = replace(REGION, outside=(SFR,))


def told(text: str, **more: Any) -> Draft:
    return Draft((Piece(10, text),), **more)


def pauses(draft: Draft, **more: Any) -> Decision:
    known = {"directory": WITH_SFR} | more
    return decide(facts(dialogue(AskingText(), draft), **known), TimerFired("pause", str(ANNA), ANNA, NOW))


def talk(decision: Decision) -> Dialogue:
    assert decision.dialogue is not None
    return decision.dialogue


def answered(**more: Any) -> Appeal:
    at = NOW - timedelta(days=3)
    return appeal(**{"status": Status.ANSWERED, "answered_at": at, "first_answer_at": at} | more)


def test_who_answers_outside_is_named_before_anything_is_asked() -> None:
    decision = pauses(told("СФР не перечислил пенсию"))
    (offer,) = sends(decision, ANNA)
    assert offer.text == "Похоже, это не к нам. Социальный фонд: 8 800 100-00-01.\n\nПередать туда мы не можем."
    assert labels(offer) == ["Всё равно написать нам", "Отмена"]
    assert talk(decision).step == AskingText() and talk(decision).draft.pieces
    on = decide(facts(decision.dialogue, directory=WITH_SFR), tapped(actions.WRITE, cmid=11))
    assert talk(on).step == ChoosingGroup() and talk(on).draft.text == "СФР не перечислил пенсию"


def test_it_is_said_once_also_where_more_is_written() -> None:
    first = talk(pauses(told("СФР не перечислил пенсию")))
    more = decide(facts(first, directory=WITH_SFR), wrote("уже два месяца", 11))
    assert "Похоже, это не к нам" not in said(pauses(talk(more).draft))


@pytest.mark.parametrize(
    "draft",
    [told("Яма"), told("СФР молчит", named="roads"), told("СФР", warned=True), told("СФР", offered=True), Draft()],
)
def test_nobody_outside_where_nobody_is_meant(draft: Draft) -> None:
    """Whom the resident has chosen, and where there is danger, nothing is put before the message."""
    assert "не к нам" not in said(pauses(draft))


@pytest.mark.parametrize("text", ["Так и не сделали", "опять не чистят", "снова снег"])
def test_what_was_not_done_may_open_the_answered_message_again(text: str) -> None:
    decision = pauses(told(text), appeals=(answered(), appeal(code="1124-BBBB")))
    (offer,) = sends(decision, ANNA)
    assert offer.text == "Открыть снова «Снег на дороге · Миасс, Мира, 1»? Ответ был 21 ноября. №1124-AAAA"
    assert labels(offer) == ["Открыть", "Это другое"]
    other = decide(facts(decision.dialogue, appeals=(answered(),)), tapped(actions.WRITE, cmid=11))
    assert isinstance(talk(other).step, ChoosingTopic | ChoosingGroup) and not other.appeals


def test_opened_again_it_goes_to_the_control_centre_with_the_new_words() -> None:
    before = talk(pauses(told("Так и не сделали"), appeals=(answered(),)))
    decision = decide(facts(before, appeals=(answered(),)), tapped(actions.REOPEN_DRAFT, "1124-AAAA", cmid=11))
    (again,) = decision.appeals
    assert again.status is Status.REOPENED and again.pieces[-1].text == "Так и не сделали"
    assert [line.action for line in decision.history] == [Action.REOPEN]
    assert sends(decision, CUR_CHAT) and talk(decision).draft == Draft()
    assert talk(decision).step == ShowingAppeal("1124-AAAA")


def test_opened_without_words_it_asks_for_them() -> None:
    decision = decide(facts(dialogue(), appeals=(answered(),)), tapped(actions.REOPEN_DRAFT, "1124-AAAA"))
    assert texts.WHAT_IS_LEFT in said(decision) and decision.appeals


def test_only_an_own_message_and_only_what_fits_into_it() -> None:
    foreign = decide(facts(dialogue(), appeals=(answered(resident=7),)), tapped(actions.REOPEN_DRAFT, "1124-AAAA"))
    missing = decide(facts(dialogue()), tapped(actions.REOPEN_DRAFT, "1124-AAAA"))
    assert texts.NOT_YOURS in said(foreign) and texts.NOT_YOURS in said(missing)
    long = answered(pieces=(Piece(3, "я" * MOST_LETTERS),))
    full = decide(facts(dialogue(AskingText(), told("ещё")), appeals=(long,)), tapped(actions.REOPEN_DRAFT, long.code))
    assert "больше добавить нельзя" in said(full) and not full.appeals


@pytest.mark.parametrize(
    "known",
    [
        answered(answered_at=NOW - timedelta(days=61)),
        answered(answered_at=None),
        answered(status=Status.IN_WORK),
        answered(reopened=2),
        answered(status=Status.WITHDRAWN),
    ],
)
def test_not_what_is_long_over_or_still_open(known: Appeal) -> None:
    assert "Открыть снова" not in said(pauses(told("так и не сделали"), appeals=(known,)))


def test_not_a_message_about_something_else() -> None:
    assert "Открыть снова" not in said(pauses(told("опять ямы"), appeals=(answered(),)))
    assert "Открыть снова" not in said(pauses(told("Большая яма у дома"), appeals=(answered(),)))


def test_the_newest_of_those_that_fit() -> None:
    older = answered(code="1124-BBBB", answered_at=NOW - timedelta(days=9))
    assert "№1124-AAAA" in said(pauses(told("так и не сделали"), appeals=(older, answered())))


def test_with_nothing_told_there_is_nothing_to_offer() -> None:
    assert isinstance(talk(pauses(Draft())).step, AskingText)
    assert isinstance(talk(decide(facts(dialogue(Idle())), tapped(actions.WRITE))).step, AskingText)
