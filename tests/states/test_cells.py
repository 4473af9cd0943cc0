"""Cells of the map and circles: about half a kilometre, the same arithmetic as the search's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states.lifecycle.appeal import Piece
from states.messages import Location
from states.statistics.cells import ALONE, Cell, Circle, cell_of, circle_of
from states.statistics.filter import Filter, UnreadableFilter, from_address, to_address
from tests.handlers.given import appeal


def test_a_cell_is_of_the_first_point() -> None:
    one = appeal(
        pieces=(Piece(1, "Яма"), Piece(2, location=Location(55.0421, 60.1078)), Piece(3, location=Location(1, 1)))
    )
    assert cell_of(one) == Cell(11008, 6010)
    assert cell_of(appeal()) is None
    assert cell_of(replace(one, pieces=(Piece(2, location=Location(91, 0)),))) is None
    assert cell_of(replace(one, pieces=(Piece(2, location=Location(0, 181)),))) is None
    assert cell_of(replace(one, pieces=(Piece(2, location=Location(-0.001, -0.001)),))) == Cell(-1, -1)


def test_a_circle_around_a_cell_holds_no_other() -> None:
    cell = Cell(11008, 6010)
    around = [Cell(cell.row + row, cell.column + column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    assert [one for one in around if cell.circle.holds(one)] == [cell]
    assert cell.circle.radius == ALONE
    wide = Circle(cell.latitude, cell.longitude, 0.7)
    assert sum(wide.holds(one) for one in around) == 5, "neighbours but not those over the corner"


@pytest.mark.parametrize("said", ["55.1600,61.4000,2.5", "-1.0000,-170.5000,200", "55.1600,61.4000,0.1"])
def test_a_circle_in_an_address(said: str) -> None:
    wanted = from_address([("circle", said)])
    assert wanted.circle is not None and str(wanted.circle) == said
    assert to_address(wanted) == [("circle", said)] and not wanted.is_in_daily_sums
    assert from_address(to_address(wanted)) == wanted


@pytest.mark.parametrize(
    "said", ["", "1,2", "a,b,c", "90,0,1", "0,181,1", "0,0,0", "0,0,201", "nan,0,1", "0,0,nan", "0,0,inf", "1,2,3,4"]
)
def test_what_is_no_circle(said: str) -> None:
    assert circle_of(said) is None
    if said:
        with pytest.raises(UnreadableFilter):
            from_address([("circle", said)])
    assert Filter().circle is None
