"""An official announces a known trouble, sees what was understood, confirms it by a press and takes it back by one; a
resident whose message is about it hears so once before the number.

It must hold back nobody: one more press sends. An agency announces only where it answers itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from features.notices import texts
from features.notices.model import LONGEST_DAYS, NoticesAsked, divide_line, is_everywhere
from handlers.text import keyboards
from handlers.text.keyboards import callback
from handlers.text.words import clock, day, near_day
from handlers.views.titles import place_title
from handlers.views.turn import hint
from states.audit import AuditAction, AuditLine
from states.cause import parse
from states.decision import Decision, ignore
from states.dialogue import Draft
from states.effects import Edit, Effect
from states.events import ButtonPressed
from states.facts import Audience, ButtonRule, ChatCommand, Facts, Rules
from states.messages import Message
from states.people.chats import Chat
from states.people.notices import Notice
from states.people.who_may import coordinates
from states.screen import Colour, Keyboard

ANNOUNCE, END = "notice_announce", "notice_end"
"""Actions of buttons; their value is the id of the notice."""
SHOWN = 5
TOPICS = 3
"""Topics among which one of the agency's own is looked for."""


# What an official writes.


def understand(facts: Facts, chat: Chat, event: Message, rest: str) -> Decision | str:
    """Reads an announcement: topic, place, street, until when. The official is shown it with a button, or told what
    lacks."""
    said = divide_line(facts, rest)
    if not said.pieces:
        return texts.HOW
    if said.at is None or not timedelta() < said.at - facts.now <= timedelta(days=LONGEST_DAYS):
        return texts.WHEN
    place, street = whereabouts(facts, chat, said.pieces)
    if place is None:
        return texts.PLACE
    topics = facts.find.topics(said.pieces[0], TOPICS)
    own = [topic for topic in topics if coordinates(chat) or answers(facts, chat, topic, place)]
    if not own:
        return texts.NOT_OURS if topics else texts.TOPIC
    key = f"{event.peer}.{event.cmid}"
    known = Notice(key, own[0], place, street, said.pieces[0], said.at, event.peer, event.author, facts.now)
    asked = replace(hint(facts, event, preview(facts, known)), keyboard=buttons(known, texts.ANNOUNCE, ANNOUNCE))
    return Decision(notices=(known,), effects=(asked,))


def whereabouts(facts: Facts, chat: Chat, pieces: tuple[str, ...]) -> tuple[str | None, str]:
    """The municipality that is named, else the agency's own, and the street that stands in a piece of its own."""
    agency = facts.directory.agency_by_code.get(chat.agency or "")
    place, streets = agency.place if agency is not None else None, []
    for piece in pieces:
        found = facts.find.place(piece)
        place = found.places[0] if found.sure else place
        named = found.places and not facts.find.rest(piece)
        if piece is not pieces[0] and not named and not is_everywhere(facts.find.rest(piece)):
            streets.append(piece)
    if not streets:
        return place, ""
    typed = ", ".join(streets)
    return place, facts.find.address(typed) or facts.find.address(f"улица {typed}") or f"улица {typed}"


def answers(facts: Facts, chat: Chat, topic: str, place: str) -> bool:
    """Whether this chat's agency answers for the topic there."""
    agency = facts.directory.agency_for(topic, place)
    return agency is not None and agency.code == chat.agency


def list_notices(facts: Facts, chat: Chat, event: Message, rest: str) -> Decision | str:
    """Answers with the notices of this chat; in the ЦУР's with all."""
    every = [notice for notice in current_notices(facts) if coordinates(chat) or notice.chat == event.peer]
    if not every:
        return texts.NONE
    known = every[:SHOWN]
    lines = [texts.line(notice.words, where(facts, notice), until(facts, notice)) for notice in known]
    rows = [(callback(f"{texts.END} {at}", END, notice.id),) for at, notice in enumerate(known, 1)]
    told = replace(hint(facts, event, texts.listed(lines, len(every) - len(known))), keyboard=keyboards.inline(*rows))
    return Decision(effects=(told,))


def current_notices(facts: Facts) -> list[Notice]:
    """The announcements that hold now."""
    return [notice for notice in facts.answer(NoticesAsked) or () if notice.holds(facts.now)]


# What an official presses.


def announce(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """Announces the notice that an official confirms."""
    known = pressed_notice(facts, chat, event)
    if isinstance(known, str):
        return "", ignore(known)
    if known.since is not None:
        return texts.ANNOUNCED, Decision()
    after = replace(known, since=facts.now, author=event.user)
    done = Decision(notices=(after,), audit=(line(after, event, AuditAction.NOTICE_GIVEN),))
    return texts.ANNOUNCED, replace(done, effects=stands(facts, event, after, texts.ANNOUNCED))


def end(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """Ends a notice by its button: what the official reads, and what follows."""
    known = pressed_notice(facts, chat, event)
    if isinstance(known, str):
        return "", ignore(known)
    after = replace(known, ended=facts.now)
    lines = (line(after, event, AuditAction.NOTICE_ENDED),) if known.since is not None else ()
    return texts.ENDED, Decision(notices=(after,), audit=lines, effects=stands(facts, event, after, texts.ENDED))


def pressed_notice(facts: Facts, chat: Chat, event: ButtonPressed) -> Notice | str:
    """The notice, or why nothing can be done with it."""
    found = facts.answer(NoticesAsked) or ()
    known = next(iter(found), None)
    if known is None or known.ended is not None or facts.now >= known.until:
        return texts.OVER
    return known if coordinates(chat) or known.chat == event.peer else texts.NOT_YOURS


def stands(facts: Facts, event: ButtonPressed, known: Notice, done: str) -> tuple[Effect, ...]:
    """The question says what became of it; a list of several stays."""
    if not facts.replied or parse(facts.replied).origin != known.id.partition(".")[2]:
        return ()
    text = texts.state(known.words, where(facts, known), until(facts, known), done)
    keyboard = buttons(known, texts.END, END) if known.ended is None else None
    cause = facts.cause("notice", event.peer, f"{known.id}.{'end' if known.ended else 'given'}")
    return (Edit(event.peer, cause, facts.replied, text, keyboard=keyboard),)


def line(known: Notice, event: ButtonPressed, action: AuditAction) -> AuditLine:
    """A line of the journal about this notice."""
    return AuditLine(event.user, action, known.topic, known.place)


def buttons(known: Notice, label: str, action: str) -> Keyboard:
    """The buttons under a notice."""
    first = callback(label, action, known.id, Colour.PRIMARY if action == ANNOUNCE else Colour.SECONDARY)
    return keyboards.inline((first,), (callback(texts.NOT_NEEDED, END, known.id),) if action == ANNOUNCE else ())


# What people read.


def preview(facts: Facts, known: Notice) -> str:
    """What the official sees before it is announced."""
    topic = facts.directory.topic_by_code[known.topic].name
    return texts.preview(known.words, topic, where(facts, known), until(facts, known))


def where(facts: Facts, known: Notice) -> str:
    """The municipality and the street of a notice."""
    return ", ".join(filter(None, (place_title(facts.directory, known.place), known.street)))


def until(facts: Facts, known: Notice) -> str:
    """Until when, in words: «18:00 сегодня»."""
    return f"{clock(known.until, facts.policy.zone)} {near(facts, known.until)}"


def near(facts: Facts, at: datetime) -> str:
    """The day as «сегодня» or «завтра», else its date."""
    return near_day(at, facts.now, facts.policy.zone) or day(at, facts.policy.zone)


def known_about(facts: Facts, draft: Draft) -> tuple[str, str]:
    """What a resident hears whose message is about an announced trouble; of several the narrower first."""
    fitting = [
        notice for notice in current_notices(facts) if (notice.topic, notice.place) == (draft.topic, draft.place)
    ]
    fitting = [
        notice for notice in fitting if not notice.street or facts.judge.same_street(draft.address, notice.street)
    ]
    fitting.sort(key=lambda notice: not notice.street)
    return next((texts.known(notice.words, where(facts, notice), until(facts, notice)) for notice in fitting), ""), ""


# What is asked before.


def of_command(rest: str, message: Message) -> NoticesAsked:
    """What to load for «/объявления»: all of them."""
    return NoticesAsked()


def of_press(event: ButtonPressed) -> NoticesAsked | None:
    """What to load for the button: the announcement that it names."""
    return NoticesAsked(event.command.value) if event.command.value else None


RULES = Rules(
    commands=(
        ChatCommand(("объявить",), understand, help=texts.HELP),
        ChatCommand(("объявления",), list_notices, Audience.ALL, asks=of_command),
    ),
    buttons=(ButtonRule(ANNOUNCE, of_press, announce), ButtonRule(END, of_press, end)),
    known=((lambda talk: NoticesAsked() if talk.draft.topic and talk.draft.place else None, known_about),),
)
