"""The acts by their names: what somebody does with a message to the bot. It must never know how an act is recognised.

The names are those of the sets of phrases (tests/screening/acts), and of the weights in their order: none may change.
"""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """What each means stands beside it; who tells a problem and does something else too tells a story."""

    STORY = "story"
    """Tells a problem, complains, suggests, asks for something to be mended or done."""
    QUESTION = "question"
    """Asks for what one can know: hours, papers, places, amounts."""
    WHEN = "when"
    """Asks when his message is answered, or is impatient about it."""
    STATUS = "status"
    """Asks what became of his messages, or for a list of them."""
    AGAIN = "again"
    """What was promised is not done, or is broken again; names nothing new."""
    SOLVED = "solved"
    """It is done."""
    THANKS = "thanks"
    """Thanks or praise, and nothing else."""
    ACKNOWLEDGE = "acknowledge"
    """Has read it and expects no word."""
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Does not know what he is asked."""
    GREETING = "greeting"
    """Says nothing yet."""
    DONE = "done"
    """Has told all."""
    ADDITION = "addition"
    """Adds to what he has just told."""
    CORRECTION = "correction"
    """Corrects what he has just told."""
    CANCEL = "cancel"
    """Does not want to go on, or to write at all."""
    TAKE_BACK = "take_back"
    """Wants a message that was sent to be withdrawn."""
    PERSON = "person"
    """Wants a living person, or asks who this is and what he is good for."""
    WHERE = "where"
    """Asks to whom one complains, or how one writes here."""
    DATA = "data"
    """Asks what is stored of him."""
    ERASE = "erase"
    """Wants it deleted."""
    WITHDRAW = "withdraw"
    """Withdraws the consent to the processing of his data."""
    INSULT = "insult"
    """Swears, and names no problem."""
    PRESS = "press"
    """A journalist or blogger, for publication."""
    PLACE = "place"
    """Only names a place."""
    NOTICE = "notice"
    """An agency or a housing company announces works."""
    SPAM = "spam"
    """Advertising."""


ACTS = tuple(Act)
