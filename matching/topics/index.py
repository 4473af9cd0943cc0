"""Ranking of topics by the words of the directory: rare words weigh more, whole sayings most.

It must never answer with a topic that shares no word with the text.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from screening.words import STOP, keys, stem, tokens
from states.directory import Directory, Topic
from states.finder import TopicGuess

NAME, WORD, PART, ABOUT = 2.0, 3.0, 0.8, 0.5
"""What a shared key is worth: in the name, as a word of the list, inside a saying, in the description."""

SAYING = 2.5
"""What a whole saying of two or more words adds for each of its keys."""

PARTLY = 0.35
"""How far a topic makes a key common where it has it only inside sayings or in its description."""

NEAR = 8
"""A saying counts when its keys stand within so many words: «нет … воды» far apart is not one thing."""

EARLY = 30
"""Residents name the trouble first; words after this many count half."""

LIKELY = 1 / 3
"""What is shown beside the best: a topic with so much of its score. Worse ones are right once in a hundred messages."""

LISTED = 0.9
"""Of what the rarest word is worth: a part of a saying alone names no topic («тут такая ситуация»)."""

SURE, APART = 15.0, 2.0
"""A score from which the best topic is taken without a question, if it has so many times the next one's. 42 % of the
messages measured are sure, 93 % of those in the right group (matching.md); it is shown before sending."""

TYPOS = 40
"""Words of a text that are tried as misspelt; each costs a tenth of a millisecond."""

CLEAR = 12.0
"""A score that only a whole saying or several words of a topic reach."""

OWN, NAMED, KIN = 13.0, 14.0, 0.4
"""What a sentence of its own must score where no whole saying is in it: more than one rare word does; or so much by its
first two words, which name what it is about. None where a topic that was heard before has so much of its score."""

MARKED = 8.0
"""It does where «ещё», «заодно» says that something else comes, and the group is another."""

LEAST_SAID = 2
"""Words that carry a meaning: «ещё одна рядом» has one."""

TYPO_FROM = 6
"""Shorter words differ by one letter too often to be forgiven one."""


_ANYWHERE = frozenset(
    stem(word)
    for word in ("дело", "делать", "сделать", "люди", "просто", "плохо", "жалоба", "обращение", "вопрос", "рядом")
)
"""Words of any story: in a topic's name or list, one counts as a part of a saying and names none alone."""

_ABOUT_IT = frozenset(stem(word) for word in ("тема", "про", "насчёт", "касается", "вопрос", "проблема"))
"""«Тема: освещение»: words that only introduce one."""


class TopicIndex:
    """The words of all topics, weighed once."""

    def __init__(self, directory: Directory) -> None:
        self._group = {topic.code: topic.group for topic in directory.topics}
        self._urgent = {topic.code for topic in directory.topics if topic.urgent}
        self._order = {topic.code: place for place, topic in enumerate(directory.topics)}
        self._weights: dict[str, dict[str, float]] = defaultdict(dict)
        self._sayings: dict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
        for topic in directory.topics:
            self._add(topic)
        count = max(1, len(directory.topics))
        self._rarity = {key: math.log(1 + count / _spread(found)) for key, found in self._weights.items()}
        self._listed = LISTED * math.log(1 + count)
        self._known = sorted(key for key in self._weights if len(key) >= TYPO_FROM - 1)

    def _add(self, topic: Topic) -> None:
        def give(found: Iterable[str], worth: float) -> None:
            for key in found:
                before = self._weights[key].get(topic.code, 0.0)
                self._weights[key][topic.code] = max(before, min(worth, PART) if key in _ANYWHERE else worth)

        give(keys(topic.name), NAME)
        give(keys(topic.description), ABOUT)
        for saying in topic.words:
            parts = saying_keys(saying)
            if len(parts) < 2:
                give(parts, WORD)
                continue
            give((part for part in parts if part != "нет"), PART)
            whole = frozenset(parts)
            self._sayings[min(whole, key=lambda key: (key == "нет", -len(key), key))].append((whole, topic.code))

    def rank(self, text: str, limit: int) -> tuple[str, ...]:
        """Codes of the likeliest topics, best first."""
        return self.best(self.scores(text), limit)

    def best(self, scores: Mapping[str, float], limit: int) -> tuple[str, ...]:
        return tuple(code for code, _ in self._best(scores)[: max(0, limit)])

    def guess(self, scores: Mapping[str, float], limit: int) -> TopicGuess:
        """The likeliest topics by these scores of a text; sure when one stands far before all others."""
        best = self._best(scores)[: max(2, limit)]
        if not best or best[0][1] < self._listed:
            return TopicGuess()
        most, next_one = best[0][1], best[1][1] if len(best) > 1 else 0.0
        likely = tuple(code for code, score in best[:limit] if score >= LIKELY * most)
        return TopicGuess(likely, most >= SURE and most >= APART * next_one)

    def _best(self, scores: Mapping[str, float]) -> list[tuple[str, float]]:
        return sorted(scores.items(), key=lambda one: (-one[1], self._order[one[0]]))

    def clear(self, text: str) -> str | None:
        """The topic that these few words are clearly about, or None: a whole saying or name stands behind it."""
        if len(set(saying_keys(text))) < LEAST_SAID:
            return None
        best = self._best(self.scores(text))[:1]
        return best[0][0] if best and best[0][1] >= CLEAR else None

    def apart(self, text: str, known: Collection[str], *, marked: bool = False) -> str | None:
        """The topic that these words tell of plainly, where they say little of the topics that are known already."""
        scores = self.scores(text)
        best = max(scores, key=lambda code: (scores[code], -self._order[code]), default=None)
        if best is None or best in known or best in self._urgent:
            return None
        whole = best in {code for _, code in self._heard(self._forgiven(saying_keys(text)))}
        foreign = self._group[best] not in {self._group[code] for code in known}
        named = self.scores(" ".join(text.split()[:2])).get(best, 0.0) >= NAMED
        plain = scores[best] >= CLEAR if whole else (foreign or named) and (named or scores[best] >= OWN)
        if marked:
            plain = plain or (foreign and scores[best] >= MARKED)
        return best if plain and all(scores.get(code, 0.0) < KIN * scores[best] for code in known) else None

    def named(self, text: str, among: Sequence[str]) -> str | None:
        """The only one of these topics whose name and words hold all that the text says."""
        said = {key for key in saying_keys(text) if key not in _ABOUT_IT}
        known = (code for code in among if code in self._order and said)
        fitting = [code for code in known if all(self._weights.get(key, {}).get(code, 0.0) > ABOUT for key in said)]
        return fitting[0] if len(fitting) == 1 else None

    def scores(self, text: str) -> dict[str, float]:
        said = self._forgiven(saying_keys(text))
        worth: dict[str, float] = {}
        for at, key in enumerate(said):
            worth.setdefault(key, 1.0 if at < EARLY else 0.5)
        scores: dict[str, float] = defaultdict(float)
        for key, factor in worth.items():
            for code, weight in self._weights.get(key, {}).items():
                scores[code] += factor * weight * self._rarity[key]
        for whole, code in self._heard(said):
            scores[code] += SAYING * sum(self._rarity.get(key, 1.0) for key in whole)
        return scores

    def _heard(self, said: Sequence[str]) -> set[tuple[frozenset[str], str]]:
        """Sayings all of whose keys stand near each other."""
        heard: set[tuple[frozenset[str], str]] = set()
        for at, key in enumerate(said):
            near = set(said[max(0, at - NEAR) : at + NEAR + 1])
            heard.update(pair for pair in self._sayings.get(key, ()) if pair[0] <= near)
        return heard

    def _forgiven(self, said: Sequence[str]) -> list[str]:
        """Unknown words replaced by what they misspell, as far as the time allows."""
        unknown = [key for key in dict.fromkeys(said) if key not in self._weights and len(key) >= TYPO_FROM]
        meant = {key: self._meant(key) for key in unknown[:TYPOS]}
        return [meant.get(key, key) for key in said]

    def _meant(self, key: str) -> str:
        """The known key that this one misspells, if exactly one stands one letter away."""
        near = process.extract(key, self._known, scorer=OSA.distance, score_cutoff=1, limit=2)
        alike = [found for found, _, _ in near if found[0] == key[0]]
        return alike[0] if len(alike) == 1 else key


def _spread(found: Mapping[str, float]) -> float:
    """In how many topics a key stands; a mere part of sayings counts less: «вода» stays the word of few topics."""
    return max(1.0, sum(1.0 if worth > PART else PARTLY for worth in found.values()))


def saying_keys(text: str) -> list[str]:
    """Keys in order, with «нет» and «без» kept: «нет воды» is not «вода»."""
    found = []
    for token in tokens(text):
        if token in ("нет", "без", "нету", "отсутствует", "отсутствуют"):
            found.append("нет")
        elif token not in STOP and not token.isdigit():
            found.append(stem(token))
    return found
