"""One door to matching: everything the core may ask, over one directory.

It must never read a clock, a file or the network after it is made; the same text gives the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from matching import addresses, probable
from matching.addresses.own_home import about_another
from matching.elsewhere import OtherRegions
from matching.places import PlaceFinder
from matching.search import TYPED, Shelf
from matching.topics.cuts.split import split
from matching.topics.index import TopicIndex
from matching.topics.tatar import in_russian
from matching.topics.voter import vote
from matching.topics.voter.model import odds
from screening.plain import readings
from screening.words import SAME, stem
from states.directory import Directory, Scene, Where
from states.finder import PlaceGuess, Problems, TopicGuess

if TYPE_CHECKING:
    from matching.learned.model import Learned

_RUSSIAN, _LATIN = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[a-z]{2}", re.IGNORECASE)
_SIGN, _SIGNS = re.compile(r"[.,;:!?]?\n|[.,;:!?]\s"), " .,;:!?\n"
_PLACE_SIGNS, _PLACE_WORDS = 6, 8
"""A place at the end of a text is looked for behind so many of its last signs, of so many words."""

_VILLAGE = re.compile(
    r"\b(?:в |во |из )?(?:пос[её]л(?:ок|ка|ке|ку|ком)|пос\.|сел[оае]|деревн[яеию]|деревней|хутор[еа]?|пгт|рп)"
    r" ([а-яё][а-яё-]{3,})",
    re.IGNORECASE,
)
_HOUSE = re.compile(r", (?:дом )?\d")
"""In an address as `addresses` says it."""

_LETTER, _VOWELS, _FEWEST_VOWELS = re.compile(r"[а-я]"), frozenset("аеиоуыэюя"), 0.3
"""Russian has two vowels in five letters."""


class Matcher:
    """Implements `states.finder.Finder`. `learned` is a model, `number` what it is called; without one the words of the
    directory decide alone."""

    def __init__(self, directory: Directory, learned: Learned | None = None, number: int = 0) -> None:
        self.learned, self.number = learned, number
        self._scenes = {topic.code: topic.scene for topic in directory.topics}
        self._topics = TopicIndex(directory)
        self._places = PlaceFinder(directory)
        self._elsewhere = OtherRegions(directory.region, self._places.is_name)
        self._directory = directory
        stem.cache_clear()  # the words of the directory are not those that people write next
        self._readable = lru_cache(maxsize=SAME)(self._best_reading)

    # Made when somebody looks for a name by typing: a bot at rest does without their megabytes.

    @cached_property
    def _place_shelf(self) -> Shelf:
        return Shelf(_called_places(self._directory))

    @cached_property
    def _topic_shelf(self) -> Shelf:
        return Shelf(_called_topics(self._directory))

    @cached_property
    def _agency_shelf(self) -> Shelf:
        return Shelf(_called_agencies(self._directory))

    def readable(self, text: str) -> str:
        """The text; where it has no Russian letter, as what it says in another layout or by its sounds, if one of them
        says anything."""
        return text if _RUSSIAN.search(text) or not _LATIN.search(text) else self._readable(text)

    def _best_reading(self, text: str) -> str:
        """The text as it says most, in another layout or by its sounds; as it is where no reading says anything.
        «Miass» is no «мясс»: «ia» and «iu» are tried as two sounds too."""
        apart = text.casefold().replace("ia", "iа").replace("iu", "iу")
        best = max((*readings(text)[1:], *readings(apart)), key=self._meaning)
        return best if self._meaning(best) else text

    def _meaning(self, text: str) -> float:
        """How much the text says to the directory, 0 for none; few vowels («сруднфиштыл») mean none. A letter beside a
        number would be the road М5."""
        letters = _LETTER.findall(text)
        if not letters or sum(letter in _VOWELS for letter in letters) < _FEWEST_VOWELS * len(letters):
            return 0.0
        scores = self._topics.scores(addresses.without(text, self._places.is_name))
        named = len(self._places.guess(text).places) + bool(self._elsewhere.name_in(text))
        return max(scores.values(), default=0.0) + named

    def topics(self, text: str, limit: int = 3) -> tuple[str, ...]:
        """The codes of the likeliest topics, best first."""
        text = self.readable(text)
        if self.learned is not None:
            return self.topic(text, limit).topics
        ranked = (*self.topic(text, limit).topics, *self._topics.best(self.scores(text), limit))
        return tuple(dict.fromkeys(ranked))[: max(0, limit)]

    def scores(self, text: str) -> Mapping[str, float]:
        """By topic, the score of the words of the directory alone."""
        return self._topics.scores(f"{addresses.without(text, self._places.is_name)} {in_russian(text)}")

    def topic(self, text: str, limit: int = 3, *, place: str | None = None, scene: Scene | None = None) -> TopicGuess:
        """The likeliest topics by words and by what was learned: from the region's own messages where it has such a
        model, else from written phrases; and whether the first is sure. Where a text says nothing, it may say something
        without the place that it ends with: «Копейск» behind a few words speaks for nothing at all."""
        text = self.readable(text)
        found = self._guess(text, limit, place, scene)
        what = text if found.topics else text[: self._told_until(text)]
        return self._guess(what, limit, place, scene) if what != text else found

    def _guess(self, text: str, limit: int, place: str | None, scene: Scene | None) -> TopicGuess:
        scores = self.scores(text)
        by_words = self._topics.guess(scores, limit)
        if self.learned is None:
            said = in_russian(text) or addresses.without(text, self._places.is_name)
            said = _VILLAGE.sub(self._unless_topic, said)
            return vote.guess(vote.together(odds(said), scores), by_words, self._scenes, limit)
        if by_words.sure and by_words.topics[0] not in self.learned.topics:
            return by_words
        shares = self.learned.probabilities(text, place, scores)
        guess = probable.guess(shares, self._scenes, scene, limit, self.number)
        new = tuple(topic for topic in by_words.topics[:1] if topic not in self.learned.topics)
        return probable.beside(guess, new, limit)

    def _unless_topic(self, village: re.Match[str]) -> str:
        """Nothing for a village and its name, which say nothing of a topic; all where the name might: «в селе свет»."""
        return village[0] if any(map(self._topics.level, self._topics.keys_of([village[1]]))) else " "

    def place(self, text: str) -> PlaceGuess:
        """Which municipalities the text means; of another person's trouble its place (who lives in Миасс may write for
        her mother in Златоуст). A city that is the whole region is never asked about."""
        text = self.readable(text)
        told = self._places.guess(about_another(text), lambda: self._names_house(text))
        found = told if told.places else self._places.guess(text, lambda: self._names_house(text))
        if found.places or len(self._directory.places) != 1 or self._elsewhere.name_in(text):
            return found
        return PlaceGuess((self._directory.places[0].code,), sure=True)

    def _names_house(self, text: str) -> bool:
        return _HOUSE.search(addresses.find(text, self._places.is_name) or "") is not None

    def search_places(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        """What is typed, then what the same words mean as free text («в Миассе», «Троицкий р-н»)."""
        typed = self.readable(typed)
        found = dict.fromkeys(self._place_shelf.find(typed, limit))
        found.update(dict.fromkeys(self._places.guess(typed[:TYPED]).places))
        return tuple(found)[: max(0, limit)]

    def search_topics(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        """The codes of topics for what is typed: first those whose name or words hold it, then what it means as free
        text."""
        typed = self.readable(typed)
        found = dict.fromkeys(self._topic_shelf.find(typed, limit))
        found.update(dict.fromkeys(self._topics.rank(typed[:TYPED], limit)))
        return tuple(found)[: max(0, limit)]

    def search_agencies(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        """The codes of agencies whose name, words or municipality hold what is typed, best first."""
        return self._agency_shelf.find(typed, limit)

    def elsewhere(self, text: str) -> str:
        """The name of another region in the text, where it names no place of ours; else ""."""
        return "" if self.place(text).places else self._elsewhere.name_in(self.readable(text))

    def address(self, text: str) -> str | None:
        """The address that the text is about, as officials write it; None where it names none."""
        text = self.readable(text)
        told = about_another(text, contrast=True)
        return addresses.find(told, self._places.is_name) or addresses.find(text, self._places.is_name)

    def spot(self, text: str, where: Where) -> str:
        """A place without an address (a school, a stop, a kilometre of a road); "" where none is named."""
        return addresses.spot(self.readable(text), where)

    def rest(self, text: str) -> str:
        """The text without its addresses and names of places."""
        return self._places.without(addresses.bare(self.readable(text), self._places.is_name))

    def problems(self, text: str) -> Problems:
        """The problems that the text tells of, where more than one, and how sure the cut is."""
        read = self.readable(text)
        return split(read, self._topics, told=self._told_until(read))

    def _told_until(self, text: str) -> int:
        """The index at which the place begins that a text ends with; the text's length without one."""
        ends = [(match.start(), text[match.end() :]) for match in list(_SIGN.finditer(text))[-_PLACE_SIGNS:]]
        short = (end for end in ends if len(end[1].split()) <= _PLACE_WORDS)
        return next((at for at, words in short if not self.rest(words).strip(_SIGNS)), len(text))

    def named_topic(self, text: str, among: Sequence[str]) -> str | None:
        """The only one of these topics whose name and words hold all that the text says; None where none or several
        do."""
        return self._topics.only_topic(self.readable(text), among)


def _called_places(directory: Directory) -> Iterator[tuple[str, str, float]]:
    for place in directory.places:
        yield place.code, place.centre, 1.0
        yield place.code, place.name, 1.0
        yield place.code, place.short, 1.0
        for alias in place.aliases:
            yield place.code, alias, 0.9
        for nickname in place.nicknames:
            yield place.code, nickname, 0.9
        for district in place.districts:
            yield place.code, district, 0.6
    for settlement in directory.settlements:
        yield settlement.place, settlement.name, 0.7


def _called_topics(directory: Directory) -> Iterator[tuple[str, str, float]]:
    for topic in directory.topics:
        yield topic.code, topic.name, 1.0
        for word in topic.words:
            yield topic.code, word, 0.8
        yield topic.code, topic.description, 0.3


def _called_agencies(directory: Directory) -> Iterator[tuple[str, str, float]]:
    for agency in directory.agencies:
        yield agency.code, agency.short, 1.0
        yield agency.code, agency.name, 0.9
        for word in agency.words:
            yield agency.code, word, 0.7
        place = directory.place_by_code.get(agency.place or "")
        for name in (place.name, place.short, place.centre) if place else ():
            yield agency.code, name, 0.8
