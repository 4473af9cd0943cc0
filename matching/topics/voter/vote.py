"""Two voters of topics together: the words of the directory, and what was learned from written phrases.

They must never name a topic that the directory does not have; one that nothing was learned of is found by words alone.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from math import exp, log1p

from matching.topics.voter.model import NOTHING
from states.finder import TopicGuess

LEARNED, WORDS = 1.5, 0.5
"""How much each voter counts, by cross-validation (`python -m tests.matching.training.topics --held-out`)."""

SURE, AGREED, SURE_BOTH = 0.98, 0.9, 0.4
"""How probable a topic is that is taken without a question; that the words name first too; that they are sure of."""

OFFERED = 0.01
"""How probable a topic is that is offered."""

SOMETHING, ALONE = 0.2, 0.2
"""How probable all topics are together at least; and the best one, where the words of the directory name none."""

Shares = Mapping[str, float]


def together(odds: Mapping[str, float], words: Mapping[str, float]) -> Shares:
    """How probable each learned topic is to both; all and «about nothing» are one together."""
    said = {topic: LEARNED * odd + WORDS * log1p(words.get(topic, 0.0)) for topic, odd in odds.items()}
    most = max(said.values(), default=0.0)
    parts = {topic: exp(worth - most) for topic, worth in said.items()}
    whole = sum(parts.values())
    return {topic: part / whole for topic, part in parts.items() if topic != NOTHING}


def guess(shares: Shares, by_words: TopicGuess, known: Container[str], limit: int) -> TopicGuess:
    """By both; by words alone where these name first what nothing was learned of. `known`: what the directory has."""
    if by_words.topics and by_words.topics[0] not in shares:
        return by_words
    if sum(shares.values()) < SOMETHING and not by_words.sure:
        return TopicGuess()
    new = tuple(topic for topic in by_words.topics if topic not in shares)
    ranked = sorted((topic for topic in shares if topic in known), key=lambda topic: -shares[topic])
    least = OFFERED if by_words.topics else ALONE
    offered = tuple(topic for topic in ranked[: max(0, limit - len(new))] if shares[topic] >= OFFERED)
    if not offered or shares[offered[0]] < least:
        return replace(by_words, sure=False)
    agreed = by_words.topics[:1] == offered[:1]
    enough = SURE if not agreed else SURE_BOTH if by_words.sure else AGREED
    return TopicGuess((*offered, *new), sure=shares[offered[0]] >= enough and not new)
