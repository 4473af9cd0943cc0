"""The names on buttons are kept for ever: people press old messages years later."""

from __future__ import annotations

from handlers.text import actions

NAMES = {name: value for name, value in vars(actions).items() if name.isupper()}

KEPT = """start consent refuse write to_agency mine help back cancel restart topic other_topic group place page
no_address
send change change_text change_topic change_place change_address change_files level agency give_to done appeal add
withdraw withdraw_yes accept not_ours undo"""


def test_no_name_that_was_ever_on_a_button_is_renamed_or_given_away() -> None:
    """Add new ones to the list; nothing is ever taken out of it."""
    assert set(KEPT.split()) <= set(NAMES.values())


def test_two_buttons_never_mean_the_same_word() -> None:
    assert len(set(NAMES.values())) == len(NAMES)
