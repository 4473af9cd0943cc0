"""The draft: what the resident tells is taken in, and the first thing still missing is asked for.

Whatever is written at whatever step is kept in the draft; nothing reaches an agency but through «Отправить».
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from handlers.resident import guessing, where
from handlers.resident.doors import preset
from handlers.resident.floods import full
from handlers.text import texts
from handlers.text.relayed import SPACES, clean, one_line
from handlers.views import own_screens
from handlers.views.turn import PAUSE_TIMER, Turn
from screening import scenes
from screening.intents import FILLERS, says_nothing, says_unknown, words
from states.decision import Decision
from states.dialogue import (
    AskingAddress,
    AskingScene,
    AskingText,
    ChoosingAgency,
    ChoosingChange,
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
from states.effects import CancelTimer, Effect, StartTimer
from states.facts import Facts
from states.lifecycle.appeal import Piece
from states.messages import Location, Message

TEXT_LIMIT = 20_000
"""Characters kept of one message; VK lets nobody write more than 4,096 by hand (T8)."""

DRAFTING = (
    AskingText,
    ChoosingParts,
    AskingScene,
    ChoosingTopic,
    ChoosingGroup,
    ChoosingTopicOf,
    ChoosingPlace,
    AskingAddress,
    ConfirmingAgency,
    Preview,
    ChoosingChange,
)

GREETINGS = frozenset(
    {"начать", "старт", "start", "привет", "здравствуйте", "здравствуй", "меню", "добрый день", "добрый вечер"}
    | {"доброе утро", "доброй ночи", "доброго дня", "приветствую", "добрый день всем", "ку", "хай"}
)


def greeting(text: str) -> bool:
    return " ".join(text.casefold().split()).strip("!.,?() ") in GREETINGS


def piece_of(message: Message) -> Piece:
    """Its visible words, with those of messages inside it. What VK shows beside them is not forwarded (T2): a message
    that was answered to may hold what the card hides."""
    written, words = message.text.strip(SPACES), clean(message.text)
    inside = [texts.forwarded(shown) for one in message.quoted if (shown := clean(one))]
    other = words != written or bool(message.quoted or message.forwarded) or message.reply is not None
    text = "\n".join(one for one in (words, *inside) if one)[:TEXT_LIMIT]
    return Piece(message.cmid, text, message.attachments, message.location, reworded=other)


def point(location: Location) -> str:
    named = f" ({one_line(location.name, 100)})" if location.name else ""
    return f"точка на карте {location.latitude:.6f}, {location.longitude:.6f}{named}"


def said(turn: Turn, message: Message) -> Decision:
    """Free words, files or a location, at whatever step the resident is."""
    step = turn.dialogue.step
    only_words = is_text_only(message)
    if isinstance(step, (*DRAFTING, Idle)) and full(turn.dialogue.draft, min(len(message.text), TEXT_LIMIT)):
        return turn.stays(texts.DRAFT_FULL)
    match step:
        case Idle() | Refused() if greeting(message.text) and only_words:
            return turn.shows(Idle())
        case AskingText() if greeting(message.text) and only_words and not turn.dialogue.draft.pieces:
            return turn.keeps(step, turn.dialogue.draft, (pause(turn, message.at),))
        case AskingAddress() if only_words and says_unknown(message.text):
            return go_on(turn, turn.dialogue.draft.without_address())
        case ChoosingTopic() if only_words and (yes := guessing.answered(step, message.text)) is not None:
            return go_on(turn, turn.dialogue.draft.about(step.guesses[0], step.model)) if yes else declined(turn)
        case _ if only_words and says_nothing(message.text) and not own_screens.asked(turn.facts):
            return wait_for_words(turn, message)
        case AskingAddress() if message.location is not None or (only_words and message.text.strip()):
            return address_told(turn, message)
        case ChoosingGroup() | ChoosingTopicOf() if only_words:
            return topic_typed(turn, message)
        case ChoosingTopic() if only_words and (code := topic_named(turn, message)) is not None:
            return go_on(turn, draft_with_words(turn, message, (code,)).about(code, step.model))
        case ChoosingPlace() if only_words:
            return place_typed(turn, message)
        case ChoosingLevel() | ChoosingAgency() if only_words:
            return agency_typed(turn, message)
        case _ if isinstance(step, DRAFTING):
            return added(turn, message)
        case _:
            return begun(turn, message)


def wait_for_words(turn: Turn, message: Message) -> Decision:
    """«Помогите», «тут такое дело», «да»: on a card it would be noise, so the question stands, or words are waited for
    (I15)."""
    step, draft = turn.dialogue.step, turn.dialogue.draft
    asked = isinstance(step, (*DRAFTING, ChoosingLevel, ChoosingAgency))
    if asked and not isinstance(step, AskingText | ChoosingParts):
        return turn.shows(step, draft)
    waits = draft if asked else replace(draft, settling_text=True)
    return turn.keeps(AskingText(), waits, (pause(turn, message.at),))


def is_text_only(message: Message) -> bool:
    return not (message.attachments or message.location or message.forwarded)


def begun(turn: Turn, message: Message) -> Decision:
    """A first message, or more to a draft that was left for the menu."""
    draft = replace(located(turn.dialogue.draft, message), settling_text=True).adding(piece_of(message))
    return turn.keeps(AskingText(), draft, (pause(turn, message.at),))


def added(turn: Turn, message: Message) -> Decision:
    """One more message of the same story. While the text is being told, a pause is waited for."""
    step, known = turn.dialogue.step, turn.dialogue.draft
    draft = located(known, message).adding(piece_of(message))
    if isinstance(step, AskingText | ChoosingParts):
        return turn.keeps(AskingText(), draft, (pause(turn, message.at),))
    draft = where.told(turn.facts, draft, message.text)
    note = texts.TEXT_ADDED if message.text.strip() else texts.FILE_ADDED
    if isinstance(step, AskingScene) and message.text.strip():
        return go_on(turn, guessing.taken(turn.facts, replace(draft, scene=scenes.answered(message.text))), note)
    moved = (draft.place, draft.address) != (known.place, known.address)
    if moved or isinstance(step, ChoosingTopic | Preview | ChoosingChange):
        return go_on(turn, draft, note)
    return turn.shows(step, draft, note)


def located(draft: Draft, message: Message) -> Draft:
    """A point on the map is an address, wherever it comes (R25)."""
    if message.location is None or draft.address:
        return draft
    return replace(draft, address=point(message.location))


def pause(turn: Turn, written_at: datetime) -> Effect:
    """Who wrote long ago is not typing any more: words that are read again after the consent are answered at once."""
    now, wait = turn.facts.now, turn.facts.policy.pause
    due = now if now - written_at >= wait else now + wait
    return StartTimer(PAUSE_TIMER, str(turn.peer), turn.peer, due)


def settled(turn: Turn) -> Decision:
    """The pause is over: go on with what was told, or ask for words if there are none."""
    draft = turn.dialogue.draft
    if not draft.text.strip():
        return turn.shows(AskingText(), draft)
    known = understood(turn.facts, replace(draft, settling_text=False))
    problems = () if known.whole else turn.facts.find.problems(known.text)
    return turn.shows(ChoosingParts(problems), known) if problems else go_on(turn, known)


def understood(facts: Facts, draft: Draft) -> Draft:
    """What the text itself says: topic and municipality when they are certain, the address when there is one."""
    agency = facts.directory.agency_by_code.get(draft.named) if draft.named else None
    place, address = draft.place, draft.address
    if place is None:
        guess = facts.find.place(draft.text)
        place = guess.places[0] if guess.sure else agency.place if agency and not guess.places else None
    if not address and not draft.address_unknown:
        address = one_line(facts.find.address(draft.text) or "", where.ADDRESS_LIMIT)
    return guessing.taken(facts, replace(draft, place=place, address=address))


def go_on(turn: Turn, draft: Draft, note: str = "", effects: tuple[Effect, ...] = ()) -> Decision:
    """To the first thing still missing."""
    draft = preset(turn, draft)
    step, draft = with_choices(turn.facts, where.lacking(turn.facts, draft), draft)
    return turn.shows(step, draft, note, effects)


def with_choices(facts: Facts, step: Step, draft: Draft) -> tuple[Step, Draft]:
    """The same step with what matching offers for this draft, and the draft that knows what it was asked."""
    match step:
        case ChoosingTopic():
            found = guessing.next_choice(facts, draft)
            return found, replace(draft, scene_asked=draft.scene_asked or isinstance(found, AskingScene))
        case ChoosingPlace(()):
            return ChoosingPlace(facts.find.place(draft.text).places[:6]), draft
        case _:
            return step, draft


def declined(turn: Turn) -> Decision:
    """«Другая тема»: after one that was asked about alone the other likely ones, then all groups."""
    step, draft = turn.dialogue.step, turn.dialogue.draft
    if isinstance(step, ChoosingTopic) and step.alone:
        return go_on(turn, replace(draft.about(None), declined=step.guesses[0]))
    return turn.shows(ChoosingGroup())


def address_told(turn: Turn, message: Message) -> Decision:
    if message.location is not None:
        draft = turn.dialogue.draft.adding(piece_of(message))
        return go_on(turn, replace(draft, address=point(message.location), address_unknown=False))
    if where.story(turn.facts, message.text) and not where.described(message.text):
        return added(turn, message)
    told = where.as_typed(turn.facts, turn.dialogue.draft, message.text)
    return go_on(turn, replace(told, taken_for_address=piece_of(message)))


def topic_named(turn: Turn, message: Message) -> str | None:
    """The topic on a button, named in words instead of pressed."""
    step = turn.dialogue.step
    offered = step.guesses if isinstance(step, ChoosingTopic) else ()
    if isinstance(step, ChoosingTopicOf):
        offered = step.found or tuple(topic.code for topic in turn.facts.directory.topics_of(step.group or ""))
    return turn.facts.find.named_topic(message.text, offered)


def topic_typed(turn: Turn, message: Message) -> Decision:
    """One topic that the words name is taken, some are shown. What is more than a name is a part of the story (I14)."""
    found = turn.facts.find.search_topics(message.text, 12)
    if (code := topic_named(turn, message)) is not None:
        return go_on(turn, replace(draft_with_words(turn, message, (code,)).about(code), settled=False))
    if sentence(message.text):
        return add_story(turn, message)
    draft = draft_with_words(turn, message, found)
    if not found:
        return turn.shows(turn.dialogue.step, draft, texts.NOTHING_FOUND)
    return turn.shows(ChoosingTopicOf(None, 0, found), draft)


def add_story(turn: Turn, message: Message) -> Decision:
    """A story in answer to «О чём это?»: now the topic may be heard."""
    draft = located(turn.dialogue.draft, message).adding(piece_of(message))
    return go_on(turn, guessing.taken(turn.facts, where.told(turn.facts, draft, message.text)), texts.TEXT_ADDED)


def draft_with_words(turn: Turn, message: Message, topics: Sequence[str]) -> Draft:
    """The draft with these words and with where it is, unless they are the name of one of these topics and nothing
    else."""
    draft, known = turn.dialogue.draft, turn.facts.directory.topic_by_code
    called = (f"{known[code].name} {' '.join(known[code].words)}" for code in topics)
    if names_only(message.text, called):
        return draft
    return where.told(turn.facts, draft.adding(piece_of(message)), message.text)


def names_only(text: str, names: Iterable[str]) -> bool:
    """Whether each word that tells anything is a form of a word of one of these names."""
    told = [word for word in words(text) if word not in FILLERS]
    return any(all(any(same_word(word, other) for other in words(name)) for word in told) for name in names)


def same_word(word: str, other: str) -> bool:
    """Two forms of one word: «ямы», «яма»."""
    same = max(3, min(len(word), len(other)) - 2)
    return word[:same] == other[:same]


def place_typed(turn: Turn, message: Message) -> Decision:
    """One sure place is taken at once, several are shown, none is said so; an address beside it counts too."""
    facts = turn.facts
    guess = facts.find.place(message.text)
    draft = where.told(facts, turn.dialogue.draft, message.text)
    more = bool(guess.places or sentence(message.text)) and bool(facts.find.rest(message.text))
    if more or where.names_district(facts, draft.place, message.text):
        draft = draft.adding(piece_of(message))
    if draft.place is not None:
        return go_on(turn, draft)
    found = guess.places or facts.find.search_places(message.text, 6)
    if not guess.places and (where.story(facts, message.text) or (not found and sentence(message.text))):
        return added(turn, message)
    if not found:
        return turn.shows(ChoosingPlace(), draft, texts.NOTHING_FOUND)
    return turn.shows(ChoosingPlace(found[:6]), draft)


def sentence(text: str) -> bool:
    """More than a name that was mistyped: whatever it says, it is not dropped (I1)."""
    return len(text.split()) > 3


def agency_typed(turn: Turn, message: Message) -> Decision:
    """Who is meant; a story told instead of a name begins a message."""
    found, known = turn.facts.find.search_agencies(message.text, 12), turn.facts.directory.agency_by_code
    called = (f"{known[code].name} {known[code].short} {' '.join(known[code].words)}" for code in found)
    if where.story(turn.facts, message.text) and not names_only(message.text, called):
        return begun(turn, message)
    if not found:
        return turn.stays(texts.NOTHING_FOUND)
    return turn.shows(ChoosingAgency(None, 0, found))


def edited(turn: Turn, message: Message) -> Decision:
    """The resident changed a message that is still in the draft: what was heard in the former words is heard anew."""
    step, known, piece = turn.dialogue.step, turn.dialogue.draft, piece_of(message)
    before = next((one.text for one in known.pieces if one.cmid == piece.cmid), "")
    draft = reread_edit(turn.facts, known, known.adding(piece), before, piece.text)
    if isinstance(step, AskingText | ChoosingParts):
        return turn.keeps(AskingText(), draft, (pause(turn, message.at),))
    if not isinstance(step, DRAFTING):
        return turn.keeps(step, draft)
    if (draft.topic, draft.place, draft.address) != (known.topic, known.place, known.address):
        return go_on(turn, draft, texts.EDIT_TAKEN)
    return turn.shows(step, draft, texts.EDIT_TAKEN)


def reread_edit(facts: Facts, known: Draft, draft: Draft, before: str, after: str) -> Draft:
    """A topic that the former words named for sure is the one that the new ones name, if they name any."""
    draft = where.follow_edit(facts, draft, before, after)
    if known.topic is None:
        return draft
    was = guessing.guess_of(facts, known)
    if not was.sure or was.topics[0] != known.topic:
        return draft
    anew = guessing.taken(facts, draft.about(None))
    return anew if anew.topic is not None else draft


def reworded(draft: Draft) -> Draft:
    """Without its words: their messages are dropped, those with files keep only the files."""
    files = tuple(
        replace(piece, text="", reworded=piece.reworded or bool(piece.text))
        for piece in draft.pieces
        if piece.attachments or piece.location
    )
    return replace(draft, pieces=files, settling_text=True)


def without_files(draft: Draft) -> Draft:
    """Without its files. A message with words and a file is not forwarded any more: it would show the file."""
    pieces = tuple(
        replace(piece, attachments=(), reworded=piece.reworded or bool(piece.attachments))
        for piece in draft.pieces
        if piece.text
    )
    return replace(draft, pieces=pieces)


def forgotten(turn: Turn) -> tuple[Effect, ...]:
    """The timers of a draft that is no more."""
    key = str(turn.peer)
    return (CancelTimer(PAUSE_TIMER, key), CancelTimer("draft", key))
