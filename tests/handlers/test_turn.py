"""One turn: causes come from where a message came from, so the same event says the same once (I7)."""

from __future__ import annotations

from handlers.text.parts import LIMIT, units
from handlers.views.turn import DRAFT_ASKED_AFTER, Turn, status
from states.dialogue import Draft, Idle, ListingAppeals, Preview
from states.effects import Kind, Priority, StartTimer
from states.screen import Keyboard
from tests.handlers.given import ANNA, READY, appeal, dialogue, facts, of, said, sends
from tests.small import NOW, POLICY

TURN = Turn(facts(dialogue(Preview(), READY)), ANNA, "10", dialogue(Preview(), READY, asked_to_go_on=True))


def test_a_cause_is_what_because_of_what_and_which_part() -> None:
    """delivery.md §7."""
    assert TURN.facts.cause("card", 5, "3.roads", 2) == "v1|101|card|5|3.roads|2"
    assert TURN.cause("screen") == f"v1|101|screen|{ANNA}|10|0"


def test_the_same_turn_has_the_same_causes_and_another_has_others() -> None:
    again = Turn(TURN.facts, ANNA, "11", TURN.dialogue)
    first = [send.cause for send in sends(TURN.shows(Idle()))]
    assert first == [send.cause for send in sends(TURN.shows(Idle()))]
    assert not set(first) & {send.cause for send in sends(again.shows(Idle()))}


def test_showing_a_step_moves_there_says_what_was_done_and_keeps_the_draft() -> None:
    decision = TURN.shows(ListingAppeals(), note="Готово.")
    assert decision.dialogue == dialogue(ListingAppeals(), READY, touched_at=NOW)
    assert said(decision).startswith("Готово.\n\n")
    assert of(StartTimer, decision) == [StartTimer("draft", str(ANNA), ANNA, NOW + DRAFT_ASKED_AFTER)]
    assert not of(StartTimer, TURN.shows(Idle(), Draft())), "no draft, nothing to ask about"


def test_staying_asks_the_same_again_and_keeping_says_nothing() -> None:
    assert "Проверьте: " in said(TURN.stays("Вот."))
    kept = TURN.keeps(Idle(), Draft())
    assert kept.dialogue == dialogue(Idle(), touched_at=NOW) and not kept.effects


def test_a_long_note_is_said_in_parts_with_the_buttons_last() -> None:
    parts = sends(TURN.stays("слово " * 1200))
    assert len(parts) > 1 and all(units(part.text) <= LIMIT for part in parts)
    assert parts[0].keyboard is None and isinstance(parts[-1].keyboard, Keyboard)


def test_the_consent_is_a_message_after_the_one_that_says_why() -> None:
    """R6."""
    before, consent = sends(TURN.shows_consent(Idle(), "Почему"))
    assert (before.text, before.keyboard) == ("Почему", None)
    assert before.cause != consent.cause and consent.keyboard is not None


def test_a_line_about_an_appeal_is_no_step_of_the_dialogue() -> None:
    """R36."""
    line = status(facts(), appeal(), "1124-AAAA.3", "Приняли")
    assert (line.peer, line.kind, line.priority, line.appeal) == (ANNA, Kind.STATUS, Priority.NOTICE, "1124-AAAA")
    assert line.cause == f"v1|101|status|{ANNA}|1124-AAAA.3|0"


def test_agreeing_changes_the_dialogue_of_this_turn_only() -> None:
    """R8."""
    assert TURN.agreed("новый").dialogue.consent == "новый"
    assert TURN.dialogue.consent == POLICY.consent_hash
