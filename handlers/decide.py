"""decide(facts, event) -> Decision: the one pure function between the inbox and the outbox."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from handlers.lifecycle import unfinished
from handlers.official import agency, correcting, panel, sign_in, sources
from handlers.resident import consent, doors, my_data, posted, resident
from handlers.resident.floods import limit_flood
from handlers.system import alarm, chat, delivery, hearing, timer
from handlers.text import texts
from states.decision import Decision, ignore
from states.effects import Release
from states.events import (
    Alarm,
    ButtonPressed,
    ChatChanged,
    ChatRefused,
    ChatUnseen,
    CommentActed,
    CommentTold,
    DeliveryEnded,
    ErasureAsked,
    Event,
    MembersListed,
    MessageEdited,
    MessageNew,
    MessagesAllowed,
    MessagesDenied,
    NotForUs,
    PanelActed,
    Poisoned,
    PostTold,
    RequestPosted,
    RereadFailed,
    RoutesChanged,
    SourceRead,
    TimerFired,
)
from states.facts import Facts
from states.messages import Message, is_chat, is_person
from states.people.comments import WALLS


def decide(facts: Facts, event: Event) -> Decision:
    """What follows from one event. The same facts and event give the same decision, always."""
    return unfinished.notify_unfinished(facts, decide_event(facts, event))


def decide_event(facts: Facts, event: Event) -> Decision:
    """What follows from one event, by its kind. Every kind of event has a case here; mypy refuses one without."""
    match event:
        case MessageNew(message):
            return wrote(facts, message)
        case MessageEdited(message):
            return follow_edit(facts, message) if is_person(message.peer) else correcting.handle_edit(facts, message)
        case ButtonPressed():
            return button(facts, event)
        case ChatChanged():
            return chat.handle_change(facts, event)
        case MessagesAllowed(user):
            return Decision(effects=(Release(user),))
        case MessagesDenied():
            return ignore("житель закрыл сообщения")
        case TimerFired():
            return timer.handle_timer(facts, event)
        case CommentTold() | CommentActed() | PostTold():
            return follow_comment(facts, event)
        case PanelActed():
            return panel.handle_act(facts, event)
        case RequestPosted():
            return posted.send_posted(facts, event)
        case DeliveryEnded():
            return follow_comment(facts, event) if event.peer in WALLS else delivery.handle_outcome(facts, event)
        case RereadFailed(peer, cmids):
            turn = resident.turn_of(facts, peer, f"reread{cmids[0] if cmids else 0}")
            return timer.asked_again(turn, texts.SAY_AGAIN)
        case ErasureAsked(peer, at):
            return my_data.end_by_request(resident.turn_of(facts, peer, f"erasure{at:%y%m%d%H%M%S}"))
        case SourceRead():
            return sources.source_read(facts, event)
        case RoutesChanged():
            return delivery.routes_changed(facts, event)
        case MembersListed():
            return hearing.members_shown(facts, event)
        case ChatUnseen():
            return hearing.unseen(facts, event)
        case ChatRefused():
            return hearing.doubt_chat(facts, event)
        case Poisoned(peer, key):
            return apologise_for_failure(facts, peer, key)
        case Alarm():
            return alarm.rung(facts, event)
        case NotForUs(reason):
            return ignore(reason)
        case _:
            assert_never(event)


def follow_comment(facts: Facts, event: CommentTold | CommentActed | PostTold | DeliveryEnded) -> Decision:
    """A comment under a post, a post, what became of our own comment; a region that does without has no rule for it."""
    rule = next(iter(facts.rules.comments), None)
    if rule is None:
        return ignore("комментарии не читаются")
    match event:
        case CommentTold():
            return rule.follows(facts, event)
        case CommentActed():
            return rule.acts(facts, event)
        case PostTold():
            return rule.follows_post(facts, event)
        case DeliveryEnded():
            return rule.ends(facts, event)
        case _:
            assert_never(event)


def wrote(facts: Facts, message: Message) -> Decision:
    """Decides on a new message: in a chat an official's, else a resident's, which may be limited (T9), sign in, or come
    by a link."""
    if is_chat(message.peer):
        if facts.chat is None or not facts.chat.bound:
            return chat.unbound_message(facts, message)
        return hearing.looked_at_once(facts.chat, agency.message(facts, facts.chat, message))
    if not is_person(message.author):
        return ignore("написал не человек")
    origin, ticket = resident.origin_of(message), facts.ticket
    if ticket is not None:
        return limit_flood(facts, message, origin, lambda known: sign_in.send_link(known, message, origin, ticket))
    comments = doors.comments_of_link(facts, message) if message.ref else ()
    facts = doors.with_link(facts, message, comments) if message.ref else facts
    decision = limit_flood(facts, message, origin, lambda known: resident.message(known, message))
    if message.ref:
        decision = doors.keep_link(facts, decision, comments)
    if decision.ignored is not None:
        return decision
    # A person who writes can be written to again: parked messages may go (delivery.md §9).
    return replace(decision, effects=(Release(message.peer), *decision.effects))


def follow_edit(facts: Facts, message: Message) -> Decision:
    """A resident's edited message as a step of the dialogue, unless too many come at once."""
    return limit_flood(
        facts, message, resident.origin_of_edit(message), lambda known: resident.handle_edit(known, message)
    )


def button(facts: Facts, event: ButtonPressed) -> Decision:
    """A callback button: of an official on a card, or of a resident on an old message."""
    if is_chat(event.peer):
        return agency.handle_press(facts, facts.chat, event)
    as_message = Message(event.peer, event.cmid, event.user, event.at, command=event.command)

    def follow(known: Facts) -> Decision:
        turn = resident.turn_of(known, event.peer, event.event_id)
        if not turn.has_consented:
            return consent.ask(turn, as_message, written=False)
        return resident.pass_over(
            turn,
            lambda later: resident.handle_press(resident.turn_of(later, event.peer, event.event_id), event.command),
        )

    decision = limit_flood(facts, as_message, event.event_id, follow)
    return replace(decision, effects=(agency.stop_spinner(event, ""), *decision.effects), ignored=None)


def apologise_for_failure(facts: Facts, peer: int, key: str) -> Decision:
    """An event could not be handled: its author hears that nothing is lost (delivery.md §10)."""
    if facts.chat is not None and facts.chat.bound:
        return Decision(effects=(chat.says(facts, peer, f"poison.{key}", texts.POISONED_IN_CHAT),))
    if not is_person(peer):
        return ignore("сбой при обработке в чате")
    turn = resident.turn_of(facts, peer, f"poison.{key}")
    return Decision(dialogue=turn.dialogue.mark_unanswered(), effects=(turn.says(texts.POISONED),))
