"""A chat is bound only when it has an agency; a few wrong codes are borne (T4)."""

from __future__ import annotations

from states.people.chats import CODE_TRIES, CUR, Chat


def test_a_chat_is_bound_by_an_agency_and_by_nothing_else() -> None:
    assert not Chat(2_000_000_001, greeted=True, tries=3).bound
    assert Chat(2_000_000_001, CUR).bound
    assert Chat(2_000_000_001, "roads", lost=True).bound


def test_five_tries_for_a_code() -> None:
    """T4."""
    assert CODE_TRIES == 5
