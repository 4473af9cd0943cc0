"""An address that its author corrects after the number: who answers, until when and together with whom is looked at
anew; card and chat say what it was.

It must never take a house, a street or a town for a correction that the message did not name before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from handlers.lifecycle.acting import act
from handlers.lifecycle.incidents import lead_gone, members_of
from handlers.lifecycle.routing import Routed, chat_at, current, is_cur, join_effects, left_behind, route, told_where
from handlers.lifecycle.stopping import stop_words_on_their_way
from handlers.resident import where
from handlers.text import texts, texts_chat
from handlers.text.relayed import one_line
from handlers.views import similar
from handlers.views.cards import agency_name
from handlers.views.titles import brief, place_and_address, without_address
from handlers.views.turn import Turn
from screening.corrected_address import Correction, besides_mistake, house_number, only_house, possible_corrections
from states.dialogue import Draft
from states.effects import Effect, Kind, Priority, Send
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, History, NotAllowed, Piece, Status, is_allowed

Told = Appeal | Draft
Somewhere = TypeVar("Somewhere", Appeal, Draft)

REASON = "житель исправил адрес"
_WORD = re.compile(r"[\w/]+")
_PART_OF_HOUSE = re.compile(
    r"(?:перв|втор|трет|четв[её]рт|пят|шест)\w+|подъезд\w*|этаж\w*|двор(?:е|у|а|ы|ом)?|квартир\w*|\d{1,3}"
)
_HOUSES = re.compile(r"(?<!\w)\d{1,4}[а-яa-z]?(?!\w)", re.IGNORECASE)


def corrected_by_words(facts: Facts, appeal: Appeal, pieces: Sequence[Piece]) -> Appeal | None:
    """The message with what these words put right; None where they put nothing right."""
    for piece in pieces:
        for told in possible_corrections(piece.text):
            if (found := apply_correction(facts, appeal, told)) is not None:
                return replace(found, was_at=place_and_address(appeal, facts.directory))
    return None


def put_right(facts: Facts, draft: Draft, text: str) -> Draft:
    """The draft whose house, street or town these words correct before it is sent: its preview shows the new one."""
    told = possible_corrections(text)
    corrected = (apply_correction(facts, draft, correction) for correction in told)
    if (found := next(filter(None, corrected), None)) is not None:
        return replace(found, settled=False)
    house = only_house(text)
    return replace(draft, address=with_house(draft.address, "", house)) if house and names_house(draft) else draft


def names_house(draft: Draft) -> bool:
    """Whether a house stands in its address: «дом 82» is another one then."""
    return bool(_HOUSES.search(draft.address))


def corrected_by_edit(facts: Facts, appeal: Appeal, before: str, after: str) -> Appeal | None:
    """The message where the words changed from which its place or its address came (T18, I14). An address that the
    new words do not name stays, unless it is another town's."""
    known = Draft(place=appeal.place, address=appeal.address)
    edited = where.follow_edit(facts, known, before, after)
    place = edited.place or appeal.place
    kept = appeal.address if place == appeal.place else ""
    found = replace(appeal, place=place, address=edited.address or kept)
    return replace(found, was_at=place_and_address(appeal, facts.directory)) if is_elsewhere(found, appeal) else None


def is_elsewhere(found: Told, appeal: Told) -> bool:
    """By more than how it is written: «улица Ленина, дом 5» is «Ленина, 5»."""
    return (found.place, brief(found.address)) != (appeal.place, brief(appeal.address))


def apply_correction(facts: Facts, appeal: Somewhere, told: Correction) -> Somewhere | None:
    """The appeal or draft with what the correction puts right; None where the sentence is about something else or
    changes nothing."""
    if tells_more(facts, appeal, told, told.before):
        return None  # the sentence is about something else
    place, address = corrected_place(facts, appeal, told), corrected_street(facts, appeal, told)
    found = replace(appeal, place=place or appeal.place, address=address or appeal.address)
    return found if is_elsewhere(found, appeal) else None


def tells_more(facts: Facts, appeal: Told, told: Correction, words: str) -> bool:
    """The rule of `where.locate_draft`: what is known is changed by words that name a place and nothing else. Where the
    wrong half stood there, the problem may be named too: «яма не на Ленина 4, а на Мира 5», but not «ответили про
    Мира 5»."""
    aside = words_aside(facts, words)
    named = told.wrong and len(aside) == 1 and appeal.topic in facts.find.topics(aside[0])
    return bool(aside) and not named


def words_aside(facts: Facts, words: str) -> tuple[str, ...]:
    """The words that tell neither where it is nor of a mistake."""
    return tuple(word for word in besides_mistake(facts.find.rest(words)) if not _PART_OF_HOUSE.fullmatch(word))


def names_place(facts: Facts, appeal: Told, told: Correction) -> bool:
    """Whether what stands before the mistake and what is right say nothing but where it is."""
    return not tells_more(facts, appeal, told, f"{told.before} {told.right}")


def corrected_place(facts: Facts, appeal: Told, told: Correction) -> str | None:
    """The corrected municipality, where the wrong half names nothing, or the one that stood there; None otherwise."""
    right, wrong = facts.find.place(told.right), facts.find.place(told.wrong)
    known = not told.wrong or appeal.place in wrong.places or bool(in_address(appeal, told.wrong))
    return right.places[0] if right.sure and known and names_place(facts, appeal, told) else None


def corrected_street(facts: Facts, appeal: Told, told: Correction) -> str:
    """A whole address; a house or a street in place of the one that stood there."""
    stood, number = in_address(appeal, told.wrong), house_number(told.wrong)
    if told.wrong and not stood and appeal.place not in facts.find.place(told.wrong).places:
        return ""
    if whole := one_line(facts.find.address(told.right) or "", where.ADDRESS_LIMIT):
        same = not number or facts.judge.same_street(whole, appeal.address)  # «школа 14, а не 4» is no house
        return whole if same and names_place(facts, appeal, told) else ""
    if house := house_number(told.right):
        bare = not (told.wrong or told.of_house)  # «точнее 3» may be days, «подъезд не 4, а 5» is no house
        sure = not bare and not besides_mistake(facts.find.rest(told.before))
        return with_house(appeal.address, number, house) if sure else ""
    anew = appeal.address.replace(stood, told.right) if stood and not number else ""
    names = anew and facts.find.address(anew) and not words_aside(facts, anew)
    return anew if names and not where.is_described(told.right) else ""


def in_address(appeal: Told, wrong: str) -> str:
    """The wrong half as it stands in the address, however it is written, or the number of its house there."""
    if brief(wrong).casefold() == brief(appeal.address).casefold():
        return appeal.address
    head, _, tail = wrong.rpartition(" ")
    ways = (wrong, head if house_number(tail) else "", house_number(wrong))
    return next((found for words in ways if (found := words_in_address(appeal.address, words))), "")


def words_in_address(address: str, words: str) -> str:
    """These words as they are written there, whole and one behind the other."""
    wanted, there = _WORD.findall(words.casefold()), list(_WORD.finditer(address))
    for first in range(len(there) - len(wanted) + 1 if wanted else 0):
        found = there[first : first + len(wanted)]
        if [word[0].casefold() for word in found] == wanted:
            return address[found[0].start() : found[-1].end()]
    return ""


def with_house(address: str, wrong: str, right: str) -> str:
    """The last number is the house; another one is changed only where it is named."""
    found = [it for it in _HOUSES.finditer(address) if not wrong or it[0].casefold() == wrong.casefold()]
    if not found:
        return f"{address}, {right}" if address and not wrong else ""
    return address[: found[-1].start()] + right + address[found[-1].end() :]


# What follows.


def note_to_author(turn: Turn, appeal: Appeal) -> str:
    """The note to the author of a corrected address: what it was, what it is, and who reads it until when."""
    facts = turn.facts
    return texts.corrected_address(appeal.was_at, place_and_address(appeal, facts.directory), told_where(facts, appeal))


def line_to_chat(turn: Turn, appeal: Appeal) -> str:
    """The line to the chat, above the words, that the address was corrected."""
    return texts_chat.corrected_address(appeal.was_at, place_and_address(appeal, turn.facts.directory), appeal.code)


@dataclass(frozen=True, slots=True)
class Relocation:
    """It is somewhere else now, as after a redirect. The appeal itself stands first."""

    appeals: tuple[Appeal, ...]
    history: tuple[History, ...]
    effects: tuple[Effect, ...]


def move_appeal(turn: Turn, before: Appeal, after: Appeal, pieces: Sequence[Piece]) -> Relocation | None:
    """What follows when a corrected appeal moves; None where it stays with whom it is. `after`: with the new words and
    the new address."""
    facts = turn.facts
    agency = facts.directory.agency_for(after.topic, after.place)
    to = agency.code if agency is not None else None
    if not (must_leave_incident(facts, before, after) or goes_to_other_agency(facts, before, after, to)):
        return None
    stopped = stop_words_on_their_way(facts, before, after, pieces, turn.origin, asks=False)
    routed = route_anew(turn, replace(stopped.appeal, incident=""), before, to)
    known = replace(facts, members=stopped.members)
    heirs = lead_gone(known, before, 0, members_of(known, before))
    kept = (routed.appeal, *heirs.appeals)
    codes = {appeal.code for appeal in kept}
    others = tuple(other for other in stopped.changed_appeals(facts)[1:] if other.code not in codes)
    led, told = notify_former_chat(turn, before, routed.appeal)
    effects = join_effects(
        stopped.effects, left_behind(facts, before, routed.appeal), told, routed.effects, heirs.effects
    )
    return Relocation((*kept, *others, *led), (*routed.history, *heirs.history), effects)


def must_leave_incident(facts: Facts, before: Appeal, after: Appeal) -> bool:
    """Whether an appeal must leave its incident: it joined others and is not about the same any more, as far as it
    was."""
    lead = facts.leads.get(before.incident) if before.status is Status.MERGED else None
    if lead is None:
        return False
    return before.place != after.place or (similar.like(facts, before, lead) and not similar.like(facts, after, lead))


def goes_to_other_agency(facts: Facts, before: Appeal, after: Appeal, to: str | None) -> bool:
    """Whether the appeal goes to the agency that the directory names for the other municipality. What a person of the
    ЦУР has, or should look at first, stays with him, and so does what its author has sent to somebody by name."""
    if before.place == after.place or to == before.agency or before.chosen_by_resident:
        return False
    by_person = before.by_hand or bool(before.notes) or is_cur(chat_at(facts, before.chat))
    if before.status is Status.WAITING:
        return facts.chat_of(to) is not None and not (before.by_hand or before.notes)
    return not by_person and is_allowed(before.status, Action.NOT_OURS)


def route_anew(turn: Turn, appeal: Appeal, before: Appeal, to: str | None) -> Routed:
    """Routes a corrected appeal anew, out of its incident first; where nobody has a chat for it, to the ЦУР."""
    facts, action = turn.facts, Action.SEPARATE
    if before.status is not Status.MERGED:
        if facts.chat_of(to) is not None:
            return route(facts, appeal, to, turn.peer, REASON)
        action = Action.NOT_OURS
    acted = act(facts, appeal, action, turn.peer, REASON)
    assert not isinstance(acted, NotAllowed), "asked before (goes_to_other_agency), or merged"
    routed = route(facts, acted.appeal, to, turn.peer)
    return Routed(routed.appeal, (*acted.history, *routed.history), (*acted.effects, *routed.effects))


def notify_former_chat(turn: Turn, before: Appeal, after: Appeal) -> tuple[tuple[Appeal, ...], tuple[Effect, ...]]:
    """The chat that had it reads why it is gone, in one line; the card of those it had joined counts one less."""
    facts = turn.facts
    lead = facts.leads.get(before.incident) if before.status is Status.MERGED else None
    had = lead or before
    if had.chat is None or had.chat == after.chat:
        told: tuple[Effect, ...] = ()
    else:
        cause = facts.cause("moved", had.chat, f"{after.code}.{turn.origin}")
        who = agency_name(facts.directory, after.agency)
        text = texts_chat.moved_away(without_address(before, facts.directory), after.code, who)
        told = (Send(had.chat, cause, text, Kind.NOTICE, Priority.CARD, appeal=after.code),)
    if lead is None:
        return (), told
    left = replace(facts, members=tuple(member for member in facts.members if member.code != before.code))
    leading, shown = current(left, replace(lead, version=lead.version + 1))
    return (leading,), (*told, *shown)
