"""What comments add to decisions, and what has to be known before each of them. It decides nothing itself."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from features.comments import cards, handlers, pressed, texts
from features.comments.handlers import INVITE, SEEN, TIMER, UNDO, comment_in, number_behind
from features.comments.model.asked import CardAsked, CommentAsked, PublicAsked, RecentAsked
from features.comments.model.posts import silence_of
from features.comments.model.reading import marks_of
from states.cause import parse
from states.events import (
    ButtonPressed,
    CommentActed,
    CommentChange,
    CommentTold,
    DeliveryEnded,
    PostTold,
    TimerFired,
)
from states.facts import Audience, ButtonRule, ChatCommand, CommentRule, LinkRule, Rules, TimerRule
from states.messages import Message
from states.people.comments import ANSWERS_LEFT, CommentKind, post_of


def question_of_comment(event: CommentTold | CommentActed | PostTold | DeliveryEnded) -> CommentAsked:
    """What to load before such an event: room for an invitation only for a problem, a held answer only where one may be
    taken back."""
    match event:
        case CommentTold():
            problem = event.marks.said is CommentKind.PROBLEM
            gone = event.change is CommentChange.DELETED
            return CommentAsked(event.comment, event.author, event.post, event.replies_to, problem, held=gone)
        case CommentActed():
            return CommentAsked(event.comment, post=event.post, invites=True, held=True, silence=True)
        case PostTold():
            return CommentAsked(0, post=event.post, silence=True)
        case DeliveryEnded():
            number, _, _ = parse(event.cause).origin.partition(".")
            return CommentAsked(int(number))
        case _:
            assert_never(event)


def question_of_timer(event: TimerFired) -> CommentAsked:
    """The comment that the timer of an alarm belongs to."""
    return CommentAsked(int(event.key))


def question_of_invitation(event: TimerFired) -> CommentAsked:
    """The comment that is to be invited, its post, and whether there is room for one more."""
    return CommentAsked(int(event.key), post=post_of(event.peer), invites=True, silence=True)


def question_of_command(rest: str, message: Message) -> CommentAsked | CardAsked | None:
    """The comment that the command's link names, or the one behind the card that it replies to; None of neither."""
    number = comment_in(rest.split(maxsplit=1)[0] if rest else "")
    if number or message.reply is None:
        return CommentAsked(number) if number else None
    return CardAsked(message.peer, message.reply.cmid)


def question_of_post(rest: str, message: Message) -> CommentAsked | None:
    """The post that the command's link names; None where it names none."""
    number = number_behind(rest.partition("wall-")[2], "_")
    return CommentAsked(0, post=number, silence=True) if number else None


def question_of_press(event: ButtonPressed) -> CommentAsked | None:
    """The comment whose number the button carries; None where its value is no number."""
    value = event.command.value
    return (
        CommentAsked(int(value), held=event.command.action == UNDO)
        if value.isascii() and value.isdecimal() and len(value) < 16
        else None
    )


RULES = Rules(
    commands=(
        ChatCommand(
            ("под",), cards.answer_in_chat, help=texts.HELP_ANSWER, asks=question_of_command,
        ),
        ChatCommand(
            ("тихо",), handlers.mute, Audience.CENTRE, centre=True, help=texts.HELP, asks=question_of_post
        ),
        ChatCommand(("звать",), handlers.unmute, Audience.CENTRE, centre=True, asks=question_of_post),
    ),
    comments=(
        CommentRule(
            marks_of, silence_of, question_of_comment, handlers.take_post, handlers.take_comment,
            handlers.own_comment_ended, pressed.act,
        ),
    ),
    links=(
        LinkRule(
            handlers.question_of_link, handlers.comment_of_visitor, handlers.greet, handlers.reads_words,
            handlers.tell_of,
        ),
    ),
    timers=(
        TimerRule(TIMER, question_of_timer, handlers.call_again),
        TimerRule(ANSWERS_LEFT, lambda _: CommentAsked(0), handlers.offer_deletion),
        TimerRule(INVITE, question_of_invitation, handlers.invite, timedelta(minutes=15)),
    ),
    buttons=(
        ButtonRule(SEEN, question_of_press, handlers.see),
        ButtonRule(UNDO, question_of_press, handlers.take_back),
    ),
    known=(
        (
            lambda talk: RecentAsked(talk.resident, talk.draft.topic) if talk.draft.topic else None,
            lambda facts, draft: handlers.ask_own(facts) if facts.answer(RecentAsked) else ("", ""),
        ),
    ),
    answered=((PublicAsked, handlers.also_in_public),),
)  # fmt: skip
