"""One line of an official: what is known, where, and until when; an end that is not said whole is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from features.notices.model import WORDS, divide_line
from states.facts import Facts
from tests.handlers.given import facts


def known() -> Facts:
    """14:00 of a Tuesday in Chelyabinsk."""
    return facts(now=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "pieces", "ends"),
    [
        ("Ремонт до 18:00, Миасс, Мира", ("Ремонт", "Миасс", "Мира"), "2026-11-24 18:00"),
        ("Ремонт, Мира, до завтра 9.30", ("Ремонт", "Мира"), "2026-11-25 09:30"),
        ("до завтра в 18 часов ремонт воды", ("ремонт воды",), "2026-11-25 18:00"),
        ("Ремонт до 18 ч 3 декабря, Миасс", ("Ремонт", "Миасс"), "2026-12-03 18:00"),
        ("Ремонт до 3 декабря", ("Ремонт",), "2026-12-03 23:59"),
        ("Ремонт до 24:00", ("Ремонт",), "2026-11-24 23:59"),
        ("Труба до дома лопнула, ремонт до 18:00", ("Труба до дома лопнула", "ремонт"), "2026-11-24 18:00"),
        ("Ремонт до 18:00 нет воды", ("Ремонт нет воды",), "2026-11-24 18:00"),
        ("Ремонт\nМиасс; Мира. до 18:00", ("Ремонт", "Миасс", "Мира"), "2026-11-24 18:00"),
        ("Ремонт до упора", ("Ремонт до упора",), ""),
        ("Ремонт", ("Ремонт",), ""),
        ("до 18:00", (), "2026-11-24 18:00"),
        ("", (), ""),
    ],
)
def test_what_is_understood(text: str, pieces: tuple[str, ...], ends: str) -> None:
    said = divide_line(known(), text)
    at = said.at.astimezone(known().policy.zone) if said.at is not None else None
    assert (said.pieces, f"{at:%Y-%m-%d %H:%M}" if at is not None else "") == (pieces, ends)


def test_what_residents_read_is_short() -> None:
    (piece,) = divide_line(known(), "ремонт " * 200).pieces
    assert len(piece) <= WORDS
