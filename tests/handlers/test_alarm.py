"""An alarm is said once a day to the ЦУР's chat, says what to do, and only there (delivery.md §15)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.decide import decide
from states.events import Alarm, AlarmKind
from tests.handlers.given import ANNA, CUR_CHAT, facts, sends
from tests.small import NOW


@pytest.mark.parametrize("kind", AlarmKind)
def test_the_control_centre_hears_what_to_do(kind: AlarmKind) -> None:
    (told,) = sends(decide(facts(), Alarm(kind, "принято 5, учтено 4", NOW)))
    assert told.peer == CUR_CHAT and told.text.startswith("⚠ ") and "{" not in told.text
    assert "администратор" in told.text or "нажмите" in told.text


def test_once_a_day_for_each_kind() -> None:
    causes = [
        sends(decide(facts(), Alarm(kind, "", NOW + timedelta(hours=hours))))[0].cause
        for kind in (AlarmKind.BOOKS, AlarmKind.BACKUP)
        for hours in (0, 1, 24)
    ]
    assert causes[0] == causes[1] and len(set(causes)) == 4


def test_without_its_chat_nobody_else_hears_it() -> None:
    decision = decide(facts(chats={}), Alarm(AlarmKind.BOOKS, "", NOW))
    assert decision.ignored and not decision.effects


def test_a_locked_sign_in_is_told_its_owner_not_the_control_centre() -> None:
    for chats in ({}, None):
        known = facts() if chats is None else facts(chats=chats)
        (told,) = sends(decide(known, Alarm(AlarmKind.SIGN_IN, "", NOW, whom=ANNA)))
        assert told.peer == ANNA and "запасным кодом" in told.text
