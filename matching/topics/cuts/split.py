"""Several problems in one message, taken apart: one pure function, so that a better one may take its place.

It must never drop a word: the parts together are the whole text, in its order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from matching.topics.cuts.evidence import NEAR, Message, Topics
from matching.topics.cuts.gaps import DASH, NO_SIGN, Gap
from matching.topics.cuts.model import Voters, learned_voters
from screening.words import BOUND
from states.finder import Problems

MOST = 5
"""Parts; what follows stays with the last."""

PERHAPS, SURE = -0.5, 2.5
"""What the second voter says at least where a part may begin; and of one part at least, that it is asked about before
all else. Less sure ones are offered beside the preview, where a false offer costs no tap."""

NAMED = 9.0
"""What the words of each part say at least of some topic: «и вообще всем всё равно» is no trouble beside another."""

LISTED = 0.0
"""What it says at least of the items of a list together."""

WORTH_A_LOOK = -4.0
"""What the first voter says at least of a gap that the second is asked about."""

JUDGED = 40
"""Gaps that the second voter is asked about, so that no text is slow."""

_OF_ANSWERS = re.compile(r"\b(?:отписк|отвеч|ответ|жалоб|жалова|обращен|обраща|игнор|бездейств|реагир)")
"""How a body answers. What it was asked follows, and is no problem beside it."""

_THANKS = re.compile(r"\bспасибо\b(?!.*заранее)")
"""What is thanked for is over: what follows is the trouble."""

_WORD = re.compile(r"\S+")


def split(text: str, topics: Topics, voters: Voters | None = None, told: int | None = None) -> Problems:
    """The problems of the text, each in its words; none where there is one. `told`: where the place begins with which
    the text ends: it is no trouble, and belongs to the last."""
    read = text[: min(BOUND, len(text) if told is None else told)]
    message = Message(read, topics)
    found, sure = cuts(message, voters or learned_voters()) if message.gaps else ([], False)
    if not found:
        return Problems()
    starts = [word.start() for word in _WORD.finditer(read)]
    bounds = [0, *(starts[at] for at in found), len(text)]
    return Problems(tuple(text[begin:end].strip() for begin, end in pairwise(bounds)), sure)


def cuts(message: Message, voters: Voters, perhaps: float = PERHAPS) -> tuple[list[int], bool]:
    """The words before which the message is cut, and whether that is sure. A list is cut before each of its items, or
    before none."""
    votes = voters.first(message)
    items = _items(message.gaps)
    if items and _are_apart(message, voters, votes, items):
        return [message.gaps[at].at for at in items][: MOST - 1], True
    found = _surest(message, voters, votes, perhaps)
    while found and (weak := _weakest(message, [0, *(at for _, at in found), len(message.chunks)])) is not None:
        del found[max(0, weak - 1)]
    return [at for _, at in found], any(said >= SURE for said, _ in found)


def _weakest(message: Message, bounds: Sequence[int]) -> int | None:
    """Which part says least of a topic, if that is too little."""
    said = [max(message.about(begin, end).values(), default=0.0) for begin, end in pairwise(bounds)]
    return said.index(min(said)) if min(said) < NAMED else None


def _items(gaps: Sequence[Gap]) -> list[int]:
    """The gaps before the items of a list: of a numbered one before the second and later ones, of one with dashes
    before each."""
    numbers = {gap.number for gap in gaps} | {1}
    counted = [at for at, gap in enumerate(gaps) if gap.number > 1 and gap.number - 1 in numbers]
    dashed = [at for at, gap in enumerate(gaps) if gap.listed == DASH and gap.mark and gap.sign[0] != ":"]
    return counted or dashed


def _are_apart(message: Message, voters: Voters, votes: Sequence[float], items: Sequence[int]) -> bool:
    begun, said = 0, 0.0
    for before, at in enumerate(items):
        said += voters.second(message, at, votes, begun, before)
        begun = message.gaps[at].at
    return said > LISTED * len(items)


def _surest(message: Message, voters: Voters, votes: Sequence[float], least: float) -> list[tuple[float, int]]:
    """The vote and the place of each gap that is worth a cut; of those near each other without a sign between them the
    surest."""
    found, best, begun = list[tuple[float, int]](), None, 0
    for at in _worth_a_look(votes):
        gap = message.gaps[at]
        if best and (gap.sign != NO_SIGN or gap.at - best[1] > NEAR):
            found.append(best)
            begun, best = best[1], None
            if len(found) == MOST - 1:
                return found
        left = " ".join(gap.left)
        if _THANKS.search(left) or (not gap.joiner and _OF_ANSWERS.search(left)):
            continue
        said = voters.second(message, at, votes, begun, len(found))
        if said > max(least, best[0] if best else least):
            best = (said, gap.at)
    return [*found, best] if best else found


def _worth_a_look(votes: Sequence[float]) -> list[int]:
    """At most JUDGED places with the highest votes above WORTH_A_LOOK, in the order of the text."""
    surest = sorted((at for at, vote in enumerate(votes) if vote > WORTH_A_LOOK), key=lambda at: -votes[at])
    return sorted(surest[:JUDGED])
