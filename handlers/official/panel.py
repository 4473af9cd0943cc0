"""What an official does in the panel: the same dialogues and moves as in the chat, with everything said at once.

The chat that has the message sees what was done, as if it had been done there (R34). Nothing is answered to a screen:
a refusal is the reason why the event was ignored, and the panel reads it there.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from handlers.lifecycle import moves
from handlers.official import completing
from handlers.text import actions, texts_chat, texts_panel
from handlers.text.relayed import clean
from handlers.views.cards import agency_name
from handlers.views.possible import possible
from handlers.views.titles import title
from states.decision import Decision, ignore
from states.effects import Kind, Priority, Send
from states.events import Did, PanelActed
from states.facts import Facts
from states.lifecycle.appeal import OPEN, Appeal
from states.lifecycle.tasks import Job, Task
from states.people.chats import Chat
from states.people.who_may import coordinates, holds

LONGEST = 3500
"""Letters of an answer; the frame around it fits into one message of VK (vk-api.md §4.1)."""


def acted(facts: Facts, event: PanelActed) -> Decision:
    chat, appeal = facts.chat, facts.appeal(event.code)
    if chat is None or not chat.bound or appeal is None:
        return ignore(texts_chat.WRONG_NUMBER)
    if not (holds(chat, appeal) or coordinates(chat)):
        return ignore(texts_chat.NOT_HERE.format(code=appeal.code))
    match event.did:
        case Did.ACCEPT:
            return accepted(facts, chat, appeal, event)
        case Did.REMIND:
            return reminded(facts, chat, appeal, event.at)
        case Did.ASSIGN:
            return gone_on(facts, chat, appeal, event, Job.ASSIGN)
        case Did.MERGE:
            return gone_on(facts, chat, appeal, event, Job.MERGE)
        case Did.CLOSE:
            return gone_on(facts, chat, appeal, event, Job.CLOSE)
        case Did.ANSWER:
            return spoken(facts, chat, appeal, event, Job.ANSWER)
        case Did.INTERIM:
            return spoken(facts, chat, appeal, event, Job.INTERIM)
        case Did.ASK:
            return spoken(facts, chat, appeal, event, Job.ASK)
        case _:
            assert_never(event.did)


def accepted(facts: Facts, chat: Chat, appeal: Appeal, event: PanelActed) -> Decision:
    if not possible(facts, chat, appeal, actions.ACCEPT):
        return moves.refused(appeal)
    return moves.accept(facts, chat, appeal, event.user)


def spoken(facts: Facts, chat: Chat, appeal: Appeal, event: PanelActed, job: Job) -> Decision:
    """Words to the resident; what is left of them must be something."""
    if not clean(event.text):
        return ignore(texts_panel.NO_WORDS)
    if len(event.text) > LONGEST:
        return ignore(texts_panel.TOO_LONG)
    return gone_on(facts, chat, appeal, event, job)


def gone_on(facts: Facts, chat: Chat, appeal: Appeal, event: PanelActed, job: Job) -> Decision:
    task = Task(
        event.peer,
        event.user,
        job,
        facts.now,
        text=clean(event.text) if job is not Job.CLOSE else "",
        reason=clean(event.text) if job is Job.CLOSE else "",
        whom=event.whom,
        until=event.until,
    )
    return completing.go_on(facts, chat, appeal, task, f"panel{event.at:%y%m%d%H%M%S%f}")


def reminded(facts: Facts, chat: Chat, appeal: Appeal, at: datetime) -> Decision:
    """A line under the card, in the chat that has it, at most once an hour; the ЦУР reminds, nobody else."""
    if not coordinates(chat):
        return ignore(texts_panel.ONLY_CUR)
    if appeal.status not in OPEN or appeal.chat in (None, chat.peer):
        return ignore(texts_panel.NOBODY_TO_REMIND)
    assert appeal.chat is not None
    cause = facts.cause("panel_reminder", appeal.chat, f"{appeal.code}.{at:%y%m%d%H}")
    text = texts_panel.REMINDER.format(title=title(appeal, facts.directory), code=appeal.code)
    send = Send(appeal.chat, cause, text, Kind.NOTICE, Priority.NOTICE, appeal=appeal.code)
    told = facts.cause("panel_reminded", chat.peer, f"{appeal.code}.{at:%y%m%d%H}")
    line = texts_panel.REMINDED.format(agency=agency_name(facts.directory, appeal.agency), code=appeal.code)
    return Decision(effects=(send, Send(chat.peer, told, line, Kind.NOTICE, Priority.NOTICE, appeal=appeal.code)))
