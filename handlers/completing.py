"""A small dialogue with an official is complete: now it is done, or its next question is asked (tasks.py)."""

from __future__ import annotations

from dataclasses import replace

from handlers import approving, asking, coordinator, incidents, moves, texts_chat
from handlers.answering import Said, held_of, hold
from handlers.cards import agency_name, place_name, topic_name
from handlers.words import day, plural
from states.appeal import Action, Appeal, allowed
from states.chats import CUR, Chat
from states.decision import Decision, ignore
from states.facts import Facts
from states.tasks import Ask, Job, Task, missing
from states.templates import Blank, Template
from states.who_may import coordinates, may

WORDS: dict[Job, Action] = {
    Job.ANSWER: Action.ANSWER,
    Job.TEMPLATE: Action.ANSWER,
    Job.ASK: Action.ASK,
    Job.INTERIM: Action.INTERIM,
    Job.POSTPONE: Action.POSTPONE,
    Job.DECLINE: Action.DECLINE,
    Job.OUTSIDE: Action.OUTSIDE,
    Job.CLOSE: Action.CLOSE,
}
"""Dialogues that end in words to the resident."""


def begin(facts: Facts, chat: Chat, appeal: Appeal, task: Task, origin: str, reply_to: int = 0) -> Decision:
    """A dialogue that may be had now: its first question, or its end where nothing is asked."""
    refusal = why_not(facts, chat, appeal, task.job)
    if refusal:
        return ignore(refusal)
    return go_on(facts, chat, appeal, task, origin, reply_to)


def why_not(facts: Facts, chat: Chat, appeal: Appeal, job: Job) -> str:
    """Why this cannot be begun; empty when it can."""
    move = WORDS.get(job)
    if move is not None and not (allowed(appeal.status, move) and may(chat, appeal, move)):
        return moves.refused(appeal).ignored or ""
    if job is Job.TEMPLATE and not asking.templates(facts, chat.peer):
        return texts_chat.NO_TEMPLATES
    if job is Job.OUTSIDE and not facts.directory.outside:
        return texts_chat.NO_OUTSIDE
    if job is Job.POSTPONE and appeal.postponed >= facts.house.postpones and not coordinates(chat):
        times = plural(appeal.postponed, "раз", "раза", "раз")
        return texts_chat.POSTPONED_ENOUGH.format(code=appeal.code, times=times)
    return ""


def go_on(facts: Facts, chat: Chat, appeal: Appeal, task: Task, origin: str, reply_to: int = 0) -> Decision:
    """The next question, or what the dialogue was for."""
    task = blanks_asked(facts, appeal, task)
    if missing(task) is not None:
        return asking.ask(facts, appeal, task, origin, reply_to)
    free = asking.without_task(facts, appeal, task.peer, task.user)
    if task.job in WORDS:
        return speak(facts, chat, free, task, origin, reply_to)
    return act_on(facts, chat, free, task)


def act_on(facts: Facts, chat: Chat, appeal: Appeal, task: Task) -> Decision:
    """Dialogues that end in a move."""
    match task.job:
        case Job.NOT_OURS if task.whom == CUR:
            return moves.not_ours(facts, chat, appeal, task.user)
        case Job.NOT_OURS:
            return moves.pass_on(facts, chat, appeal, task.user, task.whom)
        case Job.ASSIGN:
            return coordinator.assigned(facts, chat, appeal, task.user, task.whom)
        case Job.REPEAT:
            return coordinator.repeated(facts, chat, appeal, task.user, task.whom)
        case Job.MERGE:
            return incidents.merge(facts, chat, appeal, task.user, task.whom)
        case Job.BLOCK:
            return coordinator.blocked(facts, chat, appeal, task.user, task.until)
        case _:
            return incidents.broadcast(facts, chat, appeal, task)


def speak(facts: Facts, chat: Chat, appeal: Appeal, task: Task, origin: str, reply_to: int = 0) -> Decision:
    """Words to the resident: held, or first shown to a second person (R39)."""
    action = WORDS[task.job]
    text, reason = task.text, task.reason
    if task.job is Job.TEMPLATE:
        text = filled(facts, chat, appeal, task)
    elif task.job is Job.OUTSIDE:
        reason = task.whom
    elif task.job is Job.CLOSE:
        text = task.reason
    said = Said(task.peer, task.cmid, task.user, origin, text, task.files)
    held = held_of(facts, said, action, task.until, reason)
    if approving.needed(facts, chat, appeal, action):
        return approving.ask(facts, chat, appeal, held)
    return hold(facts, chat, appeal, held, reply_to)


# Canned answers.


def template_of(facts: Facts, task: Task) -> Template | None:
    return next((one for one in asking.templates(facts, task.peer) if one.name == task.template), None)


def blanks_asked(facts: Facts, appeal: Appeal, task: Task) -> Task:
    """A chosen template asks for the day and the reason that the bot cannot know."""
    template = template_of(facts, task) if task.job is Job.TEMPLATE else None
    if template is None:
        return task
    asks = {Blank.REASON: Ask.REASON, Blank.DATE: Ask.DAY}
    return replace(task, more=tuple(asks[blank] for blank in template.blanks if blank in asks))


def filled(facts: Facts, chat: Chat, appeal: Appeal, task: Task) -> str:
    template = template_of(facts, task)
    values = {
        Blank.NUMBER: appeal.code,
        Blank.ADDRESS: appeal.address or "указанному адресу",
        Blank.TOPIC: topic_name(facts.directory, appeal.topic),
        Blank.PLACE: place_name(facts.directory, appeal.place),
        Blank.AGENCY: agency_name(facts.directory, chat.agency),
        Blank.DATE: day(task.until, facts.house.zone) if task.until else "",
        Blank.REASON: task.reason,
    }
    text = template.filled(values) if template is not None else ()
    assert isinstance(text, str), "every place was asked for"
    return text
