"""Ranking of topics by the words of the directory: rare words weigh more, whole sayings most.

It must never answer with a topic that shares no word with the text.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from screening.words import STOP, fold, keys, stem, tokens
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

LEVELS = (1.0, 4.0, 9.0)
"""What a word is worth that says little of topics, something, all."""

TYPO_FROM = 6
"""Shorter words differ by one letter too often to be forgiven one."""


_ANYWHERE = frozenset(
    map(stem, ["дело", "делать", "сделать", "люди", "просто", "плохо", "жалоба", "обращение", "вопрос", "рядом"])
)
"""Words of any story: in a topic's name or list, one counts as a part of a saying and names none alone."""

_ABOUT_IT = frozenset(stem(word) for word in ("тема", "про", "насчёт", "касается", "вопрос", "проблема"))
"""«Тема: освещение»: words that only introduce one."""


_ASKED = """
    вернуть верните вернули возвратите, поставить поставьте, открыть откройте, снять снимите сняли, добавить добавьте,
    исправить исправьте, пёс пса псы псов псом
"""
_ONE_VERB = {stem(fold(form)): stem(fold(forms.split()[0])) for forms in _ASKED.split(",") for form in forms.split()}
"""Forms whose stems differ, of words that people ask with. Only here: the families of screening/words.py stand in
stored rows."""

T = TypeVar("T", bound=Hashable)

Worths = tuple[tuple[str, float], ...]
"""Topics, and what a key is worth in each."""

Saying = tuple[str, ...]
"""A topic, and the keys of a whole saying of it, each once. A set of them would take three times as much."""


class TopicIndex:
    """The words of all topics, weighed once."""

    def __init__(self, directory: Directory) -> None:
        self._group = {topic.code: topic.group for topic in directory.topics}
        self._order = {topic.code: place for place, topic in enumerate(directory.topics)}
        sayings: dict[str, list[Saying]] = defaultdict(list)
        weights: dict[str, dict[str, float]] = defaultdict(dict)
        for topic in directory.topics:
            _add(topic, weights, sayings)
        count = max(1, len(directory.topics))
        kept: dict[Any, Any] = {}  # thousands of keys are worth the same to the same topics

        def once(value: T) -> T:  # `intern` makes Python's own table of names twice as large
            return kept.setdefault(value, value)  # type: ignore[no-any-return]

        worths = {once(key): tuple(map(once, found.items())) for key, found in weights.items()}
        self._weights = {key: once(_weight(found, count)) for key, found in worths.items()}
        self._sayings = {
            once(key): tuple(tuple(map(once, saying)) for saying in found) for key, found in sayings.items()
        }
        self._listed = LISTED * math.log(1 + count)
        self._known: dict[str, list[str]] = defaultdict(list)
        for key in sorted(key for key in self._weights if len(key) >= TYPO_FROM - 1):
            self._known[key[0]].append(key)

    def rank(self, text: str, limit: int) -> tuple[str, ...]:
        """Codes of the likeliest topics, best first."""
        return self.best(self.scores(text), limit)

    def best(self, scores: Mapping[str, float], limit: int) -> tuple[str, ...]:
        """Up to `limit` topics by score, best first."""
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
        """Topics with their scores, best first; of equal ones in the order of the directory."""
        return sorted(scores.items(), key=lambda scored: (-scored[1], self._order[scored[0]]))

    def only_topic(self, text: str, among: Sequence[str]) -> str | None:
        """The only one of these topics whose name and words hold all that the text says."""
        said = {key for key in saying_keys(text) if key not in _ABOUT_IT}
        known = (code for code in among if code in self._order and said)
        fitting = [code for code in known if all(dict(self._worths(key)).get(code, 0.0) > ABOUT for key in said)]
        return fitting[0] if len(fitting) == 1 else None

    def scores(self, text: str) -> dict[str, float]:
        """By topic, how well the text fits; topics that it does not touch are left out."""
        return self.scores_of(self._forgiven(saying_keys(text)))

    def keys_of(self, listed: Sequence[str]) -> list[list[str]]:
        """For each word its keys, as `scores_of` takes them."""
        found = [saying_keys(word) for word in listed]
        meant = dict(
            zip(every := [key for word_keys in found for key in word_keys], self._forgiven(every), strict=True)
        )
        return [[meant[key] for key in word_keys] for word_keys in found]

    def group(self, code: str) -> str:
        """The group of the topic."""
        return self._group[code]

    def level(self, said: Sequence[str]) -> int:
        """How much these keys say of any topic: nothing, little, something, all."""
        most = max((self._rarity(key) * worth for key in said for _, worth in self._worths(key)), default=0.0)
        return sum(most >= step for step in LEVELS)

    def scores_of(self, said: Sequence[str]) -> dict[str, float]:
        """By topic, the score of these keys. A key first met after the beginning counts half; a whole saying adds more
        than its words."""
        worth: dict[str, float] = {}
        for at, key in enumerate(said):
            worth.setdefault(key, 1.0 if at < EARLY else 0.5)
        scores: dict[str, float] = defaultdict(float)
        for key, factor in worth.items():
            for code, weight in self._worths(key):
                scores[code] += factor * weight * self._rarity(key)
        for code, *whole in self._sayings_in(said):
            scores[code] += SAYING * sum(map(self._rarity, whole))
        return scores

    def _worths(self, key: str) -> Worths:
        """What the word is worth for each topic; nothing for an unknown one."""
        return self._weights[key][1] if key in self._weights else ()

    def _rarity(self, key: str) -> float:
        """How much more a rare key says; of one that stands in sayings only, as «нет», nothing is known."""
        return self._weights[key][0] if key in self._weights else 1.0

    def _sayings_in(self, said: Sequence[str]) -> set[Saying]:
        """Sayings all of whose keys stand near each other."""
        heard: set[Saying] = set()
        for at, key in enumerate(said):
            near = set(said[max(0, at - NEAR) : at + NEAR + 1])
            heard.update(saying for saying in self._sayings.get(key, ()) if near.issuperset(saying[1:]))
        return heard

    def _forgiven(self, said: Sequence[str]) -> list[str]:
        """Unknown words replaced by what they misspell, as far as the time allows."""
        unknown = [key for key in dict.fromkeys(said) if key not in self._weights and len(key) >= TYPO_FROM]
        meant = {key: self._correct_key(key) for key in unknown[:TYPOS]}
        return [meant.get(key, key) for key in said]

    def _correct_key(self, key: str) -> str:
        """The known key that this one misspells, if exactly one with its first letter stands one letter away."""
        near = process.extract(key, self._known.get(key[0], ()), scorer=OSA.distance, score_cutoff=1, limit=2)
        return near[0][0] if len(near) == 1 else key


def _add(topic: Topic, weights: dict[str, dict[str, float]], sayings: dict[str, list[Saying]]) -> None:
    """Adds what the words of one topic are worth, and its sayings of several words, to `weights` and `sayings`."""

    def give(found: Iterable[str], worth: float) -> None:
        for key in found:
            before = weights[key].get(topic.code, 0.0)
            weights[key][topic.code] = max(before, min(worth, PART) if key in _ANYWHERE else worth)

    give(keys(topic.name), NAME)
    give(keys(topic.description), ABOUT)
    for saying in topic.words:
        parts = saying_keys(saying)
        if len(parts) < 2:
            give(parts, WORD)
            continue
        give((part for part in parts if part != "нет"), PART)
        whole = sorted(set(parts))
        sayings[min(whole, key=lambda key: (key == "нет", -len(key), key))].append((topic.code, *whole))


def _weight(found: Worths, topics: int) -> tuple[float, Worths]:
    """How much more a rare key says, and what it is worth."""
    return math.log(1 + topics / _spread(found)), found


def _spread(found: Worths) -> float:
    """In how many topics a key stands; a mere part of sayings counts less: «вода» stays the word of few topics."""
    return max(1.0, sum(1.0 if worth > PART else PARTLY for _, worth in found))


def saying_keys(text: str) -> list[str]:
    """Keys in order, with «нет» and «без» kept: «нет воды» is not «вода»."""
    found = []
    for token in tokens(text):
        if token in ("нет", "без", "нету", "отсутствует", "отсутствуют"):
            found.append("нет")
        elif token not in STOP and not token.isdigit():
            key = stem(token)
            found.append(_ONE_VERB.get(key, key))
    return found
