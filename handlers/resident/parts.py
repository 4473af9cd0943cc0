"""Several problems in one message: the resident decides whether each goes by itself, and looks at each before it goes.

It must never lose one of them: those that wait are kept in the draft (I2).
"""

from __future__ import annotations

from dataclasses import replace

from states.dialogue import ChoosingParts, Dialogue, Draft, Preview
from states.facts import Facts
from states.lifecycle.appeal import Appeal, Piece


def apart(facts: Facts, draft: Draft, problems: tuple[str, ...]) -> Draft:
    """The first problem, with all files; the others come after it. A topic of all the words may be another's."""
    told = draft.pieces[0]
    first, *others = (Piece(told.cmid, problem, reworded=True, at=told.at) for problem in problems)
    files = tuple(replace(piece, text="", reworded=True) for piece in draft.pieces[1:] if piece.attachments)
    begun = replace(first, attachments=told.attachments, location=told.location)
    topic = draft.topic if draft.topic in facts.find.topics(problems[0]) else None
    return replace(draft.about(topic, draft.topic_by), pieces=(begun, *files), later=tuple(others), whole=True)


def problems_of(dialogue: Dialogue) -> tuple[str, ...]:
    """The problems that the screen offers to send by themselves."""
    match dialogue.step:
        case ChoosingParts(problems):
            return problems
        case Preview():
            return dialogue.draft.offered_apart
        case _:
            return ()


def following(facts: Facts, draft: Draft, sent: Appeal, source: int) -> Draft:
    """The next problem: where it is, unless its own words say so, is where the one before was. The message that it
    stands in has given its number away, so `source` gives this one."""
    words = draft.later[0].text
    guess = facts.find.place(words)
    return Draft(
        pieces=draft.later[:1],
        place=guess.places[0] if guess.sure else sent.place,
        address=facts.find.address(words) or sent.address,
        settling_text=False,
        source=source,
        later=draft.later[1:],
        whole=True,
        door=draft.door,
    )
