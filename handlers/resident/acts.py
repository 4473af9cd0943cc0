"""What a message means: its act (screening/acts) in the situation of the dialogue gives one function, and nothing else
decides. Danger, and buttons typed by hand, stand before it (resident.py).

It must leave no cell to chance: each act names what it does in each situation (docs/reference/acts.md shows the table).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from handlers.resident import blocking, own_appeals, wishes
from handlers.resident.own_words import (
    add_here,
    add_reply,
    answer_ok,
    answer_question,
    greet_or_answer,
    note_solved,
    thank,
    thank_in_reply,
    thank_or_answer,
)
from handlers.resident.reading import Reading, read
from handlers.resident.situation import Situation, situation
from handlers.resident.telling import (
    Answer,
    answer_topic,
    ask_for_town,
    go_without,
    go_without_address,
    go_without_agency,
    go_without_topic,
    greet,
    point_to_send,
    take_address,
    take_agency,
    take_place,
    take_topic,
    take_words,
    wait_for_words,
)
from handlers.text import texts
from handlers.views.turn import Turn
from screening.acts import Act
from screening.acts.written import is_impatient
from states.decision import Decision
from states.dialogue import Idle
from states.effects import Send
from states.messages import Message

Row = Mapping[Situation, Answer]


def in_all(answer: Answer, **others: Answer) -> Row:
    """The same in each situation but those that are named."""
    return {situation: others.get(situation.value, answer) for situation in Situation}


def content(**others: Answer) -> Row:
    """Words that tell something: an answer to what was asked, else a part of a story."""
    told: dict[str, Answer] = {
        "new": take_words,
        "sent": take_words,
        "asked": answer_question,
        "adding": add_here,
        "replying": add_reply,
        "telling": take_words,
        "topic": take_topic,
        "place": take_place,
        "address": take_address,
        "agency": take_agency,
        "preview": take_words,
        "blocked": blocking.answer_only,
    }
    told.update(others)
    return {situation: told[situation] for situation in Situation}


def beside(answer: Answer, **others: Answer) -> Row:
    """What is asked of the bot itself, beside the dialogue; words under an official's question or in a reply are told
    to people, and a blocked author hears what a block leaves him."""
    told: dict[str, Answer] = {"asked": answer_question, "replying": add_reply, "blocked": blocking.answer_only}
    return in_all(answer, **{**told, **others})


def silent(**others: Answer) -> Row:
    """Words that tell nothing: what was asked is asked again, and nothing of them stands on a card (I15)."""
    told: dict[str, Answer] = {
        "asked": answer_question, "adding": add_here, "replying": add_reply, "blocked": blocking.answer_only
    }  # fmt: skip
    return in_all(wait_for_words, **{**told, **others})


WORDS = content()

TABLE: Mapping[Act, Row] = {
    # Rights are heard whatever else is going on (R12).
    Act.ERASE: in_all(wishes.offer_erasure),
    Act.WITHDRAW: in_all(wishes.offer_withdrawal_of_consent),
    Act.DATA: in_all(wishes.offer_data),
    # Own messages, also of an author who may send no new ones.
    Act.STATUS: beside(
        wishes.tell_state, topic=wishes.find_or_tell_state, place=wishes.find_or_tell_state,
        agency=wishes.find_or_tell_state, blocked=wishes.tell_state,
    ),
    Act.WHEN: beside(wishes.tell_state, blocked=wishes.tell_state),
    Act.TAKE_BACK: beside(wishes.offer_withdrawal, blocked=wishes.offer_withdrawal),
    # The bot itself.
    Act.CANCEL: beside(wishes.offer_to_stop),
    Act.WHERE: beside(wishes.offer_ways, preview=wishes.tell_receiver_or_ways),
    Act.PERSON: beside(
        wishes.offer_people, preview=wishes.tell_receiver_or_people, topic=wishes.find_or_offer_people,
        place=wishes.find_or_offer_people, agency=wishes.find_or_offer_people,
    ),
    Act.DONE: beside(wishes.end_telling),
    # Courtesy.
    Act.THANKS: in_all(
        wishes.accept_thanks, new=thank, sent=thank, asked=thank_or_answer, adding=add_here, replying=thank_in_reply,
        telling=take_words, blocked=blocking.answer_only,
    ),
    Act.ACKNOWLEDGE: silent(sent=answer_ok, preview=point_to_send),
    Act.GREETING: silent(new=greet, sent=greet, telling=greet, asked=greet_or_answer),
    Act.YES: silent(sent=answer_ok, topic=answer_topic, preview=point_to_send),
    Act.NO: silent(topic=answer_topic),
    Act.UNKNOWN: content(
        new=go_without, sent=go_without, telling=go_without, preview=go_without, place=ask_for_town,
        topic=go_without_topic, address=go_without_address, agency=go_without_agency,
    ),
    # What people tell.
    Act.STORY: content(sent=wishes.begin_once, telling=wishes.go_on_once),
    Act.QUESTION: content(
        new=wishes.offer_to_pass_on, sent=wishes.offer_to_pass_on, preview=wishes.tell_receiver,
    ),
    Act.AGAIN: content(),
    Act.SOLVED: content(sent=note_solved),
    Act.ADDITION: content(),
    Act.CORRECTION: content(),
    Act.PLACE: content(),
    Act.INSULT: content(new=wishes.ask_what_happened, sent=wishes.ask_what_happened),
    Act.PRESS: content(new=wishes.tell_press, sent=wishes.tell_press),
    Act.NOTICE: content(),
    Act.SPAM: content(new=wishes.refuse_advertising, sent=wishes.refuse_advertising),
}  # fmt: skip


def answer(turn: Turn, message: Message) -> Decision:
    """Free words, files or a point on the map."""
    here = situation(turn)
    if message.empty:
        return blocking.refuse_blocked(turn) if here is Situation.BLOCKED else turn.stays(texts.LETTERS_ONLY)
    over = own_appeals.adding(turn.dialogue)
    if over is not None and not own_appeals.still_adding(turn, over):
        return answer_anew(turn, message, over)
    reading = read(turn.facts, message)
    return TABLE[act_there(reading, here)][here](turn, reading)


ANSWERS: Mapping[Situation, frozenset[Act]] = {
    Situation.TOPIC: frozenset({Act.YES, Act.NO}),
    Situation.PLACE: frozenset({Act.UNKNOWN}),
    Situation.ADDRESS: frozenset({Act.UNKNOWN}),
    Situation.AGENCY: frozenset(),
}
"""Where the bot has asked for a name, few words are one; what else may be an answer there."""


STORIES: Mapping[Situation, float] = {Situation.SENT: 0.3}
"""How much rarer than elsewhere a story is told there: after the number people ask, add, thank and are impatient."""


COURTESIES = frozenset({Act.THANKS, Act.ACKNOWLEDGE, Act.YES, Act.NO, Act.GREETING, Act.DONE})
"""What is answered with a kind word and kept nowhere."""

ASKED_ALONE = frozenset({Act.YES, Act.NO, Act.ACKNOWLEDGE, Act.UNKNOWN, Act.ADDITION, Act.CORRECTION})
"""What nobody does before anything is told or asked: «фото обязательно?» sounds like one, and is a question."""

IMPATIENCE: Mapping[Situation, Act] = {
    Situation.SENT: Act.WHEN,
    Situation.TELLING: Act.STORY,
    Situation.PREVIEW: Act.STORY,
}
"""What «никто не отвечает» is: behind the number it asks, in a story it tells."""

QUESTIONED = frozenset({Situation.NEW, Situation.PREVIEW})
"""Where that may be asked: there a question is answered, elsewhere it may be the answer."""

FEW = 8
"""Words of a question; a longer text tells something too."""

HALF = 0.5
"""How probable such an act must be behind the number: what hardly is one goes on with the message."""


def act_there(reading: Reading, here: Situation) -> Act:
    """The act of these words in this situation: what is likely elsewhere may be an addition, a question or an answer
    here."""
    if here in IMPATIENCE and reading.only_words and is_impatient(reading.text):
        return IMPATIENCE[here]
    act = reading.likely_act(STORIES.get(here, 1.0))
    if here is Situation.SENT and act in COURTESIES and reading.odds(act, STORIES[here]) < HALF:
        return Act.ADDITION  # «она уже огромная стала» hardly is thanks
    if act is Act.WHEN and reading.says_nothing and here is not Situation.SENT:
        return Act.GREETING
    if here in QUESTIONED and "?" in reading.text and is_asked(reading, act):
        return Act.QUESTION
    return act if here not in ANSWERS or act in ANSWERS[here] else reading.sure


def is_asked(reading: Reading, act: Act) -> bool:
    """Whether what has the sign of a question only sounds like the other act."""
    return act in ASKED_ALONE and reading.listed_act is None and len(reading.text.split()) <= FEW


def answer_anew(turn: Turn, message: Message, code: str) -> Decision:
    """Decides on words as about something new, since «Дополнить» was left open; who has just lost it by an end hears
    so."""
    decision = answer(replace(turn, dialogue=replace(turn.dialogue, step=Idle())), message)
    if own_appeals.left_open(turn):
        return decision
    told = Send(turn.peer, turn.cause("over"), texts.ADDING_OVER.format(code=code))
    return replace(decision, effects=(told, *decision.effects))


def take_as_words(turn: Turn, which: str) -> Decision:
    """«Это о другом»: the words that were taken for a wish are told as any others. `which`: the message that the button
    stood under, empty where it was typed: the last one then."""
    draft = turn.dialogue.draft
    kept = (*draft.meant_before, *((draft.meant,) if draft.meant is not None else ()))
    told = next((meant for meant in reversed(kept) if which in ("", str(meant.cmid))), None)
    if told is None:
        return turn.stays(texts.STALE)
    *others, last = (*(meant for meant in kept if meant is not told), None)
    if others:
        *others, last = others
    left = replace(draft, meant=last, meant_before=tuple(others))
    before = replace(turn, dialogue=replace(turn.dialogue, draft=left))
    message = Message(turn.peer, told.cmid, turn.peer, turn.facts.now, told.text)
    return WORDS[situation(before)](before, read(turn.facts, message))
