"""What may be done with an appeal now, in this chat: asked before a button is shown, pressed, or gone on with (R24).

It must never allow what `MOVES` or `who_may` would refuse, nor begin what cannot be finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from handlers.text import actions, texts_chat, texts_danger
from handlers.text.words import plural
from handlers.views.cards import status_words, unread_members
from handlers.views.joinable import not_shared
from states.directory import Directory
from states.facts import CommunityPolicy
from states.lifecycle.appeal import OPEN, Action, Appeal, Status, is_allowed
from states.lifecycle.tasks import Job
from states.lifecycle.templates import Template
from states.people.chats import Chat
from states.people.who_may import coordinates, may

JOBS: dict[str, Job] = {
    actions.ANSWER: Job.ANSWER,
    actions.TEMPLATES: Job.TEMPLATE,
    actions.ASK: Job.ASK,
    actions.INTERIM: Job.INTERIM,
    actions.POSTPONE: Job.POSTPONE,
    actions.DECLINE: Job.DECLINE,
    actions.OUTSIDE: Job.OUTSIDE,
    actions.NOT_OURS: Job.NOT_OURS,
    actions.CLOSE: Job.CLOSE,
    actions.ASSIGN: Job.ASSIGN,
    actions.REPEAT: Job.REPEAT,
    actions.MERGE: Job.MERGE,
    actions.BLOCK: Job.BLOCK,
}
"""Buttons that begin a small dialogue."""

MOVES_BY: dict[Job, Action] = {
    Job.ANSWER: Action.ANSWER,
    Job.TEMPLATE: Action.ANSWER,
    Job.ASK: Action.ASK,
    Job.INTERIM: Action.INTERIM,
    Job.POSTPONE: Action.POSTPONE,
    Job.DECLINE: Action.DECLINE,
    Job.OUTSIDE: Action.OUTSIDE,
    Job.NOT_OURS: Action.NOT_OURS,
    Job.CLOSE: Action.CLOSE,
    Job.ASSIGN: Action.ROUTE,
    Job.REPEAT: Action.REPEAT,
    Job.MERGE: Action.MERGE,
}
"""What a small dialogue does to its appeal in the end."""

AT_ONCE: dict[str, Action] = {actions.ACCEPT: Action.ACCEPT, actions.SEPARATE: Action.SEPARATE}
"""Buttons that move an appeal as they are pressed."""

POSTPONES = 2
"""So often an agency may put its message off; more only the ЦУР may."""

OF_CUR = frozenset({Job.ASSIGN, Job.REPEAT, Job.MERGE, Job.BLOCK, Job.BROADCAST})


class ButtonFacts(Protocol):
    """What of the facts says what is possible; the panel knows as much when it draws its buttons."""

    @property
    def policy(self) -> CommunityPolicy: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def chats(self) -> Mapping[str, Chat]: ...

    @property
    def members(self) -> tuple[Appeal, ...]: ...


def stale(appeal: Appeal) -> str:
    """The words of a snackbar or a hint about something that this status does not allow."""
    if appeal.alarming:
        return texts_danger.FIRST_END
    return texts_chat.BUTTON_STALE.format(status=status_words(appeal.status))


def possible(facts: ButtonFacts, chat: Chat, appeal: Appeal, action: str) -> bool:
    """Whether this button would do something now, pressed in this chat."""
    move, job = AT_ONCE.get(action), JOBS.get(action)
    if appeal.alarming and (move is not None or job is not None):
        return False  # an alarm is ended by its own buttons first (R28)
    if action == actions.OTHERS:
        return bool(appeal.not_shown and unread_members(appeal, facts.members))
    if move is not None:
        return is_allowed(appeal.status, move) and may(chat, appeal, move)
    return job is None or not why_not(facts, chat, appeal, job)


def why_not(facts: ButtonFacts, chat: Chat, appeal: Appeal, job: Job) -> str:
    """Why this cannot be begun or gone on with; empty when it can."""
    if appeal.alarming:
        return texts_danger.FIRST_END
    move = MOVES_BY.get(job)
    if move is not None and not (is_allowed(appeal.status, move) and may(chat, appeal, move)):
        return stale(appeal)
    match job:
        case _ if job in OF_CUR and not coordinates(chat):
            return stale(appeal)
        case Job.REPLY | Job.ANSWER | Job.TEMPLATE if appeal.status is Status.APPROVAL:
            return stale(appeal)  # nobody answers past the second person (R39)
        case Job.TEMPLATE if not templates(facts, chat.peer):
            return texts_chat.NO_TEMPLATES
        case Job.OUTSIDE if not facts.directory.outside:
            return texts_chat.NO_OUTSIDE
        case Job.POSTPONE if appeal.postponed >= POSTPONES and not coordinates(chat):
            times = plural(appeal.postponed, "раз", "раза", "раз")
            return texts_chat.POSTPONED_ENOUGH.format(code=appeal.code, times=times)
        case Job.MERGE:
            return not_shared(facts.directory, appeal)
        case Job.BROADCAST if not (appeal.leads and appeal.status in OPEN):
            return texts_chat.NOT_LEADING.format(code=appeal.code)
        case _:
            return ""


def templates(facts: ButtonFacts, peer: int) -> tuple[Template, ...]:
    """The canned answers of the agency whose chat this is."""
    chat = next((chat for chat in facts.chats.values() if chat.peer == peer), None)
    agency = facts.directory.agency_by_code.get(chat.agency or "") if chat else None
    return agency.templates if agency else ()
