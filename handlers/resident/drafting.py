"""The draft: what the resident tells is taken in, and the first thing still missing is asked for.

Whatever is written at whatever step is kept in the draft; nothing reaches an agency but through «Отправить».
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.resident import guessing, moving, where
from handlers.resident.doors import preset
from handlers.resident.reading import Reading, read
from handlers.text import texts
from handlers.text.relayed import SPACES, clean, one_line
from handlers.views.doors import asked_behind
from handlers.views.turn import PAUSE_TIMER, Turn
from screening import scenes
from screening.acts import Act
from screening.acts.written import asked_about
from states.decision import Decision
from states.dialogue import (
    AskingAddress,
    AskingScene,
    AskingText,
    ChoosingChange,
    ChoosingGroup,
    ChoosingParts,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    ConfirmingAgency,
    Draft,
    Preview,
    Step,
)
from states.effects import CancelTimer, Effect, StartTimer
from states.facts import Facts
from states.finder import Problems
from states.lifecycle.appeal import Piece
from states.messages import Location, Message

TEXT_LIMIT = 20_000
"""Characters kept of one message; VK lets nobody write more than 4,096 by hand (T8)."""
SHOWN = 300
"""Letters of a comment that its author sees again."""

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


def piece_of(message: Message) -> Piece:
    """The visible words of a message as a piece, with those of messages inside it. What VK shows beside them is not
    forwarded (T2): a message that was answered to may hold what the card hides."""
    written, words = message.text.strip(SPACES), clean(message.text)
    inside = [texts.forwarded_words(shown) for quoted in message.quoted if (shown := clean(quoted))]
    # A comment that was read has no message here: its number is below zero (features/comments/words.py).
    other = (
        words != written or bool(message.quoted or message.forwarded) or message.reply is not None or message.cmid < 0
    )
    text = "\n".join(part for part in (words, *inside) if part)[:TEXT_LIMIT]
    return Piece(message.cmid, text, message.attachments, message.location, reworded=other, at=message.at)


def point(location: Location) -> str:
    """A point on the map in words: coordinates with six places, and the name VK gave."""
    named = f" ({one_line(location.name, 100)})" if location.name else ""
    return f"точка на карте {location.latitude:.6f}, {location.longitude:.6f}{named}"


def begin_draft(turn: Turn, reading: Reading) -> Decision:
    """A first message, or more to a draft that was left for the menu."""
    message, before = reading.message, with_question(turn, reading)
    draft = replace(with_location(before, message), settling_text=True).adding(piece_of(message))
    return turn.keeps(AskingText(), draft, (*shown_words(turn, message), pause(turn, message.at)))


def with_question(turn: Turn, reading: Reading) -> Draft:
    """The draft with the words before, which were asked back, where these go on with them: a question whose place is
    told now, or what somebody asked whither to complain of."""
    draft, meant = turn.dialogue.draft, turn.dialogue.draft.meant
    if meant is None or draft.pieces:
        return draft
    asked = read(turn.facts, replace(reading.message, text=meant.text))
    where_only = bool(reading.address or reading.places.places) and not reading.rest
    goes_on = asked.act is Act.QUESTION and where_only
    goes_on = goes_on or (asked.act is Act.WHERE and bool(asked_about(meant.text)))
    return replace(draft, meant=None).adding(meant) if goes_on else draft


def shown_words(turn: Turn, message: Message) -> tuple[Effect, ...]:
    """What was read under a post, and not written here, is shown before anything is asked about it."""
    return (turn.says(texts.read_under_post(one_line(message.text, SHOWN))),) if message.cmid < 0 else ()


def add_message(turn: Turn, reading: Reading) -> Decision:
    """Adds one more message of the same story. While the text is being told, a pause is waited for."""
    step, known, message = turn.dialogue.step, turn.dialogue.draft, reading.message
    draft = with_location(known, message).adding(piece_of(message))
    if isinstance(step, AskingText | ChoosingParts):
        return turn.keeps(AskingText(), draft, (*shown_words(turn, message), pause(turn, message.at)))
    draft = moving.put_right(turn.facts, where.locate_draft(draft, reading), reading.text)
    if isinstance(step, Preview) and not draft.whole:
        draft = replace(draft, perhaps=turn.facts.find.problems(draft.text).parts)
    note = texts.TEXT_ADDED if message.text.strip() else texts.FILE_ADDED
    if isinstance(step, AskingScene) and message.text.strip():
        return go_on(
            turn, guessing.take_sure_topic(turn.facts, replace(draft, scene=scenes.scene_answered(message.text))), note
        )
    moved = (draft.place, draft.address) != (known.place, known.address)
    if moved or isinstance(step, ChoosingTopic | Preview | ChoosingChange):
        return go_on(turn, draft, note)
    return turn.shows(step, draft, note)


def with_location(draft: Draft, message: Message) -> Draft:
    """A point on the map is an address, wherever it comes (R25)."""
    if message.location is None or draft.address:
        return draft
    return replace(draft, address=point(message.location))


def pause(turn: Turn, written_at: datetime) -> Effect:
    """The timer that asks on when the resident has stopped typing. Who wrote long ago is not typing any more: words
    that are read again after the consent are answered at once."""
    now, wait = turn.facts.now, turn.facts.policy.pause
    due = now if now - written_at >= wait else now + wait
    return StartTimer(PAUSE_TIMER, str(turn.peer), turn.peer, due)


def end_pause(turn: Turn) -> Decision:
    """The pause is over: go on with what was told, or ask for words if there are none."""
    draft = turn.dialogue.draft
    if not draft.text.strip():
        asked = asked_behind(turn.dialogue, turn.facts) if not draft.pieces else ()
        return turn.shows(AskingText(), draft, effects=asked)
    known = understand_text(turn.facts, replace(draft, settling_text=False))
    told = turn.facts.find.problems(known.text) if not known.whole else Problems()
    if told.sure:
        return turn.shows(ChoosingParts(told.parts), known)
    return go_on(turn, replace(known, perhaps=told.parts), elsewhere(turn, known))


def elsewhere(turn: Turn, draft: Draft) -> str:
    """A word to who writes of another region."""
    named = turn.facts.find.elsewhere(draft.text) if draft.place is None else ""
    return texts.another_region(named, turn.facts.directory.region) if named else ""


def understand_text(facts: Facts, draft: Draft) -> Draft:
    """What the text itself says: topic and municipality when they are certain, the address when there is one."""
    agency = facts.directory.agency_by_code.get(draft.named) if draft.named else None
    place, address = draft.place, draft.address
    if place is None:
        guess = facts.find.place(draft.text)
        place = guess.places[0] if guess.sure else agency.place if agency and not guess.places else None
    if not address and not draft.address_unknown:
        address = one_line(facts.find.address(draft.text) or "", where.ADDRESS_LIMIT)
    known = replace(draft, place=place, address=address)
    for piece in draft.pieces[1:]:
        known = moving.put_right(facts, known, piece.text)
    return guessing.take_sure_topic(facts, known)


def go_on(turn: Turn, draft: Draft, note: str = "", effects: tuple[Effect, ...] = ()) -> Decision:
    """Goes on to the first thing still missing."""
    draft = preset(turn, draft)
    if draft.topic != turn.dialogue.draft.topic:  # once: whoever changes the address is asked for it
        draft = where.with_spot(turn.facts, draft)
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


def decline_topic(turn: Turn) -> Decision:
    """Carries out «Другая тема»: after one that was asked about alone the other likely ones, then all groups."""
    step, draft = turn.dialogue.step, turn.dialogue.draft
    if isinstance(step, ChoosingTopic) and step.alone:
        return go_on(turn, replace(draft.about(None), declined=step.guesses[0]))
    return turn.shows(ChoosingGroup())


def add_story(turn: Turn, reading: Reading) -> Decision:
    """A story in answer to «О чём это?»: now the topic may be heard."""
    draft = with_location(turn.dialogue.draft, reading.message).adding(piece_of(reading.message))
    return go_on(turn, guessing.take_sure_topic(turn.facts, where.locate_draft(draft, reading)), texts.TEXT_ADDED)


def handle_edit(turn: Turn, message: Message) -> Decision:
    """The resident changed a message that is still in the draft: what was heard in the former words is heard anew."""
    step, known, piece = turn.dialogue.step, turn.dialogue.draft, piece_of(message)
    before = next((old.text for old in known.pieces if old.cmid == piece.cmid), "")
    draft = reread_edit(turn.facts, known, known.adding(piece), before, piece.text)
    if isinstance(step, AskingText | ChoosingParts):
        return turn.keeps(AskingText(), draft, (*shown_words(turn, message), pause(turn, message.at)))
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
    anew = guessing.take_sure_topic(facts, draft.about(None))
    return anew if anew.topic is not None else draft


def without_words(draft: Draft) -> Draft:
    """The draft without its words: their messages are dropped, those with files keep only the files."""
    files = tuple(
        replace(piece, text="", reworded=piece.reworded or bool(piece.text))
        for piece in draft.pieces
        if piece.attachments or piece.location
    )
    return replace(draft, pieces=files, settling_text=True)


def without_files(draft: Draft) -> Draft:
    """The draft without its files. A message with words and a file is not forwarded any more: it would show the
    file."""
    pieces = tuple(
        replace(piece, attachments=(), reworded=piece.reworded or bool(piece.attachments))
        for piece in draft.pieces
        if piece.text
    )
    return replace(draft, pieces=pieces)


def cancel_timers(turn: Turn) -> tuple[Effect, ...]:
    """The timers of a draft that is no more."""
    key = str(turn.peer)
    return (CancelTimer(PAUSE_TIMER, key), CancelTimer("draft", key))
