"""Lines of the audit log are plain words that are never renamed (R24, T22)."""

from __future__ import annotations

from states.audit import AuditAction, AuditLine
from states.decision import Decision


def test_a_decision_carries_its_lines() -> None:
    line = AuditLine(1010, AuditAction.SHOWED_CONTACT, "1125-AAAA")
    assert Decision(audit=(line,)).audit == (line,)
    assert Decision().audit == () and line.detail == ""


def test_the_words_are_those_that_are_stored() -> None:
    """A stored word is for three years: whoever renames one must fail here."""
    assert {action.value for action in AuditAction} >= {
        "showed_contact", "showed_text", "showed_files", "exported", "erasure_asked", "erased", "blocked", "unblocked",
        "paused", "resumed", "assigned", "broadcast", "directory_imported", "chat_bound", "chat_unbound", "key_rotated",
    }  # fmt: skip
