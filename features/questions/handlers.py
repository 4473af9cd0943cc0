"""A question that many ask gets the region's answer beside the dialogue, and one button that passes it on all the same.

It must tell nothing without a source, nothing after its last day, and take no told problem for a question.
"""

from __future__ import annotations

from features.questions.model import READ, answers, opens
from handlers.resident.acts import act_there
from handlers.resident.reading import Reading, read
from handlers.resident.resident import origin_of, turn_of
from handlers.resident.situation import Situation, situation
from handlers.resident.wishes import offer_beside
from handlers.text import texts_wishes
from screening.acts import Act
from states.decision import Decision
from states.directory import KnownAnswer
from states.facts import Facts, Rules
from states.messages import Message

RESTING = (Situation.NEW, Situation.SENT)
"""Where nothing is being written and nothing was asked: elsewhere such words belong to what is told."""


def answer_question(facts: Facts, event: Message) -> Decision | None:
    """The region's answer beside the dialogue, with a button that passes the question on; None where no known answer
    fits or holds here."""
    if not facts.directory.faq or len(event.text) > READ:
        return None
    turn = turn_of(facts, event.peer, origin_of(event))
    here, reading = situation(turn), read(facts, event)
    if here not in RESTING or not asks(reading, here):
        return None
    known = next(iter(true_there(facts, reading)), None)
    if known is None:
        return None
    told = texts_wishes.known_answer(known.answer, known.phone, known.link)
    return offer_beside(turn, event, told, (), texts_wishes.HAND_ON)


def asks(reading: Reading, here: Situation) -> bool:
    """Whether it may be a question: no file, no wish that is surely heard, and no story unless it opens as one."""
    if not reading.only_words or reading.listed_act is not None:
        return False
    return act_there(reading, here) is not Act.STORY or opens(reading.text)


def true_there(facts: Facts, reading: Reading) -> list[KnownAnswer]:
    """The answers that hold today in the town that is named, those of that town first."""
    today = facts.now.astimezone(facts.policy.zone).date()
    known = [answer for answer in answers(reading.text, facts.directory.faq) if answer.holds(today)]
    here = [
        known_answer
        for known_answer in known
        if known_answer.place is not None and known_answer.place in reading.places.places
    ]
    return [*here, *(known_answer for known_answer in known if known_answer.place is None)]


RULES = Rules(answers=(answer_question,))
