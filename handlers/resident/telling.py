"""What becomes of words while a message is written: they go on with the draft, or answer what was asked.

No word is dropped (I14): what is more than an answer is a part of the story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from handlers.resident import drafting, guessing, where
from handlers.resident.drafting import DRAFTING, TEXT_LIMIT
from handlers.resident.floods import full
from handlers.resident.reading import Reading
from handlers.text import actions, keyboards, texts, texts_wishes
from handlers.text.keyboards import button
from handlers.text.relayed import one_line
from handlers.views import own_screens
from handlers.views.turn import Turn
from screening.acts import Act
from screening.acts.written import FILLERS, is_greeting, words
from states.decision import Decision
from states.dialogue import (
    AS_IT_IS,
    AskingScene,
    AskingText,
    ChoosingAgency,
    ChoosingGroup,
    ChoosingLevel,
    ChoosingParts,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    ConfirmingAgency,
    Draft,
    Idle,
    Preview,
    Refused,
    Step,
)
from states.directory import Directory
from states.screen import Colour

Answer = Callable[[Turn, Reading], Decision]

QUOTED = 60
"""Letters of a name that was looked for."""
NAME = 3
"""Words that may be no more than a name that was mistyped; of more none is dropped (I1)."""


def greet(turn: Turn, reading: Reading) -> Decision:
    """A greeting opens the menu; «помогите», «тут такое дело» wait for words."""
    if is_greeting(reading.text) and isinstance(turn.dialogue.step, Idle | Refused):
        return turn.shows(Idle())
    return wait_for_words(turn, reading)


def keep_and_ask(turn: Turn, reading: Reading) -> Decision:
    """Begins the story with words that seem to say nothing yet, and asks for more."""
    if not isinstance(turn.dialogue.step, Idle | Refused) or not turn.dialogue.draft.empty:
        return take_words(turn, reading)
    draft = replace(turn.dialogue.draft, settling_text=True).adding(drafting.piece_of(reading.message))
    return turn.shows(AskingText(), draft)


def wait_for_words(turn: Turn, reading: Reading) -> Decision:
    """What says nothing would be noise on a card (I15): the question stands, or words are waited for. What only sounds
    like it is kept (I14), and while an official waits for an answer nobody knows that it says nothing."""
    if reading.listed_act is None:
        return keep_and_ask(turn, reading)
    return take_words(turn, reading) if own_screens.questions_to_answer(turn.facts) else ask_again(turn, reading)


def ask_again(turn: Turn, reading: Reading) -> Decision:
    """Asks the present question once more, for words that were neither an answer nor a story."""
    draft, step = turn.dialogue.draft, turn.dialogue.step
    if isinstance(step, (*DRAFTING, ChoosingLevel, ChoosingAgency)) and not isinstance(
        step, AskingText | ChoosingParts
    ):
        return turn.shows(step, draft)
    waits = draft if isinstance(step, AskingText | ChoosingParts) else replace(draft, settling_text=True)
    return turn.keeps(AskingText(), waits, (drafting.pause(turn, reading.message.at),))


def take_words(turn: Turn, reading: Reading) -> Decision:
    """A message is begun, or goes on."""
    if overfull(turn, reading):
        return turn.stays(texts.DRAFT_FULL)
    if reading.only_words and said_already(turn.dialogue.draft, reading.text):
        return ask_again(turn, reading)
    if isinstance(turn.dialogue.step, DRAFTING):
        return drafting.add_message(turn, reading)
    return drafting.begin_draft(turn, reading)


def said_already(draft: Draft, text: str) -> bool:
    """Whether the same words stand in the draft: sent twice, they are on the card once."""
    same = same_words(text)
    return bool(same) and any(same_words(piece.text) == same for piece in draft.pieces)


def same_words(text: str) -> tuple[str, ...]:
    """The words of a text without signs and capitals: two texts with the same ones say the same."""
    return tuple(words(text))


def overfull(turn: Turn, reading: Reading) -> bool:
    """Whether the message would not fit into the draft any more."""
    letters = min(len(reading.text), TEXT_LIMIT)
    return isinstance(turn.dialogue.step, (*DRAFTING, Idle)) and full(turn.dialogue.draft, letters)


def take_topic(turn: Turn, reading: Reading) -> Decision:
    """Takes a topic by words: one that they name is taken, some are shown. What is more than a name is a part of the
    story (I14)."""
    step = turn.dialogue.step
    if not reading.only_words or overfull(turn, reading):
        return take_words(turn, reading)
    if (code := named_topic(turn, reading)) is not None:
        model = step.model if isinstance(step, ChoosingTopic) else 0
        known = draft_with_words(turn, reading, (code,)).about(code, model)
        return drafting.go_on(turn, replace(known, settled=False))
    if isinstance(step, ChoosingTopic):
        return drafting.add_message(turn, reading)
    return search_topic(turn, reading)


def search_topic(turn: Turn, reading: Reading) -> Decision:
    """Looks for a typed topic: shows what fits. A longer text is a part of the story, and a second search without
    success offers a person."""
    if (reading.address or reading.places.places) and not reading.rest:
        return turn.shows(turn.dialogue.step, draft_with_words(turn, reading, ()), texts.TEXT_ADDED)
    if len(reading.text.split()) > NAME:
        told = drafting.add_story(turn, reading)
        after = told.dialogue if is_not_understood(turn) else None
        again = after is not None and isinstance(after.step, ChoosingGroup)
        return offer_a_person(turn, after.draft) if after is not None and again else told
    found = turn.facts.find.search_topics(reading.text, 12)
    draft = draft_with_words(turn, reading, found)
    if not found and is_not_understood(turn):
        return offer_a_person(turn, draft)
    if not found:
        return turn.shows(turn.dialogue.step, draft, not_found(reading))
    return turn.shows(ChoosingTopicOf(None, 0, found), draft)


def is_not_understood(turn: Turn) -> bool:
    """Whether the story before gave no topic either: two messages in a row that nobody has understood."""
    draft = turn.dialogue.draft
    return isinstance(turn.dialogue.step, ChoosingGroup) and not guessing.guess_of(turn.facts, draft).topics


def offer_a_person(turn: Turn, draft: Draft) -> Decision:
    """Offers whom to ring, and to send the message as it is, which a person of the ЦУР reads; the list stays where it
    is."""
    as_it_is = button(texts_wishes.AS_IT_IS, actions.AS_IT_IS, colour=Colour.PRIMARY)
    said = turn.says(texts_wishes.not_understood(phone_of_centre(turn.facts.directory)), keyboards.inline((as_it_is,)))
    return turn.keeps(turn.dialogue.step, draft, (said,))


def phone_of_centre(directory: Directory) -> str:
    """The number of the ЦУР with its hours, where the directory names one."""
    return next((phone.name for phone in directory.numbers if phone.about.casefold().startswith("цур")), "")


def not_found(reading: Reading) -> str:
    """The line that nothing was found, with the words, so that nobody wonders which were not understood (I14)."""
    return texts.nothing_found(one_line(reading.text, QUOTED))


def named_topic(turn: Turn, reading: Reading) -> str | None:
    """The topic on a button, named in words instead of pressed."""
    step = turn.dialogue.step
    offered = step.guesses if isinstance(step, ChoosingTopic) else ()
    if isinstance(step, ChoosingTopicOf):
        offered = step.found or tuple(topic.code for topic in turn.facts.directory.topics_of(step.group or ""))
    return turn.facts.find.named_topic(reading.text, offered) or topic_of_name(turn, reading)


def topic_of_name(turn: Turn, reading: Reading) -> str | None:
    """The one topic whose whole name the words are («Лифт»); None otherwise: nobody chooses it from a list once
    more."""
    called = [topic.code for topic in turn.facts.directory.topics if same_name(topic.name, reading.text)]
    return called[0] if len(called) == 1 else None


def same_name(name: str, text: str) -> bool:
    """Whether both are the same words, whatever signs and capitals they are written with."""
    return words(name) == words(text)


def answer_topic(turn: Turn, reading: Reading) -> Decision:
    """Takes «да» or «нет» where one topic was asked about alone."""
    step, draft = turn.dialogue.step, turn.dialogue.draft
    if not isinstance(step, ChoosingTopic) or len(step.guesses) != 1:
        return take_topic(turn, reading) if reading.act is Act.NO else wait_for_words(turn, reading)
    if reading.act is Act.YES:
        return drafting.go_on(turn, draft.about(step.guesses[0], step.model))
    return drafting.decline_topic(turn)


def draft_with_words(turn: Turn, reading: Reading, topics: Sequence[str]) -> Draft:
    """The draft with these words and with where it is, unless they are the name of one of these topics and nothing
    else."""
    draft, known = turn.dialogue.draft, turn.facts.directory.topic_by_code
    called = (f"{known[code].name} {' '.join(known[code].words)}" for code in topics)
    if names_only(reading.text, called):
        return draft
    return where.locate_draft(draft.adding(drafting.piece_of(reading.message)), reading)


def names_only(text: str, names: Iterable[str]) -> bool:
    """Whether each word that tells anything is a form of a word of one of these names."""
    told = [word for word in words(text) if word not in FILLERS]
    return any(all(any(same_word(word, other) for other in words(name)) for word in told) for name in names)


def same_word(word: str, other: str) -> bool:
    """Whether both are forms of one word: «ямы», «яма»."""
    same = max(3, min(len(word), len(other)) - 2)
    return word[:same] == other[:same]


def take_place(turn: Turn, reading: Reading) -> Decision:
    """Takes a place by words: one sure place at once, several are shown, none is said so; an address beside it counts
    too."""
    if not reading.only_words or overfull(turn, reading):
        return take_words(turn, reading)
    draft = where.locate_draft(turn.dialogue.draft, reading)
    many = len(reading.text.split()) > NAME
    more = bool(reading.places.places or many) and bool(reading.rest)
    if more or where.names_district(turn.facts, draft.place, reading.text):
        draft = draft.adding(drafting.piece_of(reading.message))
    if draft.place is not None:
        return drafting.go_on(turn, draft)
    if elsewhere := turn.facts.find.elsewhere(reading.text):
        return turn.shows(ChoosingPlace(), draft, texts.another_region(elsewhere, turn.facts.directory.region))
    found = reading.places.places or places_by_name(turn, reading)
    if not reading.places.places and (where.story(reading) or (not found and many)):
        return drafting.add_message(turn, reading)
    if not found and where.may_be_street(reading) and not draft.address:
        draft = replace(draft, address=one_line(reading.text, where.ADDRESS_LIMIT))
        return turn.shows(step_of_places(turn), draft, texts.STREET_KEPT.format(street=draft.address))
    if not found and reading.address:
        return turn.shows(step_of_places(turn), draft, texts.STREET_KEPT.format(street=draft.address))
    if not found:
        return turn.shows(ChoosingPlace(), draft, not_found(reading))
    return turn.shows(ChoosingPlace(found[:6]), draft)


def places_by_name(turn: Turn, reading: Reading) -> tuple[str, ...]:
    """By the beginning of a name; a street with its house and a sentence begin none."""
    long = reading.address or len(reading.text.split()) > NAME
    return () if long else turn.facts.find.search_places(reading.text, 6)


def step_of_places(turn: Turn) -> ChoosingPlace:
    """What was asked «Где именно?» stays asked, whatever street was named meanwhile."""
    step = turn.dialogue.step
    return step if isinstance(step, ChoosingPlace) else ChoosingPlace()


def take_address(turn: Turn, reading: Reading) -> Decision:
    """What was typed, or a point on the map; a story goes on instead."""
    message, draft = reading.message, turn.dialogue.draft
    if overfull(turn, reading):
        return turn.stays(texts.DRAFT_FULL)
    if message.location is not None:
        told = draft.adding(drafting.piece_of(message))
        return drafting.go_on(turn, replace(told, address=drafting.point(message.location), address_unknown=False))
    if not reading.only_words or (where.story(reading) and not where.is_described(reading.text)):
        return drafting.add_message(turn, reading)
    if (why := where.no_address(reading)) is not None:
        return turn.stays(why)
    if where.names_other_town(turn.facts, draft, reading):
        return take_place(replace(turn, dialogue=replace(turn.dialogue, draft=replace(draft, place=None))), reading)
    told = where.as_typed(draft, reading)
    return drafting.go_on(turn, replace(told, taken_for_address=drafting.piece_of(message)))


def point_to_send(turn: Turn, reading: Reading) -> Decision:
    """Says that the button sends, or «отправить»: «да», «всё верно» under the preview sends nothing."""
    return turn.keeps(turn.dialogue.step, turn.dialogue.draft, (turn.says(texts.PRESS_SEND),))


def go_without_address(turn: Turn, reading: Reading) -> Decision:
    """Goes on without an address after «не знаю»."""
    return drafting.go_on(turn, turn.dialogue.draft.without_address())


def go_without_topic(turn: Turn, reading: Reading) -> Decision:
    """Goes on without a topic after «не знаю»: a person reads the message as it is."""
    if reading.listed_act is None:
        return take_topic(turn, reading)
    return drafting.go_on(turn, turn.dialogue.draft.about(AS_IT_IS))


def go_without_agency(turn: Turn, reading: Reading) -> Decision:
    """Goes on without a receiver after «не знаю»: what is told says who answers."""
    if reading.listed_act is None:
        return take_agency(turn, reading)
    return drafting.go_on(turn, turn.dialogue.draft)


def go_without(turn: Turn, reading: Reading) -> Decision:
    """Goes on after «не знаю», which is no word of the message (I15); what only sounds like it is (I14)."""
    draft = turn.dialogue.draft
    if reading.listed_act is None:
        return take_words(turn, reading)
    match turn.dialogue.step:
        case AskingScene():
            return drafting.go_on(turn, replace(draft, scene_asked=True))
        case ChoosingParts():
            return drafting.go_on(turn, replace(draft, whole=True))
        case ConfirmingAgency(proper):
            return drafting.go_on(turn, replace(draft, named=proper, settled=True))
        case Preview():
            return point_to_send(turn, reading)
        case _:
            return wait_for_words(turn, reading)


def ask_for_town(turn: Turn, reading: Reading) -> Decision:
    """Asks for the town again after «не знаю»: without one nobody knows who answers."""
    return turn.shows(ChoosingPlace(), turn.dialogue.draft, texts.TOWN_NEEDED)


def take_agency(turn: Turn, reading: Reading) -> Decision:
    """Takes the agency that is meant by words; a story told instead of a name begins a message."""
    if not reading.only_words:
        return drafting.begin_draft(turn, reading)
    found, known = turn.facts.find.search_agencies(reading.text, 12), turn.facts.directory.agency_by_code
    called = (f"{known[code].name} {known[code].short} {' '.join(known[code].words)}" for code in found)
    if len(reading.text.split()) > NAME and not names_only(reading.text, called):
        return drafting.begin_draft(turn, reading)
    if not found:
        return turn.stays(not_found(reading))
    return turn.shows(ChoosingAgency(None, 0, found))


def search_name(turn: Turn, reading: Reading) -> Decision | None:
    """Looks a name up at a step where one word may be a part of it («оператор», «статус»); None at other steps."""
    search = SEARCHES.get(type(turn.dialogue.step))
    return search(turn, reading) if search is not None and " " not in reading.text.strip() else None


SEARCHES: Mapping[type[Step], Answer] = {
    ChoosingGroup: take_topic,
    ChoosingTopicOf: take_topic,
    ChoosingPlace: take_place,
    ChoosingLevel: take_agency,
    ChoosingAgency: take_agency,
}
