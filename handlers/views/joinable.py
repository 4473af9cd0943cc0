"""Who may read one answer (R32): the gate of the offer, the press, the merge, and of an answer as it leaves.

It asks the directory and the words as they are now, so that what was merged earlier passes it anew each time. A trouble
is public where the directory says so and nothing of it is about one person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from handlers.text import texts_chat
from handlers.views.addressee import notes_of, texts_of
from handlers.views.titles import topic_title
from screening.danger import alarms
from states.dialogue import Draft
from states.directory import Directory
from states.facts import Facts
from states.lifecycle.appeal import Appeal, Piece
from states.lifecycle.reasons import Note


class Alone(StrEnum):
    """Why its answer is for its author alone."""

    TOPIC = "topic"
    ANONYMOUS = "anonymous"
    CRIME = "crime"
    COMPLAINT = "complaint"
    ALARM = "alarm"


WHY = {
    Alone.TOPIC: texts_chat.NOT_SHARED_TOPIC,
    Alone.ANONYMOUS: texts_chat.NOT_SHARED_ANONYMOUS,
    Alone.CRIME: texts_chat.NOT_SHARED_CRIME,
    Alone.COMPLAINT: texts_chat.NOT_SHARED_COMPLAINT,
    Alone.ALARM: texts_chat.NOT_SHARED_ALARM,
}


def may_share(directory: Directory, *appeals: Appeal) -> bool:
    """Whether all these may be answered with one answer."""
    return all(why_alone(directory, appeal) is None for appeal in appeals)


def why_alone(directory: Directory, appeal: Appeal) -> Alone | None:
    """Why nobody else may read the answer to it; None where it is a public trouble."""
    why = reason(directory, appeal.topic, appeal.agency, appeal.notes, appeal.pieces)
    return why or (Alone.ALARM if appeal.alert is not None else None)


def first_alone(directory: Directory, appeals: Iterable[Appeal]) -> Appeal | None:
    """The first of these appeals that one answer must not be shared with; None where all may share."""
    return next((appeal for appeal in appeals if why_alone(directory, appeal) is not None), None)


def why_words(directory: Directory, appeal: Appeal) -> str:
    """The end of a sentence to an official; empty where others may read the answer."""
    why = why_alone(directory, appeal)
    return WHY[why].format(topic=topic_title(directory, appeal.topic)) if why is not None else ""


def not_shared(directory: Directory, appeal: Appeal) -> str:
    """Why it joins nobody, to an official; empty where it may."""
    why = why_words(directory, appeal)
    return texts_chat.NOT_SHARED.format(code=appeal.code, why=why) if why else ""


def may_be_joined(facts: Facts, draft: Draft, agency: str | None) -> bool:
    """Whether the author of a draft for this agency may be offered another's message."""
    notes = notes_of(facts, draft.pieces, agency)
    # What the ЦУР must see first is never shown to an agency that has another's message about the same (R30, R38).
    return not notes and reason(facts.directory, draft.topic or "", agency, notes, draft.pieces) is None


def reason(
    directory: Directory, topic: str, agency: str | None, notes: Collection[str], pieces: Sequence[Piece]
) -> Alone | None:
    """Why an appeal may not be joined with others' (an anonymous card, its topic, a crime, a complaint, danger); None
    where it may."""
    known = directory.topic_by_code.get(topic)
    who = directory.agency_by_code.get(agency) if agency else None
    if (known is not None and known.anonymous_card) or (who is not None and who.anonymous_card):
        return Alone.ANONYMOUS
    if known is None or known.health or not known.joinable:
        return Alone.TOPIC
    if Note.CRIME in notes:
        return Alone.CRIME
    if Note.COMPLAINT in notes:
        return Alone.COMPLAINT
    return Alone.ALARM if any(alarms(words) for words in texts_of(pieces)) else None
