"""Where it is: whatever the resident says of it, at whatever step, counts, and only what fits the topic is asked.

It must never overrule a place or an address by words that were about something else.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.resident.reading import Spans
from handlers.text import texts
from handlers.text.relayed import one_line
from handlers.views.preview import agency_of
from states.dialogue import Draft, Step, missing
from states.directory import Where
from states.facts import Facts

ADDRESS_LIMIT = 300
STREET = 3
"""Words of a street's name."""
ASKED = 8
"""Words of a question to the bot; more are a story."""
STORY = 5
"""So many words that name no place, where one was asked for, are a part of the story."""

_NEAR = """
    возле около напротив рядом у за перед между вдоль угол углу угла въезд въезде поворот повороте конец конце
    начало начале середина сзади слева справа выезд выезде район районе мимо вблизи недалеко там где
"""
NEAR = frozenset(_NEAR.split())
"""With one of these many words are a place after all."""


def locate_draft(draft: Draft, said: Spans) -> Draft:
    """The draft with what these words say of where it is. What is missing is filled; what is known already is changed
    only by words that name a place or an address and nothing else: «нет, это Копейск»."""
    alone, guess = not said.rest, said.places
    if guess.sure and guess.places[0] != draft.place and (draft.place is None or alone):
        draft = replace(draft, place=guess.places[0], settled=False)
    address = one_line(said.address, ADDRESS_LIMIT)
    if address and (alone or not (draft.address or draft.address_unknown)):
        draft = replace(draft, address=address, address_unknown=False)
    return draft


def follow_edit(facts: Facts, draft: Draft, before: str, after: str) -> Draft:
    """The draft whose words have changed: a place and an address that came from the former words go with them."""
    was, now = Spans(facts.find, before), Spans(facts.find, after)
    if was.places.sure and was.places.places[0] == draft.place and now.places.places != was.places.places:
        draft = replace(draft, place=now.places.places[0] if now.places.sure else None, settled=False)
    address = one_line(was.address, ADDRESS_LIMIT)
    if address and address == draft.address:
        draft = replace(draft, address=one_line(now.address, ADDRESS_LIMIT))
    return locate_draft(draft, now)


def names_district(facts: Facts, place: str | None, text: str) -> bool:
    """Whether the words name a part of the town: «Металлургический район, Челябинск»."""
    known = facts.directory.place_by_code.get(place or "")
    low = text.casefold()
    return known is not None and any(name.casefold()[:-2] in low for name in known.districts)


def names_other_town(facts: Facts, draft: Draft, said: Spans) -> bool:
    """Whether the words are the name of another town and nothing else: «нет, это Копейск» is no address in Миасс. A
    village of that name may be in this municipality."""
    places = said.places.places
    if said.rest or said.address or not places or draft.place in places:
        return False
    towns = [known.centre.casefold() for code in places if (known := facts.directory.place_by_code.get(code))]
    stems = [word[:-1] for word in said.text.casefold().split() if len(word) >= STORY]
    return any(town.startswith(stem) for town in towns for stem in stems)


def as_typed(draft: Draft, said: Spans) -> Draft:
    """The answer to «Какой адрес?»: what was typed, in the nominative where it is an address and nothing else."""
    named = locate_draft(draft, said)
    if said.rest or not said.address:
        named = replace(named, address=one_line(said.text, ADDRESS_LIMIT))
    return replace(named, address_unknown=False)


def story(said: Spans) -> bool:
    """Whether this tells more of what happened, and not where: many words and no address among them."""
    return len(said.rest.split()) >= STORY and not said.address


_STREET = re.compile(r"(?:[аы]я|ой|ого|[аыия])$")


def may_be_street(said: Spans) -> bool:
    """Whether a few words that name no town may be a street: «Чичерина»."""
    words = said.text.casefold().split()
    return 0 < len(words) <= STREET and any(len(word) >= STORY and _STREET.search(word) for word in words)


def is_described(text: str) -> bool:
    """Whether a place is described and not named: «возле магазина за детской площадкой»."""
    return not NEAR.isdisjoint(text.casefold().split())


_ASKS = re.compile(
    r"(?:а|ну|и|так|извините|простите)? ?(?:зачем|почему|для чего|скажите|подскажите|объясните|как"
    r"|как(?:ой|ая|ое|ом)(?! то)|что|кто|когда|можно|нельзя|напиш(?:и|ите)|укаж(?:и|ите)|постав(?:ь|ьте))\b"
)
_OWN_PLACE = """
    у меня мой моя моем дома домой доме квартира квартире своем свой своей нас наш нашем по месту прописки прописке
    моей жительства регистрации тут здесь это мы я в на живу где рядом
"""
_OWN = frozenset(_OWN_PLACE.split())


def no_address(said: Spans) -> str | None:
    """What to say to words that cannot be an address: a question, «у меня дома»; None where they may be one."""
    words = re.findall(r"[а-яё]+", said.text.casefold())
    if said.address or said.places.places or any(map(str.isdigit, said.text)) or len(words) > ASKED:
        return None
    asks = "?" in said.text or _ASKS.match(" ".join(words))
    if asks and not is_described(said.text):
        return texts.ADDRESS_FOR
    return texts.ADDRESS_UNSEEN if words and _OWN.issuperset(words) else None


def lacking(facts: Facts, draft: Draft) -> Step:
    """The first thing still missing, for its topic (R25)."""
    return missing(draft, agency_of(draft, facts), addressed=is_address_asked(facts, draft))


def with_spot(facts: Facts, draft: Draft) -> Draft:
    """The draft with what the words say of what this topic alone would ask: «автобус 64 не ходит» names the route."""
    topic = facts.directory.topic_by_code.get(draft.topic or "")
    if topic is None or draft.address or draft.address_unknown:
        return draft
    return replace(draft, address=facts.find.spot(draft.text, topic.where))


def is_address_asked(facts: Facts, draft: Draft) -> bool:
    """Whether an address is asked for: smog, wages and thanks have none."""
    topic = facts.directory.topic_by_code.get(draft.topic or "")
    return topic is None or topic.where is not Where.NOWHERE
