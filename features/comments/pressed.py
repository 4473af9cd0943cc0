"""What the ЦУР does with a comment in the panel: the same steps as in the chat. A refusal is the reason why nothing
followed, and the panel reads it there. It must never hold a word of a comment (R7).
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from features.comments import texts
from features.comments.handlers import (
    INVITATION,
    INVITE,
    answer_under,
    cause_under,
    is_full,
    preview,
    say_invitation,
    stop_answer,
)
from features.comments.model.asked import CommentAsked, CommentFacts
from features.comments.model.inviting import unused_wording
from handlers.text.relayed import clean
from states.audit import AuditAction, AuditLine
from states.decision import Decision, ignore
from states.effects import CancelSend, CancelTimer
from states.events import CommentActed, OnComment
from states.facts import Facts
from states.people.comments import Comment, Silence, WallPost


def act(facts: Facts, event: CommentActed) -> Decision:
    """Decides on an act of the panel about a comment, and writes down by whom and under which post: the number of a
    comment would name its author."""
    decision = follow(facts, event)
    if decision.ignored is not None:
        return decision
    line = AuditLine(event.user, AuditAction.COMMENT_ACTED, f"post{event.post}", event.did.value)
    return replace(decision, audit=(*decision.audit, line))


def follow(facts: Facts, event: CommentActed) -> Decision:
    """Decides on an act about a comment; ignored, with the reason, where it is not possible."""
    known = facts.answer(CommentAsked) or CommentFacts()
    if event.did in (OnComment.MUTE, OnComment.UNMUTE):
        return decide_about_post(facts, event, known)
    comment = known.comment
    if comment is None or comment.gone or comment.post != event.post:
        return ignore(texts.NO_COMMENT)
    match event.did:
        case OnComment.INVITE:
            return invite_now(facts, comment, known)
        case OnComment.ANSWER:
            return answer(facts, comment, event)
        case OnComment.UNDO:
            return stop_answer(facts, comment, known.held) if known.held else ignore(texts.LEFT)
        case OnComment.NOT_NEEDED:
            return drop(facts, comment)
        case OnComment.NEEDED:
            return Decision(comments=(replace(comment, dropped_at=None),))
        case _:
            assert_never(event.did)


def decide_about_post(facts: Facts, event: CommentActed, known: CommentFacts) -> Decision:
    """Sets whether people are invited under this post, as the ЦУР chose in the panel."""
    if facts.policy.comments is None:
        return ignore(texts.NO_ANSWERS)
    silence = Silence.MUTED if event.did is OnComment.MUTE else Silence.NONE
    at = known.post.at if known.post is not None else event.at
    return Decision(posts=(WallPost(event.post, at, facts.now, silence, event.user),))


def invite_now(facts: Facts, comment: Comment, known: CommentFacts) -> Decision:
    """Invites the author at once, for whatever was said: a person has read it. All else holds as when the bot invites
    by itself."""
    room, number = known.room, unused_wording(known.room.wordings)
    if facts.policy.comments is None:
        return ignore(texts.NO_ANSWERS)
    if comment.came_at is not None:
        return ignore(texts.CAME_ALREADY)
    if comment.invited_at is not None or room.invited:
        return ignore(texts.INVITED_ALREADY)
    if known.post is not None and known.post.silence is not Silence.NONE:
        return ignore(texts.silent(known.post.silence))
    if not number:
        return ignore(texts.NO_WORDING)
    if is_full(facts, room):
        return ignore(texts.FULL)
    said = say_invitation(facts, replace(comment, dropped_at=None), number)
    return replace(said, effects=(CancelTimer(INVITE, str(comment.id)), *said.effects))


def answer(facts: Facts, comment: Comment, event: CommentActed) -> Decision:
    """The chat of the ЦУР reads it too, and may take it back."""
    text = clean(event.text).strip()
    if not text:
        return ignore(texts.NO_WORDS)
    held = answer_under(facts, comment, text, f"p{event.at:%y%m%d%H%M%S}")
    if isinstance(held, str):
        return ignore(held)
    shown = (preview(facts, facts.cur.peer, held),) if facts.cur is not None else ()
    return replace(held.decision, effects=(*held.decision.effects, *shown))


def drop(facts: Facts, comment: Comment) -> Decision:
    """Drops a comment by «Не нужно»; an alarm ends by «Вижу» alone (R28)."""
    if comment.alarming:
        return ignore(texts.ALARMING)
    after = replace(comment, dropped_at=comment.dropped_at or facts.now)
    effects = (CancelTimer(INVITE, str(comment.id)), CancelSend(cause_under(facts, comment, INVITATION)))
    return Decision(comments=(after,), effects=effects)
