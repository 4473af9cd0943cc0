"""The page of states says what the table says: drawn from `MOVES`, never by hand (R34)."""

from __future__ import annotations

from pathlib import Path

import features
from bot.feature import rules_of
from handlers.official.commands import by_word
from handlers.views.card_buttons import LABELS
from states.lifecycle.appeal import MOVES
from tests.states_page import GROUPS, PAGE, arrows, page

CHATS = Path(__file__).parent.parent / "docs" / "reference" / "chats.md"


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.states_page"


def test_the_picture_shows_every_move_between_states_and_no_other() -> None:
    drawn = {
        (before, action, after)
        for (name, after), actions in arrows().items()
        for before in GROUPS.get(name, (name,))
        for action in actions
    }
    moves = {(move.before, move.action, move.after) for move in MOVES}
    assert drawn <= moves and {move for move in moves - drawn if move[0] is not move[2]} == set()


def test_every_command_and_button_of_the_chats_is_described() -> None:
    said = CHATS.read_text(encoding="utf-8")
    lost = [
        f"/{word}"
        for word in by_word(rules_of(features.installed())).keys() - {"не", "ненаше", "не_наше", "help", "start"}
        if f"`/{word}" not in said
    ]
    lost += [label for label, _ in LABELS.values() if f"«{label}»" not in said]
    assert not lost, lost
