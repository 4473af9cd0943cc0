"""Which facts an event needs. It must know every button and command for which something more is loaded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, assert_never

from handlers.lifecycle.alarms import ALERT_TIMER, source_of
from handlers.lifecycle.answering import LEAVE_TIMER
from handlers.lifecycle.asking import TASK_TIMER
from handlers.lifecycle.incidents import INCIDENTS_TIMER
from handlers.official.commands import word_and_rest
from handlers.official.digest import DIGEST_TIMER
from handlers.resident.doubts import told_by
from handlers.system.reminders import SPIKES_TIMER
from handlers.text import actions, texts_panel
from handlers.views.turn import ADDING_TIMER
from screening.acts.written import says_send
from screening.corrected_address import possible_corrections
from screening.danger import alarms
from states.dialogue import (
    AddingTo,
    ChoosingSame,
    ConfirmingErasure,
    ConfirmingSafety,
    ConfirmingWithdrawal,
    Dialogue,
    OfferingDuty,
    Preview,
    Rating,
    ReportingDanger,
    ShowingAppeal,
    Step,
)
from states.effects import Kind
from states.events import (
    ButtonPressed,
    CommentActed,
    CommentTold,
    DeliveryEnded,
    DeliveryOutcome,
    ErasureAsked,
    Event,
    MembersListed,
    MessageEdited,
    MessageNew,
    PanelActed,
    PostTold,
    RequestPosted,
    RereadFailed,
    RoutesChanged,
    SourceRead,
    TimerFired,
)
from states.facts import Listing, Question, Rules, WantedFacts
from states.lifecycle.digest import Section
from states.lifecycle.several import SEVERAL_TIMER, several_of
from states.lifecycle.tasks import Ask
from states.messages import Message, is_chat
from states.people.comments import WALLS

FEWEST_TYPED = 3
"""A shorter part of a number fits too many."""

TAKES_BACK = frozenset({actions.WITHDRAW_YES, actions.ERASE_YES, actions.ADD_DRAFT})
"""Buttons of a resident after which no answer leaves to them, or not yet; to others of an incident it may."""

_NUMBER = re.compile(r"\d{4}-[2-9A-HJ-NP-Z]{4}", re.IGNORECASE)
_PART = re.compile(r"[0-9A-Z]+-?[0-9A-Z]*")
_PERSON = re.compile(r"([0-9]{1,12}) ([0-9]{1,12})")
_LIKE_LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
_LISTINGS = {"мои": Listing.MINE, "просрочено": Listing.OVERDUE, "найти": Listing.FOUND}


def needs(event: Event, dialogue: Dialogue | None, rules: Rules = Rules()) -> WantedFacts:  # noqa: B008 - frozen
    """What must be loaded to decide on the event. Without the dialogue: what can be said before it is known, for it may
    be that of the author of a named appeal."""
    match event:
        case MessageNew(message) | MessageEdited(message):
            wanted = of_message(message, rules)
            if isinstance(event, MessageEdited) and not is_chat(message.peer):
                wanted = replace(wanted, every_chat=True, also_told=True)
        case ButtonPressed():
            wanted = replace(of_button(event), questions=of_feature(event, rules))
        case PanelActed():
            wanted = of_panel(event.code, event.whom, event.user)
        case RequestPosted():  # it has a draft of its own, whatever the resident is writing meanwhile
            return WantedFacts(every_chat=True, leads=True, first=event.source)
        case TimerFired():
            wanted = replace(of_timer(event), questions=of_feature(event, rules))
        case CommentTold() | CommentActed() | PostTold():
            wanted = WantedFacts(questions=of_feature(event, rules))
        case DeliveryEnded() if event.peer in WALLS:
            wanted = WantedFacts(questions=of_feature(event, rules))
        case DeliveryEnded():
            answered = event.kind == Kind.ANSWER and event.outcome is DeliveryOutcome.SENT
            asked = tuple(asks(event.appeal) for asks, _ in rules.answered) if answered else ()
            wanted = WantedFacts(
                codes=frozenset({event.appeal} - {""}), of_author=True, officials=True, questions=asked
            )
        case SourceRead():
            wanted = WantedFacts(
                codes=frozenset({event.appeal}), officials=True, every_chat=True, leads=True, also_told=True
            )
        case RereadFailed() | ErasureAsked():
            wanted = WantedFacts(officials=True, leads=True, also_told=True)
        case MembersListed():  # what waits is named only where something was not heard
            wanted = WantedFacts(officials=True, leads=True, listing=Listing.MINE if event.unread else None)
        case RoutesChanged():
            wanted = WantedFacts(waiting=True, every_chat=True, leads=True)
        case _:
            wanted = WantedFacts(officials=True, leads=True)
    return wanted if dialogue is None else of_dialogue(wanted, event, dialogue, rules)


def of_feature(
    event: ButtonPressed | TimerFired | CommentTold | CommentActed | PostTold | DeliveryEnded, rules: Rules
) -> tuple[Question[Any], ...]:
    """What a feature asks for an event of its own."""
    match event:
        case ButtonPressed():
            pressed = rules.button(event.command.action)
            asked = pressed.asks(event) if pressed is not None else None
            return (asked,) if asked is not None else ()
        case TimerFired():
            due = rules.timer(event.name)
            return (due.asks(event),) if due is not None else ()
        case CommentTold() | CommentActed() | PostTold() | DeliveryEnded():
            return tuple(rule.asks(event) for rule in rules.comments)
        case _:
            assert_never(event)


def after_restore(codes: frozenset[str]) -> Callable[[Event, Dialogue | None], WantedFacts]:
    """What an event needs of a resident in whose window these numbers are named: the preview of whatever it leaves in
    the draft tells who gets it (R35), and what belongs to a message goes to it, however old."""

    def wanted_facts(event: Event, dialogue: Dialogue | None) -> WantedFacts:
        return replace(needs(event, dialogue), every_chat=True, codes=codes)

    return wanted_facts


def of_panel(code: str, whom: str, user: int) -> WantedFacts:
    """What an act in the panel needs: the message, and those that `whom` names by their numbers."""
    codes = frozenset({code}) | numbers_in(whom)
    more = WantedFacts(codes=codes, officials=True, every_chat=True, leads=True, also_told=True)
    return replace(more, user=user, about=code)


def of_timer(event: TimerFired) -> WantedFacts:
    """What a timer needs, by its name; for an unknown one the message that its key names."""
    match event.name:
        case name if name == SEVERAL_TIMER:
            press = several_of(event.key)
            return of_panel(press.code, press.whom, press.user) if press is not None else WantedFacts()
        case name if name == ALERT_TIMER:
            return WantedFacts(
                codes=numbers_in(event.key), of_author=True, officials=True, every_chat=True, alarms=True
            )
        case name if name == SPIKES_TIMER:
            return WantedFacts(spikes=True, every_chat=True)
        case name if name == DIGEST_TIMER:
            return WantedFacts(digest=True)
        case name if name == INCIDENTS_TIMER:
            return WantedFacts(incidents=True, every_chat=True)
        case name if name == LEAVE_TIMER:
            codes = numbers_in(event.key)
            return WantedFacts(codes=codes, of_author=True, officials=True, leads=True, also_told=True)
        case name if name == ADDING_TIMER:  # as «Дополнить» is pressed
            codes = frozenset({event.key})
            return WantedFacts(codes=codes, officials=True, every_chat=True, leads=True, also_told=True)
        case name if name == TASK_TIMER:  # what is given back may go to any agency
            return WantedFacts(codes=numbers_in(event.key), of_author=True, officials=True, every_chat=True, leads=True)
        case _:
            return WantedFacts(codes=numbers_in(event.key), of_author=True, officials=True)


def of_message(message: Message, rules: Rules) -> WantedFacts:
    """What a message needs: what its reply, its button and the numbers in it name, and what features ask for."""
    wanted = WantedFacts(
        message=(message.peer, message.reply.cmid) if message.reply is not None else None,
        codes=numbers_in(message.command.value) if message.command is not None else frozenset(),
        officials=True,
        leads=True,
        also_told=message.command is not None and message.command.action in TAKES_BACK,
    )
    if is_chat(message.peer):
        return in_chat(wanted, message, rules)
    if message.reply is not None and message.reply.code:
        wanted = replace(wanted, about=message.reply.code, codes=wanted.codes | {message.reply.code})
    if message.command is None and may_correct_address(message):  # to whomever it goes then, and from whom
        wanted = replace(wanted, every_chat=True, also_told=True)
    asked = tuple(question for asks in rules.asks if (question := asks(message)) is not None)
    if message.ref:
        asked += tuple(question for link in rules.links if (question := link.asks(message.ref)) is not None)
    return replace(wanted, sign_in=message.text.strip(" .!").casefold() in texts_panel.WORDS, questions=asked)


def may_correct_address(message: Message) -> bool:
    """Whether an address may be put right by it, in whichever message."""
    return bool(possible_corrections(message.text))


def in_chat(wanted: WantedFacts, message: Message, rules: Rules) -> WantedFacts:
    """Officials name appeals in their text, and commands name agencies."""
    text = message.text.strip()
    wanted = replace(wanted, user=message.author, codes=wanted.codes | numbers_in(message.text))
    if not text.startswith("/") or text.startswith("//"):
        # Plain words right behind a message of the bot may be meant as the answer to its question.
        before = (message.peer, message.cmid - 1) if message.reply is None and message.cmid > 1 else None
        return replace(wanted, message=wanted.message or before)
    word, rest = word_and_rest(text)
    listing = _LISTINGS.get(word)
    part = part_of_number(rest) if listing is Listing.FOUND else ""
    return replace(
        wanted,
        every_chat=True,
        chat_code=rest if word == "код" else "",
        listing=listing if listing is not Listing.FOUND or part else None,
        number_part=part,
        history=word == "история",
        digest=word == "сводка",
        similar=word == "объединить",
        questions=rules.asked_by_command(word, rest, message),
    )


def of_button(event: ButtonPressed) -> WantedFacts:
    """What a press needs: the message that it stands under and everything that its value names. Of every chat only for
    officials."""
    action, value = event.command.action, event.command.value
    chat = is_chat(event.peer)
    named = value.partition(" ")[0]
    return WantedFacts(
        message=(event.peer, event.cmid),
        codes=numbers_in(value),
        officials=True,
        person=person_in(value) if action in (actions.ADMIT, actions.REFUSE_MEMBER) else None,
        every_chat=chat,
        user=event.user if chat else 0,
        history=action == actions.WHO,
        leads=True,
        also_told=True,
        digest=chat and action in (actions.DIGEST, actions.REMIND),
        similar=chat and merges(action, value),
        alike=alike_in(value) if chat and action == actions.ALIKE else None,
        section=Section(named) if chat and action == actions.DIGEST and named in set(Section) else None,
    )


def merges(action: str, value: str) -> bool:
    """Whether the press merges: «Объединить», or what is picked under the question with what."""
    return action == actions.MERGE or (action == actions.PICK and value.split(" ")[1:2] == [Ask.NUMBER])


def alike_in(value: str) -> tuple[str, str] | None:
    """The topic and the place in a button's value; None where one of the two is missing."""
    topic, _, place = value.partition(" ")
    return (topic, place) if topic and place else None


def of_dialogue(wanted: WantedFacts, event: Event, dialogue: Dialogue, rules: Rules) -> WantedFacts:
    """What was wanted, and what the dialogue's step and draft need besides."""
    draft, step = dialogue.draft, dialogue.step
    compares = isinstance(step, Preview | ChoosingSame) or sends(event)
    begins = event.message.cmid if isinstance(event, MessageNew) else None
    confirms = isinstance(step, ConfirmingWithdrawal | ConfirmingErasure)  # its button may be typed, as «да» is
    first = of_alarm(event, dialogue) or (draft.first if draft.pieces else begins)
    known = rules.known if sends(event) else ()  # what features know about a message that is about to be sent
    command = event.message.command if isinstance(event, MessageNew) else None
    door = command.value if command is not None and command.action == actions.SEND_ABOUT else ""
    links = rules.links if compares and (door := door or dialogue.door) else ()
    asked = (*(asks(dialogue) for asks, _ in known), *(link.asks(door) for link in links))
    return replace(
        wanted,
        questions=(*wanted.questions, *(question for question in asked if question is not None)),
        shown=codes_shown(step)
        | (codes_shown(dialogue.interrupted) if dialogue.interrupted is not None else frozenset()),
        joins=step.code if isinstance(step, ChoosingSame) and not step.own else None,
        alike=(draft.topic, draft.place) if compares and draft.topic and draft.place else None,
        first=first,
        # The preview tells who gets it, whatever topic this very event makes of it.
        every_chat=wanted.every_chat or not draft.empty,
        also_told=wanted.also_told or confirms or draft.offered,
    )


def of_alarm(event: Event, dialogue: Dialogue) -> int | None:
    """What the number of an alarm is made of: what is being written meanwhile keeps its own, and so does what was sent
    of the same message before it was edited (R28, R35)."""
    match event:
        case MessageNew(message) | MessageEdited(message) if message.command is None and alarms(message.all_words):
            return source_of(message.cmid, edited=isinstance(event, MessageEdited))
        case MessageNew(message) if dialogue.doubted and (told := told_by(dialogue, message)) is not None:
            return source_of(told.cmid)
        case _:
            step = dialogue.step
            return source_of(step.pieces[-1].cmid) if isinstance(step, OfferingDuty) and step.pieces else None


def sends(event: Event) -> bool:
    """Whether the event is «Отправить», pressed or typed."""
    match event:
        case ButtonPressed():
            return event.command.action in (actions.SEND, actions.SEND_ABOUT)
        case MessageNew(message) | MessageEdited(message) if message.command is not None:
            return message.command.action in (actions.SEND, actions.SEND_ABOUT)
        case MessageNew(message) | MessageEdited(message):
            return says_send(message.text)
        case _:
            return False


def codes_shown(step: Step) -> frozenset[str]:
    """The appeal that the step is about, however old."""
    match step:
        case ShowingAppeal(code) | AddingTo(code) | ConfirmingWithdrawal(code) | Rating(code):
            return frozenset({code})
        case ReportingDanger(code) | ConfirmingSafety(code):
            return frozenset({code})
        case ChoosingSame(code, own=True):
            return frozenset({code})
        case _:
            return frozenset()


def person_in(value: str) -> tuple[int, int] | None:
    """The chat and the person in the value of a button that admits or refuses somebody; None for anything else."""
    found = _PERSON.fullmatch(value)
    return (int(found[1]), int(found[2])) if found else None


def part_of_number(typed: str) -> str:
    """The part of a number as it is stored, also where letters were typed that only look alike; else nothing."""
    part = "".join(typed.split()).lstrip("№#").upper().translate(_LIKE_LATIN)
    return part if len(part) >= FEWEST_TYPED and _PART.fullmatch(part) else ""


def numbers_in(text: str) -> frozenset[str]:
    """The numbers of messages in the first 1,000 characters, in capital letters."""
    return frozenset(number.upper() for number in _NUMBER.findall(text[:1000]))
