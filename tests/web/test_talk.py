"""The dialogue of one message: when each piece was written, also of messages that were stored before it was kept."""

from __future__ import annotations

from datetime import timedelta

from bot.web.views.talk import times_of_pieces
from states.lifecycle.alerts import Alert, SaidAt
from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from tests.small import NOW

LATER, LAST = NOW + timedelta(hours=1), NOW + timedelta(days=1)


def told(*pieces: Piece, alert: Alert | None = None) -> Appeal:
    return Appeal("1127-AB2C", 1, 1, Status.IN_WORK, 1, "pits", NOW, pieces=pieces, alert=alert)


def line(action: Action, at: timedelta, reason: str = "") -> History:
    return History("1127-AB2C", 2, NOW + at, 1, action, Status.IN_WORK, Status.IN_WORK, reason)


def test_each_piece_has_its_own_time() -> None:
    assert times_of_pieces(told(Piece(1, at=NOW), Piece(2, at=LATER)), ()) == [NOW, LATER]


def test_older_pieces_take_theirs_from_the_history() -> None:
    history = [
        line(Action.ACCEPT, timedelta(minutes=5)),
        line(Action.ADD, timedelta(minutes=9), "правка"),
        line(Action.REPLY, timedelta(hours=1)),
        line(Action.ADD, timedelta(days=1)),
    ]
    found = times_of_pieces(told(Piece(1), Piece(2), Piece(3), Piece(4)), history)
    assert found == [NOW, NOW, LATER, LAST], "two came with the message itself, the last ones one by one"
    assert times_of_pieces(told(Piece(1)), history) == [NOW], "more lines than pieces"


def test_an_alarm_knows_when_each_was_said() -> None:
    alert = Alert(NOW, (SaidAt(1, NOW), SaidAt(2, LATER)))
    assert times_of_pieces(told(Piece(1), Piece(2), alert=alert), ()) == [NOW, LATER]
