"""What residents of a region will feel, before one of them has written: where nobody answers, which names collide, how
many phrases made of its own words are understood. It must change nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.region import map_file
from bot.region.findings import FEW, Finding, bad, first_few, good, look
from matching import Matcher
from states.directory import Directory

PHRASES = 500


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a resident might write, with the codes of the topic and the place that it should be understood as."""

    text: str
    topic: str
    place: str


def findings(known: Directory) -> list[Finding]:
    """The findings of `bot check` about the directory: who answers for what, equal names, words that are understood."""
    return [*answers(known), *names(known), phrases(known)]


def answers(known: Directory) -> Iterator[Finding]:
    """Places and topics for which nobody answers; what waits for the ЦУР on purpose is none of them."""
    centre = known.control_centre
    asked = [topic for topic in known.topics if topic.code not in centre.topics and topic.group not in centre.groups]
    lost = {
        (topic.code, place.code)
        for topic in asked
        for place in known.places
        if not known.agency_for(topic.code, place.code)
    }
    places = [place.short for place in known.places if all((topic.code, place.code) in lost for topic in asked)]
    topics = [
        topic.name
        for topic in asked
        if known.places and all((topic.code, place.code) in lost for place in known.places)
    ]
    if places:
        yield bad(
            f"Ни на одну тему некому ответить: {first_few(places)}.", "Назовите орган: agencies и routes с place."
        )
    if topics:
        yield bad(
            f"Темы, на которые нигде некому ответить: {first_few(topics)}.", "Впишите их в routes или control_centre."
        )
    whole = len(asked) * len(known.places)
    yield (
        look(f"Кому ответить, неизвестно в {len(lost)} парах темы и места из {whole}: их решит ЦУР.", "")
        if lost
        else good("На каждую тему в каждом месте есть кому ответить.")
    )


def names(known: Directory) -> Iterator[Finding]:
    """Names about which a resident is asked once more."""
    where = Counter(
        {
            *((settlement.name, settlement.place) for settlement in known.settlements),
            *((place.centre, place.code) for place in known.places),
        }
    )
    count = Counter(name.casefold().replace("ё", "е") for name, _ in where)
    twice = sorted({name for name, _ in where if count[name.casefold().replace("ё", "е")] > 1})
    if twice:
        yield look(f"Одно название в нескольких муниципалитетах, бот переспросит: {first_few(twice)}.", "")


def outlines(known: Directory, folder: Path) -> Iterator[Finding]:
    """Whether the map has each municipality, and no other."""
    try:
        drawn = map_file.read(folder)
    except (ValueError, KeyError, TypeError, OSError):
        yield bad(f"Карта {map_file.NAME} не читается.", "Нужны features с properties.place, geometry и attribution.")
        return
    there = {shape.code for shape in drawn.shapes} if drawn else set(known.place_by_code)
    lost = [place.short for place in known.places if place.code not in there]
    strange = sorted(there - set(known.place_by_code))
    if lost:
        yield look(f"На карте нет: {first_few(lost)}.", f"Впишите их контуры в {map_file.NAME}.")
    if strange:
        yield bad(f"На карте места, которых нет: {first_few(strange)}.", "Исправьте properties.place.")


def phrases(known: Directory) -> Finding:
    """The finding how many of `PHRASES` made of the topics' own words with a place are understood."""
    made, find = list(sample_phrases(known)), Matcher(known)
    nowhere = [phrase for phrase in made if phrase.place not in find.place(phrase.text).places]
    deaf = [phrase for phrase in made if phrase in nowhere or phrase.topic not in find.topics(phrase.text)]
    told = f"Придуманных фраз {len(made)}, понято {len(made) - len(deaf)}."
    mend = "Проверьте названия мест: без «г.», «д.»." if nowhere else "Добавьте слова темам."
    quoted = "; ".join(f"«{phrase.text}»" for phrase in (nowhere or deaf)[:FEW])
    todo = f"Не понято, например: {quoted}. {mend}" if deaf else ""
    return look(told, todo) if deaf else good(told)


def sample_phrases(known: Directory) -> Iterator[Phrase]:
    """Each topic in turn by a saying of its own, each in another place."""
    said = [(topic.code, word) for topic in known.topics for word in topic.words if " " in word]
    count = Counter(settlement.name for settlement in known.settlements)
    towns = [(place.code, place.centre) for place in known.places]
    towns += [(found.place, found.name) for found in known.settlements if count[found.name] == 1]
    for at in range(min(PHRASES, len(said)) if towns else 0):
        topic, words = said[at * len(said) // min(PHRASES, len(said))]
        place, town = towns[at % len(towns)]
        yield Phrase(f"{words[:1].upper()}{words[1:]}, {town}", topic, place)
