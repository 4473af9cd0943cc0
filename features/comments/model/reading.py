"""What a comment is: danger as in messages to the community, all else by a voter of its own (voter.py), for people
write otherwise under a post. The words stay here.
"""

from __future__ import annotations

from features.comments.model.voter import probable
from screening.crimes import crime
from screening.danger import alarms
from screening.obscene import obscene
from states.finder import Finder
from states.people.comments import ASKS, CommentKind, Marks

SURE, PERHAPS = 0.87, 0.55
"""From so much on it is a problem, whose author is invited in public, and perhaps one, which the ЦУР is shown: of what
is none less than two of a hundred are invited (`python -m tests.screening.training.comments --held-out`)."""

TOLD_CRIME = 0.20
"""Where a crime is told, `PERHAPS` is enough to be sure, and this to be shown."""


def marks_of(find: Finder, text: str, files: int) -> Marks:
    """The marks of a comment; of what nobody waits for an answer to, topic and place are not looked for."""
    said = kind_of(text)
    if said not in ASKS:
        return Marks(said, files=files > 0)
    guess, place = find.topic(text), find.place(text)
    topic = guess.topics[0] if guess.topics and (guess.sure or guess.likely) else ""
    return Marks(said, topic, place.places[0] if place.sure else "", files > 0)


def kind_of(text: str) -> CommentKind:
    """The kind of a comment: danger before all; what only may be one is no alarm, for nobody can be asked here. The
    voter takes a danger that is no alarm for a trouble, as any problem."""
    if not text.strip():
        return CommentKind.NOTHING
    if alarms(text):
        return CommentKind.DANGER
    odds = probable(text)
    trouble = odds.pop(CommentKind.DANGER) + odds.pop(CommentKind.PROBLEM)
    sure, perhaps = (PERHAPS, TOLD_CRIME) if crime(text) else (SURE, PERHAPS)
    if trouble >= perhaps:
        return CommentKind.PROBLEM if trouble >= sure else CommentKind.PERHAPS
    kind = max(odds, key=lambda kind: odds[kind])
    return CommentKind.INSULT if kind is CommentKind.NOTHING and obscene(text) else kind
