"""Effects are plain values, and what the resident waits for goes first (delivery.md §11)."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest

from states.effects import AnswerButton, Effect, Kind, Priority, Send


def test_the_dialogue_goes_before_answers_before_cards_before_notices() -> None:
    assert sorted(Priority) == [Priority.DIALOGUE, Priority.ANSWER, Priority.CARD, Priority.NOTICE]
    assert Send(1, "c", "t").priority is Priority.DIALOGUE


def test_a_message_says_nothing_more_than_asked() -> None:
    send = Send(1, "c", "t")
    assert (send.kind, send.report, send.forward, send.not_before) == (Kind.SCREEN, False, None, None)


@pytest.mark.parametrize("effect", get_args(Effect))
def test_every_effect_has_its_address_or_cause(effect: type) -> None:
    """delivery.md §7: what is to be done is named by whom it is for or by why it exists."""
    assert {"peer", "cause", "key"} & {field.name for field in fields(effect)}


def test_an_effect_cannot_be_changed_after_it_was_decided() -> None:
    with pytest.raises(FrozenInstanceError):
        AnswerButton("e", 1, 2).text = "другое"  # type: ignore[misc]
