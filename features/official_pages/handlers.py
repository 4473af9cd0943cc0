"""«Страница школы № 5 в Миассе»: the link from the registry of official pages, said beside the dialogue.

It must swallow nothing: the draft stays as it is, and one press makes a message of the words.
"""

from __future__ import annotations

from features.official_pages import texts
from features.official_pages.model.page import OPEN, OfficialPage, PagesAsked, PagesFound, PageState, rank
from features.official_pages.model.question import body_asked, page_asked
from handlers.resident.acts import act_there
from handlers.resident.reading import read
from handlers.resident.resident import origin_of, turn_of
from handlers.resident.situation import Situation, situation
from handlers.resident.wishes import offer_beside
from handlers.text import texts_wishes
from handlers.text.relayed import one_line
from handlers.text.words import plural
from handlers.views import own_screens
from handlers.views.titles import place_title
from handlers.views.turn import Turn
from screening.acts import Act
from states.decision import Decision
from states.directory import Directory
from states.facts import Facts, Rules
from states.messages import Message

TOLD = 5
NAME = 120
ASKING = (Act.QUESTION, Act.WHERE, Act.PLACE)
"""What may ask something of a body that has a page."""


def asks(event: Message) -> PagesAsked | None:
    """The question about official pages in this message; None where it asks none."""
    words = page_asked(event.text) or body_asked(event.text) if event.command is None else ""
    return PagesAsked(words) if words else None


def answer_question(facts: Facts, event: Message) -> Decision | None:
    """The answer to who asks for a page; None where no page is asked for, or the words may be an answer to
    something."""
    found, turn = facts.answer(PagesAsked), turn_of(facts, event.peer, origin_of(event))
    if found is None or event.attachments or event.location or event.forwarded:
        return None
    if own_screens.questions_to_answer(facts) or situation(turn) in (Situation.REPLYING, Situation.BLOCKED):
        return None
    if not page_asked(event.text):
        return answered_beside(turn, event, found)
    text, there = answer_text(found, facts.directory)
    return offer_beside(turn, event, text, (), texts_wishes.ANOTHER if there else texts.WRITE)


def answered_beside(turn: Turn, event: Message, found: PagesFound) -> Decision | None:
    """Something else is asked of a body: its page may say it. Where it has none, the question is one like any other."""
    here, reading = situation(turn), read(turn.facts, event)
    if here not in (Situation.NEW, Situation.SENT) or act_there(reading, here) not in ASKING:
        return None
    text, there = answer_text(found, turn.facts.directory)
    return offer_beside(turn, event, texts.maybe(text), (), texts_wishes.HAND_ON) if there else None


def answer_text(found: PagesFound, directory: Directory) -> tuple[str, bool]:
    """The answer, and whether there is a page in it."""
    pages = sorted((page for page in found.pages if page.state in OPEN and page.address), key=rank)
    if len(pages) == 1:
        return texts.one(line(pages[0], directory)), True
    if pages:
        left = found.number - (len(found.pages) - len(pages)) - TOLD
        more = plural(left, "страница", "страницы", "страниц") if left > 0 else ""
        return texts.several([line(page, directory) for page in pages[:TOLD]], more), True
    if len(found.pages) == 1:
        (body,) = found.pages
        return texts.missing(
            name_with_place(body, directory), soon=body.state in (PageState.WAITS, PageState.CREATING)
        ), False
    return texts.unknown(), False


def line(page: OfficialPage, directory: Directory) -> str:
    """One page as residents read it: whose it is and its address."""
    return texts.line(
        name_with_place(page, directory), one_line(page.address, NAME), marked=page.state is PageState.MARKED
    )


def name_with_place(page: OfficialPage, directory: Directory) -> str:
    """The body's name with its place, «Школа № 5, Миасс»; what names its town itself is not told twice."""
    body, place = one_line(page.body, NAME), place_title(directory, page.place)
    return f"{body}, {place}" if place and place.casefold() not in body.casefold() else body


RULES = Rules(asks=(asks,), answers=(answer_question,))
