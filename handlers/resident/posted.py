"""A message that an application sends for its resident: the same as «Отправить» with a whole draft (R35).

It must never touch what the resident is writing in VK just then, nor ask anything: an application cannot answer.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle import triage, warnings
from handlers.lifecycle.routing import told_where
from handlers.resident import drafting, floods, sending, where
from handlers.resident.where import ADDRESS_LIMIT
from handlers.text import texts, texts_posted
from handlers.text.relayed import clean, one_line
from handlers.views.preview import agency_of
from handlers.views.turn import Turn
from states.decision import Decision, ignore
from states.dialogue import Dialogue, Draft, Preview
from states.events import RequestPosted
from states.facts import Facts
from states.lifecycle.appeal import Action, History, Piece, Status


def send_posted(facts: Facts, event: RequestPosted) -> Decision:
    """An appeal with its number, told in VK like any other; or the reason why not, which the application reads."""
    dialogue = facts.dialogue or Dialogue(event.user)
    turn = Turn(facts, event.user, f"posted{-event.source}", dialogue)
    draft = draft_of(facts, event)
    refused = refusal(turn, event, draft)
    if refused:
        return ignore(refused)
    appeal = sending.new_appeal(turn, draft, agency_of(draft, facts))
    routed = triage.route_new_appeal(facts, appeal)
    told = texts.accepted(appeal.code, told_where(facts, routed.appeal))
    receipt = replace(turn.says(texts_posted.receipt(event.app, told)), appeal=appeal.code)
    begun = History(appeal.code, 1, facts.now, turn.peer, Action.SUBMIT, None, Status.WAITING)
    followed = Decision(appeals=(routed.appeal,), history=(begun, *routed.history), effects=(receipt, *routed.effects))
    return warn_first(turn, draft, followed)


def draft_of(facts: Facts, event: RequestPosted) -> Draft:
    """The draft of a message that an application sends. Whole: another message about the same is none of its business,
    for it could not be asked about (R32)."""
    words = clean(event.text)[: drafting.TEXT_LIMIT]
    address = one_line(clean(event.address), ADDRESS_LIMIT)
    if not address and event.location is not None:
        address = drafting.point(event.location)
    return Draft(
        pieces=(Piece(event.source, words, location=event.location, reworded=True, at=event.at),),
        topic=event.topic,
        place=event.place,
        address=address,
        settling_text=False,
        different=True,
    )


def refusal(turn: Turn, event: RequestPosted, draft: Draft) -> str:
    """Why it is not taken; empty where it is."""
    facts, directory = turn.facts, turn.facts.directory
    if not turn.has_consented:
        return texts_posted.NO_CONSENT
    if any(appeal.source == event.source for appeal in facts.appeals):
        return texts_posted.TWICE
    if turn.dialogue.is_blocked(facts.now):
        return texts_posted.BLOCKED
    if event.topic not in directory.topic_by_code or event.place not in directory.place_by_code:
        return texts_posted.UNKNOWN
    if not draft.text.strip():
        return texts_posted.NO_WORDS
    if not isinstance(where.lacking(facts, draft), Preview):
        return texts_posted.NOWHERE
    return floods.enough(facts)


def warn_first(turn: Turn, draft: Draft, followed: Decision) -> Decision:
    """The decision with 112 first (R28), as for a draft that has just become this one; the resident's own draft stays
    what it is."""
    empty = replace(turn, dialogue=replace(turn.dialogue, draft=Draft()))
    shown = warnings.first(empty, draft.text, replace(followed, dialogue=replace(turn.dialogue, draft=draft)))
    return replace(shown, dialogue=None)
