"""What a comment is, read as messages to the community are: by the core's reader. The words stay here."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.resident.reading import Reading
from screening.acts import Act
from screening.crimes import crime
from screening.danger import alarms
from screening.obscene import obscene
from states.finder import Finder
from states.messages import Message
from states.people.comments import CommentKind, Marks

BY_ACT = {
    Act.THANKS: CommentKind.THANKS,
    Act.SOLVED: CommentKind.THANKS,
    Act.INSULT: CommentKind.INSULT,
    Act.SPAM: CommentKind.ADVERTISING,
    Act.QUESTION: CommentKind.QUESTION,
    Act.WHEN: CommentKind.QUESTION,
    Act.STATUS: CommentKind.QUESTION,
    Act.WHERE: CommentKind.QUESTION,
    Act.PERSON: CommentKind.QUESTION,
}
"""Of all other acts nothing follows, but of those that tell something: whether that is a problem, its topic says."""

TELLS = frozenset({Act.STORY, Act.AGAIN, Act.ADDITION, Act.CORRECTION, Act.PLACE})
"""Acts of what may be a problem: under a post «опять то же» or a bare place tells one only where it names a topic."""

ANSWERED = frozenset({CommentKind.DANGER, CommentKind.PROBLEM, CommentKind.QUESTION})
"""Of all others it is nobody's affair what they are about."""

NEVER = datetime.fromtimestamp(0, UTC)


def marks_of(find: Finder, text: str, files: int) -> Marks:
    if not text.strip():
        return Marks(files=files > 0)
    guess, place = find.topic(text), find.place(text)
    topic = guess.topics[0] if guess.topics and (guess.sure or guess.likely) else ""
    where = place.places[0] if place.sure else ""
    told = kind_of(find, text, topic)
    return Marks(told, topic, where, files > 0) if told in ANSWERED else Marks(told, files=files > 0)


def kind_of(find: Finder, text: str, topic: str) -> CommentKind:
    """Danger before all; what only may be one is no alarm, for nobody can be asked here. A story is a problem where it
    is about something that somebody answers for."""
    if alarms(text):
        return CommentKind.DANGER
    act = Reading(find, text, Message(0, 0, 0, NEVER, text)).act
    if act not in TELLS:
        return BY_ACT.get(act, CommentKind.NOTHING)
    if topic or crime(text):
        return CommentKind.PROBLEM
    return CommentKind.INSULT if obscene(text) else CommentKind.NOTHING
