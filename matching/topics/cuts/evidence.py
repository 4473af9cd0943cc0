"""What speaks for a cut: the words beside a gap, hashed for the first voter, and figures for the second.

The same text must give the same numbers for ever, or the weights mean nothing (`python -m tests.matching.training`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Protocol
from zlib import crc32

from matching.topics.cuts import words
from matching.topics.cuts.gaps import BULLET, DASH, NO_SIGN, NUMBER, Chunk, Gap, chunks, gaps, number
from matching.topics.cuts.words import ending, nobody_passes, shape, stem

BUCKETS = 1 << 14
"""Numbers that the first voter's features fall into."""

NEAR = 3
"""Words between two gaps of which only one can be meant."""

LIKELY = -0.5
"""What the first voter says of a gap that counts as another one."""

TOLD = 60
"""Words of a part that say what it is about; a longer one is a story."""

FOLLOWS = 16
"""Words behind a gap, beyond the next sign too, that say what begins there."""

LOOKED_AT = 150
"""Gaps of a text whose topics the first voter hears, so that no text is slow."""

_STRONG = words.word_set("""
    еще также кроме плюс помимо вдобавок заодно кстати второе вторая во-вторых в-третьих третье другой другая отдельно
    насчет поводу следующее последнее потом тоже вообще
""")
"""Words that say that something else comes."""

_SIGN = {NO_SIGN: 0, ",": 1, ".": 2, "!": 2, "?": 2, ";": 3, ":": 4, ")": 5, "-": 6, DASH: 6}
_MARK = {"": 0, DASH: 1, BULLET: 2, NUMBER: 3}
_LISTED = {"": 0, "l": 1, DASH: 2, NUMBER: 3}
_END = {"": 0, ",": 1, ".": 2, "!": 2, "?": 2, NUMBER: 2}
_MOST_ITEMS = 5

Scores = Mapping[str, float]


class Topics(Protocol):
    """What the directory knows of words (topics/index.py)."""

    def keys_of(self, listed: Sequence[str]) -> list[list[str]]: ...
    def scores_of(self, said: Sequence[str]) -> Scores: ...
    def group(self, code: str) -> str: ...
    def level(self, said: Sequence[str]) -> int: ...


class Message:
    """One message, looked at once: its chunks, its gaps, and what its words say of topics."""

    def __init__(self, text: str, topics: Topics) -> None:
        self.chunks: list[Chunk] = chunks(text)
        self.gaps: list[Gap] = gaps(self.chunks)
        self._topics = topics
        self._scored: dict[tuple[int, int], Scores] = {}

    @cached_property
    def keys_by_word(self) -> list[list[str]]:
        """For each word of the message its keys in the index of topics."""
        return self._topics.keys_of([chunk.word for chunk in self.chunks])

    @cached_property
    def levels(self) -> list[int]:
        """How much each word says of topics."""
        return [self._topics.level(heard) for heard in self.keys_by_word]

    @cached_property
    def numbers(self) -> list[tuple[int, int]]:
        """At which word each item of a list begins, and the item's number."""
        first = [(0, number(self.chunks, 0))] if self.chunks else []
        return first + [(gap.at, gap.number) for gap in self.gaps if gap.number]

    def about(self, begin: int, end: int) -> Scores:
        """By topic, the score of the words from `begin` to `end`."""
        if (begin, end) not in self._scored:
            said = [key for heard in self.keys_by_word[begin : min(end, begin + TOLD)] for key in heard]
            self._scored[begin, end] = self._topics.scores_of(said)
        return self._scored[begin, end]

    def best(self, begin: int, end: int) -> str:
        """The topic that these words say most of."""
        about = self.about(begin, end)
        return max(about, key=about.__getitem__, default="")

    def group(self, topic: str) -> str:
        """The group of the topic; "" where there is no topic."""
        return self._topics.group(topic) if topic else ""

    def same(self, topic: str, other: str) -> int:
        """2 for the same topic, 1 for topics of one group, else 0."""
        return 2 if topic == other else int(self._topics.group(topic) == self._topics.group(other))


def head_of(message: Message, gap: Gap) -> tuple[int, int]:
    """The first and the last word behind the gap, as indexes."""
    begin = gap.at
    while begin < len(message.chunks) - 1 and message.chunks[begin].word != gap.head[0]:
        begin += 1
    return begin, begin + len(gap.head)


# The first voter.


def features(message: Message, gap: Gap) -> list[int]:
    """The hashes of the words on both sides of the gap, whatever the text is about."""
    return sorted({crc32(name.encode()) & (BUCKETS - 1) for name in _names(message, gap)})


def _names(message: Message, gap: Gap) -> list[str]:
    """What the first voter hashes of a gap: signs, shapes of words, what stands on both sides, topics."""
    sign = gap.sign if gap.sign == NO_SIGN else "," if gap.sign[0] == "," else "."
    return [
        *_of_signs(gap, sign), *_of_shapes(message, gap, sign), *_of_head(gap, sign), *_of_left(gap, sign),
        *_of_topics(message, gap, sign),
    ]  # fmt: skip


def _of_topics(message: Message, gap: Gap, sign: str) -> list[str]:
    """What is told on both sides: of no light comes no water, of no lift nothing about rubbish."""
    if len(message.gaps) > LOOKED_AT:
        return []
    before, behind = message.best(gap.at - len(gap.left), gap.at), message.best(*head_of(message, gap))
    groups = (message.group(before), message.group(behind))
    return [f"tt{before} {behind}", f"tg{groups}", f"tG{groups}{sign}", f"tb{behind}{sign}", f"ta{before}"]


def _of_signs(gap: Gap, sign: str) -> list[str]:
    joined, item = " ".join(gap.joiner[:4]), min(gap.number, 4)
    return [
        f"s{gap.sign}{gap.mark}", f"s{sign}{gap.style}{gap.listed}", f"m{gap.mark}{gap.listed}{sign}",
        f"J{joined}", f"J{joined}{sign}", f"j{sign}{_joins(gap)}", f"e{gap.end}{sign}",
        f"l{len(gap.head)}{gap.end}{sign}", f"N{item}{sign}", f"N{item}{gap.listed}", f"n{len(gap.left)}{sign}",
    ]  # fmt: skip


def _joins(gap: Gap) -> str:
    """How the next words join on: "S" for a strong word, else the first joining word, "0" for none."""
    return "S" if not _STRONG.isdisjoint(gap.joiner) else gap.joiner[0] if gap.joiner else "0"


def _of_shapes(message: Message, gap: Gap, sign: str) -> list[str]:
    shapes = "".join(map(shape, gap.head))
    begin, end = head_of(message, gap)
    levels = message.levels[begin:end]
    two, most = levels[:2], max(levels[:3], default=0)
    return [
        f"q{shapes[:2]}{sign}", f"q3{shapes[:3]}", f"qa{shapes}", f"k{two}{sign}", f"k3{most}{sign}{_joins(gap)}",
        f"kq{two}{shapes[:2]}", f"qi{words.OWN in shapes}{words.WE in shapes}{sign}",
        f"qc{words.PERSON in shapes[:2]}{words.CLAUSE in shapes[:2]}{sign}", f"qN{words.ABSENT in shapes}{sign}",
        f"qG{nobody_passes(gap.head)}{sign}",
    ]  # fmt: skip


def _of_head(gap: Gap, sign: str) -> list[str]:
    stems = [stem(word) for word in gap.head]
    found = [f"hb{word_stem}" for word_stem in stems] + [f"hu{ending(word)}" for word in gap.head]
    found += [f"h{at}{word_stem}{sign}" for at, word_stem in enumerate(stems[:2])]
    return [*found, *(f"hp{first_stem} {other}" for first_stem, other in pairwise(stems)), f"he{stems[-1]}"]


def _of_left(gap: Gap, sign: str) -> list[str]:
    stems, shapes = [stem(word) for word in gap.left], "".join(map(shape, gap.left))
    first = shape(gap.head[0])
    return [
        *(f"lb{word_stem}" for word_stem in stems),
        f"l1{stems[-1]}{sign}",
        f"lq{shapes[-2:]}{sign}",
        f"lQ{shapes[-1]}{first}{sign}",
    ]


# The second voter.


def figures(message: Message, at: int, votes: Sequence[float], begun: int, before: int) -> list[float]:
    """The figures of gap number `at` for the second voter: what the first says of it and of others, signs, topics
    before and behind it. `begun`: where the part before it begins; `before`: how many parts were cut off already."""
    gap = message.gaps[at]
    rest, since = len(message.chunks) - gap.at, gap.at - begun
    return [
        votes[at], *_signs(gap), gap.style, _LISTED[gap.listed], len(message.chunks), since, rest, before,
        len(gap.head), len(gap.left), _END.get(gap.end, 3), *_topics_of(message, gap, begun), *_shapes_of(gap),
        *_levels_of(message, gap), *_others(message.gaps, at, votes), *_list_of(message, gap),
        *_of_what_follows(message, gap, begun),
    ]  # fmt: skip


def _signs(gap: Gap) -> list[float]:
    """The figures of the signs and joining words at a gap."""
    return [
        _SIGN.get(gap.sign[0], 0), "n" in gap.sign, _MARK[gap.mark[-1:]], len(gap.joiner),
        not _STRONG.isdisjoint(gap.joiner), "и" in gap.joiner, "а" in gap.joiner,
    ]  # fmt: skip


def _topics_of(message: Message, gap: Gap, begun: int) -> list[float]:
    """The figures of the part before and of the clause before: how surely each is about something, and how far that is
    the same."""
    begin, end = head_of(message, gap)
    head, part = message.about(begin, end), message.about(begun, gap.at)
    clause, first = message.about(gap.at - len(gap.left), gap.at), message.about(begin, min(end, begin + 3))
    return [
        *_comparison(message, part, head), *_comparison(message, clause, head)[2:], _most(clause), _most(first)
    ]  # fmt: skip


def _comparison(message: Message, before: Scores, behind: Scores) -> list[float]:
    """How much the two sides differ in topic, in seven figures for the second voter."""
    most, other = _most(before), _most(behind)
    if not before or not behind:
        return [most, other, 0, 0, 0, 0, -1]
    first, second = max(before, key=before.__getitem__), max(behind, key=behind.__getitem__)
    known, still = before.get(second, 0.0), behind.get(first, 0.0)
    return [most, other, known / most, still / other, known, still, message.same(first, second)]


def _of_what_follows(message: Message, gap: Gap, begun: int) -> list[float]:
    """Beyond the next sign: whether it says more of the same, and how many words of the part before it says again."""
    begin, end = head_of(message, gap)
    part, rest = message.about(begun, gap.at), message.about(begin, min(len(message.chunks), begin + FOLLOWS))
    before = {key for said in message.keys_by_word[begun : gap.at] for key in said}
    again = {key for said in message.keys_by_word[begin:end] for key in said} & before
    return [*_comparison(message, part, rest)[1:], len(again)]


def _most(scores: Scores) -> float:
    """The highest score; 0 where there are none."""
    return max(scores.values(), default=0.0)


def _shapes_of(gap: Gap) -> list[float]:
    head, left = "".join(map(shape, gap.head)), "".join(map(shape, gap.left))
    alike = sum(mine == other for mine, other in zip(head[:4], left[:4], strict=False))
    return [
        head.count(words.ABSENT), words.OWN in head, words.WE in head, words.PERSON in head[:2],
        words.CLAUSE in head[:2], words.ASKED in head[:2], head[0] in "3LF", head[0] == words.SMALL, words.THEY in head,
        words.PAST in head, words.NUMBER in head[:3], words.ABSENT in left, words.OWN in left, words.THEY in left,
        alike - (abs(len(head) - len(left)) > 2), nobody_passes(gap.head),
    ]  # fmt: skip


def _levels_of(message: Message, gap: Gap) -> list[float]:
    begin, end = head_of(message, gap)
    head, left = message.levels[begin:end], message.levels[gap.at - len(gap.left) : gap.at]
    return [head[0], head[1] if len(head) > 1 else 0, max(head), sum(head), max(left), sum(left), left[-1]]


def _others(every: Sequence[Gap], at: int, votes: Sequence[float]) -> list[float]:
    """The highest vote near the gap, the highest elsewhere, and how many of those elsewhere are likely."""
    apart = [(abs(gap.at - every[at].at), vote) for gap, vote in zip(every, votes, strict=True)]
    near = [vote for far, vote in apart if 0 < far <= NEAR]
    others = [vote for far, vote in apart if far > NEAR]
    return [max(near, default=-9), max(others, default=-9), sum(vote > LIKELY for vote in others)]


def _list_of(message: Message, gap: Gap) -> list[float]:
    """Which of a list begins here, and whether the ones before and after it stand in their places."""
    if not gap.number:
        return [0, 0]
    before = any(at < gap.at and item == gap.number - 1 for at, item in message.numbers)
    behind = any(at > gap.at and item == gap.number + 1 for at, item in message.numbers)
    return [min(gap.number, _MOST_ITEMS), before + 2 * behind + 4 * (gap.number == 1)]
