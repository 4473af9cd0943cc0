"""The QR code on the page: square, the same for the same address, another for another."""

from __future__ import annotations

import sys

import pytest

from bot.printing.code import squares
from bot.process.advice import Refusal


def test_it_is_square_and_belongs_to_its_address() -> None:
    one = squares("https://panel.example/report?week=2026-47")
    assert len(one) >= 21 and all(len(row) == len(one) for row in one)
    assert (
        one
        == squares("https://panel.example/report?week=2026-47")
        != squares("https://panel.example/report?week=2026-48")
    )


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(Refusal, match="segno"):
        squares("https://panel.example/")


def test_it_has_the_three_marks_in_its_corners() -> None:
    one = squares("https://panel.example/")
    for rows, columns in ((one[:7], slice(0, 7)), (one[:7], slice(-7, None)), (one[-7:], slice(0, 7))):
        mark = [row[columns] for row in rows]
        assert mark[0] == [True] * 7 and mark[1] == [True, *[False] * 5, True] and all(mark[3][2:5])
