"""A keyboard as data: by default a button writes its label, so a press is never lost (vk-api.md §7)."""

from __future__ import annotations

from states.messages import Command
from states.screen import LABEL_LIMIT, Button, ButtonKind, Colour, Keyboard


def test_a_button_writes_into_the_dialogue_unless_asked_otherwise() -> None:
    button = Button("Назад", Command("back"))
    assert (button.kind, button.colour) == (ButtonKind.TEXT, Colour.SECONDARY)
    assert not Keyboard(((button,),)).inline


def test_the_limit_of_labels_is_that_of_vk() -> None:
    assert LABEL_LIMIT == 40
