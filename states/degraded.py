"""Simpler forms of a message that VK refuses to take as it is (delivery.md §9). The words are never dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from states.effects import AnswerButton, Edit, Kind, Priority, Send
from states.people.comments import WALLS

SIMPLEST = 4
"""Levels: 0 as meant, 1 without forward and reply, 2 without keyboard, 3 without files, 4 the bare words. A comment
under a post has one simpler form, without its link: elsewhere than under its comment it would mean another."""


def form(effect: Send | Edit | AnswerButton, level: int) -> Send | Edit | AnswerButton | None:
    """The effect at this level; None when there is no simpler form that says anything."""
    if level == 0:
        return effect
    match effect:
        case AnswerButton():
            return None
        case Edit():
            return said_anew(effect) if level == 1 else None
        case Send() if effect.peer in WALLS:
            return replace(effect, link="") if level == 1 and effect.link else None
        case Send():
            return simpler(effect, level) if level <= SIMPLEST else None
        case _:
            assert_never(effect)


def fitting(edit: Edit, level: int) -> Edit:
    """The edit of a message that was sent at this level: without forwards their words stand in the text."""
    return replace(edit, text=f"{edit.text}\n\n{edit.fallback}") if level >= 1 and edit.fallback else edit


def said_anew(edit: Edit) -> Send:
    """A new message with the words of an edit that VK would not make (too old, 909)."""
    keyboard = edit.keyboard  # a question without its buttons could not be answered
    return Send(edit.peer, edit.cause, edit.text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboard, appeal=edit.appeal)


def simpler(send: Send, level: int) -> Send:
    """The message in a simpler form for one more try; each level drops more: 1 forward and reply, 2 buttons, 3 files,
    `SIMPLEST` the source. The words stay."""
    if send.forward is not None:
        cmids = (*send.forward.cmids, *(send.copy.cmids if send.copy else ()))
        words = f"{send.text}\n\n{send.fallback}" if send.fallback else send.text
        send = replace(send, text=words, copy=replace(send.forward, cmids=cmids))
    send = replace(send, forward=None, reply_to=None)
    if level >= 2:
        send = replace(send, keyboard=None)
    if level >= 3:
        send = replace(send, copy=None, attachments=(), document="")
    if level >= SIMPLEST:
        send = replace(send, source=None)
    return send
