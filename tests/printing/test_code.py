"""The QR code on the page: square, the same for the same address, another for another."""

from __future__ import annotations

from bot.printing.code import squares


def test_it_is_square_and_belongs_to_its_address() -> None:
    one = squares("https://panel.example/report?week=2026-47")
    assert len(one) >= 21 and all(len(row) == len(one) for row in one)
    assert (
        one
        == squares("https://panel.example/report?week=2026-47")
        != squares("https://panel.example/report?week=2026-48")
    )


def test_it_has_the_three_marks_in_its_corners() -> None:
    one = squares("https://panel.example/")
    for rows, columns in ((one[:7], slice(0, 7)), (one[:7], slice(-7, None)), (one[-7:], slice(0, 7))):
        mark = [row[columns] for row in rows]
        assert mark[0] == [True] * 7 and mark[1] == [True, *[False] * 5, True] and all(mark[3][2:5])
