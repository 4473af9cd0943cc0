"""The table of moves of an appeal: nothing outside it happens, everything in it is written down (R34, I6)."""

from __future__ import annotations

import re
from itertools import product

import pytest

from states.lifecycle.appeal import MOVES, OPEN, Action, Appeal, History, NotAllowed, Piece, Status, is_allowed, move
from states.messages import Attachment
from tests.small import NOW

TABLE = {(one.before, one.action): one.after for one in MOVES}


def an_appeal(status: Status, version: int = 5) -> Appeal:
    return Appeal("1124-AAAA", 1001, 3, status, version, "snow", NOW)


@pytest.mark.parametrize("status, action", list(product(Status, Action)))
def test_only_moves_of_the_table_happen_and_each_leaves_its_line(status: Status, action: Action) -> None:
    """R34: actor, time, from, to, reason; an illegal one is refused. I6: the version grows by one."""
    before = an_appeal(status)
    result = move(before, action, NOW, 77, "потому что")
    assert is_allowed(status, action) is ((status, action) in TABLE)
    if (status, action) not in TABLE:
        assert result == NotAllowed(action, status)
        return
    assert not isinstance(result, NotAllowed)
    after, line = result
    assert after.version == before.version + 1
    assert after.status is TABLE[status, action]
    assert line == History("1124-AAAA", 6, NOW, 77, action, status, after.status, "потому что")
    assert an_appeal(after.status, 6) == after, "a move changes nothing but status and version"


def test_every_status_can_be_reached_from_the_first() -> None:
    reached = {Status.WAITING}
    for _ in Status:
        reached |= {one.after for one in MOVES if one.before in reached}
    assert reached == set(Status)


def test_a_withdrawn_appeal_is_the_end_and_only_open_ones_can_be_withdrawn() -> None:
    assert not [one for one in MOVES if one.before is Status.WITHDRAWN]
    assert {one.before for one in MOVES if one.action is Action.WITHDRAW} == OPEN


def test_every_row_cites_a_rule_and_stands_once() -> None:
    assert len(TABLE) == len(MOVES)
    for one in MOVES:
        assert re.match(r"(R\d+|T\d+|(rules|delivery|features)\.md §\d[\d.]*): \S", one.rule), one


def test_only_the_resident_can_end_an_appeal() -> None:
    """R33 and I6: nothing closes by itself."""
    assert {one.action for one in MOVES if one.after is Status.WITHDRAWN} == {Action.WITHDRAW}


def test_the_text_of_an_appeal_is_the_words_of_its_pieces() -> None:
    pieces = (Piece(1, "Яма"), Piece(2, "", (Attachment("photo"),)), Piece(3, "у дома"))
    assert Appeal("1", 1, 1, Status.WAITING, 1, "pits", NOW, pieces).text == "Яма\nу дома"
