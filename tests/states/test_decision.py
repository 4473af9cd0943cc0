"""Nothing is done without a stored reason (I1)."""

from __future__ import annotations

from states.decision import Decision, ignore


def test_ignoring_changes_nothing_but_says_why() -> None:
    """I1."""
    decision = ignore("служебное сообщение")
    assert decision.ignored == "служебное сообщение"
    assert decision == Decision(ignored="служебное сообщение")
    assert (decision.effects, decision.appeals, decision.dialogue, decision.chat) == ((), (), None, None)
